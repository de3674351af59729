/* What is expected of a connection beyond in or out: its sub-protocol, that it
 * waits, and how many of a crowd came in. */
#include "bench/internal.h"
#include <stdio.h>

static bool is_settled(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->accepts > 0 || has_answer(peer, 0);
}

void await_handshake(struct peer *peer)
{
    struct bench *bench = peer->bench;

    await(bench, is_settled, peer, 0, patience_of(bench));
}

void expect_never_upgraded(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct buffer seen;

    if (bench->decided)
        return;
    await_handshake(peer);
    if (bench->decided || (peer->accepts == 0 && has_answer(peer, 0)))
        return;
    buffer_init(&seen, 1024);
    describe_answer(peer, &seen);
    decide(bench, FAIL, "no upgrade without TLS", "%s got %s", peer->name,
           buffer_string(&seen));
    buffer_deinit(&seen);
}

static bool is_listed(const char *at, const char *subprotocol)
{
    size_t length = strlen(subprotocol);

    while (*at != 0) {
        size_t word = strcspn(at, ", ");
        if (word == length && strncmp(at, subprotocol, length) == 0)
            return true;
        at += word;
        at += strspn(at, ", ");
    }
    return false;
}

void expect_subprotocol(struct peer *peer, const char *wanted)
{
    struct bench *bench = peer->bench;
    const char *selected = peer->selected;
    bool right;

    if (bench->decided)
        return;
    await_handshake(peer);
    if (peer->offered[0] == 0)
        right = selected[0] == 0;
    else if (wanted != NULL)
        right = strcmp(selected, wanted) == 0;
    else
        right = selected[0] != 0 && is_listed(peer->offered, selected);
    if (!bench->decided && (peer->accepts == 0 || !right))
        decide(bench, FAIL,
               "one of the offered sub-protocols, the one without a secret "
               "where there is one (RFC 6455 4.2.2)",
               "%s was answered \"%.60s\"", peer->name, selected);
}

void expect_own_subprotocol(struct peer *peer)
{
    struct bench *bench = peer->bench;
    const char *own = own_subprotocols(bench);

    if (bench->decided)
        return;
    await_handshake(peer);
    if (!bench->decided &&
        (peer->selected[0] == 0 || !is_listed(own, peer->selected)))
        decide(bench, FAIL,
               "one of the sub-protocols that the service speaks "
               "(RFC 6455 4.2.2)",
               "%s offered \"%.100s\" and was answered \"%.60s\"", peer->name,
               peer->offered, peer->selected);
}

void expect_closed_by_now(struct peer *peer)
{
    struct bench *bench = peer->bench;

    drain(bench);
    if (!bench->decided && !has_answer(peer, 0))
        decide(bench, FAIL, "the connection is closed at the deadline",
               "%s is still open behind it", peer->name);
}

void expect_pending(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct buffer seen;

    if (bench->decided || (stays_open(peer) && peer->data_frames == 0))
        return;
    buffer_init(&seen, 1024);
    describe_answer(peer, &seen);
    decide(bench, FAIL, "a connection that waits for its first message",
           "%s got %s", peer->name, buffer_string(&seen));
    buffer_deinit(&seen);
}

void expect_at_most_admitted(struct peer *const peers[], unsigned count,
                             unsigned most)
{
    struct bench *bench = peers[0]->bench;
    unsigned found = 0;

    for (unsigned i = 0; i < count && !bench->decided; i++)
        found += is_admitted(peers[i]);
    if (!bench->decided && found > most)
        decide(bench, FAIL, "no more members than are allowed",
               "%u of %u were members where %u may be", found, count, most);
}

void expect_exactly_admitted(struct peer *const peers[], unsigned count,
                             unsigned admitted, enum cause cause)
{
    struct bench *bench = peers[0]->bench;
    unsigned found = 0;

    if (count <= admitted)
        decide(bench, INCONCLUSIVE, "a limit that can be gone beyond",
               "%u connections were made where %u are allowed", count,
               admitted);
    for (unsigned i = 0; i < count && !bench->decided; i++) {
        if (is_admitted(peers[i]))
            found++;
        else
            expect_refused(peers[i], cause);
    }
    if (!bench->decided && found != admitted)
        decide(bench, FAIL, "exactly as many as are allowed",
               "%u of %u were admitted where %u may be", found, count,
               admitted);
}
