/* What rooms keep of what is said: its ceilings, its order, and its end. */
#include "core/history.h"
#include "tests/core_world.h"

#define SAY(room, text)                                                        \
    "{\"type\":\"room_message\",\"room\":\"" room "\",\"text\":\"" text "\"}"
#define ABOUT(type, room) "{\"type\":\"" type "\",\"room\":\"" room "\"}"
#define ASK               ABOUT("get_history", "lobby")
#define KEPT(user, text)                                                       \
    "{\"user_id\":\"" user "\",\"text\":\"" text                               \
    "\",\"at\":\"2026-02-22T10:00:00.000Z\"}"
#define TOLD(messages)                                                         \
    "{\"type\":\"room_history\",\"room\":\"lobby\",\"messages\":[" messages "]}"
#define REFUSED(code)                                                          \
    "{\"type\":\"error\",\"message\":\"Message processing failed\","           \
    "\"event\":\"get_history\",\"code\":\"" code "\"}"

static struct world *rooms_that_keep(unsigned messages)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.room_history = messages;
    settings.messages_max = 0;
    settings.room_messages_max = 0;
    return world_with(&secure_policy, &settings);
}

static void enter(struct world *world, int id, const char *user,
                  const char *room)
{
    char query[TOKEN_BYTES + 64];

    snprintf(query, sizeof(query), "token=%s&room=%s",
             good_token(world, user, "admin", 600), room);
    open_at(world, id, "/rooms", query);
    world->calls[0] = 0;
}

/* `message` of connection `id` is answered to it by exactly `want`. */
static void answers(struct world *world, int id, const char *message,
                    const char *want)
{
    char calls[2048];

    world->calls[0] = 0;
    hear(world, id, message);
    snprintf(calls, sizeof(calls), "send %d %s; ", id, want);
    expect_calls(world, message, calls);
}

START_TEST(history_is_told_in_order_and_cleaned)
{
    struct world *world = rooms_that_keep(3);

    enter(world, 1, "alice", "lobby");
    answers(world, 1, ASK, TOLD(""));
    hear(world, 1, SAY("lobby", "1"));
    hear(world, 1, SAY("lobby", "2"));
    hear(world, 1, SAY("lobby", "3"));
    hear(world, 1, SAY("lobby", "<4>"));
    answers(world, 1, ASK,
            TOLD(KEPT("alice", "2") "," KEPT("alice", "3") "," KEPT(
                "alice", "&lt;4&gt;")));
    world_free(world);
}
END_TEST

START_TEST(history_is_told_behind_the_first_join)
{
    struct world *world = rooms_that_keep(3);

    enter(world, 1, "alice", "lobby");
    hear(world, 1, SAY("lobby", "1"));
    enter(world, 2, "bob", "none");
    hear(world, 2, ABOUT("join_room", "lobby"));
    expect_calls(world, "join",
                 "send 2 " ABOUT("joined", "lobby") "; send 2 " TOLD(
                     KEPT("alice", "1")) "; send 1 {\"type\":\"user_joined\","
                                         "\"room\":\"lobby\",\"user_id\":"
                                         "\"bob\"}; ");
    answers(world, 2, ABOUT("join_room", "lobby"), ABOUT("joined", "lobby"));
    world_free(world);
}
END_TEST

static const struct {
    const char *limit;
    const char *want;
} limits[] = {
    { "1", TOLD(KEPT("alice", "2")) },
    { "2", TOLD(KEPT("alice", "1") "," KEPT("alice", "2")) },
    { "1000", TOLD(KEPT("alice", "1") "," KEPT("alice", "2")) },
    { "0", REFUSED("malformed") },
    { "-1", REFUSED("malformed") },
    { "1.5", REFUSED("malformed") },
    { "1e9", REFUSED("malformed") },
    { "\"1\"", REFUSED("malformed") },
    { "null", REFUSED("malformed") },
};

START_TEST(limit_is_a_number_of_messages)
{
    struct world *world = rooms_that_keep(3);
    char message[256];

    enter(world, 1, "alice", "lobby");
    hear(world, 1, SAY("lobby", "1"));
    hear(world, 1, SAY("lobby", "2"));
    snprintf(message, sizeof(message),
             "{\"type\":\"get_history\",\"room\":\"lobby\",\"limit\":%s}",
             limits[_i].limit);
    answers(world, 1, message, limits[_i].want);
    world_free(world);
}
END_TEST

START_TEST(history_may_be_switched_off)
{
    struct world *world = rooms_that_keep(0);

    enter(world, 1, "alice", "lobby");
    hear(world, 1, SAY("lobby", "1"));
    answers(world, 1, ASK, TOLD(""));
    ck_assert_ptr_null(world->core->rooms->histories);
    world_free(world);
}
END_TEST

START_TEST(outsider_is_told_nothing)
{
    struct world *world = rooms_that_keep(3);

    enter(world, 1, "alice", "lobby");
    hear(world, 1, SAY("lobby", "1"));
    enter(world, 2, "bob", "none");
    answers(world, 2, ASK, REFUSED("refused"));
    answers(world, 2, ABOUT("get_history", "none"), REFUSED("refused"));
    world_free(world);
}
END_TEST

START_TEST(history_goes_with_its_room)
{
    struct world *world = rooms_that_keep(3);

    enter(world, 1, "alice", "lobby");
    for (int i = 0; i < 2; i++) {
        hear(world, 1,
             "{\"type\":\"create_room\",\"room\":\"r\",\"permission\":"
             "\"PUBLIC\"}");
        answers(world, 1, ABOUT("join_room", "r"), ABOUT("joined", "r"));
        hear(world, 1, SAY("r", "1"));
        ck_assert_ptr_nonnull(history_find(world->core, "r"));
        hear(world, 1,
             i == 0 ? ABOUT("delete_room", "r") : ABOUT("leave_room", "r"));
        world->now_ms += i * 60 * 1000;
        core_ticked(world->core);
        ck_assert_ptr_null(history_find(world->core, "r"));
    }
    ck_assert_uint_eq(world->core->rooms->histories->bytes, 0);
    world_free(world);
}
END_TEST

/* --- Ceilings ------------------------------------------------------------- */

enum { LONG = 6000 };

static void fill(struct core *core, const char *id, unsigned messages)
{
    char text[LONG + 1];

    memset(text, 'x', LONG);
    text[LONG] = 0;
    for (unsigned i = 0; i < messages; i++)
        ck_assert(history_add(core, id, "alice", text, i));
}

START_TEST(room_keeps_no_more_bytes_than_agreed)
{
    struct world *world = rooms_that_keep(1000);
    const struct history *history;

    fill(world->core, "r", 100);
    history = history_find(world->core, "r");
    ck_assert_uint_le(history->bytes, HISTORY_ROOM_BYTES_MAX);
    ck_assert_uint_eq(history->count, HISTORY_ROOM_BYTES_MAX / LONG);
    ck_assert_int_eq(history->last->at_ms, 99);
    world_free(world);
}
END_TEST

START_TEST(all_rooms_keep_no_more_bytes_than_agreed)
{
    struct world *world = rooms_that_keep(1000);
    const struct histories *histories;
    char id[16];

    for (unsigned i = 0; i < 400; i++) {
        snprintf(id, sizeof(id), "r%u", i);
        fill(world->core, id, 10);
    }
    histories = world->core->rooms->histories;
    ck_assert_uint_le(histories->bytes, HISTORY_BYTES_MAX);
    ck_assert_uint_gt(histories->bytes, HISTORY_BYTES_MAX - 2 * LONG);
    ck_assert_ptr_null(history_find(world->core, "r0"));
    ck_assert_uint_eq(history_find(world->core, "r399")->count, 10);
    world_free(world);
}
END_TEST

START_TEST(overlong_text_is_not_kept)
{
    struct world *world = rooms_that_keep(3);
    char *text = calloc(1, HISTORY_ROOM_BYTES_MAX + 1);

    ck_assert_ptr_nonnull(text);
    memset(text, 'x', HISTORY_ROOM_BYTES_MAX);
    fill(world->core, "r", 1);
    ck_assert(history_add(world->core, "r", "alice", text, 1));
    ck_assert_uint_eq(history_find(world->core, "r")->count, 1);
    free(text);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_history", &tcase);

    tcase_add_test(tcase, history_is_told_in_order_and_cleaned);
    tcase_add_test(tcase, history_is_told_behind_the_first_join);
    tcase_add_loop_test(tcase, limit_is_a_number_of_messages, 0,
                        COUNT_OF(limits));
    tcase_add_test(tcase, history_may_be_switched_off);
    tcase_add_test(tcase, outsider_is_told_nothing);
    tcase_add_test(tcase, history_goes_with_its_room);
    tcase_add_test(tcase, room_keeps_no_more_bytes_than_agreed);
    tcase_add_test(tcase, all_rooms_keep_no_more_bytes_than_agreed);
    tcase_add_test(tcase, overlong_text_is_not_kept);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_history");
}
