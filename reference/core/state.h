/* What the core keeps, for the core's own files and for mutants. Nobody else
 * includes this. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "core/core.h"
#include "core/jwt.h"
#include "core/policy.h"

enum stage {
    STRANGER, /* accepted or not, nothing proven yet */
    MEMBER,   /* admitted */
    REFUSED,  /* Close sent, waiting for the end */
    LEAVING,  /* a member's close handshake is under way */
};

/* What admission makes of a stranger; only this can stand in the pool. */
struct member {
    struct connection *connection;
    struct claims claims;
    struct member *next; /* in the pool, oldest first */
    struct member *previous;
    struct member *older; /* made of this connection before: a mutant's */
    bool pooled;          /* written by pool.c alone */
};

struct connection {
    connection_id id;
    enum stage stage;
    char peer[PEER_BYTES_MAX + 1];
    struct member *member; /* NULL for a stranger */
    bool accepted;
    int64_t since_ms; /* when its present stage began */
    struct connection *next;
    struct connection *previous;
    struct connection *bucket_next;
    unsigned pool_entries; /* written by pool.c alone */
    bool ended;            /* port.end has been called */
    int64_t deadline_ms;   /* while deadline_place is not 0 */
    size_t deadline_place; /* in the heap, from 1; 0: not in it */
};

/* One line of the pool's history or one audit event: a ring of each. */
enum limits_of_records {
    HISTORY_MAX = 8192,
    EVENTS_MAX = 8192,
    REVOKED_MAX = 16384,
    LOG_LINE_BYTES_MAX = 4096,
};
struct record {
    uint64_t seq; /* one count for both rings, place is seq modulo size; 0:
                     empty place */
    int64_t at_ms;
    char what[24]; /* "add", "remove", "auth_refused", "auth_ok", … */
    char severity[12];
    char cause[24];
    char detail[32];
    char peer[PEER_BYTES_MAX + 1];
    char user[SUBJECT_BYTES_MAX + 1];
};

struct core {
    struct policy policy;
    struct port port;
    struct settings settings;
    struct connection *connections;
    size_t connection_count;
    struct member *pool; /* oldest first */
    struct record *history;
    struct record *events;
    uint64_t next_seq;           /* from 1 */
    struct connection **pending; /* always empty; only a mutant fills it */
    size_t pending_count;
    char **revoked; /* jti texts, sorted */
    size_t revoked_count;
    int64_t *revoked_until_ms;    /* beside each: when it may be forgotten */
    int64_t revoked_all_until_ms; /* more than we can hold: until then, every
                                     token with a jti counts as revoked */
    struct member *pool_last;
    struct connection **buckets; /* of connections, by id */
    size_t bucket_mask;
    struct connection **deadlines; /* a heap, the next one at 1 */
    size_t deadline_count;
    struct connection *ghosts; /* gone, yet in the pool: only a mutant's */
    bool shutting_down;
};

/* connections.c: find is O(1); n may be 20 000. */
struct connection *connection_find(const struct core *core, connection_id id);
/* A stranger, not accepted yet; NULL without memory. */
struct connection *connection_add(struct core *core, connection_id id,
                                  const char *peer);
/* Forgets it and frees it with its members. One that still stands in the pool
 * is kept until core_free: memory safety hangs on no policy. */
void connection_remove(struct core *core, struct connection *connection);
void connections_free(struct core *core);
/* Ends TCP, once. */
void connection_end(struct core *core, struct connection *connection);

/* deadlines.c: when a connection is to be looked at next, the earliest first.
 * INT64_MAX: never. */
void deadline_set(struct core *core, struct connection *connection,
                  int64_t at_ms);
/* Sets the deadline that its stage asks for. */
void deadline_renew(struct core *core, struct connection *connection);
struct connection *deadline_first(const struct core *core); /* or NULL */

/* revocations.c */
void revocation_add(struct core *core, struct text jti);
bool revocation_holds(const struct core *core, const char *jti);
void revocations_free(struct core *core);

/* pool.c: history is written by pool_add and pool_remove alone. */
void pool_add(struct core *core, struct member *member);
void pool_remove(struct core *core, struct member *member); /* absent is fine */
/* Removes whatever stands there for this connection. */
void pool_leave(struct core *core, const struct connection *connection);
bool pool_holds(const struct core *core, const struct member *member);

/* admission.c: the parts of which an admission is made. A member belongs to
 * its connection, whose stage becomes MEMBER; NULL without memory. */
struct member *member_new(struct connection *stranger,
                          const struct claims *claims);
void stranger_accept(struct core *core, struct connection *stranger);
/* Finds and verifies the token of the request; sets *missing. */
enum token_fault stranger_identify(struct core *core,
                                   const struct request *request,
                                   struct presented *presented, bool *missing,
                                   struct claims *claims);
/* Close frame, stage REFUSED; no audit, no log. */
void stranger_refuse(struct core *core, struct connection *stranger,
                     struct refusal refusal);

/* broadcast.c: {"type":"signal","text":…}; free() it. NULL when `text` is not
 * UTF-8, holds U+0000, or without memory. */
char *signal_message(struct text text);

/* journal.c */
/* Cleans the line, then logs it behind the time, RFC 3339 in UTC. */
void journal_log(struct core *core, const char *line);
void journal_record(struct core *core, struct record *ring, size_t size,
                    const struct record *record); /* seq and time are set */
/* One audit event about a connection; `user` is a verified subject or "". */
void journal_audit(struct core *core, const char *what, const char *severity,
                   const char *cause, const char *detail,
                   const struct connection *connection, const char *user);
enum { TIME_BYTES = 32 };
void time_write(int64_t at_ms, char into[TIME_BYTES]); /* RFC 3339, UTC */

/* Copies as much as fits, with NUL. */
void copy_text(char *into, size_t size, const char *from);

/* messages.c: a member's message. */
void member_spoke(struct core *core, struct connection *connection,
                  struct text message, bool is_text);

#endif
