/* Says and hears: each question has one answer, and what comes between are
 * events. A child that does not keep to it is blamed. */
#include "base/clock.h"
#include "base/grace.h"
#include "manifest/manifest.h"
#include "pipe/internal.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* --- Blame ---------------------------------------------------------------- */

static void describe_end(const struct implementation *one,
                         const struct departure *departure, bool by_itself,
                         struct buffer *into)
{
    int status = departure->status;

    if (!by_itself)
        return;
    if (WIFSIGNALED(status))
        buffer_printf(into, "; it died of signal %d (%s)", WTERMSIG(status),
                      strsignal(WTERMSIG(status)));
    else
        buffer_printf(into, "; it ended with status %d", WEXITSTATUS(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127 &&
        one->introduction.name[0] == 0)
        buffer_add_string(into, " (is the command right?)");
    if (departure->left_processes)
        buffer_add_string(into, ", and left a process behind");
}

static void describe_errors(struct implementation *one, struct buffer *into)
{
    enum { SHOWN = 600 };
    const char *errors = child_errors(&one->child);
    size_t length = strlen(errors);

    if (length == 0)
        buffer_add_string(into, "; nothing on its stderr");
    else
        buffer_printf(into, "; its stderr ends: %s",
                      errors + (length > SHOWN ? length - SHOWN : 0));
}

void make_plain(char *text)
{
    for (; *text != 0; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

enum fault still_blamed(const struct implementation *one)
{
    return one->fault == FAULT_NONE ? FAULT_NONE
                                    : fault_say(one->fault, "%s", one->why);
}

enum fault blame(struct implementation *one, enum fault fault, const char *what,
                 ...)
{
    struct departure departure;
    struct buffer why;
    va_list arguments;
    char text[1024];

    if (one->fault != FAULT_NONE)
        return still_blamed(one);
    va_start(arguments, what);
    vsnprintf(text, sizeof(text), what, arguments);
    va_end(arguments);
    bool by_itself =
        child_end(&one->child, fault == FAULT_ENDED ? 200 : 0, &departure);
    buffer_init(&why, sizeof(one->why) - 1);
    buffer_printf(&why, "adapter: %.200s: %s",
                  one->introduction.name[0] == 0 ? one->command
                                                 : one->introduction.name,
                  text);
    describe_end(one, &departure, by_itself, &why);
    describe_errors(one, &why);
    snprintf(one->why, sizeof(one->why), "%s", buffer_string(&why));
    make_plain(one->why);
    buffer_deinit(&why);
    one->fault = fault;
    one->runs = false;
    return still_blamed(one);
}

static enum fault blame_line(struct implementation *one, struct bytes line)
{
    bool is_long = line.length > PIPE_SHOWN;

    return blame(one, FAULT_PROTOCOL, "%s: %.*s%s", fault_reason(),
                 is_long ? PIPE_SHOWN : (int)line.length,
                 line.at == NULL ? "" : (const char *)line.at,
                 is_long ? "..." : "");
}

/* --- Saying --------------------------------------------------------------- */

struct speech *say_verb(struct implementation *one, const char *verb)
{
    buffer_clear(&one->speech.text);
    one->speech.fault = FAULT_NONE;
    snprintf(one->verb, sizeof(one->verb), "%s", verb);
    speech_begin(&one->speech, verb);
    return &one->speech;
}

struct speech *ask_verb(struct implementation *one, const char *verb)
{
    struct speech *speech = say_verb(one, verb);

    speech_number(speech, "seq", ++one->seq);
    return speech;
}

/* On a virtual clock nothing happens by itself: who speaks behind `settled` and
 * before the next line had not settled. */
static enum fault check_quiet(struct implementation *one)
{
    struct bytes line = { NULL, 0 };

    if (!one->is_settled || !child_has_more(&one->child))
        return FAULT_NONE;
    one->is_settled = false;
    if (child_line(&one->child, clock_monotonic_ms(), &line) == FAULT_NONE)
        fault_say(FAULT_PROTOCOL, "\"settled\" was said before everything was");
    else
        fault_say(FAULT_PROTOCOL, "it speaks unasked");
    return blame_line(one, line);
}

/* What may stand in a report: no key of the first line. */
static void remember(struct implementation *one)
{
    bool is_hello = strcmp(one->verb, "hello") == 0;

    snprintf(one->spoken, sizeof(one->spoken), "%.*s",
             is_hello ? 0 : (int)one->speech.text.length - 1,
             buffer_string(&one->speech.text));
    if (is_hello)
        snprintf(one->spoken, sizeof(one->spoken), "hello");
}

enum fault utter(struct implementation *one)
{
    enum fault fault;

    speech_end(&one->speech);
    if (one->fault == FAULT_NONE)
        check_quiet(one);
    if (one->fault != FAULT_NONE)
        return still_blamed(one);
    if (one->speech.fault != FAULT_NONE)
        return one->speech.fault;
    one->is_settled = false;
    one->must_settle = true;
    remember(one);
    fault = child_write(&one->child, buffer_view(&one->speech.text));
    return fault == FAULT_NONE ? fault
                               : blame(one, fault, "%s", fault_reason());
}

/* --- Hearing -------------------------------------------------------------- */

enum fault blame_silence(struct implementation *one, enum fault fault)
{
    const char *why = fault == FAULT_ENDED     ? "closed its stdout"
                      : fault == FAULT_TIMEOUT ? "no answer in time"
                                               : fault_reason();

    if (one->asked[0] == 0)
        return blame(one, fault, "%s", why);
    return blame(one, fault, "%s to %s", why, one->asked);
}

static bool is_answer(const struct saying *saying)
{
    return saying->kind == SAYS_HELLO || saying_has(saying, HAS_SEQ);
}

static enum fault take(struct implementation *one, struct bytes line)
{
    struct saying saying;
    enum fault fault = saying_read(&saying, line);

    if (fault != FAULT_NONE) {
        fault = blame_line(one, line);
    } else if (is_answer(&saying) && one->asked[0] == 0) {
        fault_say(FAULT_PROTOCOL, "nothing was asked that this answers");
        fault = blame_line(one, line);
    } else if (is_answer(&saying)) {
        saying_deinit(&one->answer);
        one->answer = saying;
        return FAULT_NONE;
    } else if (saying.kind == SAYS_UNSUPPORTED) {
        fault = blame(one, FAULT_PROTOCOL,
                      "it does not support \"%s\", which it has to",
                      saying_text(&saying, HAS_VERB));
    } else {
        fault = take_event(one, &saying);
        if (fault == FAULT_PROTOCOL && one->fault == FAULT_NONE)
            fault = blame_line(one, line);
    }
    saying_deinit(&saying);
    return fault;
}

enum fault hear(struct implementation *one, int64_t until_ms)
{
    struct bytes line;
    enum fault fault = child_line(&one->child, until_ms, &line);

    if (fault != FAULT_NONE)
        return fault;
    snprintf(one->heard, sizeof(one->heard), "%.*s",
             (int)(line.length < PIPE_SHOWN ? line.length : PIPE_SHOWN),
             (const char *)line.at);
    return take(one, line);
}

/* --- Asking --------------------------------------------------------------- */

static enum fault await_answer(struct implementation *one)
{
    int patience = one->manifest->answer_ms +
                   (strcmp(one->verb, "hello") == 0 ? one->hello_ms : 0);
    int64_t since_ms = clock_monotonic_ms();
    enum fault fault = FAULT_NONE;

    saying_deinit(&one->answer);
    grace_grant(patience);
    while (fault == FAULT_NONE && one->answer.tree == NULL)
        fault = hear(one, since_ms + patience);
    grace_grant(clock_monotonic_ms() - since_ms - patience);
    if (fault != FAULT_NONE && one->fault == FAULT_NONE)
        fault = blame_silence(one, fault);
    return fault;
}

static enum fault judge_answer(struct implementation *one,
                               enum saying_kind want)
{
    const struct saying *answer = &one->answer;

    if (answer->kind != SAYS_HELLO &&
        saying_number(answer, HAS_SEQ) != one->seq)
        return blame(one, FAULT_PROTOCOL,
                     "\"%s\" with seq %lld in answer to %s",
                     saying_name(answer->kind),
                     (long long)saying_number(answer, HAS_SEQ), one->asked);
    if (answer->kind == SAYS_UNSUPPORTED &&
        strcmp(saying_text(answer, HAS_VERB), one->verb) != 0)
        return blame(one, FAULT_PROTOCOL, "unsupported \"%s\" in answer to %s",
                     saying_text(answer, HAS_VERB), one->asked);
    if (answer->kind == want)
        return FAULT_NONE;
    if (answer->kind == SAYS_UNSUPPORTED)
        return FAULT_ABSENT;
    if (answer->kind == SAYS_FAILED)
        return fault_say(FAULT_HOOK, "%s", saying_text(answer, HAS_WHY));
    return blame(one, FAULT_PROTOCOL, "\"%s\" in answer to %s",
                 saying_name(answer->kind), one->asked);
}

enum fault ask(struct implementation *one, enum saying_kind want)
{
    enum fault fault = utter(one);

    if (fault != FAULT_NONE)
        return fault;
    snprintf(one->asked, sizeof(one->asked), "%s", one->spoken);
    fault = await_answer(one);
    if (fault == FAULT_NONE)
        fault = judge_answer(one, want);
    one->asked[0] = 0;
    return fault;
}

/* --- Settling ------------------------------------------------------------- */

static enum fault check_clock(struct implementation *one)
{
    int64_t now_ms = saying_number(&one->answer, HAS_NOW_MS);

    if (!one->introduction.is_virtual)
        return FAULT_NONE;
    if (!saying_has(&one->answer, HAS_NOW_MS))
        return blame(one, FAULT_PROTOCOL,
                     "\"settled\" lacks \"now_ms\", which a virtual clock has");
    if (one->clock_is_new)
        one->now_ms = one->latest_ms = now_ms;
    one->clock_is_new = false;
    if (now_ms != one->now_ms)
        return blame(one, FAULT_PROTOCOL,
                     "its clock has moved by %lld ms, and %lld have elapsed",
                     (long long)(now_ms - one->settled_ms),
                     (long long)(one->now_ms - one->settled_ms));
    one->settled_ms = now_ms;
    return FAULT_NONE;
}

enum fault settle_pipe(struct implementation *one)
{
    enum fault fault;

    ask_verb(one, "settle");
    fault = ask(one, SAYS_SETTLED);
    if (fault == FAULT_ABSENT || fault == FAULT_HOOK)
        return blame(one, FAULT_PROTOCOL, "it cannot settle");
    if (fault == FAULT_NONE)
        fault = check_clock(one);
    if (fault == FAULT_NONE) {
        one->must_settle = false;
        one->is_settled = one->introduction.is_virtual;
        fault = after_settling(one);
    }
    return fault;
}
