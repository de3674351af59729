/* The page: a template, and what goes into its holes. */
#include "report/html/page.h"
#include "bench/result.h"
#include "report/html/markup.h"
#include "report/report.h"
#include "run/known.h"
#include <cJSON.h>
#include <openssl/evp.h>

enum { LARGE = 2000 }; /* verdicts: more than any catalogue has */

/* What the build has put beside us: %.html, %.css and %.js of this folder. */
#define EMBEDDED(name)                                                         \
    extern const char _binary_conformance_report_html_##name##_start[];        \
    extern const char _binary_conformance_report_html_##name##_end[];          \
    static struct bytes name(void)                                             \
    {                                                                          \
        const char *start = _binary_conformance_report_html_##name##_start;    \
        const char *end = _binary_conformance_report_html_##name##_end;        \
                                                                               \
        return bytes_of(start, (size_t)(end - start));                         \
    }
EMBEDDED(page_html)
EMBEDDED(style_css)
EMBEDDED(script_js)
#undef EMBEDDED

const struct standing_words standings[STANDINGS] = {
    [FAILS] = { "fail", "Fails", "Fails" },
    [UNSURE] = { "unsure", "Inconclusive", "Inconclusive" },
    [KNOWN] = { "known", "Known failure", "Known failures" },
    [ABSENT] = { "absent", "Not applicable", "Not applicable" },
    [PASSES] = { "pass", "Passes", "Passes" },
};

enum standing standing_of(const struct cJSON *verdict)
{
    if (known_is(verdict))
        return KNOWN;
    switch (verdict_named(member_text(verdict, "verdict"))) {
    case PASS: return PASSES;
    case FAIL: return FAILS;
    case NOT_APPLICABLE: return ABSENT;
    default: return UNSURE;
    }
}

unsigned page_count(const struct page *page, enum standing standing)
{
    switch (standing) {
    case FAILS: return page->counts.of[FAIL] - page->known;
    case KNOWN: return page->known;
    case UNSURE: return page->counts.of[INCONCLUSIVE];
    case ABSENT: return page->counts.of[NOT_APPLICABLE];
    default: return page->counts.of[PASS];
    }
}

/* --- Script and style ----------------------------------------------------- */

/* As a Content-Security-Policy names what may run: exactly these bytes. */
static void add_hash(struct bytes text, struct buffer *into)
{
    unsigned char digest[32] = { 0 };
    unsigned char encoded[64] = { 0 };

    EVP_Digest(text.at, text.length, digest, NULL, EVP_sha256(), NULL);
    EVP_EncodeBlock(encoded, digest, sizeof(digest));
    html_add(into, "'sha256-");
    html_ours(into, bytes_of_string((const char *)encoded));
    html_add(into, "'");
}

static void style_hash(const struct page *page, struct buffer *into)
{
    (void)page;
    add_hash(style_css(), into);
}

static void script_hash(const struct page *page, struct buffer *into)
{
    (void)page;
    add_hash(script_js(), into);
}

static void style(const struct page *page, struct buffer *into)
{
    (void)page;
    html_ours(into, style_css());
}

static void script(const struct page *page, struct buffer *into)
{
    (void)page;
    html_ours(into, script_js());
}

/* --- Holes ---------------------------------------------------------------- */

static void links(const struct page *page, struct buffer *into)
{
    if (known_entries(page->record) != NULL)
        html_add(into, "<a href=\"#baseline\">Baseline</a>\n");
    if (page_has_timeline(page))
        html_add(into, "<a href=\"#timeline\">Timeline</a>\n");
    if (page->kills != NULL)
        html_add(into, "<a href=\"#matrix\">Kill matrix</a>\n");
}

static const struct {
    const char *name;
    void (*write)(const struct page *page, struct buffer *into);
} holes[] = {
    { "style-hash", style_hash },
    { "script-hash", script_hash },
    { "style", style },
    { "script", script },
    { "title", page_title },
    { "links", links },
    { "verdict", page_verdict },
    { "first", page_first },
    { "facts", page_facts },
    { "themes", page_themes },
    { "chips", page_chips },
    { "choices", page_choices },
    { "criteria", page_criteria },
    { "baseline", page_baseline },
    { "timeline", page_timeline },
    { "matrix", page_matrix },
    { "footer", page_footer },
};

static void fill_hole(const struct page *page, const char *name, size_t length,
                      struct buffer *into)
{
    for (size_t i = 0; i < COUNT(holes); i++)
        if (strlen(holes[i].name) == length &&
            memcmp(holes[i].name, name, length) == 0)
            holes[i].write(page, into);
}

/* The template up to its next hole, and the hole. */
static struct bytes fill_next(const struct page *page, struct bytes left,
                              struct buffer *into)
{
    const unsigned char *hole = memmem(left.at, left.length, "{{", 2);
    size_t before = hole == NULL ? left.length : (size_t)(hole - left.at);

    html_ours(into, bytes_of(left.at, before));
    left = bytes_of(left.at + before, left.length - before);
    const unsigned char *end = memmem(left.at, left.length, "}}", 2);
    if (end == NULL)
        return bytes_of(left.at, 0);
    size_t length = (size_t)(end - left.at);
    fill_hole(page, (const char *)left.at + 2, length - 2, into);
    return bytes_of(end + 2, left.length - length - 2);
}

enum fault report_html(const struct record *record, const struct kills *kills,
                       struct buffer *into)
{
    struct page page = {
        .record = record,
        .kills = kills,
        .counts = record_count(record),
        .known = known_count(record),
        .is_large = cJSON_GetArraySize(record->verdicts) > LARGE,
    };

    for (struct bytes left = page_html(); left.length > 0;)
        left = fill_next(&page, left, into);
    return buffer_add_string(into, "");
}
