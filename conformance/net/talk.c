/* What is said over a connection that stands: the answer to the handshake,
 * then frames, both ways, up to the end. */
#include "net/life.h"
#include "net/writer.h"
#include <openssl/ssl.h>
#include <stdio.h>

/* --- Writing -------------------------------------------------------------- */

/* A server that takes nothing more may still have sent something to read, so
 * a failed write ends the writing alone. */
void flush(struct connection *connection)
{
    struct transport *transport = &connection->transport;
    struct buffer *out = &connection->out;

    while (!connection->deaf && connection->sent < out->length) {
        ssize_t count =
            transport->ops->write(transport, out->at + connection->sent,
                                  out->length - connection->sent);
        if (count == FAULT_WAIT)
            return;
        if (count > 0)
            connection->sent += (size_t)count;
        else
            connection->deaf = true;
    }
    connection->sent = 0;
    buffer_clear(out);
}

static enum fault write_message(struct connection *connection,
                                enum message_kind kind, int code,
                                struct bytes data, struct buffer *into)
{
    static const enum opcode opcodes[] = {
        [SEND_TEXT] = OPCODE_TEXT,
        [SEND_BINARY] = OPCODE_BINARY,
        [SEND_PING] = OPCODE_PING,
        [SEND_CLOSE] = OPCODE_CLOSE,
        [SEND_FIRST_PART] = OPCODE_TEXT,
        [SEND_NEXT_PART] = OPCODE_CONTINUATION,
        [SEND_LAST_PART] = OPCODE_CONTINUATION,
    };
    struct frame frame = {
        .opcode = opcodes[kind],
        .more = kind == SEND_FIRST_PART || kind == SEND_NEXT_PART,
        .payload = data,
    };
    struct generator *generator = &connection->shared->generator;

    if (kind == SEND_CLOSE)
        return close_write(code, data, generator, into);
    return frame_write(&frame, generator, into);
}

static void await_end(struct connection *connection)
{
    connection->deadline_ms =
        connection->shared->clock_ms + connection->shared->close_ms;
}

/* Before the server has accepted, a message is held back: what is to go out
 * earlier is in opening.early. */
enum fault connection_send(struct connection *connection,
                           enum message_kind kind, int code, struct bytes data)
{
    if (connection->stage == GONE || connection->stage == REFUSED)
        return FAULT_NONE;
    bool talks = connection->stage == TALKING;
    enum fault fault =
        write_message(connection, kind, code, data,
                      talks ? &connection->out : &connection->held);
    if (fault != FAULT_NONE)
        return fault_say(fault, "socket %u: %zu bytes: %s", connection->socket,
                         data.length, fault_text(fault));
    if (kind == SEND_CLOSE)
        connection->close_sent = true;
    if (!talks)
        return FAULT_NONE;
    if (kind == SEND_CLOSE)
        await_end(connection);
    flush(connection);
    return FAULT_NONE;
}

enum fault connection_send_raw(struct connection *connection,
                               struct bytes bytes)
{
    bool talks = connection->stage == TALKING;
    enum fault fault;

    if (connection->stage == GONE || connection->stage == REFUSED)
        return FAULT_NONE;
    fault = buffer_add(talks ? &connection->out : &connection->held, bytes.at,
                       bytes.length);
    if (fault == FAULT_NONE && talks)
        flush(connection);
    return fault;
}

/* --- Frames --------------------------------------------------------------- */

/* A Pong that does not fit is left out: an endpoint may answer the latest Ping
 * alone (RFC 6455 5.5.3). */
static void answer_ping(struct connection *connection, struct bytes data)
{
    struct frame pong = { .opcode = OPCODE_PONG, .payload = data };

    if (connection->close_sent || connection->close_seen)
        return;
    frame_write(&pong, &connection->shared->generator, &connection->out);
}

/* Our answer holds the same code (5.5.1). A peer that does not answer is not
 * ended by us: how long the server bears that is what is being asked. */
static void answer_close(struct connection *connection, int code)
{
    connection->close_seen = true;
    if (!connection->answers_closes && !connection->close_sent) {
        connection->deadline_ms = 0;
        return;
    }
    if (!connection->close_sent)
        close_write(code == CODE_ABSENT ? 0 : code, bytes_of(NULL, 0),
                    &connection->shared->generator, &connection->out);
    connection->close_sent = true;
    await_end(connection);
}

/* Once for each connection. */
static void tell_deviations(struct connection *connection)
{
    unsigned news = connection->tolerance.seen & ~connection->deviations;

    connection->deviations |= news;
    for (int i = 0; i < DEVIATIONS; i++)
        if ((news & 1u << i) != 0)
            tell(connection, (struct event){ .kind = EVENT_DEVIATION,
                                             .deviation = (enum deviation)i });
}

static void on_delivery(struct connection *connection,
                        const struct delivery *delivery)
{
    struct event event = { .data = delivery->data,
                           .compressed = delivery->compressed,
                           .wire = delivery->wire };

    tell_deviations(connection);
    if (delivery->opcode == OPCODE_CLOSE && connection->close_seen)
        return; /* the first one counts */
    switch (delivery->opcode) {
    case OPCODE_TEXT: event.kind = EVENT_TEXT; break;
    case OPCODE_BINARY: event.kind = EVENT_BINARY; break;
    case OPCODE_PONG: event.kind = EVENT_PONG; break;
    case OPCODE_CLOSE:
        event.kind = EVENT_CLOSED;
        event.code = delivery->code;
        answer_close(connection, delivery->code);
        break;
    case OPCODE_PING: answer_ping(connection, delivery->data); return;
    case OPCODE_CONTINUATION: return;
    }
    tell(connection, event);
}

static void take_frames(struct connection *connection, struct bytes bytes)
{
    struct delivery delivery = { .code = 0 };

    while (connection->stage == TALKING) {
        switch (reader_read(&connection->reader, &bytes, &delivery)) {
        case READING_MORE: return;
        case READING_DELIVERY: on_delivery(connection, &delivery); break;
        case READING_VIOLATION:
            violation(connection, connection->reader.violation);
            break;
        case READING_BEYOND:
            finish(connection, ENDING_UNREAD, connection->reader.violation);
            break;
        case READING_STARVED:
            finish(connection, ENDING_UNREACHED, "out of memory");
            break;
        }
    }
}

/* --- The handshake's answer ----------------------------------------------- */

static void on_accepted(struct connection *connection)
{
    const char *subprotocol = connection->response.subprotocol;

    connection->stage = TALKING;
    connection->reader.deflates = connection->response.deflates;
    connection->reader.takes_over = connection->response.takes_over;
    connection->deadline_ms = 0;
    tell(connection,
         (struct event){
             .kind = EVENT_ACCEPTED,
             .status = 101,
             .deflates = connection->response.deflates,
             .subprotocol = subprotocol[0] == 0 ? NULL : subprotocol,
         });
    tell_deviations(connection);
    if (buffer_add(&connection->out, connection->held.at,
                   connection->held.length) != FAULT_NONE)
        finish(connection, ENDING_UNREACHED, "out of memory");
    buffer_deinit(&connection->held);
    if (connection->close_sent)
        await_end(connection);
}

/* A server that may keep TCP open is not waited for. */
static void on_rejected(struct connection *connection)
{
    const struct response *response = &connection->response;

    connection->stage = REFUSED;
    tell(connection, (struct event){ .kind = EVENT_REJECTED,
                                     .status = response->status,
                                     .head = buffer_view(&response->head),
                                     .data = buffer_view(&response->body) });
    if (response->said.persists)
        finish(connection, ENDING_OURS, "ended by us after the refusal");
    else
        await_end(connection);
}

static void on_answer(struct connection *connection, enum answer answer)
{
    switch (answer) {
    case ANSWER_MORE: break;
    case ANSWER_ACCEPTED: on_accepted(connection); break;
    case ANSWER_REJECTED: on_rejected(connection); break;
    case ANSWER_VIOLATION:
        violation(connection, connection->response.violation);
        break;
    case ANSWER_STARVED:
        finish(connection, ENDING_UNREACHED, "out of memory");
        break;
    }
}

void on_silence(struct connection *connection)
{
    char sentence[80];

    if (connection->response.status != 0) {
        on_answer(connection, response_end(&connection->response));
        return;
    }
    snprintf(sentence, sizeof(sentence),
             "no answer to the handshake within %d ms",
             connection->shared->answer_ms);
    violation(connection, sentence);
}

/* --- HTTP behind the 101 -------------------------------------------------- */

/* No frame begins with an H: that would be a control frame in parts. */
static bool litters(struct connection *connection, struct bytes bytes)
{
    if (connection->litter != LITTER_NONE || connection->is_framed)
        return connection->litter != LITTER_NONE;
    return bytes.length > 0 && bytes.at[0] == 'H' &&
           tolerate(&connection->tolerance, DEVIATION_HTTP_BEHIND_101);
}

static void begin_litter(struct connection *connection)
{
    struct terms terms = { .key = connection->key };

    response_deinit(&connection->response);
    response_init(&connection->response, terms);
    connection->litter = LITTER_BEGUN;
}

/* Told as it comes, whole: what it is is judged by who is told. */
static void tell_litter(struct connection *connection, struct bytes bytes)
{
    connection->deviations |= 1u << DEVIATION_HTTP_BEHIND_101;
    connection->littered += bytes.length;
    tell(connection, (struct event){ .kind = EVENT_DEVIATION,
                                     .deviation = DEVIATION_HTTP_BEHIND_101,
                                     .data = bytes });
}

/* Trailers may stand behind the last chunk, however many. */
static void judge_litter(struct connection *connection, enum answer answer)
{
    bool is_chunked = connection->response.said.is_chunked;

    if (connection->littered > LITTER_BYTES_MAX)
        violation(connection, "wrote more than 4096 bytes of HTTP behind its "
                              "101 (RFC 6455 5.1)");
    else if (answer == ANSWER_VIOLATION)
        violation(connection, "wrote what is neither a frame nor HTTP behind "
                              "its 101 (RFC 6455 5.1)");
    else if (answer == ANSWER_STARVED)
        finish(connection, ENDING_UNREACHED, "out of memory");
    else if (answer != ANSWER_MORE)
        connection->litter = is_chunked ? LITTER_TO_THE_END : LITTER_NONE;
}

static void take_litter(struct connection *connection, struct bytes *bytes)
{
    const struct bytes all = *bytes;
    enum answer answer = ANSWER_MORE;

    if (connection->litter == LITTER_NONE)
        begin_litter(connection);
    if (connection->litter == LITTER_TO_THE_END)
        *bytes = bytes_of(all.at + all.length, 0);
    else
        answer = response_read(&connection->response, bytes);
    tell_litter(connection, bytes_of(all.at, all.length - bytes->length));
    if (connection->stage != GONE)
        judge_litter(connection, answer);
}

/* --- Reading -------------------------------------------------------------- */

static void take(struct connection *connection, struct bytes bytes)
{
    if (connection->stage == SHAKING)
        on_answer(connection, response_read(&connection->response, &bytes));
    while (connection->stage == TALKING && bytes.length > 0 &&
           litters(connection, bytes))
        take_litter(connection, &bytes);
    if (connection->stage != TALKING)
        return;
    connection->is_framed = connection->is_framed || bytes.length > 0;
    take_frames(connection, bytes);
}

/* An answer cut in its middle is a violation; none at all is only an end. */
static void end_answer(struct connection *connection)
{
    struct response *response = &connection->response;

    response->said.persists = false; /* the end has come already */
    if (response->status != 0)
        on_rejected(connection);
    else if (response->head.length > 0 &&
             response_end(response) == ANSWER_VIOLATION)
        complain(connection, response->violation);
}

static void on_end(struct connection *connection, ssize_t result)
{
    enum ending ending = result == FAULT_RESET ? ENDING_RESET : ENDING_FIN;
    char remark[FAREWELL_MAX];

    snprintf(remark, sizeof(remark), "%s", connection->transport.ending);
    if (result == FAULT_TLS) {
        snprintf(remark, sizeof(remark), "%s", fault_reason());
        ending = connection->stage == SHAKING ? ENDING_UNREACHED : ENDING_RESET;
    }
    if (connection->stage == SHAKING && ending == ENDING_FIN)
        end_answer(connection);
    finish(connection, ending, remark);
}

void receive(struct connection *connection)
{
    struct transport *transport = &connection->transport;
    unsigned char *chunk = connection->shared->chunk;

    for (int i = 0; i < CHUNKS_PER_TURN && connection->stage != GONE; i++) {
        ssize_t count = transport->ops->read(transport, chunk, CHUNK_SIZE);
        if (count == FAULT_WAIT)
            break;
        if (count <= 0) {
            on_end(connection, count);
            break;
        }
        take(connection, bytes_of(chunk, (size_t)count));
    }
    if (connection->stage == TALKING)
        flush(connection);
}
