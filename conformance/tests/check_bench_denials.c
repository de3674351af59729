/* How is denied what is said without the right: by the error that is agreed for
 * it, which may quote the words to who said them, and to nobody else. */
#include "script_world.h"

#define NO_READ  "{\"type\":\"no_read\"}"
#define NO_WRITE "{\"type\":\"no_write\"}"
#define FAILED   "\"type\":\"error\",\"message\":\"Message processing failed\""
#define REFUSED(event, more)                                                   \
    "{" FAILED ",\"event\":\"" event "\",\"code\":\"refused\"" more "}"

#define ROOMS(errors)                                                          \
    "{\"extends\":\"rooms\",\"rooms\":{\"errors\":{" errors "}}}"
#define APART ROOMS("\"refused_read\":" NO_READ ",\"refused_write\":" NO_WRITE)
#define NUMBERED                                                               \
    "{\"extends\":\"rooms\",\"rooms\":{\"publish\":{\"send\":{\"id\":"         \
    "\"{id}\",\"room\":\"{room}\",\"text\":\"{text}\"},\"answer\":{\"id\":\"{" \
    "id}\","                                                                   \
    "\"room\":\"{room}\",\"text\":\"{text}\"}},\"errors\":{"                   \
    "\"refused_write\":{\"type\":\"no_write\",\"id\":\"{id}\"}}}}"
#define NUMBERED_WITH(id) "{\"type\":\"no_write\",\"id\":\"" id "\"}"

/* --- A target that answers, whom it is told to ---------------------------- */

static const char *words; /* to each text of number 2, {} for the canary */
static unsigned whom;     /* hears them */

static enum fault send_words(void *self, unsigned socket,
                             enum message_kind kind, int code,
                             struct bytes data)
{
    enum fault fault = play_send(self, socket, kind, code, data);

    if (socket == 2 && kind == SEND_TEXT && words != NULL) {
        const char *text =
            strstr(words, "{}") == NULL
                ? words
                : woven(play.bench, words, canary(play.bench, "note"));
        emit((struct event){ .kind = EVENT_TEXT, .socket = whom }, text);
    }
    return fault;
}

static void check(const char *label, const char *profile, body *run,
                  enum verdict want, const char *seen)
{
    struct adapter_ops ops = play_ops;

    ops.send = send_words;
    play_forget();
    play.script = (struct script){ .nodes = 0 };
    struct result got = perform_on(&ops, ~UINT64_C(0), NOTHING, profile, run);
    ck_assert_msg(got.verdict == want, "%s: want %s, got %s: %s", label,
                  verdict_name(want), verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, seen) != NULL, "%s: \"%s\" not in \"%s\"",
                  label, seen, got.seen);
    result_deinit(&got);
}

/* --- Who hears what was denied -------------------------------------------- */

static void write_anyway(struct bench *bench)
{
    struct peer *alice = dial_as(bench, ALICE, GOOD_TOKEN);
    const char *text = canary(bench, "note");

    dial_as(bench, BOB, GOOD_TOKEN);
    publish_without_right(alice, text);
    expect_nobody_heard(bench, text);
}

/* Nobody has asked for this to be denied. */
static void write_as_one_may(struct bench *bench)
{
    struct peer *alice = dial_as(bench, ALICE, GOOD_TOKEN);
    const char *text = canary(bench, "note");

    dial_as(bench, BOB, GOOD_TOKEN);
    say(alice, publication(bench, text));
    expect_nobody_heard(bench, text);
}

static void write_something_else(struct bench *bench)
{
    struct peer *alice = dial_as(bench, ALICE, GOOD_TOKEN);

    dial_as(bench, BOB, GOOD_TOKEN);
    publish_without_right(alice, canary(bench, "another"));
    expect_nobody_heard(bench, canary(bench, "note"));
}

static void write_into_a_room(struct bench *bench)
{
    struct peer *alice = dial_as(bench, ALICE, GOOD_TOKEN);
    const char *text = canary(bench, "note");

    dial_as(bench, BOB, GOOD_TOKEN);
    expect_denied_as(alice, WISH(ROOM_PUBLISH, "room", .text = text),
                     DENIED_REFUSED);
    expect_nobody_heard(bench, text);
}

#define BY(error) "{\"extends\":\"signals\",\"messages\":{\"error\":" error "}}"
#define ERRORS    BY("{\"type\":\"error\"}")
#define QUOTES    "{\"type\":\"error\",\"message\":\"may not send: {}\"}"
#define TOLD      "{\"type\":\"signal\",\"text\":\"{}\"}"
#define IN_A_ROOM(type, more)                                                  \
    "{\"type\":\"" type "\",\"room\":\"room\",\"text\":\"{}\"" more "}"

static const struct {
    const char *label, *profile;
    body *run;
    const char *words;
    unsigned whom;
    enum verdict want;
    const char *seen;
} quotes[] = {
    { "quoted to who said it", ERRORS, write_anyway, QUOTES, 2, PASS, "" },
    { "quoted to another", ERRORS, write_anyway, QUOTES, 3, FAIL,
      "bob-3 received it" },
    { "told to another", ERRORS, write_anyway, TOLD, 3, FAIL, "bob-3" },
    { "told to who said it", ERRORS, write_anyway, TOLD, 2, FAIL, "alice-2" },
    { "told behind an error", ERRORS, write_anyway,
      "{\"type\":\"error\"} " TOLD, 2, FAIL, "alice-2" },
    { "told as an error that ends early", ERRORS, write_anyway,
      "{\"type\":\"error\\u0000\",\"text\":\"{}\"}", 2, FAIL, "alice-2" },
    { "told as an error and as no error", ERRORS, write_anyway,
      "{\"type\":\"error\",\"type\":\"signal\",\"text\":\"{}\"}", 2, FAIL,
      "alice-2" },
    { "told with what makes an error", BY("{\"error\":\"{any}\"}"),
      write_anyway, "{\"type\":\"signal\",\"text\":\"{}\",\"error\":1}", 2,
      FAIL, "alice-2" },
    { "quoted by what is no error", ERRORS, write_anyway,
      "{\"type\":\"warning\",\"message\":\"{}\"}", 2, FAIL, "alice-2" },
    { "an error where nothing was to be denied", ERRORS, write_as_one_may,
      QUOTES, 2, FAIL, "alice-2" },
    { "an error that quotes other words", ERRORS, write_something_else, QUOTES,
      2, FAIL, "alice-2" },
    { "in a room, quoted to who said it", APART, write_into_a_room,
      IN_A_ROOM("no_write", ""), 2, PASS, "" },
    { "in a room, quoted by any error", ROOMS(""), write_into_a_room,
      REFUSED("room_message", ",\"to\":\"{}\""), 2, PASS, "" },
};

START_TEST(denial_may_quote_to_who_is_denied)
{
    words = quotes[_i].words;
    whom = quotes[_i].whom;
    check(quotes[_i].label, quotes[_i].profile, quotes[_i].run, quotes[_i].want,
          quotes[_i].seen);
}
END_TEST

/* --- How it is denied ----------------------------------------------------- */

static enum room_verb verb;

static void be_denied(struct bench *bench)
{
    struct peer *alice = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_denied_as(alice,
                     WISH(verb, "room", .text = "hi", .data = "1", .limit = 1),
                     DENIED_REFUSED);
}

static const struct {
    const char *label, *profile;
    enum room_verb verb;
    const char *words;
    enum verdict want;
} denials[] = {
    { "joining is reading", APART, ROOM_JOIN, NO_READ, PASS },
    { "joining is no writing", APART, ROOM_JOIN, NO_WRITE, FAIL },
    { "so is asking what was said", APART, ROOM_HISTORY, NO_READ, PASS },
    { "which is no writing", APART, ROOM_HISTORY, NO_WRITE, FAIL },
    { "nor just refused", APART, ROOM_HISTORY, REFUSED("history", ""), FAIL },
    { "a text is writing", APART, ROOM_PUBLISH, NO_WRITE, PASS },
    { "a text is no reading", APART, ROOM_PUBLISH, NO_READ, FAIL },
    { "so is JSON", APART, ROOM_DATA, NO_WRITE, PASS },
    { "which is not just refused", APART, ROOM_DATA, REFUSED("room_data", ""),
      FAIL },
    { "so are bytes", APART, ROOM_BINARY, NO_WRITE, PASS },
    { "which are not just refused", APART, ROOM_BINARY, REFUSED("binary", ""),
      FAIL },
    { "a room is not made by writing", APART, ROOM_CREATE, NO_WRITE, FAIL },
    { "but refused", APART, ROOM_CREATE, REFUSED("create_room", ""), PASS },
    { "by its number", NUMBERED, ROOM_PUBLISH, NUMBERED_WITH("2-1"), PASS },
    { "by that of another", NUMBERED, ROOM_PUBLISH, NUMBERED_WITH("9-1"),
      FAIL },
};

START_TEST(denial_is_that_of_the_right)
{
    words = denials[_i].words;
    whom = 2;
    verb = denials[_i].verb;
    check(denials[_i].label, denials[_i].profile, be_denied, denials[_i].want,
          "");
}
END_TEST

int main(void)
{
    Suite *suite = rows_suite(
        "bench_denials", denial_may_quote_to_who_is_denied, COUNT_OF(quotes));
    TCase *tcase = tcase_create("denials");

    tcase_add_loop_test(tcase, denial_is_that_of_the_right, 0,
                        COUNT_OF(denials));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_bench_denials");
}
