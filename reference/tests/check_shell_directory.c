/* A directory that fails while the server runs: what clients, operators and the
 * audit are told, and that all is well again once the file is. */
#include "tests/directory_wire.h"

#define ORDER   "33333333-3333-4333-8333-333333333333"
#define WHOAMI  "{\"type\":\"whoami\"}"
#define ALICE   "{\"type\":\"identity\",\"user_id\":\"alice\"}"
#define FAILURE "{\"type\":\"error\",\"message\":\"Message processing failed\"}"
#define SET_STATUS(status)                                                     \
    "{\"type\":\"order_status\",\"order_id\":\"" ORDER                         \
    "\",\"status\":\"" status "\",\"notes\":\"now\"}"
#define GET_ORDER "{\"type\":\"get_order\",\"order_id\":\"" ORDER "\"}"
#define PUT_USER                                                               \
    "{\"user\":{\"id\":\"bob\",\"role\":\"cook\",\"restaurant\":\"" BISTRO     \
    "\"}}"

enum { NOBODY = 65534, OFTEN = 40 };

static char copy[FILE_BYTES_MAX];
static size_t copy_length;

static void start(void)
{
    char answer[HEARD_SIZE];

    world_start(&world, &options);
    pos_fill(&world);
    ck_assert_int_eq(call(&world, "POST", "/directory",
                          "{\"order\":{\"id\":\"" ORDER
                          "\",\"restaurant\":\"" BISTRO
                          "\",\"status\":\"pending\"}}",
                          answer),
                     204);
}

static void stop(void)
{
    unlink(database);
    unlink(aside);
    unlink(audit);
    ck_assert_int_eq(world_stop(&world), 0);
}

/* --- files ---------------------------------------------------------------- */

static void remove_it(void)
{
    ck_assert_int_eq(rename(database, aside), 0);
}

static void bring_it_back(void)
{
    ck_assert_int_eq(rename(aside, database), 0);
}

static void replace_it(void)
{
    remove_it();
    overwrite(rubbish, sizeof(rubbish));
}

static void replace_it_with_nothing(void)
{
    remove_it();
    overwrite("", 0);
}

static void damage_it(void)
{
    static char noise[FILE_BYTES_MAX];

    copy_length = read_whole(database, copy);
    for (size_t i = 0; i < copy_length; i++)
        noise[i] = (char)(i * 31 + 7);
    overwrite(noise, copy_length);
}

/* Its head is whole and says that something has changed: what is wrong shows
 * when that is read. */
static void damage_its_pages(void)
{
    static char damaged[FILE_BYTES_MAX];

    copy_length = read_whole(database, copy);
    memcpy(damaged, copy, copy_length);
    for (size_t i = 100; i < copy_length; i++)
        damaged[i] = (char)(i * 31 + 7);
    damaged[27]++;
    overwrite(damaged, copy_length);
}

static void repair_it(void)
{
    overwrite(copy, copy_length);
}

static const struct {
    const char *label;
    void (*spoil)(void);
    void (*mend)(void);
} faults[] = {
    { "locked", lock_it, release_it },
    { "gone", remove_it, bring_it_back },
    { "replaced by rubbish", replace_it, bring_it_back },
    { "replaced by an empty file", replace_it_with_nothing, bring_it_back },
    { "damaged", damage_it, repair_it },
    { "damaged behind its head", damage_its_pages, repair_it },
};

/* --- while it serves ------------------------------------------------------ */

static void expect_answer(struct client client, const char *question,
                          const char *want)
{
    char payload[HEARD_SIZE];
    size_t length;

    if (strlen(question) > 125)
        say_long(client, question);
    else
        say_frame(client, 0x81, question, strlen(question));
    ck_assert_uint_eq(hear_frame(client, payload, &length), 0x81);
    ck_assert_str_eq(payload, want);
}

/* Told once, and nothing before it. */
static void expect_refused(void)
{
    struct client client = dial(world.port);

    knock(client);
    say_who(client);
    expect_close(client, 1013, "Try again later");
    hang_up(client);
}

static void expect_admitted(void)
{
    struct client client = dial(world.port);

    pos_enter(client);
    expect_answer(client, WHOAMI, ALICE);
    hang_up(client);
}

static size_t count_in(const char *path, const char *text)
{
    static char whole[FILE_BYTES_MAX];
    size_t count = 0;

    read_whole(path, whole);
    for (const char *at = whole; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

START_TEST(a_directory_that_fails_lets_nobody_in)
{
    char answer[HEARD_SIZE];

    start();
    struct client member = dial(world.port);
    pos_enter(member);
    faults[_i].spoil();
    expect_refused();
    expect_answer(member, WHOAMI, FAILURE);
    expect_answer(member, SET_STATUS("ready"), FAILURE);
    ck_assert_int_eq(call(&world, "POST", "/directory", PUT_USER, answer), 503);
    ck_assert_str_eq(answer, "");
    ck_assert_uint_eq(count_in(audit, "\"cause\":\"unavailable\""), 1);
    ck_assert_uint_eq(count_in(world.log, "no directory to ask peer="), 1);
    faults[_i].mend();
    expect_admitted();
    expect_answer(member, WHOAMI, ALICE);
    hang_up(member);
    stop();
}
END_TEST

/* A lock that stays is waited for once: not by each message of each client. */
START_TEST(a_lock_holds_nobody_up)
{
    start();
    struct client member = dial(world.port);
    pos_enter(member);
    lock_it();
    int64_t start_ms = clock_steady_ms();
    for (int i = 0; i < OFTEN; i++)
        expect_answer(member, WHOAMI, FAILURE);
    ck_assert_int_lt(clock_steady_ms() - start_ms, OFTEN * 25);
    release_it();
    expect_answer(member, WHOAMI, ALICE);
    hang_up(member);
    stop();
}
END_TEST

static void expect_readable_only(struct client member)
{
    expect_answer(member, SET_STATUS("ready"), FAILURE);
    expect_answer(member, GET_ORDER,
                  "{\"type\":\"order\",\"order_id\":\"" ORDER
                  "\",\"status\":\"pending\"}");
    expect_admitted();
}

static void expect_writable(struct client member)
{
    expect_answer(member, SET_STATUS("ready"),
                  "{\"type\":\"order_updated\",\"order_id\":\"" ORDER
                  "\",\"status\":\"ready\",\"notes\":\"now\"}");
    hang_up(member);
}

/* Another one writes: what may be read is, and nothing is changed. */
START_TEST(who_may_not_write_may_still_read)
{
    start();
    struct client member = dial(world.port);
    pos_enter(member);
    run_beside("BEGIN IMMEDIATE");
    expect_readable_only(member);
    release_it();
    expect_writable(member);
    stop();
}
END_TEST

/* No journal can be made in such a folder. Root may write everywhere, so that
 * the server is somebody else then. */
START_TEST(a_folder_that_is_read_only)
{
    if (geteuid() == 0) {
        world.user = NOBODY;
        ck_assert_int_eq(chown(world.folder, NOBODY, (gid_t)-1), 0);
    }
    start();
    struct client member = dial(world.port);
    pos_enter(member);
    ck_assert_int_eq(chmod(world.folder, 0500), 0);
    expect_readable_only(member);
    ck_assert_int_eq(chmod(world.folder, 0700), 0);
    expect_writable(member);
    stop();
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: directory");
    TCase *tcase = tcase_create("SQLite");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_loop_test(tcase, a_directory_that_fails_lets_nobody_in, 0,
                        COUNT_OF(faults));
    tcase_add_test(tcase, a_lock_holds_nobody_up);
    tcase_add_test(tcase, who_may_not_write_may_still_read);
    tcase_add_test(tcase, a_folder_that_is_read_only);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_directory");
}
