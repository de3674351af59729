/* The adapter for targets on the network: many connections on one poll loop,
 * and the target's hooks beside them. */
#include "adapter.h"
#include "base/clock.h"
#include "base/grace.h"
#include "manifest/manifest.h"
#include "net/codec.h"
#include "net/door.h"
#include "net/hooks.h"
#include "net/loop.h"
#include "net/offers.h"
#include "net/places.h"
#include "net/wallet.h"
#include "spec.h"
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

struct net {
    struct adapter adapter;
    const struct manifest *manifest;
    struct loop loop;
    struct hooks hooks;
    struct codec *codec; /* NULL: messages are frames as they are */
    struct places places;
};

/* --- Opening -------------------------------------------------------------- */

/* Frames that go out with the handshake are packets already. */
static enum fault open_encoded(struct net *net, const struct endpoint *endpoint,
                               unsigned socket, struct opening opening)
{
    char **early = codec_early(net->codec, socket, &opening);
    enum fault fault = FAULT_MEMORY;
    size_t count = opening.early_count;

    opening.early = (const char *const *)early;
    if (early != NULL)
        fault = loop_open(&net->loop, endpoint, socket, &opening,
                          net->manifest->origin);
    codec_free_early(early, count);
    return fault;
}

static enum fault net_open(void *self, unsigned socket,
                           const struct opening *opening)
{
    struct net *net = self;
    const struct endpoint *endpoint =
        places_for(&net->places, net->manifest, opening);

    if (endpoint == NULL)
        return FAULT_ABSENT;
    if (net->codec != NULL && opening->early_count > 0)
        return open_encoded(net, endpoint, socket, *opening);
    return loop_open(&net->loop, endpoint, socket, opening,
                     net->manifest->origin);
}

/* --- Acting --------------------------------------------------------------- */

static struct connection *connection_of(const struct net *net, unsigned socket)
{
    return loop_connection(&net->loop, socket);
}

static enum fault send_frame(void *self, unsigned socket,
                             enum message_kind kind, int code,
                             struct bytes data)
{
    struct connection *connection = connection_of(self, socket);

    return connection == NULL ? FAULT_NONE
                              : connection_send(connection, kind, code, data);
}

static enum fault net_send(void *self, unsigned socket, enum message_kind kind,
                           int code, struct bytes data)
{
    struct codec *codec = ((struct net *)self)->codec;

    return codec == NULL ? send_frame(self, socket, kind, code, data)
                         : codec_send(codec, socket, kind, code, data);
}

static enum fault net_send_raw(void *self, unsigned socket, struct bytes bytes)
{
    struct connection *connection = connection_of(self, socket);

    return connection == NULL ? FAULT_NONE
                              : connection_send_raw(connection, bytes);
}

static enum fault net_answer_closes(void *self, unsigned socket, bool answers)
{
    struct connection *connection = connection_of(self, socket);

    if (connection != NULL)
        connection->answers_closes = answers;
    codec_answer_closes(((struct net *)self)->codec, socket, answers);
    return FAULT_NONE;
}

static void net_drop(void *self, unsigned socket, bool reset)
{
    struct connection *connection = connection_of(self, socket);

    if (connection != NULL)
        connection_drop(connection, reset);
}

static const char *net_address(void *self, unsigned socket)
{
    const struct connection *connection = connection_of(self, socket);

    return connection == NULL ? "" : connection->address;
}

static void end_line(void *self, unsigned socket)
{
    net_drop(self, socket, false);
}

static int next_frame(void *self, struct event *event, int wait_ms)
{
    return loop_next(&((struct net *)self)->loop, event, wait_ms);
}

static int net_next_event(void *self, struct event *event, int wait_ms)
{
    struct codec *codec = ((struct net *)self)->codec;

    return codec == NULL ? next_frame(self, event, wait_ms)
                         : codec_next(codec, event, wait_ms);
}

/* --- Time ----------------------------------------------------------------- */

static enum fault net_elapse(void *self, int64_t ms)
{
    (void)self;
    (void)ms;
    return FAULT_ABSENT;
}

static enum fault net_settle(void *self)
{
    struct net *net = self;
    int64_t since_ms = clock_monotonic_ms();

    loop_send_handshakes(&net->loop);
    grace_grant(clock_monotonic_ms() - since_ms);
    return FAULT_ABSENT;
}

static int64_t net_now_ms(void *self)
{
    (void)self;
    return clock_wall_ms();
}

/* --- Hooks ---------------------------------------------------------------- */

static enum fault net_publish(void *self, const char *text, const char *tenant)
{
    return hooks_publish(&((struct net *)self)->hooks, text, tenant);
}

static enum fault net_provision(void *self, const char *what,
                                const struct pair *values)
{
    return hooks_provision(&((struct net *)self)->hooks, what, values);
}

static enum fault net_ask_without_context(void *self, bool *refused,
                                          struct buffer *answer)
{
    return hooks_ask_without_context(&((struct net *)self)->hooks, refused,
                                     answer);
}

static enum fault net_inspect(void *self, uint64_t since, struct cJSON **into)
{
    return hooks_inspect(&((struct net *)self)->hooks, since, into);
}

static enum fault net_breakage(void *self, const char *what, bool broken)
{
    return hooks_breakage(&((struct net *)self)->hooks, what, broken);
}

static enum fault net_revoke(void *self, const char *jti)
{
    return hooks_revoke(&((struct net *)self)->hooks, jti);
}

static enum fault net_issue(void *self, const char *user, const char *role,
                            struct buffer *into)
{
    return hooks_issue(&((struct net *)self)->hooks, user, role, into);
}

static enum fault net_fetch(void *self, const struct applicant *applicant,
                            struct buffer *into)
{
    const struct manifest *manifest = ((struct net *)self)->manifest;

    return manifest->wallet == NULL
               ? FAULT_ABSENT
               : wallet_draw(manifest->wallet, applicant, into);
}

static enum fault net_knock(void *self, const struct inquiry *inquiry,
                            struct reply *into)
{
    return door_knock(((struct net *)self)->manifest, inquiry, into);
}

static enum fault net_stored(void *self, struct buffer *into)
{
    return hooks_stored(&((struct net *)self)->hooks, into);
}

static enum fault net_log(void *self, struct buffer *into)
{
    return hooks_log(&((struct net *)self)->hooks, into);
}

/* --- Making and ending one ------------------------------------------------ */

static void net_free(void *self)
{
    struct net *net = self;

    codec_free(net->codec);
    loop_deinit(&net->loop);
    hooks_deinit(&net->hooks);
    SSL_CTX_free(net->loop.shared.tls);
    free(net);
}

static const struct adapter_ops ops = {
    .name = "net",
    .open = net_open,
    .send = net_send,
    .send_raw = net_send_raw,
    .answer_closes = net_answer_closes,
    .drop = net_drop,
    .next_event = net_next_event,
    .elapse = net_elapse,
    .settle = net_settle,
    .now_ms = net_now_ms,
    .address = net_address,
    .publish = net_publish,
    .inspect = net_inspect,
    .breakage = net_breakage,
    .provision = net_provision,
    .ask_without_context = net_ask_without_context,
    .revoke = net_revoke,
    .issue = net_issue,
    .fetch = net_fetch,
    .knock = net_knock,
    .stored = net_stored,
    .log = net_log,
    .free = net_free,
};

/* TLS and pipes write with write(2), which has no other way to say that the
 * peer is gone without a signal. */
static void ignore_broken_pipes(void)
{
    signal(SIGPIPE, SIG_IGN);
}

static void seed(struct generator *generator)
{
    if (getrandom(&generator->state, sizeof(generator->state), 0) < 0)
        generator->state = (uint64_t)clock_monotonic_us();
}

static enum fault add_codec(struct net *net)
{
    struct line line = { net, send_frame, next_frame, end_line };

    return codec_for(net->manifest, &line, &net->codec);
}

struct adapter *adapter_net_new(const struct manifest *manifest)
{
    struct net *net = calloc(1, sizeof(*net));

    if (net == NULL) {
        fault_say(FAULT_MEMORY, "the adapter: out of memory");
        return NULL;
    }
    net->manifest = manifest;
    net->loop.shared.answer_ms = manifest->answer_ms;
    net->loop.shared.close_ms = manifest->close_ms;
    net->loop.shared.tolerated = manifest->tolerated;
    net->adapter.ops = &ops;
    net->adapter.self = net;
    seed(&net->loop.shared.generator);
    ignore_broken_pipes();
    if (places_init(&net->places, manifest, &net->loop.shared.tls) !=
            FAULT_NONE ||
        hooks_init(&net->hooks, manifest) != FAULT_NONE ||
        add_codec(net) != FAULT_NONE) {
        net_free(net);
        return NULL;
    }
    net->adapter.offers = net_offers(net->manifest, &net->places.endpoints[0]);
    net->adapter.doors = manifest->doors;
    net->adapter.door_count = manifest->door_count;
    net->adapter.nodes = 1 + (unsigned)manifest->node_count;
    return &net->adapter;
}

void adapter_free(struct adapter *adapter)
{
    if (adapter != NULL)
        adapter->ops->free(adapter->self);
}
