/* What is remembered of what was said in rooms. */
#include "core/history.h"
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdlib.h>

/* --- The store ------------------------------------------------------------ */

/* FNV-1a; what an attacker can do with collisions is bounded by ROOMS_MAX. */
static struct history **link_of(struct histories *histories, const char *id)
{
    uint32_t hash = 2166136261u;
    struct history **link;

    for (const char *at = id; *at != 0; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    link = &histories->buckets[hash % HISTORY_BUCKETS];
    while (*link != NULL && strcmp((*link)->id, id) != 0)
        link = &(*link)->next;
    return link;
}

const struct history *history_find(const struct core *core, const char *id)
{
    struct histories *histories = core->rooms->histories;

    return histories == NULL ? NULL : *link_of(histories, id);
}

/* Found or made; the table with the first one. */
static struct history *history_of(struct core *core, const char *id)
{
    struct rooms *rooms = core->rooms;
    struct history **link;

    if (rooms->histories == NULL)
        rooms->histories = calloc(1, sizeof(*rooms->histories));
    if (rooms->histories == NULL)
        return NULL;
    link = link_of(rooms->histories, id);
    if (*link == NULL)
        *link = calloc(1, sizeof(**link));
    if (*link != NULL)
        copy_text((*link)->id, sizeof((*link)->id), id);
    return *link;
}

static void unlink_from_all(struct histories *histories, struct said *said)
{
    if (said->older == NULL)
        histories->oldest = said->newer;
    else
        said->older->newer = said->newer;
    if (said->newer == NULL)
        histories->newest = said->older;
    else
        said->newer->older = said->older;
    histories->bytes -= said->bytes;
}

static void drop_empty(struct histories *histories, struct history *history)
{
    if (history->first == NULL) {
        *link_of(histories, history->id) = history->next;
        free(history);
    }
}

/* Forgets the oldest of the room, which has one. */
static void forget_first(struct histories *histories, struct history *history)
{
    struct said *said = history->first;

    unlink_from_all(histories, said);
    history->first = said->next;
    history->count--;
    history->bytes -= said->bytes;
    if (history->first == NULL)
        history->last = NULL;
    free(said);
}

/* An empty history goes with its last. */
static void drop_first(struct histories *histories, struct history *history)
{
    forget_first(histories, history);
    drop_empty(histories, history);
}

static void append(struct histories *histories, struct history *history,
                   struct said *said)
{
    if (history->last == NULL)
        history->first = said;
    else
        history->last->next = said;
    history->last = said;
    history->count++;
    history->bytes += said->bytes;
    said->history = history;
    said->older = histories->newest;
    if (histories->newest == NULL)
        histories->oldest = said;
    else
        histories->newest->newer = said;
    histories->newest = said;
    histories->bytes += said->bytes;
}

static struct said *said_new(const char *user, const char *text, int64_t at_ms)
{
    size_t user_size = strlen(user) + 1;
    size_t text_size = strlen(text) + 1;
    size_t bytes = sizeof(struct said) + user_size + text_size;
    struct said *said = calloc(1, bytes);

    if (said == NULL)
        return NULL;
    memcpy(said->user, user, user_size);
    memcpy(said->user + user_size, text, text_size);
    said->text = said->user + user_size;
    said->at_ms = at_ms;
    said->bytes = bytes;
    return said;
}

bool secure_history_is_over(const struct core *core,
                            const struct history *history)
{
    return history->count > core->settings.room_history ||
           history->bytes > HISTORY_ROOM_BYTES_MAX;
}

/* The last one stays: it fits. */
static void make_it_fit(struct core *core, struct history *history)
{
    struct histories *histories = core->rooms->histories;

    while (history->first != history->last &&
           core->policy.history.is_over(core, history))
        forget_first(histories, history);
    while (histories->bytes > HISTORY_BYTES_MAX && histories->oldest != NULL)
        drop_first(histories, histories->oldest->history);
}

bool history_add(struct core *core, const char *id, const char *user,
                 const char *text, int64_t at_ms)
{
    struct said *said = said_new(user, text, at_ms);
    bool fits = said != NULL && said->bytes <= HISTORY_ROOM_BYTES_MAX;
    struct history *history = fits ? history_of(core, id) : NULL;

    if (history == NULL) {
        bool is_overlong = said != NULL && !fits;
        free(said);
        return is_overlong;
    }
    append(core->rooms->histories, history, said);
    make_it_fit(core, history);
    return true;
}

void history_remove(struct core *core, const char *id)
{
    struct histories *histories = core->rooms->histories;
    struct history *history =
        histories == NULL ? NULL : *link_of(histories, id);

    if (history == NULL)
        return;
    while (history->first != NULL)
        forget_first(histories, history);
    drop_empty(histories, history);
}

void histories_free(struct core *core)
{
    struct histories *histories = core->rooms->histories;

    if (histories == NULL)
        return;
    for (struct said *said = histories->oldest, *next; said != NULL;
         said = next) {
        next = said->newer;
        free(said);
    }
    for (size_t i = 0; i < HISTORY_BUCKETS; i++)
        for (struct history *history = histories->buckets[i], *next;
             history != NULL; history = next) {
            next = history->next;
            free(history);
        }
    free(histories);
    core->rooms->histories = NULL;
}

/* --- What is decided ------------------------------------------------------ */

/* As the members hear it, never as it came. */
bool secure_history_keep(struct core *core, const struct room *room,
                         const struct connection *speaker, const char *raw,
                         const char *clean)
{
    (void)raw;
    return core->settings.room_history == 0 ||
           history_add(core, room->id,
                       core->policy.identity_of(speaker->member), clean,
                       core->port.now_ms(core->port.self));
}

void secure_history_forget(struct core *core, const char *id)
{
    history_remove(core, id);
}

/* Inside, and still admitted, as for what is said just now. */
bool secure_history_may_read(const struct core *core, const struct room *room,
                             const struct connection *connection)
{
    return room_seat(room, connection) != NULL &&
           core->policy.room_admits(room, connection->member);
}

/* --- Telling -------------------------------------------------------------- */

static void add_said(struct cJSON *messages, const struct said *said)
{
    struct cJSON *entry = cJSON_CreateObject();
    char time[TIME_BYTES];

    time_write(said->at_ms, time);
    cJSON_AddStringToObject(entry, "user_id", said->user);
    cJSON_AddStringToObject(entry, "text", said->text);
    cJSON_AddStringToObject(entry, "at", time);
    if (!cJSON_AddItemToArray(messages, entry))
        cJSON_Delete(entry);
}

void history_add_json(const struct core *core, const char *id, size_t limit,
                      struct cJSON *messages)
{
    const struct history *history = history_find(core, id);
    size_t left = history == NULL ? 0 : history->count;

    for (const struct said *at = history == NULL ? NULL : history->first;
         at != NULL; at = at->next, left--)
        if (left <= limit)
            add_said(messages, at);
}

struct cJSON *secure_history_json(const struct core *core,
                                  const struct room *room, size_t limit)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "room_history");
    cJSON_AddStringToObject(object, "room", room->id);
    history_add_json(core, room->id, limit,
                     cJSON_AddArrayToObject(object, "messages"));
    return object;
}

/* Behind its welcome, and nothing where there is nothing. */
void secure_history_replay(struct core *core,
                           const struct connection *connection,
                           const struct room *room)
{
    if (history_find(core, room->id) != NULL)
        send_object(core, connection,
                    core->policy.history.json(core, room, SIZE_MAX));
}

static bool read_limit(const struct cJSON *limit, size_t *into)
{
    *into = SIZE_MAX;
    if (limit == NULL)
        return true;
    if (!cJSON_IsNumber(limit) || !(limit->valuedouble >= 1) ||
        limit->valuedouble > HISTORY_MESSAGES_MAX ||
        limit->valuedouble != (unsigned)limit->valuedouble)
        return false;
    *into = (size_t)limit->valuedouble;
    return true;
}

bool history_serve(struct core *core, struct connection *connection,
                   const struct cJSON *message, struct objection *objection)
{
    struct room *room = room_named(core, message, objection);
    size_t limit;

    if (room == NULL)
        return false;
    if (!core->policy.history.may_read(core, room, connection))
        return room_deny(objection, "not in the room");
    if (!read_limit(cJSON_GetObjectItemCaseSensitive(message, "limit"), &limit))
        return room_malformed(objection, "limit is no number of messages");
    send_object(core, connection, core->policy.history.json(core, room, limit));
    return true;
}
