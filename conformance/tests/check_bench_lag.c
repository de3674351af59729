/* A target that takes time of its own, on a clock that is virtual: it is given
 * as much as it would be on another. */
#include "script_world.h"

enum { ANSWER_MS = 3000, LATE_MAX = 64 };

/* Broadcasts that are on their way. */
static struct {
    int64_t due_ms;
    char text[PLAY_TEXT];
} late[LATE_MAX];
static size_t late_count;
static int lag_ms;
static int door_ms; /* how long the first witness stands at the door */

/* Nothing is broadcast to who stands there. */
static enum fault open_late(void *self, unsigned socket,
                            const struct opening *opening)
{
    enum fault fault = play_open(self, socket, opening);

    if (socket == 1 && door_ms > 0) {
        play.tail--;
        play.is_member[socket] = false;
    }
    return fault;
}

static void let_in(int64_t now_ms)
{
    if (door_ms == 0 || play.is_member[1] ||
        now_ms < (int64_t)PLAY_START_S * 1000 + door_ms)
        return;
    emit((struct event){ .kind = EVENT_ACCEPTED, .socket = 1 }, "");
    play.is_member[1] = true;
}

static enum fault publish_late(void *self, const char *text, const char *tenant)
{
    if (lag_ms == 0)
        return play_publish(self, text, tenant);
    ck_assert_uint_lt(late_count, LATE_MAX);
    late[late_count].due_ms = play.now_ms + lag_ms;
    snprintf(late[late_count++].text, PLAY_TEXT, "%s", text);
    return FAULT_NONE;
}

static enum fault let_pass(void *self, int64_t ms)
{
    enum fault fault = play_elapse(self, ms);

    let_in(play.now_ms);
    for (size_t i = 0; i < late_count; i++) {
        if (late[i].due_ms == 0 || late[i].due_ms > play.now_ms)
            continue;
        late[i].due_ms = 0;
        play_publish(self, late[i].text, NULL);
    }
    return fault;
}

static struct result try(body *run, bool lags)
{
    static const struct spec spec = { "trial", MUST, "", "", "", play_body };
    static const struct criterion trial = { .spec = &spec, .needs = BROADCAST };
    struct world world = { .seed = 7, .index = 3 };
    struct adapter_ops ops = play_ops;
    struct adapter adapter = {
        .ops = &ops, .offers = ~UINT64_C(0), .is_virtual = true, .lags = lags
    };
    struct manifest *manifest = manifest_of("signals");
    struct result result;

    ops.open = open_late;
    ops.publish = publish_late;
    ops.elapse = let_pass;
    manifest->answer_ms = ANSWER_MS;
    playing = run;
    late_count = 0;
    play_forget();
    play.now_ms = (int64_t)PLAY_START_S * 1000;
    bench_run(&trial, manifest, &adapter, &world, &result);
    manifest_free(manifest);
    return result;
}

static void hear_one(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_received(peer, publish(bench));
}

static void fence_it(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    fence(bench);
}

/* What comes late is awaited in steps that grow: no wait takes more than twice
 * what was needed, and what never comes costs no more than `answer_ms`. */
static const struct {
    const char *label;
    body *run;
    int lag_ms;
    bool lags;
    enum verdict want;
    int most_ms;
    int door_ms;
} waits[] = {
    { "prompt, and heard", hear_one, 0, false, PASS, 0, 0 },
    { "prompt, and fenced", fence_it, 0, false, PASS, 0, 0 },
    { "late where nothing may be", hear_one, 20, false, FAIL, 0, 0 },
    { "it may be late, and is not", hear_one, 0, true, PASS, 0, 0 },
    { "late, and heard", hear_one, 20, true, PASS, 400, 0 },
    { "late, and fenced", fence_it, 20, true, PASS, 400, 0 },
    { "too late", hear_one, 2 * ANSWER_MS, true, FAIL, 4 * ANSWER_MS, 0 },
    { "a witness comes late", fence_it, 0, true, PASS, 400, 100 },
    { "a witness is late for a late mark", fence_it, 20, true, PASS, 800, 100 },
};

START_TEST(time_is_given_to_what_lags)
{
    lag_ms = waits[_i].lag_ms;
    door_ms = waits[_i].door_ms;
    struct result got = try(waits[_i].run, waits[_i].lags);
    int64_t took_ms = play.now_ms - (int64_t)PLAY_START_S * 1000;

    ck_assert_msg(got.verdict == waits[_i].want, "%s: want %s, got %s: %s",
                  waits[_i].label, verdict_name(waits[_i].want),
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(took_ms <= waits[_i].most_ms, "%s: took %lld ms",
                  waits[_i].label, (long long)took_ms);
    result_deinit(&got);
    play_forget();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bench_lag");
    TCase *tcase = tcase_create("waits");

    tcase_add_loop_test(tcase, time_is_given_to_what_lags, 0, COUNT_OF(waits));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_bench_lag");
}
