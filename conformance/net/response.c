/* Reads the server's answer to the opening handshake, RFC 6455 4.1 on RFC
 * 9112. Other files judge refusals; this one tells them from nonsense. */
#include "net/extension.h"
#include "net/response.h"
#include "net/field.h"
#include "net/handshake.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

void response_init(struct response *response, struct terms terms)
{
    memset(response, 0, sizeof(*response));
    response->terms = terms;
    buffer_init(&response->head, RESPONSE_HEAD_MAX);
    buffer_init(&response->body, RESPONSE_BODY_MAX);
}

void response_deinit(struct response *response)
{
    buffer_deinit(&response->head);
    buffer_deinit(&response->body);
}

static enum answer violate(struct response *response, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum answer violate(struct response *response, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(response->violation, sizeof(response->violation), format,
              arguments);
    va_end(arguments);
    return ANSWER_VIOLATION;
}

/* --- The fields that matter ----------------------------------------------- */

static void on_upgrade(struct response *response, struct bytes value)
{
    response->said.upgrades++;
    response->said.upgrade_is_websocket = bytes_are(value, "websocket");
}

static void on_connection(struct response *response, struct bytes value)
{
    struct bytes item;

    while (list_next(&value, &item)) {
        if (bytes_are(item, "upgrade"))
            response->said.connection_is_upgrade = true;
        else if (bytes_are(item, "close"))
            response->said.persists = false;
    }
}

static void on_accept(struct response *response, struct bytes value)
{
    char accept[ACCEPT_SIZE];

    handshake_accept(response->terms.key, accept);
    response->said.accepts++;
    response->said.accept_is_right =
        value.length == strlen(accept) &&
        memcmp(value.at, accept, value.length) == 0;
}

static void note_foreign(struct response *response, const char *what,
                         struct bytes name)
{
    int length = name.length < 48 ? (int)name.length : 48;

    if (response->said.foreign[0] == 0)
        snprintf(response->said.foreign, sizeof(response->said.foreign),
                 "%s \"%.*s\"", what, length, (const char *)name.at);
}

static void on_protocol(struct response *response, struct bytes value)
{
    if (value.length == 0 && response->terms.subprotocols != NULL &&
        tolerate(response->terms.tolerance, DEVIATION_EMPTY_SUBPROTOCOL))
        return;
    response->said.protocols++;
    if (value.length >= sizeof(response->subprotocol) ||
        !list_has(response->terms.subprotocols, value)) {
        note_foreign(response, "subprotocol", value);
        return;
    }
    memcpy(response->subprotocol, value.at, value.length);
    response->subprotocol[value.length] = 0;
}

static void on_extensions(struct response *response, struct bytes value)
{
    struct bytes item;

    while (list_next(&value, &item)) {
        struct bytes name = before_parameters(item);
        if (!list_has(response->terms.extensions, name))
            note_foreign(response, "extension", name);
        else if (!extension_agrees(response, item, name))
            note_foreign(response, "extension", item);
    }
}

/* A length that is none leaves the body without one: it ends with TCP. */
static void on_length(struct response *response, struct bytes value)
{
    size_t length = 0;

    for (size_t i = 0; i < value.length; i++) {
        if (!isdigit(value.at[i]) || i == 15)
            return;
        length = length * 10 + (size_t)(value.at[i] - '0');
    }
    response->said.has_length = value.length > 0;
    response->said.body_left = length;
}

static void on_coding(struct response *response, struct bytes value)
{
    struct bytes item;

    while (list_next(&value, &item)) {
        if (bytes_are(item, "chunked"))
            response->said.is_chunked = true;
    }
}

static const struct {
    const char *name;
    void (*take)(struct response *, struct bytes value);
} fields[] = {
    { "Upgrade", on_upgrade },
    { "Connection", on_connection },
    { "Sec-WebSocket-Accept", on_accept },
    { "Sec-WebSocket-Protocol", on_protocol },
    { "Sec-WebSocket-Extensions", on_extensions },
    { "Content-Length", on_length },
    { "Transfer-Encoding", on_coding },
};

/* --- The head ------------------------------------------------------------- */

/* "HTTP/1.1 101 Switching Protocols". */
static enum answer take_status_line(struct response *response,
                                    struct bytes line)
{
    const unsigned char *at = line.at;

    if (line.length < 12 || memcmp(at, "HTTP/1.", 7) != 0 ||
        (at[7] != '0' && at[7] != '1') || at[8] != ' ' || !isdigit(at[9]) ||
        !isdigit(at[10]) || !isdigit(at[11]) ||
        (line.length > 12 && at[12] != ' '))
        return violate(response,
                       "answered with \"%.*s\", which is no HTTP/1.1 status "
                       "line (RFC 9112 4)",
                       line.length < 60 ? (int)line.length : 60,
                       (const char *)at);
    response->said.is_1_1 = at[7] == '1';
    response->said.persists = response->said.is_1_1;
    response->status =
        (at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0');
    if (response->status < 100 || response->status > 599)
        return violate(response, "answered with HTTP status %d (RFC 9110 15)",
                       response->status);
    return ANSWER_MORE;
}

static enum answer take_field(struct response *response, struct bytes line)
{
    struct bytes name;
    struct bytes value;

    if (!field_split(line, &name, &value))
        return violate(response,
                       "sent the header line \"%.*s\", which is no field "
                       "(RFC 9112 5)",
                       line.length < 60 ? (int)line.length : 60,
                       (const char *)line.at);
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (bytes_are(name, fields[i].name))
            fields[i].take(response, value);
    }
    return ANSWER_MORE;
}

/* What RFC 6455 4.1 has a client check of a 101, in its order. */
static enum answer judge_switch(struct response *response)
{
    if (!response->said.is_1_1)
        return violate(response, "switched protocols in HTTP/1.0 "
                                 "(RFC 6455 4.1)");
    if (response->said.upgrades != 1 || !response->said.upgrade_is_websocket)
        return violate(response, "answered 101 without \"Upgrade: websocket\" "
                                 "(RFC 6455 4.1)");
    if (!response->said.connection_is_upgrade)
        return violate(response, "answered 101 without \"Connection: Upgrade\" "
                                 "(RFC 6455 4.1)");
    if (response->said.accepts != 1)
        return violate(response,
                       "answered 101 with %u Sec-WebSocket-Accept fields, not "
                       "one (RFC 6455 4.1)",
                       response->said.accepts);
    if (!response->said.accept_is_right)
        return violate(response, "answered 101 with a Sec-WebSocket-Accept "
                                 "that does not fit the key (RFC 6455 4.1)");
    if (response->said.protocols > 1)
        return violate(response, "chose more than one subprotocol "
                                 "(RFC 6455 4.2.2)");
    if (response->said.foreign[0] != 0)
        return violate(response,
                       "chose the %s, which was not offered "
                       "(RFC 6455 4.1)",
                       response->said.foreign);
    return ANSWER_ACCEPTED;
}

/* 100 and 103 are no answers yet (RFC 9110 15.2): the next head is. */
static enum answer finish_head(struct response *response)
{
    if (response->status == 101)
        return judge_switch(response);
    if (response->status < 200) {
        response->status = 0;
        return ANSWER_MORE;
    }
    response->state = response->said.is_chunked ? IN_CHUNKS : IN_BODY;
    if (response->status == 204 || response->status == 304)
        return ANSWER_REJECTED;
    if (!response->said.is_chunked && response->said.has_length &&
        response->said.body_left == 0)
        return ANSWER_REJECTED;
    return ANSWER_MORE;
}

static enum answer take_head(struct response *response)
{
    struct bytes head = buffer_view(&response->head);
    struct bytes line;
    enum answer answer = ANSWER_MORE;
    unsigned count = 0;

    memset(&response->said, 0, sizeof(response->said));
    for (; answer == ANSWER_MORE && line_next(&head, &line); count++) {
        if (line.length == 0)
            break;
        answer = count == 0 ? take_status_line(response, line)
                            : take_field(response, line);
        if (count > RESPONSE_FIELDS_MAX)
            answer = violate(response,
                             "answered with more than %d header "
                             "fields",
                             RESPONSE_FIELDS_MAX);
    }
    if (answer == ANSWER_MORE)
        answer = finish_head(response);
    if (response->status == 0) /* another one comes */
        buffer_clear(&response->head);
    return answer;
}

/* --- Bytes as they come --------------------------------------------------- */

/* What can be seen wrong before the head is whole: it need not begin like
 * HTTP, and a lone CR, a lone LF or a control byte has no place in it. */
static enum answer check_byte(struct response *response, unsigned char byte)
{
    static const char start[] = "HTTP/";
    const struct buffer *head = &response->head;
    unsigned char last = head->length > 0 ? head->at[head->length - 1] : 0;

    if (head->length < sizeof(start) - 1 &&
        byte != (unsigned char)start[head->length])
        return violate(response, "answered with something other than HTTP "
                                 "(RFC 6455 4.1)");
    if ((last == '\r') != (byte == '\n'))
        return violate(response, "ended a header line with something other "
                                 "than CR LF (RFC 9112 2.2)");
    if ((byte < ' ' && strchr("\r\n\t", byte) == NULL) || byte == 0 ||
        byte == 0x7f)
        return violate(response,
                       "put the control byte 0x%02x into its head (RFC 9110 "
                       "5.5)",
                       byte);
    return ANSWER_MORE;
}

static enum answer in_head(struct response *response, unsigned char byte)
{
    struct buffer *head = &response->head;
    enum answer answer = check_byte(response, byte);

    if (answer != ANSWER_MORE)
        return answer;
    switch (buffer_add(head, &byte, 1)) {
    case FAULT_NONE: break;
    case FAULT_LIMIT:
        return violate(response, "answered with a head of more than %d bytes",
                       RESPONSE_HEAD_MAX);
    default: return ANSWER_STARVED;
    }
    if (head->length < 4 ||
        memcmp(head->at + head->length - 4, "\r\n\r\n", 4) != 0)
        return ANSWER_MORE;
    return take_head(response);
}

static enum answer keep_body(struct response *response, unsigned char byte)
{
    switch (buffer_add(&response->body, &byte, 1)) {
    case FAULT_NONE: return ANSWER_MORE;
    case FAULT_LIMIT: return ANSWER_REJECTED;
    default: return ANSWER_STARVED;
    }
}

static enum answer in_body(struct response *response, unsigned char byte)
{
    enum answer answer = keep_body(response, byte);

    if (response->said.has_length && --response->said.body_left == 0)
        return ANSWER_REJECTED;
    return answer;
}

/* Behind the last chunk stand trailers at most, which nobody reads. */
static enum answer in_chunk_size(struct response *response, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit = strchr(digits, tolower(byte));

    if (byte == '\n') {
        response->chunk = IN_CHUNK_DATA;
        return response->chunk_left == 0 ? ANSWER_REJECTED : ANSWER_MORE;
    }
    if (byte == ';')
        response->chunk = IN_CHUNK_EXTENSION;
    if (byte == ';' || byte == '\r')
        return ANSWER_MORE;
    if (byte == 0 || digit == NULL || response->chunk_left > 0xffffff)
        return ANSWER_REJECTED; /* nonsense: what was kept must do */
    response->chunk_left = response->chunk_left * 16 + (size_t)(digit - digits);
    return ANSWER_MORE;
}

static enum answer in_chunks(struct response *response, unsigned char byte)
{
    switch (response->chunk) {
    case IN_CHUNK_SIZE: return in_chunk_size(response, byte);
    case IN_CHUNK_EXTENSION:
        return byte == '\n' ? in_chunk_size(response, byte) : ANSWER_MORE;
    case IN_CHUNK_DATA:
        if (--response->chunk_left == 0)
            response->chunk = IN_CHUNK_GAP;
        return keep_body(response, byte);
    case IN_CHUNK_GAP:
        if (byte == '\n')
            response->chunk = IN_CHUNK_SIZE;
        return ANSWER_MORE;
    }
    return ANSWER_REJECTED;
}

static enum answer (*const steps[])(struct response *, unsigned char) = {
    [IN_HEAD] = in_head,
    [IN_BODY] = in_body,
    [IN_CHUNKS] = in_chunks,
};

enum answer response_read(struct response *response, struct bytes *from)
{
    enum answer answer = ANSWER_MORE;

    while (answer == ANSWER_MORE && from->length > 0) {
        answer = steps[response->state](response, from->at[0]);
        *from = bytes_of(from->at + 1, from->length - 1);
    }
    return answer;
}

enum answer response_end(struct response *response)
{
    if (response->violation[0] != 0)
        return ANSWER_VIOLATION;
    if (response->status != 0)
        return ANSWER_REJECTED;
    return violate(response,
                   "ended its answer to the handshake after %zu bytes, before "
                   "the head was whole (RFC 6455 4.1)",
                   response->head.length);
}
