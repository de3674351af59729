/* Binary messages: made, said in rooms, and looked for behind the text that
 * tells of them. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdlib.h>

enum {
    HEADER_MAX = 14,
    FIN = 0x80,
    MASKED = 0x80,
    OPCODE_BINARY = 2,
    TOLD_MAX = 4096, /* bytes of one that is looked through for leaks */
    SHOWN_MAX = 16
};

void note_head(struct peer *peer, size_t heard)
{
    peer->parcel.next_head = heard;
    peer->parcel.is_fresh = true;
}

/* Whoever looks for a text of ours looks there, too. */
static void remember_ours(struct peer *peer, struct bytes data)
{
    struct buffer *unread = &peer->talk.unread;
    const char *id = peer->bench->id;

    if (data.length == 0 ||
        memmem(data.at, data.length, id, strlen(id)) == NULL)
        return;
    if (buffer_add(unread, data.at, data.length) != FAULT_NONE ||
        buffer_add(unread, "", 1) != FAULT_NONE)
        decide(peer->bench, INCONCLUSIVE, "what is told can be kept",
               "%s is sent more bytes than that", peer->name);
}

/* How it begins and ends, where a trace would stand. */
void remember_bytes(struct peer *peer, struct bytes data)
{
    struct buffer *aside = &peer->talk.aside;

    if (data.length <= (size_t)2 * TOLD_MAX) {
        buffer_add(aside, data.at, data.length);
    } else {
        buffer_add(aside, data.at, TOLD_MAX);
        buffer_add(aside, "", 1);
        buffer_add(aside, data.at + data.length - TOLD_MAX, TOLD_MAX);
    }
    buffer_add(aside, "", 1);
}

void take_binary(struct peer *peer, struct bytes data)
{
    struct parcel *parcel = &peer->parcel;

    peer->data_frames++;
    peer->talk.strays += holds_broadcast(peer, data);
    parcel->count++;
    parcel->head = parcel->next_head;
    parcel->was_fresh = parcel->is_fresh;
    parcel->is_fresh = false;
    buffer_clear(&parcel->bytes);
    buffer_add(&parcel->bytes, data.at, data.length);
    remember_bytes(peer, data);
    remember_ours(peer, data);
    note(peer->bench, peer, "receives bytes",
         bytes_of(data.at, data.length < 16 ? data.length : 16));
}

void describe_binary(const struct peer *peer, struct buffer *into)
{
    struct bytes bytes = buffer_view(&peer->parcel.bytes);

    buffer_printf(into, "a binary one of %zu bytes,", bytes.length);
    for (size_t i = 0; i < bytes.length && i < SHOWN_MAX; i++)
        buffer_printf(into, " %02x", bytes.at[i]);
    if (bytes.length > SHOWN_MAX)
        buffer_add_string(into, " ...");
}

void describe_last(const struct peer *peer, struct buffer *into)
{
    buffer_add_string(into, "; the last frame was ");
    if (last_heard(peer)[0] != 0)
        buffer_printf(into, "%.200s", last_heard(peer));
    else
        describe_binary(peer, into);
}

/* --- Saying --------------------------------------------------------------- */

const unsigned char *bytes_of_size(struct bench *bench, size_t size)
{
    unsigned char *bytes = malloc(size + sizeof(uint64_t));
    uint64_t state = 1;

    for (size_t i = 0; bytes != NULL && i < size; i += sizeof(state)) {
        state ^= state << 13; /* xorshift: G. Marsaglia, 2003 */
        state ^= state >> 7;
        state ^= state << 17;
        memcpy(bytes + i, &state, sizeof(state));
    }
    return (const unsigned char *)keep_text(bench, (char *)bytes);
}

void announce_binary(struct peer *peer, const char *room)
{
    if (!peer->bench->decided)
        room_ask(peer, WISH(ROOM_BINARY, room));
}

/* The mask of zeros leaves the payload as it is. */
static void say_frame(struct peer *peer, unsigned char first,
                      const unsigned char *at, size_t length)
{
    unsigned char header[HEADER_MAX] = { first };
    size_t size = length < 126 ? 0 : length <= UINT16_MAX ? 2 : 8;

    header[1] = (unsigned char)(MASKED | (size == 0   ? length
                                          : size == 2 ? 126
                                                      : 127));
    for (size_t i = 0; i < size; i++)
        header[1 + size - i] = (unsigned char)(length >> (8 * i));
    say_raw(peer, header, 2 + size + 4);
    if (length > 0)
        say_raw(peer, at, length);
}

void say_binary_parts(struct peer *peer, const unsigned char *at, size_t length,
                      size_t part, bool ends)
{
    size_t done = 0;

    peer->heard_before = peer->heard.length;
    while (done < length && !peer->bench->decided) {
        size_t left = length - done;
        size_t now = left < part ? left : part;
        say_frame(peer,
                  (unsigned char)((done == 0 ? OPCODE_BINARY : 0) |
                                  (ends && now == left ? FIN : 0)),
                  at + done, now);
        done += now;
        drain(peer->bench);
    }
}

/* --- Expecting ------------------------------------------------------------ */

static bool has_parcels(const struct peer *peer, unsigned count)
{
    return peer->parcel.count >= count;
}

/* Why the parcel is not that one; NULL: it is. */
static const char *breach_of(const struct peer *peer, const char *room,
                             struct bytes want)
{
    const struct parcel *parcel = &peer->parcel;
    const struct cJSON *pattern =
        peer->bench->manifest->rooms[ROOM_BINARY].answer;
    struct cJSON *head =
        parcel->was_fresh && parcel->head < peer->heard.length
            ? read_message(peer->bench,
                           buffer_string(&peer->heard) + parcel->head)
            : NULL;
    bool told = head != NULL && is_answer(pattern, head, room);
    const struct cJSON *size = pattern_value(pattern, head, "bytes");
    bool right = size == NULL || !cJSON_IsNumber(size) ||
                 size->valuedouble == (double)want.length;

    cJSON_Delete(head);
    if (!told)
        return "the agreed message does not stand directly in front of it";
    if (!right)
        return "another number of bytes was told";
    if (parcel->bytes.length != want.length)
        return "it has another length";
    return memcmp(parcel->bytes.at, want.at, want.length) == 0
               ? NULL
               : "it has other bytes";
}

void expect_parcel(struct peer *peer, unsigned number, const char *room,
                   const unsigned char *at, size_t length)
{
    struct bench *bench = peer->bench;
    const char *breach;

    if (bench->decided)
        return;
    await(bench, has_parcels, peer, number, patience_of(bench));
    breach = peer->parcel.count == number
                 ? breach_of(peer, room, bytes_of(at, length))
                 : "it has not come, or others have";
    if (breach != NULL && !bench->decided)
        decide(bench, FAIL, "the binary message as it was sent",
               "of %zu bytes, to %s: %s", length, peer->name, breach);
}

void expect_binary_passes(struct peer *speaker, const char *room,
                          const unsigned char *at, size_t length,
                          struct peer *listener)
{
    unsigned number = listener->parcel.count + 1;

    announce_binary(speaker, room);
    say_bytes(speaker, at, length, true);
    expect_parcel(listener, number, room, at, length);
}

void expect_parcels(struct peer *peer, unsigned count)
{
    fence(peer->bench);
    if (!peer->bench->decided && peer->parcel.count != count)
        decide(peer->bench, FAIL, "binary for whom it is announced alone",
               "%s has %u binary messages where %u are right", peer->name,
               peer->parcel.count, count);
}

void expect_binary_denied(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (!bench->decided && (!await_error(peer) || has_answer(peer, 0)))
        decide(bench, FAIL, "an error, and the connection kept", "%s %s \"%s\"",
               peer->name, has_answer(peer, 0) ? "was closed behind" : "heard",
               last_heard(peer));
}

void expect_binary_too_big(struct peer *peer)
{
    if (!peer->bench->decided && !await_error(peer))
        expect_closed_for(peer, CAUSE_TOO_BIG);
}
