/* How much a message of `rooms` may hold: each limit at its edge, with limits
 * of our own, and what is no JSON at all. */
#include "core/sizes.h"
#include "tests/core_world.h"

#define DATA(data)                                                             \
    "{\"type\":\"room_data\",\"room\":\"lobby\",\"data\":" data "}"
#define TEXT(text)                                                             \
    "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"" text "\"}"

static struct world *small_world(void)
{
    struct settings settings = settings_for(SERVES_ROOMS);
    char query[TOKEN_BYTES + 8];

    settings.sizes[SIZE_TEXT] = 20;
    settings.sizes[SIZE_JSON] = 100;
    settings.sizes[SIZE_DEPTH] = 4;
    settings.sizes[SIZE_ARRAY] = 3;
    settings.sizes[SIZE_OBJECT] = 4;
    struct world *world = world_with(&secure_policy, &settings);
    snprintf(query, sizeof(query), "token=%s&room=lobby",
             good_token(world, "alice", "member", 600));
    open_at(world, 1, "/rooms", query);
    world->calls[0] = 0;
    return world;
}

static const struct {
    const char *message;
    const char *excess; /* NULL: none */
} measured[] = {
    { DATA("[1,2,3]"), NULL },
    { DATA("[1,2,3,4]"), "array size=4 limit=3" },
    { DATA("[[],[],[1,2,3]]"), NULL },
    { DATA("[[1],[1,2,3,4]]"), "array size=4 limit=3" },
    { DATA("[[[1]]]"), NULL },
    { DATA("[[[[1]]]]"), "depth size=5 limit=4" },
    { DATA("[{\"a\":[1]}]"), NULL },
    { DATA("{\"a\":{\"a\":{\"a\":{}}}}"), "depth size=5 limit=4" },
    { DATA("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}"), NULL },
    { DATA("{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}"),
      "object size=5 limit=4" },
    { DATA("{\"a\":1,\"a\":2,\"a\":3,\"a\":4,\"a\":5}"),
      "object size=5 limit=4" },
    { DATA("\",,,,,[[[[[[{{{{,,\\\"\""), NULL },
    { TEXT("aaaaaaaaaabbbbbbbbbb"), NULL },
    { TEXT("aaaaaaaaaabbbbbbbbbbc"), "text size=21 limit=20" },
    { TEXT("aaaaaaaaaabbbbbbbbb\xc3\xa9"), NULL },
    { TEXT("aaaaaaaaaabbbbbbbbb\\n"), NULL },
    { TEXT("aaaaaaaaaabbbbbbbbbb\\u00e9"), "text size=21 limit=20" },
    { TEXT("aaaaaaaaaabbbbbbbbb\\ud83d\\ude00"), NULL },
    { TEXT("aaaaaaaaaabbbbbbbbb\xf0\x9f\x98\x80"), NULL },
    { DATA("{\"aaaaaaaaaaaaaaaaaaaaa\":1}"), "text size=21 limit=20" },
    { DATA("[\"aaaaaaaaaaaaaaaaaaaa\",\"aaaaaaaaaaaaaaaaaaaa\",\"aaaaaaa\"]"),
      NULL },
    { DATA("[\"aaaaaaaaaaaaaaaaaaaa\",\"aaaaaaaaaaaaaaaaaaaa\",\"aaaaaaaa\"]"),
      "json size=101 limit=100" },
};

START_TEST(limit_holds_at_its_edge)
{
    struct world *world = small_world();
    const char *excess = measured[_i].excess;

    hear(world, 1, measured[_i].message);
    bool large = strstr(world->calls, "\"code\":\"too_large\"") != NULL;
    ck_assert_msg(large == (excess != NULL), "%s: %s", measured[_i].message,
                  world->calls);
    if (excess == NULL)
        ck_assert_msg(strstr(world->calls, "\"user_id\":\"alice\"") != NULL,
                      "%s: %s", measured[_i].message, world->calls);
    else
        ck_assert_msg(strstr(world->log, excess) != NULL, "%s", world->log);
    world_free(world);
}
END_TEST

/* What is no JSON is measured without harm, and then refused as such. */
static const char *const odd[] = {
    "",
    "\"",
    "\"\\",
    "\"\\u",
    "{\"type",
    "]]]]}}}}",
    ",,,,,,,",
    "[\"\\\"",
    "\"\\ud83d",
    "[[[",
    "{\"type\":\"room_data",
};

START_TEST(what_is_no_json_is_malformed)
{
    struct world *world = small_world();

    hear(world, 1, odd[_i]);
    expect_calls(world, odd[_i],
                 "send 1 {\"type\":\"error\",\"message\":\"Message processing "
                 "failed\",\"code\":\"malformed\"}; ");
    world_free(world);
}
END_TEST

static const struct {
    const char *message, *type;
} types[] = {
    { DATA("[[[[[[["), "room_data" },
    { "{\"a\":{\"type\":\"x\"},\"type\":\"y\"}", "y" },
    { "{\"a\":\"type\",\"b\":\"c\"}", "" },
    { "[\"type\",\"x\"]", "" },
    { "{\"type\":[\"x\"],\"b\":\"x\"}", "" },
    { "{\"type\":7,\"b\":\"x\"}", "" },
    { "{\"type\":\"0123456789012345678901234567890\"}",
      "0123456789012345678901234567890" },
    { "{\"type\":\"01234567890123456789012345678901\"}", "" },
    { "", "" },
};

START_TEST(type_of_an_unread_message)
{
    char type[TYPE_BYTES];

    message_type(text_of(types[_i].message), type);
    ck_assert_str_eq(type, types[_i].type);
}
END_TEST

START_TEST(depth_beyond_all_levels_is_not_walked)
{
    struct settings settings = settings_for(SERVES_ROOMS);
    static char deep[200001];

    settings.sizes[SIZE_DEPTH] = 0;
    struct world *world = world_with(&secure_policy, &settings);
    char query[TOKEN_BYTES + 8];
    snprintf(query, sizeof(query), "token=%s",
             good_token(world, "alice", "member", 600));
    open_at(world, 1, "/rooms", query);
    world->calls[0] = 0;
    memset(deep, '[', sizeof(deep) - 1);
    hear(world, 1, deep);
    ck_assert_ptr_nonnull(strstr(world->calls, "malformed"));
    world_free(world);
}
END_TEST

START_TEST(data_is_cleaned)
{
    struct world *world = small_world();

    hear(world, 1, DATA("[\"<b>\",1.5,null]"));
    expect_calls(world, "markup",
                 "send 1 {\"type\":\"room_data\",\"room\":\"lobby\","
                 "\"user_id\":\"alice\",\"data\":[\"&lt;b&gt;\",1.5,null]}; ");
    hear(world, 1, DATA("{\"<b>\":1}"));
    ck_assert_ptr_nonnull(strstr(world->calls, "malformed"));
    world->calls[0] = 0;
    hear(world, 1, "{\"type\":\"room_data\",\"room\":\"lobby\"}");
    ck_assert_ptr_nonnull(strstr(world->calls, "malformed"));
    world_free(world);
}
END_TEST

START_TEST(binary_has_a_limit_of_its_own)
{
    struct world *world = small_world();

    ck_assert_uint_eq(core_message_max(world->core, 1, true), 1024 * 1024);
    ck_assert_uint_eq(core_message_max(world->core, 1, false), 5 * 1024 * 1024);
    core_overlong(world->core, 1, false, 5 * 1024 * 1024 + 1);
    ck_assert_ptr_nonnull(
        strstr(world->log, "binary size=5242881 limit=5242880"));
    ck_assert_ptr_nonnull(strstr(world->calls, "close 1 1009"));
    world_free(world);
}
END_TEST

static void send_bytes(struct world *world, int id, const char *bytes)
{
    core_received(world->core, (connection_id)id, text_of(bytes), false);
}

#define ANNOUNCE(room) "{\"type\":\"room_binary\",\"room\":\"" room "\"}"
#define NO_BINARY                                                              \
    "send 1 {\"type\":\"error\",\"message\":\"Message processing failed\","    \
    "\"event\":\"room_binary\",\"code\":\"malformed\"}; "

START_TEST(binary_is_good_for_one_announcement)
{
    struct world *world = small_world();

    send_bytes(world, 1, "abc");
    expect_calls(world, "of no room", NO_BINARY);
    hear(world, 1, ANNOUNCE("lobby"));
    expect_calls(world, "announced", "");
    send_bytes(world, 1, "abc");
    expect_calls(world, "told",
                 "send 1 {\"type\":\"room_binary\",\"room\":\"lobby\","
                 "\"user_id\":\"alice\",\"bytes\":3}; binary 1 3; ");
    send_bytes(world, 1, "abc");
    expect_calls(world, "a second", NO_BINARY);
    hear(world, 1, ANNOUNCE("lobby"));
    hear(world, 1, ANNOUNCE("operations"));
    world->calls[0] = 0;
    send_bytes(world, 1, "abc");
    expect_calls(world, "the latest counts", NO_BINARY);
    world_free(world);
}
END_TEST

START_TEST(binary_needs_a_room_that_is_left)
{
    struct world *world = small_world();

    hear(world, 1, ANNOUNCE("lobby"));
    hear(world, 1, "{\"type\":\"leave_room\",\"room\":\"lobby\"}");
    world->calls[0] = 0;
    send_bytes(world, 1, "abc");
    ck_assert_msg(strstr(world->calls, "\"code\":\"refused\"") != NULL, "%s",
                  world->calls);
    ck_assert_ptr_null(strstr(world->calls, "binary 1"));
    world_free(world);
}
END_TEST

static Suite *make_suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_sizes", &tcase);

    tcase_add_loop_test(tcase, limit_holds_at_its_edge, 0, COUNT_OF(measured));
    tcase_add_loop_test(tcase, what_is_no_json_is_malformed, 0, COUNT_OF(odd));
    tcase_add_loop_test(tcase, type_of_an_unread_message, 0, COUNT_OF(types));
    tcase_add_test(tcase, depth_beyond_all_levels_is_not_walked);
    tcase_add_test(tcase, data_is_cleaned);
    tcase_add_test(tcase, binary_has_a_limit_of_its_own);
    tcase_add_test(tcase, binary_is_good_for_one_announcement);
    tcase_add_test(tcase, binary_needs_a_room_that_is_left);
    return suite;
}

int main(void)
{
    return check_program(make_suite(), "check_core_sizes");
}
