/* The log never waits for whoever reads it, and owns up to what it lost. */
#include "check_program.h"
#include "shell/logfile.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIPE_SIZE = 64 * 1024, LINES = 200 };

static char folder[64];
static char path[96];
static struct logfile log_file;

static void set_up(void)
{
    signal(SIGPIPE, SIG_IGN);
    snprintf(folder, sizeof(folder), "/tmp/wsconform-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/log", folder);
}

static void tear_down(void)
{
    logfile_close(&log_file);
    unlink(path);
    rmdir(folder);
}

/* More than a pipe holds. */
static void write_many(void)
{
    char line[1024];

    memset(line, 'x', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\0';
    for (int i = 0; i < LINES; i++)
        logfile_write(&log_file, line);
}

static size_t read_ready(int fd, char *into, size_t size)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    size_t length = 0;

    while (length + 1 < size && poll(&ready, 1, 0) == 1) {
        ssize_t count = read(fd, into + length, size - length - 1);
        if (count <= 0)
            break;
        length += (size_t)count;
    }
    into[length] = '\0';
    return length;
}

static void expect_confession(int fd)
{
    static char heard[2 * PIPE_SIZE];
    char want[64];
    unsigned long dropped = log_file.dropped;

    ck_assert_uint_gt(dropped, 0);
    ck_assert_uint_lt(dropped, LINES);
    ck_assert_uint_gt(read_ready(fd, heard, sizeof(heard)), 0);
    ck_assert_ptr_null(strstr(heard, "dropped"));
    ck_assert_int_eq(heard[strlen(heard) - 1], '\n');
    logfile_write(&log_file, "well again");
    read_ready(fd, heard, sizeof(heard));
    snprintf(want, sizeof(want), " log lines dropped: %lu\nwell again\n",
             dropped);
    ck_assert_msg(strstr(heard, want) != NULL, "%s", heard);
    ck_assert_uint_eq(log_file.dropped, 0);
}

START_TEST(a_fifo_without_a_reader)
{
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert(logfile_open(&log_file, path));
    write_many();
    int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    expect_confession(reader);
    close(reader);
}
END_TEST

/* As stderr is: a blocking pipe of somebody else's. */
START_TEST(a_full_pipe_that_blocks)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    log_file = (struct logfile){ .fd = ends[1] };
    write_many();
    expect_confession(ends[0]);
    close(ends[0]);
}
END_TEST

START_TEST(a_pipe_that_nobody_will_read)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    log_file = (struct logfile){ .fd = ends[1] };
    close(ends[0]);
    logfile_write(&log_file, "into the void");
    ck_assert_uint_eq(log_file.dropped, 1);
}
END_TEST

START_TEST(a_full_disk)
{
    ck_assert(logfile_open(&log_file, "/dev/full"));
    logfile_say(&log_file, "one");
    logfile_say(&log_file, "two");
    ck_assert_uint_eq(log_file.dropped, 2);
}
END_TEST

START_TEST(a_file_is_appended_to)
{
    char heard[64] = "";

    for (int i = 0; i < 2; i++) {
        ck_assert(logfile_open(&log_file, path));
        logfile_write(&log_file, "line");
        logfile_close(&log_file);
    }
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_gt(fread(heard, 1, sizeof(heard) - 1, file), 0);
    fclose(file);
    ck_assert_str_eq(heard, "line\nline\n");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: log");
    TCase *tcase = tcase_create("files");

    tcase_set_timeout(tcase, 10);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_fifo_without_a_reader);
    tcase_add_test(tcase, a_full_pipe_that_blocks);
    tcase_add_test(tcase, a_pipe_that_nobody_will_read);
    tcase_add_test(tcase, a_full_disk);
    tcase_add_test(tcase, a_file_is_appended_to);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_logfile");
}
