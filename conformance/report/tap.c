/* TAP 14. The plan comes first, so that a lost line shows. */
#include "bench/result.h"
#include "report/report.h"
#include "run/known.h"
#include "run/plan.h"
#include <cJSON.h>

/* One line, and nothing in it that a consumer takes for a directive. */
static void add_line(struct buffer *into, const char *text)
{
    for (; *text != 0; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '#' || byte == '\\')
            buffer_printf(into, "\\%c", byte);
        else if (byte < ' ' || byte == 0x7f)
            buffer_add_string(into, " ");
        else
            buffer_add(into, text, 1);
    }
}

/* A JSON string is a YAML scalar too. */
static void add_yaml(struct buffer *into, const char *name, const char *text)
{
    struct cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string);

    buffer_printf(into, "  %s: %s\n", name, quoted == NULL ? "\"\"" : quoted);
    cJSON_free(quoted);
    cJSON_Delete(string);
}

static void add_point(struct buffer *into, const struct cJSON *line,
                      unsigned number)
{
    int verdict = verdict_named(member_text(line, "verdict"));
    bool good = verdict == PASS || verdict == NOT_APPLICABLE;

    buffer_printf(into, "%s %u - ", good ? "ok" : "not ok", number);
    add_line(into, member_text(line, "profile"));
    buffer_add_string(into, "/");
    add_line(into, member_text(line, "id"));
    if (verdict == NOT_APPLICABLE) {
        buffer_add_string(into, " # SKIP ");
        add_line(into, member_text(line, "seen"));
    } else if (known_is(line)) {
        buffer_add_string(into, " # TODO known until ");
        add_line(into, member_text(line, "known_until"));
    }
    buffer_add_string(into, "\n");
    if (good)
        return;
    buffer_add_string(into, "  ---\n");
    add_yaml(into, "verdict", member_text(line, "verdict"));
    add_yaml(into, "expected", member_text(line, "expected"));
    add_yaml(into, "seen", member_text(line, "seen"));
    add_yaml(into, "mend", member_text(line, "mend"));
    buffer_add_string(into, "  ...\n");
}

/* Entries that no longer say what is are points behind those of the plan. */
static void add_stale(struct buffer *into, const struct cJSON *entry,
                      unsigned number)
{
    buffer_printf(into, "not ok %u - baseline/", number);
    add_line(into, member_text(entry, "profile"));
    buffer_add_string(into, "/");
    add_line(into, member_text(entry, "criterion"));
    buffer_add_string(into, "\n  ---\n");
    add_yaml(into, "stale", member_text(entry, "says"));
    add_yaml(into, "at", member_text(entry, "at"));
    buffer_add_string(into, "  ...\n");
}

enum fault report_tap(const struct record *record, struct buffer *into)
{
    const char *trouble = member_text(record->end, "trouble");
    const struct cJSON *line;
    struct buffer choice;
    unsigned number = 0;

    buffer_printf(into, "TAP version 14\n1..%u\n# ",
                  (unsigned)cJSON_GetArraySize(record->verdicts) +
                      known_stale(record));
    buffer_init(&choice, 64 * 1024);
    plan_describe(record->plan, &choice);
    add_line(into, buffer_string(&choice));
    buffer_deinit(&choice);
    buffer_add_string(into, "\n");
    cJSON_ArrayForEach(line, record->verdicts)
    {
        add_point(into, line, ++number);
    }
    cJSON_ArrayForEach(line, known_entries(record))
    {
        if (known_entry_is_stale(line))
            add_stale(into, line, ++number);
    }
    if (trouble[0] == 0)
        return buffer_add_string(into, "");
    buffer_add_string(into, "Bail out! ");
    add_line(into, trouble);
    return buffer_add_string(into, "\n");
}
