/* What a run is good for. */
#include "certificate/claim.h"
#include "base/deviation.h"
#include "base/revision.h"
#include "bench/result.h"
#include "run/known.h"
#include "run/plan.h"
#include "run/run.h"
#include <cJSON.h>

static const struct cJSON *member(const struct cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static enum verdict verdict_of(const struct cJSON *line)
{
    return (enum verdict)verdict_named(member_text(line, "verdict"));
}

int level_named(const char *name)
{
    for (int level = LEVEL_A; level <= LEVEL_AAA; level++) {
        if (strcmp(name, level_name((enum level)level)) == 0)
            return level;
    }
    return -1;
}

int claim_level(const struct record *record)
{
    const char *level = member_text(member(record->plan, "selection"), "level");

    return level[0] == 0 ? LEVEL_AAA : level_named(level);
}

const char *claim_evidence(const struct record *record)
{
    static const char *const adapters[][2] = { { "mock", "memory" },
                                               { "pipe", "pipe" },
                                               { "net", "network" } };
    const char *adapter = member_text(record->plan, "adapter");

    for (size_t i = 0; i < COUNT(adapters); i++) {
        if (strcmp(adapter, adapters[i][0]) == 0)
            return adapters[i][1];
    }
    return "unknown";
}

const char *claim_tree(const struct record *record)
{
    const char *tree = member_text(member(record->plan, "tool"), "tree");

    return tree[0] == 0 ? tree_name(TREE_UNKNOWN) : tree;
}

/* --- What is required ----------------------------------------------------- */

/* The profiles that were judged; a set of enum profile. */
static unsigned profiles_of(const struct record *record)
{
    const struct cJSON *target;
    unsigned profiles = 0;

    cJSON_ArrayForEach(target, member(record->plan, "targets"))
    {
        profiles |= profile_named(member_text(target, "profile"));
    }
    return profiles;
}

static bool is_required(const struct claim *claim, const struct set_row *row,
                        unsigned profiles)
{
    return row != NULL && (row->profile & profiles) != 0 &&
           row->level <= claim->level &&
           book_withdrawn(claim->book, claim->set, row->id) == NULL;
}

size_t claim_required(const struct claim *claim)
{
    unsigned profiles = profiles_of(claim->record);
    size_t count = 0;

    for (size_t i = 0; i < claim->set->count; i++)
        count += is_required(claim, &claim->set->at[i], profiles);
    return count;
}

static const struct cJSON *verdict_on(const struct record *record,
                                      const struct set_row *row)
{
    const char *profile = profile_name(row->profile);
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (strcmp(member_text(line, "id"), row->id) == 0 &&
            strcmp(member_text(line, "profile"), profile) == 0)
            return line;
    }
    return NULL;
}

/* --- Whether it can be certified ------------------------------------------ */

static enum fault deny_of(unsigned count, const char *first, const char *what)
{
    return fault_say(FAULT_DENIED, "%u %s %s, the first: %s", count,
                     count == 1 ? "criterion" : "criteria", what, first);
}

/* The verdicts of this kind; with a baseline, those that it does not know. What
 * was withdrawn counts neither way. */
static enum fault deny_kind(const struct claim *claim, enum verdict kind,
                            const char *what)
{
    const struct record *record = claim->record;
    const char *first = "";
    const struct cJSON *line;
    unsigned count = 0;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (verdict_of(line) != kind || (kind == FAIL && known_is(line)) ||
            book_withdrawn(claim->book, claim->set, member_text(line, "id")) !=
                NULL)
            continue;
        if (count++ == 0)
            first = member_text(line, "id");
    }
    return count == 0 ? FAULT_NONE : deny_of(count, first, what);
}

static enum fault deny_end(const struct record *record)
{
    const char *trouble = member_text(record->end, "trouble");
    int status = member_whole(record->end, "exit", EXIT_GOOD, EXIT_STALE);
    const struct cJSON *selection = member(record->plan, "selection");

    if (cJSON_IsTrue(member(record->end, "interrupted")))
        return fault_say(FAULT_DENIED, "the run was interrupted");
    if (trouble[0] != 0)
        return fault_say(FAULT_DENIED, "the run came to grief: %s", trouble);
    if (member_whole(selection, "shards", 1, 1) != 1)
        return fault_say(
            FAULT_DENIED,
            "the run is one shard of several; `wsconform report "
            "--from` all of them `--ndjson` FILE makes one of them");
    if (strcmp(claim_evidence(record), "unknown") == 0)
        return fault_say(FAULT_DENIED, "the run does not say how it judged");
    if (status != EXIT_GOOD)
        return fault_say(FAULT_DENIED, "the run ended with exit %d", status);
    return FAULT_NONE;
}

/* Each target has verdicts, and they are its own: they name a profile alone. */
static enum fault deny_targets(const struct record *record)
{
    const struct cJSON *target;
    unsigned seen = 0;

    cJSON_ArrayForEach(target, member(record->plan, "targets"))
    {
        unsigned one = profile_named(member_text(target, "profile"));
        if (one == 0 || (seen & one) != 0)
            return fault_say(FAULT_DENIED,
                             "the run names a target that it has no verdicts "
                             "of: %.100s",
                             member_text(target, "target"));
        seen |= one;
    }
    return seen == plan_profiles(record->plan)
               ? FAULT_NONE
               : fault_say(FAULT_DENIED,
                           "the targets of the run are not those of its "
                           "profiles, %.100s",
                           member_text(record->plan, "profile"));
}

/* A certificate names one address of each target, and all was asked there. */
static enum fault deny_addresses(const struct record *record)
{
    const char *url = member_text(record->plan, "url");
    const struct cJSON *part;

    if (cJSON_IsTrue(member(record->plan, "own")))
        return FAULT_NONE;
    cJSON_ArrayForEach(part, member(record->plan, "merged"))
    {
        if (strcmp(member_text(part, "url"), url) != 0)
            return fault_say(FAULT_DENIED,
                             "the shards of the run are of two addresses, "
                             "%.200s and %.200s",
                             url, member_text(part, "url"));
    }
    return FAULT_NONE;
}

static bool was_asked(const struct cJSON *verdict)
{
    return verdict != NULL && !cJSON_IsTrue(member(verdict, "left_out"));
}

static enum fault deny_absent(const struct claim *claim, unsigned count,
                              const char *first)
{
    struct buffer choice;

    buffer_init(&choice, 64 * 1024);
    plan_describe(claim->record->plan, &choice);
    fault_say(FAULT_DENIED,
              "%u %s that %s requires at level %s %s not asked, the first: %s "
              "(the run: %s)",
              count, count == 1 ? "criterion" : "criteria", claim->set->name,
              level_name(claim->level), count == 1 ? "was" : "were", first,
              buffer_string(&choice));
    buffer_deinit(&choice);
    return FAULT_DENIED;
}

/* Nothing that is required is absent, or known to fail. */
static enum fault deny_required(const struct claim *claim)
{
    unsigned profiles = profiles_of(claim->record);
    const char *first[2] = { "", "" };
    unsigned absent = 0;
    unsigned known = 0;

    for (size_t i = 0; i < claim->set->count; i++) {
        const struct set_row *row = &claim->set->at[i];
        if (!is_required(claim, row, profiles))
            continue;
        const struct cJSON *verdict = verdict_on(claim->record, row);
        if (!was_asked(verdict) && absent++ == 0)
            first[0] = row->id;
        else if (known_is(verdict) && known++ == 0)
            first[1] = row->id;
    }
    if (absent > 0)
        return deny_absent(claim, absent, first[0]);
    return known == 0 ? FAULT_NONE
                      : deny_of(known, first[1],
                                "that the level requires fail as the baseline "
                                "has them");
}

enum fault claim_check(const struct claim *claim)
{
    const struct record *record = claim->record;
    enum fault fault = deny_kind(claim, FAIL, "fail");

    if (fault == FAULT_NONE)
        fault = deny_kind(claim, INCONCLUSIVE, "inconclusive");
    if (fault == FAULT_NONE)
        fault = deny_end(record);
    if (fault == FAULT_NONE)
        fault = deny_targets(record);
    if (fault == FAULT_NONE)
        fault = deny_addresses(record);
    if (fault == FAULT_NONE && claim_required(claim) == 0)
        fault =
            fault_say(FAULT_DENIED, "%s requires nothing of %s at level %s",
                      claim->set->name, member_text(record->plan, "profile"),
                      level_name(claim->level));
    return fault == FAULT_NONE ? deny_required(claim) : fault;
}

/* --- What is said of it --------------------------------------------------- */

static struct cJSON *copy(const struct cJSON *from, const char *name)
{
    return cJSON_Duplicate(member(from, name), true);
}

static struct cJSON *pair(const char *name, const char *text,
                          const char *second, const char *its_text)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, name, text);
    cJSON_AddStringToObject(object, second, its_text);
    return object;
}

/* The verdicts of one kind, each with what was seen of it: why it is not
 * applicable, or how it fails. */
static struct cJSON *list_of(const struct record *record, enum verdict kind,
                             const char *reason)
{
    struct cJSON *list = cJSON_CreateArray();
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (verdict_of(line) != kind)
            continue;
        struct cJSON *one = pair("criterion", member_text(line, "id"),
                                 "profile", member_text(line, "profile"));
        cJSON_AddStringToObject(one, reason, member_text(line, "seen"));
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

/* What was passed over in a criterion that asks for something else: its word,
 * since a later version may have another sentence for it. */
static struct cJSON *tolerated(const struct record *record)
{
    struct cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < DEVIATIONS; i++) {
        const char *word = deviation_word((enum deviation)i);
        unsigned count = record_deviating(record, word);
        if (count == 0)
            continue;
        struct cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "deviation", word);
        cJSON_AddNumberToObject(one, "criteria", count);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static struct cJSON *catalogue_of(const struct record *record)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "sha256",
                            member_text(record->plan, "catalogue_sha256"));
    cJSON_AddNumberToObject(object, "criteria",
                            member_number(record->plan, "catalogue_criteria"));
    return object;
}

struct cJSON *claim_predicate(const struct claim *claim)
{
    const struct record *record = claim->record;
    struct cJSON *into = cJSON_CreateObject();

    cJSON_AddItemToObject(into, "tool", copy(record->plan, "tool"));
    cJSON_AddItemToObject(into, "targets", copy(record->plan, "targets"));
    cJSON_AddItemToObject(into, "selection", copy(record->plan, "selection"));
    cJSON_AddItemToObject(into, "catalogue", catalogue_of(record));
    cJSON_AddItemToObject(
        into, "requirement_set",
        pair("name", claim->set->name, "sha256", claim->set->sha256));
    cJSON_AddStringToObject(into, "level", level_name(claim->level));
    cJSON_AddStringToObject(into, "evidence", claim_evidence(record));
    cJSON_AddItemToObject(into, "counts", copy(record->end, "counts"));
    cJSON_AddItemToObject(into, "not_applicable",
                          list_of(record, NOT_APPLICABLE, "why"));
    cJSON_AddItemToObject(into, "known_failures",
                          list_of(record, FAIL, "seen"));
    cJSON_AddItemToObject(into, "tolerated", tolerated(record));
    cJSON_AddStringToObject(into, "seed", member_text(record->plan, "seed"));
    cJSON_AddStringToObject(into, "started",
                            member_text(record->plan, "started"));
    cJSON_AddStringToObject(into, "issued", claim->issued);
    cJSON_AddStringToObject(into, "expires", claim->expires);
    return into;
}
