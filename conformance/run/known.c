/* What a baseline makes of a run. */
#include "run/known.h"
#include "base/nearest.h"
#include "bench/result.h"
#include "run/reason.h"
#include "spec.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Failures ------------------------------------------------------------- */

void known_add_reason(struct cJSON *verdict, const char *seen)
{
    struct cJSON *all = cJSON_GetObjectItemCaseSensitive(verdict, "also_seen");
    const struct cJSON *other;
    bool is_new = !reason_equals(member_text(verdict, "seen"), seen);

    cJSON_ArrayForEach(other, all)
    {
        is_new = is_new && !reason_equals(other->valuestring, seen);
    }
    if (is_new && all == NULL)
        all = cJSON_AddArrayToObject(verdict, "also_seen");
    if (is_new && cJSON_GetArraySize(all) < BASELINE_REASONS_MAX)
        cJSON_AddItemToArray(all, cJSON_CreateString(seen));
}

static bool is_listed(const struct known_failure *known, const char *seen)
{
    for (size_t i = 0; i < known->seen_count; i++)
        if (reason_equals(known->seen[i], seen))
            return true;
    return false;
}

/* All that the repetitions have seen. */
static bool fails_as_listed(const struct known_failure *known,
                            const struct cJSON *verdict)
{
    const struct cJSON *also;

    if (!is_listed(known, member_text(verdict, "seen")))
        return false;
    cJSON_ArrayForEach(also,
                       cJSON_GetObjectItemCaseSensitive(verdict, "also_seen"))
    {
        if (!cJSON_IsString(also) || !is_listed(known, also->valuestring))
            return false;
    }
    return true;
}

static const char *state_of_failure(const struct known_failure *known,
                                    const struct cJSON *verdict)
{
    if (known == NULL)
        return "new";
    if (known->is_expired)
        return "expired";
    return fails_as_listed(known, verdict) ? "known" : "otherwise";
}

static bool is_verdict(const struct cJSON *line, enum verdict verdict)
{
    return verdict_named(member_text(line, "verdict")) == (int)verdict;
}

void known_mark(const struct baseline *baseline, struct cJSON *verdict)
{
    if (baseline == NULL || !is_verdict(verdict, FAIL))
        return;
    const struct known_failure *known = baseline_find(
        baseline, member_text(verdict, "id"), member_text(verdict, "profile"));
    cJSON_AddStringToObject(verdict, "baseline",
                            state_of_failure(known, verdict));
    if (known != NULL)
        cJSON_AddStringToObject(verdict, "known_until", known->expires);
    if (known != NULL && known->note != NULL)
        cJSON_AddStringToObject(verdict, "known_note", known->note);
}

bool known_is(const struct cJSON *verdict)
{
    return is_verdict(verdict, FAIL) &&
           strcmp(member_text(verdict, "baseline"), "known") == 0;
}

const char *known_says(const struct cJSON *verdict)
{
    const char *state = member_text(verdict, "baseline");

    if (strcmp(state, "otherwise") == 0)
        return "it is listed, with another reason";
    if (strcmp(state, "expired") == 0)
        return "it is listed, and the day is over";
    return strcmp(state, "new") == 0 ? "it is not listed: a new failure" : "";
}

unsigned known_count(const struct record *record)
{
    unsigned count = 0;
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        count += known_is(line);
    }
    return count;
}

/* --- Entries -------------------------------------------------------------- */

static const struct cJSON *verdict_of(const struct record *record,
                                      const struct known_failure *known)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (strcmp(member_text(line, "id"), known->criterion) == 0 &&
            strcmp(member_text(line, "profile"), known->profile) == 0)
            return line;
    }
    return NULL;
}

struct finding {
    const char *state;
    char says[512];
};

static const char *nearest_criterion(const char *name)
{
    const char **names = calloc(catalogue_size + 1, sizeof(*names));
    const char *nearest = NULL;

    for (size_t i = 0; names != NULL && i < catalogue_size; i++)
        names[i] = catalogue[i].spec->id;
    if (names != NULL)
        nearest = nearest_name(name, names);
    free(names);
    return nearest;
}

static const char *nearest_profile(const char *name)
{
    const char *names[32] = { NULL };
    size_t count = 0;

    for (unsigned one = 1; one <= EVERY_PROFILE; one <<= 1)
        names[count++] = profile_name(one);
    return nearest_name(name, names);
}

static void say_unknown(struct finding *finding, const char *what,
                        const char *name, const char *nearest)
{
    finding->state = "unmatched";
    snprintf(finding->says, sizeof(finding->says),
             "there is no %s \"%.80s\"%s%s%s", what, name,
             nearest == NULL ? "" : "; did you mean \"",
             nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
}

/* No verdict: was it left out, or can there be none? */
static void judge_unasked(const struct known_failure *known, unsigned profiles,
                          struct finding *finding)
{
    const struct criterion *criterion = criterion_named(known->criterion);
    unsigned profile = profile_named(known->profile);

    finding->state = "unmatched";
    if (criterion == NULL)
        say_unknown(finding, "criterion", known->criterion,
                    nearest_criterion(known->criterion));
    else if (profile == 0)
        say_unknown(finding, "profile", known->profile,
                    nearest_profile(known->profile));
    else if ((criterion->profiles & profile) == 0)
        snprintf(finding->says, sizeof(finding->says),
                 "it is no criterion of %s", known->profile);
    else if ((profile & profiles) == 0)
        snprintf(finding->says, sizeof(finding->says),
                 "the run is not of the profile %s", known->profile);
    else
        finding->state = "unasked";
}

static void judge_asked(const struct cJSON *verdict, struct finding *finding)
{
    if (is_verdict(verdict, PASS)) {
        finding->state = "passes";
        snprintf(finding->says, sizeof(finding->says),
                 "it passes now: delete the entry");
    } else if (is_verdict(verdict, NOT_APPLICABLE)) {
        bool left_out =
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(verdict, "left_out"));
        finding->state = left_out ? "unasked" : "unmatched";
        snprintf(finding->says, sizeof(finding->says),
                 "it is not applicable: %.300s", member_text(verdict, "seen"));
    } else if (is_verdict(verdict, INCONCLUSIVE)) {
        finding->state = "unjudged";
        snprintf(finding->says, sizeof(finding->says), "it is inconclusive");
    } else if (known_is(verdict)) {
        finding->state = "known";
    } else {
        finding->state = "otherwise";
        snprintf(finding->says, sizeof(finding->says),
                 "it fails for another reason than is listed");
    }
}

static struct cJSON *judge_entry(const struct baseline *baseline,
                                 const struct known_failure *known,
                                 const struct record *record, unsigned profiles)
{
    const struct cJSON *verdict = verdict_of(record, known);
    struct finding finding = { .state = "expired" };
    struct cJSON *entry = cJSON_CreateObject();
    char at[512];

    if (known->is_expired)
        snprintf(finding.says, sizeof(finding.says),
                 "its day is over: it counts no more");
    else if (verdict == NULL)
        judge_unasked(known, profiles, &finding);
    else
        judge_asked(verdict, &finding);
    snprintf(at, sizeof(at), "%.400s:%u", baseline->path, known->line);
    cJSON_AddStringToObject(entry, "criterion", known->criterion);
    cJSON_AddStringToObject(entry, "profile", known->profile);
    cJSON_AddStringToObject(entry, "state", finding.state);
    cJSON_AddStringToObject(entry, "expires", known->expires);
    cJSON_AddStringToObject(entry, "at", at);
    if (finding.says[0] != 0)
        cJSON_AddStringToObject(entry, "says", finding.says);
    return entry;
}

struct cJSON *known_judge(const struct baseline *baseline,
                          const struct record *record, unsigned profiles)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "file", baseline->path);
    struct cJSON *entries = cJSON_AddArrayToObject(object, "entries");
    for (size_t i = 0; i < baseline->count; i++)
        cJSON_AddItemToArray(
            entries, judge_entry(baseline, &baseline->at[i], record, profiles));
    return object;
}

/* --- Of a record ---------------------------------------------------------- */

static const struct cJSON *part_of(const struct record *record)
{
    return cJSON_GetObjectItemCaseSensitive(record->end, "baseline");
}

const struct cJSON *known_entries(const struct record *record)
{
    return cJSON_GetObjectItemCaseSensitive(part_of(record), "entries");
}

bool known_entry_is_stale(const struct cJSON *entry)
{
    const char *state = member_text(entry, "state");

    return strcmp(state, "passes") == 0 || strcmp(state, "unmatched") == 0;
}

unsigned known_stale(const struct record *record)
{
    unsigned count = 0;
    const struct cJSON *entry;

    cJSON_ArrayForEach(entry, known_entries(record))
    {
        count += known_entry_is_stale(entry);
    }
    return count;
}

/* Is there an entry that vouches for this verdict? */
static bool is_vouched_for(const struct record *record,
                           const struct cJSON *verdict)
{
    const struct cJSON *entry;

    cJSON_ArrayForEach(entry, known_entries(record))
    {
        if (strcmp(member_text(entry, "state"), "known") == 0 &&
            strcmp(member_text(entry, "criterion"),
                   member_text(verdict, "id")) == 0 &&
            strcmp(member_text(entry, "profile"),
                   member_text(verdict, "profile")) == 0)
            return true;
    }
    return false;
}

enum fault known_check(const struct record *record)
{
    const struct cJSON *line;

    if (part_of(record) != NULL && !cJSON_IsArray(known_entries(record)))
        return fault_say(FAULT_PROTOCOL,
                         "the end has a baseline without entries");
    if (cJSON_GetArraySize(known_entries(record)) > BASELINE_ENTRIES_MAX)
        return fault_say(FAULT_PROTOCOL,
                         "the end has more than %d entries of a baseline",
                         BASELINE_ENTRIES_MAX);
    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (strcmp(member_text(line, "baseline"), "known") == 0 &&
            (!is_verdict(line, FAIL) || !is_vouched_for(record, line)))
            return fault_say(FAULT_PROTOCOL,
                             "%.80s is marked as a known failure, and the end "
                             "has no entry for it",
                             member_text(line, "id"));
    }
    return FAULT_NONE;
}
