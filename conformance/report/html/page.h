/* A page: one file of HTML, that says what a run was. It is markup from the
 * first byte on; its script only filters. */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "report/html/kills.h"
#include "run/record.h"

struct page {
    const struct record *record;
    const struct kills *kills; /* NULL: no kill matrix */
    struct counts counts;
    unsigned known;
    bool is_large; /* what is drawn of each verdict has to be little */
};

/* Where a verdict stands in the page: what needs a look comes first. */
enum standing { FAILS, UNSURE, KNOWN, ABSENT, PASSES, STANDINGS };

enum standing standing_of(const struct cJSON *verdict);

struct standing_words {
    const char *key;   /* class of markup */
    const char *badge; /* of one */
    const char *title; /* of many */
};
extern const struct standing_words standings[STANDINGS];

/* How many verdicts stand so. */
unsigned page_count(const struct page *page, enum standing standing);

/* The parts. Each writes nothing where the run has nothing of it. */
void page_title(const struct page *page, struct buffer *into);
void page_verdict(const struct page *page, struct buffer *into);
void page_first(const struct page *page, struct buffer *into);
void page_facts(const struct page *page, struct buffer *into);
void page_themes(const struct page *page, struct buffer *into);
void page_chips(const struct page *page, struct buffer *into);
void page_choices(const struct page *page, struct buffer *into);
void page_criteria(const struct page *page, struct buffer *into);
void page_baseline(const struct page *page, struct buffer *into);
void page_timeline(const struct page *page, struct buffer *into);
void page_matrix(const struct page *page, struct buffer *into);
void page_footer(const struct page *page, struct buffer *into);

bool page_has_timeline(const struct page *page);

/* The exchange of one verdict as a sequence chart: lanes of clients, server and
 * witnesses, time downwards. */
void page_chart(const struct cJSON *verdict, struct buffer *into);

#endif
