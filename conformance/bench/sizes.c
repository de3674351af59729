/* Messages of a size: made to measure, said, and looked for. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TEXT_BYTES_MAX = 64 * 1024 * 1024,
    PIECE = 500,
    EASY_ITEMS = 50,
    PIECE_BYTES = 4096,
};

size_t bound(struct bench *bench, enum bound bound)
{
    return bench->manifest->bounds[bound];
}

/* --- Making --------------------------------------------------------------- */

static const char *keep_buffer(struct bench *bench, struct buffer *from)
{
    char *text = strdup(buffer_string(from));

    buffer_deinit(from);
    return keep_text(bench, text);
}

static struct buffer empty(void)
{
    struct buffer into;

    buffer_init(&into, TEXT_BYTES_MAX);
    return into;
}

static void add_copies(struct buffer *into, const char *unit, size_t count)
{
    char piece[PIECE_BYTES];
    size_t length = strlen(unit);
    size_t fitting = sizeof(piece) / length;

    for (size_t i = 0; i < fitting && i < count; i++)
        memcpy(piece + i * length, unit, length);
    for (; count > 0; count -= count < fitting ? count : fitting)
        buffer_add(into, piece, (count < fitting ? count : fitting) * length);
}

const char *repeated(struct bench *bench, const char *unit, size_t count)
{
    struct buffer into = empty();

    add_copies(&into, unit, count);
    return keep_buffer(bench, &into);
}

const char *string_of(struct bench *bench, const char *first, const char *unit,
                      size_t count)
{
    struct buffer into = empty();

    buffer_printf(&into, "\"%s", first);
    add_copies(&into, unit, count);
    buffer_add_string(&into, "\"");
    return keep_buffer(bench, &into);
}

const char *array_of(struct bench *bench, size_t elements)
{
    struct buffer into = empty();

    buffer_add_string(&into, "[0");
    add_copies(&into, ",0", elements - 1);
    buffer_add_string(&into, "]");
    return keep_buffer(bench, &into);
}

const char *object_of(struct bench *bench, size_t members)
{
    struct buffer into = empty();

    for (size_t i = 0; i < members; i++)
        buffer_printf(&into, "%s\"m%zu\":0", i == 0 ? "{" : ",", i);
    buffer_add_string(&into, "}");
    return keep_buffer(bench, &into);
}

const char *twins_of(struct bench *bench, size_t members)
{
    struct buffer into = empty();

    buffer_add_string(&into, "{\"m\":0");
    add_copies(&into, ",\"m\":0", members - 1);
    buffer_add_string(&into, "}");
    return keep_buffer(bench, &into);
}

/* Levels above the place of the data, or 0. */
static size_t levels_above(const struct cJSON *template)
{
    const char *text = cJSON_GetStringValue(template);
    const struct cJSON *member;

    if (text != NULL && strcmp(text, "{data}") == 0)
        return 1;
    cJSON_ArrayForEach(member, template)
    {
        size_t levels = levels_above(member);
        if (levels > 0)
            return levels + 1;
    }
    return 0;
}

static size_t depth_of(const char *json)
{
    size_t depth = 0;

    for (; *json != 0; json++)
        depth += *json == '[' || *json == '{';
    return depth;
}

const char *nested(struct bench *bench, const char *open, size_t levels)
{
    const struct cJSON *template = bench->manifest->rooms[ROOM_DATA].send;
    size_t above = levels_above(template);
    size_t left = above == 0 || levels < above ? 0 : levels - (above - 1);
    size_t depth = depth_of(open);
    size_t first = depth == 0 ? 0 : left % depth;
    struct buffer into = empty();

    add_copies(&into, "[", first);
    for (size_t i = first; i < left && depth > 0; i += depth)
        buffer_add_string(&into, open);
    buffer_add_string(&into, "0");
    for (size_t i = into.length; i > 0; i--)
        if (into.at[i - 1] == '[' || into.at[i - 1] == '{')
            buffer_add_string(&into, into.at[i - 1] == '[' ? "]" : "}");
    return keep_buffer(bench, &into);
}

/* Bytes of the message around its data. */
static size_t frame_of(const struct bench *bench, const char *room)
{
    char *raw = quoted(room);
    const struct pair values[] = { { "room", raw },
                                   { "data", "0" },
                                   { NULL, NULL } };
    char *message =
        template_write(bench->manifest->rooms[ROOM_DATA].send, values);
    size_t length = message == NULL ? 0 : strlen(message) - 1;

    free(message);
    cJSON_free(raw);
    return length;
}

/* A list of lists of strings, each well within the limits; the last string
 * takes what is left over. */
const char *data_of_bytes(struct bench *bench, const char *room,
                          const char *first, size_t bytes)
{
    size_t size = bytes - frame_of(bench, room) - strlen("]]");
    size_t piece = bound(bench, BOUND_TEXT) / 2;
    size_t items = 0;
    size_t row = bound(bench, BOUND_ARRAY) / 2;
    struct buffer into = empty();

    piece = piece > PIECE ? PIECE : piece;
    row = row > EASY_ITEMS ? EASY_ITEMS : row;
    buffer_printf(&into, "[[\"%s\"", first);
    while (into.length + 2 * (piece + 6) < size) {
        items = row == 0 ? 0 : (items + 1) % row;
        buffer_add_string(&into, items == 0 ? "],[\"" : ",\"");
        add_copies(&into, "x", piece);
        buffer_add_string(&into, "\"");
    }
    for (int i = 0; i < 2; i++) {
        size_t left = size - into.length - 3;
        buffer_add_string(&into, ",\"");
        add_copies(&into, "x", i == 0 ? left / 2 - 3 : left);
        buffer_add_string(&into, "\"");
    }
    buffer_add_string(&into, "]]");
    return keep_buffer(bench, &into);
}

/* --- Saying --------------------------------------------------------------- */

static bool is_same_data(const struct cJSON *found, const void *want)
{
    return found != NULL && cJSON_Compare(found, want, true);
}

static bool is_text_of(const struct cJSON *found, const void *want)
{
    const char *text = cJSON_GetStringValue(found);

    return text != NULL && is_same_text(text, want);
}

/* Has it been told, in that room, of one that is as wanted? Messages are looked
 * through from *from on. */
static bool is_told_of(struct peer *peer, enum room_verb verb, const char *room,
                       size_t *from,
                       bool (*holds)(const struct cJSON *found,
                                     const void *want),
                       const void *want)
{
    const struct cJSON *pattern = peer->bench->manifest->rooms[verb].answer;
    const char *name = verb == ROOM_DATA ? "data" : "text";
    bool told = false;

    while (*from < peer->heard.length && !told) {
        const char *at = buffer_string(&peer->heard) + *from;
        struct cJSON *value = read_message(peer->bench, at);
        told = is_answer(pattern, value, room) &&
               holds(pattern_value(pattern, value, name), want);
        if (told)
            note_told(peer, *from);
        *from += strlen(at) + 1;
        cJSON_Delete(value);
    }
    return told;
}

static void expect_told_of(struct peer *peer, struct wish wish, size_t from,
                           bool (*holds)(const struct cJSON *found,
                                         const void *want),
                           const void *want)
{
    struct bench *bench = peer->bench;
    bool told;

    if (bench->decided)
        return;
    do
        told = is_told_of(peer, wish.verb, wish.room, &from, holds, want);
    while (!told && hears_more(peer, patience_of(bench)));
    if (!told)
        decide(bench, FAIL, "a message within the limits reaches the room",
               "%s has not heard it as it was said, but \"%.200s\"", peer->name,
               last_heard(peer));
}

/* The speaker is told as well, and what it asks next is not answered by that.
 */
void expect_data_passes(struct peer *speaker, const char *room,
                        const char *data, struct peer *listener)
{
    struct wish wish = WISH(ROOM_DATA, room, .data = data);
    struct cJSON *want = cJSON_Parse(data);
    size_t from = listener->heard.length;
    size_t own = speaker->heard.length;

    if (want == NULL && !speaker->bench->decided)
        decide(speaker->bench, INCONCLUSIVE, "data that can be read",
               "\"%.80s\" cannot", data);
    if (!speaker->bench->decided)
        room_ask(speaker, wish);
    expect_told_of(listener, wish, from, is_same_data, want);
    expect_told_of(speaker, wish, own, is_same_data, want);
    cJSON_Delete(want);
}

void expect_data_told(struct peer *listener, const char *room, const char *data)
{
    struct cJSON *want = cJSON_Parse(data);

    expect_told_of(listener, WISH(ROOM_DATA, room), 0, is_same_data, want);
    cJSON_Delete(want);
}

void expect_text_passes(struct peer *speaker, const char *room,
                        const char *text, struct peer *listener)
{
    struct wish wish = WISH(ROOM_PUBLISH, room, .text = text);
    size_t from = listener->heard.length;
    size_t own = speaker->heard.length;

    if (!speaker->bench->decided)
        room_ask(speaker, wish);
    expect_told_of(listener, wish, from, is_text_of, text);
    expect_told_of(speaker, wish, own, is_text_of, text);
}

void expect_data_denied(struct peer *speaker, const char *room,
                        const char *data)
{
    expect_denied_as(speaker, WISH(ROOM_DATA, room, .data = data),
                     DENIED_TOO_LARGE);
}

void say_padded(struct peer *peer, const char *room, const char *text,
                size_t bytes)
{
    struct bench *bench = peer->bench;
    char *raw[] = { quoted(room), quoted(text) };
    const struct pair values[] = { { "room", raw[0] },
                                   { "text", raw[1] },
                                   { NULL, NULL } };
    char *message =
        template_write(bench->manifest->rooms[ROOM_PUBLISH].send, values);
    size_t length = message == NULL ? 0 : strlen(message);
    struct buffer padded = empty();

    if (length > 0 && length <= bytes) {
        buffer_add(&padded, message, length - 1);
        add_copies(&padded, " ", bytes - length);
        buffer_add(&padded, message + length - 1, 1);
        say_bytes(peer, padded.at, padded.length, false);
    }
    buffer_deinit(&padded);
    free(message);
    cJSON_free(raw[0]);
    cJSON_free(raw[1]);
}
