/* What a criterion is.
 *
 * A criterion is one C function that proves one sentence about a WebSocket
 * service. It says *what* must hold, in the verbs of bench.h; it holds no I/O,
 * no condition and no loop over sockets of its own. Its C symbol is its public
 * name: in reports, in `--only`, in COVERAGE.md, in certificates. A name is
 * never reused for another sentence.
 *
 * catalogue.def lists every criterion once. One that is missing from the list,
 * listed twice or listed but unwritten does not build. */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench;

/* RFC 2119. A SHOULD that fails is reported as a failure all the same. */
enum keyword { MUST, SHOULD, MAY };

/* Levels nest: who claims AA has passed A.
 * A    strangers stay out, codes and errors are right;
 * AA   users stay apart, limits hold, origins, input;
 * AAA  presence, sessions, audit, races, hardening beyond the reviews. */
enum level { LEVEL_A, LEVEL_AA, LEVEL_AAA };

/* The systems of the five reviews; a set. */
enum profile {
    SIGNALS = 1 << 0,
    FACTORY = 1 << 1,
    POS = 1 << 2,
    ROOMS = 1 << 3,
    EVERY_PROFILE = SIGNALS | FACTORY | POS | ROOMS,
};

/* What a target has to offer before a criterion can be asked at all; a set.
 * A need that the target declares absent makes the criterion not-applicable
 * (and visible); one that it declares and does not honour makes it fail. More
 * than an int has bits: gcc, clang and C23 take such an enum. */
__extension__ enum need {
    NOTHING = 0,
    INSPECT = 1 << 0,         /* pool, history and audit events can be read */
    LOG = 1 << 1,             /* its log lines can be read */
    DECODER_FAULT = 1 << 2,   /* its token decoder can be made to fail */
    TIMEZONES = 1 << 3,       /* it can be had under several TZ */
    SAME_CLOCK = 1 << 4,      /* its clock is ours: virtual, or one machine */
    BROADCAST = 1 << 5,       /* we can make it publish to its pool */
    PUBLISHER = 1 << 6,       /* a role may publish over its own socket */
    PUBLIC_KEY = 1 << 7,      /* it trusts at least one asymmetric key */
    MAX_LIFETIME = 1 << 8,    /* it bounds the lifetime of a token */
    LIVE_EXPIRY = 1 << 9,     /* it ends a connection whose token expires */
    REVOCATION = 1 << 10,     /* a single token can be revoked */
    WHOAMI = 1 << 11,         /* it tells a member who it is */
    SECOND_CARRIER = 1 << 12, /* a credential may come in more than one way */
    SUBPROTOCOL = 1 << 13,    /* a token may come as a sub-protocol */
    FIRST_MESSAGE = 1 << 14,  /* … or as the first message */
    PER_USER = 1 << 15,       /* it bounds the connections of one user */
    ATTEMPTS = 1 << 16,       /* it bounds the attempts of one address */
    STRANGERS = 1 << 17,      /* it bounds the unproven ones of an address */
    ORIGINS = 1 << 18,        /* it admits listed origins only */
    TENANTS = 1 << 19,        /* users belong to tenants, made by hooks */
    ORDERS = 1 << 20,         /* members change orders, made by a hook */
    MANAGERS = 1 << 21,       /* managers and metrics can be inspected */
    WITHDRAWAL = 1 << 22,     /* a user's right can be withdrawn by a hook */
    STORE_FAULT = 1 << 23,    /* its directory can be made to fail */
    MONITOR_FAULT = 1 << 24,  /* its security monitor can be made to fail */
    TIGHT = 1 << 25,          /* it can be had with other, tight limits */
    PROXY = 1 << 26,          /* it trusts a declared proxy's address */
    MESSAGE_SIZE = 1 << 27,   /* it bounds the size of a message */
    ROOMS_MADE = 1 << 28,     /* members make rooms, and meet in them */
    EVICTION = 1 << 29,       /* who loses the right to a room is put out */
    HANDSHAKE_ROOM = 1 << 30, /* a handshake may name a room to join */
    PRESENCE = UINT64_C(1) << 31,    /* it tells who is there, and who goes */
    NODES = UINT64_C(1) << 40,       /* it is served by several nodes at once */
    USER_RATE = UINT64_C(1) << 32,   /* it bounds the messages of a user … */
    ROOM_RATE = UINT64_C(1) << 33,   /* … and those into a room */
    SESSION_TTL = UINT64_C(1) << 34, /* an idle session ends by itself */
    HISTORY = UINT64_C(1) << 41,     /* a room keeps what was said … */
    REPLAY = UINT64_C(1) << 42,      /* … and tells it to who comes in */
    ROOM_BINARIES = UINT64_C(1) << 45,   /* bytes may be sent into a room */
    LOGOUT = UINT64_C(1) << 35,          /* a member may log out everywhere */
    USER_REVOCATION = UINT64_C(1) << 36, /* … and an operator do it for them */
    ROOM_QUOTA = UINT64_C(1) << 43,      /* it bounds the rooms of one user */
    ROOM_RIGHTS = UINT64_C(1) << 37,     /* a room may be read, not written */
    READERS = UINT64_C(1) << 38,         /* … and the broadcasts likewise */
    ISSUER = UINT64_C(1) << 52,          /* it issues tokens itself */
    PLAIN_LISTENER = UINT64_C(1) << 53,  /* it has a port without TLS, too */
    OTHER_DOOR = UINT64_C(1) << 54,      /* it has another way in, over HTTP */
    READING_DOOR = UINT64_C(1) << 55, /* … by which its broadcasts are read */
    HANDSHAKE_SIZE = UINT64_C(1) << 49, /* it bounds a handshake's size */
    SHARED_FAULT = UINT64_C(1) << 50, /* what its nodes share can be stopped */
    NODE_FAULT = UINT64_C(1) << 51,   /* a node can be killed */
    ROUTES = UINT64_C(1) << 56,       /* it serves no path but its own */
    /* It speaks sub-protocols of its own, and serves who offers one alone. */
    SUBPROTOCOL_REQUIRED = UINT64_C(1) << 57,
    SOFT_SIZE = UINT64_C(1) << 58, /* a long message is answered by an error */
    MINT = UINT64_C(1) << 60,      /* tokens of any kind can be made for it */
    EXPIRED = UINT64_C(1) << 61, /* … or one can be had that holds no more */
    OFFER = UINT64_C(1) << 62,   /* it is offered sub-protocols */
    /* These the manifest alone knows, whatever the adapter. */
    OF_MANIFEST = MINT | EXPIRED | OFFER,
};

/* Whether a criterion may run beside others on the same target. */
enum company { SHARED, EXCLUSIVE };

struct spec {
    const char *id;
    enum keyword keyword;
    const char *requirements; /* ids of requirements.def, space-separated */
    const char *statement;    /* the sentence that is proven */
    const char *mend;         /* what to change in a service that fails */
    void (*run)(struct bench *bench);
};

/* A spec and its line of the catalogue. */
struct criterion {
    const struct spec *spec;
    const char *theme; /* "AUTH", "CLOSE", … */
    enum level level;
    unsigned profiles; /* set of enum profile */
    uint64_t needs;    /* set of enum need */
    int wait_ms;       /* real time that the requirement itself makes it wait
                          for where the clock is not virtual; else 0 */
    enum company company;
};

extern const struct criterion catalogue[];
extern const size_t catalogue_size;

/* The line of the catalogue with this id, or NULL. */
const struct criterion *criterion_named(const char *id);

/* "wire", "inspect" or "log": the strongest kind of evidence it rests on. */
const char *criterion_evidence(const struct criterion *criterion);

const char *keyword_name(enum keyword keyword); /* "MUST" */
const char *level_name(enum level level);       /* "A" */
const char *profile_name(unsigned one);         /* "signals"; NULL if unknown */
unsigned profile_named(const char *name);       /* 0 if unknown */
const char *need_name(uint64_t one);            /* "inspect", "log", … */

/* requirements.def: one row for each requirement. */
enum requirement_state {
    PROVEN,   /* at least one criterion cites it */
    PLANNED,  /* its system is not built yet; `note` names the system */
    EXCLUDED, /* nothing a bench could prove; `note` says why */
};

struct requirement {
    const char *id;       /* "AUTH-07" */
    unsigned profiles;    /* set of enum profile */
    enum keyword keyword; /* */
    enum level level;
    char kind;            /* 'X' stated, 'I' implied, 'D' derived */
    const char *evidence; /* "wire", "inspect", "log", "clock", … */
    const char *source;   /* "002 §4; 004 §3", "RFC 7519 4.1.4" */
    const char *sentence;
    enum requirement_state state;
    const char *note; /* when PROVEN: "", "Not shown: …", the part that no bench
                         shows, or "Waits for rooms." and "Not of rooms: …":
                         proven elsewhere */
};

/* themes.def: what the criteria of a theme are about. */
struct theme {
    const char *name;  /* "AUTH" */
    const char *title; /* "Authentication" */
    const char *why;   /* what a service that fails there is open to */
};

extern const struct theme themes[];
extern const size_t themes_size;

const struct theme *theme_named(const char *name); /* or NULL */

extern const struct requirement requirements[];
extern const size_t requirements_size;

const struct requirement *requirement_named(const char *id); /* or NULL */

/* Does the space-separated list `ids` name `id`? */
bool cites(const char *ids, const char *id);

#define REQUIREMENTS(ids) ids

/* SPEC(name, keyword, REQUIREMENTS("…"), "statement", "mend") { body } */
#define SPEC(id, keyword, clauses, says, mend)                                 \
    const struct spec id = { #id, keyword, clauses, says, mend, id##_run };    \
    void id##_run(struct bench *bench) /* its prototype comes from the list */

#define LISTED(theme, level, profiles, needs, wait_ms, company, id)            \
    extern const struct spec id;                                               \
    void id##_run(struct bench *bench);
#include "catalogue.def"
#undef LISTED

#endif
