/* What refusals leave behind: one event each, with its place, in the records
 * and at the monitor; one more in the metrics, where it was a failure to
 * authenticate; and the level of the line beside it. */
#include "tests/pos_world.h"

#define AUTH    "{\"type\":\"authenticate\""
#define BAD     AUTH ",\"token\":\"a.b.c\""
#define NOBODY  "Missing user_id"
#define NOWHERE "44444444-4444-4444-8444-444444444444"

/* --- One event of a refusal ----------------------------------------------- */

static const struct {
    const char *endpoint;
    const char *restaurant;
    const char *message; /* a user's name: a good token; NULL: none comes */
    const char *more;    /* in the message of a user */
    const char *cause;
    bool is_nobody; /* neither a user id nor a token that holds */
} refusals[] = {
    { "pos", HOME, AUTH "}", "", "missing", true },
    { "kitchen", AWAY, AUTH "}", "", "missing", true },
    { "management", HOME, AUTH "}", "", "no_identity", true },
    { "pos", NOWHERE, AUTH "}", "", "missing", true },
    { "pos", HOME, AUTH ",\"user_id\":null}", "", "missing", true },
    { "pos", HOME, AUTH ",\"user_id\":\"owner\"}", "", "missing", false },
    { "management", HOME, AUTH ",\"user_id\":\"owner\"}", "", "no_identity",
      false },
    { "kitchen", HOME, BAD "}", "", "invalid", true },
    { "management", HOME, BAD "}", "", "invalid", true },
    { "pos", HOME, BAD ",\"user_id\":\"owner\"}", "", "invalid", false },
    { "pos", HOME, "owner", ",\"user_id\":\"boss\"", "invalid", false },
    { "pos", HOME, "owner", ",\"user_id\":0", "invalid", false },
    { "kitchen", AWAY, "owner", "", "forbidden", false },
    { "pos", HOME, "nobody", "", "forbidden", false },
    { "management", HOME, "alice", "", "role", false },
    { "pos", SHUT, "platform", "", "forbidden", false },
    { "kitchen", HOME, "{}", "", "unexpected", true },
    { "management", HOME, "[", "", "unreadable", true },
    { "kitchen", "x", NULL, "", "malformed", true },
    { "management", HOME, NULL, "", "timeout", true },
};

static const char *text_in(const cJSON *event, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, name));

    return text == NULL ? "absent" : text;
}

/* What comes, or the deadline that passes. */
static void provoke(struct world *world, int i)
{
    const char *message = refusals[i].message;

    enter(world, 1, refusals[i].endpoint, refusals[i].restaurant);
    if (message == NULL) {
        world->now_ms += 5000;
        core_ticked(world->core);
    } else if (strchr("{[", message[0]) != NULL) {
        hear(world, 1, message);
    } else {
        authenticate(world, 1, message, refusals[i].more);
    }
}

/* The only event of the world: in its records, and at the monitor. */
static cJSON *only_event(struct world *world)
{
    cJSON *tree = core_inspect(world->core, 0);
    cJSON *events = cJSON_DetachItemFromObjectCaseSensitive(tree, "events");
    cJSON *told =
        cJSON_ParseWithLength(world->events, strcspn(world->events, "\n"));

    ck_assert_int_eq(cJSON_GetArraySize(events), 1);
    cJSON *event = cJSON_DetachItemFromArray(events, 0);
    ck_assert_ptr_eq(strchr(world->events, '\n'), strrchr(world->events, '\n'));
    ck_assert(cJSON_Compare(event, told, true));
    cJSON_Delete(told);
    cJSON_Delete(events);
    cJSON_Delete(tree);
    return event;
}

START_TEST(refusal_leaves_one_event)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    bool is_uuid = strlen(refusals[_i].restaurant) == UUID_CHARS;

    provoke(world, _i);
    cJSON *event = only_event(world);
    ck_assert_str_eq(text_in(event, "event"), "ACCESS_DENIED");
    ck_assert_str_eq(text_in(event, "severity"), "CRITICAL");
    ck_assert_str_eq(text_in(event, "cause"), refusals[_i].cause);
    ck_assert_str_eq(text_in(event, "endpoint"), refusals[_i].endpoint);
    ck_assert_str_eq(text_in(event, "restaurant"),
                     is_uuid ? refusals[_i].restaurant : "");
    ck_assert_str_eq(text_in(event, "peer"), "127.0.0.1:50001");
    ck_assert_str_eq(text_in(event, "user"), "");
    ck_assert_int_eq(
        strncmp(text_in(event, "detail"), NOBODY, strlen(NOBODY)) == 0,
        refusals[_i].is_nobody);
    cJSON_Delete(event);
    world_free(world);
}
END_TEST

/* Who has proven who it is, and may not enter, has failed at nothing; nor has
 * one that named no restaurant. */
START_TEST(failure_to_authenticate_is_counted_once)
{
    static const char *const others[] = { "forbidden", "role", "malformed" };
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    int want = 1;

    for (int i = 0; i < COUNT_OF(others); i++)
        if (strcmp(refusals[_i].cause, others[i]) == 0)
            want = 0;
    provoke(world, _i);
    core_received(world->core, 1, text_of(AUTH "}"), true);
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    ck_assert_msg(metric_of(world, "auth_failures") == want, "%s: want %d",
                  refusals[_i].cause, want);
    ck_assert_int_eq(metric_of(world, "limit_violations"), 0);
    world_free(world);
}
END_TEST

START_TEST(admission_leaves_no_denial)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "owner", "management", HOME);
    cJSON *event = only_event(world);
    ck_assert_str_eq(text_in(event, "event"), "auth_ok");
    ck_assert_str_eq(text_in(event, "severity"), "INFO");
    ck_assert_str_eq(text_in(event, "user"), "owner");
    ck_assert_str_eq(text_in(event, "restaurant"), HOME);
    ck_assert_str_eq(text_in(event, "endpoint"), "management");
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    cJSON_Delete(event);
    cJSON_Delete(only_event(world));
    ck_assert_int_eq(metric_of(world, "auth_failures"), 0);
    world_free(world);
}
END_TEST

/* --- Before anything was said --------------------------------------------- */

/* From one address, with this Origin. */
static void come(struct world *world, int id, const char *origin)
{
    struct header header = { text_of("Origin"), text_of(origin) };

    open_request(world, id,
                 (struct request){ .path = text_of("/ws/kitchen/" HOME),
                                   .headers = &header,
                                   .header_count = 1,
                                   .peer = "192.0.2.1:1" });
}

static void come_from_elsewhere(struct world *world)
{
    come(world, 1, "https://b.example");
}

static void come_too_often(struct world *world)
{
    come(world, 1, "https://a.example");
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    come(world, 2, "https://a.example");
}

static void speak_too_long(struct world *world)
{
    come(world, 1, "https://a.example");
    core_overlong(world->core, 1, true, 1 << 20);
}

static const struct {
    void (*refuse)(struct world *world);
    const char *cause;
    int failures; /* to authenticate */
    int violations;
} earlies[] = {
    { come_from_elsewhere, "origin", 0, 0 },
    { come_too_often, "attempts", 0, 1 },
    { speak_too_long, "too_big", 1, 0 },
};

START_TEST(early_refusal_leaves_one_event)
{
    static const char *const origins[] = { "https://a.example", NULL };
    struct settings settings = settings_for(SERVES_POS);
    struct shelf shelf;

    settings.attempts_max = 1;
    settings.origins = origins;
    struct world *world = pos_with(&secure_policy, &settings, &shelf);
    earlies[_i].refuse(world);
    cJSON *event = only_event(world);
    ck_assert_str_eq(text_in(event, "event"), "ACCESS_DENIED");
    ck_assert_str_eq(text_in(event, "cause"), earlies[_i].cause);
    ck_assert_str_eq(text_in(event, "endpoint"), "kitchen");
    ck_assert_str_eq(text_in(event, "restaurant"), HOME);
    ck_assert_int_eq(metric_of(world, "auth_failures"), earlies[_i].failures);
    ck_assert_int_eq(metric_of(world, "limit_violations"),
                     earlies[_i].violations);
    cJSON_Delete(event);
    world_free(world);
}
END_TEST

START_TEST(other_systems_name_their_own_events)
{
    struct world *world = world_new();

    open_with(world, 1, "a.b.c");
    cJSON *event = only_event(world);
    ck_assert_str_eq(text_in(event, "event"), "auth_refused");
    ck_assert_str_eq(text_in(event, "severity"), "WARNING");
    ck_assert_str_eq(text_in(event, "cause"), "invalid");
    ck_assert_str_eq(text_in(event, "detail"), "malformed");
    ck_assert_str_eq(text_in(event, "restaurant"), "");
    ck_assert_str_eq(text_in(event, "endpoint"), "");
    cJSON_Delete(event);
    world_free(world);
}
END_TEST

/* --- The monitor fails ---------------------------------------------------- */

static size_t lines_in(const char *text)
{
    size_t lines = 0;

    for (; *text != 0; text++)
        lines += *text == '\n';
    return lines;
}

START_TEST(failing_monitor_changes_one_line)
{
    struct shelf shelves[2];
    struct world *well = pos_new(&shelves[0]);
    struct world *ill = pos_new(&shelves[1]);

    ill->monitor_broken = true;
    provoke(well, _i);
    provoke(ill, _i);
    ck_assert_str_eq(ill->calls, well->calls);
    ck_assert_uint_eq(lines_in(ill->log), lines_in(well->log) + 1);
    ck_assert_ptr_nonnull(strstr(ill->log, " error: the monitor took no event "
                                           "peer=127.0.0.1:50001\n"));
    ck_assert_int_eq(count_of(ill, "events", "cause", refusals[_i].cause), 1);
    ck_assert_str_eq(ill->events, "");
    world_free(well);
    world_free(ill);
}
END_TEST

/* --- Levels --------------------------------------------------------------- */

static const struct {
    const char *message; /* as in refusals */
    const char *more;
    const char *want;
    const char *never;
} levels[] = {
    { AUTH "}", "", " warning: auth refused 127.0.0.1:50001: ", " error: " },
    { AUTH ",\"user_id\":\"boss\"}", "",
      " warning: auth refused 127.0.0.1:50001: ", " error: " },
    { BAD "}", "", " error: auth refused 127.0.0.1:50001: malformed",
      " warning: " },
    { "owner", ",\"user_id\":\"boss\"",
      " error: auth refused 127.0.0.1:50001: ", " info: " },
    { "owner", "",
      " info: user id taken from the token 127.0.0.1:50001 user=owner",
      " error: " },
    { "owner", ",\"user_id\":null",
      " info: user id taken from the token 127.0.0.1:50001 user=owner",
      " warning: " },
    { "owner", ",\"user_id\":\"owner\"", "access ", " info: " },
    { "mallory", "", " warning: auth refused 127.0.0.1:50001: ", " info: " },
};

START_TEST(log_line_has_its_level)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    const char *message = levels[_i].message;

    enter(world, 1, "pos", HOME);
    if (message[0] == '{')
        hear(world, 1, message);
    else
        authenticate(world, 1, message, levels[_i].more);
    ck_assert_msg(strstr(world->log, levels[_i].want) != NULL, "%s: %s",
                  message, world->log);
    ck_assert_msg(strstr(world->log, levels[_i].never) == NULL, "%s: %s",
                  message, world->log);
    ck_assert_ptr_null(strstr(world->log, "eyJ"));
    ck_assert_ptr_null(strstr(world->log, "boss"));
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_events", &tcase);

    tcase_add_loop_test(tcase, refusal_leaves_one_event, 0, COUNT_OF(refusals));
    tcase_add_loop_test(tcase, failure_to_authenticate_is_counted_once, 0,
                        COUNT_OF(refusals));
    tcase_add_test(tcase, admission_leaves_no_denial);
    tcase_add_loop_test(tcase, early_refusal_leaves_one_event, 0,
                        COUNT_OF(earlies));
    tcase_add_test(tcase, other_systems_name_their_own_events);
    tcase_add_loop_test(tcase, failing_monitor_changes_one_line, 0,
                        COUNT_OF(refusals));
    tcase_add_loop_test(tcase, log_line_has_its_level, 0, COUNT_OF(levels));
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_events");
}
