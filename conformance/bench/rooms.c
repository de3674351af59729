/* Rooms: what is asked about one, and what comes of it. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOOKS_MS = 2 };

const char *fresh_room(struct bench *bench)
{
    char *name = NULL;

    if (asprintf(&name, "room-%s-%u", bench->id, ++bench->rooms) < 0)
        name = NULL;
    return keep_text(bench, name);
}

/* --- Asking --------------------------------------------------------------- */

/* Raw JSON of a text; NULL stays NULL. cJSON_free it. */
static char *raw_of(const char *text)
{
    return text == NULL ? NULL : quoted(text);
}

/* Takes the message, and gives it back with these members at the end of its
 * object, which an event ends with, too. */
static char *add_members(char *message, const char *members)
{
    char *longer = NULL;
    const char *end =
        message == NULL || members == NULL ? NULL : strrchr(message, '}');

    if (end == NULL)
        return message;
    if (asprintf(&longer, "%.*s%s%s%s", (int)(end - message), message,
                 end > message && end[-1] == '{' ? "" : ",", members, end) < 0)
        longer = NULL;
    free(message);
    return longer;
}

static char *written(const struct cJSON *template, struct wish wish)
{
    char size[16];
    char limit[16];
    char *room = wish.raw_room != NULL ? NULL : raw_of(wish.room);
    char *user = raw_of(wish.user);
    char *text = raw_of(wish.text);
    struct pair values[] = {
        { "room", room == NULL ? wish.raw_room : room },
        { "permission", wish.permission == NULL ? OMITTED : wish.permission },
        { "roles", wish.roles == NULL ? OMITTED : wish.roles },
        { "size", wish.size == 0 ? OMITTED : size },
        { "limit", wish.limit == 0 ? OMITTED : limit },
        { "user", user == NULL ? OMITTED : user },
        { "text", text == NULL ? OMITTED : text },
        { "data", wish.data == NULL ? OMITTED : wish.data },
        { NULL, NULL },
    };

    snprintf(size, sizeof(size), "%u", wish.size);
    snprintf(limit, sizeof(limit), "%u", wish.limit);
    for (size_t i = 0; wish.field != NULL && values[i].name != NULL; i++)
        if (strcmp(values[i].name, wish.field) == 0)
            values[i].value = wish.raw;
    char *message = add_members(template_write(template, values), wish.more);
    cJSON_free(room);
    cJSON_free(user);
    cJSON_free(text);
    return message;
}

char *room_request(struct bench *bench, struct wish wish)
{
    return wish.message != NULL
               ? strdup(wish.message)
               : written(bench->manifest->rooms[wish.verb].send, wish);
}

const char *room_message(struct bench *bench, struct wish wish)
{
    return keep_once(bench, room_request(bench, wish));
}

void room_ask(struct peer *peer, struct wish wish)
{
    char *message = room_request(peer->bench, wish);

    if (message != NULL)
        say(peer, message);
    free(message);
}

/* An answer of that pattern, about that room. */
bool is_answer(const struct cJSON *pattern, const struct cJSON *value,
               const char *room)
{
    const char *named = pattern_matches(pattern, value)
                            ? pattern_capture(pattern, value, "room")
                            : NULL;

    return named != NULL && room != NULL && strcmp(named, room) == 0;
}

/* What has come since it last spoke: 1 the answer, -1 an error, 0 neither. */
int room_answered(const struct peer *peer, struct wish wish)
{
    const struct manifest *manifest = peer->bench->manifest;
    struct bytes answer = answer_of(peer);
    const char *at = (const char *)answer.at;
    const char *end = at + answer.length;
    int found = 0;

    for (; at < end && found == 0; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        if (is_answer(manifest->rooms[wish.verb].answer, value, wish.room))
            found = 1;
        else if (is_denial(peer, wish.verb, value))
            found = -1;
        cJSON_Delete(value);
    }
    return found;
}

int room_answer(struct peer *peer, struct wish wish)
{
    struct bench *bench = peer->bench;
    int found;

    do
        found = room_answered(peer, wish);
    while (found == 0 && hears_more(peer, patience_of(bench)));
    return found;
}

static bool mentions(const struct cJSON *template, const char *variable)
{
    const struct cJSON *member;
    const char *text = cJSON_GetStringValue(template);

    if (text != NULL)
        return strcmp(text, variable) == 0;
    cJSON_ArrayForEach(member, template)
    {
        if (mentions(member, variable))
            return true;
    }
    return false;
}

bool room_is_asked(struct bench *bench, enum room_verb verb, const char *field)
{
    char variable[32];

    snprintf(variable, sizeof(variable), "{%s}", field);
    return mentions(bench->manifest->rooms[verb].send, variable);
}

/* Where every room has the same size, none can be made small. */
static bool can_be_said(const struct bench *bench, struct wish wish)
{
    return wish.size == 0 ||
           mentions(bench->manifest->rooms[wish.verb].send, "{size}");
}

/* What it is about, in words. */
static const char *name_of(struct wish wish)
{
    if (wish.room != NULL)
        return wish.room;
    return wish.raw_room != NULL ? wish.raw_room : "a message";
}

static void judge(struct peer *peer, struct wish wish, enum verdict verdict,
                  int want)
{
    struct bench *bench = peer->bench;

    if (!bench->decided && !can_be_said(bench, wish))
        decide(bench, NOT_APPLICABLE, "",
               "the target makes no rooms of a size of their own");
    if (wish.verb == ROOM_PUBLISH || wish.verb == ROOM_DATA)
        catch_up(peer);
    if (bench->decided)
        return;
    room_ask(peer, wish);
    if (room_answer(peer, wish) == want && !has_answer(peer, 0))
        return;
    decide(bench, verdict,
           want > 0 ? "the agreed answer about the room"
                    : "an error, and the connection kept",
           "%s, about %s, %s \"%.300s\"", peer->name, name_of(wish),
           has_answer(peer, 0) ? "was closed behind" : "heard",
           last_heard(peer));
}

void arrange(struct peer *peer, struct wish wish)
{
    judge(peer, wish, INCONCLUSIVE, 1);
}

void expect_granted(struct peer *peer, struct wish wish)
{
    judge(peer, wish, FAIL, 1);
}

void expect_granted_soon(struct peer *peer, struct wish wish)
{
    struct bench *bench = peer->bench;
    int left = patience_for_a_place(bench);

    for (int pause = LOOKS_MS; left > 0 && !bench->decided; pause *= 2) {
        room_ask(peer, wish);
        if (room_answer(peer, wish) > 0)
            return;
        await(bench, NULL, NULL, 0, pause);
        left -= pause;
    }
    expect_granted(peer, wish);
}

void expect_denied(struct peer *peer, struct wish wish)
{
    judge(peer, wish, FAIL, -1);
}

void expect_exactly_inside(struct peer *const peers[], unsigned count,
                           const char *room, unsigned places)
{
    struct bench *bench = peers[0]->bench;
    struct wish wish = WISH(ROOM_JOIN, room);
    unsigned inside = 0, outside = 0;

    for (unsigned i = 0; i < count && !bench->decided; i++)
        room_ask(peers[i], wish);
    for (unsigned i = 0; i < count && !bench->decided; i++) {
        int answer = room_answer(peers[i], wish);
        inside += answer > 0;
        outside += answer < 0;
    }
    if (!bench->decided && (inside != places || inside + outside != count))
        decide(bench, FAIL, "as many inside as a room has places",
               "of %u, %u are inside and %u were denied where %u may be "
               "inside",
               count, inside, outside, places);
}

void go_in(struct peer *peer, const char *room)
{
    struct wish wish = WISH(ROOM_JOIN, room);

    if (peer->bench->manifest->rooms[ROOM_JOIN].answer != NULL)
        arrange(peer, wish);
    else
        room_ask(peer, wish);
}

const char *make_room(struct peer *owner, const char *permission)
{
    const char *room = fresh_room(owner->bench);

    arrange(owner, WISH(ROOM_CREATE, room, .permission = permission));
    return room;
}

const char *own_room(struct peer *owner, const char *permission)
{
    const char *room = make_room(owner, permission);

    arrange(owner, WISH(ROOM_JOIN, room));
    return room;
}

/* --- Speaking ------------------------------------------------------------- */

void speak_text(struct peer *peer, const char *room, const char *text)
{
    room_ask(peer, WISH(ROOM_PUBLISH, room, .text = text));
}

const char *speak(struct peer *peer, const char *room)
{
    struct bench *bench = peer->bench;
    char *text = NULL;

    if (asprintf(&text, "said-%s-%u", bench->id, ++bench->said) < 0)
        text = NULL;
    const char *kept = keep_text(bench, text);
    speak_text(peer, room, kept);
    return kept;
}

static bool is_told(const struct peer *peer, const char *room, const char *text)
{
    const struct cJSON *pattern =
        peer->bench->manifest->rooms[ROOM_PUBLISH].answer;
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    bool told = false;

    for (; at < end && !told; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        if (is_answer(pattern, value, room)) {
            const char *heard = pattern_capture(pattern, value, "text");
            told = heard != NULL && strcmp(heard, text) == 0;
        }
        cJSON_Delete(value);
    }
    return told;
}

void expect_told(struct peer *peer, const char *room, const char *text)
{
    struct bench *bench = peer->bench;
    bool told;

    if (bench->decided)
        return;
    do
        told = is_told(peer, room, text);
    while (!told && hears_more(peer, patience_for(peer, text)));
    if (!told && !is_not_owed(peer, text))
        decide(bench, FAIL, "what is said in a room reaches its members",
               "%s has not heard it", peer->name);
}

void expect_not_told(struct peer *peer, const char *room, const char *text)
{
    if (!peer->bench->decided && is_told(peer, room, text))
        decide(peer->bench, FAIL, "a text that stays out of a room",
               "%s was told it in %s", peer->name, room);
}

void expect_reached_in_room(struct peer *speaker, const char *room,
                            struct peer *listener)
{
    struct bench *bench = speaker->bench;
    int left = patience_of(bench);
    const char *text = speak(speaker, room);

    for (int pause = LOOKS_MS; left > 0 && !bench->decided; pause *= 2) {
        await(bench, has_more_heard, listener, (unsigned)listener->heard.length,
              pause);
        if (is_told(listener, room, text))
            return;
        text = speak(speaker, room);
        left -= pause;
    }
    expect_told(listener, room, text);
}
