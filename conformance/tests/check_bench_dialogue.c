/* The dialogue around a service's messages: who says what, and when; what
 * counts as data; and refusals that end in no Close. The peer under test has
 * number 2, the bench's witness 1. */
#include "script_world.h"

#define MANIFEST(parts)                                                        \
    "{\"extends\":\"signals\",\"capabilities\":{\"broadcast\":false}," parts "}"
#define NL "\n"

/* --- What is done --------------------------------------------------------- */

static void dial_one(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    bench->before = NULL; /* nobody else is looked at */
    drain(bench);
}

static void speak_thrice(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    for (int i = 0; i < 3; i++)
        say(peer, publication(bench, "hi"));
    drain(bench);
}

static void hears_nothing(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    expect_received_nothing(peer);
}

/* Something that comes in the form of a greeting or a heartbeat: the pattern
 * with `text` where {} stands. */
static struct peer *dial_and_hear(struct bench *bench, const char *pattern,
                                  const char *text)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    bench->published = 1;
    emit((struct event){ .kind = EVENT_TEXT, .socket = peer->socket },
         woven(bench, pattern, text == NULL ? peer->token : text));
    drain(bench);
    return peer;
}

static void hears_a_leak(struct bench *bench)
{
    expect_received_nothing(
        dial_and_hear(bench, "{\"ping\":\"sig-{}-1\"}", bench->id));
}

static void hears_a_stranger(struct bench *bench)
{
    expect_received_nothing(
        dial_and_hear(bench, "{\"ping\":\"{}\"}", canary(bench, "stolen")));
}

static void hears_its_name(struct bench *bench)
{
    expect_received_nothing(
        dial_and_hear(bench, "{\"ping\":\"{}\"}", user_id(bench, ALICE)));
}

static void hears_its_token(struct bench *bench)
{
    expect_token_not_echoed(dial_and_hear(bench, "{\"hello\":\"{}\"}", NULL));
}

static void hears_a_trace(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    expect_sanitized_error(peer);
}

static void is_served_all_right(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    if (!is_served(peer))
        decide(bench, FAIL, "", "not served: joined %u", peer->talk.joined);
}

static void is_admitted_all_right(struct bench *bench)
{
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

static void pings_thrice(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    for (int i = 0; i < 3; i++)
        say(peer, "{\"type\":\"ping\"}");
    drain(bench);
    expect_received_nothing(peer);
}

static void ping_first(struct bench *bench)
{
    expect_wrong_first(bench, "{\"type\":\"ping\"}", CAUSE_UNEXPECTED);
    expect_no_joining(bench, CAUSE_UNEXPECTED);
}

static void waits_and_hears_nothing(struct bench *bench)
{
    struct manner silent = { .silent = true };
    struct peer *peer = dial(bench, ALICE, NO_TOKEN, silent);

    fence(bench);
    expect_received_nothing(peer);
}

static void waits(struct bench *bench)
{
    expect_pending(
        dial(bench, ALICE, NO_TOKEN, (struct manner){ .silent = true }));
}

static void is_welcomed_and_pinged(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    fence(bench);
}

static void first_of_all(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    ck_assert_ptr_null(peer->talk.first);
}

/* --- What was said -------------------------------------------------------- */

#define HEARING                                                                \
    "{\"extends\":\"signals\",\"dialogue\":{\"joining\":[{\"send\":{\"a\":1}," \
    "\"answer\":{\"ok\":1}}]}}"
#define WELCOMING(whose)                                                       \
    "{\"extends\":\"signals\",\"messages\":{\"welcome\":{\"hi\":\"{user}\"}}," \
    "\"dialogue\":{\"pings\":\"" whose "\"}}"
#define HI    "{\"hi\":\"x\"}" NL
#define HELLO "\"greeting\":[{\"hello\":\"{sid}\"}]"

static const struct {
    const char *label;
    const char *manifest;
    body *run;
    const char *want; /* said by number 2 */
    struct script script;
} talks[] = {
#define TALK(label, manifest, run, want, ...)                                  \
    { label, manifest, run, want, { __VA_ARGS__ } },
#define COUNTED(...)
#define ENDED(...)
#define LEFT(...)
#include "bench_dialogue.def"
#undef TALK
};

START_TEST(client_says_what_is_due)
{
    play_forget();
    play.script = talks[_i].script;

    struct result got = perform(talks[_i].manifest, talks[_i].run);
    char *want = NULL;
    play.bench = NULL;
    ck_assert_msg(got.verdict == PASS, "%s: %s", talks[_i].label, got.seen);
    want = strdup(talks[_i].want);
    char *hole = strstr(want, "{alice}");
    if (hole != NULL) {
        const char *said = buffer_string(&play.said[2]);
        ck_assert_msg(strncmp(said, want, (size_t)(hole - want)) == 0 &&
                          strstr(said, "alice-") != NULL,
                      "%s: got \"%s\"", talks[_i].label, said);
    } else {
        ck_assert_msg(strcmp(buffer_string(&play.said[2]), want) == 0,
                      "%s: want \"%s\", got \"%s\"", talks[_i].label, want,
                      buffer_string(&play.said[2]));
    }
    free(want);
    result_deinit(&got);
}
END_TEST

/* --- What counts ---------------------------------------------------------- */

#define PINGS                                                                  \
    "\"dialogue\":{\"allowed\":[{\"said\":{\"type\":\"ping\"},\"answer\":{"    \
    "\"type\":\"pong\"}}]}"

static const struct row rows[] = {
#define TALK(...)
#undef COUNTED
#define COUNTED(label, manifest, run, want, seen, ...)                         \
    { label, manifest, run, want, seen, { __VA_ARGS__ } },
#include "bench_dialogue.def"
#undef COUNTED
};

START_TEST(only_what_is_declared_is_no_data)
{
    check_row(&rows[_i]);
}
END_TEST

/* --- Refusals without a Close --------------------------------------------- */

static void keep_out(struct bench *bench)
{
    expect_kept_out(dial_as(bench, ALICE, NO_TOKEN));
}

static void refuse(struct bench *bench)
{
    expect_refused(dial_as(bench, ALICE, NO_TOKEN), CAUSE_MISSING);
}

static void end_it(struct bench *bench)
{
    expect_ended_by_server(dial_as(bench, ALICE, NO_TOKEN));
}

/* Once time has passed, number 2 is ended so. */
static struct refusal later;
static bool ends_later;

static enum fault elapse_and_end(void *self, int64_t ms)
{
    enum fault fault = play_elapse(self, ms);

    if (ends_later && ms > 0) {
        emit_lines(2, later.messages);
        end(2, &later);
        ends_later = false;
    }
    return fault;
}

/* It is found open first. */
static struct peer *left_open_first(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, NO_TOKEN);

    expect_kept_out(peer);
    return peer;
}

static void end_later(struct bench *bench)
{
    struct peer *peer = left_open_first(bench);

    later = (struct refusal){ .code = 4001, .reason = "" };
    ends_later = true;
    expect_ended_by_server(peer);
}

static void cut_later(struct bench *bench)
{
    struct peer *peer = left_open_first(bench);

    later = (struct refusal){ .code = 0 };
    ends_later = true;
    expect_ended_by_server(peer);
}

static void tell_and_end_later(struct bench *bench)
{
    struct peer *peer = left_open_first(bench);

    later = (struct refusal){ "{\"secret\":1}" NL, 4001, "", 0 };
    ends_later = true;
    expect_ended_by_server(peer);
}

static void hear_reason(struct bench *bench)
{
    expect_harmless_reason(dial_as(bench, ALICE, NO_TOKEN));
}

static void hears_and_is_refused(struct bench *bench)
{
    expect_kept_out(dial_and_hear(
        bench, "{\"type\":\"signal\",\"text\":\"sig-{}-1\",\"sub\":\"9-9\"}",
        bench->id));
}

static void refuse_alone(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, NO_TOKEN);

    bench->before = NULL;
    expect_refused(peer, CAUSE_MISSING);
}

#define MISSING(outcome)                                                       \
    "{\"extends\":\"signals\",\"refusals\":{\"missing\":[" outcome "]}}"
#define OPEN_TOLD                                                              \
    MISSING("{\"open\":true,\"message\":{\"denied\":\"{any}\"},\"widened\":"   \
            "\"w\"}")
#define DENIED      "{\"denied\":\"x\"}" NL
#define OPEN_SILENT MISSING("{\"open\":true,\"widened\":\"w\"}")
#define CUT(how)    MISSING("{\"end\":\"" how "\",\"widened\":\"w\"}")

/* Who hears broadcasts is in, whatever it was told: play.h lets all in that it
 * does not end. */
static const struct row refusals[] = {
#define COUNTED(...)
#undef ENDED
#define ENDED(label, manifest, run, want, seen, ...)                           \
    { label, manifest, run, want, seen, { __VA_ARGS__ } },
#include "bench_dialogue.def"
#undef ENDED
};

START_TEST(refusal_is_one_of_those_listed)
{
    check_row(&refusals[_i]);
}
END_TEST

/* Of those whom it leaves out and open. */
static enum fault publish_to_others(void *self, const char *text,
                                    const char *tenant)
{
    enum fault fault;

    play.is_member[2] = false;
    fault = play_publish(self, text, tenant);
    play.is_member[2] = true;
    return fault;
}

static const struct row left_open[] = {
#define ENDED(...)
#undef LEFT
#define LEFT(label, manifest, run, want, seen, ...)                            \
    { label, manifest, run, want, seen, { __VA_ARGS__ } },
#include "bench_dialogue.def"
#undef LEFT
};

START_TEST(open_refusal_is_judged_by_what_is_heard)
{
    struct adapter_ops ops = play_ops;

    ops.publish = publish_to_others;
    ops.elapse = elapse_and_end;
    ends_later = false;
    play_forget();
    play.script = left_open[_i].script;

    struct result got = perform_on(&ops, ~UINT64_C(0), NOTHING,
                                   left_open[_i].profile, left_open[_i].run);
    ck_assert_msg(got.verdict == left_open[_i].want, "%s: want %s, got %s: %s",
                  left_open[_i].label, verdict_name(left_open[_i].want),
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, left_open[_i].seen) != NULL,
                  "%s: \"%s\" not in \"%s\"", left_open[_i].label,
                  left_open[_i].seen, got.seen);
    result_deinit(&got);
}
END_TEST

int main(void)
{
    Suite *suite =
        rows_suite("bench_dialogue", client_says_what_is_due, COUNT_OF(talks));
    TCase *tcase = tcase_create("counts");

    tcase_add_loop_test(tcase, only_what_is_declared_is_no_data, 0,
                        COUNT_OF(rows));
    tcase_add_loop_test(tcase, refusal_is_one_of_those_listed, 0,
                        COUNT_OF(refusals));
    tcase_add_loop_test(tcase, open_refusal_is_judged_by_what_is_heard, 0,
                        COUNT_OF(left_open));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_bench_dialogue");
}
