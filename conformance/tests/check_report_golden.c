/* One run, hostile in every text that it can hold, and each report of it as it
 * has to be to the byte. After a change that is meant:
 *
 *     cd conformance/tests/golden
 *     wsconform report --from run.ndjson --json run.json --junit run.xml \
 *         --tap run.tap --sarif run.sarif --markdown run.md --badge run.svg \
 *         --badge-json run.badge.json --html whole.html >run.txt
 *     wsconform report --from run.ndjson --quiet --annotations \
 *         >run.annotations
 *     sed -n '/^<main>/,/^<.main>/p' whole.html >run.html; rm whole.html
 *
 * and the difference is read before it is committed: `repeat` alone is the
 * test's own. */
#include "check_program.h"
#include "report/report.h"
#include <string.h>

static struct record record;
static struct buffer made;

/* The tests run at the root of the tree. */
static void load(const char *name, struct buffer *into)
{
    char path[4096] = __FILE__;
    char chunk[4096];
    size_t length;

    snprintf(strrchr(path, '/') + 1, 64, "golden/%s", name);
    FILE *from = fopen(path, "re");
    ck_assert_msg(from != NULL, "%s is not there", path);
    buffer_init(into, REPORT_BYTES_MAX);
    while ((length = fread(chunk, 1, sizeof(chunk), from)) > 0)
        ck_assert_int_eq(buffer_add(into, chunk, length), FAULT_NONE);
    fclose(from);
}

static void begin(void)
{
    struct buffer stream;

    load("run.ndjson", &stream);
    record_init(&record);
    enum fault fault = record_read(&record, buffer_view(&stream));
    ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
    buffer_deinit(&stream);
    buffer_init(&made, REPORT_BYTES_MAX);
}

static void end(void)
{
    record_deinit(&record);
    buffer_deinit(&made);
}

static void make_text(void)
{
    report_text(&record, "wsconform run \033[2J", false, &made);
}

static void make_json(void)
{
    report_json(&record, &made);
}

static void make_junit(void)
{
    report_junit(&record, &made);
}

static void make_tap(void)
{
    report_tap(&record, &made);
}

static void make_sarif(void)
{
    report_sarif(&record, &made);
}

static void make_markdown(void)
{
    report_markdown(&record, &made);
}

static void make_annotations(void)
{
    report_annotations(&record, &made);
}

static void make_badge(void)
{
    report_badge(&record, &made);
}

static void make_badge_json(void)
{
    report_badge_json(&record, &made);
}

/* Without style and script, which have no text of anybody's. */
static void make_html(void)
{
    struct buffer whole;

    buffer_init(&whole, REPORT_BYTES_MAX);
    report_html(&record, NULL, &whole);
    const char *start = strstr(buffer_string(&whole), "<main>");
    const char *end = strstr(buffer_string(&whole), "</main>");
    ck_assert(start != NULL && end != NULL);
    buffer_add(&made, start, (size_t)(end - start) + strlen("</main>\n"));
    buffer_deinit(&whole);
}

static const struct {
    const char *file;
    void (*make)(void);
    int lines; /* that begin with `point`; nothing may forge one more */
    const char *point;
    int commands; /* lines that a runner of jobs takes for one */
} rows[] = {
    { "run.txt", make_text, 1, "FAIL  ", 0 },
    { "run.json", make_json, 4, "\t\t\t\"id\":", 0 },
    { "run.xml", make_junit, 4, "    <testcase ", 0 },
    { "run.tap", make_tap, 2, "ok ", 0 },
    { "run.html", make_html, 4, "<li><details ", 0 },
    { "run.sarif", make_sarif, 1, "{\"ruleId\"", 0 },
    { "run.md", make_markdown, 3, "| <code>", 0 },
    { "run.annotations", make_annotations, 2, "::error ", 3 },
    { "run.svg", make_badge, 2, "<text ", 0 },
    { "run.badge.json", make_badge_json, 1, "{", 0 },
};

static int lines_with(const char *text, const char *point)
{
    int count = 0;

    for (; text != NULL; text = strchr(text, '\n')) {
        text += *text == '\n';
        count += strncmp(text, point, strlen(point)) == 0;
    }
    return count;
}

START_TEST(report_is_as_it_was)
{
    struct buffer golden;

    load(rows[_i].file, &golden);
    rows[_i].make();
    ck_assert_msg(strcmp(buffer_string(&made), buffer_string(&golden)) == 0,
                  "%s has changed:\n%s", rows[_i].file, buffer_string(&made));
    buffer_deinit(&golden);
}
END_TEST

/* Also where somebody renews the golden files without reading them. */
START_TEST(nothing_is_forged)
{
    rows[_i].make();
    const char *text = buffer_string(&made);

    ck_assert_int_eq(lines_with(text, rows[_i].point), rows[_i].lines);
    ck_assert_int_eq(lines_with(text, "::"), rows[_i].commands);
    for (const char *at = text; *at != 0; at++)
        ck_assert_msg(*at == '\n' || *at == '\t' || (unsigned char)*at >= ' ',
                      "%s: byte %02x at %td", rows[_i].file, *at, at - text);
    ck_assert_uint_eq(strlen(text), made.length);
}
END_TEST

/* Colour, where it is wanted, is ours alone. */
START_TEST(colour_is_ours_alone)
{
    report_text(&record, "wsconform run", true, &made);
    const char *text = buffer_string(&made);

    ck_assert_ptr_nonnull(strstr(text, "\033[1;31mFAIL\033[0m"));
    ck_assert_ptr_null(strstr(text, "\033]0;"));
    ck_assert_ptr_null(strstr(text, "\033[2J"));
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("report_golden");
    TCase *tcase = tcase_create("golden");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, report_is_as_it_was, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, nothing_is_forged, 0, COUNT_OF(rows));
    tcase_add_test(tcase, colour_is_ours_alone);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_report_golden");
}
