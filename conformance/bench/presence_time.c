/* Presence and time: silence, and what is told of it. No fence here: it would
 * be a sign of life. */
#include "bench/notices.h"
#include <cJSON.h>

enum { SILENT_MAX = 8, LOOKS_IN_A_CHECK = 6, LOOK_MS = 20, ASKED_ANEW = 3 };

/* Of the instance that this peer is at. */
struct times {
    int check_ms, timeout_ms, cleanup_ms;
};

static struct times times_of(const struct peer *peer)
{
    const struct manifest *manifest = peer->bench->manifest;
    struct times times = { manifest->presence_check_ms,
                           manifest->presence_timeout_ms,
                           manifest->presence_cleanup_ms };

    if (peer->is_elsewhere) {
        times.check_ms = manifest->tight_presence_check_ms;
        times.timeout_ms = manifest->tight_presence_timeout_ms;
        if (times.timeout_ms == 0 || times.check_ms == 0)
            decide(peer->bench, NOT_APPLICABLE, "",
                   "the instance with tight limits has no times of its own");
    }
    return times;
}

static int64_t now_of(struct bench *bench)
{
    return bench->adapter->ops->now_ms(bench->adapter->self);
}

/* Between two looks: on a virtual clock time stands still meanwhile. */
static int look_ms(const struct bench *bench, struct times times)
{
    int part = times.check_ms / LOOKS_IN_A_CHECK;

    if (!bench->adapter->is_virtual)
        return LOOK_MS;
    return part > 0 ? part : 1;
}

const char *timeout_status(struct bench *bench)
{
    return bench->manifest->timeout_status;
}

static struct cJSON *ask_own_status(struct peer *peer)
{
    say(peer, status_question(peer->bench, peer->user));
    return await_reply(peer, peer->bench->manifest->get_presence.answer);
}

void stir(struct peer *peer)
{
    if (!peer->bench->decided)
        cJSON_Delete(ask_own_status(peer));
}

void elapse_part_of_timeout(struct bench *bench)
{
    elapse(bench, bench->manifest->presence_timeout_ms / 3);
}

/* --- Timeouts ------------------------------------------------------------- */

static bool is_told_status(const struct peer *listener, const struct peer *of,
                           const char *status)
{
    struct notice notice = { .pattern =
                                 listener->bench->manifest->presence_update,
                             .user = of->user,
                             .status = status };

    return count_notices(listener, &notice) > 0;
}

static bool is_in_time(struct peer *listener, const struct peer *silent,
                       struct times times)
{
    struct bench *bench = listener->bench;
    int64_t passed = now_of(bench) - silent->active_ms;
    int slack = look_ms(bench, times) + patience_of(bench);

    if (is_told_status(listener, silent, timeout_status(bench))) {
        if (passed < times.timeout_ms)
            decide(bench, FAIL, "a status that outlasts the timeout",
                   "%s was told of %s %lld ms behind its last message, within "
                   "%d ms",
                   listener->name, silent->name, (long long)passed,
                   times.timeout_ms);
        return true;
    }
    if (passed > times.timeout_ms + times.check_ms + slack)
        decide(bench, FAIL, "silence that the next check notices",
               "%s is not told of %s %lld ms behind its last message; %d and "
               "%d ms are right",
               listener->name, silent->name, (long long)passed,
               times.timeout_ms, times.check_ms);
    return false;
}

/* The listener may not time out meanwhile: it might hear no more. */
static void listen_on(struct peer *listener, struct times times)
{
    struct bench *bench = listener->bench;

    if (now_of(bench) - listener->active_ms > times.timeout_ms / 3)
        stir(listener);
    await(bench, has_more_heard, listener, (unsigned)listener->heard.length,
          look_ms(bench, times));
}

void expect_timeouts_told(struct peer *listener, struct peer *const silent[],
                          unsigned count)
{
    struct bench *bench = listener->bench;
    struct times times = times_of(listener);
    bool is_told[SILENT_MAX] = { false };
    unsigned left = count;

    while (!bench->decided && left > 0) {
        for (unsigned i = 0; i < count && !bench->decided; i++) {
            if (is_told[i] || !is_in_time(listener, silent[i], times))
                continue;
            is_told[i] = true;
            left--;
        }
        if (left > 0)
            listen_on(listener, times);
    }
}

/* --- Activity ------------------------------------------------------------- */

/* Stirs now and then for so long. False when the target, or we, have been too
 * slow for that: between two of them the timeout may have passed. */
static bool keep_stirring(struct peer *peer, struct times times, int ms)
{
    struct bench *bench = peer->bench;
    int pause = bench->adapter->is_virtual ? times.timeout_ms / 3 * 2
                                           : times.timeout_ms / 4;
    int64_t last_ms = peer->active_ms;
    bool is_steady = true;

    for (int spent = 0; spent < ms && !bench->decided; spent += pause) {
        stir(peer);
        is_steady &= now_of(bench) - last_ms <= times.timeout_ms;
        last_ms = peer->active_ms;
        await(bench, has_ended, NULL, 0, pause);
    }
    return is_steady;
}

void expect_kept_online(struct peer *listener, struct peer *active)
{
    struct bench *bench = listener->bench;
    struct times times = times_of(listener);
    struct notice notice = { .pattern = bench->manifest->presence_update,
                             .user = active->user };
    int ms = bench->adapter->is_virtual ? 3 * times.timeout_ms
                                        : times.timeout_ms + 2 * times.check_ms;

    for (int i = 0; i < ASKED_ANEW && !bench->decided; i++) {
        unsigned before = count_notices(listener, &notice);
        bool is_steady = keep_stirring(active, times, ms);
        unsigned told = count_notices(listener, &notice) - before;
        if (told == 0)
            return;
        if (is_steady)
            decide(bench, FAIL, "a user who stirs in time, and stays online",
                   "%s was told %u times of a change of %s", listener->name,
                   told, active->name);
    }
    if (!bench->decided)
        decide(bench, INCONCLUSIVE, "a target that answers within the timeout",
               "%s could not stir in time", active->name);
}

/* --- Losing --------------------------------------------------------------- */

void expect_told_lost(struct peer *listener, const struct peer *lost,
                      const char *room)
{
    struct bench *bench = listener->bench;
    struct times times = times_of(listener);
    struct notice left = { .pattern = bench->manifest->left,
                           .user = lost->user,
                           .room = room };
    int64_t until_ms =
        now_of(bench) + times.timeout_ms + times.check_ms + patience_of(bench);
    bool is_told;

    do {
        is_told = is_told_status(listener, lost, "offline") &&
                  count_notices(listener, &left) > 0;
        if (!is_told)
            listen_on(listener, times);
    } while (!is_told && !bench->decided && now_of(bench) <= until_ms);
    if (!is_told && !bench->decided)
        decide(bench, FAIL, "to be told of a user whose connection has died",
               "%s is not told that %s is offline and has left", listener->name,
               lost->name);
}

/* --- Records -------------------------------------------------------------- */

static bool is_recorded(struct bench *bench, const char *user)
{
    struct cJSON *tree = look(bench);
    const struct cJSON *entry;
    bool found = false;

    cJSON_ArrayForEach(entry,
                       cJSON_GetObjectItemCaseSensitive(tree, "presence"))
    {
        found |= text_equals(entry, "user", user);
    }
    cJSON_Delete(tree);
    return found;
}

void expect_recorded(struct bench *bench, enum identity who)
{
    const char *user = user_id(bench, who);
    int pause = 0;
    bool found;

    if (bench->decided)
        return;
    do
        found = is_recorded(bench, user);
    while (!found && look_again(bench, &pause));
    if (!found && !bench->decided)
        decide(bench, FAIL, "a record of each user who is connected",
               "%s has none", user);
}

void expect_record_deleted(struct bench *bench, enum identity who,
                           struct peer *active)
{
    struct times times = times_of(active);
    int pause = times.timeout_ms / 4;
    int64_t until_ms = now_of(bench) + times.timeout_ms + times.check_ms +
                       times.cleanup_ms + patience_of(bench);
    const char *user = user_id(bench, who);
    bool found = is_recorded(bench, user);

    while (found && !bench->decided && now_of(bench) <= until_ms) {
        stir(active);
        await(bench, has_ended, NULL, 0, pause);
        found = is_recorded(bench, user);
    }
    if (found && !bench->decided)
        decide(bench, FAIL, "a cleanup that deletes records of the gone",
               "%s has one still", user);
}
