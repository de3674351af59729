/* How much a message may hold, counted in its raw text: before anything is
 * parsed, without recursion, and in no more steps than it has bytes. */
#include "core/sizes.h"
#include "core/json.h"
#include "core/rooms.h"
#include "core/secure.h"
#include "core/system.h"
#include <inttypes.h>
#include <stdio.h>

struct gauge {
    const struct core *core;
    struct text text;
    size_t at;
    struct excess *excess;
    unsigned depth;
    size_t items[JSON_LEVELS_MAX]; /* of the containers that are open */
    bool is_array[JSON_LEVELS_MAX];
};

/* False, and told, when that is more than may be. */
static bool fits(struct gauge *gauge, enum size_kind kind, size_t size)
{
    if (gauge->core->policy.sizes.size_fits(gauge->core, kind, size))
        return true;
    *gauge->excess =
        (struct excess){ kind, size, gauge->core->settings.sizes[kind] };
    return false;
}

bool secure_size_fits(const struct core *core, enum size_kind kind, size_t size)
{
    size_t limit = core->settings.sizes[kind];

    return limit == 0 || size <= limit;
}

/* --- Texts ---------------------------------------------------------------- */

/* Bytes of the escape that begins here. */
static size_t escape_length(struct text raw, size_t at)
{
    return at + 1 < raw.length && raw.at[at + 1] == 'u' ? 6 : 2;
}

/* \udc00 to \udfff: the second half of a character. */
static bool is_second_half(struct text raw, size_t at)
{
    return raw.length - at >= 6 && (raw.at[at + 1] == 'u') &&
           (raw.at[at + 2] | 0x20) == 'd' && strchr("cdefCDEF", raw.at[at + 3]);
}

size_t secure_text_chars(struct text raw)
{
    size_t count = 0;
    size_t at = 0;

    while (at < raw.length) {
        if (raw.at[at] == '\\') {
            count += !is_second_half(raw, at);
            at += escape_length(raw, at);
        } else {
            count += ((unsigned char)raw.at[at++] & 0xc0) != 0x80;
        }
    }
    return count;
}

/* What stands between the quote at *at and the one that ends it; *at goes
 * behind that. */
static struct text take_string(struct text text, size_t *at)
{
    size_t first = ++*at;
    struct text string;

    while (*at < text.length && text.at[*at] != '"')
        *at += text.at[*at] == '\\' ? 2 : 1;
    if (*at > text.length)
        *at = text.length;
    string = (struct text){ text.at + first, *at - first };
    ++*at;
    return string;
}

/* --- Structure ------------------------------------------------------------ */

/* Beyond JSON_LEVELS_MAX nothing is read, whatever the settings say. */
static bool open_container(struct gauge *gauge, bool is_array)
{
    gauge->depth++;
    if (!fits(gauge, SIZE_DEPTH, gauge->depth))
        return false;
    if (gauge->depth > JSON_LEVELS_MAX) {
        gauge->at = gauge->text.length;
        return true;
    }
    gauge->items[gauge->depth - 1] = 1;
    gauge->is_array[gauge->depth - 1] = is_array;
    return true;
}

static bool next_item(struct gauge *gauge)
{
    if (gauge->depth == 0)
        return true;
    bool is_array = gauge->is_array[gauge->depth - 1];
    size_t items = ++gauge->items[gauge->depth - 1];
    return fits(gauge, is_array ? SIZE_ARRAY : SIZE_OBJECT, items);
}

static bool step(struct gauge *gauge)
{
    char c = gauge->text.at[gauge->at];

    if (c == '"')
        return fits(gauge, SIZE_TEXT,
                    gauge->core->policy.sizes.text_chars(
                        take_string(gauge->text, &gauge->at)));
    gauge->at++;
    if (c == '{' || c == '[')
        return open_container(gauge, c == '[');
    if (c == ',')
        return next_item(gauge);
    if ((c == '}' || c == ']') && gauge->depth > 0)
        gauge->depth--;
    return true;
}

bool secure_measure(struct core *core, struct connection *connection,
                    struct text message, struct excess *excess)
{
    struct gauge gauge = { .core = core, .text = message, .excess = excess };
    bool fitting = fits(&gauge, SIZE_JSON, message.length);

    (void)connection;
    while (fitting && gauge.at < message.length)
        fitting = step(&gauge);
    return fitting;
}

/* --- Telling -------------------------------------------------------------- */

const char *size_kind_name(enum size_kind kind)
{
    static const char *const names[SIZES] = {
        [SIZE_TEXT] = "text",   [SIZE_BINARY] = "binary",
        [SIZE_JSON] = "json",   [SIZE_DEPTH] = "depth",
        [SIZE_ARRAY] = "array", [SIZE_OBJECT] = "object",
    };

    return names[kind];
}

/* The string behind the name "type" at the root of what may be no JSON. */
static struct text type_in(struct text message)
{
    struct text name = { "", 0 };
    unsigned depth = 0;
    bool is_value = false;
    size_t at = 0;

    while (at < message.length) {
        char c = message.at[at];
        if (c == '"') {
            struct text string = take_string(message, &at);
            if (depth == 1 && is_value && text_is(name, "type"))
                return string;
            name = depth == 1 && !is_value ? string : name;
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= (c == '}' || c == ']') && depth > 0;
        if (depth == 1 && (c == ':' || c == ','))
            is_value = c == ':';
        at++;
    }
    return (struct text){ "", 0 };
}

void message_type(struct text message, char into[TYPE_BYTES])
{
    struct text type = type_in(message);
    size_t length = type.length < TYPE_BYTES ? type.length : 0;

    memcpy(into, type.at, length);
    into[length] = 0;
}

bool message_fits(struct core *core, struct connection *connection,
                  struct text message, struct objection *objection)
{
    struct excess excess = { .kind = SIZE_JSON };
    bool in_rooms = core->system->served == SERVES_ROOMS;
    char detail[sizeof(objection->detail)];
    char type[TYPE_BYTES];

    if ((!in_rooms && core->settings.sizes[SIZE_JSON] == 0) ||
        core->policy.sizes.measure(core, connection, message, &excess))
        return true;
    message_type(message, type);
    if (in_rooms)
        objection->event = room_event(type);
    snprintf(detail, sizeof(detail), "%s size=%zu limit=%zu",
             size_kind_name(excess.kind), excess.size, excess.limit);
    return object_to(objection, MESSAGE_TOO_LARGE, detail);
}

void note_overlong(struct core *core, const struct connection *connection,
                   bool is_text, uint64_t size)
{
    struct objection objection = { .fault = MESSAGE_TOO_LARGE };
    char line[LOG_LINE_BYTES_MAX];

    if (connection->stage != MEMBER)
        return;
    snprintf(objection.detail, sizeof(objection.detail),
             "%s size=%" PRIu64 " limit=%zu", is_text ? "frame" : "binary",
             size, core->policy.message_max(core, connection, is_text));
    core->policy.objection_line(connection, &objection, line, sizeof(line));
    journal_log(core, line);
}
