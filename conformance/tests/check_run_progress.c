/* What a person sees of a run: played to a terminal of ours, of several widths
 * and kinds. */
#include "check_program.h"
#include "run/progress.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { SCREEN_ROWS = 16, SCREEN_COLUMNS = 512 };
#define LONG_NAME "criterion_whose_name_is_so_long_that_no_terminal_has_room"

static const struct {
    const char *label;
    const char *terminal, *no_colour, *locale;
    unsigned short columns; /* 0: nobody knows */
    bool live, colour, blocks;
    const char *shown; /* in the live line, while two are running */
} rows[] = {
    { "a usual one", "xterm", "", "C.UTF-8", 100, true, true, true,
      " 0/3  0 s  first_of_them, second_of_them" },
    { "a wide one", "xterm", "", "de_DE.utf8", 200, true, true, true,
      "second_of_them, " LONG_NAME },
    { "a narrow one", "xterm", "", "C.UTF-8", 40, true, true, true,
      "0/3  0 s  first_of_them +2" },
    { "one of no width", "xterm", "", "C.UTF-8", 0, true, true, true,
      "first_of_them, second_of_them +1" },
    { "hardly one", "xterm", "", "C.UTF-8", 5, true, true, true, "0/3" },
    { "without colour", "xterm", "1", "C.UTF-8", 100, true, false, true,
      "first_of_them, second_of_them" },
    { "without signs", "xterm", "", "C", 100, true, true, false,
      "...... 0/3  0 s  first_of_them" },
    { "a dumb one", "dumb", "", "C.UTF-8", 100, false, false, true, "" },
    { "one that says nothing of itself", "", "", "C", 100, false, false, false,
      "" },
};

/* --- A terminal ----------------------------------------------------------- */

/* What stands on it; a character beyond ASCII is one '*'. */
struct screen {
    char at[SCREEN_ROWS][SCREEN_COLUMNS];
    size_t row, column, widest;
    bool painted; /* a colour was asked for */
    bool strange; /* or anything but a colour and the end of a line */
};

static const char *obey(struct screen *screen, const char *at)
{
    const char *end = at + strcspn(at, "mKJHh\a");

    if (*end == 'K')
        memset(screen->at[screen->row] + screen->column, 0,
               SCREEN_COLUMNS - screen->column);
    screen->painted = screen->painted || *end == 'm';
    screen->strange = screen->strange || (*end != 'm' && *end != 'K');
    return *end == 0 ? end : end + 1;
}

static void play(struct screen *screen, const char *text)
{
    while (*text != 0) {
        unsigned char byte = (unsigned char)*text++;
        if (byte == 27) {
            text = obey(screen, text);
        } else if (byte == '\r') {
            screen->column = 0;
        } else if (byte == '\n') {
            screen->row = (screen->row + 1) % SCREEN_ROWS;
            screen->column = 0;
        } else if ((byte & 0xc0) != 0x80 &&
                   screen->column + 1 < SCREEN_COLUMNS) {
            screen->at[screen->row][screen->column++] =
                byte < 0x80 ? (char)byte : '*';
            /* A line that stays may be wrapped; one that is wiped may not. */
            if (screen->column > screen->widest)
                screen->widest = screen->column;
        }
    }
}

struct line {
    int master;
    FILE *to;
};

static struct line open_terminal(unsigned short columns)
{
    struct winsize size = { .ws_row = SCREEN_ROWS, .ws_col = columns };
    struct line line = { .master = posix_openpt(O_RDWR | O_NOCTTY) };

    ck_assert_int_ge(line.master, 0);
    ck_assert_int_eq(grantpt(line.master), 0);
    ck_assert_int_eq(unlockpt(line.master), 0);
    int slave = open(ptsname(line.master), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(slave, 0);
    ck_assert_int_eq(ioctl(slave, TIOCSWINSZ, &size), 0);
    line.to = fdopen(slave, "w");
    ck_assert_ptr_nonnull(line.to);
    setvbuf(line.to, NULL, _IOFBF, 65536); /* whole sequences */
    ck_assert_int_eq(fcntl(line.master, F_SETFL, O_NONBLOCK), 0);
    return line;
}

/* What has been written so far. */
static void look(const struct line *line, struct screen *screen)
{
    char text[4096];
    ssize_t length;

    fflush(line->to);
    while ((length = read(line->master, text, sizeof(text) - 1)) > 0) {
        text[length] = 0;
        play(screen, text);
    }
}

static void close_terminal(const struct line *line)
{
    fclose(line->to);
    close(line->master);
}

static void set_up(int row)
{
    setenv("TERM", rows[row].terminal, 1);
    setenv("NO_COLOR", rows[row].no_colour, 1);
    setenv("LC_ALL", rows[row].locale, 1);
}

/* --- The tests ------------------------------------------------------------ */

static const char *const names[] = { "first_of_them", "second_of_them",
                                     LONG_NAME };

static size_t width_of(int row)
{
    return rows[row].columns == 0   ? 80
           : rows[row].columns < 20 ? 20
                                    : rows[row].columns;
}

START_TEST(live_line_fits_its_terminal)
{
    struct line line = open_terminal(rows[_i].columns);
    struct screen screen = { .row = 0 };
    struct progress progress;

    set_up(_i);
    progress_init(&progress, line.to);
    ck_assert_int_eq(progress.live, rows[_i].live);
    ck_assert_int_eq(progress.colour, rows[_i].colour);
    ck_assert_int_eq(progress.blocks, rows[_i].blocks);
    progress_plan(&progress, "head", 3);
    for (int i = 0; i < COUNT_OF(names); i++)
        progress_began(&progress, names[i]);
    progress.drawn_ms = 0; /* a while ago */
    ck_assert_int_eq(progress_tick(&progress) > 0, rows[_i].live);
    look(&line, &screen);
    ck_assert_str_eq(screen.at[0], "head");
    ck_assert_msg(strstr(screen.at[1], rows[_i].shown) != NULL, "%s: %s",
                  rows[_i].label, screen.at[1]);
    ck_assert_uint_lt(screen.widest, width_of(_i));
    ck_assert_int_eq(screen.painted, rows[_i].colour);
    progress_end(&progress);
    look(&line, &screen);
    ck_assert_str_eq(screen.at[1], "");
    ck_assert(!screen.strange);
    close_terminal(&line);
}
END_TEST

/* On a terminal what fails stays, what passes goes by. */
START_TEST(failures_stay)
{
    struct line line = open_terminal(rows[_i].columns);
    struct screen screen = { .row = 0 };
    struct progress progress;
    size_t row = 1;

    set_up(_i);
    progress_init(&progress, line.to);
    progress_plan(&progress, "head", 3);
    for (int i = 0; i < COUNT_OF(names); i++)
        progress_began(&progress, names[i]);
    progress_done(&progress, names[0], PASS, false, "", 1000);
    progress_done(&progress, names[1], FAIL, false, "saw \033[2J\n::x", 2000);
    progress_done(&progress, names[2], FAIL, true, "as ever", 2000);
    progress_end(&progress);
    look(&line, &screen);
    if (!rows[_i].live)
        ck_assert_ptr_nonnull(strstr(screen.at[row++], "pass  first_of_them"));
    ck_assert_ptr_nonnull(strstr(screen.at[row], "FAIL  second_of_them"));
    ck_assert_ptr_nonnull(strstr(screen.at[row], "saw \\x1b[2J\\x0a::x"));
    ck_assert_ptr_nonnull(strstr(screen.at[row + 1], "know  criterion_whose"));
    ck_assert_str_eq(screen.at[row + 2], "");
    ck_assert(!screen.strange);
    close_terminal(&line);
}
END_TEST

/* Where nobody watches: a line for each, no colour, nothing that is wiped. */
START_TEST(file_has_plain_lines)
{
    struct progress progress;
    char text[4096] = "";
    FILE *to = tmpfile();

    set_up(0);
    ck_assert_ptr_nonnull(to);
    progress_init(&progress, to);
    progress_plan(&progress, "head", 1);
    progress_began(&progress, names[0]);
    ck_assert_int_eq(progress_tick(&progress), -1);
    progress_done(&progress, names[0], PASS, false, "", 1000);
    progress_end(&progress);
    rewind(to);
    ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, to), 0);
    ck_assert_ptr_null(strchr(text, '\033'));
    ck_assert_ptr_null(strchr(text, '\r'));
    ck_assert_msg(strncmp(text, "head\npass  first_of_them ", 25) == 0, "%s",
                  text);
    fclose(to);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_progress");
    TCase *tcase = tcase_create("progress");

    tcase_add_loop_test(tcase, live_line_fits_its_terminal, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, failures_stay, 0, COUNT_OF(rows));
    tcase_add_test(tcase, file_has_plain_lines);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_progress");
}
