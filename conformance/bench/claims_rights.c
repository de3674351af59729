/* Claims and denials about who is let into a room, and who is put out. */
#include "bench/claims_internal.h"
#include "bench/rooms_internal.h"
#include "claims.h"

enum { ROOMS_MOST = 64, ROOMS_UNSAID = 30 };

void need_logout_message(struct bench *bench)
{
    (void)lacks_words(bench, bench->manifest->logout, LOGOUT);
}

unsigned rooms_per_user_or_few(struct bench *bench)
{
    unsigned said = rooms_per_user(bench);

    if (said > ROOMS_MOST && !bench->decided)
        decide(bench, NOT_APPLICABLE, "",
               "the limit is %u, and a claim is asked with %u at most", said,
               (unsigned)ROOMS_MOST);
    return said > 0 ? said : ROOMS_UNSAID;
}

void expect_denied_if_claimed(struct peer *peer, struct wish wish,
                              uint64_t capability)
{
    struct bench *bench = peer->bench;

    if (lacks_words(bench, bench->manifest->rooms[wish.verb].send, capability))
        return;
    room_ask(peer, wish);
    bool denied = room_answer(peer, wish) < 0;
    if (bench->decided || denied == is_claimed(bench, capability))
        return;
    if (denied)
        fail_denial(peer, capability);
    else
        fail_claim(peer, capability, "an error, as claimed");
}

const char *room_query_if_named(struct bench *bench, const char *room)
{
    if (!bench->decided && bench->manifest->room_query == NULL)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest has no rooms.query to ask for %s with",
               need_name(HANDSHAKE_ROOM));
    return bench->decided ? "" : room_query(bench, room);
}

/* Has it been told, when another who is inside has? */
static bool hears(struct peer *speaker, const char *room, struct peer *listener,
                  struct peer *guest)
{
    const char *text = speak(speaker, room);

    expect_told(listener, room, text);
    fence(speaker->bench);
    return holds_text(guest, text);
}

void expect_inside_if_claimed(struct peer *speaker, const char *room,
                              struct peer *listener, struct peer *guest,
                              uint64_t capability)
{
    struct bench *bench = speaker->bench;
    bool inside = hears(speaker, room, listener, guest);

    if (bench->decided || inside == is_claimed(bench, capability))
        return;
    if (inside)
        fail_denial(guest, capability);
    else
        fail_claim(guest, capability, "to be inside the room, as claimed");
}

void expect_outside_if_claimed(struct peer *speaker, const char *room,
                               struct peer *listener, struct peer *guest,
                               uint64_t capability)
{
    struct bench *bench = speaker->bench;
    bool inside = hears(speaker, room, listener, guest);

    if (bench->decided || inside != is_claimed(bench, capability))
        return;
    if (inside)
        fail_claim(guest, capability, "to be put out of the room, as claimed");
    else
        fail_denial(guest, capability);
}
