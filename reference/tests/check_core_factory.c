/* `factory`: a manager for each connection, made of a verified user alone, and
 * nothing of one user's for another. */
#include "tests/core_world.h"

#define REFUSED     "close 1 4001 Authentication failed; "
#define EVENT(text) "{\"type\":\"event\",\"text\":\"" text "\"}"
#define ERROR       "{\"type\":\"error\",\"message\":\"Message processing failed\"}"
#define PUBLISH     "{\"type\":\"publish\",\"text\":\"a\"}"
#define AT_THE_DOOR text_of("/factory")

static struct world *factory_new(void)
{
    struct settings settings = settings_for(SERVES_FACTORY);

    return world_with(&secure_policy, &settings);
}

static void open_bearing(struct world *world, int id, const char *token)
{
    char value[TOKEN_BYTES + 8];

    snprintf(value, sizeof(value), "Bearer %s", token);
    struct header bearer = { text_of("Authorization"), text_of(value) };
    open_request(world, id,
                 (struct request){ .path = AT_THE_DOOR,
                                   .headers = &bearer,
                                   .header_count = 1 });
}

static void open_named(struct world *world, int id, const char *user)
{
    open_bearing(world, id, good_token(world, user, "viewer", 600));
}

static void admit_named(struct world *world, int id, const char *user)
{
    char want[32];

    open_named(world, id, user);
    snprintf(want, sizeof(want), "accept %d; ", id);
    expect_calls(world, "admitted", want);
}

START_TEST(whoever_fails_is_told_the_same)
{
    struct world *world = factory_new();
    static const char *const tokens[] = { "", "null", "a.b.c" };

    if (_i < COUNT_OF(tokens))
        open_bearing(world, 1, tokens[_i]);
    else
        open_at(world, 1, "/factory", "token=a.b.c");
    expect_calls(world, "refused", "accept 1; " REFUSED);
    ck_assert_int_eq(metric_of(world, "auth_failures"), 1);
    ck_assert_int_eq(metric_of(world, "managers_created"), 0);
    ck_assert_int_eq(count_of(world, "events", "event", "auth_refused"), 1);
    ck_assert_int_eq(count_of(world, "history", "what", "add"), 0);
    world_free(world);
}
END_TEST

START_TEST(query_means_nothing)
{
    struct world *world = factory_new();
    char query[TOKEN_BYTES + 8];

    snprintf(query, sizeof(query), "token=%s",
             good_token(world, "alice", "viewer", 600));
    open_at(world, 1, "/factory", query);
    expect_calls(world, "a good one", "accept 1; " REFUSED);
    open_at(world, 2, "/factory/alice", "");
    expect_calls(world, "below", "reject 2 404; ");
    world_free(world);
}
END_TEST

static void offer(struct world *world, int id, const char *subprotocols)
{
    struct header header = { text_of("Sec-WebSocket-Protocol"),
                             text_of(subprotocols) };

    open_request(world, id,
                 (struct request){ .path = AT_THE_DOOR,
                                   .headers = &header,
                                   .header_count = 1 });
}

START_TEST(token_comes_as_a_subprotocol)
{
    struct world *world = factory_new();
    char value[TOKEN_BYTES + 16];

    snprintf(value, sizeof(value), "jwt.%s, chat",
             good_token(world, "alice", "viewer", 600));
    offer(world, 1, value);
    expect_calls(world, "selects the other", "accept 1 chat; ");
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 1);
    ck_assert_ptr_null(strstr(world->log, "jwt.eyJ"));
    world_free(world);
}
END_TEST

/* Where `app.v1` alone is spoken, beside a good token as sub-protocol. */
static const struct {
    const char *before, *behind;
    const char *want;
} offers[] = {
    { "app.v1, ", "", "accept 1 app.v1; " },
    { "", " , app.v0,\tapp.v1", "accept 1 app.v1; " },
    { "", "", "reject 1 400; " },
    { "", ", app.v2", "reject 1 400; " },
    { "app, ", ", app.v10, app.v", "reject 1 400; " },
    { "", ", APP.V1", "reject 1 400; " },
    { "", ", \"app.v1\"", "reject 1 400; " },
    { "app.v1, jwt.a.b.c, ", "",
      "accept 1 app.v1; close 1 4001 Authentication failed; " },
};

START_TEST(one_subprotocol_is_spoken)
{
    struct settings settings = settings_for(SERVES_FACTORY);
    char value[TOKEN_BYTES + 64];

    settings.subprotocol = "app.v1";
    struct world *world = world_with(&secure_policy, &settings);
    snprintf(value, sizeof(value), "%sjwt.%s%s", offers[_i].before,
             good_token(world, "alice", "viewer", 600), offers[_i].behind);
    offer(world, 1, value);
    expect_calls(world, offers[_i].behind, offers[_i].want);
    ck_assert_int_eq(count_of(world, "events", "cause", "subprotocol"),
                     offers[_i].want[0] == 'r');
    open_at(world, 2, "/factory/below", "");
    expect_calls(world, "another path", "reject 2 404; ");
    world_free(world);
}
END_TEST

/* A browser reads why only where one that it has offered was selected. */
START_TEST(who_is_turned_back_gets_its_subprotocol)
{
    struct settings settings = settings_for(SERVES_FACTORY);

    settings.connections_max = 1;
    settings.attempts_max = 3;
    struct world *world = world_with(&secure_policy, &settings);
    admit_named(world, 1, "alice");
    offer(world, 2, "jwt.a.b.c, chat");
    expect_calls(world, "full",
                 "accept 2 chat; close 2 1013 Try again later; end 2; ");
    offer(world, 3, "jwt.a.b.c");
    expect_calls(world, "the token's own",
                 "accept 3 jwt.a.b.c; close 3 1013 Try again later; end 3; ");
    offer(world, 4, "chat");
    expect_calls(world, "too often",
                 "accept 4 chat; close 4 1013 Too many attempts; end 4; ");
    open_at(world, 5, "/factory", "");
    expect_calls(world, "none offered",
                 "accept 5; close 5 1013 Too many attempts; end 5; ");
    world_free(world);
}
END_TEST

START_TEST(two_good_credentials_are_none)
{
    struct world *world = factory_new();
    char bearer[TOKEN_BYTES + 16];
    char offer[TOKEN_BYTES + 16];
    const char *token = good_token(world, "alice", "viewer", 600);

    snprintf(bearer, sizeof(bearer), "Bearer %s", token);
    snprintf(offer, sizeof(offer), "jwt.%s, chat", token);
    struct header headers[] = {
        { text_of("Authorization"), text_of(bearer) },
        { text_of("Sec-WebSocket-Protocol"), text_of(offer) },
    };
    open_request(world, 1,
                 (struct request){ .path = AT_THE_DOOR,
                                   .headers = headers,
                                   .header_count = 2 });
    expect_calls(world, "both", "accept 1 chat; " REFUSED);
    world_free(world);
}
END_TEST

START_TEST(longer_message_is_an_error)
{
    struct settings settings = settings_for(SERVES_FACTORY);

    settings.sizes[SIZE_JSON] = strlen(PUBLISH);
    struct world *world = world_with(&secure_policy, &settings);
    admit_named(world, 1, "alice");
    hear(world, 1, PUBLISH);
    expect_calls(world, "as long", "send 1 " EVENT("a") "; ");
    hear(world, 1, PUBLISH " ");
    expect_calls(world, "longer", "send 1 " ERROR "; ");
    hear(world, 1, PUBLISH);
    expect_calls(world, "served on", "send 1 " EVENT("a") "; ");
    world_free(world);
}
END_TEST

START_TEST(users_hear_their_own)
{
    struct world *world = factory_new();

    admit_named(world, 1, "alice");
    admit_named(world, 2, "bob");
    admit_named(world, 3, "alice");
    hear(world, 1, PUBLISH);
    expect_calls(world, "alice's",
                 "send 1 " EVENT("a") "; send 3 " EVENT("a") "; ");
    hear(world, 2, "{\"type\":\"whoami\",\"user_id\":\"alice\"}");
    expect_calls(world, "bob",
                 "send 2 {\"type\":\"identity\",\"user_id\":\"bob\"}; ");
    publish(world, "b");
    expect_calls(world, "an operator's",
                 "send 1 " EVENT("b") "; send 2 " EVENT("b") "; send 3 " EVENT(
                     "b") "; ");
    hear(world, 2, "{\"type\":\"get_order\"}");
    expect_calls(world, "no type of ours", "send 2 " ERROR "; ");
    world_free(world);
}
END_TEST

START_TEST(manager_is_one_connections)
{
    struct world *world = factory_new();

    admit_named(world, 1, "alice");
    admit_named(world, 2, "alice");
    admit_named(world, 3, "bob");
    ck_assert_int_eq(count_of(world, "managers", "user", "alice"), 2);
    ck_assert_int_eq(count_of(world, "managers", "user", "bob"), 1);
    ck_assert_int_eq(metric_of(world, "managers_active"), 3);
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    core_close_received(world->core, 2, 1000);
    core_closed(world->core, 2, DEPARTED_CLEANLY);
    ck_assert(core_revoke(world->core, text_of("j-bob")));
    ck_assert_int_eq(metric_of(world, "managers_created"), 3);
    ck_assert_int_eq(metric_of(world, "managers_ended"), 3);
    ck_assert_int_eq(metric_of(world, "managers_active"), 0);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 0);
    world_free(world);
}
END_TEST

START_TEST(user_has_five_managers)
{
    struct world *world = factory_new();

    for (int id = 1; id <= 5; id++)
        admit_named(world, id, "alice");
    for (int id = 6; id <= 55; id++) {
        world->calls[0] = 0;
        open_named(world, id, "alice");
        ck_assert_ptr_nonnull(
            strstr(world->calls, "1013 Too many connections; "));
    }
    ck_assert_int_eq(metric_of(world, "managers_created"), 5);
    ck_assert_int_eq(metric_of(world, "limit_violations"), 50);
    world->calls[0] = 0;
    admit_named(world, 56, "bob");
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    admit_named(world, 57, "alice");
    world_free(world);
}
END_TEST

START_TEST(no_manager_without_a_context)
{
    struct world *world = factory_new();
    struct claims nobody = { .subject = "" };

    ck_assert_ptr_null(manager_create(world->core, NULL));
    ck_assert_ptr_null(manager_create(world->core, &nobody));
    const char *sentence = core_manager_without_context(world->core);
    ck_assert_ptr_eq(strstr(sentence, "CRITICAL SECURITY ERROR: "), sentence);
    ck_assert_ptr_nonnull(strstr(sentence, "manager_create(context)"));
    ck_assert_int_eq(metric_of(world, "contextless_requests"), 3);
    ck_assert_int_eq(metric_of(world, "managers_created"), 0);
    ck_assert_ptr_nonnull(strstr(world->log, "without a user context"));
    world_free(world);
}
END_TEST

START_TEST(broken_decoder_admits_nobody)
{
    struct world *world = factory_new();

    world->decoder_broken = true;
    open_named(world, 1, "alice");
    expect_calls(world, "broken", "accept 1; " REFUSED);
    ck_assert_int_eq(count_of(world, "events", "severity", "ERROR"), 1);
    world_free(world);
}
END_TEST

START_TEST(broken_frame_ends_the_connection)
{
    struct world *world = factory_new();

    admit_named(world, 1, "alice");
    core_frame_failed(world->core, 1, 1007);
    expect_calls(world, "UTF-8", "close 1 1007 ; end 1; ");
    core_frame_failed(world->core, 1, 1002);
    core_frame_failed(world->core, 2, 1002);
    hear(world, 1, PUBLISH);
    expect_calls(world, "once", "");
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 0);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_factory", &tcase);

    tcase_add_loop_test(tcase, whoever_fails_is_told_the_same, 0, 4);
    tcase_add_test(tcase, query_means_nothing);
    tcase_add_test(tcase, token_comes_as_a_subprotocol);
    tcase_add_loop_test(tcase, one_subprotocol_is_spoken, 0, COUNT_OF(offers));
    tcase_add_test(tcase, who_is_turned_back_gets_its_subprotocol);
    tcase_add_test(tcase, two_good_credentials_are_none);
    tcase_add_test(tcase, longer_message_is_an_error);
    tcase_add_test(tcase, users_hear_their_own);
    tcase_add_test(tcase, manager_is_one_connections);
    tcase_add_test(tcase, user_has_five_managers);
    tcase_add_test(tcase, no_manager_without_a_context);
    tcase_add_test(tcase, broken_decoder_admits_nobody);
    tcase_add_test(tcase, broken_frame_ends_the_connection);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_factory");
}
