/* The bench judged: a scripted target that behaves in one way at a time, and
 * the verdict that must come of it. */
#include "bench_world.h"
#include <cJSON.h>
#include <stdlib.h>

static const struct row {
    const char *label;
    const char *id;
    enum reaction reaction;
    enum verdict want;
    const char *seen; /* a part of the evidence */
} rows[] = {
    { "a good refusal", "absent_token_is_kept_out", REFUSES, PASS, "" },
    { "a stranger let in", "absent_token_is_kept_out", ADMITS, FAIL,
      "an open connection" },
    { "a stranger left hanging", "absent_token_is_kept_out", HANGS, FAIL,
      "an open connection" },
    { "an end without a Close is a crash", "absent_token_is_kept_out", DROPS,
      FAIL, "FIN without a Close frame (1006)" },
    { "another code still keeps out", "absent_token_is_kept_out", REFUSES_ODDLY,
      PASS, "" },
    { "a redirect is no refusal", "absent_token_is_kept_out", REDIRECTS, FAIL,
      "HTTP 302" },
    { "a greeting is another criterion's business", "absent_token_is_kept_out",
      GREETS, PASS, "" },
    { "a dead target is no compliant one", "absent_token_is_kept_out", IS_DEAD,
      INCONCLUSIVE, "nobody listens" },
    { "nor is one that denies all", "absent_token_is_kept_out", DENIES_ALL,
      INCONCLUSIVE, "witness" },
    { "a broken rule is never passed over", "absent_token_is_kept_out",
      BREAKS_RULES, FAIL, "masked frame" },
    { "more than can be read is no verdict", "absent_token_is_kept_out",
      SAYS_TOO_MUCH, INCONCLUSIVE, "more than 9 bytes" },
    { "a pong with another payload", "connection_is_accepted_once", PONGS_ODDLY,
      FAIL, "with another, and none with it" },
    { "a heartbeat beside the pong", "connection_is_accepted_once", BEATS, PASS,
      "" },
    { "the exact code", "missing_token_is_told_with_the_agreed_code_and_reason",
      REFUSES, PASS, "" },
    { "another code", "missing_token_is_told_with_the_agreed_code_and_reason",
      REFUSES_ODDLY, FAIL, "close 4001" },
    { "no code is a failure",
      "missing_token_is_told_with_the_agreed_code_and_reason", REFUSES_MUTELY,
      FAIL, "without a code (1005)" },
    { "no Close is a failure",
      "missing_token_is_told_with_the_agreed_code_and_reason", DROPS, FAIL,
      "FIN without a Close frame (1006)" },
    { "HTTP where a Close is due",
      "missing_token_is_told_with_the_agreed_code_and_reason", REFUSES_AT_HTTP,
      FAIL, "HTTP 403" },
    { "admission fails where it is the subject", "valid_token_is_admitted",
      DENIES_ALL, FAIL, "close 1008" },
    { "admission passes", "valid_token_is_admitted", REFUSES, PASS, "" },
    { "no inspection offered", "member_has_exactly_one_pool_entry", REFUSES,
      NOT_APPLICABLE, "inspect" },
};

START_TEST(verdict_follows_behaviour)
{
    const struct row *row = &rows[_i];
    struct script *script = calloc(1, sizeof(*script));

    script->reaction = row->reaction;
    struct result got = judge(script, row->id);
    ck_assert_msg(got.verdict == row->want, "%s: want %s, got %s (%s)",
                  row->label, verdict_name(row->want),
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, row->seen) != NULL,
                  "%s: \"%s\" is not in \"%s\"", row->label, row->seen,
                  got.seen);
    result_deinit(&got);
    free(script);
}
END_TEST

/* On a real network a handshake takes its time. What is broadcast before it
 * has been sent cannot come to who was let in too early. */
START_TEST(broadcasts_wait_for_handshakes)
{
    struct script *script = calloc(1, sizeof(*script));

    script->reaction = REFUSES;
    script->is_real = true;
    script->first_stranger = 2;
    script->last_stranger = 201;
    struct result got = judge(script, "storm_of_refusals_hears_no_broadcast");
    ck_assert_msg(got.verdict == PASS, "%s", got.seen);
    ck_assert_uint_eq(script->early_broadcasts, 0);
    result_deinit(&got);
    free(script);
}
END_TEST

START_TEST(transcript_holds_no_token)
{
    struct script *script = calloc(1, sizeof(*script));

    script->reaction = REFUSES;
    struct result got = judge(script, "valid_token_is_admitted");
    char *text = cJSON_Print(got.transcript);
    ck_assert_ptr_nonnull(strstr(text, "with a token"));
    ck_assert_ptr_null(strstr(text, "eyJ"));
    cJSON_free(text);
    result_deinit(&got);
    free(script);
}
END_TEST

START_TEST(redaction_takes_pieces_too)
{
    struct manifest manifest = { .key_count = 0 };
    struct bench *bench = calloc(1, sizeof(*bench));
    static const char secret[] = "eyJhbGciOi.eyJzdWIiOiJh.c2lnbmF0dXJl";

    bench->manifest = &manifest;
    keep_secret(bench, strdup(secret));
    char *whole = redact(bench, "token eyJhbGciOi.eyJzdWIiOiJh.c2lnbmF0dXJl!");
    char *piece = redact(bench, "cut eyJzdWIiOiJh.c2 here");
    char *other = redact(bench, "an_innocent_long_word stays");
    ck_assert_str_eq(whole, "token <secret>!");
    ck_assert_str_eq(piece, "cut <secret> here");
    ck_assert_str_eq(other, "an_innocent_long_word stays");
    free(whole);
    free(piece);
    free(other);
    free(bench->secrets[0]);
    free(bench);
}
END_TEST

static const struct {
    const char *text;
    bool leaks;
} answers[] = {
    { "{\"type\":\"error\",\"message\":\"Message processing failed\"}", false },
    { "Traceback (most recent call last):", true },
    { "Expecting value: line 1 column 9 (char 8)", true },
    { "open /srv/app/keys.pem: permission denied", true },
    { "Authentication required", false },
};

START_TEST(leaks_are_seen)
{
    const struct manifest manifest = { .name = "t" };
    const struct bench bench = { .manifest = &manifest };
    const char *leak = leak_in(&bench, bytes_of_string(answers[_i].text));

    ck_assert_msg((leak != NULL) == answers[_i].leaks, "%s", answers[_i].text);
}
END_TEST

START_TEST(pattern_is_a_subset)
{
    cJSON *pattern = cJSON_Parse("{\"type\":\"signal\",\"text\":\"{text}\"}");
    cJSON *value =
        cJSON_Parse("{\"type\":\"signal\",\"text\":\"x\",\"more\":1}");
    cJSON *other = cJSON_Parse("{\"type\":\"Signal\",\"text\":\"x\"}");

    ck_assert(pattern_matches(pattern, value));
    ck_assert(!pattern_is_all(pattern, value));
    ck_assert_str_eq(pattern_capture(pattern, value, "text"), "x");
    ck_assert(!pattern_matches(pattern, other));
    cJSON_Delete(pattern);
    cJSON_Delete(value);
    cJSON_Delete(other);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench");
    TCase *tcase = tcase_create("bench");

    tcase_add_loop_test(tcase, verdict_follows_behaviour, 0, COUNT_OF(rows));
    tcase_add_test(tcase, broadcasts_wait_for_handshakes);
    tcase_add_test(tcase, transcript_holds_no_token);
    tcase_add_test(tcase, redaction_takes_pieces_too);
    tcase_add_loop_test(tcase, leaks_are_seen, 0, COUNT_OF(answers));
    tcase_add_test(tcase, pattern_is_a_subset);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench");
}
