/* What no core has written is not read as a snapshot, and nothing secret is in
 * one. */
#include "tests/snapshot_world.h"

/* A core with a bit of everything in it. */
static struct world *full_world(void)
{
    struct world *world = scarce_world();
    char query[TOKEN_BYTES];

    for (int id = 1; id <= 3; id++) {
        snprintf(query, sizeof(query), "token=%s&room=lobby",
                 good_token(world, id < 3 ? "alice" : "bob", "admin", 600));
        open_at(world, id, "/rooms", query);
    }
    open_at(world, 4, "/rooms", "");
    hear(world, 1,
         "{\"type\":\"create_room\",\"room\":\"r1\","
         "\"permission\":\"PRIVATE\",\"roles\":[\"chef\"]}");
    hear(world, 1, "{\"type\":\"invite\",\"room\":\"r1\",\"user_id\":\"bob\"}");
    hear(world, 1, "{\"type\":\"join_room\",\"room\":\"r1\"}");
    hear(world, 1,
         "{\"type\":\"room_message\",\"room\":\"r1\","
         "\"text\":\"first\"}");
    hear(world, 2,
         "{\"type\":\"room_message\",\"room\":\"lobby\","
         "\"text\":\"second\"}");
    ck_assert(core_revoke(world->core, text_of("other")));
    forget(world);
    return world;
}

static const struct {
    const char *what; /* in the text of the snapshot, the first of it */
    const char *by;
} odd[] = {
    { "\"version\":\"1\"", "\"version\":\"2\"" },
    { "\"version\":\"1\"", "\"version\":1" },
    { "\"version\":\"1\"", "\"version\":\"01\"" },
    { "\"version\":\"1\"", "\"version\":\"1\",\"more\":\"1\"" },
    { "\"numbers\"", "\"Numbers\"" },
    { "\"next_seq\":\"", "\"next_seq\":\"-" },
    { "\"next_seq\":\"", "\"next_seq\":\" " },
    { "\"next_seq\":\"", "\"next_seq\":\"99999999999999999999" },
    { "\"cleanup_ms\":\"", "\"cleanup_ms\":\"9999999999" },
    { "\"shutting_down\":false", "\"shutting_down\":0" },
    { "{\"count\":\"0\"},", "" },
    { "{\"count\":\"0\"},", "{\"count\":\"0\"},{\"count\":\"0\"}," },
    { "\"held\":\"2\"", "\"held\":\"1\"" },
    { "\"held\":\"2\"", "\"held\":\"4294967296\"" },
    { "\"key\":\"bob\"", "\"key\":\"alice\"" },
    { "\"key\":\"bob\"", "\"key\":\"b%6Fb\"" },
    { "\"key\":\"bob\"", "\"key\":\"%00\"" },
    { "\"key\":\"bob\"", "\"key\":\"%\"" },
    { "\"key\":\"bob\"", "\"key\":\"%C\"" },
    { "\"key\":\"bob\"", "\"key\":\"\xc3\xa4\"" },
    { "\"jti\":\"other\"", "\"jti\":\"\"" },
    { "\"id\":\"2\"", "\"id\":\"1\"" },
    { "\"id\":\"4\",\"peer\"", "\"id\":\"5\",\"peer\"" },
    { "\"stage\":\"2\"", "\"stage\":\"1\"" },
    { "\"stage\":\"2\"", "\"stage\":\"4\"" },
    { "\"stage\":\"1\"", "\"stage\":\"one\"" },
    { "\"is_counted\":false", "\"is_counted\":true" },
    { "\"ended\":false", "\"ended\":null" },
    { "\"claims\":{", "\"claims\":{\"token\":\"x\"," },
    { "\"subject\":\"alice\"", "\"subject\":\"carol\"" },
    { "\"subject\":\"alice\"", "\"subject\":\"\"" },
    { "\"expires_ms\":\"0\"", "\"expires_ms\":\"1000\"" },
    { "\"active_ms\":\"", "\"active_ms\":\"-" },
    { "\"senders\":[", "\"senders\":[{}," },
    { "\"spoken_in\":[", "\"spoken_in\":[{}," },
    { "\"logouts\":[", "\"logouts\":[{}," },
    { "\"logouts_all_ms\":\"", "\"logouts_all_ms\":\"-" },
    { "\"rates_due_ms\":\"", "\"rates_due_ms\":\"-" },
    { "\"logouts_due_ms\":\"", "\"logouts_due_ms\":\"-" },
    { "\"expires_s\":\"", "\"expires_s\":\"-" },
    { "\"pool\":[{\"id\":\"1\"}", "\"pool\":[{\"id\":\"9\"}" },
    { "\"pool\":[{\"id\":\"1\"}", "\"pool\":[{\"id\":\"2\"}" },
    { "\"pool\":[{\"id\":\"1\"}", "\"pool\":[{\"id\":\"4\"}" },
    { "\"deadlines\":[{\"id\":\"4\"", "\"deadlines\":[{\"id\":\"1\"" },
    { "\"level\":\"1\"", "\"level\":\"4\"" },
    { "\"role\":\"chef\"", "\"role\":\"chef\",\"role\":\"cook\"" },
    { "{\"role\":\"chef\"}",
      "{\"role\":\"chef\"},{\"role\":\"chef\"},{\"role\":\"chef\"},"
      "{\"role\":\"chef\"},{\"role\":\"chef\"},{\"role\":\"chef\"},"
      "{\"role\":\"chef\"},{\"role\":\"chef\"},{\"role\":\"chef\"}" },
    { "{\"user\":\"bob\"}", "{\"user\":\"bob\"},{\"user\":\"bob\"}" },
    { "\"id\":\"r1\"", "\"id\":\"lobby\"" },
    { "\"seats\":[{\"id\":\"1\"", "\"seats\":[{\"id\":\"4\"" },
    { "\"seats\":[{\"id\":\"1\"", "\"seats\":[{\"id\":\"9\"" },
    { "\"rooms\":[{\"id\":\"r1\"}", "\"rooms\":[{\"id\":\"none\"}" },
    { "\"rooms\":[{\"id\":\"r1\"},", "\"rooms\":[" },
    { "\"due_ms\":\"", "\"due_ms\":\"x" },
    { "\"stirring\":[", "\"stirring\":[],\"other\":[" },
    { "\"connections\":[{\"id\":\"3\"}]", "\"connections\":[]" },
    { "{\"room\":\"r1\",\"user\"", "{\"room\":\"none\",\"user\"" },
    { "\"text\":\"first\"", "\"text\":7" },
    { "\"text\":\"first\"", "\"text\":\"first\",\"text\":\"\"" },
};

/* The text with the first `what` replaced; free() it. */
static char *replaced(const char *text, const char *what, const char *by)
{
    const char *at = strstr(text, what);
    size_t size = strlen(text) + strlen(by) + 1;
    char *into = malloc(size);

    ck_assert_ptr_nonnull(into);
    ck_assert_msg(at != NULL, "no %s in %s", what, text);
    snprintf(into, size, "%.*s%s%s", (int)(at - text), text, by,
             at + strlen(what));
    return into;
}

/* The core that has refused it stays safe: under the sanitizers that shows. */
static void use(struct world *world)
{
    for (int id = 1; id <= 4; id++)
        hear(world, id, "{\"type\":\"leave_room\",\"room\":\"lobby\"}");
    publish(world, "news");
    world->now_ms += 3600 * 1000;
    core_ticked(world->core);
    for (int id = 1; id <= 4; id++)
        core_closed(world->core, (connection_id)id, DEPARTED_ABRUPTLY);
}

START_TEST(what_no_core_has_written_is_not_read)
{
    struct world *world = full_world();
    struct world *copy = scarce_world();
    char *text = snapshot_of(world);
    char *bad = replaced(text, odd[_i].what, odd[_i].by);

    ck_assert_msg(!import_text(copy, bad), "read: %s", bad);
    use(copy);
    free(bad);
    cJSON_free(text);
    world_free(copy);
    world_free(world);
}
END_TEST

START_TEST(core_that_has_begun_imports_nothing)
{
    struct world *world = full_world();
    char *text = snapshot_of(world);

    ck_assert(!import_text(world, text));
    cJSON_free(text);
    text = snapshot_of(world);
    ck_assert_ptr_nonnull(strstr(text, "\"r1\""));
    cJSON_free(text);
    world_free(world);
}
END_TEST

START_TEST(snapshot_holds_no_secret)
{
    struct world *world = full_world();
    char *text = snapshot_of(world);

    ck_assert_ptr_null(strstr(text, SECRET));
    ck_assert_ptr_null(strstr(text, "eyJ"));
    cJSON_free(text);
    world_free(world);
}
END_TEST

START_TEST(another_system_has_no_snapshot)
{
    struct world *world = world_new();
    cJSON *nothing = cJSON_CreateObject();

    ck_assert_ptr_null(core_export(world->core));
    ck_assert(!core_import(world->core, nothing));
    ck_assert(!core_import(world->core, NULL));
    cJSON_Delete(nothing);
    world_free(world);
}
END_TEST

/* A proxy's address may be any bytes; the snapshot is JSON all the same. */
START_TEST(address_of_odd_bytes_is_kept)
{
    struct settings settings = settings_for(SERVES_ROOMS);
    struct header header = { text_of("X-Forwarded-For"),
                             text_of("\xff% \x7f") };
    struct request request = { .path = text_of("/rooms"),
                               .query = text_of(""),
                               .headers = &header,
                               .header_count = 1,
                               .peer = "127.0.0.1:1" };

    settings.trusted_proxy = "127.0.0.1";
    struct world *world = world_with(&secure_policy, &settings);
    struct world *copy = world_with(&secure_policy, &settings);
    open_request(world, 1, request);
    char *text = snapshot_of(world);
    ck_assert_ptr_nonnull(strstr(text, "\"%FF%25 %7F\""));
    ck_assert(import_text(copy, text));
    ck_assert_ptr_nonnull(count_find(&copy->core->addresses, "\xff% \x7f"));
    cJSON_free(text);
    world_free(copy);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_snapshot_odd", &tcase);

    tcase_add_loop_test(tcase, what_no_core_has_written_is_not_read, 0,
                        COUNT_OF(odd));
    tcase_add_test(tcase, core_that_has_begun_imports_nothing);
    tcase_add_test(tcase, snapshot_holds_no_secret);
    tcase_add_test(tcase, another_system_has_no_snapshot);
    tcase_add_test(tcase, address_of_odd_bytes_is_kept);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_snapshot_odd");
}
