/* A criterion that is over leaves nobody in the midst of a handshake, and waits
 * for nobody for long. */
#include "base/clock.h"
#include "script_world.h"

/* How often it is asked for an event before the upgrades come; -1: they never
 * do. */
static int asks_left;
static unsigned dialled, answered;

static enum fault open_slowly(void *self, unsigned socket,
                              const struct opening *opening)
{
    (void)self;
    remember(socket, opening);
    dialled = socket;
    return FAULT_NONE;
}

static int next_slowly(void *self, struct event *event, int wait_ms)
{
    (void)self;
    (void)wait_ms;
    asks_left -= asks_left > 0;
    if (asks_left != 0 || answered == dialled)
        return 0;
    *event = (struct event){ .kind = EVENT_ACCEPTED, .socket = ++answered };
    return 1;
}

static void dial_and_decide(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    decide(bench, NOT_APPLICABLE, "", "that is all");
}

static void decide_alone(struct bench *bench)
{
    decide(bench, NOT_APPLICABLE, "", "that is all");
    dial_as(bench, ALICE, GOOD_TOKEN);
}

static const struct {
    const char *label;
    body *run;
    int asks;
    bool is_virtual;
    bool wants_it;
    int most_ms;
} rows[] = {
    { "who dialled is answered", dial_and_decide, 3, false, true, 200 },
    { "or not", dial_and_decide, -1, false, false, 2000 },
    { "nobody has dialled", decide_alone, -1, false, false, 200 },
    { "a clock of ours", dial_and_decide, 3, true, false, 200 },
};

START_TEST(handshakes_are_not_torn)
{
    static const struct spec spec = { "trial", MUST, "", "", "", play_body };
    const struct criterion trial = { .spec = &spec };
    struct world world = { .seed = 7, .index = 3 };
    struct adapter_ops ops = play_ops;
    struct adapter adapter = { .ops = &ops, .is_virtual = rows[_i].is_virtual };
    struct manifest *manifest = manifest_of("signals");
    int64_t since_ms = clock_monotonic_ms();
    struct result result;

    ops.open = open_slowly;
    ops.next_event = next_slowly;
    asks_left = rows[_i].asks;
    dialled = answered = 0;
    play.now_ms = (int64_t)PLAY_START_S * 1000;
    playing = rows[_i].run;
    bench_run(&trial, manifest, &adapter, &world, &result);
    ck_assert_int_eq(result.verdict, NOT_APPLICABLE);
    ck_assert_msg((answered > 0) == rows[_i].wants_it, "%s: want %d, got %u",
                  rows[_i].label, rows[_i].wants_it, answered);
    ck_assert_msg(answered == 0 || answered == dialled, "%s: %u of %u",
                  rows[_i].label, answered, dialled);
    ck_assert_msg(clock_monotonic_ms() - since_ms < rows[_i].most_ms,
                  "%s: more than %d ms", rows[_i].label, rows[_i].most_ms);
    result_deinit(&result);
    manifest_free(manifest);
}
END_TEST

int main(void)
{
    return check_program(
        rows_suite("bench_leave", handshakes_are_not_torn, COUNT_OF(rows)),
        "check_bench_leave");
}
