/* What the parts of a SARIF file share. */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include "base/buffer.h"
#include "run/record.h"
#include <stdbool.h>

/* Characters of one text. Of a rule's descriptions 1024 are read at most, of a
 * rule's id 255. */
enum {
    SARIF_TEXT_MAX = 4096,
    SARIF_DESCRIPTION_MAX = 960,
    SARIF_ID_MAX = 200,
    SARIF_HELP_MAX = 8192
};

/* "text"; no link can be made of it. */
void sarif_text(struct buffer *into, const char *text, size_t most);
/* "name":"text" */
void sarif_member(struct buffer *into, const char *name, const char *text,
                  size_t most);
/* "name":{"text":"text"} */
void sarif_message(struct buffer *into, const char *name, const char *text,
                   size_t most);

/* A failure, known or not. */
bool sarif_is_finding(const struct cJSON *verdict);
/* "error" or "warning". */
const char *sarif_level(const struct cJSON *verdict);

/* The rules, a comma between: one for each criterion that fails, in the order
 * of their names. */
void sarif_rules(const struct record *record, struct buffer *into);

#endif
