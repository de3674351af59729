/* What the manifest lists for one cause alone: a path that nobody serves, a
 * member that authenticates once more. It excuses no other answer. The peer
 * under test has number 2, the bench's witness 1. */
#include "script_world.h"

#define NL "\n"
#define SIGNALS_WITH(refusals)                                                 \
    "{\"extends\":\"signals\",\"refusals\":{" refusals "}}"
#define GREETED(refusals)                                                      \
    "{\"extends\":\"signals\",\"messages\":{\"welcome\":{\"hi\":\"{user}\"}}," \
    "\"refusals\":{" refusals "}}"

#define LOST_500  "\"unknown_path\":[{\"http\":500,\"widened\":\"w\"}]"
#define LOST_OPEN "\"unknown_path\":[{\"open\":true,\"widened\":\"w\"}]"
#define LOST_TOLD                                                              \
    "\"unknown_path\":[{\"close\":4404,\"message\":{\"no\":\"{any}\"}}]"
#define MUTE_502 "\"no_subprotocol\":[{\"http\":502,\"widened\":\"w\"}]"
#define LONG_CUT "\"handshake\":[{\"http\":502,\"widened\":\"w\"}]"
#define AGAIN_1011                                                             \
    "\"second_authentication\":[{\"close\":1011,\"widened\":\"w\"}]"
#define AGAIN_4429 "\"second_authentication\":[{\"close\":4429}]"
#define WRITE_1011 "\"forbidden_write\":[{\"close\":1011,\"widened\":\"w\"}]"
#define WELCOME    "{\"hi\":\"{alice}\"}" NL
#define ERROR      "{\"type\":\"error\"}" NL

static void keep_out(struct bench *bench)
{
    expect_kept_out(dial_as(bench, ALICE, NO_TOKEN));
}

static void go_astray(struct bench *bench)
{
    struct manner astray = { .path = "/nowhere" };

    expect_refused(dial(bench, ALICE, GOOD_TOKEN, astray), CAUSE_ASTRAY);
}

static void say_much(struct bench *bench)
{
    struct manner much = { .header = "X-Filler",
                           .header_value = repeated(bench, "x", 20000) };

    expect_kept_out(dial(bench, ALICE, NO_TOKEN, much));
}

static void offer_nothing(struct bench *bench)
{
    struct manner mute = { .no_subprotocols = true };

    expect_refused(dial(bench, ALICE, GOOD_TOKEN, mute), CAUSE_UNSPOKEN);
}

/* What tells of a path is data to whoever has asked for another. */
static void hear_nothing(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    expect_received_nothing(peer);
}

static void say_again(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    say(peer, "again");
    expect_answered_as(peer, CAUSE_AGAIN);
}

static void write_anyway(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    publish_without_right(peer, "x");
    expect_answered_as(peer, CAUSE_WRITING);
}

static const struct row rows[] = {
    { "a crash is listed, but for a path",
      SIGNALS_WITH(LOST_500),
      keep_out,
      FAIL,
      "HTTP 500",
      { .refusals[2] = { NULL, 0, NULL, 500 } } },
    { "a crash is listed, but for a long handshake",
      SIGNALS_WITH(LONG_CUT "},\"limits\":{\"handshake_bytes\":4096"),
      keep_out,
      FAIL,
      "HTTP 502",
      { .refusals[2] = { NULL, 0, NULL, 502 } } },
    { "a crash is listed, but for a writer",
      SIGNALS_WITH(WRITE_1011),
      keep_out,
      FAIL,
      "1011",
      { .refusals[2] = { NULL, 1011, "oops", 0 } } },
    { "of a long handshake it is expected",
      SIGNALS_WITH(LONG_CUT "},\"limits\":{\"handshake_bytes\":4096"),
      say_much,
      PASS,
      "",
      { .refusals[2] = { NULL, 0, NULL, 502 } } },
    { "a crash is listed, but for want of a sub-protocol",
      SIGNALS_WITH(MUTE_502),
      keep_out,
      FAIL,
      "HTTP 502",
      { .refusals[2] = { NULL, 0, NULL, 502 } } },
    { "without a sub-protocol it is expected",
      SIGNALS_WITH(MUTE_502),
      offer_nothing,
      PASS,
      "",
      { .refusals[2] = { NULL, 0, NULL, 502 } } },
    { "without a sub-protocol it is served",
      SIGNALS_WITH(MUTE_502),
      offer_nothing,
      FAIL,
      "open",
      { .nodes = 0 } },
    { "on that path it is expected",
      SIGNALS_WITH(LOST_500),
      go_astray,
      PASS,
      "",
      { .refusals[2] = { NULL, 0, NULL, 500 } } },
    { "not there, where it is not listed",
      "signals",
      go_astray,
      FAIL,
      "HTTP 500",
      { .refusals[2] = { NULL, 0, NULL, 500 } } },
    { "any path is served",
      "signals",
      go_astray,
      FAIL,
      "open",
      { .nodes = 0 } },
    { "open for nobody, and yet it hears",
      SIGNALS_WITH(LOST_OPEN),
      go_astray,
      FAIL,
      "1 data frame, then an open connection",
      { .nodes = 0 } },
    { "its message to somebody else",
      SIGNALS_WITH(LOST_TOLD),
      hear_nothing,
      FAIL,
      "received 1",
      { .greetings[2] = "{\"no\":\"secret\"}" NL } },
    { "an error",
      GREETED(""),
      say_again,
      PASS,
      "",
      { .greetings[2] = WELCOME, .answers[2] = ERROR } },
    { "who may not write is told so",
      GREETED(""),
      write_anyway,
      PASS,
      "",
      { .greetings[2] = WELCOME, .answers[2] = ERROR } },
    { "who may not write is told nothing",
      GREETED(""),
      write_anyway,
      FAIL,
      "answered",
      { .greetings[2] = WELCOME } },
    { "who may not write is closed as listed",
      GREETED(WRITE_1011),
      write_anyway,
      PASS,
      "",
      { .greetings[2] = WELCOME, .hangs_up[2] = true } },
    { "who may not write is closed as nobody listed",
      GREETED(AGAIN_1011),
      write_anyway,
      FAIL,
      "1011",
      { .greetings[2] = WELCOME, .hangs_up[2] = true } },
    { "who authenticates again is closed like one who may not write",
      GREETED(WRITE_1011),
      say_again,
      FAIL,
      "1011",
      { .greetings[2] = WELCOME, .hangs_up[2] = true } },
    { "silence",
      GREETED(""),
      say_again,
      FAIL,
      "answered",
      { .greetings[2] = WELCOME } },
    { "a second welcome",
      GREETED(""),
      say_again,
      FAIL,
      "answered",
      { .greetings[2] = WELCOME, .answers[2] = WELCOME } },
    { "a second welcome before the end",
      GREETED(AGAIN_1011),
      say_again,
      FAIL,
      "once more",
      { .greetings[2] = WELCOME, .answers[2] = WELCOME, .hangs_up[2] = true } },
    { "an end that is not listed",
      GREETED(""),
      say_again,
      FAIL,
      "1011",
      { .greetings[2] = WELCOME, .hangs_up[2] = true } },
    { "an end that is listed",
      GREETED(AGAIN_1011),
      say_again,
      PASS,
      "",
      { .greetings[2] = WELCOME, .hangs_up[2] = true } },
    { "another end",
      GREETED(AGAIN_4429),
      say_again,
      FAIL,
      "1011",
      { .greetings[2] = WELCOME, .hangs_up[2] = true } },
    { "no end where one is listed",
      GREETED(AGAIN_4429),
      say_again,
      FAIL,
      "open",
      { .greetings[2] = WELCOME, .answers[2] = ERROR } },
    { "a stranger's crash",
      GREETED(AGAIN_1011),
      keep_out,
      FAIL,
      "1011",
      { .refusals[2] = { NULL, 1011, "oops", 0 } } },
};

START_TEST(cause_excuses_nothing_else)
{
    check_row(&rows[_i]);
}
END_TEST

int main(void)
{
    return check_program(
        rows_suite("bench_causes", cause_excuses_nothing_else, COUNT_OF(rows)),
        "check_bench_causes");
}
