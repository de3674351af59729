/* The refusals: seen, compared with the manifest, and proposed where they
 * differ. What is no refusal is the service's fault, and never proposed. */
#include "probe/knock.h"
#include "probe/steps.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOLD_MAX = 4096 };

static const char *step_of(const struct knock *knock)
{
    return knock->step == NULL ? cause_member(knock->cause) : knock->step;
}

static bool is_told_under(const struct knock *knock, const char *step)
{
    return strcmp(step_of(knock), step) == 0;
}

/* "no token: close 1008 …; an expired token: …", those alike told once. */
static void tell_all(const struct knocks *knocks, const char *step,
                     struct buffer *into)
{
    const struct knock *before = NULL;

    for (size_t i = 0; i < knocks->count; i++) {
        const struct knock *knock = &knocks->at[i];
        if (!is_told_under(knock, step))
            continue;
        if (before != NULL &&
            strcmp(before->sight.words, knock->sight.words) == 0)
            buffer_printf(into, "; %s: the same", knock->did);
        else
            buffer_printf(into, "%s%s: %s", before == NULL ? "" : "; ",
                          knock->did, knock->sight.words);
        before = knock;
    }
}

static bool holds(const struct cJSON *list, const struct cJSON *outcome)
{
    const struct cJSON *one;

    cJSON_ArrayForEach(one, list)
    {
        if (cJSON_Compare(one, outcome, true))
            return true;
    }
    return false;
}

/* Every outcome that was seen for this cause, once, but for what is no refusal.
 * NULL: one of them cannot be said. */
static struct cJSON *outcomes_seen(const struct knocks *knocks,
                                   enum cause cause)
{
    struct cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < knocks->count; i++) {
        struct cJSON *outcome;
        if (knocks->at[i].cause != cause || fault_of(&knocks->at[i]) != NULL)
            continue;
        outcome = outcome_of(&knocks->at[i]);
        if (outcome == NULL) {
            cJSON_Delete(list);
            return NULL;
        }
        if (holds(list, outcome))
            cJSON_Delete(outcome);
        else
            cJSON_AddItemToArray(list, outcome);
    }
    return list;
}

/* The first that is none of those that the manifest has; the faulty first. */
static const struct knock *worst_of(const struct knocks *knocks,
                                    const char *step)
{
    const struct knock *worst = NULL;

    for (size_t i = 0; i < knocks->count; i++) {
        const struct knock *knock = &knocks->at[i];
        if (!is_told_under(knock, step) || knock->fits)
            continue;
        if (worst == NULL ||
            (fault_of(worst) == NULL && fault_of(knock) != NULL))
            worst = knock;
    }
    return worst;
}

static void tell_fault(struct probe *probe, const struct knock *knock,
                       const char *seen)
{
    char why[TOLD_MAX];
    const char *member = cause_member(knock->cause);

    if (knock->claim != NULL && knock->sight.open)
        snprintf(why, sizeof(why),
                 "%s The service is to change; or it does not claim that: then "
                 "set capabilities.%s to false, and what needs it is not "
                 "applicable.",
                 fault_of(knock), knock->claim);
    else if (!may_be_widened(&knock->sight))
        snprintf(why, sizeof(why),
                 "%s The service is to change, not the "
                 "manifest.",
                 fault_of(knock));
    else
        snprintf(why, sizeof(why),
                 "%s Let the service close with a code of its own (1008, or "
                 "4000 to 4999). Where its library has no other way, accept "
                 "it by hand, with the reason, which stands in every report: "
                 "\"%s\": [{ \"close\": %d, \"widened\": \"why\" }]",
                 fault_of(knock), member, knock->sight.code);
    find(probe, FINDING_FAULT, step_of(knock), seen, why);
}

static void tell_change(struct probe *probe, const struct knocks *knocks,
                        const struct knock *worst, const char *seen)
{
    enum cause cause = worst->cause;
    struct buffer why;
    struct finding *finding;
    char path[PROPOSAL_PATH_SIZE];
    const struct outcomes *agreed = &probe_manifest(probe)->refusals[cause];

    buffer_init(&why, TOLD_MAX);
    buffer_add_string(&why, "The manifest has ");
    if (agreed->count == 0)
        buffer_add_string(&why, "nothing");
    describe_outcomes(agreed, &why);
    buffer_add_string(&why, ".");
    snprintf(path, sizeof(path), "refusals.%s", cause_member(cause));
    finding =
        find(probe, FINDING_CHANGE, step_of(worst), seen, buffer_string(&why));
    propose(finding, path, outcomes_seen(knocks, cause));
    adopt_or_withdraw(probe, finding);
    buffer_deinit(&why);
}

static void judge(struct probe *probe, const struct knocks *knocks,
                  const char *step)
{
    const struct knock *worst = worst_of(knocks, step);
    struct buffer seen;

    buffer_init(&seen, TOLD_MAX);
    tell_all(knocks, step, &seen);
    if (worst == NULL && seen.length > 0)
        find(probe, FINDING_GOOD, step, buffer_string(&seen), NULL);
    else if (worst != NULL && fault_of(worst) != NULL)
        tell_fault(probe, worst, buffer_string(&seen));
    else if (worst != NULL)
        tell_change(probe, knocks, worst, buffer_string(&seen));
    buffer_deinit(&seen);
}

static void judge_all(struct probe *probe, const struct knocks *knocks)
{
    for (int cause = 0; cause < CAUSES; cause++)
        judge(probe, knocks, cause_member((enum cause)cause));
    for (size_t i = 0; i < knocks->count; i++)
        if (knocks->at[i].step != NULL)
            judge(probe, knocks, knocks->at[i].step);
}

/* Returns what was tried: bits of enum cause. */
static unsigned try_and_judge(struct probe *probe, const char *name,
                              trial *steps)
{
    struct knocks *knocks = calloc(1, sizeof(*knocks));
    struct result result = { .verdict = INCONCLUSIVE };
    unsigned tried = 0;

    if (knocks == NULL) {
        find(probe, FINDING_UNTRIED, name, "out of memory", NULL);
        return 0;
    }
    knocks->manifest = probe_manifest(probe);
    knocks->has_wire = probe->target->kind == TARGET_URL ||
                       probe->target->kind == TARGET_REFERENCE;
    if (!attempt(probe, NULL, name, steps, knocks, &result))
        find(probe, FINDING_UNTRIED, name,
             result.seen == NULL ? "nothing could be tried" : result.seen,
             "What was tried is no word about the refusals.");
    else if (!knocks->control)
        find(probe, FINDING_UNTRIED, name,
             "behind them a good token was not admitted any more",
             "So what they were answered may have another cause. Does the "
             "service count attempts? Give limits.attempts and "
             "limits.window_ms, and probe again later.");
    if (knocks->control)
        judge_all(probe, knocks);
    for (size_t i = 0; i < knocks->count; i++)
        tried |= 1U << knocks->at[i].cause;
    result_deinit(&result);
    free(knocks);
    return tried;
}

static void tell_untried(struct probe *probe, unsigned tried)
{
    struct buffer lacking;

    buffer_init(&lacking, TOLD_MAX);
    add_untried(probe_manifest(probe), tried, &lacking);
    if (lacking.length > 0)
        find(probe, FINDING_ABSENT, "not tried", buffer_string(&lacking),
             "Until then nobody knows whether it is refused so.");
    buffer_deinit(&lacking);
}

void probe_refusals(struct probe *probe)
{
    static const struct {
        const char *name;
        trial *steps;
    } rounds[] = {
        { "refusals", try_strangers }, { "misdeeds", try_members },
        { "attempts", try_attempts },  { "waiters", try_waiters },
        { "places", try_places },      { "changes", try_changes },
    };
    unsigned tried = 0;

    for (size_t i = 0; i < COUNT(rounds); i++)
        tried |= try_and_judge(probe, rounds[i].name, rounds[i].steps);
    tell_untried(probe, tried);
}
