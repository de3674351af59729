/* The world of a criterion: who is who, who belongs where, and what the
 * manifest says of the target's limits. */
#include "bench/internal.h"
#include <stdio.h>
#include <stdlib.h>

static const char *const names[IDENTITIES] = {
    [ALICE] = "alice",         [BOB] = "bob",
    [CAROL] = "carol",         [DAVE] = "dave",
    [PUBLISHER_PAUL] = "paul", [OWNER] = "owner",
    [MANAGER] = "manager",     [PLATFORM] = "platform",
    [NEWCOMER] = "newcomer",   [MALLORY] = "mallory",
    [CLOSER] = "closer",       [GHOST] = "ghost",
};

const char *identity_name(enum identity who)
{
    return names[who];
}

const char *user_id(struct bench *bench, enum identity who)
{
    char *text = NULL;

    if (bench->manifest->has_identities)
        return known_user(bench, who);
    if (asprintf(&text, "%s-%s", names[who], bench->id) < 0)
        text = NULL;
    return keep_once(bench, text);
}

/* A UUID of version 4 in form, made of the world's canary. */
static const char *uuid(struct bench *bench, unsigned salt)
{
    unsigned long long seed = strtoull(bench->id, NULL, 16);
    unsigned long long high = (seed ^ (salt + 1)) * 0x9e3779b97f4a7c15u;
    unsigned long long low = (high ^ (high >> 29)) * 0xbf58476d1ce4e5b9u;
    char *text = NULL;

    if (asprintf(&text, "%08llx-%04llx-4%03llx-a%03llx-%012llx", high >> 32,
                 high >> 16 & 0xffff, high & 0xfff, low >> 52 & 0xfff,
                 low & 0xffffffffffff) < 0)
        text = NULL;
    return keep_once(bench, text);
}

const char *tenant_id(struct bench *bench, enum tenant tenant)
{
    const char *given = bench->manifest->resources[tenant];

    if (bench->manifest->has_resources && given == NULL)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest's resources have none that is %s",
               tenant == OTHER    ? "forbidden"
               : tenant == CLOSED ? "closed"
                                  : "missing");
    return given == NULL ? uuid(bench, tenant) : given;
}

/* --- The directory -------------------------------------------------------- */

/* That are made for the criterion: those of the manifest's are there. */
static bool makes_tenants(const struct bench *bench)
{
    return (bench->offers & TENANTS) != 0 && !bench->manifest->has_resources;
}

static void provision(struct bench *bench, const char *what,
                      const struct pair *values)
{
    struct adapter *adapter = bench->adapter;

    if (bench->manifest->has_identities) {
        decide(bench, NOT_APPLICABLE, "",
               "the target's users and resources are given, and cannot be "
               "changed");
        return;
    }
    check_hook(bench, "write into its directory",
               adapter->ops->provision(adapter->self, what, values));
}

static void put_tenant(struct bench *bench, enum tenant tenant, bool active)
{
    const struct pair values[] = { { "tenant", tenant_id(bench, tenant) },
                                   { "active", active ? "true" : "false" },
                                   { NULL, NULL } };

    provision(bench, "tenant", values);
}

void make_tenant(struct bench *bench, enum tenant tenant)
{
    if (!makes_tenants(bench) || tenant == NOWHERE || bench->decided ||
        (bench->tenants_made & 1u << tenant) != 0)
        return;
    bench->tenants_made |= 1u << tenant;
    put_tenant(bench, tenant, tenant != CLOSED);
}

/* NOWHERE stands for none. */
static enum tenant home_of(enum identity who)
{
    switch (who) {
    case PLATFORM:
    case NEWCOMER: return NOWHERE;
    case MALLORY: return OTHER;
    case CLOSER: return CLOSED;
    default: return HOME;
    }
}

static void put_user(struct bench *bench, const char *user, const char *role,
                     enum tenant tenant)
{
    const char *where = tenant == NOWHERE ? "" : tenant_id(bench, tenant);
    const struct pair values[] = { { "user", user },
                                   { "role", role == NULL ? "" : role },
                                   { "tenant", where },
                                   { NULL, NULL } };

    make_tenant(bench, tenant);
    provision(bench, "user", values);
}

void make_user(struct bench *bench, enum identity who)
{
    if (!makes_tenants(bench) || who == GHOST || bench->decided ||
        (bench->users_made & 1u << who) != 0)
        return;
    bench->users_made |= 1u << who;
    put_user(bench, user_id(bench, who), bench->manifest->roles[who],
             home_of(who));
}

void make_witness(struct peer *peer)
{
    struct bench *bench = peer->bench;

    peer->is_witness = true;
    if (bench->manifest->has_identities)
        snprintf(peer->user, sizeof(peer->user), "%s",
                 known_user(bench, IDENTITIES));
    else
        snprintf(peer->user, sizeof(peer->user), "witness%u-%s", peer->socket,
                 bench->id);
    if (makes_tenants(bench) && !bench->decided)
        put_user(bench, peer->user, bench->manifest->roles[ALICE], HOME);
}

void make_publisher(struct peer *peer, enum tenant tenant)
{
    struct bench *bench = peer->bench;

    if (bench->manifest->has_identities)
        snprintf(peer->user, sizeof(peer->user), "%s",
                 known_user(bench, PUBLISHER_PAUL));
    else
        snprintf(peer->user, sizeof(peer->user), "publisher%u-%s", peer->socket,
                 bench->id);
    if (makes_tenants(bench) && !bench->decided)
        put_user(bench, peer->user, bench->manifest->roles[PUBLISHER_PAUL],
                 tenant);
}

void remove_user(struct bench *bench, enum identity who)
{
    const struct pair values[] = { { "user", user_id(bench, who) },
                                   { NULL, NULL } };

    if (bench->decided)
        return;
    note(bench, NULL, "removes a user", bytes_of_string(values[0].value));
    provision(bench, "remove_user", values);
}

void give_role(struct bench *bench, enum identity who, const char *role)
{
    if (bench->decided)
        return;
    note(bench, NULL, "gives a user the role", bytes_of_string(role));
    bench->users_made |= 1u << who;
    put_user(bench, user_id(bench, who), role, home_of(who));
}

void give_tenant(struct bench *bench, enum identity who, enum tenant tenant)
{
    if (bench->decided)
        return;
    note(bench, NULL, "gives a user a tenant",
         bytes_of_string(user_id(bench, who)));
    bench->users_made |= 1u << who;
    put_user(bench, user_id(bench, who), bench->manifest->roles[who], tenant);
}

void close_tenant(struct bench *bench, enum tenant tenant)
{
    if (bench->decided)
        return;
    note(bench, NULL, "makes a tenant inactive",
         bytes_of_string(tenant_id(bench, tenant)));
    bench->tenants_made |= 1u << tenant;
    put_tenant(bench, tenant, false);
}

const char *order(struct bench *bench, enum tenant tenant)
{
    const char *id = uuid(bench, 1000 + bench->orders_made++);
    const struct pair values[] = { { "order", id },
                                   { "tenant", tenant_id(bench, tenant) },
                                   { "status", status(bench, 0) },
                                   { NULL, NULL } };

    make_tenant(bench, tenant);
    if (!bench->decided)
        provision(bench, "order", values);
    return id;
}

const char *audience_of(struct bench *bench, enum tenant tenant)
{
    if (!makes_tenants(bench))
        return NULL;
    return tenant_id(bench, tenant == NOWHERE ? HOME : tenant);
}
