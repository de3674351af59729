/* Writes the baseline of a run, for people to edit. */
#include "bench/result.h"
#include "run/known.h"
#include "run/reason.h"
#include "spec.h"
#include "version.h"
#include <cJSON.h>
#include <stdlib.h>

static const char *first_inconclusive(const struct record *record)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (verdict_named(member_text(line, "verdict")) == INCONCLUSIVE)
            return member_text(line, "id");
    }
    return "none";
}

bool known_is_fit(const struct record *record, struct buffer *why)
{
    struct counts counts = record_count(record);

    if (cJSON_IsTrue(
            cJSON_GetObjectItemCaseSensitive(record->end, "interrupted")))
        buffer_add_string(why, "the run was interrupted");
    else if (member_text(record->end, "trouble")[0] != 0)
        buffer_add_string(why, member_text(record->end, "trouble"));
    else if (counts.of[INCONCLUSIVE] > 0)
        buffer_printf(why, "%u inconclusive, the first %.100s: mend that first",
                      counts.of[INCONCLUSIVE], first_inconclusive(record));
    else if (counts.of[PASS] + counts.of[FAIL] == 0)
        buffer_add_string(why, "nothing was judged");
    return why->length == 0;
}

/* --- One entry ------------------------------------------------------------ */

static void add_text(struct buffer *into, const char *text)
{
    struct cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string);

    buffer_add_string(into, quoted == NULL ? "\"\"" : quoted);
    cJSON_free(quoted);
    cJSON_Delete(string);
}

static void add_member(struct buffer *into, const char *name, const char *text,
                       const char *behind)
{
    buffer_printf(into, "      \"%s\": ", name);
    add_text(into, text);
    buffer_printf(into, "%s\n", behind);
}

static void add_reason(struct buffer *into, const char *seen, bool is_first)
{
    char *plain = reason_plain(seen);

    buffer_add_string(into, is_first ? "\n        " : ",\n        ");
    add_text(into, plain == NULL ? "<nothing>" : plain);
    free(plain);
}

struct listing {
    struct buffer *into;
    unsigned count;
};

static void begin_entry(struct listing *listing, const char *criterion,
                        const char *profile)
{
    const struct criterion *known = criterion_named(criterion);

    buffer_add_string(listing->into, listing->count++ == 0 ? "\n" : ",\n");
    if (known != NULL)
        buffer_printf(listing->into, "    // %s\n", known->spec->statement);
    buffer_add_string(listing->into, "    {\n");
    add_member(listing->into, "criterion", criterion, ",");
    add_member(listing->into, "profile", profile, ",");
    buffer_add_string(listing->into, "      \"seen\": [");
}

static void end_entry(struct listing *listing, const char *expires,
                      const char *note)
{
    buffer_add_string(listing->into, "\n      ],\n");
    add_member(listing->into, "expires", expires, note == NULL ? "" : ",");
    if (note != NULL)
        add_member(listing->into, "note", note, "");
    buffer_add_string(listing->into, "    }");
}

static void add_known(struct listing *listing,
                      const struct known_failure *known)
{
    begin_entry(listing, known->criterion, known->profile);
    for (size_t i = 0; i < known->seen_count; i++)
        add_reason(listing->into, known->seen[i], i == 0);
    end_entry(listing, known->expires, known->note);
}

static void add_failure(struct listing *listing, const struct cJSON *verdict,
                        const char *expires)
{
    const char *note = member_text(verdict, "known_note");
    const struct cJSON *also;
    int left = BASELINE_REASONS_MAX - 1;

    begin_entry(listing, member_text(verdict, "id"),
                member_text(verdict, "profile"));
    add_reason(listing->into, member_text(verdict, "seen"), true);
    cJSON_ArrayForEach(also,
                       cJSON_GetObjectItemCaseSensitive(verdict, "also_seen"))
    {
        if (left-- > 0)
            add_reason(listing->into, also->valuestring, false);
    }
    end_entry(listing, expires, note[0] == 0 ? NULL : note);
}

/* --- The whole ------------------------------------------------------------ */

static void add_verdicts(struct listing *listing, const struct record *record,
                         const struct baseline *before, const char *expires)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (verdict_named(member_text(line, "verdict")) != FAIL)
            continue;
        if (known_is(line) && before != NULL)
            add_known(listing, baseline_find(before, member_text(line, "id"),
                                             member_text(line, "profile")));
        else
            add_failure(listing, line, expires);
    }
}

static void add_unasked(struct listing *listing, const struct record *record,
                        const struct baseline *before)
{
    const struct cJSON *entry;

    cJSON_ArrayForEach(entry, known_entries(record))
    {
        const struct known_failure *known =
            baseline_find(before, member_text(entry, "criterion"),
                          member_text(entry, "profile"));
        if (known != NULL &&
            strcmp(member_text(entry, "state"), "unasked") == 0)
            add_known(listing, known);
    }
}

enum fault known_write(const struct record *record,
                       const struct baseline *before, const char *expires,
                       struct buffer *into)
{
    struct listing listing = { into, 0 };

    buffer_printf(
        into,
        "// Failures that are known, by wsconform " WSCONFORM_VERSION ".\n"
        "// `run --baseline` with this file fails where another failure comes "
        "up, where\n"
        "// one of these passes, or fails for another reason than is seen "
        "here, and where\n"
        "// its day (UTC) is over. <id>, <time>, <address> and <duration> "
        "stand for what\n"
        "// differs from run to run. A \"note\" of yours is kept.\n"
        "{\n  \"baseline\": %d,\n  \"known\": [",
        BASELINE_VERSION);
    add_verdicts(&listing, record, before, expires);
    add_unasked(&listing, record, before);
    return buffer_add_string(into, listing.count > 0 ? "\n  ]\n}\n" : "]\n}\n");
}
