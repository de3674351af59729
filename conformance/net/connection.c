/* One connection's life, up to the answer to its handshake; what comes behind
 * is talk.c. */
#include "net/connection.h"
#include "net/life.h"
#include "net/writer.h"
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Making one ----------------------------------------------------------- */

static bool keep_offer(const struct opening *opening, const char *own,
                       const char *name, char **into)
{
    const char *offer = opening_header(opening, name);

    if (offer == NULL)
        offer = own;
    if (offer == NULL)
        return true;
    *into = strdup(offer);
    return *into != NULL;
}

/* A key that the opening brings itself is the one that counts. */
static void choose_key(struct connection *connection,
                       const struct opening *opening)
{
    const char *key = opening_header(opening, "Sec-WebSocket-Key");

    handshake_key(&connection->shared->generator, connection->key);
    if (key != NULL)
        snprintf(connection->key, sizeof(connection->key), "%s", key);
}

static enum fault write_request(struct connection *connection,
                                const struct opening *opening,
                                const char *origin)
{
    enum fault fault =
        handshake_write(&connection->endpoint->url, opening, origin,
                        connection->key, &connection->out);

    for (size_t i = 0; i < opening->early_count && fault == FAULT_NONE; i++) {
        struct frame early = { .opcode = OPCODE_TEXT,
                               .payload = bytes_of_string(opening->early[i]) };
        fault = frame_write(&early, &connection->shared->generator,
                            &connection->out);
    }
    return fault;
}

static struct queued *farewell_of(unsigned socket)
{
    struct event event = { .kind = EVENT_GONE, .socket = socket };

    return queued_new(&event, FAREWELL_MAX);
}

static enum fault prepare(struct connection *connection,
                          const struct opening *opening, const char *origin)
{
    buffer_init(&connection->out, UNSENT_BYTES_MAX);
    buffer_init(&connection->held, UNSENT_BYTES_MAX);
    reader_init(&connection->reader);
    connection->tolerance.tolerated = connection->shared->tolerated;
    connection->reader.tolerance = &connection->tolerance;
    connection->farewell = farewell_of(connection->socket);
    choose_key(connection, opening);
    if (connection->farewell == NULL ||
        !keep_offer(opening, opening->subprotocols, "Sec-WebSocket-Protocol",
                    &connection->subprotocols) ||
        !keep_offer(opening, NULL, "Sec-WebSocket-Extensions",
                    &connection->extensions))
        return FAULT_MEMORY;
    response_init(&connection->response,
                  (struct terms){ .key = connection->key,
                                  .subprotocols = connection->subprotocols,
                                  .extensions = connection->extensions,
                                  .tolerance = &connection->tolerance });
    return write_request(connection, opening, origin);
}

struct connection *connection_new(struct shared *shared,
                                  const struct endpoint *endpoint,
                                  unsigned socket,
                                  const struct opening *opening,
                                  const char *origin)
{
    struct connection *connection = calloc(1, sizeof(*connection));

    if (connection == NULL) {
        fault_say(FAULT_MEMORY, "socket %u: out of memory", socket);
        return NULL;
    }
    connection->shared = shared;
    connection->endpoint = endpoint;
    connection->socket = socket;
    connection->answers_closes = true;
    connection->transport.fd = -1;
    connection->deadline_ms = shared->clock_ms + shared->answer_ms;
    if (opening->source != NULL)
        snprintf(connection->source, sizeof(connection->source), "%s",
                 opening->source);
    enum fault fault = prepare(connection, opening, origin);
    if (fault != FAULT_NONE) {
        fault_say(fault, "socket %u: its handshake: %s", socket,
                  fault_text(fault));
        connection_free(connection);
        return NULL;
    }
    connect_next(connection);
    return connection;
}

void connection_free(struct connection *connection)
{
    if (connection == NULL)
        return;
    transport_close(&connection->transport, false);
    response_deinit(&connection->response);
    reader_deinit(&connection->reader);
    buffer_deinit(&connection->out);
    buffer_deinit(&connection->held);
    free(connection->subprotocols);
    free(connection->extensions);
    free(connection->farewell);
    free(connection);
}

/* --- Events --------------------------------------------------------------- */

void finish(struct connection *connection, enum ending ending,
            const char *remark)
{
    struct queued *farewell = connection->farewell;

    if (connection->stage == GONE)
        return;
    connection->stage = GONE;
    connection->deadline_ms = 0;
    connection->farewell = NULL;
    farewell->event.ending = ending;
    farewell->event.at_ms = clock_wall_ms();
    queued_set_data(farewell, bytes_of_string(remark));
    events_add(&connection->shared->events, farewell);
    transport_close(&connection->transport, false);
}

static void add(struct connection *connection, struct event event)
{
    event.socket = connection->socket;
    event.at_ms = clock_wall_ms();
    struct queued *queued = queued_new(&event, 0);
    if (queued == NULL) {
        finish(connection, ENDING_UNREACHED, "out of memory");
        return;
    }
    connection->waiting_events++;
    connection->waiting_bytes += queued->size;
    events_add(&connection->shared->events, queued);
}

void complain(struct connection *connection, const char *sentence)
{
    add(connection, (struct event){ .kind = EVENT_VIOLATION,
                                    .data = bytes_of_string(sentence) });
}

void violation(struct connection *connection, const char *sentence)
{
    complain(connection, sentence);
    finish(connection, ENDING_OURS, "ended for its violation");
}

void tell(struct connection *connection, struct event event)
{
    char sentence[120];

    if (connection->waiting_events < WAITING_EVENTS_MAX &&
        connection->waiting_bytes < WAITING_BYTES_MAX) {
        add(connection, event);
        return;
    }
    snprintf(sentence, sizeof(sentence),
             "floods: %zu events with %zu bytes wait to be taken",
             connection->waiting_events, connection->waiting_bytes);
    violation(connection, sentence);
}

/* --- TCP and TLS ---------------------------------------------------------- */

static const struct address *address_of(const struct connection *connection)
{
    return &connection->endpoint->addresses[connection->candidate];
}

static enum fault begin(struct connection *connection)
{
    int fd =
        endpoint_socket(address_of(connection),
                        connection->source[0] != 0 ? connection->source : NULL,
                        connection->socket);
    enum fault fault = FAULT_NONE;

    if (fd < 0)
        return (enum fault)fd;
    if (connection->endpoint->url.scheme == URL_WSS)
        fault =
            transport_tls(&connection->transport, fd, connection->shared->tls,
                          &connection->endpoint->url);
    else
        transport_plain(&connection->transport, fd);
    if (fault == FAULT_NONE)
        fault = endpoint_connect(fd, address_of(connection));
    address_of_socket(fd, connection->address);
    return fault;
}

/* The next address is tried when one fails; only the last one's failure is
 * told. Whether the connection stands is then looked at in its turn. */
void connect_next(struct connection *connection)
{
    enum fault fault = begin(connection);

    while (fault != FAULT_NONE && fault != FAULT_WAIT) {
        transport_close(&connection->transport, true);
        if (++connection->candidate == connection->endpoint->count) {
            finish(connection, ENDING_UNREACHED, fault_reason());
            return;
        }
        fault = begin(connection);
    }
}

static void on_connecting(struct connection *connection)
{
    enum fault fault =
        endpoint_connect(connection->transport.fd, address_of(connection));

    if (fault == FAULT_WAIT)
        return;
    if (fault == FAULT_NONE) {
        connection->stage = SECURING;
        address_of_socket(connection->transport.fd, connection->address);
        connection_proceed(connection);
        return;
    }
    transport_close(&connection->transport, true);
    if (++connection->candidate < connection->endpoint->count)
        connect_next(connection);
    else
        finish(connection, ENDING_UNREACHED, fault_reason());
}

static void on_securing(struct connection *connection)
{
    enum fault fault =
        connection->transport.ops->establish(&connection->transport);

    if (fault == FAULT_WAIT)
        return;
    if (fault != FAULT_NONE) {
        finish(connection, ENDING_UNREACHED, fault_reason());
        return;
    }
    connection->stage = SHAKING;
    flush(connection);
}

void connection_proceed(struct connection *connection)
{
    if (connection->stage == CONNECTING)
        on_connecting(connection);
    else if (connection->stage == SECURING)
        on_securing(connection);
}

/* --- Turns ---------------------------------------------------------------- */

static bool has_unsent(const struct connection *connection)
{
    return !connection->deaf && connection->sent < connection->out.length;
}

short connection_wants(const struct connection *connection)
{
    bool blocked = connection->transport.wants_write;

    switch (connection->stage) {
    case CONNECTING:
        return endpoint_polls_by_clock(address_of(connection)) ? 0 : POLLOUT;
    case SECURING: return blocked ? POLLIN | POLLOUT : POLLIN;
    case SHAKING:
    case REFUSED:
    case TALKING:
        return blocked || has_unsent(connection) ? POLLIN | POLLOUT : POLLIN;
    case GONE: break;
    }
    return 0;
}

void connection_turn(struct connection *connection, short revents)
{
    if (connection->stage == CONNECTING || connection->stage == SECURING) {
        connection_proceed(connection);
        return;
    }
    if ((revents & POLLOUT) != 0)
        flush(connection);
    if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0 ||
        connection->transport.wants_write)
        receive(connection);
}

void connection_check_deadline(struct connection *connection)
{
    char sentence[160];
    const struct shared *shared = connection->shared;

    if (connection->deadline_ms == 0 ||
        shared->clock_ms < connection->deadline_ms)
        return;
    switch (connection->stage) {
    case CONNECTING:
    case SECURING:
        snprintf(sentence, sizeof(sentence), "no %s within %d ms",
                 connection->stage == CONNECTING ? "connection"
                                                 : "TLS handshake",
                 shared->answer_ms);
        finish(connection, ENDING_UNREACHED, sentence);
        break;
    case SHAKING: on_silence(connection); break;
    case REFUSED:
    case TALKING:
        snprintf(sentence, sizeof(sentence),
                 "TCP was still open %d ms after the Close", shared->close_ms);
        finish(connection, ENDING_OURS, sentence);
        break;
    case GONE: break;
    }
}

void connection_drop(struct connection *connection, bool reset)
{
    if (connection->stage == GONE)
        return;
    if (!reset && connection->stage >= SHAKING)
        flush(connection);
    transport_close(&connection->transport, reset);
    finish(connection, ENDING_OURS, reset ? "reset by us" : "ended by us");
}
