/* Messages that are small on the wire: said so, and looked at for it. */
#include "base/packing.h"
#include "bench/framing.h"
#include "bench/internal.h"
#include <stdio.h>
#include <stdlib.h>

enum { HEADER_MAX = 14, FIN = 0x80, COMPRESSED = 0x40, MASKED = 0x80 };

void note_arrival(struct peer *peer, const struct event *event)
{
    peer->arrivals[peer->arrival_count++ % ARRIVALS_MAX] =
        (struct arrival){ .offset = peer->heard.length,
                          .length = event->data.length,
                          .wire = event->wire,
                          .compressed = event->compressed };
}

/* What is not kept, like a broadcast, arrived at the same offset as the next
 * that is: the latest is meant. */
void note_told(struct peer *peer, size_t offset)
{
    size_t count = peer->arrival_count;

    peer->told = (struct arrival){ .length = 0 };
    for (size_t i = count < ARRIVALS_MAX ? 0 : count - ARRIVALS_MAX; i < count;
         i++)
        if (peer->arrivals[i % ARRIVALS_MAX].offset == offset)
            peer->told = peer->arrivals[i % ARRIVALS_MAX];
}

struct peer *admit_with_deflate(struct bench *bench, enum identity who)
{
    return admit_with(bench, who, GOOD_TOKEN,
                      (struct manner){ .header = "Sec-WebSocket-Extensions",
                                       .header_value = "permessage-deflate" });
}

void expect_deflates(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (bench->decided || peer->deflates)
        return;
    if (bench->adapter->hides_deflate)
        decide(bench, NOT_APPLICABLE, "",
               "the adapter does not tell what is compressed");
    else
        decide(bench, FAIL, "permessage-deflate, which was offered",
               "to %s the target did not agree to it", peer->name);
}

size_t told_length(struct peer *peer)
{
    return peer->told.length;
}

void expect_told_compressed(struct peer *peer)
{
    const struct arrival *told = &peer->told;

    if (!peer->bench->decided &&
        (!told->compressed || told->wire >= told->length))
        decide(peer->bench, FAIL, "a message that is smaller on the wire",
               "to %s, %zu bytes came %s as %zu", peer->name, told->length,
               told->compressed ? "compressed" : "plain", told->wire);
}

void expect_told_plain(struct peer *peer)
{
    if (!peer->bench->decided && peer->told.compressed)
        decide(peer->bench, FAIL, "a message as it is",
               "to %s, %zu bytes came compressed", peer->name,
               peer->told.length);
}

/* --- Saying --------------------------------------------------------------- */

/* The mask of zeros leaves the payload as it is. */
static void say_packed(struct peer *peer, struct bytes packed, bool binary)
{
    unsigned char header[HEADER_MAX] = {
        (unsigned char)(FIN | COMPRESSED | (binary ? 2 : 1)), MASKED | 127
    };

    if (packed.length < 126) {
        header[1] = (unsigned char)(MASKED | packed.length);
    } else if (packed.length <= UINT16_MAX) {
        header[1] = MASKED | 126;
        header[2] = (unsigned char)(packed.length >> 8);
        header[3] = (unsigned char)packed.length;
    } else {
        for (size_t i = 0; i < 8; i++)
            header[9 - i] = (unsigned char)(packed.length >> (8 * i));
    }
    peer->heard_before = peer->heard.length;
    say_raw(peer, header,
            (packed.length < 126           ? 2u
             : packed.length <= UINT16_MAX ? 4u
                                           : 10u) +
                4u);
    say_raw(peer, packed.at, packed.length);
}

void say_compressed(struct peer *peer, const void *at, size_t length,
                    unsigned copies, bool binary)
{
    struct buffer packed;

    if (!binary)
        framing_demand_text(peer->bench, NULL);
    if (peer->bench->decided)
        return;
    buffer_init(&packed, BINARY_BYTES_MAX);
    if (packing_add(bytes_of(at, length), copies, &packed) == FAULT_NONE)
        say_packed(peer, buffer_view(&packed), binary);
    else
        decide(peer->bench, INCONCLUSIVE, "a message that can be compressed",
               "there is no memory for it");
    buffer_deinit(&packed);
}

/* Raw frames pass the codec by. Takes the message, and gives it back. */
static char *as_packet(const struct manifest *manifest, char *message)
{
    bool is_named = strcmp(manifest->namespace, "/") != 0;
    char *packet = NULL;

    if (message == NULL || manifest->codec != CODEC_SOCKETIO)
        return message;
    if (asprintf(&packet, "42%s%s%s", is_named ? manifest->namespace : "",
                 is_named ? "," : "", message) < 0)
        packet = NULL;
    free(message);
    return packet;
}

void say_data_compressed(struct peer *peer, const char *room, const char *data)
{
    char *message =
        room_request(peer->bench, WISH(ROOM_DATA, room, .data = data));

    message = as_packet(peer->bench->manifest, message);
    if (message != NULL)
        say_compressed(peer, message, strlen(message), 1, false);
    free(message);
}
