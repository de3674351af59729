/* The page: what others have said is text in it, whatever it is; nothing in it
 * is asked of a network, and nothing runs but the one script of ours. */
#include "check_program.h"
#include "report/html/kills.h"
#include "report/html/markup.h"
#include "report/report.h"
#include "page_tags.h"
#include "stream_world.h"
#include <stdlib.h>

/* --- Text ----------------------------------------------------------------- */

static const struct {
    const char *label, *text, *want;
} texts[] = {
    { "plain", "a b", "a b" },
    { "markup", "<b a=\"1\" c='2'>&</b>",
      "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&lt;/b&gt;" },
    { "end of a script", "</script><!--", "&lt;/script&gt;&lt;!--" },
    { "end of CDATA", "]]>", "]]&gt;" },
    { "an entity", "&lt;", "&amp;lt;" },
    { "controls", "\x01\x1b[2J\x7f", "[U+0001][U+001B][2J[U+007F]" },
    { "line feed, tab, return", "a\nb\tc\r", "a&#10;b c[U+000D]" },
    { "a C1 control", "\xc2\x9b", "[U+009B]" },
    { "right-to-left override",
      "a\xe2\x80\xae"
      "b",
      "a[U+202E]b" },
    { "an isolate", "\xe2\x81\xa6", "[U+2066]" },
    { "no width", "\xe2\x80\x8b\xef\xbb\xbf", "[U+200B][U+FEFF]" },
    { "Hebrew", "\xd7\xa9\xd7\x9c", "\xd7\xa9\xd7\x9c" },
    { "outside the BMP", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
    { "a tag character", "\xf3\xa0\x81\x81", "[U+E0041]" },
    { "a noncharacter", "\xf4\x8f\xbf\xbf", "[U+10FFFF]" },
    { "a lone surrogate", "\xed\xa0\x80",
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "overlong", "\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "cut short", "a\xe2\x80", "a\xef\xbf\xbd\xef\xbf\xbd" },
    { "no UTF-8", "\xff<", "\xef\xbf\xbd&lt;" },
};

START_TEST(text_stays_text)
{
    struct buffer made;

    buffer_init(&made, 1024);
    html_add(&made, "<i>%s</i>", texts[_i].text);
    const char *got = buffer_string(&made);
    size_t length = strlen(texts[_i].want);
    ck_assert_msg(strlen(got) == length + 7 &&
                      strncmp(got + 3, texts[_i].want, length) == 0,
                  "%s: %s", texts[_i].label, got);
    buffer_deinit(&made);
}
END_TEST

START_TEST(text_is_cut)
{
    struct buffer made;
    char *vast = malloc(100 * 1024 + 1);

    memset(vast, 'x', 100 * 1024);
    memcpy(vast + MARKUP_TEXT_MAX - 1, "\xc3\xa9", 2); /* stays whole */
    vast[100 * 1024] = 0;
    buffer_init(&made, 1 << 20);
    html_add(&made, "%s", vast);
    ck_assert_ptr_nonnull(strstr(buffer_string(&made),
                                 "x\xc3\xa9\xe2\x80\xa6 (98303 bytes more)"));
    buffer_clear(&made);
    html_add(&made, "%.*s|%.*s", 3, "a<b>", 4, "a<b>");
    ck_assert_str_eq(buffer_string(&made), "a&lt;b\xe2\x80\xa6|a&lt;b&gt;");
    buffer_deinit(&made);
    free(vast);
}
END_TEST

START_TEST(numbers_are_numbers)
{
    struct buffer made;

    buffer_init(&made, 4096);
    html_add(&made, "%d %u %.0f %.1f %%", -1, 7u, 2.6, 0.25);
    ck_assert_str_eq(buffer_string(&made), "-1 7 3 0.2 %");
    buffer_clear(&made);
    html_add(&made, "%.0f", -1e308);
    ck_assert_uint_eq(made.length, 310);
    buffer_deinit(&made);
}
END_TEST

/* What did not fit is not passed over: nothing stands behind it. */
START_TEST(full_is_full)
{
    struct buffer made;

    buffer_init(&made, 4);
    ck_assert_int_eq(html_add(&made, "%s", "abc"), FAULT_NONE);
    ck_assert_int_ne(html_add(&made, "%s%s", "de", "f"), FAULT_NONE);
    ck_assert_int_ne(html_add(&made, "%s", ""), FAULT_NONE);
    ck_assert_str_eq(buffer_string(&made), "abc");
    buffer_deinit(&made);
}
END_TEST

/* --- The page ------------------------------------------------------------- */

/* hostile.ndjson, hostile-mutants.json: whatever a stream can hold. */
static char *load(const char *name)
{
    char path[4096] = __FILE__;
    char chunk[4096];
    size_t length;
    struct buffer text;

    snprintf(strrchr(path, '/') + 1, 64, "golden/%s", name);
    FILE *from = fopen(path, "re");
    ck_assert_msg(from != NULL, "%s is not there", path);
    buffer_init(&text, REPORT_BYTES_MAX);
    while ((length = fread(chunk, 1, sizeof(chunk), from)) > 0)
        ck_assert_int_eq(buffer_add(&text, chunk, length), FAULT_NONE);
    fclose(from);
    return buffer_take(&text);
}

static struct record record;
static struct buffer made;

static void read_stream(const char *stream)
{
    record_init(&record);
    enum fault fault = record_read(&record, bytes_of_string(stream));
    ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
    buffer_init(&made, REPORT_BYTES_MAX);
}

static void deinit(void)
{
    record_deinit(&record);
    buffer_deinit(&made);
}

static int count_of(const char *part)
{
    int count = 0;

    for (const char *at = buffer_string(&made); (at = strstr(at, part)) != NULL;
         at++)
        count++;
    return count;
}

static const struct {
    const char *part;
    int want;
} counts[] = {
    { "<script>", 1 },
    { "</script>", 1 },
    { "<style>", 1 },
    { "<!--", 0 },
    { "]]>", 0 },
    { "\x1b", 0 },
    { "\xe2\x80\xae", 0 },
    { "\xed\xa0", 0 },
    { "\n::error", 0 },
    { "http:", 0 },
    { "https:", 0 },
    { "@import", 0 },
    { "url(", 0 },
    { "{{", 0 },
    { "bytes more)", 1 },
    { "<li><details id=\"", 5 },
    { "<b>Known failure<", 1 },
};

START_TEST(nothing_gets_out_of_its_place)
{
    char *matrix = load("hostile-mutants.json");
    char *stream = load("hostile.ndjson");
    struct kills *kills = kills_read(bytes_of_string(matrix));

    ck_assert_ptr_nonnull(kills);
    read_stream(stream);
    free(matrix);
    free(stream);
    ck_assert_int_eq(report_html(&record, kills, &made), FAULT_NONE);
    ck_assert_msg(strange_tag(buffer_string(&made)) == NULL, "%.200s",
                  strange_tag(buffer_string(&made)));
    for (int i = 0; i < COUNT_OF(counts); i++)
        ck_assert_msg(count_of(counts[i].part) == counts[i].want,
                      "%s: %d, want %d", counts[i].part,
                      count_of(counts[i].part), counts[i].want);
    ck_assert_uint_eq(strlen(buffer_string(&made)), made.length);
    kills_free(kills);
    deinit();
}
END_TEST

/* A chart is never cut: not of the longest steps that a stream can hold. */
START_TEST(vast_steps_make_a_whole_chart)
{
    struct buffer stream;
    char vast[2000];

    for (size_t i = 0; i < sizeof(vast); i++)
        vast[i] = i % 2 == 0 ? '<' : 'a';
    vast[sizeof(vast) - 1] = 0;
    buffer_init(&stream, 1 << 20);
    buffer_printf(&stream, OPEN_PLAN ",\"criteria\":1}\n"
                                     "{\"type\":\"verdict\",\"id\":\"a\","
                                     "\"verdict\":\"fail\",\"transcript\":[");
    for (int i = 0; i < 64; i++)
        buffer_printf(&stream,
                      "%s{\"peer\":\"%s\",\"what\":\"sends %s\",\"text\":"
                      "\"%s\"}",
                      i == 0 ? "" : ",", vast, vast, vast);
    buffer_printf(&stream,
                  "]}\n{\"type\":\"end\",\"counts\":{\"pass\":0,"
                  "\"fail\":1,\"inconclusive\":0,\"not_applicable\":0},"
                  "\"exit\":1}\n");
    read_stream(buffer_string(&stream));
    buffer_deinit(&stream);
    ck_assert_int_eq(report_html(&record, NULL, &made), FAULT_NONE);
    ck_assert_int_eq(count_of(" role=\"img\"><title>"), 64);
    ck_assert_int_eq(count_of("<g "), count_of("</g>"));
    deinit();
}
END_TEST

#define QUIET(more)                                                            \
    OPEN_PLAN                                                                  \
    ",\"criteria\":2,\"target\":\"chat\"}\n"                                   \
    "{\"type\":\"verdict\",\"id\":\"a\",\"profile\":\"p\",\"verdict\":"        \
    "\"pass\"}\n{\"type\":\"verdict\",\"id\":\"b\",\"profile\":\"p\","         \
    "\"verdict\":" more
#define END(pass, fail, unsure, rest)                                          \
    "{\"type\":\"end\",\"counts\":{\"pass\":" pass ",\"fail\":" fail           \
    ",\"inconclusive\":" unsure ",\"not_applicable\":0}," rest "}\n"
#define ENTRY(state)                                                           \
    "\"baseline\":{\"entries\":[{\"criterion\":\"b\",\"profile\":\"p\","       \
    "\"state\":\"" state "\"}]}"

static const struct {
    const char *stream, *want, *class;
} headlines[] = {
    { QUIET("\"pass\"}\n") END("2", "0", "0", "\"exit\":0"),
      ">All 2 criteria pass<", "pass" },
    { QUIET("\"fail\"}\n") END("1", "1", "0", "\"exit\":1"),
      ">1 of 2 criteria fails<", "fail" },
    { QUIET("\"inconclusive\"}\n") END("1", "0", "1", "\"exit\":3"),
      ">No verdict: not everything could be asked<", "unsure" },
    { QUIET("\"pass\"}\n") END("2", "0", "0", "\"exit\":4,\"trouble\":\"x\""),
      ">Not green: the run came to grief<", "unsure" },
    { QUIET("\"pass\"}\n")
          END("2", "0", "0", "\"exit\":3,\"interrupted\":true"),
      ">Not green: the run was interrupted<", "unsure" },
    { QUIET("\"pass\"}\n") END(
          "2", "0", "0", "\"exit\":3,\"interrupted\":true,\"trouble\":\"x\""),
      ">Not green: the run was interrupted<", "unsure" },
    { QUIET("\"fail\",\"baseline\":\"known\"}\n")
          END("1", "1", "0", "\"exit\":0," ENTRY("known")),
      ">Green as a gate: 1 known failure<", "known" },
    { OPEN_PLAN ",\"criteria\":2}\n"
                "{\"type\":\"verdict\",\"id\":\"a\",\"profile\":\"p\","
                "\"verdict\":\"fail\",\"baseline\":\"new\"}\n"
                "{\"type\":\"verdict\",\"id\":\"b\",\"profile\":\"p\","
                "\"verdict\":\"fail\",\"baseline\":\"known\"}\n" END(
                    "0", "2", "0", "\"exit\":1," ENTRY("known")),
      ">1 of 2 criteria fails, besides 1 known failure<", "fail" },
    { QUIET("\"pass\"}\n") END("2", "0", "0", "\"exit\":5," ENTRY("passes")),
      ">The baseline is stale<", "unsure" },
};

START_TEST(headline_is_the_verdict)
{
    char class[64];

    read_stream(headlines[_i].stream);
    report_html(&record, NULL, &made);
    snprintf(class, sizeof(class), "<div class=\"verdict %s\">",
             headlines[_i].class);
    ck_assert_msg(count_of(headlines[_i].want) == 1 && count_of(class) == 1,
                  "want %s %s", headlines[_i].want, headlines[_i].class);
    ck_assert_int_eq(count_of("id=\"matrix\""), 0);
    ck_assert_int_eq(count_of("id=\"timeline\""), 0);
    deinit();
}
END_TEST

/* A green page names what it says nothing of. */
START_TEST(what_was_not_asked_is_told)
{
    read_stream(OPEN_PLAN
                ",\"criteria\":1,\"targets\":[{\"other_doors\":[\"<polling>\","
                "7,\"a file\"]}]}\n"
                "{\"type\":\"verdict\",\"id\":\"a\",\"verdict\":\"pass\","
                "\"deviations\":[\"cut_reason\",\"<b>\",7]}\n" END(
                    "1", "0", "0", "\"exit\":0"));
    report_html(&record, NULL, &made);
    ck_assert_int_eq(count_of("<dt>Not asked: another door</dt>"), 2);
    ck_assert_int_eq(count_of("<dd>&lt;polling&gt;</dd>"), 1);
    ck_assert_int_eq(count_of("<dt>Tolerated: "), 1);
    ck_assert_int_eq(count_of("character (RFC 6455 5.5.1); criteria: 1<"), 1);
    ck_assert_int_eq(count_of("A part alone: 1 of 9 criteria"), 1);
    deinit();
}
END_TEST

/* What the reader of tags is worth. */
static const struct {
    const char *page;
    bool want;
} tags[] = {
    { "<p class=\"a\" hidden>&lt;</p><br", false },
    { "<p class=\"a\" hidden>&lt;</p>", true },
    { "<img src=\"x\">", false },
    { "<p onclick=\"x\">", false },
    { "<p class=a>", false },
    { "<p class=\"a>", false },
    { "<p class=\"a\"onclick=\"b\">", false },
    { "<", false },
    { "<rect x=\"1\"/>", true },
};

START_TEST(tags_are_told_apart)
{
    ck_assert_msg((strange_tag(tags[_i].page) == NULL) == tags[_i].want, "%s",
                  tags[_i].page);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("report_html");
    TCase *text = tcase_create("text");
    TCase *page = tcase_create("page");

    tcase_add_loop_test(text, text_stays_text, 0, COUNT_OF(texts));
    tcase_add_test(text, text_is_cut);
    tcase_add_test(text, numbers_are_numbers);
    tcase_add_test(text, full_is_full);
    tcase_add_test(page, nothing_gets_out_of_its_place);
    tcase_add_test(page, vast_steps_make_a_whole_chart);
    tcase_add_test(page, what_was_not_asked_is_told);
    tcase_add_loop_test(page, tags_are_told_apart, 0, COUNT_OF(tags));
    tcase_add_loop_test(page, headline_is_the_verdict, 0, COUNT_OF(headlines));
    suite_add_tcase(suite, text);
    suite_add_tcase(suite, page);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_report_html");
}
