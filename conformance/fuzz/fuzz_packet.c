/* Feeds arbitrary bytes as a packet of Socket.IO, and as a text to be sent:
 * what is read lies within what was given, and what is written is read again as
 * the event that it is. */
#include "net/packet.h"
#include "net/utf8.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

static void check_reading(struct bytes text, const char *namespace)
{
    struct packet packet;

    if (packet_read(text, namespace, &packet) != NULL ||
        packet.payload.length == 0)
        return;
    MUST(packet.payload.at > text.at);
    MUST(packet.payload.at + packet.payload.length == text.at + text.length);
    struct rhythm rhythm = packet_rhythm(packet.payload);
    MUST(rhythm.interval_ms >= 0 && rhythm.timeout_ms >= 0);
}

static bool is_utf8(struct bytes text)
{
    struct utf8 utf8 = { 0 };

    return utf8_feed(&utf8, text) && utf8_is_whole(&utf8);
}

/* What is no text at all is sent as it is, whatever that makes of it. */
static void check_writing(struct bytes text, const char *namespace)
{
    struct packet packet;
    struct buffer written;
    struct buffer again;

    buffer_init(&written, 1024 * 1024);
    buffer_init(&again, 1024 * 1024);
    MUST(packet_write_event(namespace, "say", text, &written) == FAULT_NONE);
    if (is_utf8(text) &&
        packet_read(buffer_view(&written), namespace, &packet) == NULL) {
        MUST(packet.kind == PACKET_EVENT);
        MUST(packet_write_event(namespace, "say", packet.payload, &again) ==
             FAULT_NONE);
        MUST(strcmp(buffer_string(&written), buffer_string(&again)) == 0);
    }
    buffer_deinit(&written);
    buffer_deinit(&again);
}

/* Whatever asks for an acknowledgement is an event with a number. */
static void check_asking(struct bytes text, const char *namespace)
{
    struct packet packet;
    struct buffer written;

    buffer_init(&written, 1024 * 1024);
    if (packet_is_request(text)) {
        MUST(packet_write_request(namespace, text, &written) == FAULT_NONE);
        MUST(packet_read(buffer_view(&written), namespace, &packet) == NULL);
        MUST(packet.kind == PACKET_EVENT && packet.number.length > 0);
    }
    buffer_deinit(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = bytes_of(data, size);

    check_reading(text, "/");
    check_reading(text, "/rooms");
    check_writing(text, "/");
    check_writing(text, "/rooms");
    check_asking(text, "/");
    check_asking(text, "/rooms");
    return 0;
}
