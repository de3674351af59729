/* One criterion of the list. */
#ifndef REPORT_HTML_ROW_H
#define REPORT_HTML_ROW_H

#include "report/html/page.h"

/* Its place in the page, as an id and behind a #: "profile/name". */
void row_anchor(const struct cJSON *verdict, struct buffer *into);

/* An item of a list: what shows always, and what unfolds. */
void row_write(const struct page *page, const struct cJSON *verdict,
               bool is_open, struct buffer *into);

#endif
