/* Users whom the manifest gives, in place of fresh ones for each criterion.
 * They are shared by all criteria, so nothing may be done to one of them that
 * others would notice. */
#include "bench/internal.h"
#include <stdio.h>

/* What counts or tells users: whoever shares one there spoils the answer. */
static const uint64_t COUNTING =
    PER_USER | WHOAMI | MANAGERS | TENANTS | ROOM_QUOTA | USER_RATE | PRESENCE;
/* What ends or changes a user as a whole. */
static const uint64_t CHANGING = LOGOUT | USER_REVOCATION | WITHDRAWAL;

bool bench_is_alone(const struct criterion *criterion,
                    const struct manifest *manifest)
{
    return criterion->company == EXCLUSIVE ||
           (manifest->has_identities && (criterion->needs & COUNTING) != 0);
}

unsigned place_of(const struct peer *peer)
{
    return peer->is_witness ? IDENTITIES : peer->who;
}

const struct known *known_of(const struct peer *peer)
{
    return &peer->bench->manifest->known[place_of(peer)];
}

const char *known_user(struct bench *bench, unsigned place)
{
    const char *user = bench->manifest->known[place].user;

    if (user == NULL)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest gives no user %s (identities)",
               place == PUBLISHER_PAUL ? "publisher"
                                       : identity_name((enum identity)place));
    return user == NULL ? "" : user;
}

/* One credential, whoever it is. */
static bool all_are_one(const struct manifest *manifest)
{
    const struct source *supply = &manifest->supply;

    return supply->present && !manifest->has_identities &&
           supply->steps.count == 0 && strstr(supply->token, "{user}") == NULL;
}

void check_users(struct bench *bench)
{
    const struct manifest *manifest = bench->manifest;
    uint64_t needs = bench->criterion->needs;

    if (all_are_one(manifest) && (needs & (COUNTING | CHANGING)) != 0)
        decide(bench, NOT_APPLICABLE, "",
               "all users share the one credential of credential.source");
    else if (manifest->has_identities && (needs & CHANGING) != 0)
        decide(bench, NOT_APPLICABLE, "",
               "the users of identities are everybody's: none may be logged "
               "out or changed");
}

void check_user(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (!bench->manifest->has_identities ||
        (bench->criterion->needs & COUNTING) == 0)
        return;
    for (unsigned i = 0; i < bench->sockets; i++) {
        const struct peer *other = bench->peers[i];
        if (place_of(other) != place_of(peer) &&
            strcmp(other->user, peer->user) == 0)
            decide(bench, NOT_APPLICABLE, "",
                   "the manifest gives one user under two names: %s",
                   peer->user);
    }
}

void name_user(struct peer *peer)
{
    struct bench *bench = peer->bench;
    const char *given = known_of(peer)->user;

    snprintf(peer->user, sizeof(peer->user), "%s",
             !bench->manifest->has_identities ? user_id(bench, peer->who)
             : given == NULL                  ? ""
                                              : given);
}
