/* How many verdicts stand how, by theme or by profile. */
#ifndef REPORT_HTML_TALLY_H
#define REPORT_HTML_TALLY_H

#include "report/html/page.h"

enum { TALLY_MAX = 64 }; /* names; verdicts of further ones are not counted */

struct tally {
    struct tally_row {
        const char *name; /* borrowed from the record */
        unsigned of[STANDINGS];
    } at[TALLY_MAX];
    size_t count;
};

/* `member` of a verdict: "theme", "profile". In the order of the record. */
void tally_by(const struct record *record, const char *member,
              struct tally *into);

#endif
