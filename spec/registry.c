/* The two lists of the specification, and the names of what stands in them. */
#include "spec.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(0 [array]))

const struct criterion catalogue[] = {
#define LISTED(theme, level, profiles, needs, wait_ms, company, id)            \
    { &(id), #theme, level, profiles, needs, wait_ms, company },
#include "catalogue.def"
#undef LISTED
};
const size_t catalogue_size = COUNT(catalogue);

const struct requirement requirements[] = {
#define REQUIREMENT(id, profiles, keyword, level, kind, evidence, source,      \
                    sentence, state, note)                                     \
    { id,       profiles, keyword,  level, kind,                               \
      evidence, source,   sentence, state, note },
#include "requirements.def"
#undef REQUIREMENT
};
const size_t requirements_size = COUNT(requirements);

const struct theme themes[] = {
#define THEME(name, title, why) { #name, title, why },
#include "themes.def"
#undef THEME
};
const size_t themes_size = COUNT(themes);

static const char *const keywords[] = { "MUST", "SHOULD", "MAY" };
static const char *const levels[] = { "A", "AA", "AAA" };

struct named {
    uint64_t bit;
    const char *name;
};

static const struct named profiles[] = {
    { SIGNALS, "signals" },
    { FACTORY, "factory" },
    { POS, "pos" },
    { ROOMS, "rooms" },
};

/* The capabilities of a manifest bear the same names. */
static const struct named needs[] = {
    { INSPECT, "inspect" },
    { LOG, "log" },
    { DECODER_FAULT, "decoder_fault" },
    { TIMEZONES, "timezones" },
    { SAME_CLOCK, "same_clock" },
    { BROADCAST, "broadcast" },
    { PUBLISHER, "publisher" },
    { PUBLIC_KEY, "public_key" },
    { MAX_LIFETIME, "max_lifetime" },
    { LIVE_EXPIRY, "live_expiry" },
    { REVOCATION, "revocation" },
    { WHOAMI, "whoami" },
    { SECOND_CARRIER, "second_carrier" },
    { SUBPROTOCOL, "subprotocol" },
    { FIRST_MESSAGE, "first_message" },
    { PER_USER, "per_user" },
    { ATTEMPTS, "attempts" },
    { STRANGERS, "strangers" },
    { ORIGINS, "origins" },
    { TENANTS, "tenants" },
    { ORDERS, "orders" },
    { MANAGERS, "managers" },
    { WITHDRAWAL, "withdrawal" },
    { STORE_FAULT, "store_fault" },
    { MONITOR_FAULT, "monitor_fault" },
    { TIGHT, "tight" },
    { PROXY, "proxy" },
    { MESSAGE_SIZE, "message_size" },
    { HANDSHAKE_SIZE, "handshake_size" },
    { ROOMS_MADE, "rooms" },
    { EVICTION, "eviction" },
    { HANDSHAKE_ROOM, "handshake_room" },
    { NODES, "nodes" },
    { ISSUER, "issuer" },
    { PLAIN_LISTENER, "plain_listener" },
    { OTHER_DOOR, "other_door" },
    { READING_DOOR, "reading_door" },
    { SHARED_FAULT, "shared_fault" },
    { NODE_FAULT, "node_fault" },
    { PRESENCE, "presence" },
    { HISTORY, "history" },
    { REPLAY, "replay" },
    { USER_RATE, "message_rate" },
    { ROOM_RATE, "room_rate" },
    { SESSION_TTL, "session_ttl" },
    { ROOM_BINARIES, "binary" },
    { LOGOUT, "logout" },
    { USER_REVOCATION, "user_revocation" },
    { ROOM_QUOTA, "room_quota" },
    { ROOM_RIGHTS, "room_rights" },
    { READERS, "readers" },
    { ROUTES, "routes" },
    { SUBPROTOCOL_REQUIRED, "subprotocol_required" },
    { SOFT_SIZE, "soft_limit" },
    { MINT, "minting" },
    { EXPIRED, "expired_token" },
    { OFFER, "subprotocol_offer" },
};

static const char *name_of(const struct named *names, size_t count,
                           uint64_t bit)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].bit == bit)
            return names[i].name;
    return NULL;
}

const struct criterion *criterion_named(const char *id)
{
    for (size_t i = 0; i < catalogue_size; i++)
        if (strcmp(catalogue[i].spec->id, id) == 0)
            return &catalogue[i];
    return NULL;
}

const struct theme *theme_named(const char *name)
{
    for (size_t i = 0; i < themes_size; i++)
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    return NULL;
}

const struct requirement *requirement_named(const char *id)
{
    for (size_t i = 0; i < requirements_size; i++)
        if (strcmp(requirements[i].id, id) == 0)
            return &requirements[i];
    return NULL;
}

const char *criterion_evidence(const struct criterion *criterion)
{
    if (criterion->needs & LOG)
        return "log";
    if (criterion->needs & (INSPECT | MANAGERS | DECODER_FAULT | STORE_FAULT |
                            MONITOR_FAULT | SHARED_FAULT | NODE_FAULT))
        return "inspect";
    return "wire";
}

const char *keyword_name(enum keyword keyword)
{
    return keywords[keyword];
}

const char *level_name(enum level level)
{
    return levels[level];
}

const char *profile_name(unsigned one)
{
    return name_of(profiles, COUNT(profiles), one);
}

unsigned profile_named(const char *name)
{
    for (size_t i = 0; i < COUNT(profiles); i++)
        if (strcmp(profiles[i].name, name) == 0)
            return (unsigned)profiles[i].bit;
    return 0;
}

const char *need_name(uint64_t one)
{
    return name_of(needs, COUNT(needs), one);
}

bool cites(const char *ids, const char *id)
{
    size_t length = strlen(id);

    for (const char *at = ids; length > 0 && *at != '\0';) {
        size_t word = strcspn(at, " ");
        if (word == length && strncmp(at, id, length) == 0)
            return true;
        at += word;
        at += strspn(at, " ");
    }
    return false;
}
