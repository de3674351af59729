/* What a run came to, for every report in the same words. */
#ifndef REPORT_CONCLUSION_H
#define REPORT_CONCLUSION_H

#include "base/buffer.h"
#include "run/record.h"
#include <stdbool.h>

enum conclusion {
    CONCLUSION_FAILS,
    CONCLUSION_UNSURE,
    CONCLUSION_KNOWN,
    CONCLUSION_PASSES
};

/* A failure that is not known outweighs the rest; whatever else is not exit 0
 * is unsure. */
enum conclusion conclusion_of(const struct record *record);

/* One sentence without a stop: "2 of 24 criteria fail, besides 1 known
 * failure". No word of it is another's. */
void conclusion_headline(const struct record *record, struct buffer *into);

/* Have fewer criteria been selected than the profiles have? */
bool conclusion_is_part(const struct record *record);

/* Of a verdict that is no pass and not left out: has it to be looked at before
 * the gate is green? A failure that is not known has, and an inconclusive. */
bool conclusion_spoils(const struct cJSON *verdict);

/* What to mend first: of the failures that are not known the first that the
 * service died of, or else the first of the lowest level. NULL: none. */
const struct cJSON *conclusion_first(const struct record *record);

#endif
