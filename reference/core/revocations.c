/* Revoked token identifiers, sorted. Each is kept for as long as a token that
 * bears it can live. When there are more than we can hold, every token that
 * could be revoked counts as revoked until the lost ones have expired: a full
 * store fails closed. */
#include "core/sessions.h"
#include <stdio.h>
#include <stdlib.h>

/* Where `jti` stands, or would stand. */
static size_t place_of(const struct core *core, const char *jti)
{
    size_t low = 0;
    size_t high = core->revoked_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(core->revoked[middle], jti) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_listed(const struct core *core, const char *jti, size_t place)
{
    return place < core->revoked_count && core->revoked[place] != NULL &&
           strcmp(core->revoked[place], jti) == 0;
}

bool revocation_holds(const struct core *core, const char *jti)
{
    return is_listed(core, jti, place_of(core, jti)) ||
           core->port.now_ms(core->port.self) < core->revoked_all_until_ms;
}

static void forget_outdated(struct core *core, int64_t now_ms)
{
    size_t kept = 0;

    for (size_t i = 0; i < core->revoked_count; i++) {
        if (core->revoked_until_ms[i] <= now_ms) {
            free(core->revoked[i]);
            continue;
        }
        core->revoked[kept] = core->revoked[i];
        core->revoked_until_ms[kept++] = core->revoked_until_ms[i];
    }
    core->revoked_count = kept;
}

/* The lists are made whole on first use: most servers never revoke. */
static bool has_room(struct core *core, int64_t now_ms)
{
    if (core->revoked == NULL)
        core->revoked = calloc(REVOKED_MAX, sizeof(core->revoked[0]));
    if (core->revoked_until_ms == NULL)
        core->revoked_until_ms =
            calloc(REVOKED_MAX, sizeof(core->revoked_until_ms[0]));
    if (core->revoked == NULL || core->revoked_until_ms == NULL)
        return false;
    if (core->revoked_count == REVOKED_MAX)
        forget_outdated(core, now_ms);
    return core->revoked_count < REVOKED_MAX;
}

static void insert(struct core *core, char *jti, int64_t until_ms)
{
    size_t place = place_of(core, jti);
    size_t behind = core->revoked_count - place;

    if (is_listed(core, jti, place)) {
        free(jti);
        core->revoked_until_ms[place] = until_ms;
        return;
    }
    memmove(&core->revoked[place + 1], &core->revoked[place],
            behind * sizeof(core->revoked[0]));
    memmove(&core->revoked_until_ms[place + 1], &core->revoked_until_ms[place],
            behind * sizeof(core->revoked_until_ms[0]));
    core->revoked[place] = jti;
    core->revoked_until_ms[place] = until_ms;
    core->revoked_count++;
}

bool core_can_revoke(struct text jti)
{
    return jti.length > 0 && jti.length <= JTI_BYTES_MAX &&
           memchr(jti.at, 0, jti.length) == NULL;
}

bool revocation_add(struct core *core, struct text jti)
{
    int64_t now_ms = core->port.now_ms(core->port.self);
    int64_t life_ms = (int64_t)core->settings.max_lifetime_s * 1000;
    int64_t until_ms = life_ms == 0 ? INT64_MAX : now_ms + life_ms;
    char *copy;

    if (!core_can_revoke(jti))
        return false;
    copy = has_room(core, now_ms) ? strndup(jti.at, jti.length) : NULL;
    if (copy != NULL)
        insert(core, copy, until_ms);
    else
        core->revoked_all_until_ms = until_ms;
    return true;
}

bool revocation_restore(struct core *core, const char *jti, int64_t until_ms)
{
    char *copy = core->revoked_count < REVOKED_MAX && has_room(core, 0)
                     ? strndup(jti, JTI_BYTES_MAX)
                     : NULL;

    if (copy != NULL)
        insert(core, copy, until_ms);
    return copy != NULL;
}

static void end_revoked(struct core *core, struct text jti)
{
    struct connection *next;

    for (struct connection *at = core->connections; at != NULL; at = next) {
        next = at->next;
        if (at->stage == MEMBER && at->member != NULL &&
            core->policy.ends_with(&at->member->claims, jti)) {
            member_put_out(core, at, REFUSED_REVOKED_LIVE, TOKEN_REVOKED);
            deadline_renew(core, at);
        }
    }
}

bool core_revoke(struct core *core, struct text jti)
{
    char line[JTI_BYTES_MAX + 32];

    if (!revocation_add(core, jti))
        return false;
    snprintf(line, sizeof(line), "revoked jti=%.*s", (int)jti.length, jti.at);
    journal_log(core, line);
    end_revoked(core, jti);
    return true;
}

void revocations_free(struct core *core)
{
    for (size_t i = 0; i < core->revoked_count; i++)
        free(core->revoked[i]);
    free(core->revoked);
    free(core->revoked_until_ms);
}
