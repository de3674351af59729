/* Reads how a credential travels, what it is made of, and what goes with every
 * handshake. */
#include "manifest/internal.h"
#include "bench.h"
#include <stdlib.h>

enum { SUBPROTOCOLS_BYTES_MAX = 1024 };

static const char *text_at(const struct building *building, const char *path)
{
    return cJSON_GetStringValue(build_at(building, path));
}

static long number_at(const struct building *building, const char *path)
{
    const cJSON *number = build_at(building, path);

    return number == NULL ? 0 : (long)number->valuedouble;
}

/* --- Every handshake ------------------------------------------------------ */

static void build_subprotocols(struct building *building)
{
    const cJSON *names = build_at(building, "endpoint.subprotocols");
    const cJSON *name;
    struct buffer list;

    if (names == NULL)
        return;
    buffer_init(&list, SUBPROTOCOLS_BYTES_MAX);
    cJSON_ArrayForEach(name, names)
    {
        buffer_printf(&list, "%s%s", list.length > 0 ? ", " : "",
                      name->valuestring);
    }
    building->manifest->subprotocols = build_keep(building, buffer_take(&list));
}

static void build_origin_policy(struct building *building)
{
    static const char *const names[] = {
        [ORIGIN_IF_PRESENT] = "if_present",
        [ORIGIN_REQUIRED] = "required",
        [ORIGIN_WITH_COOKIE] = "with_cookie",
    };
    const char *name = text_at(building, "endpoint.origin_policy");

    for (size_t i = 0; name != NULL && i < COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            building->manifest->origin_policy = (enum origin_policy)i;
}

void build_greeting(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const cJSON *headers = build_at(building, "endpoint.headers");
    const cJSON *header;

    if (cJSON_GetArraySize(headers) > MANIFEST_HEADERS_MAX) {
        build_mistake(building, "endpoint.headers",
                      "more than 8 headers in all", "at most 8");
        return;
    }
    cJSON_ArrayForEach(header, headers)
    {
        struct header_line one = { header->string,
                                   build_text(building, "endpoint.headers", "",
                                              header->valuestring) };
        manifest->headers[manifest->header_count++] = one;
    }
    build_subprotocols(building);
    build_origin_policy(building);
}

/* --- Credentials ---------------------------------------------------------- */

static void build_carriers(struct building *building)
{
    static const struct {
        const char *name;
        enum carrier_kind kind;
    } kinds[] = {
        { "query", CARRIER_QUERY },
        { "bearer", CARRIER_BEARER },
        { "subprotocol", CARRIER_SUBPROTOCOL },
        { "first_message", CARRIER_FIRST_MESSAGE },
        { "header", CARRIER_HEADER },
        { "cookie", CARRIER_COOKIE },
    };
    struct manifest *manifest = building->manifest;
    const cJSON *carrier;

    cJSON_ArrayForEach(carrier, build_at(building, "credential.carriers"))
    {
        struct carrier *into = &manifest->carriers[manifest->carrier_count++];
        for (size_t i = 0; i < COUNT(kinds); i++)
            if (strcmp(carrier->child->string, kinds[i].name) == 0)
                into->kind = kinds[i].kind;
        into->name = cJSON_GetStringValue(
            into->kind == CARRIER_HEADER
                ? cJSON_GetObjectItem(carrier->child, "name")
                : carrier->child);
        into->value =
            cJSON_GetStringValue(cJSON_GetObjectItem(carrier->child, "value"));
    }
}

/* Whoever has no role of its own has the default one. */
static void build_roles(struct building *building)
{
    static const struct {
        enum identity who;
        const char *name;
    } own[] = {
        { PUBLISHER_PAUL, "publisher" },
        { OWNER, "owner" },
        { MANAGER, "manager" },
        { PLATFORM, "platform" },
        { NEWCOMER, "newcomer" },
        { MALLORY, "mallory" },
        { CLOSER, "closer" },
    };
    const char **roles = building->manifest->roles;
    const cJSON *named = build_at(building, "credential.roles");

    for (size_t who = 0; who < IDENTITIES; who++)
        roles[who] = text_at(building, "credential.roles.default");
    for (size_t i = 0; i < COUNT(own); i++) {
        const char *role = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(named, own[i].name));
        if (role != NULL)
            roles[own[i].who] = role;
    }
}

void build_credential(struct building *building)
{
    struct manifest *manifest = building->manifest;

    manifest->plain_subprotocol =
        text_at(building, "credential.plain_subprotocol");
    manifest->claims = build_at(building, "credential.claims");
    manifest->lifetime_s = number_at(building, "credential.lifetime_s");
    manifest->issued_lifetime_s =
        number_at(building, "credential.issued_lifetime_s");
    manifest->max_lifetime_s = number_at(building, "credential.max_lifetime_s");
    build_carriers(building);
    build_roles(building);
    if (!template_mentions(manifest->claims, "user", false))
        build_mistake(building, "credential.claims", "no {user}",
                      "it in one of the claims");
    build_keys(building);
    if (manifest->max_lifetime_s > 0 &&
        manifest->lifetime_s > manifest->max_lifetime_s)
        build_mistake(building, "credential.lifetime_s",
                      "a lifetime beyond max_lifetime_s", "at most that");
}
