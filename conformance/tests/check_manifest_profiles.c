/* The built-in profiles: each says what reference/PROTOCOL.md says. */
#include "manifest_world.h"
#include "bench.h"

/* What all three have in common. */
#define EVERYWHERE                                                             \
    (INSPECT | LOG | DECODER_FAULT | TIMEZONES | SAME_CLOCK | BROADCAST |      \
     PUBLISHER | PUBLIC_KEY | MAX_LIFETIME | LIVE_EXPIRY | REVOCATION |        \
     ROUTES | SUBPROTOCOL_REQUIRED | SOFT_SIZE)
#define COUNTED (PER_USER | ATTEMPTS | ORIGINS | TIGHT | PROXY | MESSAGE_SIZE)

static struct manifest *factory;
static struct manifest *pos;

static void open_profiles(void)
{
    factory = good_profile("factory");
    pos = good_profile("pos");
}

static void close_profiles(void)
{
    manifest_free(factory);
    manifest_free(pos);
}

static void is_message(const cJSON *message, const char *want)
{
    cJSON *wanted = cJSON_Parse(want);

    ck_assert_ptr_nonnull(wanted);
    ck_assert_msg(cJSON_Compare(message, wanted, true), "not %s", want);
    cJSON_Delete(wanted);
}

/* --- Refusals ------------------------------------------------------------- */

#define AUTH_ERROR                                                             \
    "{\"type\":\"auth_error\",\"error\":\"Authentication failed\","            \
    "\"timestamp\":\"{time}\"}"

struct telling {
    enum cause cause;
    int code; /* of a Close, or of HTTP below 1000 */
    const char *reason;
    const char *message;
};

static const struct telling of_factory[] = {
    { CAUSE_MISSING, 4001, "Authentication failed", NULL },
    { CAUSE_INVALID, 4001, "Authentication failed", NULL },
    { CAUSE_EXPIRED_LIVE, 4001, "Authentication failed", NULL },
    { CAUSE_ORIGIN, 403, NULL, NULL },
    { CAUSE_PER_USER, 1013, "Too many connections", NULL },
    { CAUSE_ATTEMPTS, 1013, "Too many attempts", NULL },
    { CAUSE_STRANGERS, 1013, "Too many attempts", NULL },
    { CAUSE_FULL, 1013, "Try again later", NULL },
    { CAUSE_TOO_BIG, 1009, NULL, NULL },
    { CAUSE_ILLEGAL, 1002, NULL, NULL },
    { CAUSE_ASTRAY, 404, NULL, NULL },
    { CAUSE_UNSPOKEN, 400, NULL, NULL },
    { CAUSE_HANDSHAKE, 431, NULL, NULL },
};

static const struct telling of_pos[] = {
    { CAUSE_MISSING, 4003, "Authentication failed", AUTH_ERROR },
    { CAUSE_INVALID, 4003, "Authentication failed", AUTH_ERROR },
    { CAUSE_EXPIRED_LIVE, 4003, "Authentication failed", AUTH_ERROR },
    { CAUSE_TIMEOUT, 4003, "Authentication timeout", NULL },
    { CAUSE_UNEXPECTED, 4003, "Expected authentication message", NULL },
    { CAUSE_UNREADABLE, 4003, "Authentication error", NULL },
    { CAUSE_FORBIDDEN, 4003, "Authentication failed", AUTH_ERROR },
    { CAUSE_MALFORMED, 4003, "Access denied", NULL },
    { CAUSE_ROLE, 4003, "Management access required", NULL },
    { CAUSE_NO_IDENTITY, 4003, "Authentication required", NULL },
    { CAUSE_WITHDRAWN, 4003, "Access denied", NULL },
    { CAUSE_ORIGIN, 403, NULL, NULL },
    { CAUSE_PER_USER, 1013, "Too many connections", NULL },
    { CAUSE_ATTEMPTS, 1013, "Too many attempts", NULL },
    { CAUSE_STRANGERS, 1013, "Too many attempts", NULL },
    { CAUSE_FULL, 1013, "Try again later", NULL },
    { CAUSE_TOO_BIG, 1009, "Message too big", NULL },
    { CAUSE_UNAVAILABLE, 1013, "Try again later", NULL },
    { CAUSE_ILLEGAL, 1002, NULL, NULL },
    { CAUSE_NOT_UTF8, 1007, NULL, NULL },
    { CAUSE_ASTRAY, 404, NULL, NULL },
    { CAUSE_UNSPOKEN, 400, NULL, NULL },
};

/* By the phase of the check: CLOSE-08 accepts the one and the other. */
static const struct telling of_a_denial = { CAUSE_FORBIDDEN, 4003,
                                            "Access denied", NULL };

static void is_told_so(const struct outcome *outcome,
                       const struct telling *want)
{
    bool is_http = want->code < 1000;

    ck_assert_int_eq(outcome->close, is_http ? 0 : want->code);
    ck_assert_int_eq(outcome->status, is_http ? want->code : 0);
    ck_assert_pstr_eq(outcome->reason, want->reason);
    ck_assert_ptr_null(outcome->widened);
    if (want->message == NULL)
        ck_assert_ptr_null(outcome->message);
    else
        is_message(outcome->message, want->message);
}

static void is_told(const struct manifest *manifest, const struct telling *want)
{
    const struct outcomes *outcomes = &manifest->refusals[want->cause];
    bool is_pos = manifest == pos;
    unsigned ways = is_pos && want->cause == CAUSE_FORBIDDEN     ? 2
                    : is_pos && want->cause == CAUSE_UNAVAILABLE ? 3
                    : want->cause == CAUSE_UNSPOKEN              ? 3
                    : want->cause == CAUSE_ASTRAY                ? 4
                                                                 : 1;

    ck_assert_uint_eq(outcomes->count, ways);
    is_told_so(&outcomes->at[0], want);
}

START_TEST(factory_refuses)
{
    is_told(factory, &of_factory[_i]);
}
END_TEST

START_TEST(pos_refuses)
{
    is_told(pos, &of_pos[_i]);
}
END_TEST

START_TEST(pos_accepts_another_denial)
{
    is_told_so(&pos->refusals[CAUSE_FORBIDDEN].at[1], &of_a_denial);
}
END_TEST

/* Sessions, a second authentication, who may not write, a handshake's size. */
enum { OF_OTHERS_ALONE = 5 };

START_TEST(factory_tells_no_other_cause)
{
    unsigned told = 0;

    for (size_t cause = 0; cause < CAUSES; cause++)
        told += factory->refusals[cause].count > 0;
    ck_assert_uint_eq(told, COUNT(of_factory));
    ck_assert_uint_eq(COUNT(of_pos) + OF_OTHERS_ALONE, CAUSES);
}
END_TEST

/* --- The rest ------------------------------------------------------------- */

/* What a profile has of the one that it extends. */
static void is_based_on_signals(const struct manifest *manifest)
{
    struct manifest *signals = good_profile("signals");

    ck_assert_ptr_null(manifest->url);
    ck_assert_ptr_null(manifest->tight_url);
    ck_assert_uint_eq(manifest->key_count, 4);
    ck_assert_str_eq(manifest->keys[3].public_key, signals->keys[3].public_key);
    ck_assert_int_eq(manifest->lifetime_s, 600);
    ck_assert_int_eq(manifest->max_lifetime_s, 900);
    ck_assert_int_eq(manifest->answer_ms, 5000);
    ck_assert_int_eq(manifest->close_ms, 10000);
    ck_assert(cJSON_Compare(manifest->claims, signals->claims, true));
    ck_assert_uint_eq(manifest->other_closes.count, 2);
    ck_assert_int_eq(manifest->other_closes.at[1].close, 1001);
    manifest_free(signals);
}

static void is_counted(const struct manifest *manifest)
{
    ck_assert_uint_eq(manifest->per_user, 5);
    ck_assert_uint_eq(manifest->attempts, 500);
    ck_assert_int_eq(manifest->window_ms, 5000);
    ck_assert_uint_eq(manifest->strangers, 240);
    ck_assert_uint_eq(manifest->message_bytes, 65536);
    ck_assert_uint_eq(manifest->tight_per_user, 2);
    ck_assert_uint_eq(manifest->tight_attempts, 20);
    ck_assert_uint_eq(manifest->tight_connections, 10);
}

static void has_origins(const struct manifest *manifest, const char *second)
{
    const char *const texts[][2] = {
        { manifest->proxy, "127.7.7.7" },
        { manifest->origin, "https://app.example.com" },
        { manifest->origins[0], "https://app.example.com" },
        { manifest->origins[1], second },
    };

    ck_assert_uint_eq(manifest->origin_count, 2);
    for (size_t i = 0; i < COUNT(texts); i++)
        ck_assert_str_eq(texts[i][0], texts[i][1]);
}

START_TEST(factory_is_whole)
{
    ck_assert_str_eq(factory->name, "factory");
    ck_assert_str_eq(factory->source, "profile factory");
    ck_assert_uint_eq(factory->profile, FACTORY);
    is_based_on_signals(factory);
    is_counted(factory);
    has_origins(factory, "https://admin.example.com");
    for (size_t i = 0; i < ENDPOINTS; i++) {
        ck_assert_ptr_null(factory->paths[i]);
        ck_assert_ptr_null(factory->endpoint_names[i]);
    }
    ck_assert_uint_eq(factory->carrier_count, 2);
    ck_assert_int_eq(factory->carriers[0].kind, CARRIER_BEARER);
    ck_assert_ptr_null(factory->carriers[0].name);
    ck_assert_int_eq(factory->carriers[1].kind, CARRIER_SUBPROTOCOL);
    ck_assert_str_eq(factory->carriers[1].name, "jwt.");
    ck_assert_str_eq(factory->plain_subprotocol, "app.v1");
    ck_assert_str_eq(factory->roles[OWNER], "viewer");
    ck_assert_str_eq(factory->roles[GHOST], "viewer");
    ck_assert_int_eq(factory->auth_ms, 0);
    ck_assert_uint_eq(factory->status_count, 0);
    ck_assert_uint_eq(factory->offers & ~(uint64_t)OF_MANIFEST,
                      EVERYWHERE | COUNTED | WHOAMI | SECOND_CARRIER |
                          SUBPROTOCOL | MANAGERS | HANDSHAKE_SIZE);
    ck_assert_uint_eq(factory->handshake_bytes, 16384);
}
END_TEST

START_TEST(factory_speaks)
{
    is_message(factory->signal, "{\"type\":\"event\",\"text\":\"{text}\"}");
    is_message(factory->publish, "{\"type\":\"publish\",\"text\":\"{text}\"}");
    is_message(
        factory->error,
        "{\"type\":\"error\",\"message\":\"Message processing failed\"}");
    is_message(factory->whoami, "{\"type\":\"whoami\"}");
    is_message(factory->identity,
               "{\"type\":\"identity\",\"user_id\":\"{user}\"}");
    ck_assert_ptr_null(factory->authenticate);
    ck_assert_ptr_null(factory->order);
}
END_TEST

START_TEST(pos_is_whole)
{
    ck_assert_str_eq(pos->name, "pos");
    ck_assert_uint_eq(pos->profile, POS);
    is_based_on_signals(pos);
    is_counted(pos);
    has_origins(pos, "https://pos.example.com");
    ck_assert_str_eq(pos->paths[MAIN], "/ws/pos/{tenant}");
    ck_assert_str_eq(pos->paths[KITCHEN], "/ws/kitchen/{tenant}");
    ck_assert_str_eq(pos->paths[MANAGEMENT], "/ws/management/{tenant}");
    ck_assert_str_eq(pos->endpoint_names[MAIN], "pos");
    ck_assert_str_eq(pos->endpoint_names[KITCHEN], "kitchen");
    ck_assert_str_eq(pos->endpoint_names[MANAGEMENT], "management");
    ck_assert_uint_eq(pos->carrier_count, 1);
    ck_assert_int_eq(pos->carriers[0].kind, CARRIER_FIRST_MESSAGE);
    ck_assert_ptr_null(pos->plain_subprotocol);
    ck_assert_int_eq(pos->auth_ms, 5000);
    ck_assert_uint_eq(pos->first_message_bytes, 8192);
    ck_assert_uint_eq(pos->status_count, 5);
    ck_assert_str_eq(pos->statuses[0], "pending");
    ck_assert_str_eq(pos->statuses[4], "cancelled");
    ck_assert_uint_eq(pos->offers & ~(uint64_t)OF_MANIFEST,
                      EVERYWHERE | COUNTED | STRANGERS | WHOAMI |
                          FIRST_MESSAGE | TENANTS | ORDERS | WITHDRAWAL |
                          STORE_FAULT | MONITOR_FAULT);
}
END_TEST

START_TEST(pos_has_roles)
{
    static const char *const want[IDENTITIES] = {
        [ALICE] = "staff",
        [BOB] = "staff",
        [CAROL] = "staff",
        [DAVE] = "staff",
        [PUBLISHER_PAUL] = "staff",
        [OWNER] = "restaurant_owner",
        [MANAGER] = "manager",
        [PLATFORM] = "platform_owner",
        [NEWCOMER] = "restaurant_owner",
        [MALLORY] = "restaurant_owner",
        [CLOSER] = "restaurant_owner",
        [GHOST] = "staff",
    };

    for (size_t who = 0; who < IDENTITIES; who++)
        ck_assert_str_eq(pos->roles[who], want[who]);
}
END_TEST

START_TEST(pos_speaks)
{
    is_message(pos->signal, "{\"type\":\"event\",\"text\":\"{text}\"}");
    is_message(pos->publish, "{\"type\":\"publish\",\"text\":\"{text}\"}");
    is_message(
        pos->error,
        "{\"type\":\"error\",\"message\":\"Message processing failed\"}");
    is_message(pos->authenticate,
               "{\"type\":\"authenticate\",\"token\":\"{token}\","
               "\"user_id\":\"{user}\"}");
    is_message(pos->welcome, "{\"type\":\"auth_success\",\"user_id\":"
                             "\"{user}\",\"restaurant_id\":\"{tenant}\","
                             "\"timestamp\":\"{time}\"}");
    is_message(pos->whoami, "{\"type\":\"whoami\"}");
    is_message(pos->identity, "{\"type\":\"identity\",\"user_id\":\"{user}\"}");
    is_message(pos->set_status,
               "{\"type\":\"order_status\",\"order_id\":\"{order}\","
               "\"status\":\"{status}\",\"notes\":\"{notes}\"}");
    is_message(pos->get_order,
               "{\"type\":\"get_order\",\"order_id\":\"{order}\"}");
    is_message(pos->order, "{\"type\":\"order\",\"order_id\":\"{order}\","
                           "\"status\":\"{status}\"}");
}
END_TEST

/* --- A manifest that extends one ------------------------------------------ */

START_TEST(manifest_of_tenants_is_read)
{
    struct manifest *manifest = good_text(TENANTS_MANIFEST);
    const struct outcomes *forbidden = &manifest->refusals[CAUSE_FORBIDDEN];

    ck_assert_uint_eq(manifest->profile, POS);
    ck_assert_str_eq(manifest->tight_url, "ws://127.0.0.1:8001");
    ck_assert_uint_eq(manifest->tight_attempts, 29);
    ck_assert_uint_eq(manifest->tight_per_user, 2);
    ck_assert_str_eq(manifest->proxy, "127.0.0.9");
    ck_assert_uint_eq(manifest->carrier_count, 2);
    ck_assert_int_eq(manifest->carriers[1].kind, CARRIER_QUERY);
    ck_assert_str_eq(manifest->carriers[1].name, "t");
    ck_assert_str_eq(manifest->roles[MALLORY], "thief");
    ck_assert_str_eq(manifest->roles[CLOSER], "restaurant_owner");
    ck_assert_uint_eq(forbidden->count, 2);
    ck_assert_int_eq(forbidden->at[0].status, 404);
    ck_assert_int_eq(forbidden->at[1].close, 1011);
    ck_assert_str_eq(forbidden->at[1].widened, "its library");
    is_message(forbidden->at[1].message, "{\"at\":\"{time}\"}");
    is_message(manifest->welcome, "{\"hello\":\"{user}\"}");
    ck_assert_uint_eq(manifest->status_count, 2);
    ck_assert_str_eq(manifest->statuses[1], "old");
    ck_assert_uint_eq(manifest->strangers, 0);
    ck_assert(!(manifest->offers & STRANGERS));
    ck_assert(manifest->offers & TENANTS);
    manifest_free(manifest);
}
END_TEST

START_TEST(hooks_of_tenants_are_read)
{
    struct manifest *manifest = good_text(TENANTS_MANIFEST);

    ck_assert_str_eq(manifest->publish_to_hook.url, "http://c/{tenant}");
    ck_assert_str_eq(manifest->publish_to_hook.body, "{text}");
    ck_assert_str_eq(manifest->tenant_hook.command[2], "{active}");
    ck_assert_str_eq(manifest->user_hook.command[1], "{role}");
    ck_assert_str_eq(manifest->remove_user_hook.command[1], "{user}");
    ck_assert_str_eq(manifest->order_hook.command[0],
                     "{order}{tenant}{status}");
    ck_assert_str_eq(manifest->break_store_hook.command[0], "bs");
    ck_assert_str_eq(manifest->mend_store_hook.command[0], "ms");
    ck_assert_str_eq(manifest->break_monitor_hook.command[0], "bm");
    ck_assert_str_eq(manifest->mend_monitor_hook.command[1], "{what}");
    ck_assert_str_eq(manifest->ask_without_context_hook.url, "http://c/a");
    ck_assert(!manifest->publish_hook.present);
    manifest_free(manifest);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest profiles");
    TCase *profiles = tcase_create("profiles");
    TCase *texts = tcase_create("texts");

    tcase_add_checked_fixture(profiles, open_profiles, close_profiles);
    tcase_add_test(profiles, factory_is_whole);
    tcase_add_test(profiles, factory_speaks);
    tcase_add_loop_test(profiles, factory_refuses, 0, COUNT_OF(of_factory));
    tcase_add_test(profiles, factory_tells_no_other_cause);
    tcase_add_test(profiles, pos_is_whole);
    tcase_add_test(profiles, pos_has_roles);
    tcase_add_test(profiles, pos_speaks);
    tcase_add_loop_test(profiles, pos_refuses, 0, COUNT_OF(of_pos));
    tcase_add_test(profiles, pos_accepts_another_denial);
    suite_add_tcase(suite, profiles);
    tcase_add_test(texts, manifest_of_tenants_is_read);
    tcase_add_test(texts, hooks_of_tenants_are_read);
    suite_add_tcase(suite, texts);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest_profiles");
}
