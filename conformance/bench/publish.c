/* Broadcasts of ours: through the target's hook or, where it has none, said by
 * a member of the bench's own, as its users do it.
 *
 *     publisher ──── {"type":"publish","text":"sig-…"} ───▶ target ───▶ pool
 *
 * Such a member dials from an address of its own and has a user of its own, so
 * that it takes no place and no attempt from those under test. */
#include "bench/internal.h"
#include <stdio.h>
#include <stdlib.h>

enum { ADDRESS_OF_PUBLISHERS = 38, TRIES = 3 };

/* What is said by one of factory reaches its own connections alone. */
bool publishes_by_itself(const struct manifest *manifest,
                         const struct adapter *adapter)
{
    return (adapter->offers & BROADCAST) == 0 &&
           (manifest->offers & BROADCAST) != 0 &&
           (manifest->offers & PUBLISHER) != 0 && manifest->publish != NULL &&
           manifest->profile != FACTORY;
}

/* --- The publishers ------------------------------------------------------- */

static struct peer *open_publisher(struct bench *bench, enum tenant tenant)
{
    struct peer *peer = new_peer(bench, PUBLISHER_PAUL, "publisher");
    struct token good = GOOD_TOKEN;
    struct manner manner = { .tenant = tenant,
                             .source = ADDRESS_OF_PUBLISHERS };

    if (bench->decided)
        return peer;
    bench->witnesses++;
    make_tenant(bench, tenant);
    make_publisher(peer, tenant);
    dial_with(peer, &good, &manner);
    return peer;
}

static void publisher_failed(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct buffer seen;

    buffer_init(&seen, 1024);
    describe_answer(peer, &seen);
    decide(
        bench, INCONCLUSIVE,
        "a member of ours that publishes over its own socket, or hooks.publish",
        "%s, with a good token, got %s", peer->name, buffer_string(&seen));
    buffer_deinit(&seen);
}

/* One that is served; another where the last has been closed meanwhile. */
static struct peer *publisher_of(struct bench *bench, enum tenant tenant)
{
    struct peer **place = &bench->publishers[tenant];

    for (int i = 0; i < TRIES && !bench->decided; i++) {
        if (*place != NULL && !has_answer(*place, 0))
            return *place;
        *place = open_publisher(bench, tenant);
        if (is_served(*place))
            return *place;
    }
    if (!bench->decided)
        publisher_failed(*place);
    return NULL;
}

void ready_publisher(struct bench *bench)
{
    if (bench->by_socket)
        (void)publisher_of(bench, HOME);
}

static void say_publication(struct bench *bench, enum tenant tenant,
                            const char *text)
{
    struct peer *peer = publisher_of(bench, tenant == NOWHERE ? HOME : tenant);
    char *message;

    if (peer == NULL)
        return;
    message = write_publication(bench, text);
    note(bench, peer, "publishes", bytes_of_string(text));
    if (message == NULL)
        decide(bench, INCONCLUSIVE, "memory", "no message could be made");
    else
        talk_send(peer, message);
    free(message);
    drain(bench);
}

/* --- Broadcasts ----------------------------------------------------------- */

static void call_hook(struct bench *bench, enum tenant tenant, const char *text)
{
    struct adapter *adapter = bench->adapter;
    enum fault fault =
        adapter->ops->publish(adapter->self, text, audience_of(bench, tenant));

    note(bench, NULL, "publishes", bytes_of_string(text));
    if (fault == FAULT_NONE)
        drain(bench); /* or no handshake would move meanwhile */
    check_hook(bench, "publish", fault);
}

static unsigned publish_in(struct bench *bench, enum tenant tenant)
{
    struct adapter *adapter = bench->adapter;
    char text[64];

    if (bench->decided)
        return 0;
    bench->published++;
    snprintf(text, sizeof(text), "sig-%s-%u", bench->id, bench->published);
    make_tenant(bench, tenant);
    if (!adapter->is_virtual)
        adapter->ops->settle(adapter->self); /* who dialled is on its way in */
    if (bench->by_socket)
        say_publication(bench, tenant, text);
    else
        call_hook(bench, tenant, text);
    return bench->published;
}

unsigned publish(struct bench *bench)
{
    return publish_in(bench, HOME);
}

unsigned publish_to(struct bench *bench, enum tenant tenant)
{
    return publish_in(bench, tenant);
}

unsigned publish_for(const struct peer *peer)
{
    return publish_in(peer->bench, peer->tenant);
}
