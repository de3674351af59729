/* Feeds arbitrary server bytes to the frame reader, whole and byte by byte: the
 * deliveries must be the same, and each must keep the reader's promises. */
#include "net/reader.h"
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

/* What was delivered, in a form that can be compared. */
struct record {
    struct buffer text;
    char violation[200];
};

static bool is_utf8(struct bytes text)
{
    struct utf8 utf8 = { 0 };

    return utf8_feed(&utf8, text) && utf8_is_whole(&utf8);
}

static void check_delivery(const struct delivery *delivery)
{
    bool is_close = delivery->opcode == OPCODE_CLOSE;

    MUST(delivery->opcode != OPCODE_CONTINUATION);
    MUST(delivery->opcode <= OPCODE_PONG);
    MUST(delivery->opcode < OPCODE_CLOSE ||
         delivery->data.length <= CONTROL_BYTES_MAX);
    MUST(delivery->data.length <= MESSAGE_BYTES_MAX);
    if (is_close || delivery->opcode == OPCODE_TEXT)
        MUST(is_utf8(delivery->data));
    MUST(is_close == (delivery->code != 0));
    MUST(!is_close || (delivery->code >= 1000 && delivery->code <= 4999));
}

static bool has_failed(enum reading reading)
{
    return reading == READING_VIOLATION || reading == READING_BEYOND;
}

static void read_all(const uint8_t *data, size_t size, size_t piece,
                     struct record *record)
{
    struct reader reader;
    struct delivery delivery = { 0 };
    enum reading reading = READING_MORE;

    buffer_init(&record->text, 64 * 1024 * 1024);
    reader_init(&reader);
    for (size_t at = 0; at < size && reading == READING_MORE; at += piece) {
        struct bytes from =
            bytes_of(data + at, size - at < piece ? size - at : piece);
        while ((reading = reader_read(&reader, &from, &delivery)) ==
               READING_DELIVERY) {
            check_delivery(&delivery);
            buffer_printf(&record->text, "%d %d %zu:", delivery.opcode,
                          delivery.code, delivery.data.length);
            buffer_add(&record->text, delivery.data.at, delivery.data.length);
        }
        MUST(has_failed(reading) || from.length == 0);
    }
    MUST(has_failed(reading) == (reader.violation[0] != 0));
    memcpy(record->violation, reader.violation, sizeof(record->violation));
    reader_deinit(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record whole;
    struct record bytewise;

    read_all(data, size, size + 1, &whole);
    read_all(data, size, 1, &bytewise);
    MUST(strcmp(whole.violation, bytewise.violation) == 0);
    MUST(whole.text.length == bytewise.text.length);
    MUST(whole.text.length == 0 ||
         memcmp(whole.text.at, bytewise.text.at, whole.text.length) == 0);
    buffer_deinit(&whole.text);
    buffer_deinit(&bytewise.text);
    return 0;
}
