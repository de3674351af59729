/* Rooms: what is known of them: rules, members, and what the manifest says. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>

/* --- Rules and members ---------------------------------------------------- */

void expect_rules(struct peer *peer, const char *room, const char *permission,
                  enum identity owner)
{
    struct bench *bench = peer->bench;
    const struct cJSON *pattern = bench->manifest->rooms[ROOM_GET].answer;
    struct cJSON *reply;
    const char *level, *user;

    if (bench->decided)
        return;
    room_ask(peer, WISH(ROOM_GET, room));
    reply = await_reply(peer, pattern);
    level = pattern_capture(pattern, reply, "permission");
    user = pattern_capture(pattern, reply, "user");
    if (reply == NULL || level == NULL || strcmp(level, permission) != 0 ||
        (user != NULL && strcmp(user, user_id(bench, owner)) != 0))
        decide(bench, FAIL, "the rules that are in force",
               "%s was told \"%.300s\"", peer->name, last_heard(peer));
    cJSON_Delete(reply);
}

static const struct cJSON *find_room(const struct cJSON *tree, const char *room)
{
    const struct cJSON *entry;

    cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(tree, "rooms"))
    {
        if (text_equals(entry, "room", room))
            return entry;
    }
    return NULL;
}

static bool holds(const struct bench *bench, const struct cJSON *list,
                  enum identity who)
{
    const struct cJSON *member;

    cJSON_ArrayForEach(member, list)
    {
        const char *user = cJSON_GetStringValue(member);
        if (user != NULL &&
            strcmp(user, user_id((struct bench *)bench, who)) == 0)
            return true;
    }
    return false;
}

static bool members_are(const struct bench *bench, const struct cJSON *tree,
                        const char *room, const enum identity *members,
                        int count)
{
    const struct cJSON *entry = find_room(tree, room);
    const struct cJSON *list =
        cJSON_GetObjectItemCaseSensitive(entry, "members");
    bool same = entry == NULL ? count < 0 : cJSON_GetArraySize(list) == count;

    for (int i = 0; entry != NULL && same && i < count; i++)
        same = holds(bench, list, members[i]);
    return same;
}

void expect_members(struct bench *bench, const char *room,
                    const enum identity *members, int count)
{
    int pause = 0;
    bool same = false;

    fence(bench);
    if (bench->decided)
        return;
    do {
        struct cJSON *tree = look(bench);
        same = members_are(bench, tree, room, members, count);
        cJSON_Delete(tree);
    } while (!same && look_again(bench, &pause));
    if (!same && !bench->decided)
        decide(bench, FAIL, "a room of exactly those who are inside",
               "%s has other members", room);
}

/* --- What the manifest says ----------------------------------------------- */

const char *role_of(struct bench *bench, enum identity who)
{
    return bench->manifest->roles[who];
}

static const char *named(struct bench *bench, const char *room)
{
    if (room == NULL)
        decide(bench, NOT_APPLICABLE, "",
               "the target names no such room from the start");
    return room == NULL ? "" : room;
}

const char *open_room(struct bench *bench)
{
    return named(bench, bench->manifest->open_room);
}

const char *role_room(struct bench *bench)
{
    return named(bench, bench->manifest->role_room);
}

const char *read_only_room(struct bench *bench)
{
    return named(bench, bench->manifest->read_only_room);
}

const char *room_query(struct bench *bench, const char *room)
{
    char *query = NULL;

    if (bench->manifest->room_query == NULL ||
        asprintf(&query, "%s=%s", bench->manifest->room_query, room) < 0)
        query = NULL;
    return keep_text(bench, query);
}

unsigned rooms_per_user(struct bench *bench)
{
    return bench->manifest->rooms_per_user;
}

void elapse_grace(struct bench *bench)
{
    elapse(bench, bench->manifest->room_grace_ms + 100);
}
