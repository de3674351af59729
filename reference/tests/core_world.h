/* A small world for the core: a port that writes down every call, a clock that
 * waits for us, and HS256 tokens signed on the spot. */
#ifndef CORE_WORLD_H
#define CORE_WORLD_H

#include "check_program.h"
#include "core/core.h"
#include "core/jwt.h"
#include "core/key.h"
#include "core/policy.h"
#include "core/secure.h"
#include "core/state.h"
#include <cJSON.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdarg.h>
#include <stdlib.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define RING   "[{\"alg\":\"HS256\",\"secret\":\"" SECRET "\"}]"
enum { NOW_S = 1771754400, JOURNAL_BYTES = 64 * 1024, TOKEN_BYTES = 16384 };

struct world {
    struct core *core;
    struct keyring *keyring;
    bool decoder_broken;
    bool monitor_broken;
    int64_t now_ms;
    connection_id deaf;         /* sends to it fail */
    char calls[JOURNAL_BYTES];  /* "accept 1; close 1 1008 …; " */
    char log[JOURNAL_BYTES];    /* lines */
    char events[JOURNAL_BYTES]; /* as the monitor got them, in lines */
    char token[TOKEN_BYTES];
};

static inline void note(char *journal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline void note(char *journal, const char *format, ...)
{
    size_t length = strlen(journal);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(journal + length, JOURNAL_BYTES - length, format, arguments);
    va_end(arguments);
}

static inline void on_accept(void *self, connection_id id,
                             const char *subprotocol)
{
    struct world *world = self;

    if (subprotocol == NULL)
        note(world->calls, "accept %d; ", (int)id);
    else
        note(world->calls, "accept %d %s; ", (int)id, subprotocol);
}

static inline void on_reject(void *self, connection_id id, int status)
{
    struct world *world = self;

    note(world->calls, "reject %d %d; ", (int)id, status);
}

static inline bool on_send(void *self, connection_id id, struct text text)
{
    struct world *world = self;

    note(world->calls, "send %d %.*s; ", (int)id, (int)text.length, text.at);
    return id != world->deaf;
}

static inline bool on_send_binary(void *self, connection_id id,
                                  struct text bytes)
{
    struct world *world = self;

    note(world->calls, "binary %d %d; ", (int)id, (int)bytes.length);
    return id != world->deaf;
}

static inline void on_close(void *self, connection_id id, uint16_t code,
                            const char *reason)
{
    struct world *world = self;

    note(world->calls, "close %d %d %s; ", (int)id, code, reason);
}

static inline void on_end(void *self, connection_id id)
{
    struct world *world = self;

    note(world->calls, "end %d; ", (int)id);
}

static inline void on_log(void *self, const char *line)
{
    struct world *world = self;

    note(world->log, "%s\n", line);
}

static inline bool on_event(void *self, const char *event)
{
    struct world *world = self;

    if (!world->monitor_broken)
        note(world->events, "%s\n", event);
    return !world->monitor_broken;
}

static inline int64_t on_now_ms(void *self)
{
    const struct world *world = self;

    return world->now_ms;
}

static inline const struct keyring *on_keyring(void *self)
{
    const struct world *world = self;

    return world->decoder_broken ? NULL : world->keyring;
}

static inline struct port port_of(struct world *world)
{
    return (struct port){
        .accept = on_accept,
        .reject = on_reject,
        .send = on_send,
        .send_binary = on_send_binary,
        .close = on_close,
        .end = on_end,
        .log = on_log,
        .now_ms = on_now_ms,
        .keyring = on_keyring,
        .monitor = on_event,
        .self = world,
    };
}

static inline struct world *world_of(const struct policy *policy,
                                     const struct settings *settings,
                                     struct directory directory)
{
    struct world *world = calloc(1, sizeof(*world));
    const char *why;

    ck_assert_ptr_nonnull(world);
    struct port port = port_of(world);
    port.directory = directory;
    world->now_ms = (int64_t)NOW_S * 1000;
    world->keyring = keyring_read(text_of(RING), &why);
    world->core = core_new(policy, &port, settings);
    ck_assert_ptr_nonnull(world->core);
    return world;
}

static inline struct world *world_with(const struct policy *policy,
                                       const struct settings *settings)
{
    return world_of(policy, settings, (struct directory){ NULL, NULL });
}

/* Of `signals`, as it comes. */
static inline struct world *world_under(const struct policy *policy)
{
    struct settings settings = settings_for(SERVES_SIGNALS);

    return world_with(policy, &settings);
}

static inline struct world *world_new(void)
{
    return world_under(&secure_policy);
}

static inline void world_free(struct world *world)
{
    core_free(world->core);
    keyring_free(world->keyring);
    free(world);
}

/* Appends base64url of the bytes. */
static inline void append_base64url(char *into, const void *from, size_t length)
{
    char *end = into + strlen(into);
    int written = EVP_EncodeBlock((unsigned char *)end, from, (int)length);

    while (written > 0 && end[written - 1] == '=')
        written--;
    end[written] = 0;
    for (; *end != 0; end++)
        *end = *end == '+' ? '-' : *end == '/' ? '_' : *end;
}

/* `header` and `payload` as they stand, whatever they are, signed HS256. */
static inline const char *sign_bytes(struct world *world, const char *header,
                                     const void *payload, size_t length)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    world->token[0] = 0;
    append_base64url(world->token, header, strlen(header));
    note(world->token, ".");
    append_base64url(world->token, payload, length);
    HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET),
         (const unsigned char *)world->token, strlen(world->token), mac, &size);
    note(world->token, ".");
    append_base64url(world->token, mac, size);
    return world->token;
}

static inline const char *sign(struct world *world, const char *header,
                               const char *payload)
{
    return sign_bytes(world, header, payload, strlen(payload));
}

#define GOOD_HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

static inline const char *good_token(struct world *world, const char *user,
                                     const char *role, int life_s)
{
    char payload[512];

    snprintf(payload, sizeof(payload),
             "{\"sub\":\"%s\",\"role\":\"%s\",\"iat\":%lld,\"exp\":%lld,"
             "\"jti\":\"j-%s\"}",
             user, role, (long long)(world->now_ms / 1000),
             (long long)(world->now_ms / 1000 + life_s), user);
    return sign(world, GOOD_HEADER, payload);
}

/* Opens `id` with this request, from a port of its own where it names no peer.
 */
static inline void open_request(struct world *world, int id,
                                struct request request)
{
    char peer[PEER_BYTES_MAX];

    snprintf(peer, sizeof(peer), "127.0.0.1:%d", 50000 + id);
    if (request.peer == NULL)
        request.peer = peer;
    core_opened(world->core, (connection_id)id, &request);
}

/* Opens `id` on this path with this query. */
static inline void open_at(struct world *world, int id, const char *path,
                           const char *query)
{
    struct request request = { .path = text_of(path), .query = text_of(query) };

    open_request(world, id, request);
}

static inline void open_with(struct world *world, int id, const char *token)
{
    char query[TOKEN_BYTES + 8];

    snprintf(query, sizeof(query), "token=%s", token);
    open_at(world, id, "/ws", query);
}

static inline void open_as(struct world *world, int id, const char *user,
                           const char *role)
{
    open_with(world, id, good_token(world, user, role, 600));
}

/* To every member. */
static inline void publish(struct world *world, const char *text)
{
    core_publish(world->core, text_of(text), text_of(""));
}

static inline void hear(struct world *world, int id, const char *message)
{
    core_received(world->core, (connection_id)id, text_of(message), true);
}

/* What was called since the last look must be exactly this. */
static inline void expect_calls(struct world *world, const char *label,
                                const char *want)
{
    ck_assert_msg(strcmp(world->calls, want) == 0,
                  "%s: want calls\n\t%s\ngot\n\t%s", label, want, world->calls);
    world->calls[0] = 0;
}

/* How many entries of this list have name == want. */
static inline int count_of(struct world *world, const char *list,
                           const char *name, const char *want)
{
    cJSON *tree = core_inspect(world->core, 0);
    const cJSON *entry;
    int count = 0;

    ck_assert_ptr_nonnull(tree);
    cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(tree, list))
    {
        const char *text =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, name));
        count += text != NULL && strcmp(text, want) == 0;
    }
    cJSON_Delete(tree);
    return count;
}

static inline int number_of(struct world *world, const char *group,
                            const char *name)
{
    cJSON *tree = core_inspect(world->core, 0);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(tree, group), name);

    ck_assert(cJSON_IsNumber(item));
    int value = item->valueint;
    cJSON_Delete(tree);
    return value;
}

static inline int gauge_of(struct world *world, const char *name)
{
    return number_of(world, "gauges", name);
}

static inline int metric_of(struct world *world, const char *name)
{
    return number_of(world, "metrics", name);
}

/* One suite of one case; add the tests to *tcase. */
static inline Suite *suite_with(const char *name, TCase **tcase)
{
    Suite *suite = suite_create(name);

    *tcase = tcase_create(name);
    suite_add_tcase(suite, *tcase);
    return suite;
}

#endif
