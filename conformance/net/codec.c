/* Socket.IO on the lines of WebSockets: a session for each socket, and what
 * goes out. */
#include "net/codec_session.h"
#include "net/offers.h"
#include "net/packet.h"
#include <stdlib.h>

/* --- Sessions ------------------------------------------------------------- */

struct codec *codec_new(const struct codec_terms *terms,
                        const struct line *line)
{
    struct codec *codec = calloc(1, sizeof(*codec));

    if (codec != NULL) {
        codec->terms = *terms;
        codec->line = *line;
    }
    return codec;
}

enum fault codec_for(const struct manifest *manifest, const struct line *line,
                     struct codec **into)
{
    struct codec_terms terms = { .namespace = manifest->namespace,
                                 .event = manifest->event,
                                 .stays_open = net_may_stay_open(manifest) };

    *into = NULL;
    if (manifest->codec != CODEC_SOCKETIO)
        return FAULT_NONE;
    for (size_t i = 0; i < manifest->carrier_count; i++)
        terms.awaits_first = terms.awaits_first || manifest->carriers[i].kind ==
                                                       CARRIER_FIRST_MESSAGE;
    *into = codec_new(&terms, line);
    return *into == NULL ? fault_say(FAULT_MEMORY, "the codec: out of memory")
                         : FAULT_NONE;
}

static void drop_held(struct session *session)
{
    while (session->held != NULL) {
        struct held *held = session->held;
        session->held = held->next;
        free(held);
    }
    session->last = &session->held;
    session->held_count = 0;
}

void codec_free(struct codec *codec)
{
    if (codec == NULL)
        return;
    for (size_t i = 0; i < codec->room; i++) {
        struct session *session = codec->sessions[i];
        if (session == NULL)
            continue;
        drop_held(session);
        free(session->subprotocol);
        free(session->first);
        free(session);
    }
    free(codec->sessions);
    events_deinit(&codec->events);
    free(codec);
}

static bool make_room(struct codec *codec, unsigned socket)
{
    size_t room = codec->room == 0 ? 64 : codec->room;

    if (socket >= CODEC_SOCKETS_MAX)
        return false;
    while (room <= socket)
        room *= 2;
    if (room == codec->room)
        return true;
    struct session **more =
        realloc(codec->sessions, room * sizeof(*codec->sessions));
    if (more == NULL)
        return false;
    memset(more + codec->room, 0, (room - codec->room) * sizeof(*more));
    codec->sessions = more;
    codec->room = room;
    return true;
}

/* NULL without memory. */
struct session *codec_session(struct codec *codec, unsigned socket)
{
    struct session *session;

    if (!make_room(codec, socket))
        return NULL;
    session = codec->sessions[socket];
    if (session == NULL) {
        session = calloc(1, sizeof(*session));
        codec->sessions[socket] = session;
        if (session != NULL)
            session->last = &session->held;
    }
    return session;
}

/* --- Out ------------------------------------------------------------------ */

enum fault codec_transmit(const struct codec *codec, unsigned socket,
                          enum message_kind kind, struct bytes data)
{
    return codec->line.send(codec->line.self, socket, kind, 0, data);
}

static enum fault hold(struct session *session, enum message_kind kind,
                       struct bytes data)
{
    struct held *held = session->held_count == CODEC_HELD_MAX
                            ? NULL
                            : malloc(sizeof(*held) + data.length);

    if (held == NULL)
        return fault_say(FAULT_MEMORY, "no room for what waits for CONNECT");
    held->next = NULL;
    held->kind = kind;
    held->length = data.length;
    if (data.length > 0)
        memcpy(held->data, data.at, data.length);
    *session->last = held;
    session->last = &held->next;
    session->held_count++;
    return FAULT_NONE;
}

void codec_release(const struct codec *codec, unsigned socket,
                   struct session *session)
{
    for (const struct held *at = session->held; at != NULL; at = at->next)
        (void)codec_transmit(codec, socket, at->kind,
                             bytes_of(at->data, at->length));
    drop_held(session);
}

void codec_connect(const struct codec *codec, unsigned socket,
                   struct session *session)
{
    struct buffer packet;

    buffer_init(&packet, CODEC_BYTES_MAX);
    session->stage = CONNECTING;
    if (packet_write_connect(codec->terms.namespace,
                             bytes_of_string(session->first),
                             &packet) == FAULT_NONE)
        (void)codec_transmit(codec, socket, SEND_TEXT, buffer_view(&packet));
    buffer_deinit(&packet);
}

/* The text that CONNECT has been waiting for. */
static enum fault say_first(const struct codec *codec, unsigned socket,
                            struct session *session, struct bytes data)
{
    session->first = strndup((const char *)data.at, data.length);
    if (session->first == NULL)
        return FAULT_MEMORY;
    if (session->stage == OPENED)
        codec_connect(codec, socket, session);
    return FAULT_NONE;
}

static void try_again(struct session *session)
{
    free(session->first);
    session->first = NULL;
    session->is_refused = false;
    session->stage = OPENED;
}

/* The parts of an event are written as it is. */
static enum fault encode(const struct codec *codec, enum message_kind kind,
                         struct bytes data, struct buffer *into)
{
    enum fault fault = FAULT_NONE;

    if (kind == SEND_TEXT && packet_is_request(data))
        return packet_write_request(codec->terms.namespace, data, into);
    if (kind == SEND_TEXT)
        return packet_write_event(codec->terms.namespace, codec->terms.event,
                                  data, into);
    if (kind == SEND_FIRST_PART)
        fault = packet_write_prefix(codec->terms.namespace, into);
    return fault == FAULT_NONE ? buffer_add(into, data.at, data.length) : fault;
}

static enum fault send_frame(struct codec *codec, unsigned socket,
                             struct session *session, enum message_kind kind,
                             struct bytes data)
{
    struct buffer packet;
    enum fault fault;

    buffer_init(&packet, CODEC_BYTES_MAX);
    fault = encode(codec, kind, data, &packet);
    if (fault == FAULT_NONE)
        fault = session->stage < JOINED
                    ? hold(session, kind, buffer_view(&packet))
                    : codec_transmit(codec, socket, kind, buffer_view(&packet));
    buffer_deinit(&packet);
    return fault;
}

enum fault codec_send(struct codec *codec, unsigned socket,
                      enum message_kind kind, int code, struct bytes data)
{
    struct session *session = codec_session(codec, socket);

    if (session == NULL)
        return FAULT_MEMORY;
    if (kind == SEND_CLOSE) {
        codec_release(codec, socket, session);
        session->is_closing = true;
    }
    if (kind == SEND_CLOSE || kind == SEND_PING)
        return codec->line.send(codec->line.self, socket, kind, code, data);
    if (kind == SEND_TEXT && session->is_refused && data.length > 0 &&
        data.at[0] == '{' && !packet_is_request(data))
        try_again(session);
    if (kind == SEND_TEXT && codec->terms.awaits_first &&
        session->first == NULL)
        return say_first(codec, socket, session, data);
    return send_frame(codec, socket, session, kind, data);
}

static char *write_early(struct codec *codec, unsigned socket, const char *text)
{
    struct session *session = codec_session(codec, socket);
    struct buffer packet;
    enum fault fault;
    char *early = NULL;

    if (session == NULL)
        return NULL;
    buffer_init(&packet, CODEC_BYTES_MAX);
    if (codec->terms.awaits_first && session->first == NULL) {
        session->first = strdup(text);
        fault = packet_write_connect(codec->terms.namespace,
                                     bytes_of_string(text), &packet);
        session->is_early = true;
    } else {
        fault = encode(codec, SEND_TEXT, bytes_of_string(text), &packet);
    }
    if (fault == FAULT_NONE)
        early = buffer_take(&packet);
    buffer_deinit(&packet);
    return early;
}

char **codec_early(struct codec *codec, unsigned socket,
                   const struct opening *opening)
{
    size_t count = opening->early_count;
    char **texts = calloc(count + 1, sizeof(*texts));

    for (size_t i = 0; texts != NULL && i < count; i++) {
        texts[i] = write_early(codec, socket, opening->early[i]);
        if (texts[i] == NULL) {
            codec_free_early(texts, count);
            return NULL;
        }
    }
    return texts;
}

void codec_free_early(char **texts, size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
}

void codec_answer_closes(struct codec *codec, unsigned socket, bool answers)
{
    struct session *session =
        codec == NULL ? NULL : codec_session(codec, socket);

    if (session != NULL)
        session->never_closes = !answers;
}
