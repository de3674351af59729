/* JUnit XML as its readers read it: GitLab takes classname, name, time and the
 * text of the first child; Jenkins besides its message. Not-applicable is
 * skipped, inconclusive an error: neither is ever a pass. */
#include "bench/result.h"
#include "net/utf8.h"
#include "report/beside.h"
#include "report/report.h"
#include "run/known.h"
#include "run/plan.h"
#include <cJSON.h>
#include <stdio.h>

#define MS_MAX 1e12

/* The length of the character, if XML 1.0 may hold it, or 0. */
static size_t character(const char *at)
{
    size_t length = utf8_character(at);
    bool is_control = length == 1 && (unsigned char)*at < ' ';
    bool is_none = length == 3 && memcmp(at, "\xef\xbf", 2) == 0 &&
                   (unsigned char)at[2] >= 0xbe; /* U+FFFE, U+FFFF */

    return is_none || (is_control && *at != '\t' && *at != '\n') ? 0 : length;
}

static void add_xml(struct buffer *into, const char *text)
{
    while (*text != 0) {
        size_t length = character(text);
        if (length == 0)
            buffer_add_string(into, "\xef\xbf\xbd");
        else if (*text == '&')
            buffer_add_string(into, "&amp;");
        else if (*text == '<')
            buffer_add_string(into, "&lt;");
        else if (*text == '>')
            buffer_add_string(into, "&gt;");
        else if (*text == '"')
            buffer_add_string(into, "&quot;");
        else if (*text == '\n' || *text == '\t')
            buffer_printf(into, "&#%d;", *text);
        else
            buffer_add(into, text, length);
        text += length == 0 ? 1 : length;
    }
}

static void add_child(struct buffer *into, const struct cJSON *line,
                      const char *element, const char *type)
{
    const char *seen = member_text(line, "seen");
    const char *expected = member_text(line, "expected");

    buffer_printf(into, "      <%s%s%s%s message=\"", element,
                  type[0] == 0 ? "" : " type=\"", type,
                  type[0] == 0 ? "" : "\"");
    add_xml(into, seen);
    buffer_add_string(into, "\">");
    add_xml(into, seen);
    if (expected[0] != 0)
        buffer_add_string(into, "&#10;expected: ");
    add_xml(into, expected);
    if (strcmp(element, "failure") == 0) {
        buffer_add_string(into, "&#10;criterion: ");
        add_xml(into, member_text(line, "statement"));
        buffer_add_string(into, "&#10;mend: ");
        add_xml(into, member_text(line, "mend"));
    }
    buffer_printf(into, "</%s>\n", element);
}

/* An expected failure, as readers of JUnit know it: neither red nor a pass. */
static void add_known(struct buffer *into, const struct cJSON *line)
{
    buffer_add_string(into, "      <skipped message=\"XFAIL known until ");
    add_xml(into, member_text(line, "known_until"));
    buffer_add_string(into, ": ");
    add_xml(into, member_text(line, "seen"));
    buffer_add_string(into, "\"/>\n");
}

/* Entries that no longer say what is are cases of their own. */
static void add_stale(struct buffer *into, const struct cJSON *entry)
{
    if (!known_entry_is_stale(entry))
        return;
    buffer_add_string(into,
                      "    <testcase classname=\"wsconform.baseline\" name=\"");
    add_xml(into, member_text(entry, "profile"));
    buffer_add_string(into, ".");
    add_xml(into, member_text(entry, "criterion"));
    buffer_add_string(into, "\" time=\"0\">\n      <failure type=\"STALE\" "
                            "message=\"");
    add_xml(into, member_text(entry, "says"));
    buffer_add_string(into, "\">");
    add_xml(into, member_text(entry, "at"));
    buffer_add_string(into, ": ");
    add_xml(into, member_text(entry, "says"));
    buffer_add_string(into, "</failure>\n    </testcase>\n");
}

/* A decimal number of a schema has no hundred digits, and no run takes years.
 */
static double seconds_of(const struct cJSON *line, const char *name)
{
    double ms = member_number(line, name);

    return ms < 0 ? 0 : ms > MS_MAX ? MS_MAX / 1000 : ms / 1000;
}

static void add_case(struct buffer *into, const struct cJSON *line)
{
    int verdict = verdict_named(member_text(line, "verdict"));

    buffer_add_string(into, "    <testcase classname=\"wsconform.");
    add_xml(into, member_text(line, "profile"));
    buffer_add_string(into, ".");
    add_xml(into, member_text(line, "theme"));
    buffer_add_string(into, "\" name=\"");
    add_xml(into, member_text(line, "id"));
    buffer_printf(into, "\" time=\"%.3f\"", seconds_of(line, "ms"));
    if (verdict == PASS) {
        buffer_add_string(into, "/>\n");
        return;
    }
    buffer_add_string(into, ">\n");
    if (known_is(line))
        add_known(into, line);
    else if (verdict == FAIL)
        add_child(into, line, "failure", "FAIL");
    else if (verdict == NOT_APPLICABLE)
        add_child(into, line, "skipped", "");
    else
        add_child(into, line, "error", "INCONCLUSIVE");
    buffer_add_string(into, "    </testcase>\n");
}

/* A run that came to grief as a whole is a case of its own: readers look at
 * cases alone. */
static void add_trouble(struct buffer *into, const char *trouble)
{
    buffer_add_string(into, "    <testcase classname=\"wsconform.run\" "
                            "name=\"sanity\" time=\"0\">\n"
                            "      <error type=\"INCONCLUSIVE\" message=\"");
    add_xml(into, trouble);
    buffer_add_string(into, "\">");
    add_xml(into, trouble);
    buffer_add_string(into, "</error>\n    </testcase>\n");
}

static void add_choice(struct buffer *into, const struct record *record)
{
    struct buffer choice;

    buffer_init(&choice, 64 * 1024);
    plan_describe(record->plan, &choice);
    buffer_add_string(into, "<property name=\"selected\" value=\"");
    add_xml(into, buffer_string(&choice));
    buffer_add_string(into, "\"/>");
    buffer_deinit(&choice);
}

static void add_beside(void *self, const char *name, const char *text)
{
    struct buffer *into = self;

    buffer_printf(into, "<property name=\"%s\" value=\"", name);
    add_xml(into, text);
    buffer_add_string(into, "\"/>");
}

static void add_properties(struct buffer *into, const struct record *record)
{
    buffer_add_string(into, "    <properties>");
    add_choice(into, record);
    each_beside(record, add_beside, into);
    buffer_add_string(into, "</properties>\n");
}

enum fault report_junit(const struct record *record, struct buffer *into)
{
    struct counts counts = record_count(record);
    const char *trouble = member_text(record->end, "trouble");
    bool troubled = trouble[0] != 0;
    unsigned known = known_count(record);
    unsigned stale = known_stale(record);
    char numbers[160];
    const struct cJSON *line;

    snprintf(
        numbers, sizeof(numbers),
        "tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" "
        "time=\"%.3f\"",
        (unsigned)cJSON_GetArraySize(record->verdicts) + troubled + stale,
        counts.of[FAIL] - known + stale, counts.of[INCONCLUSIVE] + troubled,
        counts.of[NOT_APPLICABLE] + known, seconds_of(record->end, "wall_ms"));
    buffer_printf(into,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites name=\"wsconform\" %s>\n"
                  "  <testsuite name=\"",
                  numbers);
    add_xml(into, member_text(record->plan, "target"));
    buffer_printf(into, "\" %s>\n", numbers);
    add_properties(into, record);
    cJSON_ArrayForEach(line, record->verdicts)
    {
        add_case(into, line);
    }
    cJSON_ArrayForEach(line, known_entries(record))
    {
        add_stale(into, line);
    }
    if (troubled)
        add_trouble(into, trouble);
    return buffer_add_string(into, "  </testsuite>\n</testsuites>\n");
}
