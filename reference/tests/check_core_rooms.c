/* `rooms`: what the criteria do not reach: ceilings, odd messages, time, and
 * memory that hangs on no policy. */
#include "core/rooms.h"
#include "tests/core_world.h"

#define SENTENCE                                                               \
    "{\"type\":\"error\",\"message\":\"Message processing failed\","
#define ERROR(event, code)                                                     \
    SENTENCE "\"event\":\"" event "\",\"code\":\"" code "\"}"
#define CODE(code) SENTENCE "\"code\":\"" code "\"}"

static struct world *rooms_with(const struct policy *policy)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.room_size_max = 3;
    settings.room_grace_ms = 1000;
    return world_with(policy, &settings);
}

static void enter_as(struct world *world, int id, const char *user,
                     const char *role)
{
    char query[TOKEN_BYTES + 8];

    snprintf(query, sizeof(query), "token=%s",
             good_token(world, user, role, 600));
    open_at(world, id, "/rooms", query);
    world->calls[0] = 0;
}

/* `message` of connection `id` is answered to it by exactly `want`. */
static void answers(struct world *world, int id, const char *message,
                    const char *want)
{
    char calls[1024];

    hear(world, id, message);
    snprintf(calls, sizeof(calls), "send %d %s; ", id, want);
    expect_calls(world, message, calls);
}

#define CREATE(room, more)                                                     \
    "{\"type\":\"create_room\",\"room\":\"" room "\"," more "}"
#define ABOUT(type, room) "{\"type\":\"" type "\",\"room\":\"" room "\"}"
#define PUBLIC            "\"permission\":\"PUBLIC\""

START_TEST(room_is_made_told_and_deleted)
{
    struct world *world = rooms_with(&secure_policy);

    enter_as(world, 1, "alice", "member");
    answers(world, 1,
            CREATE("r", "\"permission\":\"RESTRICTED\",\"roles\":[\"chef\"],"
                        "\"size\":2"),
            ABOUT("room_created", "r"));
    answers(world, 1,
            "{\"type\":\"invite\",\"room\":\"r\",\"user_id\":\"bob\"}",
            ABOUT("invited", "r"));
    answers(world, 1, ABOUT("get_room", "r"),
            "{\"type\":\"room\",\"room\":\"r\",\"permission\":\"RESTRICTED\","
            "\"owner\":\"alice\",\"size\":2,\"roles\":[\"chef\"],"
            "\"invited\":[\"bob\"],\"members\":[]}");
    answers(world, 1, ABOUT("delete_room", "r"), ABOUT("room_deleted", "r"));
    answers(world, 1, ABOUT("get_room", "r"), ERROR("get_room", "refused"));
    world_free(world);
}
END_TEST

#define MALFORMED(event) ERROR(event, "malformed")
#define REFUSED(event)   ERROR(event, "refused")

static const struct {
    const char *message, *error;
} odd[] = {
    { CREATE("r", "\"permission\":7"), MALFORMED("create_room") },
    { CREATE("r", PUBLIC ",\"roles\":\"chef\""), MALFORMED("create_room") },
    { CREATE("r", PUBLIC ",\"roles\":[7]"), MALFORMED("create_room") },
    { CREATE("r", PUBLIC ",\"roles\":[\"\"]"), MALFORMED("create_room") },
    { CREATE("r",
             PUBLIC ",\"roles\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\","
                    "\"8\",\"9\"]"),
      MALFORMED("create_room") },
    { CREATE("r", PUBLIC ",\"size\":0"), MALFORMED("create_room") },
    { CREATE("r", PUBLIC ",\"size\":4"), MALFORMED("create_room") },
    { CREATE("r", PUBLIC ",\"size\":1.5"), MALFORMED("create_room") },
    { CREATE("r", PUBLIC ",\"size\":\"2\""), MALFORMED("create_room") },
    { CREATE(".r", PUBLIC), MALFORMED("create_room") },
    { CREATE("lobby", PUBLIC), REFUSED("create_room") },
    { "{\"type\":\"invite\",\"room\":\"own\",\"user_id\":7}",
      MALFORMED("invite") },
    { "{\"type\":\"invite\",\"room\":\"own\",\"user_id\":\"\"}",
      MALFORMED("invite") },
    { "{\"type\":\"invite\",\"room\":\"own\"}", MALFORMED("invite") },
    { "{\"type\":\"kick\",\"room\":\"own\",\"user_id\":{}}",
      MALFORMED("kick") },
    { ABOUT("leave_room", "own"), REFUSED("leave_room") },
    { ABOUT("room_message", "own"), REFUSED("room_message") },
    { ABOUT("no_such_verb", "own"), CODE("malformed") },
    { "{\"type\":\"join_room\"}", MALFORMED("join_room") },
    { "{\"type\":7,\"room\":\"own\"}", CODE("malformed") },
    { "{\"type\":", CODE("malformed") },
};

START_TEST(odd_message_changes_nothing)
{
    struct world *world = rooms_with(&secure_policy);

    enter_as(world, 1, "alice", "member");
    answers(world, 1, CREATE("own", PUBLIC), ABOUT("room_created", "own"));
    answers(world, 1, odd[_i].message, odd[_i].error);
    answers(world, 1, ABOUT("get_room", "r"), ERROR("get_room", "refused"));
    ck_assert_int_eq(count_of(world, "rooms", "room", "own"), 1);
    world_free(world);
}
END_TEST

/* One character more than a text may have. */
static const char *too_long(void)
{
    static char message[1200];

    snprintf(message, sizeof(message),
             "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":"
             "\"%01001d\"}",
             0);
    return message;
}

START_TEST(message_in_a_room_has_to_be_a_short_text)
{
    struct world *world = rooms_with(&secure_policy);

    enter_as(world, 1, "alice", "member");
    answers(world, 1, ABOUT("join_room", "lobby"), ABOUT("joined", "lobby"));
    answers(world, 1, ABOUT("room_message", "lobby"),
            ERROR("room_message", "malformed"));
    answers(world, 1, too_long(), ERROR("room_message", "too_large"));
    answers(world, 1,
            "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"<b>\"}",
            "{\"type\":\"room_message\",\"room\":\"lobby\",\"user_id\":"
            "\"alice\",\"text\":\"&lt;b&gt;\"}");
    world_free(world);
}
END_TEST

/* Rooms of ours stay; the others go when they have been empty for long. */
START_TEST(empty_room_goes_in_time)
{
    struct world *world = rooms_with(&secure_policy);

    enter_as(world, 1, "alice", "member");
    answers(world, 1, CREATE("a", PUBLIC), ABOUT("room_created", "a"));
    world->now_ms += 500;
    answers(world, 1, CREATE("b", PUBLIC), ABOUT("room_created", "b"));
    answers(world, 1, ABOUT("join_room", "b"), ABOUT("joined", "b"));
    ck_assert_int_eq(core_next_tick(world->core), world->now_ms + 500);
    world->now_ms += 500;
    core_ticked(world->core);
    ck_assert_int_eq(count_of(world, "rooms", "room", "a"), 0);
    ck_assert_int_eq(count_of(world, "rooms", "room", "b"), 1);
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    world->now_ms += 1000;
    core_ticked(world->core);
    ck_assert_int_eq(count_of(world, "rooms", "room", "b"), 0);
    ck_assert_int_eq(count_of(world, "rooms", "room", "lobby"), 1);
    ck_assert_int_eq(count_of(world, "rooms", "room", "operations"), 1);
    world_free(world);
}
END_TEST

static bool never(const struct core *core, const struct room *room,
                  int64_t now_ms)
{
    (void)core, (void)room, (void)now_ms;
    return false;
}

START_TEST(time_goes_on_though_no_room_may_go)
{
    struct policy policy = secure_policy;
    policy.room_is_due = never;
    struct world *world = rooms_with(&policy);

    enter_as(world, 1, "alice", "member");
    answers(world, 1, CREATE("a", PUBLIC), ABOUT("room_created", "a"));
    for (int i = 0; i < 5; i++) {
        int64_t next_ms = core_next_tick(world->core);
        ck_assert_int_gt(next_ms, world->now_ms);
        world->now_ms = next_ms;
        core_ticked(world->core);
    }
    world_free(world);
}
END_TEST

START_TEST(ceilings_hold)
{
    static const struct rules rules = { .level = ROOM_PUBLIC, .size_max = 3 };
    struct world *world = rooms_with(&secure_policy);
    struct room *lobby = room_find(world->core, text_of("lobby"));
    struct connection *alice;
    char name[32];

    enter_as(world, 1, "alice", "member");
    alice = connection_find(world->core, 1);
    for (int i = 0; i < ROOMS_MAX; i++) {
        snprintf(name, sizeof(name), "room-%d", i);
        struct room *room =
            room_make(world->core, text_of(name), "alice", &rules);
        ck_assert_int_eq(room != NULL, i < ROOMS_MAX - 3);
        if (room != NULL)
            ck_assert_int_eq(room_sit(world->core, room, alice),
                             i < ROOMS_OF_CONNECTION_MAX);
    }
    for (int i = 0; i <= ROOM_GUESTS_MAX; i++) {
        snprintf(name, sizeof(name), "guest-%d", i);
        ck_assert_int_eq(room_add_guest(lobby, name), i < ROOM_GUESTS_MAX);
    }
    ck_assert(room_add_guest(lobby, "guest-0")); /* it is one already */
    room_drop_guest(lobby, "nobody");
    world_free(world);
}
END_TEST

/* Of one user; a room that is gone makes place for another. */
START_TEST(rooms_of_a_user_are_bounded)
{
    struct settings settings = settings_for(SERVES_ROOMS);
    settings.rooms_per_user_max = (unsigned)_i;
    struct world *world = world_with(&secure_policy, &settings);

    enter_as(world, 1, "alice", "member");
    answers(world, 1, CREATE("a", PUBLIC), ABOUT("room_created", "a"));
    answers(world, 1, CREATE("b", PUBLIC),
            _i == 0 ? ABOUT("room_created", "b") : REFUSED("create_room"));
    answers(world, 1, ABOUT("delete_room", "a"), ABOUT("room_deleted", "a"));
    answers(world, 1, CREATE("c", PUBLIC), ABOUT("room_created", "c"));
    ck_assert_uint_eq(rooms_owned(world->core, "alice"), _i == 0 ? 2 : 1);
    ck_assert_uint_eq(rooms_owned(world->core, "bob"), 0);
    world_free(world);
}
END_TEST

#define ANNOUNCED                                                              \
    "{\"type\":\"room_message\",\"room\":\"announcements\","                   \
    "\"user_id\":\"root\",\"text\":\"x\"}; "

START_TEST(announcements_are_read_by_all_and_written_to_by_administrators)
{
    static const char *const message =
        "{\"type\":\"room_message\",\"room\":\"announcements\","
        "\"text\":\"x\"}";
    struct world *world = rooms_with(&secure_policy);

    enter_as(world, 1, "root", "admin");
    enter_as(world, 2, "alice", "member");
    answers(world, 1, message, REFUSED("room_message")); /* from outside */
    answers(world, 1, ABOUT("join_room", "announcements"),
            ABOUT("joined", "announcements"));
    hear(world, 2, ABOUT("join_room", "announcements"));
    world->calls[0] = 0;
    answers(world, 2, message, REFUSED("room_message"));
    hear(world, 1, message);
    expect_calls(world, "both hear", "send 1 " ANNOUNCED "send 2 " ANNOUNCED);
    world_free(world);
}
END_TEST

static void expect_line(const struct world *world, const char *part)
{
    ck_assert_msg(strstr(world->log, part) != NULL, "no \"%s\" in:\n%s", part,
                  world->log);
}

START_TEST(what_is_done_is_logged_and_what_is_said_is_not)
{
    struct world *world = rooms_with(&secure_policy);

    enter_as(world, 1, "alice", "member");
    answers(world, 1, ABOUT("join_room", "lobby"), ABOUT("joined", "lobby"));
    answers(world, 1, ABOUT("join_room", "operations"), REFUSED("join_room"));
    hear(world, 1,
         "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"hush\"}");
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    expect_line(world, "user=alice event=connect room=- outcome=ok");
    expect_line(world, "user=alice event=join_room room=lobby outcome=ok");
    expect_line(world, "user=alice event=join_room: forbidden: ");
    expect_line(world, "user=alice event=room_message room=lobby outcome=ok");
    expect_line(world, "user=alice event=disconnect room=- outcome=ok");
    ck_assert_ptr_null(strstr(world->log, "hush"));
    world_free(world);
}
END_TEST

static void stays(struct core *core, struct connection *connection,
                  enum leaving how)
{
    (void)core, (void)connection, (void)how;
}

START_TEST(seat_of_who_is_gone_is_no_dangling_pointer)
{
    struct policy policy = secure_policy;
    policy.rooms_leave = stays;
    struct world *world = rooms_with(&policy);

    enter_as(world, 1, "alice", "member");
    enter_as(world, 2, "bob", "member");
    answers(world, 1, ABOUT("join_room", "lobby"), ABOUT("joined", "lobby"));
    hear(world, 2, ABOUT("join_room", "lobby"));
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    hear(world, 2,
         "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"x\"}");
    ck_assert_int_eq(count_of(world, "rooms", "room", "lobby"), 1);
    world_free(world);
}
END_TEST

static const struct {
    const char *query, *want;
} handshakes[] = {
    { "room=lobby", "send 1 " ABOUT("joined", "lobby") "; " },
    { "room=operations", "send 1 " ERROR("join_room", "refused") "; " },
    { "room=%2e%2e%2flobby", "send 1 " ERROR("join_room", "refused") "; " },
    { "room=", "send 1 " ERROR("join_room", "refused") "; " },
    { "room=lobby%00x", "send 1 " ERROR("join_room", "refused") "; " },
    { "room=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "send 1 " ERROR("join_room", "refused") "; " },
    { "rooms=lobby", "" },
};

START_TEST(handshake_may_name_a_room)
{
    struct world *world = rooms_with(&secure_policy);
    char query[TOKEN_BYTES + 64], want[256];

    snprintf(query, sizeof(query), "%s&token=%s", handshakes[_i].query,
             good_token(world, "alice", "member", 600));
    open_at(world, 1, "/rooms", query);
    snprintf(want, sizeof(want), "accept 1; %s", handshakes[_i].want);
    expect_calls(world, handshakes[_i].query, want);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_rooms", &tcase);

    tcase_add_test(tcase, room_is_made_told_and_deleted);
    tcase_add_loop_test(tcase, odd_message_changes_nothing, 0, COUNT_OF(odd));
    tcase_add_test(tcase, message_in_a_room_has_to_be_a_short_text);
    tcase_add_test(tcase, empty_room_goes_in_time);
    tcase_add_test(tcase, time_goes_on_though_no_room_may_go);
    tcase_add_test(tcase, ceilings_hold);
    tcase_add_test(
        tcase, announcements_are_read_by_all_and_written_to_by_administrators);
    tcase_add_test(tcase, what_is_done_is_logged_and_what_is_said_is_not);
    tcase_add_loop_test(tcase, rooms_of_a_user_are_bounded, 0, 2);
    tcase_add_test(tcase, seat_of_who_is_gone_is_no_dangling_pointer);
    tcase_add_loop_test(tcase, handshake_may_name_a_room, 0,
                        COUNT_OF(handshakes));
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_rooms");
}
