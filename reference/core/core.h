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
    HEAD_BYTES_MAX = 16 * 1024, /* of a handshake as a whole */
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

/* Which of the reviewed systems is served: PROTOCOL.md. */
enum served { SERVES_SIGNALS, SERVES_FACTORY, SERVES_POS, SERVES_ROOMS };

/* What bounds a message of `rooms`. */
enum size_kind {
    SIZE_TEXT,   /* characters of a text, wherever it stands */
    SIZE_BINARY, /* bytes of a binary message */
    SIZE_JSON,   /* bytes of a text message */
    SIZE_DEPTH,  /* levels, of which the whole is the first */
    SIZE_ARRAY,  /* elements of one array */
    SIZE_OBJECT, /* members of one object, equal names included */
    SIZES,
};

struct settings {
    enum served served;
    int max_lifetime_s; /* of a token; 0: unbounded */
    int token_minutes;  /* how long one lives that is issued here */
    int close_ms;       /* how long a refused peer may take to answer */
    int auth_ms;        /* when a first message is due */
    int window_ms;      /* of attempts */
    size_t connections_max;
    unsigned per_user_max;       /* connections of one user; 0: unbounded */
    unsigned attempts_max;       /* of one address in a window; 0: unbounded */
    unsigned strangers_max;      /* of one address; 0: unbounded */
    int session_ttl_ms;          /* of an idle member; 0: it may be idle */
    unsigned messages_max;       /* of one user in a second; 0: unbounded */
    unsigned room_messages_max;  /* into one room in a second; 0: unbounded */
    unsigned room_size_max;      /* members of one room */
    unsigned rooms_per_user_max; /* that one user owns; 0: unbounded */
    int room_grace_ms;           /* how long an empty room is kept */
    unsigned room_history;       /* messages that a room keeps; 0: none */
    size_t sizes[SIZES];         /* by enum size_kind; 0: unbounded */
    int presence_check_ms;       /* how often silence is looked for … */
    int presence_timeout_ms;     /* … that is longer than this */
    int presence_cleanup_ms;     /* how often records of the gone are deleted */
    const char *const *origins;  /* that may come in, NULL-ended; NULL: any */
    const char *trusted_proxy;   /* an address, or NULL */
    const char *subprotocol;     /* the one that is spoken; NULL: any */
};
/* 900 s, 10 minutes, 1 s, 5 s, 60 s, 20000; 5, 500, 240; any origin, no proxy.
 * Of `signals` nothing is bounded per user, address or origin; messages are in
 * `rooms` alone: 100 of a user and 500 into a room in a second. */
struct settings settings_for(enum served served);

/* `policy` and `port` are copied. NULL only without memory. */
struct core *core_new(const struct policy *policy, const struct port *port,
                      const struct settings *settings);
void core_free(struct core *core);

/* Events. A request for another path is rejected with 404, one that does not
 * offer the sub-protocol that is spoken with 400. */
void core_opened(struct core *core, connection_id id,
                 const struct request *request);
void core_received(struct core *core, connection_id id, struct text message,
                   bool is_text);
/* Something came from the peer that is no message yet: a ping, a fragment. */
void core_stirred(struct core *core, connection_id id);
/* A ping or a pong came from the peer: it is alive. */
void core_pulsed(struct core *core, connection_id id);
/* The longest message of that kind that this connection may send just now, in
 * bytes. The world reads no further: it tells core_overlong instead, with what
 * was announced so far. */
size_t core_message_max(const struct core *core, connection_id id,
                        bool is_text);
void core_overlong(struct core *core, connection_id id, bool is_text,
                   uint64_t size);
/* May one come in without TLS, where others have it? The world asks before
 * core_opened. */
bool core_serves_in_the_clear(const struct core *core);
/* May a handshake have so many bytes? Who sends more is told so: 431. */
bool core_reads_head_of(const struct core *core, size_t bytes);
/* permessage-deflate (RFC 7692): may it be agreed upon, is a message of that
 * length sent compressed, and how large may one become that was? 0: as large
 * as core_message_max. */
bool core_agrees_to_deflate(const struct core *core);
bool core_compresses(const struct core *core, bool agreed, size_t length);
size_t core_inflated_max(const struct core *core, connection_id id,
                         bool is_text);
/* The peer broke RFC 6455; `code` says how: 1002 or 1007. */
void core_frame_failed(struct core *core, connection_id id, uint16_t code);
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
/* `restaurant` empty: to every member. */
void core_publish(struct core *core, struct text text, struct text restaurant);
/* False for a jti that no token can bear. Live connections with it end. */
bool core_revoke(struct core *core, struct text jti);
/* False for what no user can be called. All connections of the user end, and
 * its tokens that were issued until now hold no longer. */
bool core_revoke_user(struct core *core, struct text user);
bool core_can_revoke_user(struct text user);
bool core_can_revoke(struct text jti);
/* What the directory says may have changed: who has lost its right goes. */
void core_directory_changed(struct core *core);
/* A token for this user, with this role ("": none), signed with the HS256 key;
 * NULL when there is none. free() it. */
char *core_issue(const struct core *core, const char *user, const char *role);
/* What is answered over HTTP to who asks for the latest broadcasts of `signals`
 * with this token ("": none): the status (200, 401, 503), and a JSON body;
 * free() it, NULL with 503. */
int core_read_latest(struct core *core, struct text token, char **body);
/* Asks for a manager without a user's context, which no caller may. Never
 * succeeds; the sentence says what to call instead. */
const char *core_manager_without_context(struct core *core);
/* A shutting-down server tells each open connection 1001. */
void core_shutdown(struct core *core);

/* As PROTOCOL.md has it: pool, managers, history, events, gauges, metrics, next
 * — history and events from `since` on, N goes into the next call;
 * "first" is the oldest seq still kept. cJSON_Delete it. */
struct cJSON *core_inspect(const struct core *core, uint64_t since);

#endif
