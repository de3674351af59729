/* What a peer does to a target, and what the bench does: fragments, raw bytes,
 * near misses of an origin, and breakages that are always mended. */
#include "script_world.h"

static struct result act(const char *profile, body *run)
{
    struct result result;

    play_forget();
    result = perform(profile, run);
    play.script = (struct script){ .nodes = 0 }; /* of this test alone */
    return result;
}

static void pass(const char *profile, body *run)
{
    struct result got = act(profile, run);

    ck_assert_msg(got.verdict == PASS, "%s: %s", verdict_name(got.verdict),
                  got.seen);
    result_deinit(&got);
}

static void come_to(const char *profile, body *run, enum verdict want,
                    const char *seen)
{
    struct result got = act(profile, run);

    ck_assert_msg(got.verdict == want, "want %s, got %s: %s",
                  verdict_name(want), verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, seen) != NULL, "\"%s\" is not in \"%s\"",
                  seen, got.seen);
    result_deinit(&got);
}

static const char *said(void)
{
    return buffer_string(&play.said[2]);
}

/* --- Fragments and raw bytes ---------------------------------------------- */

static int64_t spent_ms;

static void dribble_it(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);
    int64_t since = play.now_ms;

    dribble(peer, "abc", 400, 5000);
    spent_ms = play.now_ms - since;
}

static void dribble_long(struct bench *bench)
{
    dribble(dial_as(bench, ALICE, GOOD_TOKEN), "abcdef", 400, 1000);
}

START_TEST(dribble_sends_a_byte_at_a_time)
{
    pass("factory", dribble_it);
    ck_assert_str_eq(said(), "first a; next b; next c; last ; ");
    ck_assert_int_eq(spent_ms, 1200);
}
END_TEST

START_TEST(dribble_ends_at_its_limit)
{
    pass("factory", dribble_long);
    ck_assert_str_eq(said(), "first a; next b; next c; ");
}
END_TEST

START_TEST(dribble_ends_with_the_connection)
{
    play.script.refusals[2] = (struct refusal){ .code = 4003 };
    pass("factory", dribble_it);
    ck_assert_ptr_null(strstr(said(), "next b"));
}
END_TEST

static const struct {
    size_t length;
    unsigned count;
    const char *kinds;
} lengths[] = {
    { 10, 0, "text 10, " },
    { 10, 1, "text 10, " },
    { 10, 2, "first 5, last 5, " },
    { 10, 3, "first 3, next 3, last 4, " },
    { 3, 3, "first 1, next 1, last 1, " },
    { 0, 1, "text 0, " },
    { 65537, 2, "first 32768, last 32769, " },
};

static unsigned row;

static void speak_at_length(struct bench *bench)
{
    say_at_length(dial_as(bench, ALICE, GOOD_TOKEN), lengths[row].length,
                  lengths[row].count);
}

/* "first 3, last 4, " of what was said. */
static void kinds_of(char into[128])
{
    const char *at = said();
    size_t length = 0;

    while (*at != 0) {
        size_t word = strcspn(at, " ");
        size_t bytes = strcspn(at + word + 1, ";");
        length += (size_t)snprintf(into + length, 128 - length, "%.*s %zu, ",
                                   (int)word, at, bytes);
        at += word + 1 + bytes + strlen("; ");
    }
    into[length] = 0;
}

START_TEST(message_is_as_long_as_asked)
{
    char kinds[128];

    row = (unsigned)_i;
    pass("factory", speak_at_length);
    kinds_of(kinds);
    ck_assert_str_eq(kinds, lengths[_i].kinds);
}
END_TEST

static void speak_raw(struct bench *bench)
{
    say_raw(dial_as(bench, ALICE, GOOD_TOKEN), "\x81\x01z", 3);
}

START_TEST(raw_bytes_go_as_they_are)
{
    pass("factory", speak_raw);
    ck_assert_str_eq(said(), "raw \x81\x01z; ");
    play.script.raw_fault = FAULT_ABSENT;
    come_to("factory", speak_raw, NOT_APPLICABLE, "no wire");
    play.script.raw_fault = FAULT_HOOK;
    come_to("factory", speak_raw, INCONCLUSIVE, "as the script has it");
}
END_TEST

/* --- Deadlines ------------------------------------------------------------ */

static int64_t before_ms;
static int64_t past_ms;

static void wait_around_the_deadline(struct bench *bench)
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });
    int64_t since = play.now_ms;

    elapse_before_deadline(peer);
    before_ms = play.now_ms - since;
    elapse_past_deadline(peer);
    past_ms = play.now_ms - since;
}

START_TEST(deadline_counts_from_the_upgrade)
{
    pass("pos", wait_around_the_deadline);
    ck_assert_int_eq(before_ms, 4900);
    ck_assert_int_eq(past_ms, 5050);
}
END_TEST

/* --- Origins -------------------------------------------------------------- */

static const struct {
    const char *pattern;
    const char *want;   /* of https://app.example.com, and … */
    const char *ported; /* … of http://localhost:8443 */
} origins_like[] = {
    { "{scheme}://{host}{port}.evil", "https://app.example.com.evil",
      "http://localhost:8443.evil" },
    { "{SCHEME}://{host}{port}", "HTTPS://app.example.com",
      "HTTP://localhost:8443" },
    { "{other}://{host}{port}", "http://app.example.com",
      "https://localhost:8443" },
    { "{scheme}://{HOST}{port}", "https://APP.EXAMPLE.COM",
      "http://LOCALHOST:8443" },
    { "{scheme}://{parent}{port}/", "https://example.com/",
      "http://localhost:8443/" },
    { "{scheme}://{undotted}{port}/", "https://appxexample.com/",
      "http://localhost:8443/" },
    { "{scheme}://{host}{default}", "https://app.example.com:443",
      "http://localhost:80" },
    { "null", "null", "null" },
    { "", "", "" },
    { "{unknown}x", "x", "x" },
};

static char likeness[256];

static void liken(struct bench *bench)
{
    snprintf(likeness, sizeof(likeness), "%s",
             origin_like(bench, origins_like[row].pattern));
}

static void liken_ported(struct bench *bench)
{
    static struct manifest ported;

    ported = *bench->manifest;
    ported.origins[0] = "http://localhost:8443";
    ported.origin_count = 1;
    const struct manifest *whole = bench->manifest;
    bench->manifest = &ported;
    liken(bench);
    bench->manifest = whole;
}

START_TEST(origin_is_almost_the_listed_one)
{
    row = (unsigned)_i;
    pass("factory", liken);
    ck_assert_str_eq(likeness, origins_like[_i].want);
    pass("factory", liken_ported);
    ck_assert_str_eq(likeness, origins_like[_i].ported);
}
END_TEST

static void liken_to_itself(struct bench *bench)
{
    origin_like(bench, "{scheme}://{host}{port}");
}

static void liken_to_another(struct bench *bench)
{
    origin_like(bench, "{scheme}://admin.example.com");
}

START_TEST(listed_origin_is_no_near_miss)
{
    come_to("factory", liken_to_itself, INCONCLUSIVE,
            "\"https://app.example.com\" is");
    come_to("factory", liken_to_another, INCONCLUSIVE,
            "\"https://admin.example.com\" is");
}
END_TEST

static void claim_addresses(struct bench *bench)
{
    const char *one = claimed_address(bench, 1);

    ck_assert_int_eq(strncmp(one, "198.1", 5), 0);
    ck_assert_str_eq(one, claimed_address(bench, 1));
    ck_assert_str_ne(one, claimed_address(bench, 2));
}

START_TEST(claimed_addresses_are_nobodys)
{
    pass("factory", claim_addresses);
}
END_TEST

/* --- Breakages ------------------------------------------------------------ */

static void break_all(struct bench *bench)
{
    break_decoder(bench);
    break_store(bench);
    break_monitor(bench);
}

static void break_and_fail(struct bench *bench)
{
    break_all(bench);
    expect_kept_out(dial_as(bench, ALICE, NO_TOKEN));
    ck_assert(bench->decided);
    ck_assert_ptr_null(strstr(buffer_string(&play.broken), "mended"));
}

static void break_and_mend(struct bench *bench)
{
    break_store(bench);
    mend_store(bench);
    mend_store(bench);
    mend_monitor(bench);
}

#define ALL_BROKEN "decoder broken; store broken; monitor broken; "
#define ALL_MENDED "decoder mended; store mended; monitor mended; "

START_TEST(what_is_broken_is_mended_at_the_end)
{
    pass("pos", break_all);
    ck_assert_str_eq(buffer_string(&play.broken), ALL_BROKEN ALL_MENDED);
}
END_TEST

START_TEST(what_is_broken_is_mended_behind_a_verdict)
{
    come_to("pos", break_and_fail, FAIL, "open connection");
    ck_assert_str_eq(buffer_string(&play.broken), ALL_BROKEN ALL_MENDED);
}
END_TEST

START_TEST(nothing_is_mended_twice)
{
    pass("pos", break_and_mend);
    ck_assert_str_eq(buffer_string(&play.broken),
                     "store broken; store mended; ");
}
END_TEST

START_TEST(breakage_that_fails_is_no_verdict_of_the_target)
{
    play.script.hook_fault = FAULT_HOOK;
    come_to("pos", break_and_mend, INCONCLUSIVE, "as the script has it");
    play.script.hook_fault = FAULT_ABSENT;
    come_to("pos", break_and_mend, NOT_APPLICABLE, "store");
}
END_TEST

/* --- Attempts within a window --------------------------------------------- */

static int taken_ms;
static bool is_let_pass;

static void attempt_slowly(struct bench *bench)
{
    begin_attempts(bench);
    elapse(bench, taken_ms);
    if (is_let_pass)
        elapse_window(bench);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
}

START_TEST(slow_target_is_not_judged_by_its_window)
{
    taken_ms = 4600; /* of 5000 */
    is_let_pass = false;
    come_to("pos", attempt_slowly, INCONCLUSIVE, "\"window_ms\" is 5000");
}
END_TEST

START_TEST(target_is_judged_within_its_window)
{
    taken_ms = 4400;
    is_let_pass = false;
    come_to("pos", attempt_slowly, FAIL, "an open connection");
}
END_TEST

START_TEST(target_is_judged_behind_its_window)
{
    taken_ms = 4600;
    is_let_pass = true;
    come_to("pos", attempt_slowly, FAIL, "an open connection");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite =
        rows_suite("bench_act", message_is_as_long_as_asked, COUNT_OF(lengths));
    TCase *tcase = tcase_create("acts");

    tcase_add_test(tcase, dribble_sends_a_byte_at_a_time);
    tcase_add_test(tcase, dribble_ends_at_its_limit);
    tcase_add_test(tcase, dribble_ends_with_the_connection);
    tcase_add_test(tcase, raw_bytes_go_as_they_are);
    tcase_add_test(tcase, deadline_counts_from_the_upgrade);
    tcase_add_loop_test(tcase, origin_is_almost_the_listed_one, 0,
                        COUNT_OF(origins_like));
    tcase_add_test(tcase, listed_origin_is_no_near_miss);
    tcase_add_test(tcase, claimed_addresses_are_nobodys);
    tcase_add_test(tcase, what_is_broken_is_mended_at_the_end);
    tcase_add_test(tcase, what_is_broken_is_mended_behind_a_verdict);
    tcase_add_test(tcase, nothing_is_mended_twice);
    tcase_add_test(tcase, breakage_that_fails_is_no_verdict_of_the_target);
    tcase_add_test(tcase, slow_target_is_not_judged_by_its_window);
    tcase_add_test(tcase, target_is_judged_within_its_window);
    tcase_add_test(tcase, target_is_judged_behind_its_window);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_act");
}
