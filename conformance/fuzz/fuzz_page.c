/* Feeds arbitrary bytes as a stream, and behind a NUL as a kill matrix. Where
 * they are taken, the page of them has no tag and no attribute but ours, one
 * script, and no byte that is not text; the other reports have none either. */
#include "report/html/kills.h"
#include "report/report.h"
#include "tests/page_tags.h"
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *page, size_t length)
{
    const char *script = strstr(page, "<script>");

    MUST(strlen(page) == length);
    MUST(strange_tag(page) == NULL);
    MUST(script != NULL && strstr(script + 1, "<script>") == NULL);
    for (const char *at = page; *at != 0; at++)
        MUST(*at == '\n' || (unsigned char)*at >= ' ');
}

/* One line for each of ours, and nothing in it but text. */
static void check_others(const struct record *record)
{
    static enum fault (*const make[])(
        const struct record *,
        struct buffer *) = { report_sarif, report_markdown, report_annotations,
                             report_tap,   report_badge,    report_badge_json };
    struct buffer text;

    buffer_init(&text, REPORT_BYTES_MAX);
    for (size_t i = 0; i < COUNT(make); i++) {
        buffer_clear(&text);
        MUST(make[i](record, &text) == FAULT_NONE);
        for (const char *at = buffer_string(&text); *at != 0; at++)
            MUST(*at == '\n' || (unsigned char)*at >= ' ');
        cJSON *parsed = cJSON_Parse(buffer_string(&text));
        MUST(make[i] != report_sarif || parsed != NULL);
        cJSON_Delete(parsed);
    }
    buffer_deinit(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *cut = size == 0 ? NULL : memchr(data, 0, size);
    size_t length = cut == NULL ? size : (size_t)(cut - data);
    struct kills *kills =
        cut == NULL ? NULL : kills_read(bytes_of(cut + 1, size - length - 1));
    struct record record;
    struct buffer page;

    record_init(&record);
    if (record_read(&record, bytes_of(data, length)) == FAULT_NONE) {
        buffer_init(&page, REPORT_BYTES_MAX);
        if (report_html(&record, kills, &page) == FAULT_NONE)
            check(buffer_string(&page), page.length);
        buffer_deinit(&page);
        check_others(&record);
    }
    record_deinit(&record);
    kills_free(kills);
    return 0;
}
