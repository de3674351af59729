/* Two connections: one that writes and asks, and one that waits for entries.
 * When either fails, both are given up, and some time later made anew. */
#include "shell/redis_log.h"
#include "shell/redis_address.h"
#include "shell/redis_loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RETRY_MS = 250,
    CONNECT_MS = 2000, /* until it has told all that a node needs to join */
    KEY_SIZE = REDIS_NAMESPACE_MAX + 32,
    ID_SIZE = 64,
    ENTRIES_AT_ONCE = 256,
};

struct redis_log {
    struct redis_address address;
    char key_log[KEY_SIZE];
    char key_count[KEY_SIZE];
    char key_state[KEY_SIZE];
    char key_servers[KEY_SIZE];
    struct log log;
    struct node *node;
    uv_loop_t *loop;
    uv_timer_t timer; /* until the next try, or the end of this one */
    redisAsyncContext *writer;
    redisAsyncContext *reader;
    bool has_joined;
    unsigned number;    /* of this life; 0: not told yet */
    char last[ID_SIZE]; /* the stream's id of the last entry told */
};

/* The position, and every key stays for a day. */
static const char script_append[] =
    "local p = redis.call('INCR', KEYS[2]) "
    "redis.call('XADD', KEYS[1], '*', 'p', p, 'h', ARGV[1], 'b', ARGV[2]) "
    "for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], 86400000) end "
    "return p";

/* An entry goes once it is behind the state that was kept before this one, and
 * so old that whoever has yet to read it is dead: ids begin with their time. */
static const char script_keep[] =
    "local p = tonumber(redis.call('HGET', KEYS[2], 'position') or '0') "
    "if p >= tonumber(ARGV[1]) then return 0 end "
    "local old = redis.call('HGET', KEYS[2], 'id') "
    "redis.call('HSET', KEYS[2], 'position', ARGV[1], 'id', ARGV[2], "
    "'state', ARGV[3]) "
    "if not old then return 1 end "
    "local ms = math.min(tonumber(string.match(old, '^%d+')), "
    "tonumber(string.match(ARGV[2], '^%d+')) - 10000) "
    "redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', ms)) "
    "return 1";

static void try_again(struct redis_log *redis);

/* --- Losing it ------------------------------------------------------------ */

static void let_go(redisAsyncContext **context)
{
    redisAsyncContext *gone = *context;

    *context = NULL;
    if (gone != NULL)
        redisAsyncFree(gone);
}

static void on_retry(uv_timer_t *timer)
{
    struct redis_log *redis = timer->data;

    node_lost(redis->node, "Redis does not answer"); /* unless that is known */
    try_again(redis);
}

/* The contexts go when the timer fires: we may be inside one of them. */
static void give_up_soon(struct redis_log *redis, uint64_t in_ms)
{
    redis->has_joined = false;
    if (redis->loop != NULL && !uv_is_closing((uv_handle_t *)&redis->timer))
        uv_timer_start(&redis->timer, on_retry, in_ms, 0);
}

static void fail(struct redis_log *redis, const char *why)
{
    node_lost(redis->node, why); /* which may call redis_log_drop */
    give_up_soon(redis, RETRY_MS);
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
    struct redis_log *redis = context->data;

    (void)status;
    if (context != redis->writer && context != redis->reader)
        return; /* let go by ourselves */
    if (context == redis->writer)
        redis->writer = NULL;
    else
        redis->reader = NULL;
    fail(redis, "Redis has hung up");
}

static void on_connect(const redisAsyncContext *context, int status)
{
    struct redis_log *redis = context->data;

    if (status == REDIS_OK)
        return;
    if (context == redis->writer)
        redis->writer = NULL; /* hiredis frees what has never been connected */
    else if (context == redis->reader)
        redis->reader = NULL;
    fail(redis, context->errstr);
}

/* NULL, and told, for an error or the end of the connection. */
static const redisReply *good(struct redis_log *redis, const void *reply)
{
    const redisReply *at = reply;

    if (at == NULL)
        return NULL;
    if (at->type != REDIS_REPLY_ERROR)
        return at;
    fail(redis, at->str);
    return NULL;
}

/* --- Entries -------------------------------------------------------------- */

static struct text text_in(const redisReply *reply)
{
    return (struct text){ reply->str, (size_t)reply->len };
}

static bool is_string(const redisReply *reply)
{
    return reply != NULL && reply->type == REDIS_REPLY_STRING;
}

/* [ID, ["p", POSITION, "h", HEAD, "b", BODY]]; an id begins with its time. */
static bool tell_entry(struct redis_log *redis, const redisReply *entry)
{
    const redisReply *fields;

    if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2 ||
        !is_string(entry->element[0]) ||
        entry->element[0]->len >= (int)sizeof(redis->last))
        return false;
    fields = entry->element[1];
    if (fields->type != REDIS_REPLY_ARRAY || fields->elements != 6 ||
        !is_string(fields->element[1]) || !is_string(fields->element[3]) ||
        !is_string(fields->element[5]))
        return false;
    snprintf(redis->last, sizeof(redis->last), "%s", entry->element[0]->str);
    node_told(redis->node, strtoull(fields->element[1]->str, NULL, 10),
              strtoll(redis->last, NULL, 10), text_in(fields->element[3]),
              text_in(fields->element[5]));
    return true;
}

static void read_on(struct redis_log *redis);

/* [[STREAM, [ENTRY, …]]], or nil when none has come in time. */
static void on_entries(redisAsyncContext *context, void *reply, void *unused)
{
    struct redis_log *redis = context->data;
    const redisReply *at = context == redis->reader ? good(redis, reply) : NULL;
    const redisReply *entries;

    (void)unused;
    if (at == NULL || !redis->has_joined)
        return;
    if (at->type == REDIS_REPLY_ARRAY && at->elements == 1 &&
        at->element[0]->elements == 2) {
        entries = at->element[0]->element[1];
        for (size_t i = 0; i < entries->elements && redis->has_joined; i++)
            if (!tell_entry(redis, entries->element[i]))
                fail(redis, "the stream holds what is no entry");
    }
    if (redis->has_joined)
        read_on(redis);
}

static void read_on(struct redis_log *redis)
{
    redisAsyncCommand(redis->reader, on_entries, NULL,
                      "XREAD COUNT %d BLOCK 10000 STREAMS %s %s",
                      ENTRIES_AT_ONCE, redis->key_log, redis->last);
}

static void on_done(redisAsyncContext *context, void *reply, void *unused)
{
    struct redis_log *redis = context->data;

    (void)unused;
    if (context == redis->writer)
        (void)good(redis, reply);
}

static void append(void *self, struct text head, struct text body)
{
    struct redis_log *redis = self;

    if (redis->writer != NULL)
        redisAsyncCommand(
            redis->writer, on_done, NULL, "EVAL %s 4 %s %s %s %s %b %b",
            script_append, redis->key_log, redis->key_count, redis->key_state,
            redis->key_servers, head.at, head.length, body.at, body.length);
}

static void keep(void *self, uint64_t position, struct text state)
{
    struct redis_log *redis = self;

    if (redis->writer != NULL)
        redisAsyncCommand(
            redis->writer, on_done, NULL, "EVAL %s 2 %s %s %llu %s %b",
            script_keep, redis->key_log, redis->key_state,
            (unsigned long long)position, redis->last, state.at, state.length);
}

/* --- Joining -------------------------------------------------------------- */

/* [POSITION, ID, STATE], each nil where nothing is kept. */
static void on_state(redisAsyncContext *context, void *reply, void *unused)
{
    struct redis_log *redis = context->data;
    const redisReply *at = context == redis->writer ? good(redis, reply) : NULL;
    struct text state = { "", 0 };
    uint64_t position = 0;

    (void)unused;
    if (at == NULL || at->type != REDIS_REPLY_ARRAY || at->elements != 3)
        return;
    snprintf(redis->last, sizeof(redis->last), "0");
    if (is_string(at->element[0]) && is_string(at->element[1]) &&
        is_string(at->element[2])) {
        position = strtoull(at->element[0]->str, NULL, 10);
        snprintf(redis->last, sizeof(redis->last), "%s", at->element[1]->str);
        state = text_in(at->element[2]);
    }
    uv_timer_stop(&redis->timer);
    redis->has_joined = true;
    if (node_restore(redis->node, redis->number, position, state) &&
        node_begin(redis->node, false))
        read_on(redis);
    else
        fail(redis, "the state that is kept cannot be read");
}

static void on_number(redisAsyncContext *context, void *reply, void *unused)
{
    struct redis_log *redis = context->data;
    const redisReply *at = context == redis->writer ? good(redis, reply) : NULL;

    (void)unused;
    if (at == NULL || at->type != REDIS_REPLY_INTEGER || at->integer < 1)
        return;
    redis->number = node_number(at->integer);
    redisAsyncCommand(redis->writer, on_state, NULL,
                      "HMGET %s position id state", redis->key_state);
}

static redisAsyncContext *connect_to(struct redis_log *redis)
{
    const struct redis_address *address = &redis->address;
    redisAsyncContext *context =
        address->port == 0 ? redisAsyncConnectUnix(address->host)
                           : redisAsyncConnect(address->host, address->port);

    if (context == NULL || context->err != 0 ||
        !redis_loop_attach(context, redis->loop)) {
        if (context != NULL)
            redisAsyncFree(context);
        return NULL;
    }
    context->data = redis;
    redisAsyncSetConnectCallback(context, on_connect);
    redisAsyncSetDisconnectCallback(context, on_disconnect);
    return context;
}

static void try_again(struct redis_log *redis)
{
    let_go(&redis->reader);
    let_go(&redis->writer);
    give_up_soon(redis, CONNECT_MS);
    redis->writer = connect_to(redis);
    redis->reader = connect_to(redis);
    if (redis->writer == NULL || redis->reader == NULL)
        fail(redis, "Redis cannot be reached");
    else
        redisAsyncCommand(redis->writer, on_number, NULL, "INCR %s",
                          redis->key_servers);
}

/* --- Life ----------------------------------------------------------------- */

struct redis_log *redis_log_new(const char *url, const char **why)
{
    struct redis_log *redis = calloc(1, sizeof(*redis));
    const char *name;

    *why = redis == NULL ? "out of memory"
                         : "--store takes redis://HOST:PORT[/NAMESPACE] or "
                           "redis+unix://PATH[?NAMESPACE]";
    if (redis == NULL || !redis_address_read(&redis->address, url)) {
        free(redis);
        return NULL;
    }
    name = redis->address.name;
    snprintf(redis->key_log, KEY_SIZE, "%s:{log}", name);
    snprintf(redis->key_count, KEY_SIZE, "%s:{log}:count", name);
    snprintf(redis->key_state, KEY_SIZE, "%s:{log}:state", name);
    snprintf(redis->key_servers, KEY_SIZE, "%s:{log}:servers", name);
    redis->log = (struct log){ append, keep, redis };
    return redis;
}

const struct log *redis_log_interface(struct redis_log *redis)
{
    return &redis->log;
}

void redis_log_begin(struct redis_log *redis, uv_loop_t *loop,
                     struct node *node)
{
    redis->loop = loop;
    redis->node = node;
    uv_timer_init(loop, &redis->timer);
    redis->timer.data = redis;
    try_again(redis);
}

void redis_log_drop(struct redis_log *redis)
{
    give_up_soon(redis, RETRY_MS);
}

void redis_log_end(struct redis_log *redis)
{
    if (redis->loop == NULL)
        return;
    uv_close((uv_handle_t *)&redis->timer, NULL);
    let_go(&redis->reader);
    let_go(&redis->writer);
}

void redis_log_free(struct redis_log *redis)
{
    free(redis);
}
