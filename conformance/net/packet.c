/* Packets of Engine.IO and Socket.IO. */
#include "net/packet.h"
#include "net/utf8.h"
#include <cJSON.h>
#include <stdint.h>

/* --- JSON ----------------------------------------------------------------- */

/* cJSON skips a byte order mark, which is no JSON (RFC 8259 8.1), and takes
 * every control character for a blank. */
static bool may_be_json(struct bytes text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] < ' ' && memchr("\t\r\n", text.at[i], 3) == NULL)
            return false;
    return text.length > 0 && text.at[0] != 0xef;
}

/* The whole text as one value; NULL: it is none. */
static cJSON *parse(struct bytes text)
{
    const char *at = (const char *)text.at;
    const char *end = NULL;
    cJSON *value = NULL;

    if (may_be_json(text))
        value = cJSON_ParseWithLengthOpts(at, text.length, &end, false);
    while (value != NULL && end < at + text.length &&
           memchr(" \t\r\n", *end, 4) != NULL)
        end++;
    if (value != NULL && end != at + text.length) {
        cJSON_Delete(value);
        return NULL;
    }
    return value;
}

static bool is_event(const cJSON *value)
{
    return cJSON_IsArray(value) && cJSON_IsString(value->child);
}

static bool has_sid(const cJSON *value)
{
    const char *sid = cJSON_GetStringValue(
        cJSON_IsObject(value) ? cJSON_GetObjectItemCaseSensitive(value, "sid")
                              : NULL);

    return sid != NULL && sid[0] != 0;
}

/* --- Reading -------------------------------------------------------------- */

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The byte at the front; 0: there is none. */
static unsigned char front(struct bytes text)
{
    return text.length == 0 ? 0 : text.at[0];
}

static void step(struct bytes *text, size_t length)
{
    text->at += length;
    text->length -= length;
}

/* Takes "/name," off the front; a name that ends the text needs no comma. */
static bool take_namespace(struct bytes *text, const char *namespace)
{
    size_t length = strlen(namespace);
    const unsigned char *comma;
    size_t named;

    if (front(*text) != '/')
        return strcmp(namespace, "/") == 0;
    comma = memchr(text->at, ',', text->length);
    named = comma == NULL ? text->length : (size_t)(comma - text->at);
    if (named != length || memcmp(text->at, namespace, length) != 0)
        return false;
    step(text, named + (comma != NULL));
    return true;
}

/* Takes the number of an acknowledgement off; how many digits it had. */
static size_t take_number(struct bytes *text)
{
    size_t count = 0;

    while (count < text->length && is_digit(text->at[count]))
        count++;
    step(text, count);
    return count;
}

static const char *read_payload(struct packet *into)
{
    cJSON *value = parse(into->payload);
    const char *wrong = NULL;

    switch (into->kind) {
    case PACKET_OPEN:
        wrong = has_sid(value) ? NULL : "an Engine.IO open without a sid";
        break;
    case PACKET_CONNECT:
        wrong = has_sid(value) ? NULL : "a Socket.IO CONNECT without a sid";
        break;
    case PACKET_EVENT:
        wrong = is_event(value) ? NULL : "an event without a name";
        break;
    case PACKET_ACK:
        wrong = cJSON_IsArray(value) ? NULL : "an ACK without an array";
        break;
    case PACKET_DISCONNECT:
    case PACKET_REFUSAL:
        wrong = value != NULL || into->payload.length == 0
                    ? NULL
                    : "a reason that is no JSON";
        break;
    default:
        wrong = into->payload.length == 0 ? NULL : "bytes behind a packet";
        break;
    }
    cJSON_Delete(value);
    return wrong;
}

static const char *read_message(struct bytes text, const char *namespace,
                                struct packet *into)
{
    static const enum packet_kind kinds[] = {
        PACKET_CONNECT, PACKET_DISCONNECT, PACKET_EVENT,  PACKET_ACK,
        PACKET_REFUSAL, PACKET_BINARY,     PACKET_BINARY,
    };
    unsigned kind = (unsigned)front(text) - '0';
    size_t digits;
    const unsigned char *number;

    if (text.length == 0 || kind >= COUNT(kinds))
        return "a Socket.IO packet of no kind that there is";
    into->kind = kinds[kind];
    step(&text, 1);
    if (into->kind == PACKET_BINARY)
        return NULL;
    if (!take_namespace(&text, namespace))
        return "a packet of a namespace that nobody has joined";
    number = text.at;
    digits = take_number(&text);
    into->number = bytes_of(number, digits);
    if (digits > ACK_DIGITS_MAX)
        return "the number of an acknowledgement that is too long";
    if (digits > 0 && into->kind != PACKET_EVENT && into->kind != PACKET_ACK)
        return "a number where no acknowledgement is asked for";
    if (digits == 0 && into->kind == PACKET_ACK)
        return "an ACK without a number";
    into->payload = text;
    return read_payload(into);
}

const char *packet_read(struct bytes text, const char *namespace,
                        struct packet *into)
{
    unsigned char kind = front(text);

    *into = (struct packet){ .payload = bytes_of(NULL, 0) };
    if (text.length == 0)
        return "an empty packet";
    step(&text, 1);
    switch (kind) {
    case '0': into->kind = PACKET_OPEN; break;
    case '1': into->kind = PACKET_CLOSE; break;
    case '2': into->kind = PACKET_PING; break;
    case '3': into->kind = PACKET_PONG; break;
    case '4': return read_message(text, namespace, into);
    case '5': return "an Engine.IO upgrade, which only a client asks for";
    case '6': into->kind = PACKET_NOOP; break;
    default: return "an Engine.IO packet of no kind that there is";
    }
    into->payload = text;
    return read_payload(into);
}

static int milliseconds(const cJSON *open, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(open, name);
    double value = cJSON_IsNumber(item) ? item->valuedouble : 0;

    return value >= 1 && value < INT32_MAX ? (int)value : 0;
}

struct rhythm packet_rhythm(struct bytes payload)
{
    cJSON *open = parse(payload);
    struct rhythm rhythm = { milliseconds(open, "pingInterval"),
                             milliseconds(open, "pingTimeout") };

    cJSON_Delete(open);
    return rhythm;
}

/* --- Writing -------------------------------------------------------------- */

static enum fault write_head(char kind, const char *namespace, const char *rest,
                             struct buffer *into)
{
    if (strcmp(namespace, "/") == 0)
        return buffer_printf(into, "4%c", kind);
    return buffer_printf(into, "4%c%s%s", kind, namespace, rest);
}

enum fault packet_write_connect(const char *namespace, struct bytes payload,
                                struct buffer *into)
{
    enum fault fault = write_head('0', namespace, ",", into);

    return fault == FAULT_NONE ? buffer_add(into, payload.at, payload.length)
                               : fault;
}

enum fault packet_write_prefix(const char *namespace, struct buffer *into)
{
    return write_head('2', namespace, ",", into);
}

static bool is_utf8(struct bytes text)
{
    struct utf8 utf8 = { 0 };

    return utf8_feed(&utf8, text) && utf8_is_whole(&utf8);
}

/* cJSON takes a string: what holds a NUL, or is no UTF-8, is left as it is. */
static char *quote(struct bytes text)
{
    struct buffer copy;
    cJSON *string = NULL;
    char *quoted;

    buffer_init(&copy, text.length + 1);
    if (memchr(text.at, 0, text.length) == NULL && is_utf8(text) &&
        buffer_add(&copy, text.at, text.length) == FAULT_NONE)
        string = cJSON_CreateString(buffer_string(&copy));
    quoted = cJSON_PrintUnformatted(string);
    cJSON_Delete(string);
    buffer_deinit(&copy);
    return quoted;
}

/* `name` is one of our own, or of the manifest: it needs no escapes. */
static enum fault write_argument(const char *name, struct bytes text,
                                 struct buffer *into)
{
    enum fault fault = buffer_printf(into, "[\"%s\",", name);

    if (fault == FAULT_NONE)
        fault = buffer_add(into, text.at, text.length);
    return fault == FAULT_NONE ? buffer_add_string(into, "]") : fault;
}

enum fault packet_write_event(const char *namespace, const char *name,
                              struct bytes text, struct buffer *into)
{
    enum fault fault = packet_write_prefix(namespace, into);
    cJSON *value = parse(text);
    bool whole = is_event(value);
    char *string = NULL;

    if (value == NULL)
        string = quote(text);
    if (fault == FAULT_NONE && string != NULL)
        fault = write_argument(name, bytes_of_string(string), into);
    else if (fault == FAULT_NONE && value != NULL && !whole)
        fault = write_argument(name, text, into);
    else if (fault == FAULT_NONE)
        fault = buffer_add(into, text.at, text.length);
    cJSON_free(string);
    cJSON_Delete(value);
    return fault;
}

/* --- Asking for an acknowledgement ---------------------------------------- */

/* "3-7", "7" */
static const char *number_of(const cJSON *request)
{
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "ack"));
    const char *dash = id == NULL ? NULL : strrchr(id, '-');
    const char *digits = dash == NULL ? id : dash + 1;
    size_t count = digits == NULL ? 0 : strspn(digits, "0123456789");

    return count > 0 && count <= ACK_DIGITS_MAX && digits[count] == 0 ? digits
                                                                      : NULL;
}

/* NULL: it is none. cJSON_Delete it. */
static cJSON *parse_request(struct bytes text)
{
    cJSON *value = NULL;

    if (front(text) == '{' &&
        memmem(text.at, text.length, "\"ack\"", 5) != NULL)
        value = parse(text);
    if (cJSON_GetArraySize(value) == 2 && number_of(value) != NULL &&
        is_event(cJSON_GetObjectItemCaseSensitive(value, "event")))
        return value;
    cJSON_Delete(value);
    return NULL;
}

bool packet_is_request(struct bytes text)
{
    cJSON *request = parse_request(text);

    cJSON_Delete(request);
    return request != NULL;
}

enum fault packet_write_request(const char *namespace, struct bytes text,
                                struct buffer *into)
{
    cJSON *request = parse_request(text);
    char *event = cJSON_PrintUnformatted(
        cJSON_GetObjectItemCaseSensitive(request, "event"));
    enum fault fault = FAULT_MEMORY;

    if (event != NULL)
        fault = packet_write_prefix(namespace, into);
    if (fault == FAULT_NONE)
        fault = buffer_printf(into, "%s%s", number_of(request), event);
    cJSON_free(event);
    cJSON_Delete(request);
    return fault;
}
