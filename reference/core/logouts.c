/* Logging out. Each logout is kept for as long as a token can live that was
 * issued before it. When there are more than we can hold, it counts for
 * everybody: a full store fails closed. */
#include "core/logouts.h"
#include "core/sessions.h"
#include <stdio.h>

static int64_t life_ms(const struct core *core)
{
    return (int64_t)core->settings.max_lifetime_s * 1000;
}

static bool is_older(const struct claims *claims, int64_t than_ms)
{
    return claims->issued_s == 0 ||
           claims->issued_s * 1000 + claims->issued_ms <= than_ms;
}

bool logout_covers(const struct core *core, const struct claims *claims)
{
    const struct count *own = count_find(&core->logouts.users, claims->subject);

    return (own != NULL && is_older(claims, own->since_ms)) ||
           (core->logouts.all_ms != 0 &&
            is_older(claims, core->logouts.all_ms));
}

bool secure_is_logged_out(const struct core *core, const struct claims *claims)
{
    return logout_covers(core, claims);
}

void logout_note(struct core *core, const char *user)
{
    struct logouts *logouts = &core->logouts;
    struct count *count = count_make(&logouts->users, user);
    int64_t now_ms = core->port.now_ms(core->port.self);

    if (count != NULL)
        count->since_ms = now_ms;
    else
        logouts->all_ms = now_ms;
    if (logouts->due_ms == INT64_MAX && life_ms(core) > 0)
        logouts->due_ms = now_ms + life_ms(core);
}

void logout_end(struct core *core, const char *user,
                const struct connection *only)
{
    struct connection *next;

    for (struct connection *at = core->connections; at != NULL; at = next) {
        next = at->next;
        if (at->stage == MEMBER && at->member != NULL &&
            (only == NULL || at == only) &&
            strcmp(at->member->claims.subject, user) == 0) {
            member_put_out(core, at, REFUSED_LOGOUT, TOKEN_REVOKED);
            deadline_renew(core, at);
        }
    }
}

void secure_log_out(struct core *core, const char *user,
                    struct connection *asking)
{
    (void)asking; /* here and everywhere else */
    logout_note(core, user);
    logout_end(core, user, NULL);
}

bool core_can_revoke_user(struct text user)
{
    return user.length > 0 && user.length <= SUBJECT_BYTES_MAX &&
           memchr(user.at, 0, user.length) == NULL;
}

bool core_revoke_user(struct core *core, struct text user)
{
    char name[SUBJECT_BYTES_MAX + 1];
    char line[SUBJECT_BYTES_MAX + 32];

    if (!core_can_revoke_user(user))
        return false;
    snprintf(name, sizeof(name), "%.*s", (int)user.length, user.at);
    snprintf(line, sizeof(line), "revoked user=%s", name);
    journal_log(core, line);
    core->policy.sessions.log_out(core, name, NULL);
    return true;
}

/* --- Time ----------------------------------------------------------------- */

static bool is_over(const struct count *count, const void *context)
{
    const struct core *core = context;

    return count->since_ms + life_ms(core) <=
           core->port.now_ms(core->port.self);
}

void logouts_forget(struct core *core, int64_t now_ms)
{
    struct logouts *logouts = &core->logouts;

    if (logouts->due_ms > now_ms)
        return;
    counts_forget(&logouts->users, is_over, core);
    if (logouts->all_ms + life_ms(core) <= now_ms)
        logouts->all_ms = 0;
    logouts->due_ms = logouts->users.entries == 0 && logouts->all_ms == 0
                          ? INT64_MAX
                          : now_ms + life_ms(core);
}

int64_t logouts_next_ms(const struct core *core)
{
    return core->logouts.due_ms;
}

void logouts_free(struct core *core)
{
    counts_free(&core->logouts.users);
}
