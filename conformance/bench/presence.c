/* Presence: what a peer has been told of who is there. */
#include "bench/notices.h"
#include <cJSON.h>

enum { TOKEN_RUN = 12 };

/* --- Saying and asking ---------------------------------------------------- */

static const char *presence_message(struct bench *bench,
                                    const struct cJSON *template,
                                    const char *status, const char *user)
{
    char *raw = user == NULL ? NULL : quoted(user);
    const struct pair values[] = { { "status", status },
                                   { "user", raw == NULL ? OMITTED : raw },
                                   { NULL, NULL } };
    char *message = template_write(template, values);

    cJSON_free(raw);
    return keep_once(bench, message);
}

const char *status_message(struct bench *bench, const char *status)
{
    return presence_message(bench, bench->manifest->set_presence, status, NULL);
}

const char *status_message_of(struct bench *bench, const char *status,
                              enum identity other)
{
    const char *message = presence_message(bench, bench->manifest->set_presence,
                                           status, user_id(bench, other));

    if (!bench->decided && strcmp(message, status_message(bench, status)) == 0)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest names no place for a user in presence.set");
    return message;
}

const char *status_question(struct bench *bench, const char *user)
{
    return presence_message(bench, bench->manifest->get_presence.send, OMITTED,
                            user);
}

void expect_status(struct peer *asker, enum identity who, const char *status)
{
    struct bench *bench = asker->bench;
    const struct cJSON *pattern = bench->manifest->get_presence.answer;
    struct cJSON *reply;
    const char *told;

    if (bench->decided)
        return;
    say(asker, status_question(bench, user_id(bench, who)));
    reply = await_reply(asker, pattern);
    told = pattern_capture(pattern, reply, "status");
    if (!bench->decided && (told == NULL || strcmp(told, status) != 0))
        decide(bench, FAIL, "the status of the user when it is asked for",
               "%s was told \"%.200s\" where %s is right", asker->name,
               last_heard(asker), status);
    cJSON_Delete(reply);
}

/* The status that is told; "": an error instead; NULL: neither. */
static const char *status_told(struct peer *asker, enum identity who)
{
    struct bench *bench = asker->bench;
    const struct cJSON *pattern = bench->manifest->get_presence.answer;
    struct wish wish = { .message =
                             status_question(bench, user_id(bench, who)) };
    struct cJSON *reply;
    const char *told;

    if (bench->decided)
        return NULL;
    room_ask(asker, wish);
    if (room_answer(asker, wish) < 0)
        return "";
    reply = await_reply(asker, pattern);
    told = reply == NULL ? NULL : pattern_capture(pattern, reply, "status");
    told = told == NULL ? NULL : woven(bench, "{}", told);
    cJSON_Delete(reply);
    return told;
}

void expect_status_hidden(struct peer *asker, enum identity who)
{
    struct bench *bench = asker->bench;
    const char *told = status_told(asker, who);
    const char *nobodys = status_told(asker, GHOST);

    if (bench->decided)
        return;
    if (told == NULL || nobodys == NULL || strcmp(told, nobodys) != 0)
        decide(bench, FAIL, "an answer as for nobody",
               "%s, which shares no room with %s, is told \"%.200s\"",
               asker->name, user_id(bench, who), last_heard(asker));
    else if (*told == 0) {
        expect_exact_error(asker);
        expect_exact_error(asker);
        expect_lone_denial(asker,
                           (struct wish){ .message = status_question(
                                              bench, user_id(bench, who)) },
                           DENIED_REFUSED);
    }
}

/* --- Comings and goings --------------------------------------------------- */

static bool says(const struct cJSON *pattern, const struct cJSON *value,
                 const char *name, const char *want)
{
    const char *said = pattern_capture(pattern, value, name);

    return want == NULL || (said != NULL && strcmp(said, want) == 0);
}

static bool is_notice(const struct notice *notice, const struct cJSON *value)
{
    return value != NULL && pattern_matches(notice->pattern, value) &&
           says(notice->pattern, value, "user", notice->user) &&
           says(notice->pattern, value, "room", notice->room) &&
           says(notice->pattern, value, "status", notice->status);
}

unsigned count_notices(const struct peer *peer, const struct notice *notice)
{
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    unsigned count = 0;

    for (; at < end; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        count += is_notice(notice, value);
        cJSON_Delete(value);
    }
    return count;
}

static void await_notices(struct peer *listener, const struct notice *notice,
                          unsigned times)
{
    while (count_notices(listener, notice) < times &&
           hears_more(listener, patience_of(listener->bench)))
        continue;
}

static void expect_notices(struct peer *listener, const struct notice *notice,
                           unsigned times, const char *expected)
{
    struct bench *bench = listener->bench;
    unsigned count;

    if (bench->decided)
        return;
    await_notices(listener, notice, times);
    fence(bench);
    count = count_notices(listener, notice);
    if (!bench->decided && count != times)
        decide(bench, FAIL, expected,
               "%s was told %u times, where %u are right, of %s%s%s",
               listener->name, count, times, notice->user,
               notice->room == NULL ? "" : " in ",
               notice->room == NULL ? "" : notice->room);
}

void expect_told_joined(struct peer *listener, enum identity who,
                        const char *room, unsigned times)
{
    struct bench *bench = listener->bench;
    struct notice notice = { bench->manifest->joined, user_id(bench, who), room,
                             NULL };

    expect_notices(listener, &notice, times,
                   "to be told once of each user who comes into the room");
}

void expect_told_left(struct peer *listener, enum identity who,
                      const char *room, unsigned times)
{
    struct bench *bench = listener->bench;
    struct notice notice = { bench->manifest->left, user_id(bench, who), room,
                             NULL };

    expect_notices(listener, &notice, times,
                   "to be told once of each user who leaves the room");
}

/* --- Statuses ------------------------------------------------------------- */

/* What it was told of the user's status, one behind the other, with a blank
 * before each. */
static void add_statuses(const struct peer *listener, const char *user,
                         struct buffer *into)
{
    const struct cJSON *pattern = listener->bench->manifest->presence_update;
    const struct notice notice = { pattern, user, NULL, NULL };
    const char *at = (const char *)listener->heard.at;
    const char *end = at + listener->heard.length;

    for (; at < end; at += strlen(at) + 1) {
        struct cJSON *value = read_message(listener->bench, at);
        if (is_notice(&notice, value))
            buffer_printf(into, " %s",
                          pattern_capture(pattern, value, "status"));
        cJSON_Delete(value);
    }
}

static unsigned count_words(const char *text)
{
    unsigned count = *text != 0;

    for (; *text != 0; text++)
        count += *text == ' ';
    return count;
}

void expect_told_statuses(struct peer *listener, enum identity who,
                          const char *statuses)
{
    struct bench *bench = listener->bench;
    const char *user = user_id(bench, who);
    const struct notice notice = { bench->manifest->presence_update, user, NULL,
                                   NULL };
    struct buffer told;

    if (bench->decided)
        return;
    await_notices(listener, &notice, count_words(statuses));
    fence(bench);
    buffer_init(&told, HEARD_BYTES_MAX);
    add_statuses(listener, user, &told);
    const char *words = told.length == 0 ? "" : buffer_string(&told) + 1;
    if (!bench->decided && strcmp(words, statuses) != 0)
        decide(bench, FAIL,
               "to be told of each change of status once, and of nothing else",
               "%s was told \"%.200s\" of %s where \"%s\" is right",
               listener->name, words, user, statuses);
    buffer_deinit(&told);
}

/* --- What is not told ----------------------------------------------------- */

void expect_told_nothing_of(struct peer *listener, enum identity who)
{
    struct bench *bench = listener->bench;
    const struct manifest *manifest = bench->manifest;
    const struct cJSON *const patterns[] = { manifest->joined, manifest->left,
                                             manifest->presence_update };

    for (size_t i = 0; i < COUNT(patterns); i++) {
        struct notice notice = { patterns[i], user_id(bench, who), NULL, NULL };
        expect_notices(listener, &notice, 0,
                       "presence that is told to those in the room alone");
    }
}

/* The address as a whole, and without its port. */
static bool holds_address(const char *text, const struct peer *about)
{
    const char *port = strrchr(about->address, ':');
    size_t length =
        port == NULL ? strlen(about->address) : (size_t)(port - about->address);

    return length > 0 &&
           memmem(text, strlen(text), about->address, length) != NULL;
}

static const char *harm_in(const char *text, const struct peer *about)
{
    if (holds_address(text, about))
        return "the address";
    if (about->jti[0] != 0 && strstr(text, about->jti) != NULL)
        return "the token's id";
    if (about->token != NULL &&
        run_of(about->token, TOKEN_RUN, bytes_of_string(text)) != NULL)
        return "a piece of the token";
    return NULL;
}

void expect_told_harmless(struct peer *listener, const struct peer *about)
{
    struct bench *bench = listener->bench;
    const char *at = (const char *)listener->heard.at;
    const char *end = at + listener->heard.length;

    for (; at < end && !bench->decided; at += strlen(at) + 1) {
        const char *harm =
            strstr(at, about->user) == NULL ? NULL : harm_in(at, about);
        if (harm != NULL)
            decide(bench, FAIL, "who and where, and nothing else",
                   "%s was told %s of %s: \"%.200s\"", listener->name, harm,
                   about->name, at);
    }
}
