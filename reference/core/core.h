/* The reference server, without sockets, clock or globals: events in, effects
 * out through a port.
 *
 * A connection begins as a stranger. Only admission makes a member of it, and
 * only a member can stand in the pool: `struct pool` holds `struct member`, and
 * a stranger has none. */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "core/port.h"
#include "core/text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core;
struct policy;
struct cJSON;

enum limits_of_requests {
    PATH_BYTES_MAX = 2 * 1024,
    QUERY_BYTES_MAX = 12 * 1024,
    HEADERS_MAX = 64,
    PEER_BYTES_MAX = 128,
};

/* An opening handshake that the shell found to be a legal one. Borrowed for
 * the call. */
struct header {
    struct text name; /* as sent */
    struct text value;
};
struct request {
    struct text path;  /* as sent, still percent-encoded */
    struct text query; /* behind the '?', still percent-encoded; may be empty */
    const struct header *headers;
    size_t header_count;
    const char *peer; /* "127.0.0.1:50123", "[::1]:50123", "unix:NAME" */
};

/* How a connection came to its end. */
enum departure { DEPARTED_CLEANLY, DEPARTED_ABRUPTLY };

struct settings {
    const char *path;   /* of the endpoint, "/ws" */
    int max_lifetime_s; /* of a token; 0: unbounded */
    int close_ms;       /* how long a refused peer may take to answer */
    size_t connections_max;
};
extern const struct settings default_settings; /* 900 s, 1000 ms, 20000 */

/* `policy` and `port` are copied. NULL only without memory. */
struct core *core_new(const struct policy *policy, const struct port *port,
                      const struct settings *settings);
void core_free(struct core *core);

/* Events. A request for another path is rejected with 404. */
void core_opened(struct core *core, connection_id id,
                 const struct request *request);
void core_received(struct core *core, connection_id id, struct text message,
                   bool is_text);
/* The peer's Close frame has come (code 1005: it held none). The core answers
 * and ends the connection. */
void core_close_received(struct core *core, connection_id id, uint16_t code);
/* TCP is gone; `id` is dead from here on. Always the last event of an id. */
void core_closed(struct core *core, connection_id id, enum departure how);
/* Deadlines: expiries on live connections, refused peers that do not leave. */
void core_ticked(struct core *core);
/* When core_ticked is next of use, in ms since 1970; INT64_MAX: never. */
int64_t core_next_tick(const struct core *core);

/* Control, for operators: never reachable from a WebSocket. */
void core_publish(struct core *core, struct text text);
void core_revoke(struct core *core, struct text jti);
/* A shutting-down server tells each open connection 1001. */
void core_shutdown(struct core *core);

/* {"pool":[{"peer","user"}],
 *  "history":[{"seq","what":"add"|"remove","peer","user"}],
 *  "events":[{"seq","time","event","severity","cause","detail","peer","user"}],
 *  "gauges":{"connections","strangers","members","pending"},
 *  "next":N} — history and events from `since` on, N goes into the next call;
 * "first" is the oldest seq still kept. cJSON_Delete it. */
struct cJSON *core_inspect(const struct core *core, uint64_t since);

#endif
