/* Whole lines out of a text that comes in pieces, wherever it was cut.
 *
 *     add "one\ntw"        take "one"     open "tw"
 *     add "o\nthree"       take "two"     open "three"
 *
 * What is open is no line yet, and perhaps never one. */
#ifndef BASE_ASSEMBLER_H
#define BASE_ASSEMBLER_H

#include "base/buffer.h"
#include <stdbool.h>

enum limits_of_assemblers {
    ASSEMBLER_LINE_MAX = 1024 * 1024, /* bytes of a line, or of what is open */
    ASSEMBLER_TEXT_MAX = 128 * 1024 * 1024, /* of a piece behind what is open */
};

struct assembler {
    struct buffer text;
    size_t taken; /* of it, at its front */
    size_t seen;  /* behind that, and without an end */
    bool is_over; /* a line was too long */
};

void assembler_init(struct assembler *assembler); /* pair: deinit */
void assembler_deinit(struct assembler *assembler);

/* Take all lines before the next piece. FAULT_LIMIT where one was too long, or
 * the piece is. */
enum fault assembler_add(struct assembler *assembler, struct bytes piece);

/* The next whole line, without the `ends` (1 byte or more) behind it; until the
 * next piece. FAULT_WAIT: there is none. FAULT_LIMIT: it is longer than
 * ASSEMBLER_LINE_MAX, or what is open is; nothing comes from then on. */
enum fault assembler_take(struct assembler *assembler, struct bytes ends,
                          struct bytes *line);

/* What is left, once no line is; until the next piece. */
struct bytes assembler_open(const struct assembler *assembler);

#endif
