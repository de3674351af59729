/* Fills struct manifest from the effective tree. The checks have passed: what
 * a profile must have is there, and everything is of its kind. */
#include "manifest/internal.h"
#include "bench.h"
#include "spec.h"

const char *build_keep(struct building *building, char *text)
{
    text = texts_keep(building->manifest->texts, text);
    if (text == NULL)
        mistake_no_memory(building->reading);
    return text;
}

void build_mistake(struct building *building, const char *path,
                   const char *found, const char *expected)
{
    struct trail trail;
    const struct layer *layer = layers_origin(building->reading, path, &trail);

    mistake_add(building->reading, layer, &trail, found, expected);
}

static cJSON *at(const struct building *building, const char *path)
{
    struct trail ignored;

    return trail_find(building->manifest->tree, path, &ignored);
}

static const char *text_at(const struct building *building, const char *path)
{
    return cJSON_GetStringValue(at(building, path));
}

/* 0 where there is none. */
static long number_at(const struct building *building, const char *path)
{
    const cJSON *number = at(building, path);

    return number == NULL ? 0 : (long)number->valuedouble;
}

static void build_endpoint(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const char *ca_file = text_at(building, "endpoint.ca_file");
    struct trail ignored;
    const cJSON *zone;

    manifest->url = text_at(building, "endpoint.url");
    manifest->origin = text_at(building, "endpoint.origin");
    if (ca_file != NULL)
        manifest->ca_file = build_keep(
            building, path_join(layers_origin(building->reading,
                                              "endpoint.ca_file", &ignored)
                                    ->folder,
                                ca_file));
    const cJSON *zones = at(building, "endpoint.timezones");
    if (cJSON_GetArraySize(zones) > MANIFEST_TIMEZONES_MAX) {
        build_mistake(building, "endpoint.timezones",
                      "more than 8 time zones in all", "at most 8");
        return;
    }
    cJSON_ArrayForEach(zone, zones)
    {
        struct instance instance = { zone->string, zone->valuestring };
        manifest->instances[manifest->instance_count++] = instance;
    }
}

static void build_credential(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const char *role = text_at(building, "credential.roles.default");

    manifest->query_name = text_at(building, "credential.carrier.query");
    manifest->claims = at(building, "credential.claims");
    manifest->lifetime_s = number_at(building, "credential.lifetime_s");
    manifest->max_lifetime_s = number_at(building, "credential.max_lifetime_s");
    for (int who = 0; who < IDENTITIES; who++)
        manifest->roles[who] = role;
    manifest->roles[PUBLISHER_PAUL] =
        text_at(building, "credential.roles.publisher");
    if (!template_mentions(manifest->claims, "user", false))
        build_mistake(building, "credential.claims", "no {user}",
                      "it in one of the claims");
    build_keys(building);
    if (manifest->max_lifetime_s > 0 &&
        manifest->lifetime_s > manifest->max_lifetime_s)
        build_mistake(building, "credential.lifetime_s",
                      "a lifetime beyond max_lifetime_s", "at most that");
}

static void build_outcomes(const struct building *building, const char *path,
                           struct outcomes *into)
{
    const cJSON *outcome;

    cJSON_ArrayForEach(outcome, at(building, path))
    {
        const cJSON *close = cJSON_GetObjectItem(outcome, "close");
        const cJSON *http = cJSON_GetObjectItem(outcome, "http");
        struct outcome *one = &into->at[into->count++];

        one->close = close == NULL ? 0 : close->valueint;
        one->status = http == NULL ? 0 : http->valueint;
        one->reason =
            cJSON_GetStringValue(cJSON_GetObjectItem(outcome, "reason"));
    }
}

static bool has_asymmetric_key(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->key_count; i++)
        if (manifest->keys[i].private_key != NULL)
            return true;
    return false;
}

/* Whose clock it is, the adapter knows: we do not stand in its way. */
static void build_offers(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const cJSON *claims = at(building, "capabilities");

    manifest->offers = SAME_CLOCK;
    for (unsigned bit = 1; need_name(bit) != NULL; bit <<= 1)
        if (cJSON_IsTrue(
                cJSON_GetObjectItemCaseSensitive(claims, need_name(bit))))
            manifest->offers |= bit;
    if (!has_asymmetric_key(manifest))
        manifest->offers &= ~(unsigned)PUBLIC_KEY;
    if (manifest->max_lifetime_s == 0)
        manifest->offers &= ~(unsigned)MAX_LIFETIME;
}

void build_manifest(struct building *building)
{
    struct manifest *manifest = building->manifest;

    manifest->name = text_at(building, "name");
    manifest->profile = profile_named(text_at(building, "profile"));
    manifest->signal = at(building, "messages.signal");
    manifest->publish = at(building, "messages.publish");
    manifest->error = at(building, "messages.error");
    manifest->answer_ms = (int)number_at(building, "limits.answer_ms");
    manifest->close_ms = (int)number_at(building, "limits.close_ms");
    build_outcomes(building, "refusals.missing",
                   &manifest->refusals[CAUSE_MISSING]);
    build_outcomes(building, "refusals.invalid",
                   &manifest->refusals[CAUSE_INVALID]);
    build_outcomes(building, "refusals.expired_live",
                   &manifest->refusals[CAUSE_EXPIRED_LIVE]);
    build_outcomes(building, "other_closes", &manifest->other_closes);
    build_endpoint(building);
    build_credential(building);
    build_hooks(building);
    build_offers(building);
}
