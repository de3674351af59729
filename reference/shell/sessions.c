/* A hash table by id, and one list per kind of wait. */
#include "shell/sessions.h"
#include "shell/clock.h"

void sessions_init(struct sessions *sessions, size_t max)
{
    sessions->max = max;
    for (int i = 0; i < SESSION_WAITS; i++)
        TAILQ_INIT(&sessions->waits[i]);
}

/* Ids are handed out in order, so that their low bits spread them evenly. */
static size_t bucket_of(connection_id id)
{
    return (size_t)(id % SESSION_BUCKETS);
}

static size_t places_kept(const struct sessions *sessions)
{
    size_t sixteenth = sessions->max / 16;

    return sixteenth < SESSIONS_GOING_MAX ? sixteenth : SESSIONS_GOING_MAX;
}

/* Who has been told all, else who has been at its handshake for longest. */
static struct session *who_may_go(const struct sessions *sessions)
{
    struct session *lingering = TAILQ_FIRST(&sessions->waits[WAIT_EOF]);

    return lingering != NULL ? lingering
                             : TAILQ_FIRST(&sessions->waits[WAIT_HANDSHAKE]);
}

bool sessions_make_room(struct sessions *sessions)
{
    struct session *leaver = who_may_go(sessions);

    if (sessions->count + places_kept(sessions) < sessions->max)
        return true;
    if (sessions->count >= sessions->max || leaver == NULL)
        return false;
    session_abandon(leaver);
    return true;
}

bool sessions_are_settled(const struct sessions *sessions)
{
    return sessions->count < sessions->max || sessions->going == 0;
}

static void put_into_bucket(struct sessions *sessions, struct session *session)
{
    struct session **bucket = &sessions->buckets[bucket_of(session->id)];

    session->bucket_next = *bucket;
    *bucket = session;
}

static void take_from_bucket(struct sessions *sessions,
                             const struct session *session)
{
    struct session **link = &sessions->buckets[bucket_of(session->id)];

    while (*link != session)
        link = &(*link)->bucket_next;
    *link = session->bucket_next;
}

bool sessions_add(struct sessions *sessions, struct session *session)
{
    if (sessions->count >= sessions->max)
        return false;
    session->id = ++sessions->last_id;
    put_into_bucket(sessions, session);
    sessions->count++;
    return true;
}

void sessions_rename(struct sessions *sessions, struct session *session,
                     connection_id id)
{
    take_from_bucket(sessions, session);
    session->id = id;
    put_into_bucket(sessions, session);
}

static void stop_waiting(struct sessions *sessions, struct session *session)
{
    if (session->wait != NO_WAIT)
        TAILQ_REMOVE(&sessions->waits[session->wait], session, waiting);
    session->wait = NO_WAIT;
}

void sessions_remove(struct sessions *sessions, struct session *session)
{
    stop_waiting(sessions, session);
    take_from_bucket(sessions, session);
    sessions->count--;
}

struct session *sessions_find(const struct sessions *sessions, connection_id id)
{
    struct session *session = sessions->buckets[bucket_of(id)];

    while (session != NULL && session->id != id)
        session = session->bucket_next;
    return session;
}

void sessions_wait(struct sessions *sessions, struct session *session,
                   enum session_wait wait, int64_t length_ms)
{
    stop_waiting(sessions, session);
    if (wait == NO_WAIT)
        return;
    session->wait = (int)wait;
    session->deadline_ms = clock_steady_ms() + length_ms;
    TAILQ_INSERT_TAIL(&sessions->waits[wait], session, waiting);
}

int64_t sessions_next_deadline(const struct sessions *sessions)
{
    int64_t next = INT64_MAX;

    for (int i = 0; i < SESSION_WAITS; i++) {
        const struct session *first = TAILQ_FIRST(&sessions->waits[i]);
        if (first != NULL && first->deadline_ms < next)
            next = first->deadline_ms;
    }
    return next;
}

void sessions_sweep(struct sessions *sessions)
{
    int64_t now_ms = clock_steady_ms();
    struct session *first;

    for (int i = 0; i < SESSION_WAITS; i++) {
        while ((first = TAILQ_FIRST(&sessions->waits[i])) != NULL &&
               first->deadline_ms <= now_ms) {
            stop_waiting(sessions, first);
            session_overdue(first);
        }
    }
}

void sessions_abandon_handshakes(struct sessions *sessions)
{
    struct session *first;

    while ((first = TAILQ_FIRST(&sessions->waits[WAIT_HANDSHAKE])) != NULL) {
        stop_waiting(sessions, first);
        session_abandon(first);
    }
}

void sessions_turn_away(struct sessions *sessions)
{
    for (size_t i = 0; i < SESSION_BUCKETS; i++)
        for (struct session *at = sessions->buckets[i]; at != NULL;
             at = at->bucket_next)
            session_turn_away(at);
}
