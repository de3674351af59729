/* Manifests that lie: the reference is what it is, and a capability that its
 * manifest denies, or claims without reason, is a failure that names it. */
#include "bench/result.h"
#include "check_program.h"
#include "lab.h"
#include "manifest/manifest.h"
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#define DENIED(name)               "{\"capabilities\":{\"" name "\":false}}"
#define DENIED_WITH(denials, more) "{\"capabilities\":{" denials "}," more "}"
#define TOLD(denial)                                                           \
    "{\"rooms\":{\"errors\":{\"" denial                                        \
    "\":{\"type\":\"error\",\"code\":\"other\"}}}}"
#define OTHER_CARRIERS(carriers)                                               \
    "{\"credential\":{\"carriers\":[" carriers "]},\"capabilities\":{"         \
    "\"second_carrier\":false,\"subprotocol\":false}}"

struct row {
    const char *profile;
    const char *overlay;
    const char *criterion;
    enum verdict want;
    const char *says; /* in what was seen */
};

/* The reference has the limits that the manifest says. */
static const struct row rows[] = {
    { "signals", DENIED("live_expiry"), "end_at_expiry_is_claimed_as_it_is",
      FAIL, "live_expiry is denied, and alice-2 got" },
    { "signals", DENIED("revocation"), "revocation_is_claimed_as_it_is", FAIL,
      "revocation is denied, and alice-3 got close 1008" },
    { "signals", DENIED("max_lifetime"), "longest_lifetime_is_claimed_as_it_is",
      FAIL, "max_lifetime is denied" },
    { "signals", DENIED("public_key"), "public_keys_are_claimed_as_they_are",
      FAIL, "alice-2 got 1 data frame, then an open connection" },
    { "signals", DENIED("publisher"), "publishing_is_claimed_as_it_is", FAIL,
      "publisher is denied, and answered as agreed" },
    { "signals", DENIED("readers"), "readers_are_claimed_as_they_are", FAIL,
      "readers is denied, and alice-2 got" },
    { "pos", "{\"capabilities\":{\"readers\":true}}",
      "readers_are_claimed_as_they_are", FAIL, "received it" },
    { "factory", DENIED("per_user"), "limit_of_a_user_is_claimed_as_it_is",
      FAIL, "per_user is denied, and alice-7 got close 1013" },
    { "factory", DENIED("message_size"),
      "limit_of_a_message_is_claimed_as_it_is", FAIL,
      "message_size is denied, and alice-2 got" },
    { "factory", DENIED("origins"), "list_of_origins_is_claimed_as_it_is", FAIL,
      "origins is denied, and alice-2 got HTTP 403" },
    { "factory", DENIED("whoami"), "telling_who_it_is_is_claimed_as_it_is",
      FAIL, "whoami is denied, and answered as agreed" },
    { "factory", OTHER_CARRIERS("{\"bearer\":true}"),
      "carriers_are_claimed_as_they_are", FAIL,
      "was served, with a token in a sub-protocol: jwt.{}" },
    { "factory", OTHER_CARRIERS("{\"bearer\":true},{\"query\":\"token\"}"),
      "carriers_are_claimed_as_they_are", FAIL,
      "with the one of number 2, was not served" },
    { "rooms", DENIED("rooms"), "rooms_are_claimed_as_they_are", FAIL,
      "rooms is denied, and answered as agreed" },
    { "rooms", DENIED("per_user"), "limit_of_a_user_is_claimed_as_it_is", FAIL,
      "per_user is denied" },
    { "rooms", "{\"capabilities\":{\"history\":false,\"replay\":false}}",
      "history_is_claimed_as_it_is", FAIL,
      "history is denied, and answered as agreed" },
    { "rooms", DENIED("replay"), "replay_is_claimed_as_it_is", FAIL,
      "replay is denied, and answered as agreed" },
    { "rooms", DENIED("presence"), "presence_is_claimed_as_it_is", FAIL,
      "presence is denied, and answered as agreed" },
    { "rooms", "{}", "history_is_claimed_as_it_is", PASS, "" },
    { "rooms", "{}", "replay_is_claimed_as_it_is", PASS, "" },
    { "rooms", "{}", "presence_is_claimed_as_it_is", PASS, "" },
    { "factory", DENIED("attempts"), "limit_of_attempts_is_claimed_as_it_is",
      FAIL, "attempts is denied, and alice-103 got close 1013" },
    { "factory", "{}", "limit_of_attempts_is_claimed_as_it_is", PASS, "" },
    { "pos", DENIED("strangers"), "limit_of_strangers_is_claimed_as_it_is",
      FAIL, "strangers is denied, and alice-243 got close 1013" },
    { "pos",
      "{\"capabilities\":{\"strangers\":false},\"limits\":{\"strangers\":0}}",
      "limit_of_strangers_is_claimed_as_it_is", PASS, "" },
    { "pos", "{\"limits\":{\"strangers\":300}}",
      "limit_of_strangers_is_claimed_as_it_is", NOT_APPLICABLE,
      "the limit is 300, and a claim is asked with 256 at most" },
    { "pos", "{}", "limit_of_strangers_is_claimed_as_it_is", PASS, "" },
    { "rooms", DENIED("message_rate"), "rate_of_a_user_is_claimed_as_it_is",
      FAIL, "message_rate is denied, and of 150 messages 100 were told" },
    { "rooms", DENIED("room_rate"), "rate_of_a_room_is_claimed_as_it_is", FAIL,
      "room_rate is denied, and of 40 messages 20 were told" },
    { "rooms", "{}", "rate_of_a_user_is_claimed_as_it_is", PASS, "" },
    { "rooms", "{}", "rate_of_a_room_is_claimed_as_it_is", PASS, "" },
    { "rooms", "{\"limits\":{\"messages\":201}}",
      "rate_of_a_user_is_claimed_as_it_is", NOT_APPLICABLE,
      "the limit is 201, and a claim is asked with 200 at most" },
    { "rooms", DENIED("tight"), "rate_of_a_room_is_claimed_as_it_is",
      NOT_APPLICABLE, "the limit is 500" },
    { "signals", DENIED("routes"), "paths_are_claimed_as_they_are", FAIL,
      "routes is denied, and alice-3 got HTTP 404" },
    { "signals", "{}", "paths_are_claimed_as_they_are", PASS, "" },
    { "rooms", DENIED("logout"), "logout_is_claimed_as_it_is", FAIL,
      "logout is denied, and alice-2 got 1 data frame, then close 4001" },
    { "rooms", "{}", "logout_is_claimed_as_it_is", PASS, "" },
    { "rooms", DENIED("eviction"), "eviction_is_claimed_as_it_is", FAIL,
      "eviction is denied, and bob-3 got" },
    { "rooms", "{}", "eviction_is_claimed_as_it_is", PASS, "" },
    { "rooms", DENIED("handshake_room"),
      "room_of_the_handshake_is_claimed_as_it_is", FAIL,
      "handshake_room is denied, and carol-4 got" },
    { "rooms", "{}", "room_of_the_handshake_is_claimed_as_it_is", PASS, "" },
    { "rooms", DENIED("room_quota"), "quota_of_rooms_is_claimed_as_it_is", FAIL,
      "room_quota is denied, and alice-2 got" },
    { "rooms", "{}", "quota_of_rooms_is_claimed_as_it_is", PASS, "" },
    { "rooms", DENIED("room_rights"), "rights_in_rooms_are_claimed_as_they_are",
      FAIL, "room_rights is denied, and alice-2 got" },
    { "rooms", "{}", "rights_in_rooms_are_claimed_as_they_are", PASS, "" },
    { "factory", DENIED("tight"), "limit_of_attempts_is_claimed_as_it_is",
      NOT_APPLICABLE, "the limit is 500, and a claim is asked with 200" },
    /* a denial says as much as a claim about a limit that takes too much */
    { "rooms",
      DENIED_WITH("\"message_rate\":false,\"room_rate\":false",
                  "\"limits\":{\"messages\":301}"),
      "rate_of_a_user_is_claimed_as_it_is", NOT_APPLICABLE,
      "the limit is 301, and a claim is asked with 200 at most" },
    { "factory",
      DENIED_WITH("\"attempts\":false,\"tight\":false",
                  "\"limits\":{\"attempts\":201}"),
      "limit_of_attempts_is_claimed_as_it_is", NOT_APPLICABLE,
      "the limit is 201, and a claim is asked with 200 at most" },
    { "rooms",
      DENIED_WITH("\"room_quota\":false", "\"rooms\":{\"per_user\":66}"),
      "quota_of_rooms_is_claimed_as_it_is", NOT_APPLICABLE,
      "the limit is 66, and a claim is asked with 64 at most" },
    { "rooms", "{\"rooms\":{\"per_user\":66}}",
      "quota_of_rooms_is_claimed_as_it_is", NOT_APPLICABLE,
      "the limit is 66, and a claim is asked with 64 at most" },
    /* what another limit leaves is too little */
    { "rooms",
      "{\"capabilities\":{\"tight\":false},\"limits\":{\"messages\":10,"
      "\"room_messages\":100}}",
      "rate_of_a_room_is_claimed_as_it_is", NOT_APPLICABLE,
      "it takes 38 messages of each of 4 users, who may say 10" },
    { "rooms",
      DENIED_WITH("\"tight\":false,\"room_rate\":false",
                  "\"limits\":{\"messages\":10,\"room_messages\":0}"),
      "rate_of_a_room_is_claimed_as_it_is", NOT_APPLICABLE,
      "unproven: room_rate is denied, and another limit leaves 26" },
    { "rooms",
      DENIED_WITH("\"message_rate\":false",
                  "\"limits\":{\"messages\":0,\"room_messages\":198}"),
      "rate_of_a_user_is_claimed_as_it_is", NOT_APPLICABLE,
      "another limit leaves 99 to ask with where it takes 100" },
    { "rooms",
      DENIED_WITH("\"message_rate\":false",
                  "\"limits\":{\"messages\":0,\"room_messages\":200}"),
      "rate_of_a_user_is_claimed_as_it_is", PASS, "" },
    { "pos", "{\"limits\":{\"attempts\":40,\"strangers\":40}}",
      "limit_of_strangers_is_claimed_as_it_is", NOT_APPLICABLE,
      "it takes 41 attempts to go beyond the limit, and an address has 40" },
    { "pos", DENIED_WITH("\"attempts\":false", "\"limits\":{\"attempts\":0}"),
      "good_attempts_count_as_well", NOT_APPLICABLE, "attempts" },
    { "pos", DENIED_WITH("\"strangers\":false", "\"limits\":{\"strangers\":0}"),
      "strangers_are_forgotten_behind_the_deadline", NOT_APPLICABLE,
      "strangers" },
    { "pos", "{\"limits\":{\"auth_ms\":1}}",
      "limit_of_strangers_is_claimed_as_it_is", INCONCLUSIVE,
      "it took more than half of limits.auth_ms" },
    { "pos", "{}", "forbidden_resource_is_there", PASS, "" },
    { "factory", "{}", "soft_limit_is_claimed_as_it_is", PASS, "" },
    { "pos", DENIED("soft_limit"), "soft_limit_is_claimed_as_it_is", FAIL,
      "soft_limit is denied, and answered as agreed" },
    { "pos", "{\"limits\":{\"soft_bytes\":512}}",
      "message_beyond_the_soft_limit_is_answered_by_an_error", PASS, "" },
    { "factory", DENIED("tight"), "soft_limit_is_claimed_as_it_is",
      NOT_APPLICABLE, "no limits.soft_bytes" },
    { "signals",
      "{\"limits\":{\"soft_bytes\":512,\"message_bytes\":65536},"
      "\"capabilities\":{\"soft_limit\":true}}",
      "message_beyond_the_soft_limit_is_answered_by_an_error", FAIL,
      "paul-2 got" },
    { "factory", "{}", "demand_for_a_subprotocol_is_claimed_as_it_is", PASS,
      "" },
    { "factory", DENIED("subprotocol_required"),
      "demand_for_a_subprotocol_is_claimed_as_it_is", FAIL,
      "subprotocol_required is denied, and alice-2 got HTTP 400" },
    { "pos", "{\"endpoint\":{\"subprotocols\":[\"chat\"]}}",
      "demand_for_a_subprotocol_is_claimed_as_it_is", FAIL, "alice-2 got" },
    { "signals", "{\"endpoint\":{\"subprotocols\":[\"chat\"]}}",
      "demand_for_a_subprotocol_is_claimed_as_it_is", PASS, "" },
    { "signals", "{}", "demand_for_a_subprotocol_is_claimed_as_it_is",
      NOT_APPLICABLE, "subprotocol_offer" },
    { "factory", DENIED("tight"),
      "demand_for_a_subprotocol_is_claimed_as_it_is", NOT_APPLICABLE,
      "no instance with tight limits that demands one" },
    { "factory", DENIED("tight"),
      "handshake_that_offers_no_subprotocol_is_refused", NOT_APPLICABLE,
      "no endpoint.subprotocols to leave out" },
    { "signals",
      "{\"endpoint\":{\"subprotocols\":[\"chat\"]},"
      "\"refusals\":{\"no_subprotocol\":[{\"http\":400}]},"
      "\"capabilities\":{\"subprotocol_required\":true}}",
      "handshake_that_offers_no_subprotocol_is_refused", FAIL,
      "open connection" },
    /* what lacks the one right is told otherwise than what lacks the other */
    { "rooms", TOLD("refused_read"), "room_is_read_by_whom_it_is_open_to", FAIL,
      "alice-4 heard" },
    { "rooms", TOLD("refused_read"), "room_is_written_to_by_whom_it_is_open_to",
      PASS, "" },
    { "rooms", TOLD("refused_write"), "room_is_read_by_whom_it_is_open_to",
      PASS, "" },
    { "rooms", TOLD("refused_write"),
      "room_is_written_to_by_whom_it_is_open_to", FAIL, "alice-4 heard" },
    { "rooms", TOLD("refused_write"), "reader_of_a_room_hears_and_is_not_heard",
      FAIL, "alice-3 heard" },
    { "rooms",
      "{\"rooms\":{\"errors\":{\"refused_write\":{\"type\":"
      "\"error\",\"event\":\"{event}\",\"code\":\"refused\"},\"refused\":"
      "{\"type\":\"never\"}}}}",
      "room_is_written_to_by_whom_it_is_open_to", PASS, "" },
    /* nothing to ask with */
    { "pos", "{\"resources\":{\"own\":\"red\",\"forbidden\":\"blue\"}}",
      "forbidden_resource_is_there", NOT_APPLICABLE,
      "unproven: the manifest names nobody" },
    { "signals",
      "{\"credential\":{\"keys\":[{\"alg\":\"HS256\",\"secret\":"
      "\"0123456789abcdef0123456789abcdef\"}]}}",
      "public_keys_are_claimed_as_they_are", NOT_APPLICABLE,
      "no asymmetric key" },
    { "factory",
      "{\"capabilities\":{\"message_size\":false},\"limits\":{"
      "\"message_bytes\":0}}",
      "limit_of_a_message_is_claimed_as_it_is", NOT_APPLICABLE,
      "no limits.message_bytes" },
};

/* The reference has the limits of its profile, whatever the manifest says. */
static const struct row hidden[] = {
    /* a small number in the manifest hides no limit */
    { "rooms",
      DENIED_WITH("\"message_rate\":false,\"room_rate\":false",
                  "\"limits\":{\"messages\":3}"),
      "rate_of_a_user_is_claimed_as_it_is", FAIL,
      "message_rate is denied, and of 150 messages 100 were told" },
    { "rooms",
      DENIED_WITH("\"room_rate\":false,\"message_rate\":false",
                  "\"endpoint\":{\"tight\":{\"room_messages\":3}}"),
      "rate_of_a_room_is_claimed_as_it_is", FAIL,
      "room_rate is denied, and of 152 messages" },
    { "rooms",
      DENIED_WITH("\"room_quota\":false", "\"rooms\":{\"per_user\":2}"),
      "quota_of_rooms_is_claimed_as_it_is", FAIL,
      "room_quota is denied, and alice-2 got" },
    { "factory",
      DENIED_WITH("\"attempts\":false",
                  "\"endpoint\":{\"tight\":{\"attempts\":13}}"),
      "limit_of_attempts_is_claimed_as_it_is", FAIL,
      "attempts is denied, and alice-103 got" },
    /* … and no other limit does */
    { "rooms",
      DENIED_WITH("\"message_rate\":false,\"room_rate\":false",
                  "\"limits\":{\"room_messages\":1}"),
      "rate_of_a_user_is_claimed_as_it_is", FAIL, "message_rate is denied" },
    { "rooms",
      DENIED_WITH("\"message_rate\":false", "\"limits\":{\"room_messages\":1}"),
      "rate_of_a_user_is_claimed_as_it_is", NOT_APPLICABLE,
      "unproven: message_rate is denied, and another limit leaves 0" },
    { "rooms",
      DENIED_WITH("\"message_rate\":false",
                  "\"limits\":{\"room_messages\":198}"),
      "rate_of_a_user_is_claimed_as_it_is", FAIL, "of 148 messages 100" },
    { "pos", DENIED_WITH("\"strangers\":false", "\"limits\":{\"attempts\":10}"),
      "limit_of_strangers_is_claimed_as_it_is", NOT_APPLICABLE,
      "unproven: strangers is denied, and another limit leaves" },
    { "pos", DENIED_WITH("\"strangers\":false", "\"limits\":{\"attempts\":1}"),
      "limit_of_strangers_is_claimed_as_it_is", NOT_APPLICABLE,
      "leaves 0 to ask with where it takes 240" },
    { "pos",
      DENIED_WITH("\"strangers\":false,\"attempts\":false",
                  "\"limits\":{\"attempts\":10}"),
      "limit_of_strangers_is_claimed_as_it_is", FAIL, "strangers is denied" },
    { "rooms",
      DENIED_WITH("\"message_rate\":false,\"room_rate\":false",
                  "\"limits\":{\"messages\":301}"),
      "rate_of_a_user_is_claimed_as_it_is", FAIL,
      "message_rate is denied, and of 300 messages 100 were told" },
    /* an error that nobody knows is no grant */
    { "rooms",
      DENIED_WITH("\"room_rights\":false",
                  "\"messages\":{\"error\":{\"type\":\"oops\"}}"),
      "rights_in_rooms_are_claimed_as_they_are", FAIL,
      "room_rights is denied, and alice-2 got" },
    { "rooms",
      DENIED_WITH("\"room_quota\":false",
                  "\"messages\":{\"error\":{\"type\":\"oops\"}}"),
      "quota_of_rooms_is_claimed_as_it_is", FAIL,
      "room_quota is denied, and alice-2 got" },
};

/* The same where time cannot be made to pass. */
static const struct row unhurried[] = {
    { "rooms",
      DENIED_WITH("\"message_rate\":false,\"room_rate\":false",
                  "\"limits\":{\"messages_window_ms\":60000}"),
      "rate_of_a_user_is_claimed_as_it_is", FAIL, "message_rate is denied" },
    { "rooms",
      DENIED_WITH("\"room_rate\":false",
                  "\"limits\":{\"messages_window_ms\":60000}"),
      "rate_of_a_room_is_claimed_as_it_is", NOT_APPLICABLE,
      "unproven: limits.messages_window_ms is 60000, and a denial waits for "
      "1000 ms at most" },
};

static struct manifest *read_manifest(const struct row *row, bool plainly)
{
    cJSON *overlay = cJSON_Parse(plainly ? "{}" : row->overlay);
    struct buffer errors;

    ck_assert_ptr_nonnull(overlay);
    buffer_init(&errors, 65536);
    struct manifest *manifest =
        manifest_read_profile(row->profile, overlay, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    cJSON_Delete(overlay);
    buffer_deinit(&errors);
    return manifest;
}

/* The mock is what `truth` says, and is judged by `manifest`, as if over the
 * network where `is_real`. */
static void judge(const struct row *row, const struct manifest *manifest,
                  const struct manifest *truth, bool is_real)
{
    struct world world = { .seed = 1, .index = 1, .keeping = KEPT_NEVER };
    struct lab *lab = lab_new(truth);
    struct adapter *adapter = adapter_mock_new(lab, NULL, 1);
    struct result result;

    ck_assert_ptr_nonnull(adapter);
    adapter->is_virtual = !is_real;
    bench_run(criterion_named(row->criterion), manifest, adapter, &world,
              &result);
    ck_assert_msg(result.verdict == row->want &&
                      strstr(result.seen, row->says) != NULL,
                  "%s of %s: %s: %s", row->overlay, row->profile,
                  verdict_name(result.verdict), result.seen);
    result_deinit(&result);
    adapter_free(adapter);
    lab_free(lab);
}

START_TEST(lie_is_a_failure)
{
    struct manifest *manifest = read_manifest(&rows[_i], false);

    judge(&rows[_i], manifest, manifest, false);
    manifest_free(manifest);
}
END_TEST

START_TEST(number_hides_no_limit)
{
    struct manifest *manifest = read_manifest(&hidden[_i], false);
    struct manifest *truth = read_manifest(&hidden[_i], true);

    judge(&hidden[_i], manifest, truth, false);
    manifest_free(manifest);
    manifest_free(truth);
}
END_TEST

START_TEST(no_window_is_waited_for_in_vain)
{
    struct manifest *manifest = read_manifest(&unhurried[_i], false);

    judge(&unhurried[_i], manifest, manifest, true);
    manifest_free(manifest);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("claims");
    TCase *tcase = tcase_create("claims");

    tcase_add_loop_test(tcase, lie_is_a_failure, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, number_hides_no_limit, 0, COUNT_OF(hidden));
    tcase_add_loop_test(tcase, no_window_is_waited_for_in_vain, 0,
                        COUNT_OF(unhurried));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_claims");
}
