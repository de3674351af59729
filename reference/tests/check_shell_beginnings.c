/* A directory that the server cannot begin with: one line that says what helps,
 * and a status that is not 0. */
#include "tests/directory_wire.h"

static void do_nothing(void)
{
}

static void write_rubbish(void)
{
    overwrite(rubbish, sizeof(rubbish));
}

static void name_a_missing_folder(void)
{
    snprintf(database, sizeof(database), "%s/missing/directory", world.folder);
}

static void name_a_folder(void)
{
    snprintf(database, sizeof(database), "%s", world.folder);
}

static void write_foreign_tables(void)
{
    run_beside("CREATE TABLE users (name TEXT)");
    sqlite3_close(locker);
    locker = NULL;
}

static void make_and_lock_it(void)
{
    overwrite("", 0);
    lock_it();
}

#define WRONG "wsconform-reference: "

static const struct {
    const char *label;
    void (*spoil)(void);
    void (*mend)(void);
    const char *want; /* on stderr; the file follows */
} beginnings[] = {
    { "no such folder", name_a_missing_folder, do_nothing,
      WRONG "cannot open the directory's file; its folder must be there, and "
            "both writable: " },
    { "a folder", name_a_folder, do_nothing,
      WRONG "cannot open the directory's file; its folder must be there, and "
            "both writable: " },
    { "rubbish", write_rubbish, do_nothing,
      WRONG "this is no directory of ours; name another file, or move it away"
            ": " },
    { "tables of somebody else", write_foreign_tables, do_nothing,
      WRONG "this is no directory of ours; name another file, or move it away"
            ": " },
    { "locked", make_and_lock_it, release_it,
      WRONG "another process has locked the directory; end that one first: " },
};

static int run_and_read(char *heard, size_t size)
{
    int ends[2];
    int status = 0;
    size_t length = 0;
    ssize_t count;

    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        exit(server_run(&options, STDOUT_FILENO));
    }
    close(ends[1]);
    while ((count = read(ends[0], heard + length, size - length - 1)) > 0)
        length += (size_t)count;
    heard[length] = '\0';
    close(ends[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_directory_that_will_not_do_is_status_2)
{
    char heard[1024];
    char want[512];

    beginnings[_i].spoil();
    ck_assert_int_eq(run_and_read(heard, sizeof(heard)), 2);
    snprintf(want, sizeof(want), "%s%s\n", beginnings[_i].want, database);
    ck_assert_str_eq(heard, want);
    beginnings[_i].mend();
    clean_up();
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: beginnings");
    TCase *tcase = tcase_create("SQLite");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_loop_test(tcase, a_directory_that_will_not_do_is_status_2, 0,
                        COUNT_OF(beginnings));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_beginnings");
}
