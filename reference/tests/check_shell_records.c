/* The audit and the log where they cannot be written: what is lost is said
 * where it can be, and nobody is let in or held up for it. */
#include "tests/pos_wire.h"
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { FILE_BYTES_MAX = 64 * 1024 };

static struct world world;
static struct options options;
static char audit[160];
static char aside[160];

static void set_up(void)
{
    options = world_prepare(&world);
    snprintf(audit, sizeof(audit), "%s/audit", world.folder);
    snprintf(aside, sizeof(aside), "%s/aside", world.folder);
    options.served = SERVES_POS;
    options.audit = audit;
}

static void start(void)
{
    world_start(&world, &options);
    pos_fill(&world);
}

static void stop(void)
{
    unlink(audit);
    unlink(aside);
    ck_assert_int_eq(world_stop(&world), 0);
}

static const char *read_whole(const char *path)
{
    static char text[FILE_BYTES_MAX];
    FILE *file = fopen(path, "re");

    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return text;
}

static size_t count_in(const char *path, const char *what)
{
    size_t count = 0;

    for (const char *at = read_whole(path); (at = strstr(at, what)) != NULL;
         at++)
        count++;
    return count;
}

/* One event. */
static void be_refused(void)
{
    struct client client = dial(world.port);

    knock(client);
    say_frame(client, 0x81, "{}", 2);
    expect_close(client, 4003, "Expected authentication message");
    hang_up(client);
}

static void expect_service(void)
{
    struct client client = dial(world.port);

    pos_enter(client);
    hang_up(client);
}

/* --- the audit ------------------------------------------------------------ */

static void full_disk(void)
{
    options.audit = "/dev/full";
}

static void missing_folder(void)
{
    snprintf(audit, sizeof(audit), "%s/missing/audit", world.folder);
}

static void folder(void)
{
    options.audit = world.folder;
}

static void pipe_without_a_reader(void)
{
    ck_assert_int_eq(mkfifo(audit, 0600), 0);
}

static const struct {
    const char *label;
    void (*spoil)(void);
} faults[] = {
    { "a full disk", full_disk },
    { "no such folder", missing_folder },
    { "a folder", folder },
    { "a pipe without a reader", pipe_without_a_reader },
};

#define EVENT "\"event\":\"ACCESS_DENIED\""
#define LOST  " error: the monitor took no event peer=127.0.0.1:"

START_TEST(an_audit_that_cannot_be_written_is_told)
{
    faults[_i].spoil();
    start();
    for (size_t i = 1; i <= 3; i++) {
        be_refused();
        ck_assert_uint_eq(count_in(world.log, LOST), i);
    }
    ck_assert(inspect_comes_to(&world, EVENT));
    expect_service();
    stop();
}
END_TEST

static void expect_lines(const char *path, size_t want)
{
    char *line = (char *)(uintptr_t)read_whole(path);
    size_t count = 0;

    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        struct cJSON *event = json_object_read(text_of(line));
        ck_assert_msg(event != NULL, "%s", line);
        cJSON_Delete(event);
        count++;
    }
    ck_assert_str_eq(line, "");
    ck_assert_uint_eq(count, want);
}

/* Whoever rotates files need not tell the server. */
START_TEST(an_audit_may_be_moved_aside)
{
    start();
    be_refused();
    be_refused();
    ck_assert_int_eq(rename(audit, aside), 0);
    be_refused();
    expect_lines(aside, 2);
    expect_lines(audit, 1);
    stop();
}
END_TEST

START_TEST(a_pipe_takes_events_while_it_is_read)
{
    char line[1024] = "";

    ck_assert_int_eq(mkfifo(audit, 0600), 0);
    start();
    int reader = open(audit, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ck_assert_int_ge(reader, 0);
    be_refused();
    ck_assert_int_gt(read(reader, line, sizeof(line) - 1), 0);
    ck_assert_ptr_nonnull(strstr(line, EVENT));
    ck_assert_int_eq(line[strlen(line) - 1], '\n');
    close(reader);
    be_refused();
    ck_assert_uint_eq(count_in(world.log, LOST), 1);
    stop();
}
END_TEST

/* Lets no file of the server grow beyond this. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit = { bytes, RLIM_INFINITY };

    ck_assert_int_eq(prlimit(world.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* Half an event must spoil no other: each begins a line of its own. */
START_TEST(half_an_event_spoils_no_other)
{
    struct stat before;

    options.log = "/dev/null";
    start();
    be_refused();
    ck_assert_int_eq(stat(audit, &before), 0);
    limit_files((rlim_t)before.st_size + 10);
    be_refused();
    be_refused();
    limit_files(RLIM_INFINITY);
    be_refused();
    be_refused();

    const char *text = read_whole(audit);
    const char *half = text + before.st_size;
    ck_assert_mem_eq(half, text, 7); /* they begin alike */
    ck_assert_int_eq(half[10], '\n');
    ck_assert_mem_eq(half + 11, text, 7);
    ck_assert_ptr_null(strstr(text, "\n\n"));
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
    ck_assert_uint_eq(count_in(audit, "\n"), 4);
    stop();
}
END_TEST

/* --- the log -------------------------------------------------------------- */

START_TEST(a_log_on_a_full_disk_holds_nobody_up)
{
    options.log = "/dev/full";
    start();
    be_refused();
    expect_service();
    expect_lines(audit, 2); /* auth_ok is one as well */
    stop();
}
END_TEST

/* A file that may not grow is a lost line, not a signal that ends us. */
START_TEST(a_log_that_may_not_grow_ends_nothing)
{
    struct stat status;

    start();
    ck_assert_int_eq(stat(world.log, &status), 0);
    limit_files((rlim_t)status.st_size);
    be_refused();
    expect_service();
    limit_files(RLIM_INFINITY);
    be_refused();
    ck_assert_uint_eq(count_in(world.log, " log lines dropped: "), 1);
    stop();
}
END_TEST

START_TEST(a_log_that_cannot_be_opened_is_status_2)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
    options.log = "/nonexistent/log";
    ck_assert_int_eq(server_run(&options, STDERR_FILENO), 2);
    unlink(world.keys);
    unlink(world.token_file);
    rmdir(world.folder);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: records");
    TCase *tcase = tcase_create("audit and log");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_loop_test(tcase, an_audit_that_cannot_be_written_is_told, 0,
                        COUNT_OF(faults));
    tcase_add_test(tcase, an_audit_may_be_moved_aside);
    tcase_add_test(tcase, a_pipe_takes_events_while_it_is_read);
    tcase_add_test(tcase, half_an_event_spoils_no_other);
    tcase_add_test(tcase, a_log_on_a_full_disk_holds_nobody_up);
    tcase_add_test(tcase, a_log_that_may_not_grow_ends_nothing);
    tcase_add_test(tcase, a_log_that_cannot_be_opened_is_status_2);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_records");
}
