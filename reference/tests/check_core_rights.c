/* Who may enter which endpoint of which restaurant, what happens when that
 * cannot be looked up, and when it is no longer so. */
#include "tests/pos_world.h"

#define FAILED_AUTH                                                            \
    "send 1 " AUTH_ERROR "; close 1 4003 Authentication failed; "
#define NO_ROLE "close 1 4003 Management access required; "
#define LATER   "close 1 1013 Try again later; "
#define DENIED  "close 1 4003 Access denied; "

static const struct {
    const char *label;
    const char *user;
    const char *endpoint;
    const char *restaurant;
    const char *want; /* NULL: welcome */
} entries[] = {
    { "a cashier", "alice", "pos", HOME, NULL },
    { "a cashier in the kitchen", "alice", "kitchen", HOME, NULL },
    { "a cashier in the office", "alice", "management", HOME, NO_ROLE },
    { "a cook in the office", "bob", "management", HOME, NO_ROLE },
    { "the owner", "owner", "management", HOME, NULL },
    { "the manager", "boss", "management", HOME, NULL },
    { "the owner of all", "platform", "management", HOME, NULL },
    { "the owner of all at the till", "platform", "pos", AWAY, NULL },
    { "the owner of all where nobody is", "platform", "pos", SHUT,
      FAILED_AUTH },
    { "an owner of nothing", "newcomer", "management", HOME, FAILED_AUTH },
    { "an owner of nothing at the till", "newcomer", "pos", HOME, FAILED_AUTH },
    { "a foreign manager", "mallory", "management", HOME, FAILED_AUTH },
    { "a foreign manager in the kitchen", "mallory", "kitchen", HOME,
      FAILED_AUTH },
    { "a cashier elsewhere", "alice", "pos", AWAY, FAILED_AUTH },
    { "a closed restaurant", "closed", "pos", SHUT, FAILED_AUTH },
    { "an unknown restaurant", "alice", "pos",
      "44444444-4444-4444-8444-444444444444", FAILED_AUTH },
    { "an unknown user", "nobody", "pos", HOME, FAILED_AUTH },
    { "an unknown user in the office", "nobody", "management", HOME,
      FAILED_AUTH },
    { "a name in another case", "Alice", "pos", HOME, FAILED_AUTH },
};

START_TEST(entry_has_its_outcome)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    const char *want = entries[_i].want;

    enter(world, 1, entries[_i].endpoint, entries[_i].restaurant);
    world->calls[0] = 0;
    authenticate(world, 1, entries[_i].user, "");
    if (want == NULL)
        ck_assert_msg(strstr(world->calls, "auth_success") != NULL, "%s: %s",
                      entries[_i].label, world->calls);
    else
        expect_calls(world, entries[_i].label, want);
    ck_assert_int_eq(count_of(world, "pool", "user", entries[_i].user),
                     want == NULL);
    ck_assert_int_eq(count_of(world, "events", "event", "ACCESS_DENIED"),
                     want != NULL);
    ck_assert_int_eq(
        count_of(world, "events", "endpoint", entries[_i].endpoint), 1);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), want == NULL);
    world_free(world);
}
END_TEST

static const struct {
    const char *role;
    bool manages;
} roles[] = {
    { "restaurant_owner", true },
    { "manager", true },
    { "platform_owner", true },
    { "", false },
    { "man", false },
    { "managers", false },
    { "Manager", false },
    { "manager ", false },
    { "owner", false },
    { "admin", false },
    { "cashier", false },
    { "restaurant", false },
};

START_TEST(three_roles_manage)
{
    ck_assert_msg(secure_role_may_manage(roles[_i].role) == roles[_i].manages,
                  "%s", roles[_i].role);
}
END_TEST

/* --- A directory that cannot be asked ------------------------------------- */

START_TEST(broken_directory_admits_nobody)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "pos", HOME);
    enter(world, 2, "pos", HOME);
    world->calls[0] = 0;
    (_i == 0 ? &shelf.is_broken : &shelf.is_unsteady)[0] = true;
    authenticate(world, 1, "alice", "");
    expect_calls(world, "broken", LATER);
    ck_assert_int_eq(count_of(world, "events", "cause", "unavailable"), 1);
    ck_assert_ptr_nonnull(strstr(world->log, "error: no directory to ask"));
    ck_assert_int_eq(count_of(world, "history", "what", "add"), 0);
    shelf.is_broken = shelf.is_unsteady = false;
    authenticate(world, 2, "alice", "");
    ck_assert_ptr_nonnull(strstr(world->calls, "auth_success"));
    world_free(world);
}
END_TEST

START_TEST(no_directory_admits_nobody)
{
    struct settings settings = settings_for(SERVES_POS);
    struct world *world = world_with(&secure_policy, &settings);

    enter(world, 1, "management", HOME);
    world->calls[0] = 0;
    authenticate(world, 1, "owner", "");
    expect_calls(world, "none", LATER);
    world_free(world);
}
END_TEST

START_TEST(broken_directory_leaves_members_alone)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "alice", "pos", HOME);
    shelf.is_broken = true;
    core_ticked(world->core);
    core_directory_changed(world->core);
    expect_calls(world, "they stay", "");
    hear(world, 1, "{\"type\":\"publish\",\"text\":\"a\"}");
    expect_calls(world, "unheard", "send 1 " ERROR "; ");
    shelf.is_broken = false;
    hear(world, 1, "{\"type\":\"whoami\"}");
    expect_calls(world, "heard again",
                 "send 1 {\"type\":\"identity\",\"user_id\":\"alice\"}; ");
    world_free(world);
}
END_TEST

/* --- A right that is withdrawn -------------------------------------------- */

static void lose_user(struct shelf *shelf)
{
    shelf->users[3].id[0] = 0;
}

static void lose_role(struct shelf *shelf)
{
    copy_text(shelf->users[3].role, sizeof(shelf->users[3].role), "cashier");
}

static void lose_restaurant(struct shelf *shelf)
{
    copy_text(shelf->users[3].restaurant, sizeof(shelf->users[3].restaurant),
              AWAY);
}

static void lose_activity(struct shelf *shelf)
{
    shelf->restaurants[0].active = false;
}

static const struct {
    const char *label;
    void (*lose)(struct shelf *shelf);
} losses[] = {
    { "the user", lose_user },
    { "the role", lose_role },
    { "the restaurant", lose_restaurant },
    { "its activity", lose_activity },
};

START_TEST(lost_right_ends_the_connection)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "boss", "management", HOME);
    core_directory_changed(world->core);
    expect_calls(world, "as before", "");
    losses[_i].lose(&shelf);
    shelf.version++;
    core_directory_changed(world->core);
    expect_calls(world, losses[_i].label, DENIED);
    ck_assert_int_eq(count_of(world, "pool", "user", "boss"), 0);
    ck_assert_int_eq(count_of(world, "events", "cause", "withdrawn"), 1);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 0);
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    ck_assert_int_eq(count_of(world, "history", "what", "remove"), 1);
    world_free(world);
}
END_TEST

/* Noticed before anything is served, whoever changed the directory. */
START_TEST(lost_right_is_noticed_without_a_word)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "boss", "management", HOME);
    lose_role(&shelf);
    shelf.version++;
    if (_i == 0)
        hear(world, 1, "{\"type\":\"publish\",\"text\":\"a\"}");
    else if (_i == 1)
        core_publish(world->core, text_of("a"), text_of(HOME));
    else
        core_ticked(world->core);
    expect_calls(world, "noticed", DENIED);
    world_free(world);
}
END_TEST

/* What could not be looked up when it changed is looked up later. */
START_TEST(recheck_that_failed_is_made_again)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "boss", "management", HOME);
    lose_role(&shelf);
    shelf.version++;
    shelf.is_unsteady = true;
    core_directory_changed(world->core);
    expect_calls(world, "nobody knows", "");
    hear(world, 1, "{\"type\":\"whoami\"}");
    expect_calls(world, "not served", "send 1 " ERROR "; ");
    shelf.is_unsteady = false;
    core_ticked(world->core);
    expect_calls(world, "known", DENIED);
    world_free(world);
}
END_TEST

START_TEST(others_keep_their_rights)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "boss", "management", HOME);
    admit(world, 2, "boss", "pos", HOME);
    admit(world, 3, "mallory", "management", AWAY);
    lose_role(&shelf);
    shelf.version++;
    core_directory_changed(world->core);
    expect_calls(world, "the office alone", DENIED);
    ck_assert_int_eq(gauge_of(world, "members"), 2);
    world_free(world);
}
END_TEST

START_TEST(revoked_token_ends_its_connection)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "alice", "pos", HOME);
    admit(world, 2, "bob", "pos", HOME);
    ck_assert(!core_revoke(world->core, text_of("")));
    ck_assert(!core_revoke(world->core, (struct text){ "j-alice\0x", 9 }));
    expect_calls(world, "no jti", "");
    ck_assert(core_revoke(world->core, text_of("j-alice")));
    expect_calls(world, "revoked", FAILED_AUTH);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 1);
    ck_assert_int_eq(count_of(world, "events", "cause", "revoked_live"), 1);
    ck_assert_int_eq(count_of(world, "events", "detail", "revoked"), 1);
    ck_assert_int_eq(count_of(world, "events", "user", "alice"), 2);
    ck_assert_ptr_null(strstr(world->log, "expired"));
    world_free(world);
}
END_TEST

/* A member whose token has this identifier; "": none. */
static void enter_with(struct world *world, int id, const char *user,
                       const char *jti)
{
    char claims[256];
    char message[TOKEN_BYTES + 64];

    snprintf(claims, sizeof(claims),
             "{\"sub\":\"%s\",\"iat\":%d,\"exp\":%d%s%s%s}", user, NOW_S,
             NOW_S + 600, jti[0] == 0 ? "" : ",\"jti\":\"", jti,
             jti[0] == 0 ? "" : "\"");
    snprintf(message, sizeof(message),
             "{\"type\":\"authenticate\",\"token\":\"%s\"}",
             sign(world, GOOD_HEADER, claims));
    enter(world, id, "pos", HOME);
    hear(world, id, message);
}

/* Of each that bears this very identifier, and of no other. */
START_TEST(revocation_ends_the_connections_of_its_token)
{
    static const char *const jtis[] = { "a", "b", "a", "ab", "A", "" };
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    for (int i = 0; i < COUNT_OF(jtis); i++)
        enter_with(world, i + 1, i < 3 ? "owner" : "alice", jtis[i]);
    ck_assert_int_eq(gauge_of(world, "members"), 6);
    ck_assert(core_revoke(world->core, text_of("a")));
    ck_assert(core_revoke(world->core, text_of("a")));
    ck_assert_int_eq(gauge_of(world, "members"), 4);
    ck_assert_int_eq(count_of(world, "pool", "user", "owner"), 1);
    ck_assert_int_eq(count_of(world, "events", "cause", "revoked_live"), 2);
    ck_assert_int_eq(metric_of(world, "auth_failures"), 0);
    enter_with(world, 7, "owner", "a");
    ck_assert_int_eq(gauge_of(world, "members"), 4);
    ck_assert_int_eq(metric_of(world, "auth_failures"), 1);
    world_free(world);
}
END_TEST

START_TEST(jti_has_its_longest)
{
    struct world *world = world_new();
    char jti[JTI_BYTES_MAX + 1];

    memset(jti, 'a', sizeof(jti));
    ck_assert(
        !core_revoke(world->core, (struct text){ jti, JTI_BYTES_MAX + 1 }));
    ck_assert_ptr_null(strstr(world->log, "revoked"));
    ck_assert(core_revoke(world->core, (struct text){ jti, JTI_BYTES_MAX }));
    ck_assert_uint_eq(world->core->revoked_count, 1);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_rights", &tcase);

    tcase_add_loop_test(tcase, entry_has_its_outcome, 0, COUNT_OF(entries));
    tcase_add_loop_test(tcase, three_roles_manage, 0, COUNT_OF(roles));
    tcase_add_loop_test(tcase, broken_directory_admits_nobody, 0, 2);
    tcase_add_test(tcase, no_directory_admits_nobody);
    tcase_add_test(tcase, broken_directory_leaves_members_alone);
    tcase_add_loop_test(tcase, lost_right_ends_the_connection, 0,
                        COUNT_OF(losses));
    tcase_add_loop_test(tcase, lost_right_is_noticed_without_a_word, 0, 3);
    tcase_add_test(tcase, recheck_that_failed_is_made_again);
    tcase_add_test(tcase, others_keep_their_rights);
    tcase_add_test(tcase, revoked_token_ends_its_connection);
    tcase_add_test(tcase, revocation_ends_the_connections_of_its_token);
    tcase_add_test(tcase, jti_has_its_longest);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_rights");
}
