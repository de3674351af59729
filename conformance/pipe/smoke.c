/* Drives a child through the protocol, and says how to mend what is wrong. */
#include "pipe/smoke.h"
#include "base/clock.h"
#include "manifest/manifest.h"
#include "manifest/secrets.h"
#include "pipe/adapter_pipe.h"
#include "pipe/hooks_pipe.h"
#include "spec.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOG_HELD = 64 * 1024 * 1024, ELAPSED_MS = 1000 };

struct smoke {
    struct implementation *one;
    struct adapter *adapter; /* NULL: between two worlds */
    struct buffer *report;
};

/* --- What to mend ----------------------------------------------------------
 */

/* By the verb that was spoken last. */
static const struct {
    const char *verb;
    const char *mend;
} mends[] = {
    { "hello",
      "Answer the first line of stdin by {\"on\":\"hello\",\"nonce\": the same "
      "nonce, \"name\":…, \"clock\":…, \"now_ms\":…, \"offers\":[…]}, one line "
      "on stdout, flushed. Nothing else may write to stdout: send logs to "
      "stderr." },
    { "open",
      "Say {\"on\":\"accept\",\"socket\": the same number} once the handshake "
      "is accepted, or {\"on\":\"reject\",…,\"status\":…}." },
    { "text", "Hand a text to the service, and report what it sends by "
              "{\"on\":\"text\",…}; keep what comes before the handshake is "
              "answered." },
    { "close", "Tell the service that its client has gone, and report nothing "
               "of this socket from then on." },
    { "drop", "Tell the service that its client has gone, and report nothing "
              "of this socket from then on." },
    { "elapse", "Move the virtual clock by exactly that, serve every timer on "
                "the way, and report now_ms." },
    { "settle", "Answer with the same seq, last of all: once every effect of "
                "the lines before has been reported and flushed." },
    { "reset", "Forget all sockets and all state, and answer {\"on\":\"done\","
               "\"seq\":…}; or answer \"unsupported\", and a new process is "
               "started instead." },
    { "bye", "Leave with status 0, and leave nothing running." },
};

static bool is_verb(const char *verb)
{
    static const char *const others[] = { "publish", "inspect", "log",
                                          "binary" };

    for (size_t i = 0; i < COUNT(mends); i++)
        if (strcmp(mends[i].verb, verb) == 0)
            return true;
    for (size_t i = 0; i < COUNT(others); i++)
        if (strcmp(others[i], verb) == 0)
            return true;
    return false;
}

static const char *mend_of(const char *verb)
{
    for (size_t i = 0; i < COUNT(mends); i++)
        if (strcmp(mends[i].verb, verb) == 0)
            return mends[i].mend;
    return is_verb(verb) ? "Answer what you offer in hello; do not offer what "
                           "you cannot answer."
                         : "Answer each verb that you do not know by "
                           "{\"on\":\"unsupported\",\"do\": the verb, "
                           "\"seq\":…}.";
}

static void add_redacted(const struct smoke *smoke, const char *label,
                         const char *text)
{
    char *clean = secrets_redact(smoke->one->manifest, text);

    if (clean != NULL)
        make_plain(clean);
    buffer_printf(smoke->report, "%s%s\n", label, clean == NULL ? "" : clean);
    free(clean);
}

/* Before it had a chance to say anything wrong. */
static bool has_not_begun(const struct implementation *one, const char *why)
{
    return strcmp(one->verb, "hello") == 0 && one->heard[0] == 0 &&
           strstr(why, "it ended with") != NULL;
}

/* The reason of the fault, and how to mend it. Always false. */
static bool complain(const struct smoke *smoke)
{
    const struct implementation *one = smoke->one;
    const char *why = fault_reason();
    bool is_blame = strncmp(why, "adapter: ", strlen("adapter: ")) == 0;

    add_redacted(smoke, is_blame ? "" : "adapter: ", why);
    add_redacted(smoke, "      sent  ",
                 one->spoken[0] == 0 ? "nothing" : one->spoken);
    add_redacted(smoke, "      came  ",
                 one->heard[0] == 0 ? "nothing" : one->heard);
    add_redacted(smoke, "      mend  ",
                 has_not_begun(one, why)
                     ? "It ended before it had answered anything. Does the "
                       "command run by itself, in this folder, and has it all "
                       "that it imports? What it said last stands above."
                     : mend_of(one->verb));
    return false;
}

static bool check(const struct smoke *smoke, enum fault fault, const char *step)
{
    if (fault != FAULT_NONE)
        return complain(smoke);
    buffer_printf(smoke->report, "ok    %s\n", step);
    return true;
}

/* --- Steps ------------------------------------------------------------------
 */

static bool begin_world(struct smoke *smoke)
{
    smoke->adapter = adapter_pipe_new(smoke->one);
    return smoke->adapter != NULL || complain(smoke);
}

static bool introduce(struct smoke *smoke)
{
    const struct introduction *it = &smoke->one->introduction;
    bool has_some = false;

    if (!begin_world(smoke))
        return false;
    buffer_printf(smoke->report, "ok    hello: \"%.200s\", a %s clock, ",
                  it->name, it->is_virtual ? "virtual" : "real");
    for (uint64_t one = 1; one != 0; one <<= 1) {
        if ((it->offers & one) == 0)
            continue;
        buffer_printf(smoke->report, "%s%s", has_some ? ", " : "offers ",
                      need_name(one));
        has_some = true;
    }
    buffer_printf(smoke->report, "%s\nok    an unknown verb: unsupported\n",
                  has_some ? "" : "offers nothing");
    return true;
}

/* The first event; FAULT_PROTOCOL where none comes. */
static enum fault first_event(struct smoke *smoke, struct event *event)
{
    const struct adapter_ops *ops = smoke->adapter->ops;
    int got = ops->next_event(smoke->adapter->self, event,
                              smoke->one->manifest->answer_ms);

    if (got > 0)
        return FAULT_NONE;
    return got < 0 ? (enum fault)got
                   : fault_say(FAULT_PROTOCOL, "nothing came of \"open\", "
                                               "neither accept nor reject");
}

/* Whoever comes without a credential is accepted, refused or turned away. */
static bool open_socket(struct smoke *smoke)
{
    struct opening opening = { .path = NULL };
    struct event event = { .kind = EVENT_GONE };
    enum fault fault =
        smoke->adapter->ops->open(smoke->adapter->self, 1, &opening);

    if (fault == FAULT_NONE)
        fault = first_event(smoke, &event);
    if (fault == FAULT_PROTOCOL && smoke->one->fault == FAULT_NONE)
        snprintf(smoke->one->verb, sizeof(smoke->one->verb), "open");
    return check(smoke, fault,
                 event.kind == EVENT_ACCEPTED   ? "open: accepted"
                 : event.kind == EVENT_REJECTED ? "open: rejected"
                                                : "open: answered");
}

static bool send_text(struct smoke *smoke)
{
    struct adapter *adapter = smoke->adapter;
    enum fault fault = adapter->ops->send(
        adapter->self, 1, SEND_TEXT, 0, bytes_of_string("smoke \xe2\x98\x81"));

    if (fault == FAULT_NONE)
        fault = adapter->ops->settle(adapter->self);
    return check(smoke, fault, "text, and settled behind it");
}

static bool let_time_pass(struct smoke *smoke)
{
    struct adapter *adapter = smoke->adapter;

    return !adapter->is_virtual ||
           check(smoke, adapter->ops->elapse(adapter->self, ELAPSED_MS),
                 "elapse: 1000 ms passed at once");
}

static bool ask_hooks(struct smoke *smoke)
{
    const struct adapter_ops *ops = smoke->adapter->ops;
    uint64_t offers = smoke->one->introduction.offers;
    void *self = smoke->adapter->self;
    struct cJSON *state = NULL;
    struct buffer log;
    bool good = true;

    if ((offers & BROADCAST) != 0)
        good = check(smoke, ops->publish(self, "smoke", NULL), "publish");
    if (good && (offers & INSPECT) != 0)
        good = check(smoke, ops->inspect(self, 0, &state), "inspect");
    cJSON_Delete(state);
    buffer_init(&log, LOG_HELD);
    if (good && (offers & LOG) != 0)
        good = check(smoke, ops->log(self, &log), "log");
    buffer_deinit(&log);
    return good;
}

static bool leave(struct smoke *smoke)
{
    struct adapter *adapter = smoke->adapter;

    adapter->ops->drop(adapter->self, 1, true);
    return check(smoke, adapter->ops->soundness(adapter->self),
                 "drop, and silence behind it");
}

static bool begin_again(struct smoke *smoke)
{
    adapter_free(smoke->adapter);
    if (!begin_world(smoke))
        return false;
    buffer_add_string(smoke->report, smoke->one->cannot_reset
                                         ? "ok    a new process for each world"
                                           " (reset is not supported)\n"
                                         : "ok    reset\n");
    return open_socket(smoke);
}

static bool say_bye(struct smoke *smoke)
{
    return check(smoke, implementation_end(smoke->one), "bye");
}

bool adapter_smoke_within(const struct manifest *manifest, const char *command,
                          int hello_ms, struct buffer *report)
{
    static bool (*const steps[])(struct smoke * smoke) = {
        introduce, open_socket, send_text,   let_time_pass,
        ask_hooks, leave,       begin_again, say_bye,
    };
    struct smoke smoke = { .one = implementation_new(manifest, command, false),
                           .report = report };
    bool good = smoke.one != NULL;

    if (good)
        implementation_hurry(smoke.one, hello_ms, LEAVE_MS);
    for (size_t i = 0; i < COUNT(steps) && good; i++)
        good = steps[i](&smoke);
    adapter_free(smoke.adapter);
    implementation_free(smoke.one);
    return good;
}

bool adapter_smoke(const struct manifest *manifest, const char *command,
                   struct buffer *report)
{
    return adapter_smoke_within(manifest, command, HELLO_MS, report);
}
