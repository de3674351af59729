/* Rooms: what they keep of what was said. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdlib.h>

unsigned history_max(struct bench *bench)
{
    return bench->manifest->history_max;
}

const char *speak_for_good(struct peer *peer, const char *room)
{
    const char *text = speak(peer, room);

    expect_heard(peer, text);
    return text;
}

/* --- What is told --------------------------------------------------------- */

/* The list in an answer about this room; NULL: it is no such answer. */
static const struct cJSON *list_in(const struct bench *bench,
                                   const struct cJSON *answer, const char *room)
{
    const struct manifest *manifest = bench->manifest;
    const struct cJSON *pattern = manifest->rooms[ROOM_HISTORY].answer;
    const char *named =
        answer == NULL ? NULL : pattern_capture(pattern, answer, "room");
    /* Where messages are events, the object stands behind the name. */
    const struct cJSON *body =
        cJSON_IsArray(answer) ? cJSON_GetArrayItem(answer, 1) : answer;
    const struct cJSON *list =
        cJSON_GetObjectItemCaseSensitive(body, manifest->history_messages);

    return (named == NULL || strcmp(named, room) == 0) && cJSON_IsArray(list)
               ? list
               : NULL;
}

static const char *told(const struct bench *bench, const struct cJSON *entry,
                        const char *what)
{
    return pattern_capture(bench->manifest->history_message, entry, what);
}

static bool is_line(struct bench *bench, const struct cJSON *entry,
                    const struct line *line)
{
    const char *text = told(bench, entry, "text");
    const char *user = told(bench, entry, "user");

    return text != NULL && strcmp(text, line->text) == 0 &&
           (user == NULL || strcmp(user, user_id(bench, line->who)) == 0);
}

static bool are_lines(struct bench *bench, const struct cJSON *list,
                      const struct line *lines, size_t count)
{
    const struct cJSON *entry;
    size_t i = 0;

    if (list == NULL || (size_t)cJSON_GetArraySize(list) != count)
        return false;
    cJSON_ArrayForEach(entry, list)
    {
        if (!is_line(bench, entry, &lines[i++]))
            return false;
    }
    return true;
}

/* The answer, waited for; NULL when there is none. cJSON_Delete it. */
static struct cJSON *await_history(struct peer *peer)
{
    const struct manifest *manifest = peer->bench->manifest;

    return peer->bench->decided
               ? NULL
               : await_reply(peer, manifest->rooms[ROOM_HISTORY].answer);
}

static struct cJSON *ask_history(struct peer *peer, const char *room,
                                 unsigned limit)
{
    if (!peer->bench->decided)
        room_ask(peer, WISH(ROOM_HISTORY, room, .limit = limit));
    return await_history(peer);
}

/* --- Expecting ------------------------------------------------------------ */

static void judge_lines(struct peer *peer, struct cJSON *answer,
                        const char *room, const struct line *lines,
                        size_t count)
{
    struct bench *bench = peer->bench;

    if (!bench->decided &&
        !are_lines(bench, list_in(bench, answer, room), lines, count))
        decide(bench, FAIL, "what was said in the room, in order, by whom",
               "of %zu messages, %s was told \"%.300s\"", count, peer->name,
               answer == NULL ? "nothing" : last_heard(peer));
    cJSON_Delete(answer);
}

void expect_history(struct peer *peer, const char *room,
                    const struct line *lines, size_t count)
{
    judge_lines(peer, ask_history(peer, room, 0), room, lines, count);
}

void expect_replay(struct peer *peer, const char *room,
                   const struct line *lines, size_t count)
{
    judge_lines(peer, await_history(peer), room, lines, count);
}

void expect_latest(struct peer *peer, const char *room,
                   const struct line *lines, size_t count, unsigned limit)
{
    struct bench *bench = peer->bench;
    size_t told_of = limit < count ? limit : count;

    if (!bench->decided && !room_is_asked(bench, ROOM_HISTORY, "limit"))
        decide(bench, NOT_APPLICABLE, "",
               "nobody asks the target for a number of messages");
    judge_lines(peer, ask_history(peer, room, limit), room,
                lines + count - told_of, told_of);
}

/* Whatever the order was, what was sent before has come by then. */
void expect_no_replay(struct peer *peer)
{
    struct bench *bench = peer->bench;
    const struct cJSON *pattern = bench->manifest->rooms[ROOM_HISTORY].answer;
    struct bytes answer;
    const char *at, *end;
    bool found = false;

    fence(bench);
    answer = answer_of(peer);
    at = (const char *)answer.at;
    end = at + answer.length;
    for (; at < end && !found; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        found = value != NULL && pattern_matches(pattern, value);
        cJSON_Delete(value);
    }
    if (found && !bench->decided)
        decide(bench, FAIL, "no history for who is not let in",
               "%s was told \"%.300s\"", peer->name, last_heard(peer));
}

static bool lists(struct bench *bench, const struct cJSON *list,
                  const char *text)
{
    const struct cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        const char *kept = told(bench, entry, "text");
        if (kept != NULL && strstr(kept, text) != NULL)
            return true;
    }
    return false;
}

void expect_no_history_of(struct peer *peer, const char *room, const char *text)
{
    struct bench *bench = peer->bench;
    struct cJSON *answer = ask_history(peer, room, 0);
    const struct cJSON *list = list_in(bench, answer, room);

    if (!bench->decided && (list == NULL || lists(bench, list, text)))
        decide(bench, FAIL, "a history without what does not belong into it",
               "%s was told \"%.300s\"", peer->name,
               answer == NULL ? "nothing" : last_heard(peer));
    cJSON_Delete(answer);
}

/* The text with the marker that it was told as; free() it. */
static char *told_before(const struct peer *peer, const char *marker)
{
    const struct bench *bench = peer->bench;
    const struct cJSON *pattern = bench->manifest->rooms[ROOM_PUBLISH].answer;
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    char *found = NULL;

    for (; at < end && found == NULL; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        const char *text = value != NULL && pattern_matches(pattern, value)
                               ? pattern_capture(pattern, value, "text")
                               : NULL;
        if (text != NULL && strstr(text, marker) != NULL)
            found = strdup(text);
        cJSON_Delete(value);
    }
    return found;
}

void expect_kept_what_was_told(struct peer *peer, const char *room)
{
    struct bench *bench = peer->bench;
    struct cJSON *answer = ask_history(peer, room, 0);
    const struct cJSON *list = list_in(bench, answer, room);
    const struct cJSON *entry;
    bool holds = cJSON_GetArraySize(list) > 0;

    cJSON_ArrayForEach(entry, list)
    {
        const char *text = told(bench, entry, "text");
        char *before = text == NULL ? NULL : told_before(peer, text);
        holds = holds && before != NULL;
        free(before);
    }
    if (!bench->decided && !holds)
        decide(bench, FAIL, "a history of what the members were told",
               "%s was told \"%.300s\"", peer->name,
               answer == NULL ? "nothing" : last_heard(peer));
    cJSON_Delete(answer);
}

void expect_kept_as_told(struct peer *peer, const char *room,
                         const char *marker)
{
    struct bench *bench = peer->bench;
    char *before = told_before(peer, marker);
    struct cJSON *answer = ask_history(peer, room, 0);
    const struct cJSON *list = list_in(bench, answer, room);
    const struct cJSON *entry;
    bool alike = list != NULL;

    cJSON_ArrayForEach(entry, list)
    {
        const char *kept = told(bench, entry, "text");
        if (kept != NULL && strstr(kept, marker) != NULL)
            alike = alike && before != NULL && strcmp(kept, before) == 0;
    }
    if (!bench->decided && !alike)
        decide(bench, FAIL, "the text as the members were told it",
               "%s was told \"%.300s\"", peer->name,
               answer == NULL ? "nothing" : last_heard(peer));
    cJSON_Delete(answer);
    free(before);
}
