/* A target that plays a script, in one way at a time, and one criterion against
 * it. */
#ifndef TESTS_BENCH_WORLD_H
#define TESTS_BENCH_WORLD_H

#include "bench/internal.h"
#include "check_program.h"
#include <stdio.h>

/* --- A target that plays a script ----------------------------------------- */

enum reaction {
    ADMITS,         /* every connection, and delivers broadcasts */
    REFUSES,        /* every stranger, exactly as agreed */
    REFUSES_ODDLY,  /* another code */
    REFUSES_MUTELY, /* a Close without a code */
    REFUSES_AT_HTTP,
    REDIRECTS,     /* HTTP 302 is no refusal */
    DROPS,         /* FIN without Close */
    HANGS,         /* accepts and says nothing more */
    IS_DEAD,       /* cannot be reached */
    GREETS,        /* sends data, then refuses */
    BREAKS_RULES,  /* a violation of RFC 6455 */
    DENIES_ALL,    /* witnesses too */
    SAYS_TOO_MUCH, /* in one message */
    PONGS_ODDLY,   /* refuses, but answers a ping with an empty pong */
    BEATS,         /* refuses, and sends pongs of its own */
};

enum { QUEUE = 4096 };

struct script {
    enum reaction reaction;
    struct event queue[QUEUE];
    char texts[QUEUE][96];
    unsigned head;
    unsigned tail;
    unsigned members[64];
    unsigned member_count;
    unsigned first_stranger;   /* sockets that are refused whatever they */
    unsigned last_stranger;    /* present; 0: none */
    const char *log;           /* NULL: it has none */
    bool is_real;              /* its time is ours */
    bool dialled;              /* and not settled since */
    unsigned early_broadcasts; /* while a handshake was under way */
    unsigned late;             /* so many reads of the log come too early */
};

static inline void emit(struct script *script, struct event event,
                        const char *text)
{
    unsigned at = script->tail++ % QUEUE;

    snprintf(script->texts[at], sizeof(script->texts[at]), "%s", text);
    event.data = bytes_of_string(script->texts[at]);
    script->queue[at] = event;
}

static inline void refuse(struct script *script, unsigned socket, int code,
                          const char *reason)
{
    emit(script,
         (struct event){ .kind = EVENT_CLOSED, .socket = socket, .code = code },
         reason);
    emit(script, (struct event){ .kind = EVENT_GONE, .socket = socket }, "");
}

static inline void leave(struct script *script, unsigned socket,
                         enum ending ending, const char *why)
{
    emit(script,
         (struct event){
             .kind = EVENT_GONE, .socket = socket, .ending = ending },
         why);
}

static inline void react(struct script *script, unsigned socket, bool good)
{
    struct event accepted = { .kind = EVENT_ACCEPTED, .socket = socket };
    struct event text = { .kind = EVENT_TEXT, .socket = socket };
    struct event gone = { .kind = EVENT_GONE, .socket = socket };
    struct event rejected = { .kind = EVENT_REJECTED, .socket = socket };
    struct event broken = { .kind = EVENT_VIOLATION, .socket = socket };
    bool admits_good =
        script->reaction != DENIES_ALL && script->reaction != IS_DEAD;

    if ((good && admits_good) || script->reaction == ADMITS) {
        emit(script, accepted, "");
        script->members[script->member_count++] = socket;
        return;
    }
    switch (script->reaction) {
    case SAYS_TOO_MUCH:
        emit(script, accepted, "");
        leave(script, socket, ENDING_UNREAD, "sent more than 9 bytes");
        break;
    case ADMITS: break;
    case REFUSES_ODDLY:
        emit(script, accepted, "");
        refuse(script, socket, 4001, "Authentication required");
        break;
    case REFUSES_MUTELY:
        emit(script, accepted, "");
        refuse(script, socket, 1005, "");
        break;
    case REFUSES_AT_HTTP:
    case REDIRECTS:
        rejected.status = script->reaction == REDIRECTS ? 302 : 403;
        emit(script, rejected, "no");
        emit(script, gone, "");
        break;
    case DROPS:
        emit(script, accepted, "");
        emit(script, gone, "");
        break;
    case HANGS: emit(script, accepted, ""); break;
    case IS_DEAD:
        leave(script, socket, ENDING_UNREACHED, "nobody listens");
        break;
    case GREETS:
        emit(script, accepted, "");
        emit(script, text, "{\"type\":\"welcome\",\"clients\":17}");
        refuse(script, socket, 1008, "Authentication required");
        break;
    case BREAKS_RULES:
        emit(script, accepted, "");
        emit(script, broken, "a masked frame (5.1)");
        break;
    case PONGS_ODDLY:
    case BEATS:
    case REFUSES:
    case DENIES_ALL:
        emit(script, accepted, "");
        refuse(script, socket, 1008, "Authentication required");
        break;
    }
}

static inline enum fault play_open(void *self, unsigned socket,
                                   const struct opening *opening)
{
    struct script *script = self;
    bool is_stranger =
        socket >= script->first_stranger && socket <= script->last_stranger;

    script->dialled = true;
    react(self, socket, opening->query != NULL && !is_stranger);
    return FAULT_NONE;
}

static inline enum fault play_send(void *self, unsigned socket,
                                   enum message_kind kind, int code,
                                   struct bytes data)
{
    struct script *script = self;
    struct event pong = { .kind = EVENT_PONG, .socket = socket };
    char text[32];

    (void)code;
    if (kind != SEND_PING)
        return FAULT_NONE;
    snprintf(text, sizeof(text), "%.*s", (int)data.length,
             (const char *)data.at);
    if (script->reaction == BEATS)
        emit(script, pong, "a heartbeat");
    emit(script, pong, script->reaction == PONGS_ODDLY ? "" : text);
    return FAULT_NONE;
}

static inline enum fault play_answers(void *self, unsigned socket, bool answers)
{
    (void)self;
    (void)socket;
    (void)answers;
    return FAULT_NONE;
}

static inline int play_next(void *self, struct event *event, int wait_ms)
{
    struct script *script = self;

    (void)wait_ms;
    if (script->head == script->tail)
        return 0;
    *event = script->queue[script->head++ % QUEUE];
    return 1;
}

static inline enum fault play_elapse(void *self, int64_t ms)
{
    (void)self;
    (void)ms;
    return FAULT_NONE;
}

static inline enum fault play_settle(void *self)
{
    struct script *script = self;

    script->dialled = false;
    return FAULT_NONE;
}

static inline int64_t play_now(void *self)
{
    (void)self;
    return 1767225600000;
}

/* Borrowed until the next call. */
static inline const char *play_address(void *self, unsigned socket)
{
    static char address[32];

    (void)self;
    snprintf(address, sizeof(address), "127.0.0.1:%u", 4000 + socket);
    return address;
}

static inline enum fault play_log(void *self, struct buffer *into)
{
    struct script *script = self;

    if (script->late > 0) {
        script->late--;
        return FAULT_NONE;
    }
    return buffer_add_string(into, script->log);
}

static inline enum fault play_publish(void *self, const char *text,
                                      const char *tenant)
{
    (void)tenant;

    struct script *script = self;
    char message[96];

    script->early_broadcasts += script->dialled;
    snprintf(message, sizeof(message), "{\"type\":\"signal\",\"text\":\"%s\"}",
             text);
    for (unsigned i = 0; i < script->member_count; i++)
        emit(script,
             (struct event){ .kind = EVENT_TEXT, .socket = script->members[i] },
             message);
    return FAULT_NONE;
}

static inline void play_free(void *self)
{
    (void)self;
}

static const struct adapter_ops script_ops = {
    .name = "script",
    .open = play_open,
    .send = play_send,
    .answer_closes = play_answers,
    .next_event = play_next,
    .elapse = play_elapse,
    .settle = play_settle,
    .now_ms = play_now,
    .address = play_address,
    .publish = play_publish,
    .log = play_log,
    .free = play_free,
};

/* --- One criterion against it --------------------------------------------- */

static inline struct result judge(struct script *script, const char *id)
{
    struct buffer errors;
    struct world world = { .seed = 7, .index = 3 };
    struct result result;
    struct adapter adapter = { .ops = &script_ops,
                               .self = script,
                               .offers = script->log == NULL ? BROADCAST
                                                             : BROADCAST | LOG,
                               .is_virtual = !script->is_real };

    buffer_init(&errors, 65536);
    struct manifest *manifest = manifest_read_profile("signals", NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    bench_run(criterion_named(id), manifest, &adapter, &world, &result);
    manifest_free(manifest);
    buffer_deinit(&errors);
    return result;
}

#endif
