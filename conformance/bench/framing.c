/* See framing.h. */
#include "bench/framing.h"
#include "bench/internal.h"
#include "bench/layout.h"
#include "net/utf8.h"
#include <cJSON.h>
#include <stdlib.h>

static bool is_text(struct bytes bytes)
{
    struct utf8 utf8 = { 0 };

    return utf8_feed(&utf8, bytes) && utf8_is_whole(&utf8) &&
           (bytes.length == 0 || memchr(bytes.at, 0, bytes.length) == NULL);
}

/* Strictly: what stood behind it would be lost. cJSON_Delete it. */
static struct cJSON *read_json(struct bytes message)
{
    char *text = is_text(message)
                     ? strndup((const char *)message.at, message.length)
                     : NULL;
    struct cJSON *value =
        text == NULL ? NULL : cJSON_ParseWithOpts(text, NULL, true);

    free(text);
    return value;
}

/* Is there a layout for this message? Then `frame` is it, or the fault says
 * what is in the way. */
static bool lay_out(const struct bench *bench, struct bytes message,
                    struct buffer *frame, enum fault *fault)
{
    const struct cJSON *layouts = bench->manifest->layouts;
    struct cJSON *value = layouts == NULL ? NULL : read_json(message);
    bool is_laid_out = value != NULL && layout_of(layouts, value) != NULL;

    if (is_laid_out)
        *fault = layout_write(layouts, value, frame);
    cJSON_Delete(value);
    return is_laid_out;
}

/* What its layout cannot hold, nobody can say to this service. */
static void tell_unsaid(struct bench *bench, struct bytes message,
                        enum fault fault)
{
    decide(bench, fault == FAULT_PROTOCOL ? NOT_APPLICABLE : INCONCLUSIVE, "",
           "%.*s cannot be said in bytes: %s",
           (int)(message.length < 200 ? message.length : 200),
           (const char *)message.at, fault_reason());
}

bool framing_said(struct peer *peer, struct bytes message)
{
    struct bench *bench = peer->bench;
    enum fault fault = FAULT_NONE;
    struct buffer frame;
    bool is_laid_out;
    bool is_bytes;

    buffer_init(&frame, LAYOUT_FRAME_MAX);
    is_laid_out = lay_out(bench, message, &frame, &fault);
    is_bytes = is_laid_out || (bench->manifest->in_binary && is_text(message));
    if (fault != FAULT_NONE)
        tell_unsaid(bench, message, fault);
    else if (is_bytes)
        transmit(peer, SEND_BINARY, 0,
                 is_laid_out ? buffer_view(&frame) : message);
    buffer_deinit(&frame);
    return is_bytes;
}

/* Numbers, and the bytes that a layout has itself, are no text any more: what
 * was told in them would have been told to nobody. */
static bool is_hidden(const struct peer *peer, struct bytes frame,
                      struct bytes text)
{
    return (holds_canary(peer, frame) && !holds_canary(peer, text)) ||
           (holds_broadcast(peer, frame) && !holds_broadcast(peer, text));
}

bool framing_took(struct peer *peer, const struct event *event)
{
    const struct manifest *manifest = peer->bench->manifest;
    struct cJSON *message = layout_read(manifest->layouts, event->data);
    char *text = message == NULL ? NULL : cJSON_PrintUnformatted(message);
    struct bytes said = text != NULL ? bytes_of_string(text) : event->data;
    bool is_message =
        (text != NULL || (manifest->in_binary && is_text(event->data))) &&
        !is_hidden(peer, event->data, said);

    if (is_message) {
        note_arrival(peer, event);
        if (text != NULL)
            remember_bytes(peer, event->data);
        take_message(peer, said);
    }
    cJSON_free(text);
    cJSON_Delete(message);
    return is_message;
}

void framing_demand_text(struct bench *bench, const char *message)
{
    enum fault fault = FAULT_NONE;
    struct buffer frame;
    bool is_bytes = bench->manifest->in_binary;

    buffer_init(&frame, LAYOUT_FRAME_MAX);
    if (!is_bytes)
        is_bytes = message == NULL ? bench->manifest->layouts != NULL
                                   : lay_out(bench, bytes_of_string(message),
                                             &frame, &fault);
    buffer_deinit(&frame);
    if (is_bytes)
        decide(bench, NOT_APPLICABLE, "",
               "messages are bytes there (layouts, frames), and this one would "
               "have to be a text");
}
