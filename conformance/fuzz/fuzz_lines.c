/* Feeds arbitrary bytes as a text in pieces: its lines, and what is open, are
 * those of the whole, wherever it is cut. The first byte says where. */
#include "base/assembler.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Its length stands before it. */
static void add_line(struct bytes line, const char *ends, struct buffer *into)
{
    MUST(line.length == 0 ||
         memmem(line.at, line.length, ends, strlen(ends)) == NULL);
    buffer_printf(into, "%zu:", line.length);
    buffer_add(into, line.at, line.length);
}

static void read_lines(struct bytes text, size_t step, const char *ends,
                       struct buffer *into)
{
    struct assembler lines;
    struct bytes line;

    assembler_init(&lines);
    for (size_t done = 0; done < text.length; done += step) {
        size_t now = step < text.length - done ? step : text.length - done;
        MUST(assembler_add(&lines, bytes_of(text.at + done, now)) ==
             FAULT_NONE);
        while (assembler_take(&lines, bytes_of_string(ends), &line) ==
               FAULT_NONE)
            add_line(line, ends, into);
    }
    line = assembler_open(&lines);
    buffer_printf(into, "open %zu:", line.length);
    buffer_add(into, line.at, line.length);
    assembler_deinit(&lines);
}

static void check(struct bytes text, size_t step, const char *ends)
{
    struct buffer whole;
    struct buffer pieces;

    buffer_init(&whole, SIZE_MAX / 2);
    buffer_init(&pieces, SIZE_MAX / 2);
    read_lines(text, SIZE_MAX, ends, &whole);
    read_lines(text, step, ends, &pieces);
    MUST(whole.length == pieces.length);
    MUST(memcmp(whole.at, pieces.at, whole.length) == 0);
    buffer_deinit(&pieces);
    buffer_deinit(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    check(bytes_of(data + 1, size - 1), 1 + data[0] % 7, "\n");
    check(bytes_of(data + 1, size - 1), 1 + data[0] % 7, "\r\n");
    check(bytes_of(data + 1, size - 1), 1 + data[0] % 7, "\n\n\r");
    return 0;
}
