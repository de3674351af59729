/* What a criterion asks of a service on several machines. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

unsigned nodes(struct bench *bench)
{
    return bench->adapter->nodes < 1 ? 1 : bench->adapter->nodes;
}

struct peer *admit_at(struct bench *bench, enum identity who,
                      struct token token, enum site site)
{
    struct peer *peer = dial(bench, who, token, (struct manner){ .at = site });
    struct buffer seen;

    if (bench->decided || stays_open(peer))
        return peer;
    buffer_init(&seen, 1024);
    describe_answer(peer, &seen);
    decide(bench, INCONCLUSIVE, "a good token is served, as a precondition",
           "%s, at node %u, got %s", peer->name, peer->node + 1,
           buffer_string(&seen));
    buffer_deinit(&seen);
    return peer;
}

unsigned speak_often(struct peer *peer, const char *room, unsigned count)
{
    unsigned first = peer->bench->said + 1;

    for (unsigned i = 0; i < count; i++)
        speak(peer, room);
    return first;
}

/* The number of a text of speak() that is told in this room; 0: another. */
static unsigned number_told(const struct peer *peer, const struct cJSON *value,
                            const char *room)
{
    const struct bench *bench = peer->bench;
    const struct cJSON *pattern = bench->manifest->rooms[ROOM_PUBLISH].answer;
    char begin[40];

    if (!pattern_matches(pattern, value))
        return 0;
    const char *where = pattern_capture(pattern, value, "room");
    const char *text = pattern_capture(pattern, value, "text");
    int length = snprintf(begin, sizeof(begin), "said-%s-", bench->id);
    if (where == NULL || text == NULL || strcmp(where, room) != 0 ||
        strncmp(text, begin, (size_t)length) != 0)
        return 0;
    return (unsigned)strtoul(text + length, NULL, 10);
}

/* How many of them it has been told, in order, up to the first that is out of
 * it: *odd, else 0. */
static unsigned told_in_order(const struct peer *peer, const char *room,
                              unsigned first, unsigned count, unsigned *odd)
{
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    unsigned told = 0;

    *odd = 0;
    for (; at < end && *odd == 0; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        unsigned number = number_told(peer, value, room);
        if (number == first + told && told < count)
            told++;
        else if (number >= first && number < first + count)
            *odd = number;
        cJSON_Delete(value);
    }
    return told;
}

void expect_told_in_order(struct peer *peer, const char *room, unsigned first,
                          unsigned count)
{
    struct bench *bench = peer->bench;
    unsigned told, odd = 0;

    if (bench->decided)
        return;
    do
        told = told_in_order(peer, room, first, count, &odd);
    while (told < count && odd == 0 && hears_more(peer, patience_of(bench)));
    if (told < count || odd != 0)
        decide(bench, FAIL, "each text of a room once, in its order",
               "%s was told %u of %u%s", peer->name, told, count,
               odd == 0 ? "" : ", then another");
}
