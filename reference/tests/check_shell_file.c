/* A server that keeps its rooms in a file: what it has acknowledged is there
 * when it comes again, however it went; and a file that cannot be used. */
#include "tests/shared_world.h"
#include <fcntl.h>
#include <sqlite3.h>

/* Both lives of a server count the messages of one second together. */
enum { ROOMS = 40 };

static char database[96];

static struct options file_prepare(struct world *world)
{
    struct options options = shared_prepare(world, NULL);

    snprintf(database, sizeof(database), "%s/rooms.db", world->folder);
    options.database = database;
    return options;
}

/* What it said, all of it; the connection may be broken behind that. */
static size_t hear_rest(struct client client, char *into, size_t size)
{
    size_t length = 0;
    ssize_t heard;

    while (length < size && wait_readable(client.fd) &&
           (heard = recv(client.fd, into + length, size - length, 0)) > 0)
        length += (size_t)heard;
    return length;
}

/* So many of its acknowledgements are in what was heard. */
static int acknowledged(const char *heard, size_t length)
{
    char wanted[128];
    int count = 0;

    do {
        snprintf(wanted, sizeof(wanted), "\"room\":\"r%d\"", count);
        count++;
    } while (memmem(heard, length, wanted, strlen(wanted)) != NULL);
    return count - 1;
}

static void make_rooms(struct client client)
{
    char text[128];

    for (int i = 0; i < ROOMS; i++) {
        snprintf(text, sizeof(text),
                 "{\"type\":\"create_room\",\"room\":\"r%d\","
                 "\"permission\":\"PRIVATE\"}",
                 i);
        say_text(client, text);
    }
}

START_TEST(what_was_acknowledged_outlives_a_kill)
{
    static char heard[HEARD_SIZE];
    struct world world;
    struct options options = file_prepare(&world);
    char text[128];

    world_start(&world, &options);
    struct client alice = enter_room(&world, "alice", "lobby");
    say_text(alice, "{\"type\":\"room_message\",\"room\":\"lobby\","
                    "\"text\":\"kept\"}");
    hear_text(alice, "kept");
    make_rooms(alice);
    hear_text(alice, "\"r9\""); /* in the midst of them */
    kill_server(&world);
    size_t length = hear_rest(alice, heard, sizeof(heard));
    hang_up(alice);
    for (int i = 0; i < 10; i++) /* heard before */
        length += (size_t)snprintf(heard + length, sizeof(heard) - length,
                                   "\"room\":\"r%d\"", i);
    int rooms = acknowledged(heard, length);

    world_start(&world, &options);
    alice = enter_room(&world, "alice", "");
    say_text(alice, "{\"type\":\"get_room\",\"room\":\"lobby\"}");
    hear_text(alice, "\"members\":[]");
    for (int i = 0; i < rooms; i++) {
        snprintf(text, sizeof(text), "{\"type\":\"get_room\",\"room\":\"r%d\"}",
                 i);
        say_text(alice, text);
        snprintf(text, sizeof(text), "\"room\":\"r%d\",\"permission\":", i);
        hear_text(alice, text);
    }
    hang_up(alice);
    alice = enter_room(&world, "alice", "lobby");
    hear_text(alice, "\"kept\"");
    hang_up(alice);
    end_server(&world);
}
END_TEST

/* --- Files that cannot be used -------------------------------------------- */

/* A server that ends at once with 2, and says this. */
static void expect_refused(struct options *options, const char *wanted)
{
    int ends[2];
    int status;
    char said[1024];
    size_t length = 0;
    ssize_t got;

    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        exit(server_run(options, ends[1]));
    }
    close(ends[1]);
    while (wait_readable(ends[0]) &&
           (got = read(ends[0], said + length, sizeof(said) - length - 1)) > 0)
        length += (size_t)got;
    said[length] = 0;
    close(ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 2 &&
                      strstr(said, wanted) != NULL,
                  "%x %s", status, said);
}

START_TEST(a_file_has_one_server)
{
    struct world world;
    struct options options = file_prepare(&world);

    world_start(&world, &options);
    struct client alice = enter_room(&world, "alice", "lobby");
    expect_refused(&options, "cannot use the database: database is locked");
    say_text(alice, "{\"type\":\"get_room\",\"room\":\"lobby\"}");
    hear_text(alice, "\"members\":[\"alice\"]");
    hang_up(alice);
    end_server(&world);
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
    struct world world;
    struct options options = file_prepare(&world);

    write_file(database, "this is no database, and it is long enough that "
                         "nobody could take it for one, is it not? ...");
    expect_refused(&options, "cannot use the database: file is not a database");
    options.database = world.folder;
    expect_refused(&options, "cannot use the database: ");
    end_server(&world);
}
END_TEST

static void change(const char *sql)
{
    sqlite3 *file;

    ck_assert_int_eq(sqlite3_open(database, &file), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(file, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(file);
}

static const char *const damages[] = {
    "UPDATE log SET head = 'x' WHERE position = 2",
    "DELETE FROM log WHERE position = 1",
    "UPDATE log SET at_ms = 9223372036854775807 WHERE position = 2",
    "INSERT INTO kept VALUES (1, 1, '{}')",
};

START_TEST(entries_that_cannot_be_read_are_no_state)
{
    struct world world;
    struct options options = file_prepare(&world);
    struct client client;

    world_start(&world, &options);
    hang_up(enter_room(&world, "alice", "lobby"));
    kill_server(&world);
    change(damages[_i]);
    world_start(&world, &options);
    ck_assert_int_eq(try_room(&world, "alice", "lobby", &client), 1013);
    ck_assert(log_holds(&world, "shared state not to be had: "));
    end_server(&world);
}
END_TEST

/* --- A disk that is full -------------------------------------------------- */

static void limit_files(pid_t pid, rlim_t bytes)
{
    struct rlimit limit;

    ck_assert_int_eq(prlimit(pid, RLIMIT_FSIZE, NULL, &limit), 0);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(prlimit(pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

START_TEST(a_full_disk_fails_closed_until_there_is_room)
{
    struct world world;
    struct options options = file_prepare(&world);
    struct client none;

    world_start(&world, &options);
    struct client alice = enter_room(&world, "alice", "lobby");
    say_text(alice, "{\"type\":\"create_room\",\"room\":\"r\","
                    "\"permission\":\"PRIVATE\"}");
    hear_text(alice, "\"room_created\"");
    limit_files(world.pid, 1);
    say_text(alice, "{\"type\":\"get_room\",\"room\":\"r\"}");
    ck_assert_int_eq(hear_close(alice), 1013);
    hang_up(alice);
    ck_assert_int_eq(try_room(&world, "alice", "lobby", &none), 1013);
    limit_files(world.pid, RLIM_INFINITY);
    alice = enter_again(&world, "alice", "lobby");
    say_text(alice, "{\"type\":\"get_room\",\"room\":\"r\"}");
    hear_text(alice, "\"type\":\"room\"");
    hang_up(alice);
    end_server(&world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase = tcase_create("shell_file");
    Suite *suite = suite_create("shell_file");

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, what_was_acknowledged_outlives_a_kill);
    tcase_add_test(tcase, a_file_has_one_server);
    tcase_add_test(tcase, what_is_no_database_is_refused);
    tcase_add_loop_test(tcase, entries_that_cannot_be_read_are_no_state, 0,
                        COUNT_OF(damages));
    tcase_add_test(tcase, a_full_disk_fails_closed_until_there_is_room);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_file");
}
