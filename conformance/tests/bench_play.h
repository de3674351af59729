/* A target that plays a script, for the verbs of the bench: what it says to
 * whom, and what it remembers of what it was asked. Socket 1 is the bench's
 * first witness; whoever the body dials first has number 2. */
#ifndef TESTS_BENCH_PLAY_H
#define TESTS_BENCH_PLAY_H

#include "bench/internal.h"
#include "check_program.h"
#include <cJSON.h>
#include <stdlib.h>

enum {
    PLAY_EVENTS = 4096,
    PLAY_SOCKETS = 32,
    PLAY_TEXT = 1024,
    PLAY_START_S = 1767225600, /* 2026-01-01T00:00:00Z */
};

/* How it ends a connection: messages (a line each), then code or status. */
struct refusal {
    const char *messages;
    int code;
    const char *reason;
    int status;
};

/* In all texts {alice}, {bob}, {mallory}, {home} and {other} stand for the
 * names of this world. Lines end with a line feed. */
struct script {
    const char *greetings[PLAY_SOCKETS];    /* lines, once it is accepted */
    const char *answers[PLAY_SOCKETS];      /* a line to each message */
    struct refusal refusals[PLAY_SOCKETS];  /* of its handshake */
    bool is_mute[PLAY_SOCKETS];             /* answers no ping */
    bool hangs_up[PLAY_SOCKETS];            /* at its first message */
    bool falls_over[PLAY_SOCKETS];          /* behind the upgrade */
    const char *subprotocols[PLAY_SOCKETS]; /* that it selects */
    const char *inspections[4];             /* one look each, then the last */
    const char *log;                        /* NULL: it has none */
    const char *scolding;                   /* to who has no context */
    bool gives_managers;                    /* … and gives one */
    enum fault raw_fault, hook_fault;       /* of send_raw, of breakage */
    unsigned nodes;                         /* that can be dialled */
};

struct play {
    struct script script;
    struct bench *bench;
    int64_t now_ms;
    unsigned looks;
    unsigned answered[PLAY_SOCKETS];
    bool is_member[PLAY_SOCKETS];
    struct event events[PLAY_EVENTS];
    char *texts[PLAY_EVENTS];
    unsigned head;
    unsigned tail;

    unsigned nodes[PLAY_SOCKETS];         /* that were dialled */
    char opened[PLAY_SOCKETS][PLAY_TEXT]; /* the opening, in words */
    struct buffer said[PLAY_SOCKETS];     /* kind and bytes of each message */
    struct buffer provisioned;            /* "user a role tenant; " */
    struct buffer broken;                 /* "decoder broken; " */
};

static struct play play;

static inline char *fill(const char *text)
{
    struct bench *bench = play.bench;
    const struct pair names[] = { { "alice", user_id(bench, ALICE) },
                                  { "bob", user_id(bench, BOB) },
                                  { "mallory", user_id(bench, MALLORY) },
                                  { "home", tenant_id(bench, HOME) },
                                  { "other", tenant_id(bench, OTHER) },
                                  { NULL, NULL } };
    char *filled = template_fill(text == NULL ? "" : text, names);

    ck_assert_ptr_nonnull(filled);
    return filled;
}

static inline void emit(struct event event, const char *text)
{
    unsigned at = play.tail++ % PLAY_EVENTS;

    free(play.texts[at]);
    play.texts[at] = fill(text);
    event.data = bytes_of_string(play.texts[at]);
    event.at_ms = play.now_ms;
    play.events[at] = event;
}

/* The n-th line or NULL; free() it. */
static inline char *line_of(const char *lines, unsigned number)
{
    while (lines != NULL && number-- > 0) {
        lines = strchr(lines, '\n');
        lines = lines == NULL ? NULL : lines + 1;
    }
    return lines == NULL || *lines == 0 ? NULL
                                        : strndup(lines, strcspn(lines, "\n"));
}

static inline void emit_lines(unsigned socket, const char *lines)
{
    char *line;

    for (unsigned i = 0; (line = line_of(lines, i)) != NULL; i++) {
        emit((struct event){ .kind = EVENT_TEXT, .socket = socket }, line);
        free(line);
    }
}

static inline void end(unsigned socket, const struct refusal *how)
{
    if (how->status != 0)
        emit((struct event){ .kind = EVENT_REJECTED,
                             .socket = socket,
                             .status = how->status },
             "no");
    if (how->code != 0)
        emit((struct event){ .kind = EVENT_CLOSED,
                             .socket = socket,
                             .code = how->code },
             how->reason);
    emit((struct event){ .kind = EVENT_GONE, .socket = socket }, "");
    play.is_member[socket] = false;
}

/* --- What it is asked ----------------------------------------------------- */

static inline const char *or_none(const char *text)
{
    return text == NULL ? "none" : text;
}

static inline void remember(unsigned socket, const struct opening *opening)
{
    char *into = play.opened[socket];
    int length =
        snprintf(into, PLAY_TEXT,
                 "path %s%s; query %s; protocols %s; source %s; origin %s%s%s",
                 or_none(opening->path),
                 opening->path_more == NULL ? "" : opening->path_more,
                 or_none(opening->query), or_none(opening->subprotocols),
                 or_none(opening->source), or_none(opening->origin),
                 opening->no_origin ? "; no origin" : "",
                 opening->tight ? "; tight" : "");

    for (size_t i = 0; i < opening->header_count && length < PLAY_TEXT; i++)
        length +=
            snprintf(into + length, (size_t)(PLAY_TEXT - length), "; %s: %s",
                     opening->headers[i].name, opening->headers[i].value);
    for (size_t i = 0; i < opening->early_count && length < PLAY_TEXT; i++)
        length += snprintf(into + length, (size_t)(PLAY_TEXT - length),
                           "; early %s", opening->early[i]);
}

static inline enum fault play_open(void *self, unsigned socket,
                                   const struct opening *opening)
{
    const struct refusal *how = &play.script.refusals[socket % PLAY_SOCKETS];

    (void)self;
    ck_assert_uint_lt(socket, PLAY_SOCKETS);
    remember(socket, opening);
    play.nodes[socket] = opening->node;
    buffer_init(&play.said[socket], 1024 * 1024);
    if (how->status == 0)
        emit((struct event){ .kind = EVENT_ACCEPTED,
                             .socket = socket,
                             .subprotocol = play.script.subprotocols[socket] },
             "");
    play.is_member[socket] = true;
    emit_lines(socket, play.script.greetings[socket]);
    emit_lines(socket, how->messages);
    if (how->status != 0 || how->code != 0 || play.script.falls_over[socket])
        end(socket, how);
    return FAULT_NONE;
}

static inline void answer(unsigned socket)
{
    char *line = line_of(play.script.answers[socket], play.answered[socket]++);

    if (line != NULL && *line != 0)
        emit((struct event){ .kind = EVENT_TEXT, .socket = socket }, line);
    free(line);
    if (play.script.hangs_up[socket])
        end(socket, &(struct refusal){ .code = 1011, .reason = "oops" });
}

static inline void emit_pong(unsigned socket, struct bytes payload)
{
    char *text = strndup((const char *)payload.at, payload.length);

    emit((struct event){ .kind = EVENT_PONG, .socket = socket }, text);
    free(text);
}

static inline enum fault play_send(void *self, unsigned socket,
                                   enum message_kind kind, int code,
                                   struct bytes data)
{
    static const char *const kinds[] = {
        [SEND_TEXT] = "text ",        [SEND_BINARY] = "binary ",
        [SEND_FIRST_PART] = "first ", [SEND_NEXT_PART] = "next ",
        [SEND_LAST_PART] = "last ",
    };

    (void)self;
    (void)code;
    if (kind == SEND_PING && play.is_member[socket] &&
        !play.script.is_mute[socket])
        emit_pong(socket, data);
    if (kind == SEND_PING || kind == SEND_CLOSE)
        return FAULT_NONE;
    buffer_add_string(&play.said[socket], kinds[kind]);
    buffer_add(&play.said[socket], data.at, data.length);
    buffer_add_string(&play.said[socket], "; ");
    if (kind == SEND_TEXT || kind == SEND_BINARY || kind == SEND_LAST_PART)
        answer(socket);
    return FAULT_NONE;
}

static inline enum fault play_send_raw(void *self, unsigned socket,
                                       struct bytes bytes)
{
    (void)self;
    if (play.script.raw_fault != FAULT_NONE)
        return fault_say(play.script.raw_fault,
                         "raw bytes: as the script has it");
    buffer_add_string(&play.said[socket], "raw ");
    buffer_add(&play.said[socket], bytes.at, bytes.length);
    buffer_add_string(&play.said[socket], "; ");
    return FAULT_NONE;
}

static inline enum fault play_answers(void *self, unsigned socket, bool answers)
{
    (void)self, (void)socket, (void)answers;
    return FAULT_NONE;
}

static inline int play_next(void *self, struct event *event, int wait_ms)
{
    (void)self;
    (void)wait_ms;
    if (play.head == play.tail)
        return 0;
    *event = play.events[play.head++ % PLAY_EVENTS];
    return 1;
}

static inline enum fault play_elapse(void *self, int64_t ms)
{
    (void)self;
    play.now_ms += ms;
    return FAULT_NONE;
}

static inline enum fault play_settle(void *self)
{
    (void)self;
    return FAULT_NONE;
}

static inline int64_t play_now(void *self)
{
    (void)self;
    return play.now_ms;
}

static inline const char *play_address(void *self, unsigned socket)
{
    static char address[32];

    (void)self;
    snprintf(address, sizeof(address), "127.0.0.1:%u", 5000 + socket);
    return address;
}

/* --- Its hooks ------------------------------------------------------------ */

static inline enum fault play_publish(void *self, const char *text,
                                      const char *tenant)
{
    char *raw = quoted(text);
    const struct pair values[] = { { "text", raw }, { NULL, NULL } };
    char *message = template_write(play.bench->manifest->signal, values);

    (void)self;
    (void)tenant;
    for (unsigned i = 1; i < PLAY_SOCKETS; i++)
        emit_lines(i, play.is_member[i] ? message : NULL);
    free(message);
    cJSON_free(raw);
    return FAULT_NONE;
}

static inline enum fault play_inspect(void *self, uint64_t since,
                                      struct cJSON **into)
{
    unsigned last = COUNT(play.script.inspections) - 1;
    char *text;

    (void)self;
    (void)since;
    while (last > 0 && play.script.inspections[last] == NULL)
        last--;
    text = fill(play.script.inspections[play.looks < last ? play.looks : last]);
    play.looks++;
    *into = cJSON_Parse(text);
    free(text);
    return *into == NULL ? fault_say(FAULT_HOOK, "no script for a look")
                         : FAULT_NONE;
}

static inline enum fault play_breakage(void *self, const char *what,
                                       bool broken)
{
    (void)self;
    buffer_printf(&play.broken, "%s %s; ", what, broken ? "broken" : "mended");
    return play.script.hook_fault == FAULT_NONE
               ? FAULT_NONE
               : fault_say(play.script.hook_fault, "as the script has it");
}

static inline enum fault play_provision(void *self, const char *what,
                                        const struct pair *values)
{
    (void)self;
    buffer_add_string(&play.provisioned, what);
    for (; values->name != NULL; values++)
        buffer_printf(&play.provisioned, " %s", values->value);
    buffer_add_string(&play.provisioned, "; ");
    return FAULT_NONE;
}

static inline enum fault play_ask(void *self, bool *refused,
                                  struct buffer *answer)
{
    (void)self;
    if (play.script.scolding == NULL)
        return FAULT_ABSENT;
    *refused = !play.script.gives_managers;
    return buffer_add_string(answer, play.script.scolding);
}

static inline enum fault play_log(void *self, struct buffer *into)
{
    char *text;
    enum fault fault;

    (void)self;
    if (play.script.log == NULL)
        return FAULT_ABSENT;
    text = fill(play.script.log);
    fault = buffer_add_string(into, text);
    free(text);
    return fault;
}

/* All but its script, for another performance. */
static inline void play_forget(void)
{
    for (size_t i = 0; i < PLAY_EVENTS; i++)
        free(play.texts[i]);
    for (size_t i = 0; i < PLAY_SOCKETS; i++)
        buffer_deinit(&play.said[i]);
    buffer_deinit(&play.provisioned);
    buffer_deinit(&play.broken);
    play = (struct play){ .script = play.script };
}

static inline void play_free(void *self)
{
    (void)self;
}

static const struct adapter_ops play_ops = {
    .name = "play",
    .open = play_open,
    .send = play_send,
    .send_raw = play_send_raw,
    .answer_closes = play_answers,
    .next_event = play_next,
    .elapse = play_elapse,
    .settle = play_settle,
    .now_ms = play_now,
    .address = play_address,
    .publish = play_publish,
    .inspect = play_inspect,
    .breakage = play_breakage,
    .provision = play_provision,
    .ask_without_context = play_ask,
    .log = play_log,
    .free = play_free,
};

#endif
