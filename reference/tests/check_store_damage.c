/* A file that is locked, damaged or gone: what the directory says of it, and
 * that it answers again once the file is well. */
#include "tests/store_world.h"
#include <fcntl.h>
#include <string.h>
#include <poll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

enum { FILE_BYTES_MAX = 64 * 1024 };

/* Nothing can be asked, nothing can be changed, and no answer is filled in. */
static void expect_failure(void)
{
    struct user user = { .id = "untouched" };
    struct restaurant restaurant;
    struct order found;
    const struct directory_ops *ops = directory.ops;

    ck_assert_int_eq(ops->find_user(store, text_of("alice"), &user), FAILED);
    ck_assert_str_eq(user.id, "untouched");
    ck_assert_int_eq(ops->find_user(store, text_of("nobody"), &user), FAILED);
    ck_assert_int_eq(ops->find_restaurant(store, text_of(BISTRO), &restaurant),
                     FAILED);
    ck_assert_int_eq(ops->find_order(store, text_of(ORDER), &found), FAILED);
    ck_assert_int_eq(set_status("ready", ""), FAILED);
    ck_assert_uint_eq(version(), 0);
    ck_assert(!store_put_restaurant(store, &bistro));
    ck_assert(!store_put_user(store, &alice));
    ck_assert(!store_put_order(store, &order));
    ck_assert(!store_remove_user(store, text_of("alice")));
}

static void expect_repaired(uint64_t before)
{
    ck_assert_int_eq(find_alice(), FOUND);
    ck_assert_uint_ne(version(), 0);
    ck_assert_uint_ne(version(), before);
    ck_assert_int_eq(set_status("ready", "hot"), FOUND);
    ck_assert(store_put_user(store, &alice));
}

/* --- files ---------------------------------------------------------------- */

static size_t read_file(char *into)
{
    FILE *file = fopen(path, "re");

    ck_assert_ptr_nonnull(file);
    size_t length = fread(into, 1, FILE_BYTES_MAX, file);
    ck_assert_uint_lt(length, FILE_BYTES_MAX);
    fclose(file);
    return length;
}

/* In place: the file stays the same one. */
static void overwrite(const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, length), (ssize_t)length);
    close(fd);
}

/* --- files that fail ------------------------------------------------------ */

START_TEST(a_locked_file_fails_until_it_is_released)
{
    sqlite3 *other = open_beside();
    uint64_t before = version();

    execute(other, "BEGIN EXCLUSIVE");
    expect_failure();
    execute(other, "UPDATE restaurants SET active = 0");
    execute(other, "COMMIT");
    sqlite3_close(other);
    expect_repaired(before);
}
END_TEST

START_TEST(a_locked_file_is_told_at_the_start)
{
    sqlite3 *other = open_beside();
    const char *why = NULL;

    execute(other, "BEGIN EXCLUSIVE");
    ck_assert_ptr_null(store_open(path, &why));
    ck_assert_str_eq(why, "another process has locked the directory; "
                          "end that one first");
    sqlite3_close(other);
}
END_TEST

static _Noreturn void open_behind(int barrier)
{
    const char *why = "";
    char byte;
    bool opened =
        read(barrier, &byte, 1) == 1 && store_open(path, &why) != NULL;

    if (!opened)
        fprintf(stderr, "%s\n", why);
    _exit(opened ? 0 : 1);
}

/* Who begins beside others finds the file locked for a while: it waits longer
 * than a call in use does. */
START_TEST(a_lock_at_the_start_is_waited_for)
{
    int barrier[2];
    int status;

    store_close(store);
    store = NULL;
    unlink(path);
    ck_assert_int_eq(pipe2(barrier, O_CLOEXEC), 0);
    pid_t opener = fork(); /* before SQLite knows of a lock of its own */
    if (opener == 0)
        open_behind(barrier[0]);
    sqlite3 *other = open_beside();
    execute(other, "CREATE TABLE another (id TEXT)");
    execute(other, "BEGIN EXCLUSIVE");
    ck_assert_int_eq(write(barrier[1], "!", 1), 1);
    struct pollfd end = { .fd = pidfd_open(opener, 0), .events = POLLIN };
    ck_assert_int_eq(poll(&end, 1, 4 * STORE_BUSY_MS), 0);
    execute(other, "COMMIT");
    ck_assert_int_eq(waitpid(opener, &status, 0), opener);
    ck_assert_int_eq(status, 0);
    close(end.fd);
    close(barrier[0]);
    close(barrier[1]);
    sqlite3_close(other);
}
END_TEST

static const struct {
    const char *label;
    const char *bytes;
    size_t length;
} damages[] = {
    { "cut to nothing", "", 0 },
    { "rubbish", "this is no database, and it is long enough to be one", 52 },
    { "a header alone", "SQLite format 3", 16 },
};

START_TEST(a_damaged_file_fails_until_it_is_repaired)
{
    static char copy[FILE_BYTES_MAX];
    uint64_t before = version();
    size_t length = read_file(copy);

    overwrite(damages[_i].bytes, damages[_i].length);
    expect_failure();
    expect_failure();
    overwrite(copy, length);
    expect_repaired(before);
}
END_TEST

START_TEST(rubbish_of_a_whole_file)
{
    static char copy[FILE_BYTES_MAX];
    static char rubbish[FILE_BYTES_MAX];
    uint64_t before = version();
    size_t length = read_file(copy);

    for (size_t i = 0; i < length; i++)
        rubbish[i] = (char)(i * 31 + 7);
    overwrite(rubbish, length);
    expect_failure();
    overwrite(copy, length);
    expect_repaired(before);
}
END_TEST

START_TEST(a_lost_file_fails_until_it_is_back)
{
    char aside[128];
    uint64_t before = version();

    snprintf(aside, sizeof(aside), "%s.aside", path);
    ck_assert_int_eq(rename(path, aside), 0);
    expect_failure();
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(rename(aside, path), 0);
    expect_repaired(before);
}
END_TEST

START_TEST(another_file_in_its_place_is_read)
{
    uint64_t before = version();
    const char *why;

    ck_assert_int_eq(unlink(path), 0);
    struct store *other = store_open(path, &why);
    ck_assert_ptr_nonnull(other);
    ck_assert_int_eq(find_alice(), ABSENT);
    ck_assert_uint_ne(version(), before);
    ck_assert(store_put_user(other, &alice));
    ck_assert_int_eq(find_alice(), FOUND);
    store_close(other);
}
END_TEST

/* `query_only` stands for a file system that has become read-only: not even
 * root may write then. */
START_TEST(what_cannot_be_written_can_be_read)
{
    execute(store_handle(store), "PRAGMA query_only = 1");
    ck_assert(!store_put_user(store, &alice));
    ck_assert_int_eq(find_alice(), FOUND);
    ck_assert(store_put_user(store, &alice));
}
END_TEST

START_TEST(a_missing_folder_is_told_at_the_start)
{
    char nowhere[160];
    const char *why = NULL;

    snprintf(nowhere, sizeof(nowhere), "%s/missing/directory", folder);
    ck_assert_ptr_null(store_open(nowhere, &why));
    ck_assert_ptr_nonnull(strstr(why, "cannot open the directory"));
    ck_assert_ptr_null(store_open(folder, &why));
    ck_assert_ptr_nonnull(strstr(why, "cannot open the directory"));
}
END_TEST

START_TEST(rubbish_is_told_at_the_start)
{
    const char *why = NULL;

    overwrite(damages[1].bytes, damages[1].length);
    ck_assert_ptr_null(store_open(path, &why));
    ck_assert_str_eq(why, "this is no directory of ours; name another file, "
                          "or move it away");
}
END_TEST

/* Whose it is may keep it as it was. */
START_TEST(tables_of_somebody_else_are_left_alone)
{
    static char before[FILE_BYTES_MAX];
    static char after[FILE_BYTES_MAX];
    const char *why = NULL;

    overwrite("", 0);
    sqlite3 *other = open_beside();
    execute(other, "CREATE TABLE users (name TEXT)");
    sqlite3_close(other);
    size_t length = read_file(before);
    ck_assert_ptr_null(store_open(path, &why));
    ck_assert_uint_eq(read_file(after), length);
    ck_assert_mem_eq(before, after, length);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("store: damage");
    TCase *tcase = tcase_create("SQLite");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_locked_file_fails_until_it_is_released);
    tcase_add_test(tcase, a_locked_file_is_told_at_the_start);
    tcase_add_test(tcase, a_lock_at_the_start_is_waited_for);
    tcase_add_loop_test(tcase, a_damaged_file_fails_until_it_is_repaired, 0,
                        COUNT_OF(damages));
    tcase_add_test(tcase, rubbish_of_a_whole_file);
    tcase_add_test(tcase, a_lost_file_fails_until_it_is_back);
    tcase_add_test(tcase, another_file_in_its_place_is_read);
    tcase_add_test(tcase, what_cannot_be_written_can_be_read);
    tcase_add_test(tcase, a_missing_folder_is_told_at_the_start);
    tcase_add_test(tcase, rubbish_is_told_at_the_start);
    tcase_add_test(tcase, tables_of_somebody_else_are_left_alone);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_store_damage");
}
