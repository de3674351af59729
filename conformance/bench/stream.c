/* See stream.h. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdlib.h>

static const struct stream_form *form_of(const struct peer *peer)
{
    return &peer->bench->manifest->stream;
}

/* --- A piece, and what it looks like -------------------------------------- */

/* Strictly, for what stands behind the JSON would be lost; so would what stands
 * behind a NUL, written out or not. cJSON_Delete it. */
static struct cJSON *read_strictly(const struct peer *peer, struct bytes data)
{
    static const char nul[] = "\\u0000";
    char *text = strndup((const char *)data.at, data.length);
    struct cJSON *value = NULL;

    if (text != NULL && strlen(text) == data.length &&
        peer->bench->manifest->codec == CODEC_TEXT)
        value = cJSON_CreateString(text);
    else if (text != NULL && strlen(text) == data.length &&
             strstr(text, nul) == NULL)
        value = cJSON_ParseWithOpts(text, NULL, true);
    free(text);
    return value;
}

/* The message that holds this text; free() it. */
static char *message_with(const struct peer *peer, struct bytes text)
{
    char *string = strndup((const char *)text.at, text.length);
    char *raw = string == NULL ? NULL : quoted(string);
    const struct pair values[] = { { "text", raw }, { NULL, NULL } };
    char *message =
        raw == NULL ? NULL : template_write(form_of(peer)->frame, values);

    cJSON_free(raw);
    free(string);
    return message;
}

/* Whatever it has beside the text would be lost as well. */
static bool is_all(const struct peer *peer, const struct cJSON *value,
                   const char *text)
{
    char *message = message_with(peer, bytes_of_string(text));
    struct cJSON *same =
        message == NULL ? NULL : read_message(peer->bench, message);
    bool is_same = same != NULL && cJSON_Compare(same, value, true);

    cJSON_Delete(same);
    free(message);
    return is_same;
}

/* --- Lines ---------------------------------------------------------------- */

struct bytes stream_open(const struct peer *peer)
{
    return assembler_open(&peer->talk.stream.lines);
}

bool is_told_unread(const struct peer *peer, const char *text)
{
    struct bytes places[] = { stream_open(peer),
                              buffer_view(&peer->talk.unread) };
    bool is_told = false;

    for (size_t i = 0; i < COUNT(places) && !is_told; i++)
        is_told = places[i].length > 0 && memmem(places[i].at, places[i].length,
                                                 text, strlen(text)) != NULL;
    return is_told;
}

bool has_been_told(const struct peer *peer, const char *text)
{
    return holds_text(peer, text) || is_told_unread(peer, text);
}

static void uncount_open(struct peer *peer)
{
    struct stream *stream = &peer->talk.stream;

    peer->data_frames -= stream->is_open;
    peer->talk.strays -= stream->is_stray;
    stream->is_open = stream->is_stray = false;
}

static void count_open(struct peer *peer)
{
    struct stream *stream = &peer->talk.stream;
    struct bytes open = stream_open(peer);

    stream->is_open = open.length > 0;
    stream->is_stray = holds_broadcast(peer, open);
    peer->data_frames += stream->is_open;
    peer->talk.strays += stream->is_stray;
    if (stream->is_open)
        note(peer->bench, peer, "receives a part of a line", open);
}

static void take_line(struct peer *peer, struct bytes line)
{
    char *message = message_with(peer, line);

    if (message == NULL)
        decide(peer->bench, INCONCLUSIVE, "memory", "no line could be kept");
    else
        take_whole(peer, bytes_of_string(message));
    free(message);
}

static void add_piece(struct peer *peer, const char *text)
{
    struct assembler *lines = &peer->talk.stream.lines;
    struct bytes ends = bytes_of_string(form_of(peer)->ends);
    enum fault fault = assembler_add(lines, bytes_of_string(text));
    struct bytes line;

    uncount_open(peer);
    while (fault == FAULT_NONE &&
           (fault = assembler_take(lines, ends, &line)) == FAULT_NONE)
        take_line(peer, line);
    count_open(peer);
    if (fault != FAULT_WAIT)
        decide(peer->bench, INCONCLUSIVE, "lines that can be read whole",
               "to %s, %s", peer->name, fault_reason());
}

bool stream_took(struct peer *peer, struct bytes data)
{
    const struct cJSON *frame = form_of(peer)->frame;
    struct cJSON *value = frame == NULL ? NULL : read_strictly(peer, data);
    const char *text = value == NULL || !pattern_matches(frame, value)
                           ? NULL
                           : pattern_capture(frame, value, "text");
    bool is_piece = text != NULL && *text != 0 && is_all(peer, value, text);

    if (is_piece)
        add_piece(peer, text);
    cJSON_Delete(value);
    return is_piece;
}
