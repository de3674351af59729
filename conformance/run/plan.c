/* What a plan says of the choice it was made by. */
#include "run/plan.h"
#include "run/lines.h"
#include "spec.h"
#include <cJSON.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Writing -------------------------------------------------------------- */

/* Over all profiles of the set: a criterion of two counts twice. */
static size_t size_of(unsigned profiles)
{
    size_t count = 0;

    for (size_t i = 0; i < catalogue_size; i++)
        count += (size_t)__builtin_popcount(catalogue[i].profiles & profiles);
    return count;
}

void plan_add_choice(struct cJSON *plan, const struct run_options *options,
                     unsigned profiles)
{
    const struct selection *from = &options->selection;
    struct cJSON *to = cJSON_AddObjectToObject(plan, "selection");
    char digest[DIGEST_BYTES];

    cJSON_AddStringToObject(to, "only", from->only == NULL ? "" : from->only);
    cJSON_AddStringToObject(to, "level",
                            from->level == NULL ? "" : from->level);
    cJSON_AddNumberToObject(to, "shard", from->shard);
    cJSON_AddNumberToObject(to, "shards", from->shards);
    cJSON_AddNumberToObject(to, "max_wait_ms", (double)from->max_wait_ms);
    cJSON_AddNumberToObject(to, "repeat", options->repeat);
    catalogue_digest(digest);
    cJSON_AddStringToObject(plan, "catalogue_sha256", digest);
    cJSON_AddNumberToObject(plan, "catalogue_criteria", (double)catalogue_size);
    cJSON_AddNumberToObject(plan, "profile_criteria",
                            (double)size_of(profiles));
}

/* --- Reading -------------------------------------------------------------- */

static const struct cJSON *selection_of(const struct cJSON *plan)
{
    return cJSON_GetObjectItemCaseSensitive(plan, "selection");
}

static bool is_level(const char *level)
{
    return level[0] == 0 || strcmp(level, "A") == 0 ||
           strcmp(level, "AA") == 0 || strcmp(level, "AAA") == 0;
}

unsigned plan_profiles(const struct cJSON *plan)
{
    const char *at = member_text(plan, "profile");
    unsigned profiles = 0;

    while (*at != 0) {
        char name[32];
        size_t length = strcspn(at, ",");
        snprintf(name, sizeof(name), "%.*s", (int)length, at);
        unsigned one = profile_named(name);
        if (one == 0)
            return 0;
        profiles |= one;
        at += length + strspn(at + length, ", ");
    }
    return profiles;
}

/* False: it is not whole. */
static bool read_selection(const struct cJSON *plan, struct selection *into)
{
    const struct cJSON *from = selection_of(plan);
    const char *level = member_text(from, "level");
    int shard = member_whole(from, "shard", 1, INT_MAX);
    int shards = member_whole(from, "shards", 1, INT_MAX);
    const struct cJSON *wait =
        cJSON_GetObjectItemCaseSensitive(from, "max_wait_ms");

    *into = (struct selection){
        .only = member_text(from, "only"),
        .level = level[0] == 0 ? NULL : level,
        .shard = (unsigned)shard,
        .shards = (unsigned)shards,
        .max_wait_ms = -1,
    };
    if (into->only[0] == 0)
        into->only = NULL;
    return plan_profiles(plan) != 0 && shard >= 1 && shards >= shard &&
           is_level(level) && cJSON_IsNumber(wait) && wait->valuedouble >= -1 &&
           cJSON_IsString(cJSON_GetObjectItemCaseSensitive(from, "only")) &&
           cJSON_IsString(cJSON_GetObjectItemCaseSensitive(from, "level")) &&
           member_whole(from, "repeat", 1, INT_MAX) > 0;
}

static bool is_digest(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static bool is_whole_profile(const struct selection *selection)
{
    return selection->only == NULL && selection->level == NULL &&
           selection->shards == 1;
}

static enum fault check_sizes(const struct cJSON *plan,
                              const struct selection *selection)
{
    int criteria = member_whole(plan, "criteria", 1, RECORD_CRITERIA_MAX);
    int most = member_whole(plan, "profile_criteria", 1, RECORD_CRITERIA_MAX);
    int all = member_whole(plan, "catalogue_criteria", 1, RECORD_CRITERIA_MAX);

    if (most < 0 || all < 0)
        return fault_say(FAULT_PROTOCOL,
                         "the plan names no size of its catalogue");
    if (criteria > most)
        return fault_say(FAULT_PROTOCOL,
                         "the plan names %d criteria of a profile that has %d",
                         criteria, most);
    if (is_whole_profile(selection) && criteria != most)
        return fault_say(FAULT_PROTOCOL,
                         "the plan names %d criteria where a whole profile "
                         "of %d was chosen",
                         criteria, most);
    return FAULT_NONE;
}

enum fault plan_check(const struct cJSON *plan)
{
    struct selection selection;

    if (!is_digest(member_text(plan, "catalogue_sha256")))
        return fault_say(FAULT_PROTOCOL,
                         "the plan names no digest of its catalogue");
    if (!read_selection(plan, &selection))
        return fault_say(FAULT_PROTOCOL,
                         "the plan does not say what was selected");
    return check_sizes(plan, &selection);
}

/* The verdicts from `place` on are those of this profile, in order. */
static enum fault compare(const struct cJSON *verdicts, int place,
                          const struct criterion *const *chosen, size_t count,
                          unsigned profile)
{
    const struct cJSON *verdict = cJSON_GetArrayItem(verdicts, place);

    for (size_t i = 0; i < count; i++) {
        const char *want = chosen[i]->spec->id;
        if (strcmp(member_text(verdict, "id"), want) != 0 ||
            strcmp(member_text(verdict, "profile"), profile_name(profile)) != 0)
            return fault_say(FAULT_PROTOCOL,
                             "the selection has %s at place %zu, the stream "
                             "has another",
                             want, (size_t)place + i + 1);
        verdict = verdict->next;
    }
    return FAULT_NONE;
}

static enum fault compare_all(const struct cJSON *verdicts,
                              const struct selection *selection,
                              unsigned profiles,
                              const struct criterion **chosen)
{
    enum fault fault = FAULT_NONE;
    int place = 0;

    for (unsigned one = 1; one <= EVERY_PROFILE && fault == FAULT_NONE;
         one <<= 1) {
        size_t count =
            (profiles & one) == 0 ? 0 : run_select(selection, one, chosen);
        if (place + (int)count <= cJSON_GetArraySize(verdicts))
            fault = compare(verdicts, place, chosen, count, one);
        place += (int)count;
    }
    if (fault == FAULT_NONE && place != cJSON_GetArraySize(verdicts))
        return fault_say(FAULT_PROTOCOL,
                         "the selection makes %d criteria, the stream has %d",
                         place, cJSON_GetArraySize(verdicts));
    return fault;
}

enum fault plan_check_verdicts(const struct cJSON *plan,
                               const struct cJSON *verdicts)
{
    const struct criterion **chosen = NULL;
    struct selection selection;
    char digest[DIGEST_BYTES];

    catalogue_digest(digest);
    if (strcmp(member_text(plan, "catalogue_sha256"), digest) != 0 ||
        !read_selection(plan, &selection))
        return FAULT_NONE;
    chosen = calloc(catalogue_size, sizeof(*chosen));
    if (chosen == NULL)
        return fault_say(FAULT_MEMORY, "the stream: out of memory");
    enum fault fault =
        compare_all(verdicts, &selection, plan_profiles(plan), chosen);
    free(chosen);
    return fault;
}

/* --- In words ------------------------------------------------------------- */

static const char *gap(const struct buffer *into, size_t before)
{
    return into->length > before ? " " : "";
}

void plan_describe(const struct cJSON *plan, struct buffer *into)
{
    const struct cJSON *from = selection_of(plan);
    double wait_ms = member_number(from, "max_wait_ms");
    size_t before = into->length;

    if (member_text(from, "only")[0] != 0)
        buffer_printf(into, "--only %s", member_text(from, "only"));
    if (member_text(from, "level")[0] != 0)
        buffer_printf(into, "%s--level %s", gap(into, before),
                      member_text(from, "level"));
    if (member_number(from, "shards") > 1)
        buffer_printf(into, "%s--shard %.0f/%.0f", gap(into, before),
                      member_number(from, "shard"),
                      member_number(from, "shards"));
    if (wait_ms >= 0)
        buffer_printf(into, "%s--max-wait %.0f", gap(into, before), wait_ms);
    if (into->length == before)
        buffer_printf(into, "all that %s has", member_text(plan, "profile"));
    else
        buffer_printf(into, "; %s has %.0f", member_text(plan, "profile"),
                      member_number(plan, "profile_criteria"));
    int shards =
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(plan, "merged"));
    if (shards > 0)
        buffer_printf(into, ", in %d shards", shards);
}
