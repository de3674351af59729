/* See assembler.h. What was taken goes when a piece is added, not line by line,
 * or a piece of many lines would be moved as often. */
#include "base/assembler.h"

void assembler_init(struct assembler *assembler)
{
    *assembler = (struct assembler){ .taken = 0 };
    buffer_init(&assembler->text, ASSEMBLER_TEXT_MAX);
}

void assembler_deinit(struct assembler *assembler)
{
    buffer_deinit(&assembler->text);
}

static enum fault give_up(struct assembler *assembler)
{
    assembler->is_over = true;
    return fault_say(FAULT_LIMIT, "a line is longer than %d bytes",
                     ASSEMBLER_LINE_MAX);
}

enum fault assembler_add(struct assembler *assembler, struct bytes piece)
{
    enum fault fault;

    if (assembler->is_over)
        return give_up(assembler);
    buffer_consume(&assembler->text, assembler->taken);
    assembler->taken = 0;
    fault = buffer_add(&assembler->text, piece.at, piece.length);
    return fault == FAULT_LIMIT ? give_up(assembler) : fault;
}

struct bytes assembler_open(const struct assembler *assembler)
{
    return bytes_of(assembler->text.length == assembler->taken
                        ? NULL
                        : assembler->text.at + assembler->taken,
                    assembler->text.length - assembler->taken);
}

/* An end may have come in two pieces. */
static const unsigned char *find_end(const struct assembler *assembler,
                                     struct bytes open, struct bytes ends)
{
    size_t from =
        assembler->seen < ends.length ? 0 : assembler->seen - ends.length;

    return open.length == 0 ? NULL
                            : memmem(open.at + from, open.length - from,
                                     ends.at, ends.length);
}

enum fault assembler_take(struct assembler *assembler, struct bytes ends,
                          struct bytes *line)
{
    struct bytes open = assembler_open(assembler);
    const unsigned char *end;

    if (assembler->is_over)
        return give_up(assembler);
    end = find_end(assembler, open, ends);
    *line =
        bytes_of(open.at, end == NULL ? open.length : (size_t)(end - open.at));
    if (line->length > ASSEMBLER_LINE_MAX)
        return give_up(assembler);
    assembler->seen = end == NULL ? open.length : 0;
    if (end == NULL)
        return FAULT_WAIT;
    assembler->taken += line->length + ends.length;
    return FAULT_NONE;
}
