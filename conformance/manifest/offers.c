/* What a target claims, and whether the manifest says all that a criterion
 * needs to put the claim to the test. Hooks are not asked for: what the
 * adapter lacks, the adapter says. */
#include "manifest/internal.h"
#include "spec.h"
#include <stdio.h>

enum { TIGHT_USERS = 8 };

/* What a claim needs; where `when` is given, only beside that. */
struct demand {
    uint64_t need;
    const char *path;
    const char *when;
};

static const struct demand demands[] = {
    { BROADCAST, "messages.signal", NULL },
    { PUBLISHER, "messages.publish", NULL },
    { WHOAMI, "messages.whoami", NULL },
    { WHOAMI, "messages.identity", NULL },
    { FIRST_MESSAGE, "messages.authenticate", NULL },
    { FIRST_MESSAGE, "messages.welcome", NULL },
    { FIRST_MESSAGE, "limits.auth_ms", NULL },
    { FIRST_MESSAGE, "limits.first_message_bytes", NULL },
    { FIRST_MESSAGE, "refusals.timeout", NULL },
    { FIRST_MESSAGE, "refusals.unexpected", NULL },
    { FIRST_MESSAGE, "refusals.unreadable", NULL },
    { FIRST_MESSAGE, "refusals.too_big", NULL },
    { ISSUER, "credential.issued_lifetime_s", NULL },
    { PER_USER, "limits.per_user", NULL },
    { PER_USER, "refusals.per_user", NULL },
    { ATTEMPTS, "limits.attempts", NULL },
    { ATTEMPTS, "limits.window_ms", NULL },
    { ATTEMPTS, "refusals.attempts", NULL },
    { STRANGERS, "limits.strangers", NULL },
    { STRANGERS, "refusals.strangers", NULL },
    { ORIGINS, "endpoint.origins", NULL },
    { ORIGINS, "refusals.origin", NULL },
    { TENANTS, "endpoint.paths.main", NULL },
    { TENANTS, "refusals.forbidden", NULL },
    { TENANTS, "refusals.malformed", NULL },
    { TENANTS, "refusals.role", "endpoint.paths.management" },
    { TENANTS, "refusals.no_identity", "endpoint.paths.management" },
    { ORDERS, "messages.set_status", NULL },
    { ORDERS, "messages.get_order", NULL },
    { ORDERS, "messages.order", NULL },
    { ORDERS, "orders.statuses", NULL },
    { ROOMS_MADE, "rooms.create", NULL },
    { ROOMS_MADE, "rooms.grace_ms", NULL },
    { HANDSHAKE_ROOM, "rooms.query", NULL },
    { ROOMS_MADE, "rooms.join", NULL },
    { ROOMS_MADE, "rooms.join.answer", NULL },
    { ROOMS_MADE, "rooms.leave", NULL },
    { ROOMS_MADE, "rooms.update", NULL },
    { ROOMS_MADE, "rooms.delete", NULL },
    { ROOMS_MADE, "rooms.get", NULL },
    { ROOMS_MADE, "rooms.invite", NULL },
    { ROOMS_MADE, "rooms.uninvite", NULL },
    { ROOMS_MADE, "rooms.kick", NULL },
    { ROOMS_MADE, "rooms.publish", NULL },
    { HISTORY, "rooms.history", NULL },
    { HISTORY, "rooms.history.max", NULL },
    { REPLAY, "rooms.history", NULL },
    { PRESENCE, "presence.set", NULL },
    { PRESENCE, "presence.get", NULL },
    { PRESENCE, "presence.update", NULL },
    { PRESENCE, "presence.joined", NULL },
    { PRESENCE, "presence.left", NULL },
    { PRESENCE, "presence.timeout_status", NULL },
    { PRESENCE, "presence.check_ms", NULL },
    { PRESENCE, "presence.timeout_ms", NULL },
    { PRESENCE, "presence.cleanup_ms", NULL },
    { ROOMS_MADE, "rooms.data", NULL },
    { ROOM_BINARIES, "rooms.binary", NULL },
    { ROOMS_MADE, "limits.message_chars", NULL },
    { ROOM_BINARIES, "limits.binary_bytes", NULL },
    { ROOMS_MADE, "limits.json_bytes", NULL },
    { ROOMS_MADE, "limits.json_depth", NULL },
    { ROOMS_MADE, "limits.array_max", NULL },
    { ROOMS_MADE, "limits.object_max", NULL },
    { WITHDRAWAL, "refusals.withdrawn", NULL },
    { STORE_FAULT, "refusals.unavailable", NULL },
    { SHARED_FAULT, "refusals.unavailable", NULL },
    { TIGHT, "endpoint.tight", NULL },
    { TIGHT, "refusals.per_user", "endpoint.tight.per_user" },
    { TIGHT, "refusals.attempts", "endpoint.tight.attempts" },
    { TIGHT, "refusals.full", "endpoint.tight.connections" },
    { PROXY, "endpoint.proxy", NULL },
    { LOGOUT, "messages.logout", NULL },
    { LOGOUT, "refusals.logout", NULL },
    { USER_REVOCATION, "refusals.logout", NULL },
    { SESSION_TTL, "refusals.session", NULL },
    { SESSION_TTL, "limits.session_ttl_ms", NULL },
    { ROOM_QUOTA, "rooms.per_user", NULL },
    { ROOM_RIGHTS, "rooms.join", NULL },
    { ROOM_RIGHTS, "rooms.publish", NULL },
    { ROOM_RIGHTS, "rooms.role", NULL },
    { USER_RATE, "limits.messages", NULL },
    { USER_RATE, "limits.messages_window_ms", NULL },
    { ROOM_RATE, "limits.room_messages", NULL },
    { ROOM_RATE, "limits.messages_window_ms", NULL },
    { MESSAGE_SIZE, "limits.message_bytes", NULL },
    { MESSAGE_SIZE, "refusals.too_big", NULL },
    { ROUTES, "refusals.unknown_path", NULL },
    { SUBPROTOCOL_REQUIRED, "refusals.no_subprotocol", NULL },
    { SOFT_SIZE, "messages.error", NULL },
    { HANDSHAKE_SIZE, "limits.handshake_bytes", NULL },
    { HANDSHAKE_SIZE, "refusals.handshake", NULL },
};

static void complain(struct building *building, uint64_t need,
                     const char *lacking)
{
    char path[64];
    char found[FOUND_BYTES];
    char expected[FOUND_BYTES];

    snprintf(path, sizeof(path), "capabilities.%s", need_name(need));
    snprintf(found, sizeof(found), "%s claimed without %s", need_name(need),
             lacking);
    snprintf(expected, sizeof(expected), "that, or %s set to false",
             need_name(need));
    build_mistake(building, path, found, expected);
}

/* A number that says "unbounded" or "unknown" is none. */
static bool is_said(const struct building *building, const char *path)
{
    const cJSON *value = build_at(building, path);

    return value != NULL && (!cJSON_IsNumber(value) || value->valuedouble != 0);
}

static void check_demands(struct building *building)
{
    for (const struct demand *at = demands; at < demands + COUNT(demands); at++)
        if ((building->manifest->offers & at->need) != 0 &&
            (at->when == NULL || is_said(building, at->when)) &&
            !is_said(building, at->path))
            complain(building, at->need, at->path);
}

static bool has_carrier(const struct manifest *manifest, enum carrier_kind kind)
{
    for (size_t i = 0; i < manifest->carrier_count; i++)
        if (manifest->carriers[i].kind == kind)
            return true;
    return false;
}

static void check_carriers(struct building *building)
{
    const struct manifest *manifest = building->manifest;
    bool is_first = has_carrier(manifest, CARRIER_FIRST_MESSAGE);

    if ((manifest->offers & SECOND_CARRIER) != 0 && manifest->carrier_count < 2)
        complain(building, SECOND_CARRIER, "a second of credential.carriers");
    if ((manifest->offers & SUBPROTOCOL) != 0 &&
        !has_carrier(manifest, CARRIER_SUBPROTOCOL))
        complain(building, SUBPROTOCOL,
                 "a subprotocol among credential.carriers");
    if ((manifest->offers & FIRST_MESSAGE) != 0 && !is_first)
        complain(building, FIRST_MESSAGE,
                 "a first_message among credential.carriers");
    else if (is_first && manifest->authenticate == NULL)
        build_mistake(building, "credential.carriers",
                      "a first_message without messages.authenticate",
                      "both or neither");
}

/* Who has neither of them to offer would be refused by whoever demands one. */
static void check_subprotocols(struct building *building)
{
    const struct manifest *manifest = building->manifest;

    if ((manifest->offers & SUBPROTOCOL_REQUIRED) != 0 &&
        manifest->subprotocols == NULL && manifest->tight_subprotocol == NULL)
        complain(building, SUBPROTOCOL_REQUIRED, "endpoint.subprotocols");
}

static void check_soft_limit(struct building *building)
{
    const struct manifest *manifest = building->manifest;

    if ((manifest->offers & SOFT_SIZE) != 0 && manifest->soft_bytes == 0 &&
        manifest->tight_soft_bytes == 0)
        complain(building, SOFT_SIZE, "limits.soft_bytes");
}

/* A path without {tenant} would lead every tenant to the same place. */
static void check_paths(struct building *building)
{
    static const char *const paths[ENDPOINTS] = { "endpoint.paths.main",
                                                  "endpoint.paths.kitchen",
                                                  "endpoint.paths.management" };

    if ((building->manifest->offers & TENANTS) == 0)
        return;
    for (size_t i = 0; i < ENDPOINTS; i++) {
        const cJSON *path = build_at(building, paths[i]);
        if (path != NULL && !template_mentions(path, "tenant", false))
            build_mistake(building, paths[i], "no {tenant}",
                          "it in the path, or tenants set to false");
    }
}

/* Ours is sent with every handshake that does not ask for another. */
static void check_origin(struct building *building)
{
    const struct manifest *manifest = building->manifest;

    if ((manifest->offers & ORIGINS) == 0 || manifest->origin == NULL ||
        manifest->origin_count == 0)
        return;
    for (size_t i = 0; i < manifest->origin_count; i++)
        if (strcmp(manifest->origins[i], manifest->origin) == 0)
            return;
    build_mistake(building, "endpoint.origin",
                  "an origin that endpoint.origins does not list",
                  "one of them, or none");
}

/* Eight users of ours fill an instance, from an address whose attempts have to
 * last for it. */
static void check_tight(struct building *building)
{
    const struct manifest *manifest = building->manifest;
    unsigned total = manifest->tight_connections;

    if ((manifest->offers & TIGHT) == 0)
        return;
    if (manifest->tight_per_user > 0 &&
        total >= TIGHT_USERS * manifest->tight_per_user)
        build_mistake(building, "endpoint.tight.connections",
                      "as many as eight users may have, or more",
                      "fewer than eight times endpoint.tight.per_user");
    if (manifest->tight_attempts > 0 && total + 2 >= manifest->tight_attempts)
        build_mistake(building, "endpoint.tight.attempts",
                      "too few to reach endpoint.tight.connections",
                      "at least three more than those");
}

static bool has_asymmetric_key(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->key_count; i++)
        if (manifest->keys[i].private_key != NULL)
            return true;
    return false;
}

/* Whose clock it is, the adapter knows: we do not stand in its way. */
void build_offers(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const cJSON *claims = build_at(building, "capabilities");

    manifest->offers = SAME_CLOCK;
    if (!manifest->supply.present)
        manifest->offers |= MINT;
    if (!manifest->supply.present || manifest->supply.expired != NULL)
        manifest->offers |= EXPIRED;
    if (manifest->subprotocols != NULL || manifest->tight_subprotocol != NULL)
        manifest->offers |= OFFER;
    for (uint64_t bit = 1; bit != 0; bit <<= 1)
        if (need_name(bit) != NULL &&
            cJSON_IsTrue(
                cJSON_GetObjectItemCaseSensitive(claims, need_name(bit))))
            manifest->offers |= bit;
    manifest->offers |= manifest->doors_offer; /* whatever is claimed */
    if (!has_asymmetric_key(manifest) || manifest->supply.present)
        manifest->offers &= ~(uint64_t)PUBLIC_KEY;
    if (manifest->max_lifetime_s == 0)
        manifest->offers &= ~(uint64_t)MAX_LIFETIME;
    check_demands(building);
    check_carriers(building);
    check_subprotocols(building);
    check_soft_limit(building);
    check_paths(building);
    check_origin(building);
    check_tight(building);
}

bool manifest_claims(const struct manifest *manifest, uint64_t needs)
{
    const uint64_t known_to_adapters =
        SAME_CLOCK | NODES | SHARED_FAULT | NODE_FAULT;

    return (needs & ~manifest->offers & ~known_to_adapters) == 0;
}
