/* Sessions: how long one may be idle, and names that are none of one's own. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALL = 100, MARGIN_MS = 100, REAL_MS = 2000, SPARE_MS = 2000 };

void elapse_idle(struct bench *bench, int percent)
{
    int ms = bench->manifest->tight_session_ttl_ms * percent / ALL;

    elapse(bench, percent >= ALL ? ms + MARGIN_MS : ms);
}

void elapse_life_of_token(struct peer *peer)
{
    const struct adapter *adapter = peer->bench->adapter;

    if (peer->bench->decided)
        return;
    int64_t left_ms =
        peer->expires_s * 1000 - adapter->ops->now_ms(adapter->self);
    elapse(peer->bench, adapter->is_virtual && left_ms > REAL_MS + SPARE_MS
                            ? (int)left_ms - SPARE_MS
                            : REAL_MS);
}

/* --- Names of a session --------------------------------------------------- */

static const char *const names[] = { "session_id", "session", "sid", "user_id",
                                     "user" };

/* What a session might be called, if it is called by something that others
 * know, or can count. */
static struct cJSON *value_of(const struct peer *other, unsigned index)
{
    char number[16];

    snprintf(number, sizeof(number), "%u", other->socket);
    switch (index) {
    case 0: return cJSON_CreateString(other->user);
    case 1: return cJSON_CreateString(other->jti);
    case 2: return cJSON_CreateString(number);
    case 3: return cJSON_CreateNumber(other->socket);
    default: return NULL;
    }
}

static void judge(struct peer *peer, const struct peer *other)
{
    const struct manifest *manifest = peer->bench->manifest;
    struct cJSON *reply = await_reply(peer, manifest->identity);
    const char *user = pattern_capture(manifest->identity, reply, "user");

    if (!peer->bench->decided && user != NULL && strcmp(user, peer->user) != 0)
        decide(peer->bench, FAIL, "the identity of one's own session",
               "%s, naming the session of %s, is told to be \"%s\"", peer->name,
               other->name, user);
    cJSON_Delete(reply);
}

static void ask_by(struct peer *peer, const char *name, struct cJSON *value)
{
    struct cJSON *question =
        cJSON_Duplicate(peer->bench->manifest->whoami, true);
    struct cJSON *payload = (struct cJSON *)event_payload(question);
    char *text;

    cJSON_DeleteItemFromObjectCaseSensitive(payload, name);
    if (!cJSON_AddItemToObject(payload, name, value))
        cJSON_Delete(value);
    text = cJSON_PrintUnformatted(question);
    if (text != NULL)
        say(peer, text);
    cJSON_free(text);
    cJSON_Delete(question);
}

void expect_own_session(struct peer *peer, struct peer *other)
{
    struct bench *bench = peer->bench;
    struct cJSON *value;

    if (!bench->decided && cJSON_IsString(bench->manifest->whoami))
        decide(bench, NOT_APPLICABLE, "",
               "a text that asks who one is has no place for a session");
    for (unsigned i = 0; (value = value_of(other, i)) != NULL; i++) {
        for (size_t name = 0; name < COUNT(names) && !bench->decided; name++) {
            ask_by(peer, names[name], cJSON_Duplicate(value, true));
            judge(peer, other);
        }
        cJSON_Delete(value);
    }
    expect_identity(peer, peer->who);
}

const char *session_query(struct peer *peer)
{
    char *query = NULL;

    if (asprintf(&query, "session_id=%s&session=%s&sid=%s", peer->user,
                 peer->user, peer->user) < 0)
        query = NULL;
    return keep_text(peer->bench, query);
}

const char *session_cookie(struct peer *peer)
{
    char *cookie = NULL;

    if (asprintf(&cookie, "session_id=%s; session=%s; sid=%s", peer->user,
                 peer->user, peer->user) < 0)
        cookie = NULL;
    return keep_text(peer->bench, cookie);
}

/* --- Inspected ------------------------------------------------------------ */

static unsigned sessions_of(struct bench *bench, enum identity who)
{
    struct cJSON *tree = look(bench);
    const struct cJSON *entry;
    unsigned count = 0;

    cJSON_ArrayForEach(entry,
                       cJSON_GetObjectItemCaseSensitive(tree, "sessions"))
    {
        count += text_equals(entry, "user", user_id(bench, who));
    }
    cJSON_Delete(tree);
    return count;
}

void expect_sessions(struct bench *bench, enum identity who, unsigned count)
{
    int pause = 0;
    unsigned found;

    fence(bench);
    if (bench->decided)
        return;
    do {
        found = sessions_of(bench, who);
    } while (found != count && look_again(bench, &pause));
    if (found != count && !bench->decided)
        decide(bench, FAIL, "a session for each connection, and no other",
               "%u sessions of %s where %u may be", found, identity_name(who),
               count);
}

/* --- Logging out ---------------------------------------------------------- */

void log_out(struct peer *peer)
{
    char *text = template_write(peer->bench->manifest->logout,
                                &(struct pair){ NULL, NULL });

    if (text != NULL)
        say(peer, text);
    free(text);
}

void revoke_user(struct bench *bench, enum identity who)
{
    struct adapter *adapter = bench->adapter;
    const struct pair values[] = { { "user", user_id(bench, who) },
                                   { NULL, NULL } };

    if (bench->decided)
        return;
    note(bench, NULL, "logs a user out", bytes_of_string(values[0].value));
    check_hook(bench, "log a user out",
               adapter->ops->provision(adapter->self, "revoke_user", values));
}
