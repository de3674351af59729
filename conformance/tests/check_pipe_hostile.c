/* Children that break the protocol, each in one way: blamed by name and line,
 * reaped with all that they forked, and followed by a child that works. */
#include "bench/result.h"
#include "manifest_world.h"
#include "pipe/adapter_pipe.h"
#include "pipe/implementation.h"
#include "spec.h"
#include <errno.h>
#include <signal.h>

/* It takes its time to write, and we to read, as much as is too much. */
enum { ANSWER_MS = 1500, FLOOD_MS = 60000, HELLO_SOON_MS = 1000 };

static struct manifest *manifest;
static struct implementation *implementation;
static char command[256];

static void begin(const char *mode, bool isolated)
{
    manifest = good_profile("signals");
    manifest->answer_ms = strcmp(mode, "floods") == 0 ? FLOOD_MS : ANSWER_MS;
    snprintf(command, sizeof(command),
             "exec /usr/bin/python3 -SE conformance/tests/hostile_child.py %s",
             mode);
    implementation = implementation_new(manifest, command, isolated);
    ck_assert_ptr_nonnull(implementation);
    implementation_hurry(implementation, HELLO_SOON_MS,
                         strcmp(mode, "stays") == 0 ? 1100 : LEAVE_MS);
}

static void finish(void)
{
    implementation_free(implementation);
    manifest_free(manifest);
}

/* Opens a socket there, lets a second pass and asks whether all of it counts.
 * The first fault. */
static enum fault act(const char *path, const char *text)
{
    struct opening opening = { .path = path };
    struct adapter *adapter = adapter_pipe_new(implementation);
    struct event event;
    enum fault fault = FAULT_NONE;
    int got = 1;

    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    fault = adapter->ops->open(adapter->self, 1, &opening);
    while (fault == FAULT_NONE && got > 0) {
        got = adapter->ops->next_event(adapter->self, &event, 0);
        fault = got < 0 ? (enum fault)got : FAULT_NONE;
    }
    if (fault == FAULT_NONE && text != NULL)
        fault = adapter->ops->send(adapter->self, 1, SEND_TEXT, 0,
                                   bytes_of_string(text));
    if (fault == FAULT_NONE)
        fault = adapter->ops->elapse(adapter->self, 1000);
    if (fault == FAULT_NONE)
        fault = adapter->ops->soundness(adapter->self);
    adapter_free(adapter);
    return fault;
}

/* No process that a child has named on its stderr is left. */
static void expect_no_sleeper(const char *why)
{
    const char *named = strstr(why, "sleeper ");

    if (named == NULL)
        return;
    pid_t pid = (pid_t)strtol(named + strlen("sleeper "), NULL, 10);
    ck_assert_int_gt(pid, 1);
    ck_assert_msg(kill(pid, 0) != 0 && errno == ESRCH, "%d lives", (int)pid);
}

static void expect_blame(const char *mode, enum fault fault, const char *want)
{
    const char *why = fault_reason();

    ck_assert_msg(fault != FAULT_NONE, "%s: no fault", mode);
    ck_assert_msg(strncmp(why, "adapter: ", 9) == 0, "%s: %s", mode, why);
    ck_assert_msg(strstr(why, want) != NULL, "%s\n  want: %s\n  got:  %s", mode,
                  want, why);
    expect_no_sleeper(why);
}

/* --- While a criterion runs ----------------------------------------------- */

static const struct {
    const char *mode;
    const char *want; /* a part of the blame */
} midway[] = {
    { "dies", "closed its stdout to {\"do\":\"settle\",\"seq\":" },
    { "dies", "; it ended with status 3; its stderr ends: Traceback: boom" },
    { "crashes", "; it died of signal 11 (Segmentation fault)" },
    { "hangs", "no answer in time to {\"do\":\"settle\"" },
    { "long_line", "a line has more than 8 MiB" },
    { "floods", "it wrote more than 64 MiB" },
    { "garbage", "no JSON from byte 1 on, an object is due: Listening on port "
                 "8000" },
    { "half_line", "it ended in the midst of a line" },
    { "closes_stdout", "closed its stdout" },
    { "grandchild", "; it ended with status 0, and left a process behind" },
    { "daemon", "; it ended with status 0, and left a process behind" },
    { "never_opened", "this socket was never opened: {\"on\": \"accept\"" },
    { "socket_of_old", "this socket is of an earlier world" },
    { "over", "this socket is over: {\"on\": \"text\"" },
    { "behind_close", "this socket is over: {\"on\": \"text\"" },
    { "unaccepted", "no frame can stand before the handshake" },
    { "accepts_twice", "this socket was accepted before" },
    { "violates", "\"violation\" was not named in \"wire\"" },
    { "too_late", "\"at_ms\" is 1700000000001: between 1700000000000 and "
                  "1700000000000 is due" },
    { "too_early", "\"at_ms\" is 1699999999999" },
    { "hello_again", "\"hello\" in answer to {\"do\":\"settle\"" },
    { "answers_unasked",
      "\"done\" with seq 1 in answer to {\"do\":\"settle\"" },
    { "knows_nothing", "it does not support \"open\", which it has to" },
    { "settles_first", "\"settled\" was said before everything was: {\"on\": "
                       "\"accept\"" },
    { "wrong_seq", "\"settled\" with seq " },
    { "no_clock", "\"settled\" lacks \"now_ms\"" },
    { "clock_back", "its clock has moved by -1 ms, and 0 have elapsed" },
    { "clock_stuck", "its clock has moved by 0 ms, and 1000 have elapsed" },
    { "cannot_settle", "it cannot settle" },
};

START_TEST(midway_it_is_blamed_and_the_next_one_works)
{
    begin(midway[_i].mode, false);
    expect_blame(midway[_i].mode, act("/misbehave", "hi"), midway[_i].want);
    if (strcmp(midway[_i].mode, "clock_stuck") != 0)
        ck_assert_msg(act("/ws", "hi") == FAULT_NONE, "%s", fault_reason());
    finish();
}
END_TEST

/* --- At the beginning and at the end -------------------------------------- */

static const struct {
    const char *mode;
    const char *want;
} beginnings[] = {
    { "banner", "no JSON from byte 1 on, an object is due: INFO: started" },
    { "mute", "no answer in time to hello" },
    { "wrong_nonce", "\"hello\" with the nonce \"a\", and \"" },
    { "skewed", "its clock is real, and is -" },
    { "knows_all", "\"done\" in answer to {\"do\":\"" },
    { "knows_nothing_else", "unsupported \"settle\" in answer to {\"do\":\"" },
};

START_TEST(beginning_is_blamed)
{
    begin(beginnings[_i].mode, false);
    expect_blame(beginnings[_i].mode, implementation_begin(implementation),
                 beginnings[_i].want);
    finish();
}
END_TEST

START_TEST(command_that_is_none_is_blamed)
{
    begin("", false);
    snprintf(command, sizeof(command), "no-such-command-anywhere");
    expect_blame("no command", implementation_begin(implementation),
                 "it ended with status 127 (is the command right?)");
    finish();
}
END_TEST

/* Who has not left once is not waited for as long again. */
static const struct {
    const char *mode;
    const char *want, *next; /* of the first and of the second process */
} endings[] = {
    { "stays", "goes on 1100 ms after \"bye\"", "goes on 1000 ms after" },
    { "ends_badly", "after \"bye\" it ended with status 1", "status 1" },
    { "leaves_sleeper", "it left a process behind", "left a process" },
};

START_TEST(ending_is_blamed)
{
    begin(endings[_i].mode, true);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(implementation_begin(implementation), FAULT_NONE);
        expect_blame(endings[_i].mode, implementation_end(implementation),
                     i == 0 ? endings[_i].want : endings[_i].next);
    }
    finish();
}
END_TEST

/* --- What is no fault --- */

static const struct {
    const char *mode;
    bool isolated;
} good[] = {
    { "", false },
    { "", true },
    { "no_reset", false },
    { "noisy", false },
};

START_TEST(worlds_follow_each_other)
{
    begin(good[_i].mode, good[_i].isolated);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(act("/misbehave", "a\xc3\xa4") == FAULT_NONE, "%s",
                      fault_reason());
    ck_assert_msg(implementation_end(implementation) == FAULT_NONE, "%s",
                  fault_reason());
    finish();
}
END_TEST

START_TEST(what_is_not_offered_is_absent)
{
    struct adapter *adapter;
    struct opening elsewhere = { .timezone = "Asia/Tokyo" };
    struct opening opening = { .path = "/ws" };

    begin("shut", false);
    adapter = adapter_pipe_new(implementation);
    ck_assert_ptr_nonnull(adapter);
    ck_assert_uint_eq(adapter->offers & (BROADCAST | LOG | SAME_CLOCK),
                      BROADCAST | SAME_CLOCK);
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &elsewhere),
                     FAULT_ABSENT);
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &opening),
                     FAULT_NONE);
    ck_assert_int_eq(adapter->ops->revoke(adapter->self, "x"), FAULT_ABSENT);
    ck_assert_int_eq(adapter->ops->publish(adapter->self, "x", NULL),
                     FAULT_HOOK);
    ck_assert_str_eq(fault_reason(), "the pool is shut");
    ck_assert_int_eq(
        adapter->ops->send_raw(adapter->self, 1, bytes_of("\x81", 1)),
        FAULT_ABSENT);
    ck_assert_int_eq(
        adapter->ops->send(adapter->self, 1, SEND_TEXT, 0, bytes_of("\xff", 1)),
        FAULT_ABSENT);
    ck_assert_int_eq(adapter->ops->answer_closes(adapter->self, 1, false),
                     FAULT_ABSENT);
    adapter_free(adapter);
    finish();
}
END_TEST

/* --- The library's part --- */

static void expect_event(struct adapter *adapter, enum event_kind kind,
                         const char *data)
{
    struct event event;

    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 0), 1);
    ck_assert_int_eq(event.kind, kind);
    ck_assert_uint_eq(event.data.length, strlen(data));
    ck_assert(memcmp(event.data.at, data, strlen(data)) == 0);
}

START_TEST(pongs_fragments_and_closes_are_the_librarys)
{
    static const struct {
        enum message_kind kind;
        const char *data;
    } sent[] = {
        { SEND_FIRST_PART, "a" }, { SEND_PING, "p" }, { SEND_NEXT_PART, "b" },
        { SEND_LAST_PART, "c" },  { SEND_CLOSE, "" }, { SEND_TEXT, "lost" },
    };
    struct opening opening = { .path = "/ws" };
    struct adapter *adapter;
    struct event event;

    begin("", false);
    adapter = adapter_pipe_new(implementation);
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &opening), 0);
    for (int i = 0; i < COUNT_OF(sent); i++)
        ck_assert_int_eq(adapter->ops->send(adapter->self, 1, sent[i].kind,
                                            4321,
                                            bytes_of_string(sent[i].data)),
                         FAULT_NONE);
    expect_event(adapter, EVENT_ACCEPTED, "");
    expect_event(adapter, EVENT_TEXT, "abc");
    expect_event(adapter, EVENT_PONG, "p");
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 0), 1);
    ck_assert_int_eq(event.kind, EVENT_CLOSED);
    ck_assert_int_eq(event.code, 4321);
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 0), 1);
    ck_assert_int_eq(event.kind, EVENT_GONE);
    ck_assert_int_eq(event.ending, ENDING_FIN);
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 0), 0);
    adapter_free(adapter);
    finish();
}
END_TEST

/* On a real clock what a timer sends comes when it comes, and a pong once all
 * before it has settled. */
START_TEST(real_clock_is_waited_for)
{
    struct opening opening = { .path = "/ws" };
    struct adapter *adapter;
    struct event event;

    begin("real", false);
    adapter = adapter_pipe_new(implementation);
    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    ck_assert(!adapter->is_virtual);
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &opening), 0);
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, ANSWER_MS),
                     1);
    ck_assert_int_eq(event.kind, EVENT_ACCEPTED);
    adapter->ops->send(adapter->self, 1, SEND_TEXT, 0, bytes_of("late", 4));
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 0), 0);
    adapter->ops->send(adapter->self, 1, SEND_PING, 0, bytes_of("p", 1));
    expect_event(adapter, EVENT_PONG, "p");
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, ANSWER_MS),
                     1);
    ck_assert_int_eq(event.kind, EVENT_TEXT);
    ck_assert_int_eq(adapter->ops->elapse(adapter->self, 10), FAULT_ABSENT);
    ck_assert_int_eq(adapter->ops->soundness(adapter->self), FAULT_NONE);
    adapter_free(adapter);
    finish();
}
END_TEST

/* On a real clock nobody waits for it, and it comes among the events. */
START_TEST(answer_to_nothing_is_blamed)
{
    struct opening opening = { .path = "/ws" };
    struct adapter *adapter;
    struct event event;

    begin("real", false);
    adapter = adapter_pipe_new(implementation);
    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &opening), 0);
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, ANSWER_MS),
                     1);
    adapter->ops->send(adapter->self, 1, SEND_TEXT, 0, bytes_of("answer", 6));
    expect_blame("real",
                 adapter->ops->next_event(adapter->self, &event, ANSWER_MS),
                 "nothing was asked that this answers: {\"on\": \"done\"");
    adapter_free(adapter);
    finish();
}
END_TEST

/* --- Verdicts --- */

/* Such a service may be good or bad: nobody knows. */
START_TEST(verdict_is_neither_pass_nor_fail)
{
    static const char *const modes[] = { "wrong_seq", "garbage", "dies" };
    const struct criterion *criterion =
        criterion_named("valid_token_is_admitted");
    struct world world = { 1, 0, KEPT_NEVER };
    struct result result;

    begin(modes[_i], false);
    manifest->url = "ws://127.0.0.1:1/misbehave";
    struct adapter *adapter = adapter_pipe_new(implementation);
    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    bench_run(criterion, manifest, adapter, &world, &result);
    adapter_free(adapter);
    ck_assert_int_eq(result.verdict, INCONCLUSIVE);
    ck_assert_msg(strncmp(result.seen, "adapter: ", 9) == 0, "%s", result.seen);
    result_deinit(&result);
    finish();
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("pipe hostile");
    TCase *children = tcase_create("children");
    TCase *good_ones = tcase_create("good ones");

    tcase_set_timeout(children, 60);
    tcase_add_loop_test(children, midway_it_is_blamed_and_the_next_one_works, 0,
                        COUNT_OF(midway));
    tcase_add_loop_test(children, beginning_is_blamed, 0, COUNT_OF(beginnings));
    tcase_add_test(children, command_that_is_none_is_blamed);
    tcase_add_loop_test(children, ending_is_blamed, 0, COUNT_OF(endings));
    tcase_add_loop_test(children, verdict_is_neither_pass_nor_fail, 0, 3);
    tcase_add_loop_test(good_ones, worlds_follow_each_other, 0, COUNT_OF(good));
    tcase_add_test(good_ones, what_is_not_offered_is_absent);
    tcase_add_test(children, answer_to_nothing_is_blamed);
    tcase_add_test(good_ones, pongs_fragments_and_closes_are_the_librarys);
    tcase_add_test(good_ones, real_clock_is_waited_for);
    suite_add_tcase(suite, children);
    suite_add_tcase(suite, good_ones);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_pipe_hostile");
}
