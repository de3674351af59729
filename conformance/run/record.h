/* A run as lines of JSON: a plan, a verdict for each criterion, an end with the
 * counts. Every report is a pure function of it, and one that is truncated,
 * doubled or edited is refused, and one that hides what was selected. */
#ifndef RUN_RECORD_H
#define RUN_RECORD_H

#include "base/buffer.h"
#include <stddef.h>

struct cJSON;

enum {
    RECORD_SCHEMA = 2,
    RECORD_BYTES_MAX = 64 * 1024 * 1024,
    RECORD_CRITERIA_MAX = 16384,
};

struct record {
    struct cJSON *plan;
    struct cJSON *verdicts; /* an array, in the order of the plan */
    struct cJSON *end;
};

/* Counts by enum verdict. */
struct counts {
    unsigned of[4];
};

void record_init(struct record *record);
void record_deinit(struct record *record);

struct counts record_count(const struct record *record);
/* How many criteria have met with this deviation, which was tolerated. */
unsigned record_deviating(const struct record *record, const char *word);
/* Another door of a target, with its place where that is known, that the run
 * could not ask. Number 0 is the first; NULL behind the last. What is no text
 * counts for none. Borrowed. */
const char *record_door(const struct record *record, size_t number);
/* The same of those that it could. */
const char *record_asked_door(const struct record *record, size_t number);
/* The same of what the manifest takes for good that nobody else need. */
const char *record_widened(const struct record *record, size_t number);

/* The least exit status that these verdicts allow. A run may exit higher (its
 * target was not sane, a server died), never lower: but one that came to grief
 * as a whole says so, and nothing of its baseline. */
int record_floor(const struct record *record);

/* Reads a stream, and puts its verdicts in the order of the plan.
 * FAULT_PROTOCOL with a sentence that names the line, or what does not add up.
 */
enum fault record_read(struct record *record, struct bytes text);

/* A member as text; "" where it is none. Borrowed. */
const char *member_text(const struct cJSON *object, const char *name);
double member_number(const struct cJSON *object, const char *name);
/* A whole number from `least` to `most`, or -1. Nothing of a stream is
 * converted unseen: 1e300 is a number too. */
int member_whole(const struct cJSON *object, const char *name, int least,
                 int most);

#endif
