/* Servers that share a real Redis: what reaches whom, and what becomes of all
 * when Redis stands still, dies or is full, or one of them dies. */
#include "tests/shared_world.h"

enum { SERVERS = 3 };

struct service {
    struct redis redis;
    struct world at[SERVERS];
    int count;
};

static struct service *service_new(int count)
{
    struct service *service = calloc(1, sizeof(*service));

    ck_assert_ptr_nonnull(service);
    service->redis = redis_new();
    for (; service->count < count; service->count++) {
        struct world world;
        struct options options = shared_prepare(&world, service->redis.url);
        world_start(&world, &options);
        service->at[service->count] = world;
    }
    return service;
}

static void service_free(struct service *service)
{
    for (int i = 0; i < service->count; i++)
        end_server(&service->at[i]);
    redis_end(&service->redis);
    free(service);
}

#define SAY(text)                                                              \
    "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"" text "\"}"
#define ABOUT(type, room) "{\"type\":\"" type "\",\"room\":\"" room "\"}"

START_TEST(what_is_said_on_one_is_heard_on_all)
{
    struct service *service = service_new(3);
    /* The first connection of each server: their ids differ all the same. */
    struct client alice = enter_room(&service->at[0], "alice", "lobby");
    struct client bob = enter_room(&service->at[1], "bob", "lobby");
    struct client carol = enter_room(&service->at[2], "carol", "");

    hear_text(alice, "\"user_joined\"");
    say_text(alice, SAY("one"));
    hear_text(alice, "one");
    hear_text(bob, "one");
    say_text(bob, SAY("two"));
    hear_text(alice, "two");
    say_text(carol, "{\"type\":\"get_room\",\"room\":\"lobby\"}");
    static char text[HEARD_SIZE];
    ck_assert_int_eq(hear_next(carol, text), 0);
    ck_assert_ptr_nonnull(strstr(text, "\"members\":["));
    ck_assert_ptr_nonnull(strstr(text, "alice"));
    ck_assert_ptr_nonnull(strstr(text, "bob"));
    hang_up(bob);
    hear_text(alice, "\"user_left\"");
    hang_up(alice);
    hang_up(carol);
    service_free(service);
}
END_TEST

START_TEST(a_revocation_on_one_ends_members_of_all)
{
    struct service *service = service_new(2);
    struct client bob = enter_room(&service->at[1], "bob", "lobby");
    char answer[HEARD_SIZE];

    ck_assert_int_eq(
        call(&service->at[0], "POST", "/publish", "{\"text\":\"x\"}", answer),
        204);
    hear_text(bob, "\"x\"");
    ck_assert_int_eq(call(&service->at[0], "GET", "/inspect", "", answer), 200);
    ck_assert_ptr_nonnull(strstr(answer, "bob"));
    ck_assert_int_eq(
        call(&service->at[0], "POST", "/revoke", "{\"jti\":\"j-bob\"}", answer),
        204);
    ck_assert_int_eq(hear_close(bob), 4001);
    hang_up(bob);
    service_free(service);
}
END_TEST

/* --- What may happen to Redis --------------------------------------------- */

static void stand_still(struct redis *redis)
{
    kill(redis->pid, SIGSTOP);
}

static void go_on(struct redis *redis)
{
    kill(redis->pid, SIGCONT);
}

static void fill_up(struct redis *redis)
{
    redis_command(redis, "CONFIG SET maxmemory 1", "+OK");
}

static void make_room(struct redis *redis)
{
    redis_command(redis, "CONFIG SET maxmemory 0", "+OK");
}

/* Of what cannot be read the operator must make an end. */
static void damage(struct redis *redis)
{
    redis_command(redis, "XADD wsconform:{log} * p 99999 h {} b x", "$");
}

static void forget(struct redis *redis)
{
    redis_command(redis, "FLUSHALL", "+OK");
}

static const struct {
    const char *label;
    void (*breaks)(struct redis *redis);
    void (*mends)(struct redis *redis);
    bool forgets;
} troubles[] = {
    { "stands still", stand_still, go_on, false },
    { "is killed", redis_kill, redis_start, false },
    { "is full", fill_up, make_room, false },
    { "is damaged", damage, forget, true },
};

START_TEST(who_loses_redis_fails_closed_and_comes_again)
{
    struct service *service = service_new(2);
    struct client alice = enter_room(&service->at[0], "alice", "lobby");
    struct client bob = enter_room(&service->at[1], "bob", "lobby");
    struct client none;
    char answer[HEARD_SIZE];

    say_text(
        alice,
        "{\"type\":\"create_room\",\"room\":\"r\",\"permission\":\"PUBLIC\"}");
    hear_text(alice, "\"room_created\"");
    troubles[_i].breaks(&service->redis);
    ck_assert_int_eq(hear_close(alice), 1013);
    ck_assert_int_eq(hear_close(bob), 1013);
    ck_assert_int_eq(try_room(&service->at[0], "carol", "lobby", &none), 1013);
    ck_assert_int_eq(
        call(&service->at[1], "POST", "/revoke", "{\"jti\":\"j\"}", answer),
        503);
    hang_up(alice);
    hang_up(bob);

    troubles[_i].mends(&service->redis);
    alice = enter_again(&service->at[0], "alice", "lobby");
    bob = enter_again(&service->at[1], "bob", "lobby");
    say_text(bob, SAY("again"));
    hear_text(alice, "again");
    say_text(bob, ABOUT("get_room", "r"));
    hear_text(bob, troubles[_i].forgets ? "\"refused\"" : "\"type\":\"room\"");
    ck_assert_msg(log_holds(&service->at[0], "shared state lost: "), "%s",
                  troubles[_i].label);
    hang_up(alice);
    hang_up(bob);
    service_free(service);
}
END_TEST

/* Whoever asks for what has to stand in the log is answered when it does. */
START_TEST(nothing_is_granted_that_redis_has_not_taken)
{
    static const char *const asked[][2] = {
        { "/revoke", "{\"jti\":\"j-alice\"}" },
        { "/revoke_user", "{\"user\":\"alice\"}" },
        { "/publish", "{\"text\":\"unheard\"}" },
    };
    struct service *service = service_new(1);
    char answer[HEARD_SIZE];

    stand_still(&service->redis);
    ck_assert_int_eq(
        call(&service->at[0], "POST", asked[_i][0], asked[_i][1], answer), 503);
    go_on(&service->redis);
    service_free(service);
}
END_TEST

/* --- Who sends more than Redis takes -------------------------------------- */

enum { FLOODED = 1024, SEND_BUFFER = 64 * 1024, TAKEN_MAX = 4 * 1024 * 1024 };

/* A text message of spaces, with a mask of zeros. */
static size_t make_flood(char frame[8 + FLOODED])
{
    memset(frame, ' ', 8 + FLOODED);
    memcpy(frame, "\x81\xfe\x04\x00\0\0\0\0", 8);
    return 8 + FLOODED;
}

/* Sends until it is answered: so many bytes were taken. */
static size_t flood(struct client client)
{
    char frame[8 + FLOODED];
    size_t length = make_flood(frame);
    size_t sent = 0;
    struct pollfd ready = { client.fd, POLLIN | POLLOUT, 0 };

    while (poll(&ready, 1, WORLD_WAIT_MS) > 0 &&
           (ready.revents & POLLIN) == 0) {
        size_t at = sent % length;
        ssize_t took = send(client.fd, frame + at, length - at,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += took > 0 ? (size_t)took : 0;
    }
    ck_assert_msg((ready.revents & POLLIN) != 0, "never answered");
    return sent;
}

/* It is read no further than what may be on its way, and the system's buffers
 * hold. */
START_TEST(a_flood_waits_outside_while_redis_stands_still)
{
    struct service *service = service_new(1);
    struct client alice = enter_room(&service->at[0], "alice", "");
    int size = SEND_BUFFER;

    setsockopt(alice.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    stand_still(&service->redis);
    size_t taken = flood(alice);
    ck_assert_msg(taken < TAKEN_MAX, "%zu bytes were taken", taken);
    ck_assert_int_eq(hear_close(alice), 1013);
    go_on(&service->redis);
    hang_up(alice);
    service_free(service);
}
END_TEST

START_TEST(the_members_of_a_server_that_dies_are_gone)
{
    struct service *service = service_new(2);
    struct client alice = enter_room(&service->at[0], "alice", "lobby");
    struct client bob = enter_room(&service->at[1], "bob", "lobby");

    hear_text(alice, "\"user_joined\"");
    kill_server(&service->at[1]);
    hear_text(alice, "\"user_left\"");
    say_text(alice, ABOUT("get_room", "lobby"));
    hear_text(alice, "\"members\":[\"alice\"]");
    hang_up(bob);
    hang_up(alice);
    service_free(service);
}
END_TEST

START_TEST(a_server_that_stood_still_is_no_member_of_it)
{
    struct service *service = service_new(2);
    struct client alice = enter_room(&service->at[0], "alice", "lobby");
    struct client bob = enter_room(&service->at[1], "bob", "lobby");

    hear_text(alice, "\"user_joined\"");
    kill(service->at[1].pid, SIGSTOP);
    say_text(bob, SAY("late")); /* read when he has been taken for dead */
    hear_text(alice, "\"user_left\"");
    kill(service->at[1].pid, SIGCONT);
    ck_assert_int_eq(hear_close(bob), 1013);
    hang_up(bob);
    bob = enter_again(&service->at[1], "bob", "lobby");
    hear_text(alice, "\"user_joined\"");
    hang_up(bob);
    hang_up(alice);
    service_free(service);
}
END_TEST

START_TEST(a_server_of_other_settings_serves_nobody)
{
    struct service *service = service_new(1);
    struct world other;
    struct options options = shared_prepare(&other, service->redis.url);
    struct client none;

    options.room_size = 7;
    world_start(&other, &options);
    ck_assert_int_eq(try_room(&other, "alice", "lobby", &none), 1013);
    ck_assert(log_holds(&other, "different settings"));
    hang_up(enter_room(&service->at[0], "alice", "lobby"));
    end_server(&other);
    service_free(service);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_create("shell_shared");

    tcase = tcase_create("shell_shared");
    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, what_is_said_on_one_is_heard_on_all);
    tcase_add_test(tcase, a_revocation_on_one_ends_members_of_all);
    tcase_add_loop_test(tcase, who_loses_redis_fails_closed_and_comes_again, 0,
                        COUNT_OF(troubles));
    tcase_add_loop_test(tcase, nothing_is_granted_that_redis_has_not_taken, 0,
                        3);
    tcase_add_test(tcase, a_flood_waits_outside_while_redis_stands_still);
    tcase_add_test(tcase, the_members_of_a_server_that_dies_are_gone);
    tcase_add_test(tcase, a_server_that_stood_still_is_no_member_of_it);
    tcase_add_test(tcase, a_server_of_other_settings_serves_nobody);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_shared");
}
