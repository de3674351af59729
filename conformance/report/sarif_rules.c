/* The rules of a SARIF file. */
#include "report/sarif.h"
#include "bench/result.h"
#include "report/report.h"
#include "report/shown.h"
#include "spec.h"
#include <cJSON.h>
#include <stdlib.h>

/* "[here](where)" would be a link, in texts that are plain else. */
static void escape(struct buffer *into, char byte)
{
    if (byte == '(' && into->length > 0 && into->at[into->length - 1] == ']')
        shown_ours(into, " ");
    if (byte == '"' || byte == '\\')
        shown_ours(into, "\\");
    shown_bytes(into, &byte, 1);
}

void sarif_text(struct buffer *into, const char *text, size_t most)
{
    shown_ours(into, "\"");
    shown_add(into, text, most, escape);
    shown_ours(into, "\"");
}

void sarif_member(struct buffer *into, const char *name, const char *text,
                  size_t most)
{
    shown_ours(into, "\"%s\":", name);
    sarif_text(into, text, most);
}

/* {"text":…} */
void sarif_message(struct buffer *into, const char *name, const char *text,
                   size_t most)
{
    shown_ours(into, "\"%s\":{", name);
    sarif_member(into, "text", text, most);
    shown_ours(into, "}");
}

/* --- Rules ---------------------------------------------------------------- */

const char *sarif_level(const struct cJSON *verdict)
{
    bool is_must = strncmp(member_text(verdict, "keyword"), "MUST", 4) == 0;

    return is_must ? "error" : "warning";
}

/* Above 9 is critical, from 7 high, from 4 medium. */
static const char *severity_of(const struct cJSON *line)
{
    const char *level = member_text(line, "level");

    if (strcmp(level, "A") == 0)
        return "8.0";
    return strcmp(level, "AA") == 0 ? "6.0" : "4.0";
}

static void add_proofs(const struct cJSON *line, struct buffer *into)
{
    const struct cJSON *id;

    cJSON_ArrayForEach(id,
                       cJSON_GetObjectItemCaseSensitive(line, "requirements"))
    {
        const struct requirement *requirement =
            cJSON_IsString(id) ? requirement_named(id->valuestring) : NULL;
        if (requirement != NULL)
            buffer_printf(into, " Proves %s (%s; %s): %s", requirement->id,
                          keyword_name(requirement->keyword),
                          requirement->source, requirement->sentence);
    }
}

static void add_help(const struct cJSON *line, struct buffer *into)
{
    struct buffer help;

    buffer_init(&help, REPORT_BYTES_MAX);
    buffer_printf(&help, "%s To mend: %s", member_text(line, "statement"),
                  member_text(line, "mend"));
    add_proofs(line, &help);
    buffer_printf(&help, " More: wsconform explain %s",
                  member_text(line, "id"));
    sarif_message(into, "help", buffer_string(&help), SARIF_HELP_MAX);
    buffer_deinit(&help);
}

static void add_rule(const struct cJSON *line, struct buffer *into)
{
    shown_ours(into, "{");
    sarif_member(into, "id", member_text(line, "id"), SARIF_ID_MAX);
    shown_ours(into, ",");
    sarif_message(into, "shortDescription", member_text(line, "statement"),
                  SARIF_DESCRIPTION_MAX);
    shown_ours(into, ",");
    sarif_message(into, "fullDescription", member_text(line, "statement"),
                  SARIF_DESCRIPTION_MAX);
    shown_ours(into, ",");
    add_help(line, into);
    shown_ours(into,
               ",\"defaultConfiguration\":{\"level\":\"%s\"},\"properties\":{"
               "\"tags\":[\"security\",\"websocket\",",
               sarif_level(line));
    sarif_text(into, member_text(line, "theme"), SARIF_ID_MAX);
    shown_ours(into,
               "],\"precision\":\"very-high\",\"security-severity\":\"%s\"}}",
               severity_of(line));
}

bool sarif_is_finding(const struct cJSON *verdict)
{
    return verdict_named(member_text(verdict, "verdict")) == FAIL;
}

static int by_id(const void *one, const void *other)
{
    return strcmp(member_text(*(struct cJSON *const *)one, "id"),
                  member_text(*(struct cJSON *const *)other, "id"));
}

/* One for each criterion that fails, in the order of their names. */
void sarif_rules(const struct record *record, struct buffer *into)
{
    size_t count = 0;
    const struct cJSON *line;
    const struct cJSON **lines =
        calloc(record_count(record).of[FAIL] + 1, sizeof(*lines));

    if (lines == NULL) {
        into->limit = 0; /* no report is better than half of one */
        return;
    }
    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (sarif_is_finding(line))
            lines[count++] = line;
    }
    qsort(lines, count, sizeof(*lines), by_id);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && by_id(&lines[i - 1], &lines[i]) == 0)
            continue;
        shown_ours(into, i > 0 ? ",\n" : "\n");
        add_rule(lines[i], into);
    }
    free(lines);
}
