/* A client connects: its handshake, as the shell would have read it from the
 * wire, goes to the core, and behind it what stood in the same segment. */
#include "core/state.h"
#include "mock.h"
#include "spec.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    HTTP_FORBIDDEN = 403,
    HTTP_URI_TOO_LONG = 414,
    HTTP_HEAD_TOO_LARGE = 431,
    OWN_HEADERS = 3
};

/* The zones that criteria ask for, as POSIX rules: what the machine has
 * installed makes no difference. */
static const struct {
    const char *name;
    const char *rule;
} zones[] = {
    { "UTC", "UTC0" },
    { "Asia/Tokyo", "JST-9" },
    { "America/New_York", "EST5EDT,M3.2.0,M11.1.0" },
    { "Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3" },
};

static const char *zone_rule(const char *name)
{
    for (size_t i = 0; i < COUNT(zones); i++)
        if (strcmp(zones[i].name, name) == 0)
            return zones[i].rule;
    return NULL;
}

static void set_zone(const char *rule)
{
    if (rule == NULL)
        unsetenv("TZ");
    else
        setenv("TZ", rule, 1);
    tzset();
}

/* The whole process moves to another time zone and back again. */
static void open_in_zone(const struct mock_socket *socket,
                         const struct request *request, const char *zone)
{
    const char *home = getenv("TZ");
    char *kept = home == NULL ? NULL : strdup(home);

    if (zone != NULL)
        set_zone(zone_rule(zone));
    node_opened(socket->node->node, socket->number, request);
    if (zone != NULL)
        set_zone(kept);
    free(kept);
}

/* As the shell agrees to permessage-deflate. */
static void agree(struct mock_socket *socket, const struct opening *opening)
{
    const struct core *core = node_core(socket->node->node);

    for (size_t i = 0; i < opening->header_count; i++)
        if (strcmp(opening->headers[i].name, "Sec-WebSocket-Extensions") == 0 &&
            core_agrees_to_deflate(core))
            socket->reader.inflates = deflate_choose(
                text_of(opening->headers[i].value), &socket->deflate);
}

static void add_header(struct request *request, struct header *headers,
                       const char *name, const char *value)
{
    if (value == NULL || request->header_count == HEADERS_MAX)
        return;
    headers[request->header_count++] =
        (struct header){ text_of(name), text_of(value) };
}

/* As the shell would read it from the wire. */
static void write_request(const struct mock *mock,
                          const struct mock_socket *socket,
                          const struct opening *opening, const char *path,
                          struct header headers[HEADERS_MAX],
                          struct request *request)
{
    const struct manifest *manifest = mock->laboratory.manifest;
    const char *origin =
        opening->origin != NULL ? opening->origin : manifest->origin;

    *request = (struct request){
        .path = text_of(path),
        .query = text_of(opening->query == NULL ? "" : opening->query),
        .headers = headers,
        .peer = socket->address,
    };
    add_header(request, headers, "Host", "127.0.0.1");
    add_header(request, headers, "Sec-WebSocket-Protocol",
               opening->subprotocols);
    if (!opening->no_origin)
        add_header(request, headers, "Origin", origin);
    for (size_t i = 0; i < opening->header_count; i++)
        add_header(request, headers, opening->headers[i].name,
                   opening->headers[i].value);
}

/* These stood behind the handshake before any answer to it could be read, so
 * they reach the core even behind a refusal: it is the core's to ignore them.
 */
static void deliver_early(struct mock *mock, struct mock_socket *socket,
                          const struct opening *opening)
{
    for (size_t i = 0; i < opening->early_count; i++)
        if (mock_socket_can_speak(socket))
            mock_take_message(mock, socket, bytes_of_string(opening->early[i]),
                              true);
}

/* The path of the profile's one endpoint, where the manifest names none. */
static const char *path_of(const struct mock *mock)
{
    switch (mock->laboratory.manifest->profile) {
    case FACTORY: return "/factory";
    case ROOMS: return "/rooms";
    default: return "/ws";
    }
}

static size_t size_of(const struct request *request)
{
    size_t size = request->path.length + request->query.length;

    for (size_t i = 0; i < request->header_count; i++)
        size += request->headers[i].name.length +
                request->headers[i].value.length + strlen(": \r\n");
    return size;
}

static void open_at_core(struct mock *mock, struct mock_socket *socket,
                         const struct opening *opening, const char *path)
{
    struct header headers[HEADERS_MAX];
    struct request request;

    write_request(mock, socket, opening, path, headers, &request);
    agree(socket, opening);
    socket->is_opening = true;
    if (request.query.length > QUERY_BYTES_MAX ||
        request.path.length > PATH_BYTES_MAX)
        mock_reject(mock, socket, HTTP_URI_TOO_LONG);
    else if (!core_reads_head_of(node_core(socket->node->node),
                                 size_of(&request)))
        mock_reject(mock, socket, HTTP_HEAD_TOO_LARGE);
    else if (opening->plain &&
             !core_serves_in_the_clear(node_core(socket->node->node)))
        mock_reject(mock, socket, HTTP_FORBIDDEN);
    else
        open_in_zone(socket, &request, opening->timezone);
    socket->is_opening = false;
    mock_send_upgrade(mock, socket);
    deliver_early(mock, socket, opening);
}

/* Path and what stands behind it. */
static enum fault open_path(struct mock *mock, struct mock_socket *socket,
                            const struct opening *opening)
{
    const char *path = opening->door != NULL   ? mock_path_of(opening->door)
                       : opening->path == NULL ? path_of(mock)
                                               : opening->path;
    char *whole = NULL;

    if (asprintf(&whole, "%s%s", path,
                 opening->path_more == NULL ? "" : opening->path_more) < 0)
        return fault_say(FAULT_MEMORY, "no memory for a path");
    open_at_core(mock, socket, opening, whole);
    free(whole);
    return FAULT_NONE;
}

enum fault mock_open(struct mock *mock, unsigned number,
                     const struct opening *opening)
{
    struct mock_socket *socket = NULL;

    if ((opening->node > 0 && opening->node >= mock->adapter.nodes) ||
        (opening->timezone != NULL && zone_rule(opening->timezone) == NULL))
        return FAULT_ABSENT;
    if (opening->header_count > HEADERS_MAX - OWN_HEADERS)
        return fault_say(FAULT_LIMIT, "more headers than the core reads");
    enum fault fault =
        mock_socket_open(&mock->sockets, number, opening->source, &socket);
    if (fault != FAULT_NONE)
        return fault;
    socket->node = mock_node_of(mock, opening);
    if (socket->node == NULL)
        return fault_say(FAULT_MEMORY, "no memory for a second core");
    if (socket->node->node != NULL)
        return open_path(mock, socket, opening);
    mock_tell_end(mock, socket, ENDING_UNREACHED, true);
    socket->forgotten = true;
    return FAULT_NONE;
}
