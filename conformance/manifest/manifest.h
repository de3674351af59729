/* The target manifest: what a criterion has to know of a target, read from
 * JSON (with comments) and checked completely before anything is dialled.
 *
 * A mistake is one line: "file:12: $.endpoint.url: …, expected …". */
#ifndef MANIFEST_MANIFEST_H
#define MANIFEST_MANIFEST_H

#include "base/buffer.h"
#include "base/deviation.h"
#include "base/digest.h"
#include "base/fault.h"
#include "manifest/source.h"
#include "world.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

enum limits_of_manifests {
    MANIFEST_BYTES_MAX = 1024 * 1024,
    MANIFEST_DEPTH_MAX = 32,
    MANIFEST_KEYS_MAX = 8,
    MANIFEST_OUTCOMES_MAX = 8,
    MANIFEST_TIMEZONES_MAX = 8,
    MANIFEST_NODES_MAX = 8, /* the first included */
    MANIFEST_EXTENDS_MAX = 4,
    MANIFEST_CARRIERS_MAX = 4,
    MANIFEST_ORIGINS_MAX = 8,
    MANIFEST_STATUSES_MAX = 16,
    MANIFEST_SAID_MAX = 8, /* of each list of the dialogue */
    MANIFEST_HEADERS_MAX = 8,
    MANIFEST_DOORS_MAX = 8,
    MANIFEST_LEAKS_MAX = 16,
    MANIFEST_LAYOUTS_MAX = 64,
    MANIFEST_PARTS_MAX = 32,     /* of a layout, or inside one */
    MANIFEST_RESTART_MS = 10000, /* where it says nothing */
};

/* What a message is on the wire. */
enum codec_kind {
    CODEC_JSON,     /* a text frame */
    CODEC_SOCKETIO, /* an event of Socket.IO 5 on Engine.IO 4 */
    CODEC_TEXT,     /* a text frame, whatever it holds: a pattern is a text */
};

/* How a credential travels. */
enum carrier_kind {
    CARRIER_QUERY,         /* parameter `name` */
    CARRIER_BEARER,        /* `Authorization: Bearer …` */
    CARRIER_SUBPROTOCOL,   /* the sub-protocol `name` + token: "jwt." */
    CARRIER_FIRST_MESSAGE, /* messages.authenticate */
    CARRIER_HEADER,        /* header `name`, its value a template: {token} */
    CARRIER_COOKIE,        /* cookie `name` */
};
struct carrier {
    enum carrier_kind kind;
    const char *name;
    const char *value; /* "token {token}"; NULL where there is no template */
};

/* One way in which another door answers. */
struct door_answer {
    int status;            /* HTTP's */
    const char *body_like; /* … with a body that this finds; NULL: any */
    const char *widened;   /* as that of an outcome */
};

/* Another way to what the WebSocket leads to. Without steps it is named in
 * reports, and nobody asks it. */
struct door {
    const char *what; /* "HTTP long-polling" */
    const char *url;  /* or NULL */
    bool is_socket;   /* url is a WebSocket: asked as the endpoint is */
    /* What a client does there, with {token} and {user}; the last that is
     * answered is the answer. */
    struct steps steps;
    struct steps read; /* what it does behind them to be told broadcasts */
    int read_ms;       /* how long each of these may take */
    struct door_answer admitted; /* to a good credential */
    struct door_answer refused[MANIFEST_OUTCOMES_MAX];
    size_t refused_count;
};

/* When an origin is looked at; where one is never, none is claimed. */
enum origin_policy {
    ORIGIN_IF_PRESENT,  /* who sends none is a native client */
    ORIGIN_REQUIRED,    /* who sends none is refused */
    ORIGIN_WITH_COOKIE, /* if present, and beside a cookie alone */
};

/* A header that goes with every handshake. */
struct header_line {
    const char *name, *value;
};

/* How TCP ends behind the upgrade, where no Close comes. */
enum cut { NOT_CUT, CUT_BY_FIN, CUT_BY_RESET, CUT_ANYHOW };

/* One accepted way of being refused. */
struct outcome {
    int close;               /* close code; 1005: a Close without code; 0: no
                                Close but … */
    const char *reason;      /* exact; NULL: any … */
    const char *reason_like; /* … that this expression finds, if there is one */
    int status;              /* HTTP status before the upgrade; 0: none … */
    const char *body_like;   /* … with a body that this finds; NULL: any */
    enum cut cut;            /* … or an end without a Close */
    bool is_open; /* … or none: it is told, or not, and hears nothing else … */
    int until_ms; /* … for so long, and is ended as above; 0: nobody knows */
    const struct cJSON *message; /* pattern of a message that comes first, and
                                    the only one; NULL: none may come */
    const char *widened;         /* why a code that refuses nothing by itself is
                                    accepted all the same; NULL: it is not needed */
};
struct outcomes {
    struct outcome at[MANIFEST_OUTCOMES_MAX];
    size_t count;
};

/* A key that the target trusts and that we may sign with. */
struct signer {
    const char *alg;          /* "HS256", "RS256", "ES256", "EdDSA" */
    const char *secret;       /* HS256 */
    const char *private_key;  /* PEM, the others */
    const char *public_key;   /* PEM, derived from it */
    struct evp_pkey_st *pkey; /* private_key as OpenSSL has read it: the reading
                                 costs more than a signature; NULL: not yet */
};

/* What is said, and the pattern of what comes back. */
struct exchange {
    struct cJSON *send;
    struct cJSON *answer;
};

/* What is said beside the messages of the service itself. In templates {id} is
 * fresh for each message, and what patterns have captured may be taken up. */
struct heartbeat {
    const struct cJSON *on;   /* pattern */
    const struct cJSON *send; /* template; NULL: it is not answered */
};
struct allowance {
    const struct cJSON *said;   /* pattern of what one says */
    const struct cJSON *answer; /* … and may be answered, once for each */
};
struct dialogue {
    /* Said by the server before all else, each once and in this order; what
     * the client says first waits for them. */
    const struct cJSON *greetings[MANIFEST_SAID_MAX];
    size_t greeting_count;
    /* What a member says to take part, each behind the answer to the one
     * before it; without an answer it is not waited for. */
    struct exchange joining[MANIFEST_SAID_MAX];
    size_t joining_count;
    struct heartbeat heartbeats[MANIFEST_SAID_MAX];
    size_t heartbeat_count;
    /* What strangers may say, and are not refused for. */
    struct allowance allowed[MANIFEST_SAID_MAX];
    size_t allowed_count;
    bool pings_of_members; /* strangers' are left without an answer */
    bool takes_up; /* there are variables that are filled when it is sent */
};

/* Messages that are pieces of a text, cut anywhere. */
struct stream_form {
    const struct cJSON *frame; /* with "{text}"; NULL: there are none */
    const char *ends; /* what stands behind each line, a byte or more */
};

struct instance {
    const char *timezone;
    const char *url;
};

struct manifest {
    const char *name;   /* of the target */
    unsigned profile;   /* one of enum profile */
    const char *source; /* file, or "profile signals" */

    /* codec: what is said on the wire. The messages below are events then,
     * ["name",{…}], but for `authenticate`, the payload of CONNECT. */
    enum codec_kind codec;
    const char *namespace;
    const char *event; /* what a text that names none is sent as */

    struct stream_form stream;

    const struct cJSON *layouts; /* see bench/layout.h; NULL: none */
    bool in_binary; /* frames: what has no layout is a binary frame, too */

    /* POSIX extended expressions of what no stranger may be told. */
    const char *leaks[MANIFEST_LEAKS_MAX];
    size_t leak_count;

    unsigned tolerated; /* of RFC 6455: set of 1 << enum deviation */

    /* endpoint */
    const char *url; /* ws, wss or ws+unix; NULL in a bare profile */
    /* Of a cluster, all nodes but the first, which is `url`. */
    const char *nodes[MANIFEST_NODES_MAX - 1];
    size_t node_count; /* of these */
    struct instance instances[MANIFEST_TIMEZONES_MAX];
    size_t instance_count;
    const char *plain_url; /* ws, beside a url of wss; NULL: unknown */
    const char *ca_file;   /* PEM to trust for wss, or NULL: the system's */
    const char *origin;    /* sent by default, or NULL */
    /* Templates with {tenant}; NULL: the URL's own path. */
    const char *paths[ENDPOINTS];
    const char *endpoint_names[ENDPOINTS]; /* as audit events call them */
    /* An instance with limits of its own; NULL: none. */
    const char *tight_url;
    const char *proxy; /* an address of ours that the target trusts as proxy */
    const char *origins[MANIFEST_ORIGINS_MAX]; /* that the target admits */
    size_t origin_count;
    enum origin_policy origin_policy;
    struct door doors[MANIFEST_DOORS_MAX];
    size_t door_count;
    uint64_t doors_offer; /* set of enum need: what those with steps are */
    struct header_line headers[MANIFEST_HEADERS_MAX]; /* of each handshake */
    size_t header_count;
    const char *subprotocols; /* that each handshake offers, comma-separated;
                                 NULL: none */
    const char *tight_subprotocol; /* beside those, at that instance */

    /* credential */
    struct carrier carriers[MANIFEST_CARRIERS_MAX]; /* the first: as agreed */
    size_t carrier_count;
    const char *plain_subprotocol; /* one without a secret: "app.v1" */
    struct signer keys[MANIFEST_KEYS_MAX];
    size_t key_count;
    struct cJSON *claims;   /* template: strings with {user} and {role} */
    long lifetime_s;        /* of a good token */
    long issued_lifetime_s; /* of one that the target's issuer makes */
    long max_lifetime_s;    /* longest that is accepted; 0: unbounded */
    const char *roles[IDENTITIES];
    struct wallet *wallet; /* net/wallet.h; borrowed: NULL where no steps fetch
                              credentials */
    struct source supply;  /* of credentials */
    enum enforcement expiry, revocation; /* as its makers know it */
    struct steps setup;                  /* before the first dial */
    /* Where the users are given, these and no others; the last is the one of
     * witnesses. */
    bool has_identities;
    struct known known[IDENTITIES + 1];
    const char *resources[TENANTS_COUNT]; /* in place of fresh tenants */
    bool has_resources;

    struct outcomes refusals[CAUSES];
    /* codes and reasons that may occur besides (normal closure, shutdown) */
    struct outcomes other_closes;

    /* vocabulary */
    struct cJSON *signal;       /* pattern with "{text}" */
    struct cJSON *publish;      /* message of a publisher, with "{text}" */
    struct cJSON *error;        /* pattern of an error answer */
    struct cJSON *authenticate; /* with "{token}" and "{user}"; the bench leaves
                                   out the member whose variable is absent */
    bool no_echo;               /* nobody is owed their own words */
    struct cJSON *welcome;      /* pattern: "{user}", "{tenant}", "{time}" */
    struct cJSON *whoami;       /* asks who one is */
    struct cJSON *identity;     /* the answer, with "{user}" */
    struct cJSON *logout;       /* logs the sender's user out */
    struct cJSON *set_status;   /* "{order}", "{status}", "{notes}" */
    struct cJSON *get_order;    /* "{order}" */
    struct cJSON *order;        /* the answer: "{order}", "{status}" */
    const char *statuses[MANIFEST_STATUSES_MAX];
    size_t status_count;
    struct exchange rooms[ROOM_VERBS];
    struct cJSON *denials[DENIALS]; /* patterns with "{event}"; NULL: any error
                                     */
    const char *deeds[DEEDS]; /* as its log calls them; NULL: as is usual */
    const char *open_room, *role_room; /* there from the start, or NULL: for
                                          everybody, for the role of PLATFORM */
    /* … for everybody to read, for that role to write to. */
    const char *read_only_room;
    const char *room_query; /* the parameter that names a room, or NULL */
    unsigned room_size_max;
    unsigned rooms_per_user; /* that one owns; 0: unbounded */
    int room_grace_ms;       /* how long an empty room may stay; 0: unknown */
    const char *history_messages;  /* the list's name in the answer */
    struct cJSON *history_message; /* pattern: "{text}", "{user}" */
    unsigned history_max;          /* messages that a room keeps */

    struct cJSON *set_presence; /* "{status}"; "{user}" where an impostor would
                                   put another one's id */
    struct exchange get_presence;  /* "{user}"; the answer: "{status}" */
    struct cJSON *presence_update; /* pattern: "{user}", "{status}" */
    struct cJSON *joined, *left;   /* patterns: "{user}", "{room}" */
    const char *timeout_status;    /* "away", "offline" */
    int presence_check_ms, presence_timeout_ms, presence_cleanup_ms;
    int tight_presence_check_ms, tight_presence_timeout_ms; /* 0: unknown */

    struct dialogue dialogue;

    /* limits */
    int answer_ms;  /* how long any answer may take; deadline for waiting */
    int close_ms;   /* how long a refused connection may last */
    int auth_ms;    /* when a first message is due */
    int window_ms;  /* of attempts */
    int restart_ms; /* when it must be back, once restart_hook is called */
    unsigned per_user, attempts, strangers; /* 0: unbounded */
    bool tight_without_origins;             /* its list of them is empty */
    unsigned tight_per_user, tight_attempts, tight_connections;
    unsigned tight_messages, tight_room_messages;
    unsigned messages, room_messages; /* in a window of … ; 0: unbounded */
    int messages_window_ms;
    int session_ttl_ms, tight_session_ttl_ms;  /* idle; 0: unbounded */
    size_t handshake_bytes;                    /* 0: unknown */
    size_t message_bytes, first_message_bytes; /* 0: unknown */
    size_t soft_bytes, tight_soft_bytes;       /* 0: none */
    size_t bounds[BOUNDS];                     /* likewise */

    uint64_t offers; /* set of enum need: hooks present and claims made */

    struct hook publish_hook, inspect_hook, revoke_hook;
    struct hook break_decoder_hook, mend_decoder_hook;
    struct hook break_store_hook, mend_store_hook;
    struct hook break_monitor_hook, mend_monitor_hook;
    /* What the nodes share, and the last of them: broken, and mended. */
    struct hook stop_shared_hook, start_shared_hook;
    struct hook freeze_shared_hook, thaw_shared_hook;
    struct hook fill_shared_hook, drain_shared_hook;
    struct hook show_shared_hook;
    struct hook slow_shared_hook, hurry_shared_hook;
    struct hook kill_node_hook, start_node_hook;
    struct hook publish_to_hook; /* to one tenant */
    struct hook tenant_hook, user_hook, remove_user_hook, order_hook;
    struct hook revoke_user_hook;
    struct hook issue_token_hook;
    struct hook restart_hook; /* brings it back after it has died */
    struct hook ask_without_context_hook;
    const char *log_file;

    struct cJSON *tree; /* all of the above live in it or in `texts` */
    struct texts *texts;
};

/* Reads a manifest file, or a built-in profile by its name. Errors go into
 * `errors`, a line each; NULL then. `overlay` (may be NULL) is laid over it as
 * if the file ended with it: the tool's own settings, like a URL. */
struct manifest *manifest_read_file(const char *path,
                                    const struct cJSON *overlay,
                                    struct buffer *errors);
struct manifest *manifest_read_profile(const char *name,
                                       const struct cJSON *overlay,
                                       struct buffer *errors);
/* From memory; `source` is its name in errors. */
struct manifest *manifest_read(const char *source, struct bytes text,
                               const struct cJSON *overlay,
                               struct buffer *errors);
void manifest_free(struct manifest *manifest); /* NULL is fine */

/* The keyring in the form that reference/core/key.h reads: public halves and
 * secrets. free() it. */
char *manifest_keyring(const struct manifest *manifest);

/* Whether it claims what is needed (a set of enum need), as far as that is a
 * matter of claims: what several nodes are, and whose clock it is, only the
 * adapter knows. A criterion that a profile's own manifest leaves out is there
 * for services of others. */
bool manifest_claims(const struct manifest *manifest, uint64_t needs);
/* Does it name somebody whom resources.forbidden admits? Else who is refused
 * there may be refused because there is no such thing. Fresh tenants have the
 * owners that were made with them. */
bool manifest_names_who_may(const struct manifest *manifest);

/* Hex SHA-256 of the effective manifest, into 65 bytes. */
void manifest_digest(const struct manifest *manifest, char into[DIGEST_BYTES]);

/* The first {name} of a text, or NULL. */
const char *template_variable(const char *text, struct bytes *name);
/* Does any string in this value hold {name}? Or be it, where `alone`; a message
 * that is a text need only hold it. */
bool template_mentions(const struct cJSON *value, const char *name, bool alone);

/* `template` with each {name} of `values` replaced (NULL-ended); an unknown
 * {name} stays as it is. free() it. */
struct pair;
char *template_fill(const char *template, const struct pair *values);

#endif
