/* Other doors that are WebSockets: they are dialled as the endpoint is, and
 * held to what the manifest says of it. The witness has number 1, the first who
 * comes to the door 2. */
#include "script_world.h"

static const struct door doors[] = {
    { .what = "one that nobody asks" },
    { .what = "the old path", .url = "ws://h/old", .is_socket = true },
};
static const struct door *dialled[PLAY_SOCKETS];

static enum fault open_at(void *self, unsigned socket,
                          const struct opening *opening)
{
    dialled[socket % PLAY_SOCKETS] = opening->door;
    return play_open(self, socket, opening);
}

/* --- What is asked -------------------------------------------------------- */

#define FORGED  TOKEN(.signing = SIGNED_WITH_OTHER_KEY)
#define GARBAGE TOKEN(.literal = "q7Zt-canary-Xw9P.k2.v8")

static void let_in(struct bench *bench)
{
    expect_let_in_elsewhere(visit_as(bench, BOB, GOOD_TOKEN));
    ck_assert_ptr_null(dialled[1]);
    ck_assert_ptr_eq(dialled[2], &doors[1]);
}

static void need_in(struct bench *bench)
{
    need_let_in(visit_as(bench, BOB, GOOD_TOKEN));
}

static void keep_out(struct bench *bench)
{
    expect_let_in_nowhere(visit_as(bench, MALLORY, NO_TOKEN));
}

static void keep_garbage_out(struct bench *bench)
{
    expect_let_in_nowhere(visit_as(bench, ALICE, GARBAGE));
}

static void tell_apart(struct bench *bench)
{
    struct visit *one = visit_as(bench, ALICE, FORGED);
    struct visit *again = visit_as(bench, ALICE, FORGED);

    expect_refused_alike(one, again, visit_as(bench, ALICE, GARBAGE));
}

static void look_inside(struct bench *bench)
{
    expect_shown_no_internals(visit_as(bench, ALICE, GARBAGE));
}

static void be_told(struct bench *bench)
{
    expect_shown_broadcasts(listen_as(bench, BOB, GOOD_TOKEN));
}

static void be_told_nothing(struct bench *bench)
{
    expect_shown_no_broadcast(listen_as(bench, MALLORY, NO_TOKEN));
}

#define NL      "\n"
#define MISSING NULL, 1008, "Authentication required", 0
#define INVALID NULL, 1008, "Invalid or expired token", 0
#define TELLING                                                                \
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"close\":4001},{"   \
    "\"close\":4002},{\"close\":4003,\"message\":{\"why\":\"{any}\"}}]}}"

static const struct row rows[] = {
    { "let in", "signals", let_in, PASS, "", { .nodes = 0 } },
    { "turned away",
      "signals",
      let_in,
      FAIL,
      "at the old path",
      { .refusals[2] = { INVALID } } },
    { "a control that fails",
      "signals",
      need_in,
      INCONCLUSIVE,
      "at the old path",
      { .refusals[2] = { INVALID } } },
    { "refused",
      "signals",
      keep_out,
      PASS,
      "",
      { .refusals[2] = { MISSING } } },
    { "let in as a stranger",
      "signals",
      keep_out,
      FAIL,
      "open connection",
      { .nodes = 0 } },
    { "refused for another cause",
      "signals",
      keep_out,
      FAIL,
      "Invalid",
      { .refusals[2] = { INVALID } } },
    { "refused in another way",
      "signals",
      keep_out,
      FAIL,
      "403",
      { .refusals[2] = { .status = 403 } } },
    { "told something first",
      "signals",
      keep_out,
      FAIL,
      "1 data frame",
      { .refusals[2] = { "{\"type\":\"news\"}" NL, 1008,
                         "Authentication required", 0 } } },
    { "garbage, refused",
      "signals",
      keep_garbage_out,
      PASS,
      "",
      { .refusals[2] = { INVALID } } },
    { "garbage, for no token",
      "signals",
      keep_garbage_out,
      FAIL,
      "Authentication",
      { .refusals[2] = { MISSING } } },
    { "alike",
      "signals",
      tell_apart,
      PASS,
      "",
      { .refusals[2] = { INVALID },
        .refusals[3] = { INVALID },
        .refusals[4] = { INVALID } } },
    { "told apart, each as agreed",
      TELLING,
      tell_apart,
      FAIL,
      "4002",
      { .refusals[2] = { NULL, 4001, "", 0 },
        .refusals[3] = { NULL, 4001, "", 0 },
        .refusals[4] = { NULL, 4002, "", 0 } } },
    { "nothing of the inside",
      "signals",
      look_inside,
      PASS,
      "",
      { .refusals[2] = { INVALID } } },
    { "a trace in a message that is agreed",
      TELLING,
      look_inside,
      FAIL,
      "with `Traceback` in it",
      { .refusals[2] = { "{\"why\":\"Traceback (most\"}" NL, 4003, "", 0 } } },
    { "a piece of the token",
      TELLING,
      look_inside,
      FAIL,
      "a piece of its own token",
      { .refusals[2] = { "{\"why\":\"canary-Xw9P\"}" NL, 4003, "", 0 } } },
    { "told", "signals", be_told, PASS, "", { .nodes = 0 } },
    { "told nothing",
      "signals",
      be_told,
      INCONCLUSIVE,
      "told nothing",
      { .refusals[2] = { INVALID } } },
    { "a stranger is told nothing",
      "signals",
      be_told_nothing,
      PASS,
      "",
      { .refusals[2] = { MISSING } } },
    { "a stranger is told",
      "signals",
      be_told_nothing,
      FAIL,
      "was told a broadcast",
      { .nodes = 0 } },
};

START_TEST(guests_are_judged)
{
    static const struct spec spec = { "trial", MUST, "", "", "", play_body };
    const struct criterion trial = { .spec = &spec, .needs = OTHER_DOOR };
    const struct row *row = &rows[_i];
    struct world world = { .seed = 7, .index = 3 };
    struct adapter_ops ops = play_ops;
    struct adapter adapter = { .ops = &ops,
                               .offers = BROADCAST | OTHER_DOOR,
                               .is_virtual = true,
                               .doors = doors,
                               .door_count = COUNT(doors) };
    struct manifest *manifest = manifest_of(row->profile);
    struct result got;

    ops.open = open_at;
    begin_play();
    play.script = row->script;
    play.now_ms = (int64_t)PLAY_START_S * 1000;
    playing = row->run;
    bench_run(&trial, manifest, &adapter, &world, &got);
    manifest_free(manifest);
    ck_assert_msg(got.verdict == row->want, "%s: want %s, got %s: %s",
                  row->label, verdict_name(row->want),
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, row->seen) != NULL,
                  "%s: \"%s\" is not in \"%s\"", row->label, row->seen,
                  got.seen);
    result_deinit(&got);
}
END_TEST

int main(void)
{
    return check_program(
        rows_suite("bench_guests", guests_are_judged, COUNT_OF(rows)),
        "check_bench_guests");
}
