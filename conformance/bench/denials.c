/* Rooms: how a message that fails is answered. */
#include "base/names.h"
#include "bench/internal.h"
#include <cJSON.h>
#include <stdlib.h>

static enum denial denial_of_right(enum room_verb verb)
{
    switch (verb) {
    case ROOM_JOIN:
    case ROOM_HISTORY: return DENIED_READING;
    case ROOM_PUBLISH:
    case ROOM_DATA:
    case ROOM_BINARY: return DENIED_WRITING;
    default: return DENIED_REFUSED;
    }
}

/* What lacks the right to read, or to write, may be told apart. */
static const struct cJSON *pattern_of(const struct manifest *manifest,
                                      enum room_verb verb, enum denial denial)
{
    const struct cJSON *own = manifest->denials[denial];

    if (denial == DENIED_REFUSED &&
        manifest->denials[denial_of_right(verb)] != NULL)
        own = manifest->denials[denial_of_right(verb)];
    return own == NULL ? manifest->error : own;
}

static bool answers_as(const struct peer *peer, const struct cJSON *pattern,
                       const struct cJSON *value)
{
    return pattern != NULL && value != NULL &&
           pattern_matches(pattern, value) && talk_is_own(peer, pattern, value);
}

bool is_denial(const struct peer *peer, enum room_verb verb,
               const struct cJSON *value)
{
    const struct manifest *manifest = peer->bench->manifest;
    enum denial own = denial_of_right(verb);

    return (value != NULL && pattern_matches(manifest->error, value)) ||
           (own != DENIED_REFUSED &&
            answers_as(peer, manifest->denials[own], value));
}

/* Whatever else is told so, is told. */
static bool is_what_members_say(const struct manifest *manifest,
                                const struct cJSON *value)
{
    const struct cJSON *said = manifest->rooms[ROOM_PUBLISH].answer;

    return (manifest->signal != NULL &&
            pattern_matches(manifest->signal, value)) ||
           (said != NULL && pattern_matches(said, value));
}

/* As every reader reads it: what stands behind JSON would be lost, and so would
 * a name that stands twice, or what stands behind U+0000. */
static struct cJSON *read_alike(const struct bench *bench, const char *message)
{
    struct cJSON *value;

    if (bench->manifest->codec == CODEC_TEXT)
        return read_message(bench, message);
    value = cJSON_ParseWithOpts(message, NULL, true);
    if (value == NULL ||
        (!nul_is_written(bytes_of_string(message)) && !names_repeat(value)))
        return value;
    cJSON_Delete(value);
    return NULL;
}

static bool is_own_denial(const struct peer *peer, const char *message)
{
    const struct bench *bench = peer->bench;
    struct cJSON *value = read_alike(bench, message);
    bool is = value != NULL && is_denial(peer, ROOM_PUBLISH, value) &&
              !is_what_members_say(bench->manifest, value);

    cJSON_Delete(value);
    return is;
}

bool has_been_told_beside_denial(const struct peer *peer, const char *text)
{
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    bool told = is_told_unread(peer, text);

    if (peer->denied == NULL || strcmp(peer->denied, text) != 0)
        return has_been_told(peer, text);
    for (; at < end && !told; at += strlen(at) + 1)
        told = strstr(at, text) != NULL && !is_own_denial(peer, at);
    return told;
}

static bool is_agreed_member(const struct manifest *manifest, const char *name)
{
    bool agreed = cJSON_GetObjectItemCaseSensitive(
                      event_payload(manifest->error), name) != NULL;

    for (int i = 0; i < DENIALS; i++)
        agreed =
            agreed || cJSON_GetObjectItemCaseSensitive(
                          event_payload(manifest->denials[i]), name) != NULL;
    return agreed;
}

bool is_agreed_error(const struct manifest *manifest, const struct cJSON *value)
{
    const struct cJSON *member;

    cJSON_ArrayForEach(member, event_payload(value))
    {
        if (member->string == NULL ||
            !is_agreed_member(manifest, member->string))
            return false;
    }
    return pattern_matches(manifest->error, value);
}

static bool holds_string(const struct cJSON *value, const char *text)
{
    const struct cJSON *child;

    if (cJSON_IsString(value))
        return strcmp(value->valuestring, text) == 0;
    cJSON_ArrayForEach(child, value)
    {
        if (holds_string(child, text))
            return true;
    }
    return false;
}

/* What the error names, if it names anything, stands in the message. */
static bool relates(const struct cJSON *pattern, const struct cJSON *error,
                    const char *message)
{
    static const char *const names[] = { "event", "room" };
    struct cJSON *sent = cJSON_Parse(message);
    bool related = true;

    for (size_t i = 0; i < COUNT(names); i++) {
        const char *named = pattern_capture(pattern, error, names[i]);
        related = related && (named == NULL || holds_string(sent, named));
    }
    cJSON_Delete(sent);
    return related;
}

/* Errors among the answers; sets *agreed when one of them is the agreed one for
 * this cause, and of this message. */
static unsigned count_errors(const struct peer *peer, enum room_verb verb,
                             enum denial denial, const char *message,
                             bool *agreed)
{
    const struct cJSON *pattern =
        pattern_of(peer->bench->manifest, verb, denial);
    struct bytes answer = answer_of(peer);
    const char *at = (const char *)answer.at;
    const char *end = at + answer.length;
    unsigned count = 0;

    for (; at < end; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        bool is_agreed = answers_as(peer, pattern, value);
        count += is_agreed || is_denial(peer, verb, value);
        *agreed = *agreed || (is_agreed && relates(pattern, value, message));
        cJSON_Delete(value);
    }
    return count;
}

void expect_lone_denial(struct peer *peer, struct wish wish, enum denial denial)
{
    struct bench *bench = peer->bench;
    char *message = room_request(bench, wish);
    bool agreed = false;
    unsigned errors;

    if (message == NULL || bench->decided) {
        free(message);
        return;
    }
    say(peer, message);
    (void)room_answer(peer, wish);
    fence(bench); /* and whatever comes behind it */
    errors = count_errors(peer, wish.verb, denial, message, &agreed);
    if (!bench->decided && (errors != 1 || !agreed || has_answer(peer, 0)))
        decide(bench, FAIL,
               "one error of the agreed form, of this message, and the "
               "connection kept",
               "%s, which sent \"%.200s\", %s %u errors, the last words "
               "\"%.300s\"",
               peer->name, message,
               has_answer(peer, 0) ? "was closed behind" : "heard", errors,
               last_heard(peer));
    free(message);
}

void expect_denied_as(struct peer *peer, struct wish wish, enum denial denial)
{
    struct bench *bench = peer->bench;
    char *message = room_request(bench, wish);
    bool agreed = false;

    if (wish.verb == ROOM_PUBLISH)
        peer->denied = wish.text;
    expect_denied(peer, wish);
    if (!bench->decided && message != NULL)
        (void)count_errors(peer, wish.verb, denial, message, &agreed);
    if (!bench->decided && !agreed)
        decide(bench, FAIL, "the error that is agreed for this cause",
               "%s heard \"%.300s\"", peer->name, last_heard(peer));
    free(message);
}
