/* Socket.IO through a pipe: sessions open, heartbeats are answered while time
 * that costs nothing passes, and acknowledgements come back. */
#include "manifest_world.h"
#include "pipe/adapter_pipe.h"
#include "pipe/implementation.h"

enum { WAIT_MS = 5000, TOLD_MAX = 4096 };

#define QUERY "EIO=4&transport=websocket"

static struct manifest *manifest;
static struct implementation *implementation;
static struct adapter *adapter;
static char command[128];

static void begin(const char *mode)
{
    manifest =
        good_text("{\"extends\":\"signals\",\"codec\":\"socketio\","
                  "\"endpoint\":{\"url\":\"ws://127.0.0.1/s/?" QUERY "\"}}");
    snprintf(command, sizeof(command),
             "exec /usr/bin/python3 -S -E conformance/tests/socketio_child.py "
             "%s",
             mode);
    implementation = implementation_new(manifest, command, false);
    ck_assert_ptr_nonnull(implementation);
    adapter = adapter_pipe_new(implementation);
    ck_assert_msg(adapter != NULL, "%s: %s", mode, fault_reason());
}

static void finish(void)
{
    adapter_free(adapter);
    implementation_free(implementation);
    manifest_free(manifest);
}

static void write_event(const struct event *event, struct buffer *into)
{
    const char *data = (const char *)event->data.at;
    int length = (int)event->data.length;

    switch (event->kind) {
    case EVENT_ACCEPTED: buffer_add_string(into, "accepted "); break;
    case EVENT_TEXT: buffer_printf(into, "%.*s ", length, data); break;
    case EVENT_PONG: buffer_add_string(into, "pong "); break;
    case EVENT_CLOSED: buffer_printf(into, "closed-%d ", event->code); break;
    case EVENT_GONE: buffer_add_string(into, "gone "); break;
    default: buffer_printf(into, "event-%d ", (int)event->kind); break;
    }
}

/* Tells what comes, up to what is awaited. */
static enum fault hear(struct buffer *told, const char *awaited)
{
    struct event event = { 0 };
    int got = 1;

    while (got > 0 && strstr(buffer_string(told), awaited) == NULL) {
        got = adapter->ops->next_event(adapter->self, &event, WAIT_MS);
        if (got > 0)
            write_event(&event, told);
    }
    return got < 0 ? (enum fault)got : FAULT_NONE;
}

static void ask(void)
{
    static const char text[] = "{\"ack\":\"1-7\",\"event\":[\"count\"]}";

    ck_assert_int_eq(adapter->ops->send(adapter->self, 1, SEND_TEXT, 0,
                                        bytes_of_string(text)),
                     FAULT_NONE);
}

#define COUNTED(beats)                                                         \
    "accepted {\"ack\":\"1-7\",\"data\":[" #beats ", \"" QUERY "\"]} "

static const struct {
    const char *mode;
    int ms;           /* that elapse before it is asked */
    const char *told; /* NULL: the child is blamed */
} lives[] = {
    { "", 0, COUNTED(0) },
    { "", 24999, COUNTED(0) },
    { "", 25000, COUNTED(1) },
    { "", 600000, COUNTED(24) },
    { "early", 5000, COUNTED(1) },
    { "early", 60000, COUNTED(6) },
    { "hurried", 26000, COUNTED(1) },
    { "silent", 86400000, COUNTED(0) },
    { "real", 0, COUNTED(0) },
    { "endless", 0, NULL },
    { "endless", 1000, NULL },
};

START_TEST(heart_beats_while_time_passes)
{
    const struct opening opening = { .query = NULL };
    struct buffer told;
    enum fault fault;

    buffer_init(&told, TOLD_MAX);
    begin(lives[_i].mode);
    fault = adapter->ops->open(adapter->self, 1, &opening);
    if (fault == FAULT_NONE && lives[_i].ms > 0)
        fault = adapter->ops->elapse(adapter->self, lives[_i].ms);
    if (fault == FAULT_NONE) {
        ask();
        fault = hear(&told, "\"ack\"");
    }
    if (lives[_i].told == NULL) {
        ck_assert_msg(fault == FAULT_LIMIT, "fault %d", (int)fault);
        ck_assert_ptr_nonnull(
            strstr(fault_reason(), "100 heartbeats and more without a pause"));
    } else {
        ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
        ck_assert_str_eq(buffer_string(&told), lives[_i].told);
    }
    finish();
    buffer_deinit(&told);
}
END_TEST

/* What goes out with the handshake is packets; a pong stands for all before. */
START_TEST(handshake_and_first_words_are_one)
{
    static const char *const early[] = { "[\"a\"]" };
    const struct opening opening = { .query = "t=1",
                                     .early = early,
                                     .early_count = 1 };
    struct buffer told;

    buffer_init(&told, TOLD_MAX);
    begin("");
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &opening),
                     FAULT_NONE);
    ck_assert_int_eq(adapter->ops->settle(adapter->self), FAULT_NONE);
    ck_assert_int_eq(adapter->ops->send(adapter->self, 1, SEND_PING, 0,
                                        bytes_of_string("p")),
                     FAULT_NONE);
    ask();
    ck_assert_int_eq(hear(&told, "pong"), FAULT_NONE);
    ck_assert_msg(strcmp(buffer_string(&told),
                         "accepted {\"ack\":\"1-7\",\"data\":[0, \"" QUERY
                         "&t=1\", \"a\"]} pong ") == 0,
                  "%s", buffer_string(&told));
    finish();
    buffer_deinit(&told);
}
END_TEST

static const struct {
    bool is_deaf;
    const char *told;
} leavings[] = {
    { false, "accepted closed-1005 gone " },
    { true, "accepted closed-1005 " },
};

/* Who leaves a Close unanswered says none of its own when it is disconnected.
 */
START_TEST(disconnected_client_closes_unless_it_is_deaf)
{
    const struct opening opening = { .query = NULL };
    struct buffer told;

    buffer_init(&told, TOLD_MAX);
    begin("deaf");
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &opening),
                     FAULT_NONE);
    ck_assert_int_eq(hear(&told, "accepted"), FAULT_NONE);
    if (leavings[_i].is_deaf)
        ck_assert_int_eq(adapter->ops->answer_closes(adapter->self, 1, false),
                         FAULT_NONE);
    adapter->ops->send(adapter->self, 1, SEND_TEXT, 0,
                       bytes_of_string("[\"leave\"]"));
    ck_assert_int_eq(hear(&told, "gone"), FAULT_NONE);
    ck_assert_str_eq(buffer_string(&told), leavings[_i].told);
    finish();
    buffer_deinit(&told);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("pipe_codec");
    TCase *tcase = tcase_create("codec");

    tcase_add_loop_test(tcase, heart_beats_while_time_passes, 0,
                        COUNT_OF(lives));
    tcase_add_loop_test(tcase, disconnected_client_closes_unless_it_is_deaf, 0,
                        COUNT_OF(leavings));
    tcase_add_test(tcase, handshake_and_first_words_are_one);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_pipe_codec");
}
