/* Limits as a manifest says or denies them, and rooms as it has them entered:
 * what is sent within them, and what is waited for. */
#include "script_world.h"

#define NL    "\n"
#define ERROR "{\"type\":\"error\"}" NL
#define BYTES(more)                                                            \
    "{\"extends\":\"signals\",\"messages\":{\"error\":{\"type\":\"error\"}}"   \
    ",\"limits\":{\"message_bytes\":65536" more "}"
#define HARD        BYTES("") "}"
#define SOFT        BYTES(",\"soft_bytes\":1000") CLAIMED("true")
#define SOFT_DENIED BYTES(",\"soft_bytes\":1000") CLAIMED("false")
#define CLAIMED(is) ",\"capabilities\":{\"soft_limit\":" is "}}"

static void say_too_much(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    say(peer, "too much");
    expect_soft_refusal_if_claimed(peer);
}

static size_t wanted;

static void measure(struct bench *bench)
{
    decide(bench, PASS, "", "%zu bytes", longest(bench, wanted));
}

static void measure_much(struct bench *bench)
{
    wanted = 1000000;
    measure(bench);
}

static void measure_little(struct bench *bench)
{
    wanted = 400;
    measure(bench);
}

static void enter(struct bench *bench)
{
    go_in(dial_as(bench, ALICE, GOOD_TOKEN), "room");
}

static const struct row rows[] = {
    { "a soft limit that is kept",
      SOFT,
      say_too_much,
      PASS,
      "",
      { .answers[2] = ERROR } },
    { "none where one is claimed",
      SOFT,
      say_too_much,
      FAIL,
      "alice-2 got",
      { .nodes = 0 } },
    { "an end where one is claimed",
      SOFT,
      say_too_much,
      FAIL,
      "alice-2 got",
      { .answers[2] = ERROR, .hangs_up[2] = true } },
    { "one that is denied, and kept",
      SOFT_DENIED,
      say_too_much,
      FAIL,
      "soft_limit is denied",
      { .answers[2] = ERROR } },
    { "one that is denied, and is not there",
      SOFT_DENIED,
      say_too_much,
      PASS,
      "",
      { .nodes = 0 } },
    { "one that is denied, and an error before the end",
      SOFT_DENIED,
      say_too_much,
      PASS,
      "",
      { .answers[2] = ERROR, .hangs_up[2] = true } },
    { "no message beyond the half of what is read",
      HARD,
      measure_much,
      PASS,
      "32768 bytes",
      { .nodes = 0 } },
    { "nor of what is answered by an error",
      SOFT,
      measure_much,
      PASS,
      "500 bytes",
      { .nodes = 0 } },
    { "as much as is wanted within it",
      SOFT,
      measure_little,
      PASS,
      "400 bytes",
      { .nodes = 0 } },
    { "who enters a room waits until told so",
      "rooms",
      enter,
      PASS,
      "",
      { .answers[2] = "{\"type\":\"joined\",\"room\":\"room\"}" NL } },
    { "and has not entered otherwise",
      "rooms",
      enter,
      INCONCLUSIVE,
      "about room",
      { .nodes = 0 } },
};

START_TEST(limit_is_as_the_manifest_has_it)
{
    check_row(&rows[_i]);
}
END_TEST

int main(void)
{
    return check_program(rows_suite("bench_limits",
                                    limit_is_as_the_manifest_has_it,
                                    COUNT_OF(rows)),
                         "check_bench_limits");
}
