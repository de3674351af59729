/* Mutants of `rooms`: how much a message may hold. */
#include "core/json.h"
#include "core/rooms.h"
#include "core/sizes.h"
#include "core/system.h"
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECURSION_MAX = 900 };

/* --- The limits ----------------------------------------------------------- */

bool refuses_what_is_at_a_limit(const struct core *core, enum size_kind kind,
                                size_t size)
{
    size_t limit = core->settings.sizes[kind];

    return limit == 0 || size < limit;
}

#define BOUNDS_NO(name, which)                                                 \
    bool name(const struct core *core, enum size_kind kind, size_t size)       \
    {                                                                          \
        return kind == (which) || secure_size_fits(core, kind, size);          \
    }
BOUNDS_NO(bounds_no_text, SIZE_TEXT)
BOUNDS_NO(bounds_no_json, SIZE_JSON)
BOUNDS_NO(bounds_no_depth, SIZE_DEPTH)
BOUNDS_NO(bounds_no_array, SIZE_ARRAY)
BOUNDS_NO(bounds_no_object, SIZE_OBJECT)

/* WS_MAX_ARRAY_SIZE, WS_MAX_OBJECT_SIZE = 100, 1000 */
bool swaps_the_limits_of_arrays_and_objects(const struct core *core,
                                            enum size_kind kind, size_t size)
{
    return secure_size_fits(core,
                            kind == SIZE_ARRAY    ? SIZE_OBJECT
                            : kind == SIZE_OBJECT ? SIZE_ARRAY
                                                  : kind,
                            size);
}

/* The default of the transport: a handler says 1 MB, a manager half of it. */
bool has_two_limits_for_json(const struct core *core, enum size_kind kind,
                             size_t size)
{
    return secure_size_fits(core, kind, size) ||
           (kind == SIZE_JSON && size <= core->system->message_max / 2 + 1);
}

/* --- Counting texts ------------------------------------------------------- */

size_t counts_texts_in_bytes(struct text raw)
{
    size_t count = 0;

    for (size_t at = 0; at < raw.length; count++)
        at += raw.at[at] != '\\' ? 1 : raw.at[at + 1] == 'u' ? 6 : 2;
    return count;
}

size_t counts_texts_as_they_are_written(struct text raw)
{
    size_t count = 0;

    for (size_t at = 0; at < raw.length; at++)
        count += ((unsigned char)raw.at[at] & 0xc0) != 0x80;
    return count;
}

size_t counts_texts_after_escaping(struct text raw)
{
    size_t count = secure_text_chars(raw);

    for (size_t at = 0; at < raw.length; at++)
        count += raw.at[at] == '<' ? strlen("lt;") : 0;
    return count;
}

/* --- Measuring ------------------------------------------------------------ */

/* message["text"] = message["text"][:1000] */
static struct cJSON *read_shortened(struct text message)
{
    struct cJSON *json = secure_read_message(message);
    const struct cJSON *text = cJSON_GetObjectItemCaseSensitive(json, "text");

    if (cJSON_IsString(text) && strlen(text->valuestring) > NOTES_CHARS_MAX)
        text->valuestring[NOTES_CHARS_MAX] = 0;
    return json;
}

bool shortens_long_texts(struct core *core, struct connection *connection,
                         struct text message, struct excess *excess)
{
    core->policy.read_message = read_shortened;
    return secure_measure(core, connection, message, excess) ||
           excess->kind == SIZE_TEXT;
}

/* len(message["data"]) */
bool measures_the_root_alone(struct core *core, struct connection *connection,
                             struct text message, struct excess *excess)
{
    struct cJSON *json = cJSON_ParseWithLength(message.at, message.length);
    const struct cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    int size = cJSON_GetArraySize(data);
    bool is_array = cJSON_IsArray(data);
    bool fits = secure_measure(core, connection, message, excess);
    bool is_structure =
        excess->kind == SIZE_ARRAY || excess->kind == SIZE_OBJECT;

    if (!fits && is_structure && json != NULL && data != NULL)
        fits = core->policy.sizes.size_fits(
            core, is_array ? SIZE_ARRAY : SIZE_OBJECT, (size_t)size);
    cJSON_Delete(json);
    return fits;
}

/* if isinstance(value, dict): depth + 1 */
static size_t objects_deep(const struct cJSON *json)
{
    size_t deepest = 0;
    const struct cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        size_t depth = objects_deep(member);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (cJSON_IsObject(json) ? 1 : 0);
}

bool counts_objects_alone_as_levels(struct core *core,
                                    struct connection *connection,
                                    struct text message, struct excess *excess)
{
    struct cJSON *json = cJSON_ParseWithLength(message.at, message.length);
    bool fits = secure_measure(core, connection, message, excess);

    if (!fits && excess->kind == SIZE_DEPTH && json != NULL)
        fits =
            core->policy.sizes.size_fits(core, SIZE_DEPTH, objects_deep(json));
    cJSON_Delete(json);
    return fits;
}

/* RecursionError is no ValueError. */
bool measures_by_recursion(struct core *core, struct connection *connection,
                           struct text message, struct excess *excess)
{
    static const struct refusal internal = { 1011, "", false };
    size_t depth = 0;

    for (size_t i = 0; i < message.length; i++)
        depth += message.at[i] == '[' || message.at[i] == '{';
    if (depth > RECURSION_MAX && connection->stage == MEMBER &&
        memmem(message.at, message.length, "[[[[[[[[[[[[", 12) != NULL) {
        member_ends(core, connection, LEFT_TURNED_AWAY);
        stranger_refuse(core, connection, internal);
    }
    return secure_measure(core, connection, message, excess);
}

/* json.loads(text), which keeps one of equal names. */
static struct cJSON *read_loosely(struct text message)
{
    return cJSON_ParseWithLength(message.at, message.length);
}

bool counts_equal_names_once(struct core *core, struct connection *connection,
                             struct text message, struct excess *excess)
{
    bool fits = secure_measure(core, connection, message, excess);
    struct cJSON *json =
        !fits && excess->kind == SIZE_OBJECT ? read_loosely(message) : NULL;

    if (json != NULL && !json_names_are_unique(json)) {
        core->policy.read_message = read_loosely;
        fits = true;
    }
    cJSON_Delete(json);
    return fits;
}

/* In the handler of messages, since that is what a review asked for. */
bool measures_what_is_said_alone(struct core *core,
                                 struct connection *connection,
                                 struct text message, struct excess *excess)
{
    char type[TYPE_BYTES];

    message_type(message, type);
    return (strcmp(type, "room_message") != 0 &&
            strcmp(type, "room_data") != 0) ||
           secure_measure(core, connection, message, excess);
}

/* await broadcast(message); validate(message) */
bool acts_before_it_measures(struct core *core, struct connection *connection,
                             struct text message, struct excess *excess)
{
    struct objection ignored = { .detail = "" };
    bool fits = secure_measure(core, connection, message, excess);
    struct cJSON *json = fits ? NULL : secure_read_message(message);

    if (json != NULL)
        (void)secure_obey(core, connection, json, &ignored);
    cJSON_Delete(json);
    return fits;
}

bool logs_what_is_too_large(struct core *core, struct connection *connection,
                            struct text message, struct excess *excess)
{
    bool fits = secure_measure(core, connection, message, excess);
    char line[LOG_LINE_BYTES_MAX];

    if (!fits) {
        snprintf(line, sizeof(line), "debug: too large: %.*s",
                 message.length < 2000 ? (int)message.length : 2000,
                 message.at);
        journal_log(core, line);
    }
    return fits;
}

/* --- Answering ------------------------------------------------------------ */

void drops_large_messages_silently(struct core *core,
                                   struct connection *connection,
                                   const struct objection *objection)
{
    if (objection->fault != MESSAGE_TOO_LARGE)
        secure_message_failed(core, connection, objection);
}

void hangs_up_on_large_messages(struct core *core,
                                struct connection *connection,
                                const struct objection *objection)
{
    static const struct refusal too_big = { 1009, "Message too big", false };

    secure_message_failed(core, connection, objection);
    if (objection->fault != MESSAGE_TOO_LARGE)
        return;
    member_ends(core, connection, LEFT_TURNED_AWAY);
    stranger_refuse(core, connection, too_big);
}

void logs_no_large_messages(const struct connection *connection,
                            const struct objection *objection, char *into,
                            size_t size)
{
    if (objection->fault == MESSAGE_TOO_LARGE)
        snprintf(into, size, "debug: a message");
    else
        secure_objection_line(connection, objection, into, size);
}

/* --- The transport's cap -------------------------------------------------- */

size_t reads_frames_of_any_size(const struct core *core,
                                const struct connection *connection,
                                bool is_text)
{
    return connection->stage == STRANGER
               ? secure_message_max(core, connection, is_text)
               : 64 * 1024 * 1024;
}
