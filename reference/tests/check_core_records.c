/* What is written down: masked and cleaned log lines, and the records that an
 * inspection shows. */
#include "tests/core_world.h"

#define JWT                                                                    \
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0."                                    \
    "zL6GxuEPUo33EGuRUj4-xosAD3hgDisB0SOyEPK8aoU"

static const struct {
    const char *label;
    const char *line;
    const char *want;
} lines[] = {
    { "nothing", "", "" },
    { "plain", "access 127.0.0.1:1 GET /ws", "access 127.0.0.1:1 GET /ws" },
    { "a line break", "a\r\nb", "a\\x0d\\x0ab" },
    { "an escape sequence", "\x1b[31m\x7f", "\\x1b[31m\\x7f" },
    { "a tab", "a\tb", "a\\x09b" },
    { "beyond ASCII", "\xe2\x80\xa8\xc2\x9b", "\\xe2\\x80\\xa8\\xc2\\x9b" },
    { "a token", "x " JWT " y", "x *** y" },
    { "a token in quotes", "\"" JWT "\"", "\"***\"" },
    { "a token behind a colon", "a:" JWT ":b", "a:***:b" },
    { "a token's first part", "eyJhbGciOiJIUzI1NiJ9", "***" },
    { "a token without a header", "abcdefgh.abcdefgh.abcdefgh", "***" },
    { "encoded dots", "abcdefgh%2eabcdefgh%2Eabcdefgh", "***" },
    { "a parameter", "/ws?token=abc&x=1", "/ws?token=***&x=1" },
    { "an empty parameter", "?token=", "?token=***" },
    { "a bare one", "?token", "?token" },
    { "another case", "Token=abc d", "Token=*** d" },
    { "another name", "?access_token=abc", "?access_token=***" },
    { "an encoded name", "?%74oken=abc", "?%74oken=***" },
    { "a longer name", "?tokens=abc", "?tokens=abc" },
    { "a value of two dots", "a.b.c 1.2.3", "a.b.c 1.2.3" },
    { "an address", "127.0.0.1:50123 [::1]:443", "127.0.0.1:50123 [::1]:443" },
    { "a UUID", "9b2f2c1e-8a43-4b5c-9d57-0f3a1c2b4d5e",
      "9b2f2c1e-8a43-4b5c-9d57-0f3a1c2b4d5e" },
};

START_TEST(line_is_cleaned)
{
    char into[256];

    secure_clean_line(lines[_i].line, into, sizeof(into));
    ck_assert_msg(strcmp(into, lines[_i].want) == 0, "%s: want %s, got %s",
                  lines[_i].label, lines[_i].want, into);
}
END_TEST

START_TEST(line_is_cut_at_a_whole_piece)
{
    char into[16];

    for (size_t size = 1; size <= sizeof(into); size++) {
        memset(into, 'z', sizeof(into));
        secure_clean_line("ab\n\ncd ef \n", into, size);
        ck_assert_uint_lt(strlen(into), size);
        const char *broken = strrchr(into, '\\');
        ck_assert(broken == NULL || strlen(broken) >= 4);
    }
    secure_clean_line("abc", into, 0);
}
END_TEST

static const struct {
    const char *label;
    const char *path;
    const char *query;
    const char *want;
} accesses[] = {
    { "nothing asked", "/ws", "", "GET /ws" },
    { "a token", "/ws", "token=" JWT, "GET /ws?token=***" },
    { "an empty token", "/ws", "token=", "GET /ws?token=***" },
    { "a bare token", "/ws", "token", "GET /ws?token" },
    { "two", "/ws", "token=a&x=%0a&token=b",
      "GET /ws?token=***&x=%0a&token=***" },
    { "misnamed", "/ws", "access_token=abc", "GET /ws?access_token=***" },
    { "an encoded name", "/ws", "%74oken=abc", "GET /ws?%74oken=***" },
    { "a name of our own", "/ws", "x=" JWT "&y=1", "GET /ws?x=***&y=1" },
    { "a token in the path", "/" JWT, "", "GET /***" },
    { "spaces in a value", "/ws", "token=a b\nc", "GET /ws?token=***" },
    { "a raw line break", "/ws", "x=a\r\nb", "GET /ws?x=a\\x0d\\x0ab" },
};

START_TEST(access_is_logged_without_secrets)
{
    struct world *world = world_new();
    char want[512];

    open_at(world, 1, accesses[_i].path, accesses[_i].query);
    snprintf(want, sizeof(want),
             "2026-02-22T10:00:00.000Z access 127.0.0.1:50001 %s\n",
             accesses[_i].want);
    ck_assert_msg(strncmp(world->log, want, strlen(want)) == 0,
                  "%s: want\n\t%sgot\n\t%s", accesses[_i].label, want,
                  world->log);
    world_free(world);
}
END_TEST

START_TEST(no_log_line_holds_a_token)
{
    struct world *world = world_new();
    char *token = world->token;
    char piece[13];

    good_token(world, "alice", "viewer", 600);
    token[strlen(token) - 2] ^= 1;
    open_with(world, 1, token);
    open_at(world, 2, token, token);
    ck_assert_ptr_nonnull(strstr(world->log, "auth refused"));
    for (size_t at = 0; at + 12 <= strlen(token); at++) {
        snprintf(piece, sizeof(piece), "%.12s", token + at);
        ck_assert_msg(strstr(world->log, piece) == NULL, "%s", piece);
    }
    world_free(world);
}
END_TEST

START_TEST(messages_forge_no_line)
{
    struct world *world = world_new();

    open_as(world, 1, "ali\\nce", "viewer");
    hear(world, 1, "{\"type\":\"a\\r\\nFORGED\"}");
    ck_assert_ptr_null(strstr(world->log, "\nFORGED"));
    ck_assert_ptr_nonnull(strstr(world->log, "a\\x0d\\x0aFORGED"));
    ck_assert_ptr_nonnull(strstr(world->log, "user=ali\\x0ace"));
    world_free(world);
}
END_TEST

START_TEST(endless_query_makes_a_line_of_bounded_length)
{
    struct world *world = world_new();
    static char long_query[QUERY_BYTES_MAX + 1];

    memset(long_query, 'x', QUERY_BYTES_MAX);
    open_at(world, 1, "/ws", long_query);
    ck_assert_uint_lt((size_t)(strchr(world->log, '\n') - world->log),
                      LOG_LINE_BYTES_MAX + TIME_BYTES);
    world_free(world);
}
END_TEST

static const char *text_in(const cJSON *object, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text == NULL ? "absent" : text;
}

static int number_in(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valueint : -1;
}

START_TEST(inspection_has_its_shape)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    open_at(world, 2, "/ws", "token=x");
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    open_as(world, 3, "bob", "viewer");
    cJSON *tree = core_inspect(world->core, 0);
    char *text = cJSON_PrintUnformatted(tree);
    ck_assert_str_eq(
        text, "{\"pool\":[{\"peer\":\"127.0.0.1:50003\",\"user\":\"bob\","
              "\"restaurant\":\"\",\"endpoint\":\"\"}],"
              "\"managers\":[],\"addresses\":[],\"senders\":[],\"rooms\":[],"
              "\"presence\":[],\"sessions\":[],"
              "\"metrics\":{\"managers_created\":0,\"managers_active\":0,"
              "\"managers_ended\":0,\"auth_failures\":1,\"limit_violations\":0,"
              "\"contextless_requests\":0},"
              "\"history\":["
              "{\"seq\":1,\"what\":\"add\",\"peer\":\"127.0.0.1:50001\","
              "\"user\":\"alice\"},"
              "{\"seq\":4,\"what\":\"remove\",\"peer\":\"127.0.0.1:50001\","
              "\"user\":\"alice\"},"
              "{\"seq\":5,\"what\":\"add\",\"peer\":\"127.0.0.1:50003\","
              "\"user\":\"bob\"}],"
              "\"events\":["
              "{\"seq\":2,\"time\":\"2026-02-22T10:00:00.000Z\","
              "\"event\":\"auth_ok\",\"severity\":\"INFO\",\"cause\":\"\","
              "\"detail\":\"\",\"peer\":\"127.0.0.1:50001\",\"user\":\"alice\","
              "\"restaurant\":\"\",\"endpoint\":\"\"},"
              "{\"seq\":3,\"time\":\"2026-02-22T10:00:00.000Z\","
              "\"event\":\"auth_refused\",\"severity\":\"WARNING\","
              "\"cause\":\"invalid\",\"detail\":\"malformed\","
              "\"peer\":\"127.0.0.1:50002\",\"user\":\"\","
              "\"restaurant\":\"\",\"endpoint\":\"\"},"
              "{\"seq\":6,\"time\":\"2026-02-22T10:00:00.000Z\","
              "\"event\":\"auth_ok\",\"severity\":\"INFO\",\"cause\":\"\","
              "\"detail\":\"\",\"peer\":\"127.0.0.1:50003\",\"user\":\"bob\","
              "\"restaurant\":\"\",\"endpoint\":\"\"}],"
              "\"gauges\":{\"connections\":2,\"strangers\":1,\"members\":1,"
              "\"pending\":0,\"tracked_addresses\":0,\"tracked_users\":0,"
              "\"cleanups\":0},\"next\":7,\"first\":1}");
    cJSON_free(text);
    cJSON_Delete(tree);
    world_free(world);
}
END_TEST

static void expect_counts(struct world *world, uint64_t since, int history,
                          int events)
{
    cJSON *tree = core_inspect(world->core, since);

    ck_assert_int_eq(
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, "history")),
        history);
    ck_assert_int_eq(
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, "events")),
        events);
    cJSON_Delete(tree);
}

START_TEST(inspection_goes_on_where_the_last_ended)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    cJSON *tree = core_inspect(world->core, 0);
    uint64_t next = (uint64_t)number_in(tree, "next");
    cJSON_Delete(tree);
    expect_counts(world, next, 0, 0);
    open_at(world, 2, "/ws", "");
    expect_counts(world, next, 0, 1);
    expect_counts(world, 0, 1, 2);
    expect_counts(world, UINT64_MAX, 0, 0);
    world_free(world);
}
END_TEST

START_TEST(old_records_make_room)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    for (int id = 2; id <= RECORDS_MAX + 1; id++) {
        open_at(world, id, "/ws", "");
        core_closed(world->core, (connection_id)id, DEPARTED_CLEANLY);
        world->calls[0] = world->log[0] = 0;
    }
    cJSON *tree = core_inspect(world->core, 0);
    const cJSON *history = cJSON_GetObjectItemCaseSensitive(tree, "history");
    const cJSON *events = cJSON_GetObjectItemCaseSensitive(tree, "events");
    int first = number_in(tree, "first");
    ck_assert_int_eq(number_in(tree, "next") - first, RECORDS_MAX);
    ck_assert_int_eq(cJSON_GetArraySize(history), 0);
    ck_assert_int_eq(cJSON_GetArraySize(events), RECORDS_MAX);
    ck_assert_int_eq(number_in(events->child, "seq"), first);
    ck_assert_str_eq(text_in(events->child, "cause"), "missing");
    cJSON_Delete(tree);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_records", &tcase);

    tcase_add_loop_test(tcase, line_is_cleaned, 0, COUNT_OF(lines));
    tcase_add_test(tcase, line_is_cut_at_a_whole_piece);
    tcase_add_loop_test(tcase, access_is_logged_without_secrets, 0,
                        COUNT_OF(accesses));
    tcase_add_test(tcase, no_log_line_holds_a_token);
    tcase_add_test(tcase, messages_forge_no_line);
    tcase_add_test(tcase, endless_query_makes_a_line_of_bounded_length);
    tcase_add_test(tcase, inspection_has_its_shape);
    tcase_add_test(tcase, inspection_goes_on_where_the_last_ended);
    tcase_add_test(tcase, old_records_make_room);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_records");
}
