/* How absence is proven without sleeping.
 *
 *     before ──────────────●────────●──────▶   a member that dialled first
 *     stranger ──x                             the peers under test
 *     after  ───────────────────●───●──────▶   a member that dialled last
 *                         mark 1  mark 2
 *
 * A service that walks its pool in any order has finished with mark 1 when
 * mark 2 has come to both. What mark 1 sent to anybody is then in that peer's
 * stream; a ping behind it, or the end of the stream, brings it out. Of a
 * cluster each node has a pool of its own, and a sentinel in it: a mark that
 * has come to one node may yet be on its way to another. */
#include "bench/internal.h"
#include <stdio.h>

enum { FIRST_PATIENCE_MS = 20, LAST_PATIENCE_MS = 320, QUIET_MS = 500 };

static bool can_broadcast(const struct bench *bench)
{
    return (bench->offers & BROADCAST) != 0;
}

static void ping(struct peer *peer)
{
    struct adapter *adapter = peer->bench->adapter;
    char text[PING_SIZE];

    peer->odd_pongs = 0;
    peer->active_ms = adapter->ops->now_ms(adapter->self);
    adapter->ops->send(adapter->self, peer->socket, SEND_PING, 0,
                       bytes_of_string(ping_text(++peer->pings, text)));
}

/* False once the peer's latest ping is answered. Another pong in its place may
 * be a heartbeat, so it is held against the target only when time is up. */
static bool lacks_pong(struct peer *peer, int patience)
{
    if (await(peer->bench, has_pong, peer, peer->pings, patience))
        return false;
    if (peer->odd_pongs > 0)
        decide(peer->bench, FAIL,
               "a Pong with the payload of its Ping (RFC 6455 5.5.3)",
               "%s got %u with another, and none with it", peer->name,
               peer->odd_pongs);
    return true;
}

/* Where only members' pings are answered: it may yet be none. */
static bool may_be_mute(const struct peer *peer)
{
    return peer->bench->manifest->dialogue.pings_of_members &&
           peer->welcomes == 0 && peer->talk.answered == 0;
}

/* What has been sent before now comes while nothing is asked for. An answer
 * all the same would have told it better, and was said not to come. */
static void listen_to(struct bench *bench)
{
    if (is_prompt(bench))
        drain(bench);
    else
        await(bench, NULL, NULL, 0, QUIET_MS);
    for (unsigned i = 0; i < bench->sockets && !bench->decided; i++) {
        struct peer *peer = bench->peers[i];
        if (may_be_mute(peer) && peer->pongs > 0)
            decide(bench, INCONCLUSIVE,
                   "pings of strangers without an answer, as dialogue.pings "
                   "has it: let it say everybody",
                   "%s, who is no member, was answered", peer->name);
    }
}

static bool answers_ping(struct peer *peer)
{
    struct bench *bench = peer->bench;

    ping(peer);
    lacks_pong(peer, patience_of(bench));
    return peer->pongs >= peer->pings && !has_answer(peer, 0);
}

void catch_up(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (!bench->decided && bench->adapter->nodes > 1 &&
        !bench->adapter->is_virtual && !has_answer(peer, 0))
        answers_ping(peer);
}

static bool is_accepted(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->accepts > 0 || has_answer(peer, 0);
}

/* The latest of our broadcasts, from `first` on, that has come; 0: none. */
static unsigned latest_since(const struct peer *peer, unsigned first)
{
    unsigned latest = 0;

    for (size_t i = 0; i < peer->signal_count; i++) {
        if (peer->signals[i] >= first && peer->signals[i] > latest)
            latest = peer->signals[i];
    }
    return latest;
}

static bool has_signal_since(const struct peer *peer, unsigned first)
{
    return latest_since(peer, first) != 0 || has_answer(peer, 0);
}

/* Publishes, ever more patiently, until one has come to `peer`, be it late.
 * 0: none. */
static unsigned publish_until(struct peer *peer)
{
    struct bench *bench = peer->bench;
    unsigned first = bench->published + 1;
    int patience = is_prompt(bench) ? 0 : FIRST_PATIENCE_MS;
    int left = bench->manifest->answer_ms;

    while (!bench->decided && left > 0 && !has_answer(peer, 0)) {
        publish_for(peer);
        await(bench, has_signal_since, peer, first, patience);
        if (latest_since(peer, first) != 0)
            return latest_since(peer, first);
        if (is_prompt(bench))
            return 0;
        left -= patience;
        patience = patience < LAST_PATIENCE_MS ? patience * 2 : patience;
    }
    return 0;
}

static bool gets_accepted(struct peer *peer)
{
    struct bench *bench = peer->bench;

    await(bench, is_accepted, peer, 0, patience_of(bench));
    return peer->accepts > 0 && !has_answer(peer, 0);
}

bool stays_open(struct peer *peer)
{
    if (!gets_accepted(peer))
        return false;
    if (!may_be_mute(peer))
        return answers_ping(peer) && answers_ping(peer);
    ping(peer);
    listen_to(peer->bench);
    return !has_answer(peer, 0);
}

/* Who authenticates behind the upgrade is welcomed first. */
static bool awaits_welcome(const struct peer *peer)
{
    return peer->bench->manifest->welcome != NULL &&
           may_come_first(peer->bench);
}

/* A broadcast before it has joined would only be missed. */
static void await_welcome(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (awaits_welcome(peer) && peer->heard.length == 0)
        await(bench, has_more_heard, peer, 0,
              is_prompt(bench) ? 0 : LAST_PATIENCE_MS);
    if (!has_joined(peer, 0))
        await(bench, has_joined, peer, 0,
              is_prompt(bench) ? 0 : LAST_PATIENCE_MS);
}

static bool is_welcomed(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->data_frames >
               peer->refusal_messages + peer->talk.stream.is_open ||
           has_answer(peer, 0);
}

/* Pings are answered to strangers as well, by many a library itself: members
 * are welcomed, where that is the custom; how, is another question. */
/* Each step of joining is answered as the manifest has it. */
static bool joins(struct peer *peer)
{
    return has_joined(peer, 0) ||
           await(peer->bench, has_joined, peer, 0, patience_of(peer->bench));
}

bool is_served(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (!stays_open(peer))
        return false;
    if (awaits_welcome(peer))
        await(bench, is_welcomed, peer, 0, patience_of(bench));
    return joins(peer) && !has_answer(peer, 0) &&
           (!awaits_welcome(peer) || is_welcomed(peer, 0));
}

bool is_admitted(struct peer *peer)
{
    if (!can_broadcast(peer->bench) || peer->is_elsewhere)
        return is_served(peer);
    if (!gets_accepted(peer))
        return false;
    await_welcome(peer);
    return publish_until(peer) != 0 && joins(peer);
}

static void witness_failed(struct bench *bench, const struct peer *witness)
{
    struct buffer seen;

    buffer_init(&seen, 1024);
    describe_answer(witness, &seen);
    decide(bench, INCONCLUSIVE,
           "a well-behaved member keeps receiving, as a positive control",
           "the %s, with a good token, got %s%s", witness->name,
           buffer_string(&seen),
           has_answer(witness, 0) ? "" : " and no broadcast");
    buffer_deinit(&seen);
}

static bool sees(struct peer *witness, unsigned mark)
{
    struct bench *bench = witness->bench;

    if (await(bench, has_signal, witness, mark, patience_of(bench)))
        return true;
    witness_failed(bench, witness);
    return false;
}

static bool sentinels_see(struct bench *bench, unsigned mark)
{
    bool all = true;

    for (unsigned i = 0; i < NODES_MAX && all; i++)
        all = bench->sentinels[i] == NULL || sees(bench->sentinels[i], mark);
    return all;
}

/* Marks until one has come to both witnesses, and to each sentinel. */
static bool mark_both(struct bench *bench)
{
    struct peer *slower = bench->after;
    bool is_late = !is_prompt(bench) && bench->before->accepts == 0;
    unsigned mark;

    /* Where all is prompt nothing is too early, and a broadcast between two
     * steps of the target is a test of it. */
    if (!is_prompt(bench) && gets_accepted(slower))
        await_welcome(slower);
    mark = publish_until(slower);
    if (mark != 0 && is_late && gets_accepted(bench->before)) {
        await_welcome(bench->before);
        mark = publish_until(slower); /* the first may have been before it */
    }
    if (mark == 0) {
        witness_failed(bench, slower);
        return false;
    }
    return sees(bench->before, mark) && sentinels_see(bench, mark);
}

/* On a virtual clock a mark is everywhere at once. */
static void post_sentinels(struct bench *bench)
{
    for (unsigned node = 0; node < bench->adapter->nodes && node < NODES_MAX &&
                            !bench->adapter->is_virtual && !bench->decided;
         node++) {
        if (node == bench->before->node || bench->sentinels[node] != NULL ||
            !is_alive(bench, node))
            continue;
        struct peer *sentinel = open_witness(
            bench, "sentinel", (enum site)((unsigned)FIRST_NODE + node));
        bench->sentinels[node] = sentinel;
        if (!is_admitted(sentinel) && !bench->decided)
            witness_failed(bench, sentinel);
    }
}

static void mark_twice(struct bench *bench)
{
    if (bench->after == NULL || bench->strangers > 0)
        bench->after = open_witness(bench, "late-witness", ANYWHERE);
    bench->strangers = 0;
    post_sentinels(bench);
    if (mark_both(bench) && mark_both(bench))
        bench->control_proven = true;
}

static bool is_open(const struct peer *peer)
{
    return !has_answer(peer, 0) && !peer->ended_by_us;
}

/* Is there one among them that may be mute? */
static bool ping_all(struct bench *bench)
{
    bool mute = false;

    for (unsigned i = 0; i < bench->sockets; i++) {
        struct peer *peer = bench->peers[i];
        if (!is_open(peer))
            continue;
        ping(peer);
        mute = mute || may_be_mute(peer);
    }
    return mute;
}

/* Pings all that are open, then waits for each, so that the waits overlap. */
static void flush_peers(struct bench *bench)
{
    int patience = patience_of(bench);

    if (ping_all(bench)) {
        listen_to(bench);
        ping_all(bench); /* who is a member by now, answers now */
    }
    for (unsigned i = 0; i < bench->sockets && !bench->decided; i++) {
        struct peer *peer = bench->peers[i];
        if (is_open(peer) && !may_be_mute(peer) && lacks_pong(peer, patience))
            decide(bench, INCONCLUSIVE,
                   "an answer to each ping (RFC 6455 5.5.3)",
                   "%s got none within %d ms", peer->name, patience);
        else if (peer->closed && peer->answers_close)
            await(bench, has_ended, peer, 0,
                  peer->gone ? 0 : bench->manifest->close_ms);
    }
}

void fence(struct bench *bench)
{
    if (bench->decided)
        return;
    if (bench->before == NULL)
        bench->before = open_witness(bench, "witness", ANYWHERE);
    if (can_broadcast(bench))
        mark_twice(bench);
    if (bench->adapter->ops->settle(bench->adapter->self) == FAULT_NONE)
        drain(bench);
    if (!bench->decided)
        flush_peers(bench);
}

void prove_control(struct bench *bench)
{
    if (bench->decided || bench->control_proven || bench->before == NULL)
        return;
    if (!is_admitted(bench->before))
        witness_failed(bench, bench->before);
}
