/* Messages that are pieces of a text: lines are heard wherever they were cut,
 * and whatever a piece holds has been told. The peer under test has number 2,
 * the bench's witness 1. */
#include "script_world.h"

#define NL "\n"
#define TERMINAL(more, claims)                                                 \
    "{\"extends\":\"signals\",\"stream\":{\"frame\":[\"out\",\"{text}\"]}"     \
    "," more "\"messages\":{\"signal\":[\"out\",\"news: {text}\"],"            \
    "\"publish\":[\"in\",\"news: {text}\\n\"],"                                \
    "\"error\":[\"out\",\"error: {any}\"],\"whoami\":[\"in\",\"who am I\"],"   \
    "\"identity\":[\"out\",\"you are {user}\"]},"                              \
    "\"refusals\":{\"missing\":[{\"close\":4001,\"message\":"                  \
    "[\"out\",\"go away\"]}]},\"capabilities\":{\"whoami\":true" claims "}}"
#define PLAIN TERMINAL("", "")
#define QUIET TERMINAL("", ",\"broadcast\":false")
#define GREETING                                                               \
    TERMINAL("\"dialogue\":{\"greeting\":[[\"out\",\"hello {sid}\"]]},", "")
#define NESTED                                                                 \
    "{\"extends\":\"signals\",\"stream\":{\"frame\":{\"a\":{\"b\":"            \
    "\"{text}\"}}}}"
#define WORDS                                                                  \
    "{\"extends\":\"signals\",\"codec\":\"text\",\"stream\":{\"frame\":"       \
    "\"out {text}\",\"ends\":\"\\u0003\"},\"messages\":{\"signal\":"           \
    "\"out news: {text}\",\"publish\":\"in {text}\","                          \
    "\"error\":\"out error\"}}"
#define OUT(text) "[\"out\",\"" text "\"]"

/* --- What comes of pieces ------------------------------------------------- */

enum { PIECES_MAX = 8 };

struct piece_row {
    const char *label;
    const char *manifest;
    const char *pieces[PIECES_MAX];
    unsigned signals; /* how many, from number 1 on */
    unsigned data_frames;
    unsigned strays;
};

#define PIECES(label, manifest, signals, frames, strays, ...)                  \
    { label, manifest, { __VA_ARGS__ }, signals, frames, strays },
static const struct piece_row piece_rows[] = {
#include "bench_stream.def"
};

static const struct piece_row *row_told;

/* free() it. */
static char *filled(const struct bench *bench, const char *piece)
{
    struct buffer into;

    buffer_init(&into, 4096);
    for (; *piece != 0; piece++) {
        if (*piece == '#')
            buffer_printf(&into, "sig-%s-", bench->id);
        else if (*piece == '@')
            buffer_add_string(&into, bench->id);
        else
            buffer_add(&into, piece, 1);
    }
    return buffer_take(&into);
}

static struct peer *dial_alone(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    drain(bench);
    bench->published = 2;
    return peer;
}

static void tell(struct peer *peer, const char *const *pieces)
{
    for (size_t i = 0; i < PIECES_MAX && pieces[i] != NULL; i++) {
        char *piece = filled(peer->bench, pieces[i]);
        emit((struct event){ .kind = EVENT_TEXT, .socket = peer->socket },
             piece);
        free(piece);
    }
    drain(peer->bench);
}

static void count_pieces(struct bench *bench)
{
    const struct piece_row *row = row_told;
    struct peer *peer = dial_alone(bench);

    tell(peer, row->pieces);
    ck_assert_msg(peer->signal_count == row->signals &&
                      peer->data_frames == row->data_frames &&
                      peer->talk.strays == row->strays,
                  "%s: want %u of ours, %u frames, %u strays, got %zu, %u, %u",
                  row->label, row->signals, row->data_frames, row->strays,
                  peer->signal_count, peer->data_frames, peer->talk.strays);
    for (unsigned i = 0; i < row->signals; i++)
        ck_assert_msg(peer->signals[i] == i + 1, "%s: want %u, got %u",
                      row->label, i + 1, peer->signals[i]);
}

START_TEST(pieces_are_taken_apart)
{
    struct result result;

    begin_play();
    row_told = &piece_rows[_i];
    result = perform(row_told->manifest, count_pieces);
    ck_assert_msg(result.verdict == PASS, "%s: %s", row_told->label,
                  result.seen);
    result_deinit(&result);
}
END_TEST

/* --- Verdicts ------------------------------------------------------------- */

/* Broadcasts that are cut as a terminal might cut them. */
static enum fault publish_in_pieces(void *self, const char *text,
                                    const char *tenant)
{
    (void)self;
    (void)tenant;
    for (unsigned i = 1; i < PLAY_SOCKETS; i++) {
        char rest[PLAY_TEXT];
        snprintf(rest, sizeof(rest), OUT("s: %s\\n"), text);
        emit_lines(i, play.is_member[i] ? OUT("new") NL : NULL);
        emit_lines(i, play.is_member[i] ? rest : NULL);
    }
    return FAULT_NONE;
}

static void is_admitted_by_lines(struct bench *bench)
{
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

static void hears_nothing(struct bench *bench)
{
    expect_received_nothing(dial_alone(bench));
}

static void names_itself(struct bench *bench)
{
    expect_identity(dial_as(bench, ALICE, GOOD_TOKEN), ALICE);
}

static void is_refused(struct bench *bench)
{
    expect_refused(dial_as(bench, ALICE, NO_TOKEN), CAUSE_MISSING);
}

static void is_told_nothing_inside(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    say(peer, "nonsense");
    expect_sanitized_error(peer);
}

static void stranger_is_not_heard(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);

    tell(peer,
         (const char *const[PIECES_MAX]){ OUT("mallory: stolen-"), OUT("@") });
    expect_nobody_heard(bench, canary(bench, "stolen"));
}

static void stays_among_them(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);

    tell(peer, (const char *const[PIECES_MAX]){ OUT("stolen-"), OUT("@") });
    expect_not_heard(peer, canary(bench, "stolen"));
}

static void waits_in_vain(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);

    tell(peer, (const char *const[PIECES_MAX]){ OUT("stolen-"), OUT("@") });
    expect_reached(peer, canary(bench, "stolen"));
}

static void hears_half_a_broadcast(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);

    tell(peer, (const char *const[PIECES_MAX]){ OUT("news: #1") });
    expect_received(peer, 1);
}

/* Its token, in two pieces. */
static void hears_its_token(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);
    char piece[64];

    for (int i = 0; i < 4; i++) {
        snprintf(piece, sizeof(piece), OUT("%.6s"), peer->token + 6L * i);
        emit((struct event){ .kind = EVENT_TEXT, .socket = peer->socket },
             piece);
    }
    drain(bench);
    expect_token_not_echoed(peer);
}

static void hears_a_long_line(struct bench *bench)
{
    struct peer *peer = dial_alone(bench);
    char *piece = malloc(ASSEMBLER_LINE_MAX + 1);

    memset(piece, 'a', ASSEMBLER_LINE_MAX);
    memcpy(piece, "[\"out\",\"", 8);
    memcpy(piece + ASSEMBLER_LINE_MAX - 2, "\"]", 3);
    for (int i = 0; i < 2; i++)
        emit((struct event){ .kind = EVENT_TEXT, .socket = peer->socket },
             piece);
    free(piece);
    drain(bench);
}

static void is_served_a_welcome(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    bench->before = NULL;
    if (!is_served(peer))
        decide(bench, FAIL, "", "not served");
}

#define JOINING                                                                \
    "{\"extends\":\"signals\",\"stream\":{\"frame\":[\"out\",\"{text}\"]},"    \
    "\"dialogue\":{\"joining\":[{\"send\":[\"in\",\"hi\"],\"answer\":"         \
    "[\"out\",\"welcome\"]}]},\"capabilities\":{\"broadcast\":false}}"

static const struct row rows[] = {
    { "broadcasts in pieces",
      PLAIN,
      is_admitted_by_lines,
      PASS,
      "",
      { .nodes = 0 } },
    { "silence", PLAIN, hears_nothing, PASS, "", { .nodes = 0 } },
    { "half a line is data",
      PLAIN,
      hears_nothing,
      FAIL,
      "received 1",
      { .greetings[2] = OUT("x") NL } },
    { "a line is",
      PLAIN,
      hears_nothing,
      FAIL,
      "received 1",
      { .greetings[2] = OUT("x\\n") NL } },
    { "an answer in two pieces",
      PLAIN,
      names_itself,
      PASS,
      "",
      { .answers[2] = OUT("you are {alice}\\nx") NL } },
    { "half an answer",
      PLAIN,
      names_itself,
      FAIL,
      "nothing",
      { .answers[2] = OUT("you are {alice}") NL } },
    { "another's name",
      PLAIN,
      names_itself,
      FAIL,
      "mallory",
      { .answers[2] = OUT("you are {mallory}\\n") NL } },
    { "a refusal in two pieces",
      PLAIN,
      is_refused,
      PASS,
      "",
      { .refusals[2] = { OUT("go ") NL OUT("away\\n") NL, 4001, "no", 0 } } },
    { "half a refusal",
      PLAIN,
      is_refused,
      FAIL,
      "4001",
      { .refusals[2] = { OUT("go away") NL, 4001, "no", 0 } } },
    { "and something behind it",
      PLAIN,
      is_refused,
      FAIL,
      "4001",
      { .refusals[2] = { OUT("go away\\nsecret") NL, 4001, "no", 0 } } },
    { "an error",
      PLAIN,
      is_told_nothing_inside,
      PASS,
      "",
      { .answers[2] = OUT("error: no\\n") NL } },
    { "a trace in two pieces",
      PLAIN,
      is_told_nothing_inside,
      FAIL,
      "Traceback",
      { .answers[2] = OUT("error: Trace") NL,
        .greetings[2] = OUT("Trace") NL OUT("back\\n") NL } },
    { "a trace in half a line",
      QUIET,
      is_told_nothing_inside,
      FAIL,
      "a part of a line",
      { .answers[2] = OUT("error: no\\nTraceback") NL } },
    { "a stranger's words in half a line",
      QUIET,
      stranger_is_not_heard,
      FAIL,
      "received it",
      { .nodes = 0 } },
    { "words that were to stay",
      PLAIN,
      stays_among_them,
      FAIL,
      "has heard it",
      { .nodes = 0 } },
    { "half a line reaches nobody",
      PLAIN,
      waits_in_vain,
      FAIL,
      "did not hear it",
      { .nodes = 0 } },
    { "nor does half a broadcast",
      PLAIN,
      hears_half_a_broadcast,
      FAIL,
      "did not receive",
      { .nodes = 0 } },
    { "a token in pieces",
      PLAIN,
      hears_its_token,
      FAIL,
      "a piece of its own token",
      { .nodes = 0 } },
    { "a line without end",
      PLAIN,
      hears_a_long_line,
      INCONCLUSIVE,
      "longer than",
      { .nodes = 0 } },
    { "who has joined by a line is served",
      JOINING,
      is_served_a_welcome,
      PASS,
      "",
      { .answers[2] = OUT("welcome\\n") NL } },
    { "not by half of it",
      JOINING,
      is_served_a_welcome,
      FAIL,
      "not served",
      { .answers[2] = OUT("welcome") NL } },
};

START_TEST(verdict_follows_lines)
{
    struct adapter_ops ops = play_ops;

    ops.publish = publish_in_pieces;
    playing_ops = &ops;
    check_row(&rows[_i]);
    playing_ops = &play_ops;
}
END_TEST

int main(void)
{
    Suite *suite =
        rows_suite("bench_stream", verdict_follows_lines, COUNT_OF(rows));
    TCase *tcase = tcase_create("pieces");

    tcase_add_loop_test(tcase, pieces_are_taken_apart, 0, COUNT_OF(piece_rows));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_bench_stream");
}
