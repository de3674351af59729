/* Lines out of pieces: each row is fed whole, byte by byte, and in two pieces
 * cut at every place. */
#include "base/assembler.h"
#include "check_program.h"
#include <stdlib.h>

struct row {
    const char *label;
    const char *text;
    const char *ends;
    const char *lines; /* "<one><two>" */
    const char *open;
};

static const struct row rows[] = {
    { "nothing", "", "\n", "", "" },
    { "a line", "one\n", "\n", "<one>", "" },
    { "half a line", "one", "\n", "", "one" },
    { "two lines", "one\ntwo\n", "\n", "<one><two>", "" },
    { "a line and a half", "one\ntw", "\n", "<one>", "tw" },
    { "an empty line", "\n", "\n", "<>", "" },
    { "empty lines", "a\n\n\nb\n", "\n", "<a><><><b>", "" },
    { "an end of two bytes", "one\r\ntwo\r\n", "\r\n", "<one><two>", "" },
    { "half an end", "one\r", "\r\n", "", "one\r" },
    { "half an end within", "o\rne\r\n", "\r\n", "<o\rne>", "" },
    { "half an end twice", "one\r\r\n", "\r\n", "<one\r>", "" },
    { "an end that begins anew", "a\n\n\n\r", "\n\n\r", "<a\n>", "" },
    { "another end", "one\r\n", "\r", "<one>", "\n" },
};

static void take_lines(struct assembler *lines, const struct row *row,
                       struct buffer *into)
{
    struct bytes line;
    enum fault fault;

    while ((fault = assembler_take(lines, bytes_of_string(row->ends), &line)) ==
           FAULT_NONE)
        buffer_printf(into, "<%.*s>", (int)line.length, (const char *)line.at);
    ck_assert_int_eq(fault, FAULT_WAIT);
}

static void feed(const struct row *row, size_t first, size_t step)
{
    struct bytes text = bytes_of_string(row->text);
    struct assembler lines;
    struct buffer got;
    size_t done = 0;

    assembler_init(&lines);
    buffer_init(&got, 4096);
    for (size_t now = first; done < text.length; done += now, now = step) {
        now = now < text.length - done ? now : text.length - done;
        ck_assert_int_eq(assembler_add(&lines, bytes_of(text.at + done, now)),
                         FAULT_NONE);
        take_lines(&lines, row, &got);
    }
    ck_assert_msg(strcmp(buffer_string(&got), row->lines) == 0,
                  "%s, cut at %zu: want %s, got %s", row->label, first,
                  row->lines, buffer_string(&got));
    ck_assert_msg(assembler_open(&lines).length == strlen(row->open) &&
                      strncmp(row->open,
                              assembler_open(&lines).length == 0
                                  ? ""
                                  : (const char *)assembler_open(&lines).at,
                              strlen(row->open)) == 0,
                  "%s, cut at %zu: open are %zu bytes", row->label, first,
                  assembler_open(&lines).length);
    buffer_deinit(&got);
    assembler_deinit(&lines);
}

START_TEST(lines_do_not_depend_on_cuts)
{
    const struct row *row = &rows[_i];

    feed(row, 1, 1);
    for (size_t cut = 1; cut <= strlen(row->text) + 1; cut++)
        feed(row, cut, SIZE_MAX);
}
END_TEST

/* --- The ceiling ---------------------------------------------------------- */

struct ceiling_row {
    const char *label;
    size_t length; /* of one line, or of what is open */
    bool ends;
    enum fault want;
};

static const struct ceiling_row ceiling_rows[] = {
    { "a line at it", ASSEMBLER_LINE_MAX, true, FAULT_NONE },
    { "a line beyond it", ASSEMBLER_LINE_MAX + 1, true, FAULT_LIMIT },
    { "open, at it", ASSEMBLER_LINE_MAX, false, FAULT_WAIT },
    { "open, beyond it", ASSEMBLER_LINE_MAX + 1, false, FAULT_LIMIT },
};

START_TEST(line_has_a_ceiling)
{
    const struct ceiling_row *row = &ceiling_rows[_i / 2];
    size_t piece = _i % 2 == 0 ? SIZE_MAX : 64 * 1024;
    struct bytes end = bytes_of_string("\n");
    char *text = malloc(row->length + 1);
    enum fault fault = FAULT_WAIT;
    struct assembler lines;
    struct bytes line;

    memset(text, 'a', row->length);
    text[row->length] = '\n';
    assembler_init(&lines);
    for (size_t done = 0, all = row->length + row->ends;
         done < all && fault == FAULT_WAIT; done += piece) {
        piece = piece < all - done ? piece : all - done;
        ck_assert_int_eq(assembler_add(&lines, bytes_of(text + done, piece)),
                         FAULT_NONE);
        fault = assembler_take(&lines, end, &line);
    }
    ck_assert_msg(fault == row->want, "%s: want %d, got %d", row->label,
                  row->want, fault);
    if (row->want == FAULT_LIMIT) {
        ck_assert_int_eq(assembler_add(&lines, end), FAULT_LIMIT);
        ck_assert_int_eq(assembler_take(&lines, end, &line), FAULT_LIMIT);
    }
    assembler_deinit(&lines);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("assembler");
    TCase *tcase = tcase_create("assembler");

    tcase_add_loop_test(tcase, lines_do_not_depend_on_cuts, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, line_has_a_ceiling, 0,
                        2 * COUNT_OF(ceiling_rows));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_assembler");
}
