/* Claims and denials about who is let into a room, and who is put out. */
#include "bench/claims_internal.h"
#include "bench/rooms_internal.h"
#include "claims.h"

enum { ROOMS_MOST = 64, ROOMS_UNSAID = 30 };

void need_logout_message(struct bench *bench)
{
    (void)lacks_words(bench, bench->manifest->logout, LOGOUT);
}

/* Denied, it is granted in the agreed words: neither silence nor an error that
 * nobody knows is that. */
static void expect_granted_as_denied(struct peer *peer, struct wish wish,
                                     uint64_t capability)
{
    struct bench *bench = peer->bench;
    int answer = room_answer(peer, wish);

    if (bench->decided || (answer > 0 && !has_answer(peer, 0)))
        return;
    if (answer < 0 || has_answer(peer, 0) ||
        bench->manifest->rooms[wish.verb].answer != NULL)
        fail_denial(peer, capability);
    else
        decide(bench, NOT_APPLICABLE, "",
               "unproven: %s is denied, and the manifest has no answer that "
               "would show it",
               need_name(capability));
}

void expect_denied_if_claimed(struct peer *peer, struct wish wish,
                              uint64_t capability)
{
    struct bench *bench = peer->bench;

    if (lacks_words(bench, bench->manifest->rooms[wish.verb].send, capability))
        return;
    room_ask(peer, wish);
    if (!is_claimed(bench, capability))
        expect_granted_as_denied(peer, wish, capability);
    else if (room_answer(peer, wish) >= 0 && !bench->decided)
        fail_claim(peer, capability, "an error, as claimed");
}

static struct wish one_more_room(struct bench *bench)
{
    return WISH(ROOM_CREATE, fresh_room(bench), .permission = PUBLIC);
}

/* Who is denied the quota is held to that from the first room on. */
static void make_one_more(struct peer *owner)
{
    struct wish wish = one_more_room(owner->bench);

    if (is_claimed(owner->bench, ROOM_QUOTA))
        arrange(owner, wish);
    else
        expect_denied_if_claimed(owner, wish, ROOM_QUOTA);
}

void expect_rooms_bounded_if_claimed(struct peer *owner)
{
    struct bench *bench = owner->bench;
    struct measure measure = { .said = rooms_per_user(bench),
                               .unsaid = ROOMS_UNSAID,
                               .most = ROOMS_MOST };
    unsigned count = number_to_try(bench, ROOM_QUOTA, measure);

    /* Another limit, which is claimed, is not gone beyond. */
    if (!is_claimed(bench, ROOM_QUOTA) && is_claimed(bench, USER_RATE) &&
        count + 1 > messages_allowed(bench))
        count = messages_allowed(bench) > 0 ? messages_allowed(bench) - 1 : 0;
    for (unsigned i = 0; i < count && !bench->decided; i++)
        make_one_more(owner);
    expect_denied_if_claimed(owner, one_more_room(bench), ROOM_QUOTA);
    need_enough_tried(bench, ROOM_QUOTA, measure, count);
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
