/* Claims and denials about what is told in rooms. */
#include "bench/claims_internal.h"
#include "bench/notices.h"
#include "bench/rooms_internal.h"
#include "claims.h"
#include "history.h"

/* --- What was said -------------------------------------------------------- */

void expect_history_if_claimed(struct peer *peer, const char *room,
                               const char *text)
{
    struct bench *bench = peer->bench;
    struct wish wish = WISH(ROOM_HISTORY, room);
    struct line line = { text, ALICE };

    if (lacks_words(bench, bench->manifest->rooms[ROOM_HISTORY].send, HISTORY))
        return;
    if (is_claimed(bench, HISTORY)) {
        expect_history(peer, room, &line, 1);
        return;
    }
    room_ask(peer, wish);
    fence(bench);
    if (!bench->decided && room_answered(peer, wish) > 0)
        fail_words(bench, HISTORY);
}

void expect_replay_if_claimed(struct peer *peer, const char *room,
                              const char *text)
{
    struct bench *bench = peer->bench;
    const struct cJSON *pattern = bench->manifest->rooms[ROOM_HISTORY].answer;
    struct line line = { text, ALICE };

    if (lacks_words(bench, pattern, REPLAY))
        return;
    if (is_claimed(bench, REPLAY)) {
        expect_replay(peer, room, &line, 1);
        return;
    }
    fence(bench);
    if (!bench->decided && has_reply(peer, pattern))
        fail_words(bench, REPLAY);
}

/* --- Who is there --------------------------------------------------------- */

/* Has it been told anything of this user? */
static bool is_told_of(const struct peer *listener, const char *user)
{
    const struct manifest *manifest = listener->bench->manifest;
    const struct cJSON *const patterns[] = { manifest->joined, manifest->left,
                                             manifest->presence_update };

    for (size_t i = 0; i < COUNT(patterns); i++) {
        struct notice notice = { patterns[i], user, NULL, NULL };
        if (patterns[i] != NULL && count_notices(listener, &notice) > 0)
            return true;
    }
    return false;
}

void expect_presence_if_claimed(struct peer *listener, enum identity who)
{
    struct bench *bench = listener->bench;
    const char *user = user_id(bench, who);

    if (lacks_words(bench, bench->manifest->joined, PRESENCE))
        return;
    while (is_claimed(bench, PRESENCE) && !is_told_of(listener, user) &&
           hears_more(listener, patience_of(bench)))
        continue;
    fence(bench);
    if (bench->decided ||
        is_told_of(listener, user) == is_claimed(bench, PRESENCE))
        return;
    if (is_claimed(bench, PRESENCE))
        fail_claim(listener, PRESENCE, "to be told who comes and who goes");
    else
        fail_words(bench, PRESENCE);
}
