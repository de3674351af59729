/* Visits to the other doors of a target: who knocks, and what is published
 * while it reads there. */
#include "bench/internal.h"
#include "bench/visit.h"
#include "bench/visits.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    ANSWER_BYTES_MAX = 1024 * 1024,
    HEAD_BYTES_MAX = 64 * 1024,
    PUBLICATIONS_MAX = 16, /* of one visit to one door */
    PAUSE_MS = 200,        /* between two of them */
};

/* --- Making and ending ---------------------------------------------------- */

static struct visit *new_visit(struct bench *bench, enum identity who)
{
    struct visit *visit = calloc(1, sizeof(*visit));
    unsigned number = bench->visits == NULL ? 1 : bench->visits->number + 1;

    if (visit == NULL) {
        fprintf(stderr, "wsconform: no memory for a visit\n");
        abort();
    }
    visit->bench = bench;
    visit->number = number;
    visit->peer.bench = bench;
    visit->peer.who = who;
    visit->peer.socket = PEERS_MAX + number; /* for a jti of its own */
    snprintf(visit->peer.name, sizeof(visit->peer.name), "%s-at-the-door-%u",
             identity_name(who), number);
    for (size_t i = 0; i < MANIFEST_DOORS_MAX; i++) {
        buffer_init(&visit->replies[i].head, HEAD_BYTES_MAX);
        buffer_init(&visit->replies[i].body, ANSWER_BYTES_MAX);
        buffer_init(&visit->replies[i].told, 4 * ANSWER_BYTES_MAX);
        buffer_init(&visit->replies[i].last, ANSWER_BYTES_MAX);
    }
    visit->before = bench->visits;
    bench->visits = visit;
    return visit;
}

void visits_free(struct visit *latest)
{
    while (latest != NULL) {
        struct visit *before = latest->before;
        for (size_t i = 0; i < MANIFEST_DOORS_MAX; i++) {
            buffer_deinit(&latest->replies[i].head);
            buffer_deinit(&latest->replies[i].body);
            buffer_deinit(&latest->replies[i].told);
            buffer_deinit(&latest->replies[i].last);
        }
        free(latest);
        latest = before;
    }
}

/* --- Knocking ------------------------------------------------------------- */

static int64_t now_of(const struct bench *bench)
{
    return bench->adapter->ops->now_ms(bench->adapter->self);
}

/* While the visit reads. */
static void publish_meanwhile(void *self)
{
    struct visit *visit = self;
    struct bench *bench = visit->bench;
    bool is_early =
        visit->published > 0 && now_of(bench) - visit->published_ms < PAUSE_MS;

    if (bench->decided || is_early || visit->published == PUBLICATIONS_MAX)
        return;
    visit->published++;
    (void)publish(bench);
    visit->published_ms = now_of(bench);
}

static void note_reply(const struct visit *visit, const struct reply *reply)
{
    struct buffer text;

    buffer_init(&text, ANSWER_BYTES_MAX + 64);
    buffer_printf(&text, "HTTP %d %s", reply->status,
                  buffer_string(&reply->body));
    note(visit->bench, &visit->peer, "is answered", buffer_view(&text));
    buffer_deinit(&text);
}

static void knock_at(struct visit *visit, size_t door, bool listens)
{
    struct bench *bench = visit->bench;
    struct adapter *adapter = bench->adapter;
    struct reply *reply = &visit->replies[door];
    const struct door *way = &adapter->doors[door];
    struct inquiry inquiry = { .door = way,
                               .token = visit->peer.token,
                               .user = visit->peer.user };

    if (listens && way->read.count > 0)
        inquiry.meanwhile = publish_meanwhile;
    inquiry.self = visit;
    visit->published = 0;
    note(bench, &visit->peer, "knocks at", bytes_of_string(way->what));
    enum fault fault = adapter->ops->knock(adapter->self, &inquiry, reply);
    if (fault == FAULT_NONE)
        note_reply(visit, reply);
    check_hook(bench, "knock at another door", fault);
}

/* Over HTTP. */
static bool is_to_knock(const struct visit *visit, size_t door, bool listens)
{
    return is_askable(visit, door) &&
           (!listens || visit->bench->adapter->doors[door].read.count > 0);
}

static bool may_knock(const struct visit *visit, bool listens)
{
    for (size_t i = 0; i < visit->bench->adapter->door_count; i++)
        if (is_to_knock(visit, i, listens))
            return true;
    return false;
}

static void bring(struct visit *visit, const struct token *token)
{
    struct bench *bench = visit->bench;

    if (token->carriage == CARRIED_NOWHERE)
        return;
    visit->peer.token = keep_secret(bench, token_for(&visit->peer, token));
    if (visit->peer.token == NULL)
        decide(bench, INCONCLUSIVE, "a token", "it could not be made: %s",
               fault_reason());
}

/* What was asked nowhere proves nothing. */
static void knock_at_all(struct visit *visit, const struct token *token,
                         bool listens)
{
    struct bench *bench = visit->bench;
    bool is_anywhere = guests_dial(visit, token);

    if (may_knock(visit, listens) && !bench->decided)
        bring(visit, token);
    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++) {
        if (!is_to_knock(visit, i, listens))
            continue;
        knock_at(visit, i, listens);
        is_anywhere = true;
    }
    if (!is_anywhere)
        decide(bench, NOT_APPLICABLE, "",
               "the target has no other door that can be %s",
               listens ? "read at" : "asked");
}

static struct visit *visit_with(struct bench *bench, enum identity who,
                                const struct token *token, bool listens)
{
    struct visit *visit = new_visit(bench, who);
    struct peer *peer = &visit->peer;
    char told[640];

    if (bench->decided)
        return visit;
    visit->listens = listens;
    name_user(peer);
    make_user(bench, who);
    note(bench, peer, "comes",
         bytes_of_string(describe_token(token, told, sizeof(told))));
    knock_at_all(visit, token, listens);
    return visit;
}

struct visit *visit_as(struct bench *bench, enum identity who,
                       struct token token)
{
    return visit_with(bench, who, &token, false);
}

struct visit *listen_as(struct bench *bench, enum identity who,
                        struct token token)
{
    return visit_with(bench, who, &token, true);
}
