/* What a turn came to, and with all its turns an entry. */
#include "run/state.h"
#include "base/clock.h"
#include "run/known.h"
#include "run/lines.h"
#include <cJSON.h>

static unsigned kinds_of(const struct entry *entry)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < COUNT(entry->seen_of); i++)
        kinds += entry->seen_of[i] > 0;
    return kinds;
}

void entry_conclude(struct run *run, struct entry *entry, int64_t us)
{
    if (kinds_of(entry) > 1 && !entry->was_deadly)
        verdict_set(
            entry->verdict, INCONCLUSIVE, "the same verdict each time",
            "unstable: it differed over %u repetitions: %u pass, %u fail, %u "
            "inconclusive, %u not applicable",
            entry->repetitions, entry->seen_of[PASS], entry->seen_of[FAIL],
            entry->seen_of[INCONCLUSIVE], entry->seen_of[NOT_APPLICABLE]);
    known_mark(run->options->baseline, entry->verdict);
    if (run->options->stream != NULL)
        line_write(run->options->stream, entry->verdict);
    progress_done(
        run->progress, entry->criterion->spec->id,
        (enum verdict)verdict_named(member_text(entry->verdict, "verdict")),
        known_is(entry->verdict), member_text(entry->verdict, "seen"), us);
}

static unsigned profile_of(const struct entry *entry)
{
    return entry->target->manifest->profile;
}

void entry_place(const struct entry *entry, struct cJSON *verdict)
{
    cJSON_AddStringToObject(verdict, "profile",
                            profile_name(profile_of(entry)));
    cJSON_AddNumberToObject(verdict, "place", entry->place);
}

struct cJSON *turn_verdict(const struct turn *turn, const char *line,
                           const char *trouble, int64_t us)
{
    const struct entry *entry = turn->entry;
    struct cJSON *verdict = verdict_line(entry->criterion, line, trouble, us);

    entry_place(entry, verdict);
    cJSON_AddNumberToObject(
        verdict, "at_ms",
        (double)(clock_monotonic_us() - us - turn->run->started_us) / 1000);
    return verdict;
}

/* Of verdicts that differ the latest is kept, and of failures their reasons;
 * but none is put in the place of one that the target has not survived. */
static void merge(struct entry *entry, struct cJSON *verdict, int kind)
{
    bool deadly = cJSON_HasObjectItem(verdict, "died");

    if (entry->verdict == NULL || (deadly && !entry->was_deadly) ||
        (kinds_of(entry) > 1 && !entry->was_deadly)) {
        cJSON_Delete(entry->verdict);
        entry->verdict = verdict;
    } else {
        if (kind == FAIL)
            known_add_reason(entry->verdict, member_text(verdict, "seen"));
        cJSON_Delete(verdict);
    }
    entry->was_deadly |= deadly;
}

void turn_counts(struct run *run, struct turn *turn)
{
    struct entry *entry = turn->entry;
    struct cJSON *verdict = turn->verdict;
    int kind = verdict_named(member_text(verdict, "verdict"));

    turn->verdict = NULL;
    entry->seen_of[kind]++;
    entry->repetitions++;
    merge(entry, verdict, kind);
    if (kind != NOT_APPLICABLE &&
        entry->criterion->wait_ms > run->longest_wait_ms &&
        !entry->target->is_virtual)
        run->longest_wait_ms = entry->criterion->wait_ms;
    if (entry->repetitions == run->options->repeat)
        entry_conclude(run, entry, turn->ended_us - turn->began_us);
}
