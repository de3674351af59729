/* Who comes in, and when nobody does: refusals, revocation, a full server, a
 * shutdown, a careless policy. */
#include "tests/core_world.h"

#define INVALID  "Invalid or expired token"
#define ERROR    "{\"type\":\"error\",\"message\":\"" SENTENCE "\"}"
#define SENTENCE "Message processing failed"

static const struct {
    const char *label;
    const char *path;
    const char *query; /* NULL: a good token */
    const char *want;  /* calls */
    const char *cause; /* of the audit event; NULL: none */
} openings[] = {
    { "good", "/ws", NULL, "accept 1; ", NULL },
    { "absent", "/ws", "", "accept 1; close 1 1008 Authentication required; ",
      "missing" },
    { "empty", "/ws",
      "token=", "accept 1; close 1 1008 Authentication required; ", "missing" },
    { "bare", "/ws", "token",
      "accept 1; close 1 1008 Authentication required; ", "missing" },
    { "misnamed", "/ws", "access_token=x.y.z",
      "accept 1; close 1 1008 Authentication required; ", "missing" },
    { "null", "/ws", "token=null", "accept 1; close 1 1008 " INVALID "; ",
      "invalid" },
    { "garbage", "/ws", "token=a.b.c", "accept 1; close 1 1008 " INVALID "; ",
      "invalid" },
    { "twice", "/ws", "token=a&token=a", "accept 1; close 1 1008 " INVALID "; ",
      "invalid" },
    { "another path", "/", NULL, "reject 1 404; ", NULL },
    { "a longer path", "/ws/", NULL, "reject 1 404; ", NULL },
    { "an encoded path", "/%77s", NULL, "reject 1 404; ", NULL },
    { "an empty path", "", NULL, "reject 1 404; ", NULL },
};

START_TEST(opening_has_its_outcome)
{
    struct world *world = world_new();
    const char *query = openings[_i].query;
    char good[TOKEN_BYTES + 8];
    bool is_admitted = _i == 0;

    if (query == NULL) {
        snprintf(good, sizeof(good), "token=%s",
                 good_token(world, "alice", "viewer", 600));
        query = good;
    }
    open_at(world, 1, openings[_i].path, query);
    expect_calls(world, openings[_i].label, openings[_i].want);
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), is_admitted);
    ck_assert_int_eq(count_of(world, "history", "what", "add"), is_admitted);
    ck_assert_int_eq(count_of(world, "events", "event", "auth_ok"),
                     is_admitted);
    ck_assert_int_eq(count_of(world, "events", "event", "auth_refused"),
                     openings[_i].cause != NULL);
    if (openings[_i].cause != NULL)
        ck_assert_int_eq(count_of(world, "events", "cause", openings[_i].cause),
                         1);
    world_free(world);
}
END_TEST

START_TEST(every_fault_is_told_alike)
{
    struct world *world = world_new();
    struct text token = text_of("x.y.z");

    for (int fault = TOKEN_MALFORMED; fault <= TOKEN_ABSENT; fault++) {
        struct refusal told = secure_refusal(world->core, REFUSED_INVALID,
                                             (enum token_fault)fault, token);
        ck_assert_int_eq(told.code, 1008);
        ck_assert_str_eq(told.reason, INVALID);
    }
    world_free(world);
}
END_TEST

START_TEST(failing_decoder_is_an_invalid_token)
{
    struct world *world = world_new();

    world->decoder_broken = true;
    open_as(world, 1, "alice", "viewer");
    expect_calls(world, "broken", "accept 1; close 1 1008 " INVALID "; ");
    ck_assert_int_eq(count_of(world, "events", "detail", "decoder_failed"), 1);
    ck_assert_int_eq(count_of(world, "events", "severity", "ERROR"), 1);
    ck_assert_int_eq(count_of(world, "history", "what", "add"), 0);
    world->decoder_broken = false;
    open_as(world, 2, "alice", "viewer");
    expect_calls(world, "mended", "accept 2; ");
    world_free(world);
}
END_TEST

START_TEST(unverified_subject_is_nobody)
{
    struct world *world = world_new();
    char *token = world->token;

    good_token(world, "admin", "publisher", 600);
    token[strlen(token) - 2] ^= 1;
    open_with(world, 1, token);
    ck_assert_int_eq(count_of(world, "events", "user", ""), 1);
    ck_assert_int_eq(count_of(world, "events", "user", "admin"), 0);
    ck_assert_ptr_null(strstr(world->log, "admin"));
    world_free(world);
}
END_TEST

START_TEST(stranger_is_not_heard)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    open_at(world, 2, "/ws", "");
    world->calls[0] = 0;
    hear(world, 2, "{\"type\":\"publish\",\"text\":\"x\"}");
    core_received(world->core, 2, text_of("x"), false);
    hear(world, 3, "{\"type\":\"publish\",\"text\":\"never opened\"}");
    expect_calls(world, "stranger", "");
    world_free(world);
}
END_TEST
START_TEST(revoked_token_is_kept_out)
{
    struct world *world = world_new();

    core_revoke(world->core, text_of("j-alice"));
    core_revoke(world->core, text_of(""));
    open_as(world, 1, "alice", "viewer");
    open_as(world, 2, "bob", "viewer");
    expect_calls(world, "revoked",
                 "accept 1; close 1 1008 " INVALID "; accept 2; ");
    ck_assert_int_eq(count_of(world, "events", "detail", "revoked"), 1);
    world_free(world);
}
END_TEST

/* When there is no room for more, all tokens that could be meant stay out;
 * once the forgotten ones have expired, there is room again. */
START_TEST(full_list_of_revocations_fails_closed)
{
    struct world *world = world_new();
    char jti[32];

    for (int i = 0; i <= REVOKED_MAX; i++) {
        snprintf(jti, sizeof(jti), "r%d", i * 7919 % (REVOKED_MAX + 1));
        core_revoke(world->core, text_of(jti));
        world->log[0] = 0;
    }
    open_as(world, 1, "alice", "viewer");
    expect_calls(world, "full", "accept 1; close 1 1008 " INVALID "; ");
    world->now_ms += 900 * 1000;
    open_as(world, 2, "alice", "viewer");
    expect_calls(world, "again", "accept 2; ");
    core_revoke(world->core, text_of("j-alice"));
    ck_assert_uint_eq(world->core->revoked_count, 1);
    open_as(world, 3, "alice", "viewer");
    expect_calls(world, "revoked",
                 "close 2 1008 " INVALID "; accept 3; close 3 1008 " INVALID
                 "; ");
    world_free(world);
}
END_TEST

START_TEST(server_is_full)
{
    struct settings settings = settings_for(SERVES_SIGNALS);

    settings.connections_max = 2;
    struct world *world = world_with(&secure_policy, &settings);
    open_as(world, 1, "alice", "viewer");
    open_at(world, 2, "/ws", "");
    world->calls[0] = 0;
    open_as(world, 3, "bob", "viewer");
    expect_calls(world, "full",
                 "accept 3; close 3 1013 Try again later; "
                 "end 3; ");
    hear(world, 3, "{}");
    core_close_received(world->core, 3, 1013);
    core_closed(world->core, 3, DEPARTED_CLEANLY);
    expect_calls(world, "not kept", "");
    core_closed(world->core, 2, DEPARTED_CLEANLY);
    open_as(world, 4, "bob", "viewer");
    expect_calls(world, "room again", "accept 4; ");
    world_free(world);
}
END_TEST

START_TEST(shutdown_tells_everybody_once)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    open_at(world, 2, "/ws", "");
    world->calls[0] = 0;
    core_shutdown(world->core);
    core_shutdown(world->core);
    publish(world, "too late");
    open_as(world, 3, "bob", "viewer");
    expect_calls(world, "shutdown",
                 "close 1 1001 Server shutdown; reject 3 503; ");
    ck_assert_int_eq(count_of(world, "history", "what", "remove"), 1);
    core_close_received(world->core, 1, 1001);
    expect_calls(world, "answered", "end 1; ");
    world_free(world);
}
END_TEST

/* A policy that forgets to remove must not make the core read freed memory:
 * the mutants live on this. */
static void never_depart(struct core *core, struct connection *connection,
                         enum departure how)
{
    (void)core, (void)connection, (void)how;
}

static void join_twice(struct core *core, struct connection *stranger,
                       const struct claims *claims)
{
    secure_join_pool(core, stranger, claims);
    pool_add(core, member_new(stranger, claims));
    pool_add(core, stranger->member);
}

START_TEST(core_survives_a_careless_policy)
{
    struct policy policy = secure_policy;

    policy.depart = never_depart;
    policy.join_pool = join_twice;
    struct world *world = world_under(&policy);
    open_as(world, 1, "alice", "viewer");
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 2);
    ck_assert_int_eq(gauge_of(world, "connections"), 0);
    publish(world, "ghost");
    ck_assert_ptr_nonnull(strstr(world->calls, "send 1 "));
    world_free(world);

    policy.depart = secure_depart;
    world = world_under(&policy);
    open_as(world, 1, "alice", "viewer");
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 0);
    world_free(world);
}
END_TEST

/* Leaving out any entry makes the policy incomplete; the entries are pointers
 * one behind the other. */
START_TEST(policy_lacks_an_entry)
{
    struct policy policy = secure_policy;
    struct settings settings = settings_for(SERVES_SIGNALS);
    struct port port = { .self = NULL };
    size_t at = (size_t)_i * sizeof(void *);

    ck_assert(policy_is_complete(&policy));
    memset((char *)&policy + at, 0, sizeof(void *));
    ck_assert_msg(!policy_is_complete(&policy), "entry %d", _i);
    ck_assert_ptr_null(core_new(&policy, &port, &settings));
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_admission", &tcase);

    tcase_add_loop_test(tcase, opening_has_its_outcome, 0, COUNT_OF(openings));
    tcase_add_test(tcase, every_fault_is_told_alike);
    tcase_add_test(tcase, failing_decoder_is_an_invalid_token);
    tcase_add_test(tcase, unverified_subject_is_nobody);
    tcase_add_test(tcase, stranger_is_not_heard);
    tcase_add_test(tcase, revoked_token_is_kept_out);
    tcase_add_test(tcase, full_list_of_revocations_fails_closed);
    tcase_add_test(tcase, server_is_full);
    tcase_add_test(tcase, shutdown_tells_everybody_once);
    tcase_add_test(tcase, core_survives_a_careless_policy);
    tcase_add_loop_test(tcase, policy_lacks_an_entry, 0,
                        (int)(sizeof(struct policy) / sizeof(void *)));
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_admission");
}
