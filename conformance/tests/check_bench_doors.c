/* Other doors on the bench: who is let in and who is not, what tells refusals
 * apart, and what is told of broadcasts. */
#include "bench_world.h"
#include <cJSON.h>

/* --- A door --------------------------------------------------------------- */

/* What it answers whom; "-" for an answer that does not come. */
struct answers {
    int good, bad;
    const char *good_body, *none_body, *forged_body, *garbage_body;
    const char *head;
    const char *told; /* whoever reads; {} is what was published last */
    bool tells_good, tells_bad;
    const char *last; /* behind a refusal */
    bool numbers;     /* each refusal has another number */
    enum fault fault;
};

static struct answers answers;
static struct script script;
static unsigned publications;
static char published[96];

#define GARBAGE "a.b.c"

static enum fault publish_and_note(void *self, const char *text,
                                   const char *tenant)
{
    publications++;
    snprintf(published, sizeof(published), "%s", text);
    return play_publish(self, text, tenant);
}

static const char *body_for(const struct inquiry *inquiry, bool *is_good)
{
    static char numbered[64];
    static unsigned requests;
    const char *token = inquiry->token;

    snprintf(numbered, sizeof(numbered), "no, request r%u", ++requests);
    *is_good = token != NULL && strncmp(inquiry->user, "bob", 3) == 0;
    return token == NULL                 ? answers.none_body
           : *is_good                    ? answers.good_body
           : answers.numbers             ? numbered
           : strcmp(token, GARBAGE) == 0 ? answers.garbage_body
                                         : answers.forged_body;
}

static enum fault answer_knock(void *self, const struct inquiry *inquiry,
                               struct reply *into)
{
    bool is_good;
    const char *body = body_for(inquiry, &is_good);

    (void)self;
    if (answers.fault != FAULT_NONE)
        return fault_say(answers.fault, "nobody there");
    into->status = is_good ? answers.good : answers.bad;
    buffer_add_string(&into->body, body == NULL ? "" : body);
    buffer_add_string(&into->head, answers.head == NULL ? "" : answers.head);
    if (answers.last != NULL && !is_good) {
        into->last_status = 200;
        buffer_add_string(&into->last, answers.last);
    }
    if (inquiry->meanwhile == NULL)
        return FAULT_NONE;
    for (int i = 0; i < 50; i++)
        inquiry->meanwhile(inquiry->self);
    if (is_good ? answers.tells_good : answers.tells_bad)
        buffer_printf(&into->told, "HTTP/1.1 200 OK\r\n[\"%s\"]", published);
    return FAULT_NONE;
}

static const struct door doors[] = {
    { .what = "one that nobody asks" },
    { .what = "a poll",
      .steps = { .count = 1 },
      .read = { .count = 1 },
      .admitted = { .status = 200, .body_like = "welcome" },
      .refused = { { .status = 401 },
                   { .status = 200, .body_like = "unauthorized" },
                   { .status = 500, .widened = "it says so" } },
      .refused_count = 3 },
};

/* --- One criterion against it --------------------------------------------- */

static void let_in(struct bench *bench)
{
    expect_let_in_elsewhere(visit_as(bench, BOB, GOOD_TOKEN));
}

static void need_in(struct bench *bench)
{
    need_let_in(visit_as(bench, BOB, GOOD_TOKEN));
}

static void keep_out(struct bench *bench)
{
    expect_let_in_nowhere(visit_as(bench, MALLORY, NO_TOKEN));
}

static void tell_apart(struct bench *bench)
{
    struct token forged = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);
    struct visit *one = visit_as(bench, ALICE, forged);
    struct visit *again = visit_as(bench, ALICE, forged);

    expect_refused_alike(one, again,
                         visit_as(bench, ALICE, TOKEN(.literal = GARBAGE)));
}

static void look_inside(struct bench *bench)
{
    expect_shown_no_internals(
        visit_as(bench, ALICE, TOKEN(.literal = "q7Zt-canary-Xw9P.k2.v8")));
}

static void be_told(struct bench *bench)
{
    expect_shown_broadcasts(listen_as(bench, BOB, GOOD_TOKEN));
}

static void be_told_nothing(struct bench *bench)
{
    expect_shown_no_broadcast(listen_as(bench, MALLORY, NO_TOKEN));
}

static size_t door_count; /* of `doors` */

static struct result ask(void (*body)(struct bench *), bool knocks)
{
    const struct spec spec = { "trial", MUST, "", "", "", body };
    const struct criterion trial = { .spec = &spec, .needs = OTHER_DOOR };
    struct adapter_ops ops = script_ops;
    struct world world = { .seed = 7, .index = 3 };
    struct adapter adapter = { .ops = &ops,
                               .self = &script,
                               .offers = BROADCAST | OTHER_DOOR,
                               .is_virtual = true,
                               .doors = doors,
                               .door_count = door_count };
    struct buffer errors;
    struct result result;

    buffer_init(&errors, 65536);
    ops.knock = knocks ? answer_knock : NULL;
    ops.publish = publish_and_note;
    script = (struct script){ .reaction = REFUSES };
    publications = 0;
    struct manifest *manifest = manifest_read_profile("signals", NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    bench_run(&trial, manifest, &adapter, &world, &result);
    manifest_free(manifest);
    buffer_deinit(&errors);
    return result;
}

#define GOOD .good = 200, .good_body = "welcome"
#define FORGED(text, other)                                                    \
    .bad = 401, .forged_body = (text), .garbage_body = (other)

static const struct {
    const char *label;
    void (*body)(struct bench *bench);
    struct answers answers;
    enum verdict want;
    const char *seen; /* a part of it */
} rows[] = {
    { "let in", let_in, { GOOD }, PASS, "" },
    { "turned away", let_in, { .good = 401 }, FAIL, "got HTTP 401" },
    { "let in with another body",
      let_in,
      { .good = 200, .good_body = "hello" },
      FAIL,
      "at a poll" },
    { "let in and refused in one",
      let_in,
      { .good = 200, .good_body = "welcome, unauthorized" },
      FAIL,
      "unauthorized" },
    { "a control that fails", need_in, { .good = 401 }, INCONCLUSIVE, "401" },
    { "nobody there",
      let_in,
      { .fault = FAULT_HOOK },
      INCONCLUSIVE,
      "nobody there" },
    { "refused by status", keep_out, { .bad = 401 }, PASS, "" },
    { "refused by body",
      keep_out,
      { .bad = 200, .none_body = "unauthorized" },
      PASS,
      "" },
    { "widened", keep_out, { .bad = 500 }, PASS, "" },
    { "let in as a stranger",
      keep_out,
      { .bad = 200, .none_body = "welcome" },
      FAIL,
      "welcome" },
    { "refused, and let in in one",
      keep_out,
      { .bad = 200, .none_body = "welcome, unauthorized" },
      FAIL,
      "welcome" },
    { "refused, and let in by the last step",
      keep_out,
      { .bad = 401, .last = "welcome" },
      FAIL,
      "got HTTP 401, and behind it HTTP 200 welcome" },
    { "refused by the last step as well",
      keep_out,
      { .bad = 401, .last = "unauthorized" },
      PASS,
      "" },
    { "another status", keep_out, { .bad = 403 }, FAIL, "HTTP 403" },
    { "no answer", keep_out, { .bad = 0 }, FAIL, "HTTP 0" },
    { "alike", tell_apart, { FORGED("no 17 7f", "no 17 7f") }, PASS, "" },
    { "alike but for a number of each",
      tell_apart,
      { .bad = 401, .numbers = true },
      PASS,
      "" },
    { "told apart",
      tell_apart,
      { FORGED("bad signature", "bad token") },
      FAIL,
      "bad signature" },
    { "told apart by a number",
      tell_apart,
      { FORGED("{\"code\":4011}", "{\"code\":4012}") },
      FAIL,
      "4012" },
    { "told apart by what is left out",
      tell_apart,
      { FORGED("no: signature", "no") },
      FAIL,
      "signature" },
    { "told apart by length",
      tell_apart,
      { FORGED("no", "no such token") },
      FAIL,
      "such" },
    { "nothing of the inside",
      look_inside,
      { .bad = 401, .garbage_body = "no", .forged_body = "no" },
      PASS,
      "" },
    { "a trace",
      look_inside,
      { .bad = 401, .forged_body = "Traceback (most recent" },
      FAIL,
      "with `Traceback`" },
    { "a path in a header",
      look_inside,
      { .bad = 401, .head = "X-Debug: /home/me/app\r\n" },
      FAIL,
      "with `/home/`" },
    { "a piece of the token",
      look_inside,
      { .bad = 401, .forged_body = "what is canary-Xw9P?" },
      FAIL,
      "a piece of its own token" },
    { "told", be_told, { GOOD, .tells_good = true }, PASS, "" },
    { "told nothing", be_told, { GOOD }, INCONCLUSIVE, "told nothing" },
    { "a stranger is told nothing", be_told_nothing, { .bad = 401 }, PASS, "" },
    { "a stranger is told",
      be_told_nothing,
      { .bad = 401, .tells_bad = true },
      FAIL,
      "was told a broadcast" },
};

START_TEST(answers_are_judged)
{
    answers = rows[_i].answers;
    door_count = COUNT(doors);
    struct result got = ask(rows[_i].body, true);

    ck_assert_msg(got.verdict == rows[_i].want &&
                      strstr(got.seen, rows[_i].seen) != NULL,
                  "%s: want %s with %s, got %s: %s", rows[_i].label,
                  verdict_name(rows[_i].want), rows[_i].seen,
                  verdict_name(got.verdict), got.seen);
    result_deinit(&got);
}
END_TEST

/* One that nobody may ask is none. */
START_TEST(what_is_asked_nowhere_passes_nowhere)
{
    static void (*const bodies[])(struct bench *) = { let_in, keep_out,
                                                      look_inside, be_told,
                                                      be_told_nothing };
    answers = (struct answers){ GOOD, .bad = 401 };
    door_count = 1;
    struct result got = ask(bodies[_i], true);

    ck_assert_int_eq(got.verdict, NOT_APPLICABLE);
    ck_assert_ptr_nonnull(strstr(got.seen, "the target has no other door"));
    result_deinit(&got);
}
END_TEST

START_TEST(adapter_without_doors_is_not_applicable)
{
    door_count = COUNT(doors);
    answers = (struct answers){ GOOD };
    struct result got = ask(let_in, false);

    ck_assert_int_eq(got.verdict, NOT_APPLICABLE);
    ck_assert_str_eq(got.seen,
                     "the target has no other door that can be asked");
    result_deinit(&got);
}
END_TEST

/* However often the adapter lets it: the clock stands still. */
START_TEST(publishes_once_while_no_time_passes)
{
    door_count = COUNT(doors);
    answers = (struct answers){ GOOD, .tells_good = true };
    struct result got = ask(be_told, true);
    unsigned with_door = publications;

    ck_assert_int_eq(got.verdict, PASS);
    result_deinit(&got);
    got = ask(let_in, true);
    ck_assert_uint_eq(with_door, publications + 1);
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench_doors");
    TCase *tcase = tcase_create("doors");

    tcase_add_loop_test(tcase, answers_are_judged, 0, (int)COUNT(rows));
    tcase_add_loop_test(tcase, what_is_asked_nowhere_passes_nowhere, 0, 5);
    tcase_add_test(tcase, adapter_without_doors_is_not_applicable);
    tcase_add_test(tcase, publishes_once_while_no_time_passes);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_doors");
}
