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

bool framing_said(struct peer *peer, struct bytes message)
{
    struct bench *bench = peer->bench;
    enum fault fault = FAULT_NONE;
    struct buffer frame;
    bool is_bytes;

    buffer_init(&frame, LAYOUT_FRAME_MAX);
    is_bytes = lay_out(bench, message, &frame, &fault);
    if (!is_bytes && bench->manifest->in_binary && is_text(message)) {
        is_bytes = true;
        fault = buffer_add(&frame, message.at, message.length);
    }
    if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "a message that has a layout", "%.*s: %s",
               (int)(message.length < 200 ? message.length : 200),
               (const char *)message.at, fault_reason());
    else if (is_bytes)
        transmit(peer, SEND_BINARY, 0, buffer_view(&frame));
    buffer_deinit(&frame);
    return is_bytes;
}

bool framing_took(struct peer *peer, const struct event *event)
{
    const struct manifest *manifest = peer->bench->manifest;
    struct cJSON *message = layout_read(manifest->layouts, event->data);
    char *text = message == NULL ? NULL : cJSON_PrintUnformatted(message);
    bool is_message =
        text != NULL || (manifest->in_binary && is_text(event->data));

    if (is_message) {
        note_arrival(peer, event);
        take_message(peer, text != NULL ? bytes_of_string(text) : event->data);
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
