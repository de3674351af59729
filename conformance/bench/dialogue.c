/* Greetings, joining and heartbeats: see dialogue.h. */
#include "bench/internal.h"
#include "bench/matcher.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { ID_SIZE = 32, SENT_BYTES_MAX = 64 * 1024 * 1024 };

static const struct dialogue *dialogue_of(const struct peer *peer)
{
    return &peer->bench->manifest->dialogue;
}

/* --- What is filled when it is sent --------------------------------------- */

static bool is_named(struct bytes name, const char *other)
{
    return strlen(other) == name.length &&
           memcmp(other, name.at, name.length) == 0;
}

static const struct cJSON *captured(const struct peer *peer, struct bytes name)
{
    const struct cJSON *member;

    cJSON_ArrayForEach(member, peer->talk.captured)
    {
        if (is_named(name, member->string))
            return member;
    }
    return NULL;
}

/* A string without its quotes, which stand around it already; of any other
 * value the quotes go. */
static enum fault add_captured(const struct cJSON *value, bool is_text,
                               struct buffer *into, const char **rest)
{
    char *printed = cJSON_PrintUnformatted(value);
    enum fault fault = FAULT_MEMORY;

    if (printed != NULL && is_text && cJSON_IsString(value)) {
        fault = buffer_add_string(into, value->valuestring);
    } else if (printed != NULL && cJSON_IsString(value)) {
        fault = buffer_add(into, printed + 1, strlen(printed) - 2);
    } else if (printed != NULL) {
        if (into->length > 0 && into->at[into->length - 1] == '"' &&
            **rest == '"') {
            into->length--;
            (*rest)++;
        }
        fault = buffer_add_string(into, printed);
    }
    cJSON_free(printed);
    return fault;
}

static enum fault add_variable(struct peer *peer, struct bytes name,
                               unsigned *operation, struct buffer *into,
                               const char **rest)
{
    const struct cJSON *value = captured(peer, name);
    bool is_text = peer->bench->manifest->codec == CODEC_TEXT;

    if (is_named(name, "id")) {
        if (*operation == 0)
            *operation = ++peer->talk.operations;
        return buffer_printf(into, "%u-%u", peer->socket, *operation);
    }
    if (value != NULL)
        return add_captured(value, is_text, into, rest);
    return buffer_printf(into, "{%.*s}", (int)name.length,
                         (const char *)name.at);
}

char *talk_fill(struct peer *peer, const char *text)
{
    enum fault fault = FAULT_NONE;
    const char *variable;
    unsigned operation = 0;
    struct buffer filled;
    struct bytes name;
    char *taken = NULL;

    if (!dialogue_of(peer)->takes_up)
        return NULL;
    buffer_init(&filled, SENT_BYTES_MAX);
    while (fault == FAULT_NONE &&
           (variable = template_variable(text, &name)) != NULL) {
        fault = buffer_add(&filled, text, (size_t)(variable - text));
        text = variable + name.length + 2;
        if (fault == FAULT_NONE)
            fault = add_variable(peer, name, &operation, &filled, &text);
    }
    if (fault == FAULT_NONE)
        fault = buffer_add_string(&filled, text);
    if (fault == FAULT_NONE)
        taken = buffer_take(&filled);
    buffer_deinit(&filled);
    return taken;
}

bool talk_fills(const struct peer *peer)
{
    return dialogue_of(peer)->takes_up;
}

char *talk_fill_bytes(struct peer *peer, struct bytes bytes)
{
    char *text = strndup((const char *)bytes.at, bytes.length);
    char *filled = text == NULL ? NULL : talk_fill(peer, text);

    free(text);
    return filled;
}

void talk_send(struct peer *peer, const char *text)
{
    char *filled = talk_fill(peer, text);

    transmit(peer, SEND_TEXT, 0,
             bytes_of_string(filled == NULL ? text : filled));
    free(filled);
}

/* --- What is echoed ------------------------------------------------------- */

/* The operation that stands there; 0: none of this peer's. */
static unsigned operation_in(const struct peer *peer,
                             const struct cJSON *pattern,
                             const struct cJSON *value)
{
    const char *id = pattern_capture(pattern, value, "id");
    char head[ID_SIZE];
    char *end = NULL;
    unsigned long number;
    size_t length = (size_t)snprintf(head, sizeof(head), "%u-", peer->socket);

    if (id == NULL || strncmp(id, head, length) != 0)
        return 0;
    number = strtoul(id + length, &end, 10);
    return *end == 0 && number <= peer->talk.operations ? (unsigned)number : 0;
}

bool talk_is_own(const struct peer *peer, const struct cJSON *pattern,
                 const struct cJSON *value)
{
    return !dialogue_of(peer)->takes_up ||
           !template_mentions(pattern, "id", false) ||
           operation_in(peer, pattern, value) != 0;
}

static void capture(struct peer *peer, const struct cJSON *pattern,
                    const struct cJSON *value)
{
    if (peer->talk.captured == NULL)
        peer->talk.captured = cJSON_CreateObject();
    if (peer->talk.captured != NULL)
        pattern_captures(pattern, value, peer->talk.captured);
}

/* --- What is said --------------------------------------------------------- */

/* The template for this peer; free() it. */
static char *write_for(const struct peer *peer, const struct cJSON *template)
{
    char *user = quoted(peer->user);
    const struct pair values[] = { { "user", user }, { NULL, NULL } };
    char *text = user == NULL ? NULL : template_write(template, values);

    cJSON_free(user);
    return text;
}

static void reply(struct peer *peer, const struct cJSON *template,
                  const char *what)
{
    char *written = write_for(peer, template);
    char *filled = written == NULL ? NULL : talk_fill(peer, written);
    const char *text = filled == NULL ? written : filled;

    if (text != NULL && !has_answer(peer, 0)) {
        note(peer->bench, peer, what, bytes_of_string(text));
        transmit(peer, SEND_TEXT, 0, bytes_of_string(text));
    }
    free(filled);
    free(written);
}

static bool is_greeted(const struct peer *peer)
{
    return peer->talk.greeted == dialogue_of(peer)->greeting_count;
}

static void say_first(struct peer *peer)
{
    char *first = peer->talk.first;

    peer->talk.first = NULL;
    say(peer, first);
    free(first);
}

void talk_first(struct peer *peer, const char *first)
{
    if (is_greeted(peer))
        say(peer, first);
    else
        peer->talk.first = strdup(first);
}

/* Step by step, up to one whose answer has to come first. */
static void join(struct peer *peer)
{
    const struct dialogue *dialogue = dialogue_of(peer);
    struct talk *talk = &peer->talk;

    while (talk->joined < dialogue->joining_count && !talk->is_asked &&
           !has_answer(peer, 0)) {
        const struct exchange *step = &dialogue->joining[talk->joined];
        unsigned before = talk->operations;
        talk->is_asked = step->answer != NULL;
        talk->joined += step->answer == NULL;
        reply(peer, step->send, "joins");
        talk->asked = talk->operations > before ? talk->operations : 0;
    }
}

void talk_on(struct peer *peer)
{
    const struct manifest *manifest = peer->bench->manifest;

    if (peer->bench->decided || peer->accepts == 0 || !is_greeted(peer))
        return;
    if (peer->talk.first != NULL)
        say_first(peer);
    if (manifest->welcome == NULL || peer->welcomes > 0)
        join(peer);
}

/* --- What is heard -------------------------------------------------------- */

static bool took_greeting(struct peer *peer, const struct cJSON *value)
{
    const struct cJSON *pattern;

    if (is_greeted(peer))
        return false;
    pattern = dialogue_of(peer)->greetings[peer->talk.greeted];
    if (!pattern_is_all(pattern, value))
        return false;
    peer->talk.greeted++;
    capture(peer, pattern, value);
    return true;
}

static bool took_heartbeat(struct peer *peer, const struct cJSON *value)
{
    const struct dialogue *dialogue = dialogue_of(peer);

    for (size_t i = 0; i < dialogue->heartbeat_count; i++) {
        const struct heartbeat *beat = &dialogue->heartbeats[i];
        if (!pattern_is_all(beat->on, value))
            continue;
        capture(peer, beat->on, value);
        if (beat->send != NULL)
            reply(peer, beat->send, "answers the heartbeat");
        return true;
    }
    return false;
}

void talk_said(struct peer *peer, struct bytes text)
{
    const struct dialogue *dialogue = dialogue_of(peer);
    char *copy = dialogue->allowed_count == 0
                     ? NULL
                     : strndup((const char *)text.at, text.length);
    if (peer->bench->manifest->no_echo)
        buffer_add(&peer->talk.said, text.at, text.length);
    struct cJSON *value = copy == NULL ? NULL : read_message(peer->bench, copy);

    for (size_t i = 0; i < dialogue->allowed_count && value != NULL; i++)
        if (dialogue->allowed[i].answer != NULL &&
            pattern_matches(dialogue->allowed[i].said, value))
            peer->talk.owed[i]++;
    cJSON_Delete(value);
    free(copy);
}

/* Each answer for one that was said. */
static bool took_allowed(struct peer *peer, const struct cJSON *value)
{
    const struct dialogue *dialogue = dialogue_of(peer);

    for (size_t i = 0; i < dialogue->allowed_count; i++) {
        if (peer->talk.owed[i] == 0 ||
            !pattern_is_all(dialogue->allowed[i].answer, value))
            continue;
        peer->talk.owed[i]--;
        return true;
    }
    return false;
}

bool talk_took(struct peer *peer, const struct cJSON *value)
{
    return value != NULL &&
           (took_greeting(peer, value) || took_heartbeat(peer, value) ||
            took_allowed(peer, value));
}

bool talk_was_answered(struct peer *peer, const struct cJSON *value)
{
    struct talk *talk = &peer->talk;
    const struct cJSON *pattern;

    if (!talk->is_asked || value == NULL)
        return false;
    pattern = dialogue_of(peer)->joining[talk->joined].answer;
    if (!pattern_matches(pattern, value) ||
        (template_mentions(pattern, "id", false) &&
         operation_in(peer, pattern, value) != talk->asked))
        return false;
    capture(peer, pattern, value);
    talk->is_asked = false;
    talk->joined++;
    talk->answered++;
    return true;
}

bool has_joined(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->talk.joined == dialogue_of(peer)->joining_count ||
           has_answer(peer, 0);
}

void talk_deinit(struct peer *peer)
{
    free(peer->talk.first);
    cJSON_Delete(peer->talk.captured);
    buffer_deinit(&peer->talk.said);
    buffer_deinit(&peer->talk.litter);
    buffer_deinit(&peer->talk.aside);
    buffer_deinit(&peer->talk.unread);
    assembler_deinit(&peer->talk.stream.lines);
}
