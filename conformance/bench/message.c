/* What a received message is: one of our broadcasts, or something else that
 * was said to a peer. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static void remember_signal(struct peer *peer, unsigned number)
{
    if (peer->signal_count == SIGNALS_MAX)
        return;
    if (peer->signal_count == peer->signal_room) {
        size_t room = peer->signal_room == 0 ? 16 : peer->signal_room * 2;
        unsigned *signals = realloc(peer->signals, room * sizeof(*signals));
        if (signals == NULL)
            return;
        peer->signals = signals;
        peer->signal_room = room;
    }
    peer->signals[peer->signal_count++] = number;
}

/* Our signals read "sig-<world>-<number>". */
static unsigned number_of(const struct bench *bench, const char *text)
{
    char *end = NULL;
    unsigned long number;

    if (strncmp(text, "sig-", 4) != 0 ||
        strncmp(text + 4, bench->id, 16) != 0 || text[20] != '-')
        return 0;
    number = strtoul(text + 21, &end, 10);
    return *end == 0 && number <= bench->published ? (unsigned)number : 0;
}

static void remember_heard(struct peer *peer, struct bytes data)
{
    if (buffer_add(&peer->heard, data.at, data.length) == FAULT_NONE)
        buffer_add(&peer->heard, "", 1);
}

/* "sig-<world>-<number>", of any world. */
static bool is_like_ours(const char *text)
{
    return strncmp(text, "sig-", 4) == 0 && strlen(text) > 21 &&
           strspn(text + 4, "0123456789abcdef") == 16 && text[20] == '-';
}

/* A broadcast of somebody else is of no interest to a member: the pool may be
 * shared with other criteria. Whatever bears our canary is. Where any text may
 * be a broadcast, one of somebody else is known by its form alone. */
static bool is_foreign(const struct peer *peer, const char *text,
                       struct bytes data)
{
    if (text != NULL && cJSON_IsString(peer->bench->manifest->signal) &&
        !is_like_ours(text))
        return false;
    return text != NULL &&
           memmem(data.at, data.length, peer->bench->id, 16) == NULL;
}

/* Does a name that ends with the canary, as users and tokens have it, end
 * there too? */
static bool ends_with(const char *name, struct bytes data,
                      const unsigned char *behind)
{
    size_t length = strlen(name);

    return length > 0 && (size_t)(behind - data.at) >= length &&
           memcmp(behind - length, name, length) == 0;
}

static bool names_somebody(const struct bench *bench, struct bytes data,
                           const unsigned char *behind)
{
    for (unsigned i = 0; i < bench->sockets; i++) {
        if (ends_with(bench->peers[i]->user, data, behind) ||
            ends_with(bench->peers[i]->jti, data, behind))
            return true;
    }
    return false;
}

/* Whatever a pattern leaves open, a text of ours is no part of a greeting, a
 * heartbeat or a refusal: a broadcast, what a stranger says, what is said in a
 * room. Names of users may be. */
bool holds_canary(const struct peer *peer, struct bytes data)
{
    const char *id = peer->bench->id;
    const unsigned char *end = data.at + data.length;
    const unsigned char *at = data.at;
    size_t length = strlen(id);

    if (data.length == 0)
        return false;
    while ((at = memmem(at, (size_t)(end - at), id, length)) != NULL) {
        at += length;
        if (!names_somebody(peer->bench, data, at))
            return true;
    }
    return false;
}

/* In whatever form: under an id that is none of this peer's, say. */
bool holds_broadcast(const struct peer *peer, struct bytes data)
{
    char head[32];
    int length = snprintf(head, sizeof(head), "sig-%s-", peer->bench->id);

    return data.length > 0 &&
           memmem(data.at, data.length, head, (size_t)length) != NULL;
}

static bool is_refusal_message(const struct peer *peer,
                               const struct cJSON *value)
{
    const struct manifest *manifest = peer->bench->manifest;

    for (unsigned cause = 0; cause < CAUSES; cause++) {
        const struct outcomes *outcomes = &manifest->refusals[cause];
        for (size_t i = 0; i < outcomes->count; i++)
            if (outcomes->at[i].message != NULL &&
                may_concern(peer, (enum cause)cause) &&
                pattern_is_all(outcomes->at[i].message, value) &&
                time_holds(peer, outcomes->at[i].message, value))
                return true;
    }
    return false;
}

struct cJSON *read_message(const struct bench *bench, const char *text)
{
    return bench->manifest->codec == CODEC_TEXT ? cJSON_CreateString(text)
                                                : cJSON_Parse(text);
}

static struct cJSON *read_bytes(const struct bench *bench, struct bytes data)
{
    char *text = strndup((const char *)data.at, data.length);
    struct cJSON *value = text == NULL ? NULL : read_message(bench, text);

    free(text);
    return value;
}

static void sort_message(struct peer *peer, const struct cJSON *value,
                         struct bytes data)
{
    const struct manifest *manifest = peer->bench->manifest;
    const char *text = NULL;
    unsigned number = 0;

    peer->data_frames++;
    note_head(peer, peer->heard.length);
    if (manifest->signal != NULL && pattern_matches(manifest->signal, value) &&
        talk_is_own(peer, manifest->signal, value))
        text = pattern_capture(manifest->signal, value, "text");
    if (text != NULL)
        number = number_of(peer->bench, text);
    if (!holds_canary(peer, data) && is_refusal_message(peer, value))
        peer->refusal_messages++;
    else if (manifest->welcome != NULL &&
             pattern_matches(manifest->welcome, value))
        peer->welcomes++;
    peer->talk.strays += number == 0 && holds_broadcast(peer, data);
    if (number != 0)
        remember_signal(peer, number);
    else if (!is_foreign(peer, text, data))
        remember_heard(peer, data);
    if (!is_foreign(peer, text, data))
        note(peer->bench, peer, "receives", data);
}

/* What is no message of the service's may tell of its inside all the same. */
static void remember_aside(struct peer *peer, const char *what,
                           struct bytes data)
{
    if (buffer_add(&peer->talk.aside, data.at, data.length) == FAULT_NONE)
        buffer_add(&peer->talk.aside, "", 1);
    note(peer->bench, peer, what, data);
}

/* Greetings and heartbeats are nobody's data; the answer to joining is, though
 * no message of the service's. */
void take_whole(struct peer *peer, struct bytes data)
{
    struct cJSON *value = read_bytes(peer->bench, data);

    if (!holds_canary(peer, data) && talk_took(peer, value)) {
        remember_aside(peer, "hears", data);
    } else if (talk_was_answered(peer, value)) {
        peer->data_frames++;
        remember_aside(peer, "has joined", data);
    } else {
        sort_message(peer, value, data);
    }
    talk_on(peer);
    cJSON_Delete(value);
}

void take_message(struct peer *peer, struct bytes data)
{
    if (!stream_took(peer, data))
        take_whole(peer, data);
}

/* What is no frame is nobody's data, unless it holds ours: it may come in
 * pieces, and is looked at whole. */
void take_litter(struct peer *peer, struct bytes data)
{
    struct buffer *litter = &peer->talk.litter;
    bool held = holds_canary(peer, buffer_view(litter));

    if (data.length == 0)
        return;
    note(peer->bench, peer, "hears", data);
    buffer_add(litter, data.at, data.length);
    buffer_add(&peer->talk.aside, data.at, data.length);
    if (held || !holds_canary(peer, buffer_view(litter)))
        return;
    peer->data_frames++;
    peer->talk.strays += holds_broadcast(peer, buffer_view(litter));
    remember_heard(peer, buffer_view(litter));
}
