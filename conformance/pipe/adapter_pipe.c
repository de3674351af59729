/* What a bench asks, as lines to a child and back. */
#include "pipe/adapter_pipe.h"
#include "base/clock.h"
#include "manifest/manifest.h"
#include "net/codec.h"
#include "net/wallet.h"
#include "pipe/hooks_pipe.h"
#include "pipe/opening.h"
#include "spec.h"
#include <stdlib.h>

enum { ROUNDS_MAX = 100 };

struct pipe_adapter {
    struct adapter adapter;
    struct implementation *one;
    struct codec *codec; /* NULL: messages are frames as they are */
};

static struct implementation *of(void *self)
{
    return ((struct pipe_adapter *)self)->one;
}

/* --- Acting --------------------------------------------------------------- */

static enum fault send_frame(void *self, unsigned number,
                             enum message_kind kind, int code,
                             struct bytes data)
{
    return frame_send(of(self), number, kind, code, data);
}

static void end_line(void *self, unsigned number)
{
    frame_drop(of(self), number, false);
}

static enum fault pipe_send(void *self, unsigned number, enum message_kind kind,
                            int code, struct bytes data)
{
    struct codec *codec = ((struct pipe_adapter *)self)->codec;

    return codec == NULL ? send_frame(self, number, kind, code, data)
                         : codec_send(codec, number, kind, code, data);
}

static enum fault pipe_send_raw(void *self, unsigned number, struct bytes bytes)
{
    return frame_send_raw(of(self), number, bytes);
}

static enum fault pipe_answer_closes(void *self, unsigned number, bool answers)
{
    enum fault fault = frame_answer_closes(of(self), number, answers);

    if (fault == FAULT_NONE)
        codec_answer_closes(((struct pipe_adapter *)self)->codec, number,
                            answers);
    return fault;
}

static void pipe_drop(void *self, unsigned number, bool reset)
{
    frame_drop(of(self), number, reset);
}

/* Frames that go out with the handshake are packets already. */
static enum fault open_encoded(struct pipe_adapter *self, unsigned number,
                               struct opening opening)
{
    char **early = codec_early(self->codec, number, &opening);
    enum fault fault = FAULT_MEMORY;
    size_t count = opening.early_count;

    opening.early = (const char *const *)early;
    if (early != NULL)
        fault = pipe_open(self->one, number, &opening);
    codec_free_early(early, count);
    return fault;
}

static enum fault pipe_open_socket(void *self, unsigned number,
                                   const struct opening *opening)
{
    struct implementation *one = of(self);

    if (one->fault != FAULT_NONE)
        return still_blamed(one);
    if (((struct pipe_adapter *)self)->codec != NULL)
        return open_encoded(self, number, *opening);
    return pipe_open(one, number, opening);
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

/* Of a virtual clock's, those that are there. */
static int next_frame(void *self, struct event *event, int wait_ms)
{
    struct implementation *one = of(self);
    enum fault fault = still_blamed(one);

    if (fault == FAULT_NONE && one->events.first == NULL &&
        !one->introduction.is_virtual)
        fault = wait_for_event(one, wait_ms);
    if (fault != FAULT_NONE)
        return (int)fault;
    return events_take(&one->events, event);
}

/* Until what came of it is answered as well, and all that comes of that. Frames
 * as they are bear no heartbeats of ours: whatever they ask can wait. */
static enum fault come_to_rest(struct pipe_adapter *self)
{
    struct implementation *one = self->one;

    if (self->codec == NULL)
        return settle_pipe(one);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        enum fault fault = settle_pipe(one);
        if (fault == FAULT_NONE)
            fault = codec_absorb(self->codec);
        if (fault != FAULT_NONE || !one->must_settle)
            return fault;
    }
    return blame(one, FAULT_LIMIT,
                 "%d heartbeats and more without a pause between them",
                 ROUNDS_MAX);
}

static int take_event_of(struct pipe_adapter *self, struct event *event,
                         int wait_ms)
{
    return self->codec == NULL ? next_frame(self, event, wait_ms)
                               : codec_next(self->codec, event, wait_ms);
}

static int pipe_next_event(void *self, struct event *event, int wait_ms)
{
    const struct implementation *one = of(self);
    int got = take_event_of(self, event, wait_ms);

    if (got != 0 || !one->introduction.is_virtual || !one->must_settle)
        return got;
    enum fault fault = come_to_rest(self);
    return fault == FAULT_NONE ? take_event_of(self, event, 0) : (int)fault;
}

/* With heartbeats to answer, no further than to the next. */
static enum fault pass_some_time(struct pipe_adapter *self, int64_t *ms)
{
    struct implementation *one = self->one;
    int64_t step_ms =
        self->codec == NULL ? *ms : codec_calm_ms(self->codec, one->now_ms);

    if (step_ms > *ms)
        step_ms = *ms;
    *ms -= step_ms;
    speech_number(say_verb(one, "elapse"), "ms", step_ms);
    one->now_ms += step_ms;
    enum fault fault = utter(one);
    return fault == FAULT_NONE ? come_to_rest(self) : fault;
}

static enum fault pipe_elapse(void *self, int64_t ms)
{
    const struct implementation *one = of(self);
    enum fault fault = still_blamed(one);

    if (fault != FAULT_NONE || !one->introduction.is_virtual)
        return fault == FAULT_NONE ? FAULT_ABSENT : fault;
    if (ms > INT32_MAX)
        return fault_say(FAULT_LIMIT, "24 days are as far as a line can say");
    if (one->must_settle) /* what came before is of now */
        fault = come_to_rest(self);
    if (fault != FAULT_NONE)
        return fault;
    do
        fault = pass_some_time(self, &ms);
    while (fault == FAULT_NONE && ms > 0);
    return fault;
}

static enum fault pipe_settle(void *self)
{
    const struct implementation *one = of(self);

    return one->fault == FAULT_NONE ? come_to_rest(self) : still_blamed(one);
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

static void pipe_free(void *self)
{
    codec_free(((struct pipe_adapter *)self)->codec);
    free(self);
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
    .free = pipe_free,
};

/* What hangs on no hook, the manifest alone knows. */
static uint64_t offers_of(const struct implementation *one)
{
    const uint64_t hooked_needs =
        BROADCAST | INSPECT | LOG | DECODER_FAULT | STORE_FAULT |
        MONITOR_FAULT | SHARED_FAULT | NODE_FAULT | TENANTS | ORDERS |
        WITHDRAWAL | REVOCATION | USER_REVOCATION | ISSUER | MANAGERS |
        HANDSHAKE_SIZE | TIMEZONES | TIGHT | PLAIN_LISTENER | NODES | PROXY |
        PUBLISHER | OTHER_DOOR | READING_DOOR; /* no other way in over HTTP */
    const struct manifest *manifest = one->manifest;
    uint64_t set = ~hooked_needs | one->introduction.offers;

    set |= one->introduction.nodes > 1 ? NODES : 0;
    set |= manifest->proxy != NULL ? PROXY : 0;
    set |= manifest->publish != NULL ? PUBLISHER : 0;
    for (size_t i = 0; i < manifest->door_count; i++)
        if (manifest->doors[i].is_socket)
            set |= OTHER_DOOR | READING_DOOR;
    return set;
}

static enum fault add_codec(struct pipe_adapter *self)
{
    struct line line = { self, send_frame, next_frame, end_line };

    return codec_for(self->one->manifest, &line, &self->codec);
}

struct adapter *adapter_pipe_new(struct implementation *one)
{
    struct pipe_adapter *self = calloc(1, sizeof(*self));

    if (self == NULL) {
        fault_say(FAULT_MEMORY, "the adapter: out of memory");
        return NULL;
    }
    self->one = one;
    if (add_codec(self) != FAULT_NONE ||
        implementation_begin(one) != FAULT_NONE) {
        pipe_free(self);
        return NULL;
    }
    self->adapter = (struct adapter){
        .ops = &ops,
        .self = self,
        .offers = offers_of(one),
        .is_virtual = one->introduction.is_virtual,
        .lags = true,
        .hides_deflate = (one->introduction.wire & WIRE_DEFLATE) == 0,
        .nodes = one->introduction.nodes,
        .doors = one->manifest->doors,
        .door_count = one->manifest->door_count,
    };
    return &self->adapter;
}
