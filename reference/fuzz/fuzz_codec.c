/* Fuzzes the frame reader (libFuzzer). Whole and byte by byte must tell the
 * same events, and each event must keep what it promises. */
#include "shell/frame.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Everything that was told, as one number (FNV-1a). */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

static void check_event(const struct frame_event *event)
{
    const uint8_t *payload = (const uint8_t *)event->payload.at;
    size_t length = event->payload.length;

    require(length <= MESSAGE_BYTES_MAX);
    if (event->what == ARRIVED_TEXT)
        require(utf8_holds(payload, length));
    if (event->what == ARRIVED_PING || event->what == ARRIVED_PONG)
        require(length <= CONTROL_BYTES_MAX);
    if (event->what == ARRIVED_CLOSE) {
        require(event->code == CLOSE_NO_CODE ||
                close_code_is_legal(event->code));
        require(length <= CONTROL_BYTES_MAX - 2 && utf8_holds(payload, length));
    }
    if (event->what == ARRIVED_FAULT)
        require(event->code == CLOSE_PROTOCOL_ERROR ||
                event->code == CLOSE_BAD_DATA || event->code == CLOSE_TOO_BIG);
}

static uint64_t read_in_pieces(const uint8_t *bytes, size_t length,
                               size_t piece, bool inflates)
{
    struct frame_reader reader = { .inflates = inflates };
    struct frame_event event;
    uint64_t hash = UINT64_C(14695981039346656037);

    while (length > 0) {
        size_t now = piece < length ? piece : length;
        size_t taken = frame_read(&reader, bytes, now, &event);
        require(taken <= now);
        require(event.what != ARRIVED_NOTHING || taken == now);
        require(reader.message_length <= MESSAGE_BYTES_MAX);
        bytes += taken;
        length -= taken;
        if (event.what == ARRIVED_NOTHING)
            continue;
        check_event(&event);
        hash = mix(hash, &event.what, sizeof(event.what));
        hash = mix(hash, &event.code, sizeof(event.code));
        hash = mix(hash, event.payload.at, event.payload.length);
    }
    frame_reader_deinit(&reader);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    uint64_t whole = read_in_pieces(bytes, length, length, false);

    require(read_in_pieces(bytes, length, 1, false) == whole);
    require(read_in_pieces(bytes, length, 3, false) == whole);
    /* What inflates is measured in other pieces: of two faults in one message
     * either may be found first. */
    (void)read_in_pieces(bytes, length, length, true);
    (void)read_in_pieces(bytes, length, 5, true);
    return 0;
}
