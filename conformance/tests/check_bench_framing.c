/* Messages in binary frames: what goes out as which bytes, what comes is heard
 * by its layout alone, and data it is in any case. The peer under test has
 * number 2, the bench's witness 1. */
#include "script_world.h"

#define LAID_OUT                                                               \
    "{\"extends\":\"signals\",\"layouts\":{"                                   \
    "\"signal\":[{\"hex\":\"01\"},{\"sized\":\"text\"}],"                      \
    "\"publish\":[{\"hex\":\"02\"},{\"rest\":\"text\"}]}}"
#define BINARY "{\"extends\":\"signals\",\"frames\":\"binary\"}"
/* What hides a text in bytes of its own, and in numbers. */
#define SWALLOWS                                                               \
    "{\"extends\":\"signals\",\"layouts\":{\"hello\":["                        \
    "{\"hex\":\"73 69 67 2d\"},{\"rest\":\"r\"}]}}"
#define N(name) "{\"leb128\":\"" name "\"}"
#define COUNTS                                                                                                                                                                        \
    "{\"extends\":\"signals\",\"layouts\":{\"hello\":[" N("a") "," N("b") "," N("c") "," N("d") "," N("e") "," N("f") "," N("g") "," N("h") "," N("i") "," N(                         \
        "j") "," N("k") "," N("l") "," N("m") "," N("n") "," N("o") "," N("p") "," N("q") "," N("r") "," N("s") "," N("t") "," N("u") "," N("v") "]},\"dialogue\":{\"heartbeats\":[{" \
                                                                                                                                                 "\"on\":{\"type\":\"hello\"},\"send\":{\"type\":\"pong\"}}]}}"
#define ERROR                                                                  \
    "{\"extends\":\"signals\",\"layouts\":{\"error\":["                        \
    "{\"hex\":\"54 72 61 63 65 62 61 63 6b 20 28 6d 6f 73 74 20 72 65 63 65 "  \
    "6e 74 20 63 61 6c 6c 20 6c 61 73 74 29\"},{\"rest\":\"r\"}]}}"
#define PIECES                                                                 \
    "{\"extends\":\"signals\",\"stream\":{\"frame\":[\"out\",\"{text}\"]}}"
#define WORDS                                                                  \
    "{\"extends\":\"signals\",\"codec\":\"text\",\"stream\":{\"frame\":"       \
    "\"out {text}\",\"ends\":\"\\u0003\"},\"messages\":{\"signal\":"           \
    "\"out news: {text}\",\"publish\":\"in {text}\"}}"
#define AS_TEXTS "{\"extends\":\"signals\"}"
#define SIGNAL   "{\"type\":\"signal\",\"text\":\"#1\"}"

#define TRACE "Traceback (most recent call last)"

static struct buffer went; /* each frame of peer 2, a line */

static enum fault note_frame(void *self, unsigned socket,
                             enum message_kind kind, int code,
                             struct bytes data)
{
    if (socket == 2 && kind != SEND_PING) {
        buffer_printf(&went, "%d ", (int)kind);
        buffer_add(&went, data.at, data.length);
        buffer_add_string(&went, "\n");
    }
    return kind == SEND_BINARY ? FAULT_NONE
                               : play_send(self, socket, kind, code, data);
}

static struct result act_out(const char *profile, body *run)
{
    struct adapter_ops ops = play_ops;

    begin_play();
    ops.send = note_frame;
    buffer_init(&went, 65536);
    return perform_on(&ops, ~UINT64_C(0), 0, profile, run);
}

static struct peer *dial_alone(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    bench->published = 2;
    return peer;
}

/* --- What goes out -------------------------------------------------------- */

static void publishes(struct bench *bench)
{
    say(dial_alone(bench), "{\"type\":\"publish\",\"text\":\"hi\"}");
}

static void says_another(struct bench *bench)
{
    say(dial_alone(bench), "{\"type\":\"whoami\"}");
}

static void says_nonsense(struct bench *bench)
{
    say(dial_alone(bench), "{\"type\":\"publish\"");
}

static void says_too_much(struct bench *bench)
{
    say(dial_alone(bench), "{\"type\":\"publish\",\"text\":\"a\",\"to\":1}");
}

static void says_more_behind_it(struct bench *bench)
{
    say(dial_alone(bench), "{\"type\":\"publish\",\"text\":\"hi\"}x");
}

static void says_no_text(struct bench *bench)
{
    say_bytes(dial_alone(bench), "\xff\xfe", 2, false);
}

static void says_it_in_parts(struct bench *bench)
{
    dribble(dial_alone(bench), "{\"type\":\"publish\",\"text\":\"hi\"}", 1,
            1000);
}

static void says_another_in_parts(struct bench *bench)
{
    dribble(dial_alone(bench), "{}", 1, 1000);
}

static void says_it_early(struct bench *bench)
{
    dial(bench, ALICE, GOOD_TOKEN,
         (struct manner){ .early = "{\"type\":\"publish\",\"text\":\"hi\"}" });
}

static void says_it_small(struct bench *bench)
{
    say_compressed(dial_alone(bench), "{}", 2, 1, false);
}

static void says_much_in_parts(struct bench *bench)
{
    say_at_length(dial_alone(bench), 8, 4);
}

#define IN_BYTES "messages are bytes there"

static const struct {
    const char *label;
    const char *profile;
    body *run;
    enum verdict want;
    const char *seen;
    const char *went; /* NULL: never mind */
} outs[] = {
    { "by its layout", LAID_OUT, publishes, PASS, "", "1 \002hi\n" },
    { "without one", LAID_OUT, says_another, PASS, "",
      "0 {\"type\":\"whoami\"}\n" },
    { "half a message", LAID_OUT, says_nonsense, PASS, "",
      "0 {\"type\":\"publish\"\n" },
    { "a member more", LAID_OUT, says_too_much, NOT_APPLICABLE,
      "a member that its layout lacks", "" },
    { "more behind its JSON", LAID_OUT, says_more_behind_it, PASS, "",
      "0 {\"type\":\"publish\",\"text\":\"hi\"}x\n" },
    { "all in binary", BINARY, says_another, PASS, "",
      "1 {\"type\":\"whoami\"}\n" },
    { "even nonsense", BINARY, says_nonsense, PASS, "",
      "1 {\"type\":\"publish\"\n" },
    { "but what is no text", BINARY, says_no_text, PASS, "", "0 \xff\xfe\n" },
    { "in texts", AS_TEXTS, publishes, PASS, "",
      "0 {\"type\":\"publish\",\"text\":\"hi\"}\n" },
    { "in parts", LAID_OUT, says_it_in_parts, NOT_APPLICABLE, IN_BYTES, "" },
    { "another in parts", LAID_OUT, says_another_in_parts, PASS, "", NULL },
    { "any in parts", BINARY, says_another_in_parts, NOT_APPLICABLE, IN_BYTES,
      "" },
    { "much in parts", BINARY, says_much_in_parts, NOT_APPLICABLE, IN_BYTES,
      "" },
    { "with the handshake", LAID_OUT, says_it_early, NOT_APPLICABLE, IN_BYTES,
      NULL },
    { "with the handshake, in texts", AS_TEXTS, says_it_early, PASS, "", NULL },
    { "compressed", LAID_OUT, says_it_small, NOT_APPLICABLE, IN_BYTES, "" },
};

START_TEST(message_goes_out_as_its_bytes)
{
    struct result got = act_out(outs[_i].profile, outs[_i].run);

    ck_assert_msg(got.verdict == outs[_i].want, "%s: %s: %s", outs[_i].label,
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, outs[_i].seen) != NULL, "%s: %s",
                  outs[_i].label, got.seen);
    ck_assert_msg(outs[_i].went == NULL ||
                      strcmp(buffer_string(&went), outs[_i].went) == 0,
                  "%s: want %s, went %s", outs[_i].label, outs[_i].went,
                  buffer_string(&went));
    buffer_deinit(&went);
    result_deinit(&got);
}
END_TEST

/* --- What comes ----------------------------------------------------------- */

static const struct come {
    const char *label;
    const char *profile;
    const char *frame; /* # is our broadcasts' head */
    unsigned signals, data_frames, strays;
} comes[] = {
    { "by its layout", LAID_OUT, "\001\026#1", 1, 1, 0 },
    { "of another length", LAID_OUT, "\001\025#1", 0, 1, 1 },
    { "with more behind it", LAID_OUT, "\001\026#1.", 0, 1, 1 },
    { "of another kind", LAID_OUT, "\003#1", 0, 1, 1 },
    { "as a message that is no signal", LAID_OUT, "\002#1", 0, 1, 1 },
    { "other bytes", LAID_OUT, "\003hello", 0, 1, 0 },
    { "JSON, where texts are texts", LAID_OUT, SIGNAL, 0, 1, 1 },
    { "JSON in binary", BINARY, SIGNAL, 1, 1, 0 },
    { "no UTF-8", BINARY, "\xff#1", 0, 1, 1 },
    { "in bytes of the layout's own", SWALLOWS, "#1", 0, 1, 1 },
    { "in numbers, as a heartbeat", COUNTS, "#1", 0, 1, 1 },
    { "JSON in texts alone", AS_TEXTS, SIGNAL, 0, 1, 1 },
};

static const struct come *coming;

static void hear(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);
    struct buffer frame;

    buffer_init(&frame, 4096);
    for (const char *at = coming->frame; *at != 0; at++) {
        if (*at == '#')
            buffer_printf(&frame, "sig-%s-", bench->id);
        else
            buffer_add(&frame, at, 1);
    }
    emit((struct event){ .kind = EVENT_BINARY, .socket = peer->socket },
         buffer_string(&frame));
    drain(bench);
    ck_assert_uint_ge(peer->arrival_count, coming->signals);
    ck_assert_msg(peer->signal_count == coming->signals &&
                      peer->data_frames == coming->data_frames &&
                      peer->talk.strays == coming->strays,
                  "%s (%zu bytes): got %zu, %u, %u", coming->label,
                  frame.length, peer->signal_count, peer->data_frames,
                  peer->talk.strays);
    buffer_deinit(&frame);
}

START_TEST(frame_is_heard_by_its_layout_alone)
{
    coming = &comes[_i];
    struct result got = act_out(coming->profile, hear);

    ck_assert_msg(got.verdict == PASS, "%s: %s", coming->label, got.seen);
    buffer_deinit(&went);
    result_deinit(&got);
}
END_TEST

/* Whoever is to hear nothing has heard it, whatever a layout makes of it. */
static void stranger_is_told(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);

    emit((struct event){ .kind = EVENT_BINARY, .socket = peer->socket },
         coming->frame);
    drain(bench);
    expect_received_nothing(peer);
}

START_TEST(frame_of_any_form_is_data)
{
    coming = &comes[_i];
    struct result got = act_out(coming->profile, stranger_is_told);

    ck_assert_msg(got.verdict == FAIL, "%s: %s: %s", coming->label,
                  verdict_name(got.verdict), got.seen);
    buffer_deinit(&went);
    result_deinit(&got);
}
END_TEST

/* Of no layout, and a text but for a NUL. */
static void is_told_in_bytes(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);
    struct buffer frame;

    buffer_init(&frame, 4096);
    buffer_add(&frame, "\003words-", 7);
    buffer_add_string(&frame, bench->id);
    buffer_add(&frame, "\0.", 2);
    emit((struct event){ .kind = EVENT_BINARY, .socket = peer->socket }, "");
    play.events[(play.tail - 1) % PLAY_EVENTS].data = buffer_view(&frame);
    drain(bench);
    buffer_deinit(&frame);
    ck_assert_uint_eq(peer->data_frames, 1);
    expect_not_heard(peer, canary(bench, "words"));
}

static const char *const in_bytes[] = { LAID_OUT, BINARY, AS_TEXTS };

START_TEST(text_in_bytes_is_told)
{
    struct result got = act_out(in_bytes[_i], is_told_in_bytes);

    ck_assert_msg(got.verdict == FAIL, "%s: %s", verdict_name(got.verdict),
                  got.seen);
    buffer_deinit(&went);
    result_deinit(&got);
}
END_TEST

/* By no layout, nor a text; and in bytes that a layout has. */
static const struct {
    const char *manifest;
    const char *frame;
} telling[] = {
    { LAID_OUT, "\003\xff" TRACE },
    { AS_TEXTS, "\003\xff" TRACE },
    { BINARY, "\003\xff" TRACE },
    { ERROR, TRACE },
};
static size_t told;

static void is_told_of_the_inside(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);

    emit((struct event){ .kind = EVENT_BINARY, .socket = peer->socket },
         telling[told].frame);
    drain(bench);
    say(peer, "nonsense");
    expect_sanitized_error(peer);
}

START_TEST(frame_that_tells_of_the_inside_is_a_leak)
{
    told = (size_t)_i;
    struct result got = act_out(telling[_i].manifest, is_told_of_the_inside);

    ck_assert_msg(got.verdict == FAIL && strstr(got.seen, "Traceback") != NULL,
                  "%s: %s", verdict_name(got.verdict), got.seen);
    buffer_deinit(&went);
    result_deinit(&got);
}
END_TEST

/* --- Pieces of a text -----------------------------------------------------
 */

/* Behind a NUL more would be lost. */
static void hears_a_nul(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);
    struct buffer piece;

    buffer_init(&piece, 4096);
    if (bench->manifest->codec == CODEC_TEXT)
        buffer_add(&piece, "out x\003\0", 7);
    else
        buffer_add(&piece, "[\"out\",\"x\\n\"]\0", 14);
    buffer_printf(&piece, "sig-%s-1", bench->id);
    emit((struct event){ .kind = EVENT_TEXT, .socket = peer->socket }, "");
    play.events[(play.tail - 1) % PLAY_EVENTS].data = buffer_view(&piece);
    drain(bench);
    buffer_deinit(&piece);
    ck_assert_uint_eq(peer->data_frames, 1);
    ck_assert_uint_eq(peer->talk.strays, 1);
}

static const char *const with_nul[] = { PIECES, WORDS };

START_TEST(piece_with_a_nul_is_none)
{
    begin_play();
    struct result result = perform(with_nul[_i], hears_a_nul);

    ck_assert_msg(result.verdict == PASS, "%s", result.seen);
    result_deinit(&result);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench framing");
    TCase *tcase = tcase_create("framing");

    tcase_add_loop_test(tcase, message_goes_out_as_its_bytes, 0,
                        COUNT_OF(outs));
    tcase_add_loop_test(tcase, frame_is_heard_by_its_layout_alone, 0,
                        COUNT_OF(comes));
    tcase_add_loop_test(tcase, frame_of_any_form_is_data, 0, COUNT_OF(comes));
    tcase_add_loop_test(tcase, frame_that_tells_of_the_inside_is_a_leak, 0,
                        COUNT_OF(telling));
    tcase_add_loop_test(tcase, text_in_bytes_is_told, 0, COUNT_OF(in_bytes));
    tcase_add_loop_test(tcase, piece_with_a_nul_is_none, 0, COUNT_OF(with_nul));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_framing");
}
