/* Reads the set-up, where credentials come from that are not minted, and the
 * users and resources of a target that has no fresh ones. */
#include "manifest/internal.h"
#include "adapter.h"
#include "spec.h"
#include <stdio.h>
#include <stdlib.h>

enum { PATH_SIZE = 64, VARIABLES_BYTES_MAX = 16 * 1024 };

/* The users by name; behind all of them the one of witnesses. */
static const char *const users[IDENTITIES + 1] = {
    [ALICE] = "alice",
    [BOB] = "bob",
    [CAROL] = "carol",
    [DAVE] = "dave",
    [PUBLISHER_PAUL] = "publisher",
    [OWNER] = "owner",
    [MANAGER] = "manager",
    [PLATFORM] = "platform",
    [NEWCOMER] = "newcomer",
    [MALLORY] = "mallory",
    [CLOSER] = "closer",
    [GHOST] = "ghost",
    [IDENTITIES] = "witness",
};

/* --- Steps ---------------------------------------------------------------- */

static struct saving read_capture(const cJSON *save)
{
    static const struct {
        const char *name;
        enum capture_kind kind;
    } kinds[] = { { "json", CAPTURE_JSON },
                  { "regex", CAPTURE_REGEX },
                  { "cookie", CAPTURE_COOKIE } };
    struct saving into = { .name = save->string,
                           .where = save->child->valuestring };

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(save->child->string, kinds[i].name) == 0)
            into.kind = kinds[i].kind;
    return into;
}

/* A step's saves, whose names become known to what comes behind it. */
static void read_saves(struct building *building, const char *path,
                       const cJSON *step, struct buffer *variables,
                       struct step *into)
{
    const cJSON *save;
    char there[PATH_SIZE];

    cJSON_ArrayForEach(save, cJSON_GetObjectItemCaseSensitive(step, "save"))
    {
        struct saving one = read_capture(save);
        if (one.kind == CAPTURE_COOKIE && into->hook.command != NULL) {
            snprintf(there, sizeof(there), "%s.save", path);
            build_mistake(building, there, "a cookie of a command",
                          "json or regex, of what it prints");
        }
        buffer_printf(variables, " %s", one.name);
        into->saves[into->save_count++] = one;
    }
}

static void read_step(struct building *building, const char *path,
                      const char *base, struct buffer *variables,
                      struct step *into)
{
    const cJSON *step = build_at(building, path);
    char names[VARIABLES_BYTES_MAX];
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(step, "status");

    snprintf(names, sizeof(names), "%s", buffer_string(variables));
    struct hook_form named = { path, names, false };
    build_hook(building, &named, base, &into->hook);
    into->status = status == NULL ? 0 : status->valueint;
    if (status != NULL && into->hook.command != NULL)
        build_mistake(building, path, "a status beside a command",
                      "one of them");
    read_saves(building, path, step, variables, into);
}

void build_steps(struct building *building, const char *path, const char *base,
                 struct buffer *variables, struct steps *into)
{
    size_t count = (size_t)cJSON_GetArraySize(build_at(building, path));
    char there[PATH_SIZE];

    while (into->count < count) {
        snprintf(there, sizeof(there), "%s[%zu]", path, into->count);
        read_step(building, there, base, variables, &into->at[into->count++]);
    }
}

/* --- Users ---------------------------------------------------------------- */

static const cJSON *facts_of(const struct building *building, size_t who)
{
    return cJSON_GetObjectItemCaseSensitive(build_at(building, "identities"),
                                            users[who]);
}

/* NULL without memory. */
static const struct pair *read_facts(struct building *building,
                                     const cJSON *facts, size_t who)
{
    size_t size = (size_t)cJSON_GetArraySize(facts) + 1;
    struct pair *pairs = calloc(size, sizeof(*pairs));
    char path[PATH_SIZE];
    const cJSON *fact;

    pairs = texts_keep(building->manifest->texts, pairs);
    if (pairs == NULL) {
        mistake_no_memory(building->reading);
        return NULL;
    }
    snprintf(path, sizeof(path), "identities.%s", users[who]);
    cJSON_ArrayForEach(fact, facts)
    {
        pairs->name = fact->string;
        pairs->value = build_text(building, path, "", fact->valuestring);
        pairs++;
    }
    return pairs - (size - 1);
}

static const char *user_of(const struct pair *facts)
{
    for (; facts != NULL && facts->name != NULL; facts++)
        if (strcmp(facts->name, "user") == 0)
            return facts->value;
    return NULL;
}

/* Witnesses are like alice, where nothing else is said. */
static void build_identities(struct building *building)
{
    struct manifest *manifest = building->manifest;
    struct known *known = manifest->known;

    manifest->has_identities = build_at(building, "identities") != NULL;
    for (size_t who = 0; who <= IDENTITIES; who++) {
        const cJSON *facts = facts_of(building, who);
        if (facts == NULL)
            continue;
        known[who].values = read_facts(building, facts, who);
        known[who].user = user_of(known[who].values);
    }
    if (known[IDENTITIES].user == NULL)
        known[IDENTITIES] = known[ALICE];
}

static void build_resources(struct building *building)
{
    static const char *const names[TENANTS_COUNT] = { [HOME] = "own",
                                                      [OTHER] = "forbidden",
                                                      [CLOSED] = "closed",
                                                      [NOWHERE] = "missing" };
    struct manifest *manifest = building->manifest;
    const cJSON *resources = build_at(building, "resources");

    manifest->has_resources = resources != NULL;
    for (size_t i = 0; i < TENANTS_COUNT; i++)
        manifest->resources[i] =
            build_text(building, "resources", "",
                       cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
                           resources, names[i])));
    if (resources != NULL && manifest->paths[MAIN] == NULL)
        build_mistake(building, "resources", "no endpoint.paths.main beside it",
                      "the path there, with {tenant} where a resource stands");
}

/* --- Credentials ---------------------------------------------------------- */

/* All that is said of any user. */
static void add_facts(const struct building *building, struct buffer *into)
{
    const cJSON *user;
    const cJSON *fact;

    buffer_add_string(into, "user role");
    cJSON_ArrayForEach(user, build_at(building, "identities"))
    {
        cJSON_ArrayForEach(fact, user)
        {
            if (!cites(buffer_string(into), fact->string))
                buffer_printf(into, " %s", fact->string);
        }
    }
}

static void check_revocation(struct building *building)
{
    const struct manifest *manifest = building->manifest;
    const char *name = manifest->supply.present ? "token" : "jti";
    char found[FOUND_BYTES];

    if (!manifest->revoke_hook.present ||
        template_mentions(build_at(building, "hooks.revoke"), name, false))
        return;
    snprintf(found, sizeof(found), "no {%s}", name);
    build_mistake(building, "hooks.revoke", found,
                  "it in the url, body or command");
}

static void build_tokens(struct building *building)
{
    static const char path[] = "credential.source";
    struct source *source = &building->manifest->supply;
    const cJSON *tree = build_at(building, path);
    const cJSON *budget = cJSON_GetObjectItemCaseSensitive(tree, "budget");
    struct buffer variables;

    source->present = tree != NULL;
    source->budget =
        budget == NULL ? MANIFEST_BUDGET : (unsigned)budget->valuedouble;
    buffer_init(&variables, VARIABLES_BYTES_MAX);
    add_facts(building, &variables);
    source->expired = build_text(
        building, "credential.source.expired", buffer_string(&variables),
        cJSON_GetStringValue(build_at(building, "credential.source.expired")));
    build_steps(building, "credential.source.steps", NULL, &variables,
                &source->steps);
    source->token = build_text(
        building, "credential.source.token", buffer_string(&variables),
        cJSON_GetStringValue(build_at(building, "credential.source.token")));
    buffer_deinit(&variables);
}

static enum enforcement enforced_at(const struct building *building,
                                    const char *path)
{
    static const char *const names[] = {
        [ENFORCED_LIVE] = "live",
        [ENFORCED_AT_NEXT_MESSAGE] = "next_message",
        [ENFORCED_FOR_NEWCOMERS] = "new_connections",
        [ENFORCED_NEVER] = "never",
    };
    const char *name = cJSON_GetStringValue(build_at(building, path));

    for (size_t i = 0; name != NULL && i < COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return (enum enforcement)i;
    return ENFORCED_LIVE;
}

static void build_enforcement(struct building *building)
{
    struct manifest *manifest = building->manifest;

    manifest->expiry = enforced_at(building, "credential.enforced.expiry");
    manifest->revocation =
        enforced_at(building, "credential.enforced.revocation");
}

void build_source(struct building *building)
{
    struct buffer variables;

    buffer_init(&variables, VARIABLES_BYTES_MAX);
    build_steps(building, "setup", NULL, &variables,
                &building->manifest->setup);
    buffer_deinit(&variables);
    build_identities(building);
    build_resources(building);
    build_tokens(building);
    build_enforcement(building);
    check_revocation(building);
}
