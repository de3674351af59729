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

/* One for each connection of a user, made from the claims of a token that
 * holds; there is no way to one without them. */
struct manager {
    uint64_t id;
    char user[SUBJECT_BYTES_MAX + 1];
    unsigned members; /* whose manager it is */
    struct manager *next;
};

/* Whom an event is for; empty texts mean: all. */
struct audience {
    const char *user;
    const char *restaurant;
};

/* Why a message was not obeyed; the detail is for the log alone. */
struct objection {
    enum message_fault fault;
    const char *event; /* the type of the message, where it is one of ours and
                          the system tells it; lives for ever; or NULL */
    char detail[64];
};

/* What admission makes of a stranger; only this can stand in the pool. */
struct member {
    struct connection *connection;
    struct claims claims;
    struct manager *manager; /* of `factory`, else NULL */
    struct member *next;     /* in the pool, oldest first */
    struct member *previous;
    struct member *older; /* made of this connection before: a mutant's */
    bool pooled;          /* written by pool.c alone */
    int64_t active_ms;    /* when it last sent something; 0: not yet */
};

enum { ANNOUNCED_SIZE = 65 }; /* a room's id, with its NUL */
struct connection {
    connection_id id;
    enum stage stage;
    char peer[PEER_BYTES_MAX + 1];
    char address[PEER_BYTES_MAX + 1]; /* that its attempt was counted against */
    enum endpoint endpoint;
    char restaurant[UUID_SIZE]; /* of the path; "" where there is none */
    bool has_claimed;           /* its first message named a user */
    bool is_counted;            /* as a stranger of its address */
    bool has_place;             /* of its user */
    struct member *member;      /* NULL for a stranger */
    struct seat *seats;         /* in rooms: written by rooms.c alone */
    struct presence *presence;  /* of its user: written by presence.c alone */
    struct connection *next_of_user;
    uint64_t marked; /* with the latest of presences->marks: it is done */
    char announced[ANNOUNCED_SIZE]; /* the room of its next binary message */
    unsigned seat_count;
    bool accepted;
    int64_t since_ms; /* when its present stage began */
    struct connection *next;
    struct connection *previous;
    struct connection *bucket_next;
    unsigned pool_entries; /* written by pool.c alone */
    unsigned node;         /* the server it came to; 0 where there is one */
    int64_t stirred_ms;    /* node/events.c alone: when the others were told */
    int64_t pulsed_ms;     /* the same */
    bool ended;            /* port.end has been called */
    int64_t deadline_ms;   /* while deadline_place is not 0 */
    size_t deadline_place; /* in the heap, from 1; 0: not in it */
};

/* One line of the pool's history or one audit event, in one ring. */
enum limits_of_records {
    RECORDS_MAX = 8192,
    RECORDS_CHUNK = 64, /* so many are allocated at once */
    REVOKED_MAX = 16384,
    LOG_LINE_BYTES_MAX = 4096,
    SUBPROTOCOL_SIZE = TOKEN_BYTES_MAX + 16,
};
struct record {
    uint64_t seq; /* from 1; 0: an empty place */
    bool is_event;
    int64_t at_ms;
    char what[24]; /* "add", "remove", "auth_refused", "auth_ok", … */
    char severity[12];
    char cause[24];
    char detail[64];
    char peer[PEER_BYTES_MAX + 1];
    char user[SUBJECT_BYTES_MAX + 1];
    char restaurant[UUID_SIZE];
    const char *endpoint; /* a name that lives for ever */
};

/* Counts by a text: connections of a user, attempts and strangers of an
 * address. An entry is kept only while it counts something. */
enum { COUNTS_MAX = 65536, COUNT_BUCKETS = 1024 };
struct count {
    struct count *next;
    int64_t since_ms; /* when its window began */
    unsigned held;    /* connections of the user, strangers of the address */
    unsigned attempts;
    char key[]; /* with NUL */
};
struct counts {
    struct count **buckets; /* NULL until the first entry */
    size_t entries;
};

/* Messages of this second, and when to forget those of an earlier one. */
struct rates {
    struct counts users;
    struct counts rooms;
    int64_t due_ms;
};

/* Since when each has logged out, and everybody (0: nobody else); and when to
 * forget. */
struct logouts {
    struct counts users;
    int64_t all_ms;
    int64_t due_ms;
};

struct core {
    struct policy policy;
    struct port port;
    struct settings settings;
    const struct system *system;
    struct counts users;
    struct counts addresses;
    struct logouts logouts;
    struct rates rates;          /* of messages */
    int64_t cleanup_ms;          /* when one is due; INT64_MAX: none is */
    struct rooms *rooms;         /* of `rooms`, else NULL */
    struct presences *presences; /* of `rooms`, else NULL */
    struct manager *managers;
    uint64_t next_manager; /* from 1 */
    uint64_t metrics[METRICS];
    uint64_t directory_version; /* that the members were last checked by */
    bool rights_unknown;        /* some member's could not be looked up since */
    struct connection *connections;
    size_t connection_count;
    struct member *pool;                                 /* oldest first */
    struct record *records[RECORDS_MAX / RECORDS_CHUNK]; /* NULL: not yet */
    uint64_t next_seq;                                   /* from 1 */
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
    /* A heap, the next one at 1, with room for connections_max. */
    struct connection **deadlines;
    size_t deadline_count;
    struct connection *ghosts; /* gone, yet in the pool: only a mutant's */
    bool shutting_down;
    const struct vouched *vouched; /* of the request at hand, or NULL */
    unsigned node;                 /* whose event is at hand */
    bool is_foreign;               /* another server's */
    struct latest *latest;         /* broadcasts; NULL: none yet */
};

/* connections.c: find is O(1); n may be 20 000. */
struct connection *connection_find(const struct core *core, connection_id id);
/* A stranger, not accepted yet; NULL without memory, and beyond
 * connections_max whatever the policy says. */
struct connection *connection_add(struct core *core, connection_id id,
                                  const char *peer);
/* Forgets it and frees it with its members. One that still stands in the pool
 * is kept until core_free: memory safety hangs on no policy. */
void connection_remove(struct core *core, struct connection *connection);
void connections_free(struct core *core);
/* Forgets all, the pool and the deadlines too. Nobody else may know of one. */
void connections_reset(struct core *core);
/* Ends TCP, once. */
void connection_end(struct core *core, struct connection *connection);
bool connection_has_sent_close(const struct connection *connection);

/* deadlines.c: when a connection is to be looked at next, the earliest first.
 * INT64_MAX: never. */
void deadline_set(struct core *core, struct connection *connection,
                  int64_t at_ms);
/* Sets the deadline that its stage asks for. */
void deadline_renew(struct core *core, struct connection *connection);
struct connection *deadline_first(const struct core *core); /* or NULL */

/* revocations.c */
bool revocation_add(struct core *core, struct text jti);
/* Of a snapshot; false when there is no room, or without memory. */
bool revocation_restore(struct core *core, const char *jti, int64_t until_ms);
bool revocation_holds(const struct core *core, const char *jti);
void revocations_free(struct core *core);

/* pool.c: history is written by pool_add and pool_remove alone. */
void pool_add(struct core *core, struct member *member);
/* Of a snapshot, in whose time that was written. */
void pool_restore(struct core *core, struct member *member);
void pool_remove(struct core *core, struct member *member); /* absent is fine */
/* Removes whatever stands there for this connection. */
void pool_leave(struct core *core, const struct connection *connection);
bool pool_holds(const struct core *core, const struct member *member);

/* admission.c: the parts of which an admission is made. A member belongs to
 * its connection, whose stage becomes MEMBER; NULL without memory. */
struct member *member_new(struct connection *stranger,
                          const struct claims *claims);
void stranger_accept(struct core *core, struct connection *stranger,
                     const struct request *request);
/* A place, the pool, and an event of it; false when it was turned away. */
bool stranger_joins(struct core *core, struct connection *stranger,
                    const struct claims *claims);
/* Out of the pool, its place and its managers given back. */
void member_ends(struct core *core, struct connection *connection,
                 enum leaving how);
/* Finds and verifies the token of the request; sets *missing. */
enum token_fault stranger_identify(struct core *core,
                                   const struct request *request,
                                   struct presented *presented, bool *missing,
                                   struct claims *claims);
/* Told after the upgrade, where a browser can read it, and kept no record of:
 * that is what there is no room for. */
void stranger_turn_back(struct core *core, const struct connection *outline,
                        const struct request *request,
                        enum refusal_cause cause);
/* Close frame, stage REFUSED; no audit, no log. */
void stranger_refuse(struct core *core, struct connection *stranger,
                     struct refusal refusal);

/* broadcast.c: {"type":"signal","text":…}; free() it. NULL when `text` is not
 * UTF-8, holds U+0000, or without memory. */
char *signal_message(const struct core *core, struct text text);
/* Sends the object to the audience, and deletes it; NULL is fine. */
void broadcast_object(struct core *core, struct cJSON *object,
                      const struct audience *audience);

/* journal.c */
/* Cleans the line, then logs it behind the time, RFC 3339 in UTC. */
void journal_log(struct core *core, const char *line);
/* Keeps the record, whose seq and time it sets; without memory it is not kept,
 * and its seq stays empty. */
void journal_record(struct core *core, struct record *record);
/* NULL: there is none, or none any more. */
const struct record *journal_find(const struct core *core, uint64_t seq);
void journal_free(struct core *core);
/* One audit event about a connection; `user` is a verified subject or "". */
void journal_audit(struct core *core, const char *what, const char *severity,
                   const char *cause, const char *detail,
                   const struct connection *connection, const char *user);
/* The event as operators see it; cJSON_Delete it. */
struct cJSON *record_json(const struct core *core, const struct record *record);
enum { TIME_BYTES = 32 };
void time_write(int64_t at_ms, char into[TIME_BYTES]); /* RFC 3339, UTC */

/* Copies as much as fits, with NUL. */
void copy_text(char *into, size_t size, const char *from);

/* counts.c: `count_make` finds or makes; NULL beyond COUNTS_MAX or without
 * memory. */
struct count *count_find(const struct counts *counts, const char *key);
struct count *count_make(struct counts *counts, const char *key);
void count_remove(struct counts *counts, const char *key);
void counts_forget(struct counts *counts,
                   bool (*is_stale)(const struct count *count,
                                    const void *context),
                   const void *context);
void counts_free(struct counts *counts);

/* addresses.c: strangers of its address; false beyond the ceiling. */
bool stranger_count(struct core *core, struct connection *stranger);
void stranger_uncount(struct core *core, struct connection *stranger);

/* managers.c: NULL without memory, or without a context, which is said loudly:
 * in the log, in the metrics. */
struct manager *manager_create(struct core *core, const struct claims *context);
/* Ends one that no member has; NULL is fine. */
void manager_end_unused(struct core *core, struct manager *manager);
/* All of the connection's end, once. */
void managers_leave(struct core *core, const struct connection *connection);
void managers_free(struct core *core);

/* rights.c: looks at every member again. */
void rights_recheck(struct core *core);
void rights_recheck_if_changed(struct core *core);

/* messages.c: a member's message. */
const char *message_fault_name(enum message_fault fault);
void member_spoke(struct core *core, struct connection *connection,
                  struct text message, bool is_text);

#endif
