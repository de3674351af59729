/* What a target answers when it is asked, and what it says by itself to who has
 * just come in. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SKEW_S = 5, ASKED_ANEW = 3 };

struct bytes answer_of(const struct peer *peer)
{
    if (peer->heard.length <= peer->heard_before)
        return bytes_of_string("");
    return bytes_of(peer->heard.at + peer->heard_before,
                    peer->heard.length - peer->heard_before);
}

const char *last_heard(const struct peer *peer)
{
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    const char *last = "";

    for (; at < end; at += strlen(at) + 1)
        last = at;
    return last;
}

static struct cJSON *find_reply(const struct peer *peer,
                                const struct cJSON *pattern)
{
    struct bytes answer = answer_of(peer);
    const char *at = (const char *)answer.at;
    const char *end = at + answer.length;

    for (; at < end; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        if (value != NULL && pattern_matches(pattern, value))
            return value;
        cJSON_Delete(value);
    }
    return NULL;
}

struct cJSON *await_reply(struct peer *peer, const struct cJSON *pattern)
{
    struct bench *bench = peer->bench;
    int patience = patience_of(bench);
    struct cJSON *reply = NULL;

    if (bench->decided)
        return NULL;
    do
        reply = find_reply(peer, pattern);
    while (reply == NULL && hears_more(peer, patience));
    return reply;
}

/* Asks who it is; NULL when that is not told. cJSON_Delete the reply. */
static struct cJSON *ask_identity(struct peer *peer)
{
    char *question = template_write(peer->bench->manifest->whoami,
                                    &(struct pair){ NULL, NULL });

    if (question != NULL)
        say(peer, question);
    free(question);
    return await_reply(peer, peer->bench->manifest->identity);
}

static void judge_identity(struct peer *peer, const struct cJSON *reply,
                           const char *want)
{
    struct bench *bench = peer->bench;
    const char *user =
        reply == NULL
            ? NULL
            : pattern_capture(bench->manifest->identity, reply, "user");

    if (user == NULL || strcmp(user, want) != 0)
        decide(bench, FAIL, "the identity that the token proves",
               "asked who it is, %s is told \"%s\"", peer->name,
               user == NULL ? "nothing" : user);
}

void expect_identity(struct peer *peer, enum identity who)
{
    struct bench *bench = peer->bench;
    struct cJSON *reply;

    if (bench->decided)
        return;
    reply = ask_identity(peer);
    judge_identity(peer, reply, user_id(bench, who));
    cJSON_Delete(reply);
}

/* Was it welcomed, if at all, as the user of its token? */
static void judge_welcomed_user(struct peer *peer)
{
    const struct cJSON *pattern = peer->bench->manifest->welcome;
    struct cJSON *value =
        pattern == NULL || peer->heard.length == 0
            ? NULL
            : read_message(peer->bench, buffer_string(&peer->heard));
    const char *user =
        value == NULL ? NULL : pattern_capture(pattern, value, "user");

    if (user != NULL && strcmp(user, peer->user) != 0)
        decide(peer->bench, FAIL, "the identity that the token proves",
               "%s is welcomed as \"%s\"", peer->name, user);
    cJSON_Delete(value);
}

/* One who was no member yet is waited for. */
void expect_no_other_user(struct peer *peer)
{
    struct bench *bench = peer->bench;
    bool was_member = peer->signal_count > 0;
    struct cJSON *reply = NULL;

    if (bench->decided)
        return;
    if (!was_member && !is_admitted(peer)) {
        expect_kept_out(peer);
        return;
    }
    judge_welcomed_user(peer);
    if ((bench->offers & WHOAMI) != 0)
        reply = ask_identity(peer);
    if (has_crashed(peer))
        fail_crash(peer);
    else if ((bench->offers & WHOAMI) != 0 && !has_answer(peer, 0))
        judge_identity(peer, reply, peer->user);
    cJSON_Delete(reply);
}

void expect_order(struct peer *peer, const char *order, const char *status)
{
    struct bench *bench = peer->bench;
    char *raw = quoted(order);
    const struct pair values[] = { { "order", raw }, { NULL, NULL } };
    char *question = template_write(bench->manifest->get_order, values);
    struct cJSON *reply = NULL;
    const char *found = NULL;

    if (question != NULL && !bench->decided) {
        say(peer, question);
        reply = await_reply(peer, bench->manifest->order);
        found = pattern_capture(bench->manifest->order, reply, "status");
    }
    if (found == NULL || strcmp(found, status) != 0)
        decide(bench, FAIL, "the order's status as it has to be",
               "it is \"%s\" where \"%s\" is right",
               found == NULL ? "not told" : found, status);
    cJSON_Delete(reply);
    free(question);
    cJSON_free(raw);
}

/* --- The welcome ---------------------------------------------------------- */

/* ISO 8601 with Z or +00:00, in seconds since 1970; -1 when it is none. */
static int64_t read_utc(const char *text)
{
    struct tm tm = { .tm_isdst = 0 };
    const char *rest =
        text == NULL ? NULL : strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);

    if (rest == NULL)
        return -1;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    if (strcmp(rest, "Z") != 0 && strcmp(rest, "+00:00") != 0)
        return -1;
    return timegm(&tm);
}

/* From that time until now, by clocks that may differ a little. */
static bool is_since(const struct bench *bench, int64_t since_ms,
                     const char *text)
{
    struct adapter *adapter = bench->adapter;
    int64_t now_ms = adapter->ops->now_ms(adapter->self);
    int64_t told_s = read_utc(text);

    return told_s >= since_ms / 1000 - SKEW_S &&
           told_s <= now_ms / 1000 + SKEW_S;
}

static bool is_now(const struct bench *bench, const char *text)
{
    struct adapter *adapter = bench->adapter;

    return is_since(bench, adapter->ops->now_ms(adapter->self), text);
}

bool time_holds(const struct peer *peer, const struct cJSON *pattern,
                const struct cJSON *value)
{
    const char *time = pattern_capture(pattern, value, "time");

    return time == NULL || is_since(peer->bench, peer->dialled_ms, time);
}

static bool is_text(const char *text, const char *want)
{
    return text != NULL && strcmp(text, want) == 0;
}

static const char *breach_of_welcome(const struct peer *peer,
                                     const struct cJSON *value)
{
    struct bench *bench = peer->bench;
    const struct cJSON *pattern = bench->manifest->welcome;
    const char *tenant = pattern_capture(pattern, value, "tenant");
    const char *time = pattern_capture(pattern, value, "time");

    if (!pattern_matches(pattern, value))
        return "another message came first";
    if (!pattern_is_all(pattern, value))
        return "it has members beside the agreed ones";
    if (!is_text(pattern_capture(pattern, value, "user"), peer->user))
        return "it names another user than the token proves";
    if (tenant != NULL && !is_text(tenant, tenant_id(bench, peer->tenant)))
        return "it names another tenant than the path";
    if (time != NULL && !is_now(bench, time))
        return "its time is not now, or not in UTC";
    return NULL;
}

void expect_welcome(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct cJSON *value;
    const char *breach;

    if (bench->decided)
        return;
    await(bench, has_more_heard, peer, 0, patience_of(bench));
    if (peer->heard.length == 0) {
        decide(bench, FAIL, "a welcome", "%s heard nothing", peer->name);
        return;
    }
    value = read_message(peer->bench, buffer_string(&peer->heard));
    breach = breach_of_welcome(peer, value);
    if (breach != NULL)
        decide(bench, FAIL, "the agreed welcome, before all else",
               "%s heard %.300s: %s", peer->name, buffer_string(&peer->heard),
               breach);
    cJSON_Delete(value);
}

/* --- Errors --------------------------------------------------------------- */

/* The error among the answers, as it was sent; NULL when there is none. */
static struct cJSON *error_to(struct peer *peer)
{
    const struct cJSON *pattern = peer->bench->manifest->error;

    return pattern == NULL ? NULL : await_reply(peer, pattern);
}

static bool is_open(struct peer *peer)
{
    if (!has_answer(peer, 0))
        return true;
    decide(peer->bench, FAIL, "an error message, and the connection kept",
           "%s was closed with %d", peer->name, peer->code);
    return false;
}

/* The next error among what was heard; NULL when there is none. The cursor
 * moves behind it. */
static struct cJSON *next_heard_error(struct peer *peer)
{
    const struct cJSON *pattern = peer->bench->manifest->error;

    while (peer->errors_seen < peer->heard.length) {
        const char *at = buffer_string(&peer->heard) + peer->errors_seen;
        struct cJSON *error = read_message(peer->bench, at);
        peer->errors_seen += strlen(at) + 1;
        if (error != NULL && pattern_matches(pattern, error))
            return error;
        cJSON_Delete(error);
    }
    return NULL;
}

/* The next error that this peer has not been asked about yet; NULL when none
 * comes. */
static struct cJSON *next_error(struct peer *peer)
{
    struct bench *bench = peer->bench;

    while (!bench->decided) {
        struct cJSON *error = next_heard_error(peer);
        if (error != NULL)
            return error;
        if (!await(bench, has_more_heard, peer, (unsigned)peer->heard.length,
                   patience_of(bench)) ||
            peer->heard.length <= peer->errors_seen)
            return NULL;
    }
    return NULL;
}

void expect_exact_error(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct cJSON *error = next_error(peer);

    if (!bench->decided && is_open(peer) &&
        (error == NULL || !is_agreed_error(bench->manifest, error)))
        decide(bench, FAIL, "exactly the agreed error",
               "%s was answered \"%.300s\"", peer->name, last_heard(peer));
    cJSON_Delete(error);
}

/* What was said since this peer last spoke, and is not the error; NULL. */
static const char *companion_of_error(const struct peer *peer)
{
    struct bytes answer = answer_of(peer);
    const char *at = (const char *)answer.at;
    const char *end = at + answer.length;

    for (; at < end; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        bool is_error =
            value != NULL && is_agreed_error(peer->bench->manifest, value);
        cJSON_Delete(value);
        if (!is_error)
            return at;
    }
    return NULL;
}

void expect_lone_error(struct peer *peer, const char *text)
{
    struct bench *bench = peer->bench;
    const char *companion = "";

    for (int i = 0; i < ASKED_ANEW && companion != NULL && !bench->decided;
         i++) {
        say(peer, text);
        expect_exact_error(peer);
        fence(bench);
        companion = companion_of_error(peer);
    }
    if (!bench->decided && companion != NULL)
        decide(bench, FAIL, "the agreed error, and nothing beside it",
               "%s was sent \"%.300s\" as well", peer->name, companion);
}

void expect_same_error(struct peer *one, struct peer *other)
{
    struct cJSON *first = error_to(one);
    struct cJSON *second = error_to(other);

    if (!one->bench->decided && is_open(one) && is_open(other) &&
        (first == NULL || second == NULL ||
         !cJSON_Compare(first, second, true)))
        decide(one->bench, FAIL, "one error for one fault, on each endpoint",
               "%s was answered \"%.120s\", %s \"%.120s\"", one->name,
               last_heard(one), other->name, last_heard(other));
    cJSON_Delete(first);
    cJSON_Delete(second);
}
