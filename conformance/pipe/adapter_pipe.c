/* What a bench asks, as lines to a child and back. Where the child stands above
 * a WebSocket library, and does not do itself what that does, it is done here:
 * pongs, the answer to a Close, putting fragments together. */
#include "pipe/adapter_pipe.h"
#include "base/clock.h"
#include "manifest/manifest.h"
#include "net/wallet.h"
#include "pipe/hooks_pipe.h"
#include "pipe/opening.h"
#include "spec.h"
#include <stdlib.h>

enum { CODE_ABSENT = 1005, PING_BYTES_MAX = 125 };

struct pipe_adapter {
    struct adapter adapter;
    struct implementation *one;
};

static struct implementation *of(void *self)
{
    return ((struct pipe_adapter *)self)->one;
}

/* The socket, if a client can still say something there. */
static struct pipe_socket *speaker(const struct implementation *one,
                                   unsigned number)
{
    struct pipe_socket *socket = socket_at(one, number);

    return socket == NULL || socket->over || socket->client_closed ? NULL
                                                                   : socket;
}

static struct speech *say_of(struct implementation *one, const char *verb,
                             unsigned number)
{
    struct speech *speech = say_verb(one, verb);

    speech_number(speech, "socket", (int64_t)one->base + number);
    return speech;
}

/* --- Messages ------------------------------------------------------------- */

/* FAULT_ABSENT: no library would let it through to who asks. */
static enum fault send_message(struct implementation *one, unsigned number,
                               bool binary, struct bytes data)
{
    if (!binary && (one->introduction.wire & WIRE_RAW) == 0 && !is_utf8(data))
        return FAULT_ABSENT;
    if (binary)
        speech_base64(say_of(one, "binary", number), "base64", data);
    else
        speech_content(say_of(one, "text", number), data);
    return utter(one);
}

static enum fault send_part(struct implementation *one, unsigned number,
                            enum message_kind kind, struct bytes data)
{
    struct pipe_socket *socket = socket_at(one, number);
    enum fault fault;

    if ((one->introduction.wire & WIRE_PARTS) != 0) {
        struct speech *speech = say_of(one, "part", number);
        speech_text(speech, "which",
                    kind == SEND_FIRST_PART  ? "first"
                    : kind == SEND_NEXT_PART ? "next"
                                             : "last");
        speech_base64(speech, "base64", data);
        return utter(one);
    }
    fault = buffer_add(&socket->parts, data.at, data.length);
    if (fault != FAULT_NONE || kind != SEND_LAST_PART)
        return fault == FAULT_NONE
                   ? fault
                   : fault_say(fault, "fragments: %s", fault_text(fault));
    fault = send_message(one, number, false, buffer_view(&socket->parts));
    buffer_clear(&socket->parts);
    return fault;
}

static enum fault send_ping(struct implementation *one, unsigned number,
                            struct bytes data)
{
    unsigned char length = (unsigned char)data.length;

    if ((one->introduction.wire & WIRE_PING) != 0) {
        speech_base64(say_of(one, "ping", number), "base64", data);
        return utter(one);
    }
    if (data.length > PING_BYTES_MAX)
        return FAULT_ABSENT;
    one->must_settle = true;
    if (buffer_add(&one->waiting_pings, &number, sizeof(number)) != 0 ||
        buffer_add(&one->waiting_pings, &length, 1) != 0 ||
        buffer_add(&one->waiting_pings, data.at, data.length) != 0)
        return fault_say(FAULT_LIMIT, "more pings than are kept");
    return FAULT_NONE;
}

static enum fault send_close(struct implementation *one, unsigned number,
                             int code, struct bytes reason)
{
    struct pipe_socket *socket = socket_at(one, number);
    struct speech *speech = say_of(one, "close", number);

    socket->client_closed = true;
    socket->code = code == 0 ? CODE_ABSENT : code;
    if ((one->introduction.wire & WIRE_END) == 0)
        fade(one, socket);
    speech_number(speech, "code", socket->code);
    speech_json(speech, "reason", "");
    speech_string(speech, reason);
    return utter(one);
}

static enum fault pipe_send(void *self, unsigned number, enum message_kind kind,
                            int code, struct bytes data)
{
    struct implementation *one = of(self);

    if (one->fault != FAULT_NONE)
        return still_blamed(one);
    if (speaker(one, number) == NULL)
        return FAULT_NONE; /* the bytes are lost */
    switch (kind) {
    case SEND_TEXT:
    case SEND_BINARY:
        return send_message(one, number, kind == SEND_BINARY, data);
    case SEND_PING: return send_ping(one, number, data);
    case SEND_CLOSE: return send_close(one, number, code, data);
    case SEND_FIRST_PART:
    case SEND_NEXT_PART:
    case SEND_LAST_PART: return send_part(one, number, kind, data);
    }
    return FAULT_NONE;
}

static enum fault pipe_send_raw(void *self, unsigned number, struct bytes bytes)
{
    struct implementation *one = of(self);

    if ((one->introduction.wire & WIRE_RAW) == 0)
        return FAULT_ABSENT;
    if (speaker(one, number) == NULL)
        return still_blamed(one);
    speech_base64(say_of(one, "bytes", number), "base64", bytes);
    return utter(one);
}

static enum fault pipe_answer_closes(void *self, unsigned number, bool answers)
{
    struct implementation *one = of(self);

    if ((one->introduction.wire & WIRE_DEAF) == 0)
        return answers ? FAULT_NONE : FAULT_ABSENT;
    if (socket_at(one, number) == NULL)
        return FAULT_NONE;
    speech_flag(say_of(one, "deaf", number), "deaf", !answers);
    return utter(one);
}

static void pipe_drop(void *self, unsigned number, bool reset)
{
    struct implementation *one = of(self);
    struct pipe_socket *socket = socket_at(one, number);

    if (socket == NULL || socket->over)
        return;
    speech_text(say_of(one, "drop", number), "how", reset ? "reset" : "fin");
    utter(one);
    fade(one, socket);
    tell_event(one, number,
               (struct event){ .kind = EVENT_GONE, .ending = ENDING_OURS });
}

static enum fault pipe_open_socket(void *self, unsigned number,
                                   const struct opening *opening)
{
    struct implementation *one = of(self);

    return one->fault == FAULT_NONE ? pipe_open(one, number, opening)
                                    : still_blamed(one);
}

static const char *pipe_address(void *self, unsigned number)
{
    const struct pipe_socket *socket = socket_at(of(self), number);

    return socket == NULL ? "" : socket->address;
}

/* --- Events and time ------------------------------------------------------ */

/* On a real clock they come when they come; pings are ours to answer, once all
 * before them has settled. */
static enum fault wait_for_event(struct implementation *one, int wait_ms)
{
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    enum fault fault = FAULT_NONE;

    if (one->waiting_pings.length > 0 || one->fading_count > 0)
        fault = settle_pipe(one);
    while (fault == FAULT_NONE && one->events.first == NULL)
        fault = hear(one, until_ms);
    if (fault == FAULT_TIMEOUT || fault == FAULT_NONE)
        return FAULT_NONE;
    return blame_silence(one, fault);
}

static int pipe_next_event(void *self, struct event *event, int wait_ms)
{
    struct implementation *one = of(self);
    enum fault fault = still_blamed(one);

    if (fault == FAULT_NONE && one->events.first == NULL &&
        one->introduction.is_virtual && one->must_settle)
        fault = settle_pipe(one);
    else if (fault == FAULT_NONE && one->events.first == NULL &&
             !one->introduction.is_virtual)
        fault = wait_for_event(one, wait_ms);
    if (fault != FAULT_NONE)
        return (int)fault;
    return events_take(&one->events, event);
}

static enum fault pipe_elapse(void *self, int64_t ms)
{
    struct implementation *one = of(self);
    enum fault fault = still_blamed(one);

    if (fault != FAULT_NONE || !one->introduction.is_virtual)
        return fault == FAULT_NONE ? FAULT_ABSENT : fault;
    if (ms > INT32_MAX)
        return fault_say(FAULT_LIMIT, "24 days are as far as a line can say");
    if (one->must_settle) /* what came before is of now */
        fault = settle_pipe(one);
    if (fault != FAULT_NONE)
        return fault;
    speech_number(say_verb(one, "elapse"), "ms", ms);
    one->now_ms += ms;
    fault = utter(one);
    return fault == FAULT_NONE ? settle_pipe(one) : fault;
}

static enum fault pipe_settle(void *self)
{
    struct implementation *one = of(self);

    return one->fault == FAULT_NONE ? settle_pipe(one) : still_blamed(one);
}

static int64_t pipe_now_ms(void *self)
{
    const struct implementation *one = of(self);

    return one->introduction.is_virtual ? one->now_ms : clock_wall_ms();
}

/* What the child did behind the last question counts as well. */
static enum fault pipe_soundness(void *self)
{
    struct implementation *one = of(self);
    enum fault fault = pipe_settle(self);

    if (fault == FAULT_NONE && one->isolated)
        fault = implementation_end(one);
    return fault;
}

/* --- The whole ------------------------------------------------------------ */

static enum fault pipe_publish(void *self, const char *text, const char *tenant)
{
    return hook_publish(of(self), text, tenant);
}

static enum fault pipe_inspect(void *self, uint64_t since, struct cJSON **into)
{
    return hook_inspect(of(self), since, into);
}

static enum fault pipe_breakage(void *self, const char *what, bool broken)
{
    return hook_breakage(of(self), what, broken);
}

static enum fault pipe_provision(void *self, const char *what,
                                 const struct pair *values)
{
    return hook_provision(of(self), what, values);
}

static enum fault pipe_ask_without_context(void *self, bool *refused,
                                           struct buffer *answer)
{
    return hook_ask_without_context(of(self), refused, answer);
}

static enum fault pipe_revoke(void *self, const char *jti)
{
    return hook_revoke(of(self), jti);
}

static enum fault pipe_issue(void *self, const char *user, const char *role,
                             struct buffer *into)
{
    return hook_issue(of(self), user, role, into);
}

/* Where its users log in is no matter of the child's: the manifest says. */
static enum fault pipe_fetch(void *self, const struct applicant *applicant,
                             struct buffer *into)
{
    struct wallet *wallet = of(self)->manifest->wallet;

    return wallet == NULL ? FAULT_ABSENT : wallet_draw(wallet, applicant, into);
}

static enum fault pipe_stored(void *self, struct buffer *into)
{
    return hook_stored(of(self), into);
}

static enum fault pipe_log(void *self, struct buffer *into)
{
    return hook_log(of(self), into);
}

static const struct adapter_ops ops = {
    .name = "pipe",
    .open = pipe_open_socket,
    .send = pipe_send,
    .send_raw = pipe_send_raw,
    .answer_closes = pipe_answer_closes,
    .drop = pipe_drop,
    .next_event = pipe_next_event,
    .elapse = pipe_elapse,
    .settle = pipe_settle,
    .soundness = pipe_soundness,
    .now_ms = pipe_now_ms,
    .address = pipe_address,
    .publish = pipe_publish,
    .inspect = pipe_inspect,
    .breakage = pipe_breakage,
    .provision = pipe_provision,
    .ask_without_context = pipe_ask_without_context,
    .revoke = pipe_revoke,
    .issue = pipe_issue,
    .fetch = pipe_fetch,
    .stored = pipe_stored,
    .log = pipe_log,
    .free = free,
};

/* What hangs on no hook, the manifest alone knows. */
static uint64_t offers_of(const struct implementation *one)
{
    const uint64_t hooked_needs =
        BROADCAST | INSPECT | LOG | DECODER_FAULT | STORE_FAULT |
        MONITOR_FAULT | SHARED_FAULT | NODE_FAULT | TENANTS | ORDERS |
        WITHDRAWAL | REVOCATION | USER_REVOCATION | ISSUER | MANAGERS |
        HANDSHAKE_SIZE | TIMEZONES | TIGHT | PLAIN_LISTENER | NODES | PROXY |
        PUBLISHER | OTHER_DOOR | READING_DOOR; /* a child has no other way in */
    const struct manifest *manifest = one->manifest;
    uint64_t set = ~hooked_needs | one->introduction.offers;

    set |= one->introduction.nodes > 1 ? NODES : 0;
    set |= manifest->proxy != NULL ? PROXY : 0;
    set |= manifest->publish != NULL ? PUBLISHER : 0;
    return set;
}

struct adapter *adapter_pipe_new(struct implementation *one)
{
    struct pipe_adapter *self = calloc(1, sizeof(*self));

    if (self == NULL) {
        fault_say(FAULT_MEMORY, "the adapter: out of memory");
        return NULL;
    }
    if (implementation_begin(one) != FAULT_NONE) {
        free(self);
        return NULL;
    }
    self->one = one;
    self->adapter = (struct adapter){
        .ops = &ops,
        .self = self,
        .offers = offers_of(one),
        .is_virtual = one->introduction.is_virtual,
        .lags = true,
        .hides_deflate = (one->introduction.wire & WIRE_DEFLATE) == 0,
        .nodes = one->introduction.nodes,
    };
    return &self->adapter;
}
