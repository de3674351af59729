/* The verbs about answers: refusals with a message, welcomes, identities,
 * orders, errors and texts. Each has a target that fails it. */
#include "script_world.h"

#define SAID(text)  "{\"type\":\"event\",\"text\":\"" text "\"}"
#define DENIED      "\"error\":\"Authentication failed\","
#define STAMP       "\"timestamp\":\"2026-01-01T00:00:00Z\"}"
#define AUTH_ERROR  "{\"type\":\"auth_error\"," DENIED STAMP "\n"
#define ERROR       "{\"type\":\"error\",\"message\":\"Message processing failed\"}\n"
#define OTHER_ERROR "{\"type\":\"error\",\"message\":\"Traceback\"}\n"
#define WIDER_ERROR                                                            \
    "{\"type\":\"error\",\"message\":\"Message processing "                    \
    "failed\",\"at\":1}\n"
#define WELCOME(user, tenant, time)                                            \
    "{\"type\":\"auth_success\",\"user_id\":\"" user                           \
    "\",\"restaurant_id\":\"" tenant "\",\"timestamp\":\"" time "\"}\n"
#define NOW "2026-01-01T00:00:00Z"
#define AUTH_ERROR_AT(time)                                                    \
    "{\"type\":\"auth_error\"," DENIED "\"timestamp\":\"" time "\"}\n"
#define WELCOMED       WELCOME("{alice}", "{home}", NOW)
#define IDENTITY(user) "{\"type\":\"identity\",\"user_id\":\"" user "\"}\n"

static void refused(struct bench *bench)
{
    expect_refused(dial_as(bench, ALICE, NO_TOKEN), CAUSE_INVALID);
}

static void refused_silently(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, NO_TOKEN);

    expect_kept_out(peer);
    expect_received_nothing(peer);
}

static void refused_either_way(struct bench *bench)
{
    expect_refused_either(dial_as(bench, ALICE, NO_TOKEN), CAUSE_UNREADABLE,
                          CAUSE_INVALID);
}

static void refused_for_the_role(struct bench *bench)
{
    expect_refused(dial_as(bench, ALICE, GOOD_TOKEN), CAUSE_ROLE);
}

static void kept_out(struct bench *bench)
{
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
}

static void no_other_user(struct bench *bench)
{
    expect_no_other_user(dial_as(bench, ALICE, GOOD_TOKEN));
}

/* It was a member, and speaks. */
static void no_other_user_later(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_admitted(peer);
    say(peer, "any");
    expect_no_other_user(peer);
}

static void welcomed(struct bench *bench)
{
    expect_welcome(dial_as(bench, ALICE, GOOD_TOKEN));
}

static void identified(struct bench *bench)
{
    expect_identity(dial_as(bench, ALICE, GOOD_TOKEN), ALICE);
}

/* What was said before the question is no answer to it. */
static void identified_late(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_admitted(peer);
    expect_identity(peer, ALICE);
}

static void ordered(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_order(peer, order(bench, HOME), "ready");
}

static void one_error(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    say(peer, "nonsense");
    expect_exact_error(peer);
}

static void lone_error(struct bench *bench)
{
    expect_lone_error(dial_as(bench, ALICE, GOOD_TOKEN), "nonsense");
}

/* Both messages first: the errors are asked for one by one. */
static void two_errors(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    say(peer, "nonsense");
    say(peer, "more of it");
    expect_exact_error(peer);
    expect_exact_error(peer);
}

static void same_error(struct bench *bench)
{
    struct peer *one = dial_as(bench, ALICE, GOOD_TOKEN);
    struct peer *other = dial_as(bench, BOB, GOOD_TOKEN);

    say(one, "nonsense");
    say(other, "nonsense");
    expect_same_error(one, other);
}

static void unharmed(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    say(peer, "any");
    expect_heard_unharmed(peer, "a<b> & 'c' {alice}");
}

static void unharmed_here(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_heard_unharmed(peer,
                          woven(bench, "{} <b> & 'c'", user_id(bench, ALICE)));
}

static void harmless(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_admitted(peer);
    expect_heard_harmless(peer, user_id(bench, ALICE));
}

static void not_heard(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_admitted(peer);
    expect_not_heard(peer, "secret");
}

static void pending(struct bench *bench)
{
    expect_pending(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true }));
}

static void one_of_two(struct bench *bench)
{
    struct peer *peers[2];

    peers[0] = dial_as(bench, ALICE, GOOD_TOKEN);
    peers[1] = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_exactly_admitted(peers, 2, 1, CAUSE_PER_USER);
}

static void any_subprotocol(struct bench *bench)
{
    expect_subprotocol(dial(bench, ALICE, GOOD_TOKEN,
                            (struct manner){ .subprotocols = "app.v1, x" }),
                       NULL);
}

static void this_subprotocol(struct bench *bench)
{
    expect_subprotocol(dial(bench, ALICE, GOOD_TOKEN,
                            (struct manner){ .subprotocols = "app.v1, x" }),
                       "app.v1");
}

static void own_subprotocol(struct bench *bench)
{
    expect_own_subprotocol(
        dial(bench, ALICE, GOOD_TOKEN,
             (struct manner){ .subprotocols = "app.v1, x" }));
}

static void no_subprotocol(struct bench *bench)
{
    expect_subprotocol(dial_as(bench, ALICE, GOOD_TOKEN), NULL);
}

#define FAILED_AUTH 4003, "Authentication failed", 0
#define TOO_MANY    1013, "Too many connections", 0
#define NO_ROLE     4003, "Management access required", 0
#define CRASHED     1011, "Internal error", 0

static const struct row rows[] = {
#define ROW(label, profile, run, want, seen, ...)                              \
    { label, profile, run, want, seen, { __VA_ARGS__ } },
#include "bench_answers.def"
#undef ROW
};

START_TEST(verdict_follows_answer)
{
    check_row(&rows[_i]);
}
END_TEST

int main(void)
{
    return check_program(
        rows_suite("bench_answers", verdict_follows_answer, COUNT_OF(rows)),
        "check_bench_answers");
}
