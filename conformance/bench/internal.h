/* The bench from the inside, for the files of this folder alone. */
#ifndef BENCH_INTERNAL_H
#define BENCH_INTERNAL_H

#include "adapter.h"
#include "base/buffer.h"
#include "bench.h"
#include "bench/arrivals.h"
#include "bench/dialogue.h"
#include "bench/patterns.h"
#include "bench/result.h"
#include "manifest/manifest.h"
#include "spec.h"
#include <stdint.h>

enum limits_of_benches {
    PEERS_MAX = 4096,
    SIGNALS_MAX = 8192,                /* that one peer remembers */
    HEARD_BYTES_MAX = 8 * 1024 * 1024, /* of other messages, for one peer */
    TRANSCRIPT_LINES_MAX = 400,        /* of one criterion */
    TRANSCRIPT_PEER_LINES_MAX = 40,    /* of one peer */
    TRANSCRIPT_TEXT_MAX = 240,         /* bytes of one line */
    SECRETS_MAX = 4096,
    GRAM_BITS = 16,
    GRAMS = 1 << GRAM_BITS,
    TEXTS_MAX = 2048,
    REASON_MAX = 125,
    USER_SIZE = 96, /* of a user's name, with its NUL */
    TENANT_SIZE = 37,
    NODES_MAX = 8,
    OFFERED_SIZE = 512, /* of the sub-protocols that count as offered */
};

struct peer {
    struct bench *bench;
    struct talk talk;
    struct parcel parcel;
    bool deflates;                         /* that was agreed upon */
    struct arrival arrivals[ARRIVALS_MAX]; /* the latest, in a ring */
    unsigned arrival_count;
    struct arrival told; /* of the message that was last found */
    unsigned socket;
    enum identity who;
    char user[USER_SIZE]; /* whom its good token names */
    enum tenant tenant;
    enum entrance endpoint;
    char name[40];
    char address[128];
    const char *token; /* owned by the bench's secrets; NULL: none */
    const char *own;   /* likewise: its user's, where we cannot mint one */
    bool is_witness;   /* of the bench */
    char jti[48];
    int64_t expires_s; /* of its token; 0: unknown */
    bool answers_close;
    bool ended_by_us;           /* hang_up or vanish */
    unsigned node;              /* of a cluster, from 0 */
    bool is_plain, is_astray;   /* dials where nobody need be; … may be */
    bool is_elsewhere, is_long; /* no broadcast gets there; too long a head */
    bool wrote, is_mute;        /* … without a right; without the usual … */
    const char *denied;         /* the text that it wrote so; NULL: none */
    char offered[OFFERED_SIZE]; /* … sub-protocols; a comma behind each */

    unsigned accepts;
    int64_t accepted_ms;         /* on the adapter's clock */
    char selected[OFFERED_SIZE]; /* the sub-protocol answered; "": none */
    int64_t asked_ms;            /* the issuer for its token */
    int64_t dialled_ms;          /* … as is this */
    int64_t active_ms;           /* … and this: when it last sent something */
    unsigned refusal_messages;   /* that the manifest lists before a close */
    unsigned welcomes;
    int status; /* of a rejection; 0: none */
    bool closed;
    int code;
    unsigned char reason[REASON_MAX];
    size_t reason_length;
    bool gone;
    enum ending ending;
    unsigned data_frames; /* text or binary, whatever they hold */
    unsigned pings;       /* that we sent */
    unsigned pongs;       /* the latest ping that was answered */
    unsigned odd_pongs;   /* since the latest ping, with another payload */
    unsigned *signals;    /* our own broadcasts, in order of arrival */
    size_t signal_count;
    size_t signal_room;
    struct buffer heard; /* all else it was sent, a NUL behind each */
    size_t heard_before; /* of `heard`, when it last said something */
    size_t errors_seen;  /* of `heard`, behind the latest error asked about */
    unsigned lines;      /* of the transcript */
};

struct note { /* a line of the transcript */
    int64_t at_ms;
    const struct peer *peer;
    const char *what;
    char *text;
};

struct bench {
    const struct criterion *criterion;
    const struct manifest *manifest;
    struct adapter *adapter;
    struct world world;
    uint64_t offers;     /* of manifest and adapter together */
    bool is_alone;       /* a trial: no member of ours dials beside its own */
    char id[17];         /* this world's canary, hex */
    char source[20];     /* our address, or "" */
    unsigned deviations; /* tolerated, and seen */

    int64_t attempts_since_ms; /* in one window; 0: of no matter */
    bool half_elapsed;         /* of that window */
    int64_t dialled_ms;        /* the latest attempt, or its upgrade */

    uint32_t causes; /* set of 1 << enum cause: whose refusals were expected */
    bool decided;
    enum verdict verdict;
    char *expected;
    char *seen;

    struct peer *peers[PEERS_MAX]; /* by socket, from 1 up */
    unsigned sockets;              /* number of the latest socket */
    unsigned strangers;            /* dialled since the after-witness */
    struct peer *before;
    struct peer *after;
    struct peer *sentinels[NODES_MAX]; /* a witness at each node but those */
    bool by_socket;                    /* broadcasts are said by … */
    struct peer *publishers[TENANTS_COUNT];
    unsigned turn;    /* whose node is next */
    unsigned outages; /* set of 1 << enum outage */
    bool is_patient;  /* with a node that cannot be reached for a while */
    unsigned published;
    unsigned rooms;        /* that were named */
    unsigned said;         /* texts into them */
    unsigned tenants_made; /* set of 1 << enum tenant */
    unsigned users_made;   /* set of 1 << enum identity */
    unsigned orders_made;
    bool decoder_broken, store_broken, monitor_broken;
    bool shares_nothing; /* what is dialled with is nobody else's */
    bool control_proven; /* a fence has shown that the target works */

    struct note notes[TRANSCRIPT_LINES_MAX];
    size_t note_count;
    char *secrets[SECRETS_MAX]; /* tokens of this criterion */
    size_t secret_count;
    uint8_t grams[GRAMS / 8]; /* which of the grams of secrets are there */
    char *texts[TEXTS_MAX];   /* made for the criterion: canaries, messages */
    size_t text_count;

    uint64_t inspect_since;
    bool residue_noted;
    double residue;
    struct cJSON *metrics;      /* as note_metrics found them … */
    unsigned metrics_witnesses; /* … when there were so many witnesses */
    unsigned witnesses;
    struct visit *visits; /* the latest, of other doors */
};

/* --- run.c ---------------------------------------------------------------- */

/* What bench_run does before and behind its criterion. NULL without memory;
 * *result says so. */
struct bench *bench_open(const struct criterion *criterion,
                         const struct manifest *manifest,
                         struct adapter *adapter, const struct world *world,
                         struct result *result);
void bench_close(struct bench *bench, struct result *result);

/* --- verdict.c ------------------------------------------------------------ */

/* The first decision stays. `expected` is copied. */
void decide(struct bench *bench, enum verdict verdict, const char *expected,
            const char *seen, ...) __attribute__((format(printf, 4, 5)));
/* The answer a peer got, in words: `close 1008 "…"`, `HTTP 403`, … */
void describe_answer(const struct peer *peer, struct buffer *into);
/* Bytes of a stranger, in quotes, whatever they are. */
void add_quoted(struct buffer *into, const unsigned char *at, size_t length);

/* --- pump.c --------------------------------------------------------------- */

typedef bool (*condition)(const struct peer *peer, unsigned argument);

/* Its clock is virtual: time passes when we say so, and no answer takes any. */
bool is_prompt(const struct bench *bench);
int patience_of(const struct bench *bench);
/* How long a place may take to be free again (CONN-02), in the same way. */
int patience_for_a_place(const struct bench *bench);
/* Takes events in until `holds` is true of peer (peer NULL: never) or `ms`
 * have passed, on the target's clock where that is virtual. */
bool await(struct bench *bench, condition holds, const struct peer *peer,
           unsigned argument, int ms);
/* What the peer's ping of that number holds, and its pong has to. */
enum { PING_SIZE = 24 };
const char *ping_text(unsigned number, char into[PING_SIZE]);
/* Takes in whatever has arrived already. */
void drain(struct bench *bench);
/* Lets who dialled be answered, for a moment, before all are gone: a handshake
 * that is torn is a question that nobody has asked. */
void take_leave(struct bench *bench);

bool has_signal(const struct peer *peer, unsigned signal);
bool has_answer(const struct peer *peer, unsigned ignored); /* closed, gone… */
bool has_ended(const struct peer *peer, unsigned ignored);
bool has_pong(const struct peer *peer, unsigned count);
bool has_more_heard(const struct peer *peer, unsigned bytes);
/* Has it heard more than before this call, within the patience? Who waits for
 * one message among others looks, and then hears more, and looks again. */
bool hears_more(struct peer *peer, int patience_ms);

/* --- expect_message.c ----------------------------------------------------- */

/* Waits for message after message until one is an error. */
bool await_error(struct peer *peer);

/* --- expect_connection.c -------------------------------------------------- */

/* It ended as a service does that has fallen over: with 1011, with HTTP 500 or
 * above, or with no Close behind the upgrade; and the manifest lists no such
 * refusal. */
bool has_crashed(const struct peer *peer);
/* That is a failure. */
void fail_crash(struct peer *peer);

/* --- dial.c, fence.c, expect_system.c ------------------------------------- */

/* Until it is answered, or is over. */
void await_handshake(struct peer *peer);

/* Publishes until the peer has received one; false when it does not. */
bool is_admitted(struct peer *peer);
/* Of several nodes, another may have told others already what this peer is yet
 * to hear of its own words: waits for it, behind a ping. */
void catch_up(struct peer *peer);
/* Is this node there, as far as we have killed none? */
bool is_alive(const struct bench *bench, unsigned node);
/* Our address number `source`, from 1. */
void source_of(const struct bench *bench, unsigned source, char other[24]);
/* issuer.c: a token of the target's own; NULL, and a verdict, when there is
 * none. free() it. */
char *issue_for(struct peer *peer);
/* Accepted, and answers two pings, one behind the other. */
bool stays_open(struct peer *peer);

/* Proves at the end that a good token is admitted. */
void prove_control(struct bench *bench);

/* --- deflate.c ------------------------------------------------------------ */

/* Before it is heard. */
void note_arrival(struct peer *peer, const struct event *event);
/* The message at `offset` of what was heard is the one that was looked for. */
void note_told(struct peer *peer, size_t offset);

/* --- binary.c ------------------------------------------------------------- */

enum { BINARY_BYTES_MAX = 32 * 1024 * 1024 };
void take_binary(struct peer *peer, struct bytes data);
/* For who looks for leaks. */
void remember_bytes(struct peer *peer, struct bytes data);
/* The last of them, as it begins; and "; the last frame was …", of any. */
void describe_binary(const struct peer *peer, struct buffer *into);
void describe_last(const struct peer *peer, struct buffer *into);
/* A text message has come that begins at `heard`. */
void note_head(struct peer *peer, size_t heard);

/* --- expect_log.c --------------------------------------------------------- */

/* The log since this criterion began, with all that was done in it; deinit
 * `into` in any case. */
void read_log(struct bench *bench, struct buffer *into);
/* `text` in the line as a word of its own: port 4012 is not in 40123. */
bool holds_word(struct bytes line, const char *text);
/* Is it a line of this level: "warn", "err", …? */
bool is_of_level(struct bytes line, const char *level);
/* Does the log tell of us at all? Decides when it does not. */
bool is_shown(struct bench *bench, const struct buffer *log);

/* --- rooms.c, expect_text.c ----------------------------------------------- */

/* Is this an answer of that pattern, about that room? */
bool is_answer(const struct cJSON *pattern, const struct cJSON *value,
               const char *room);
/* Is `found` the text, as it is or escaped once for HTML? */
bool is_same_text(const char *found, const char *text);

/* --- reply.c -------------------------------------------------------------- */

/* What came since it last said something: a greeting is no answer. Each
 * message ends with a NUL. */
struct bytes answer_of(const struct peer *peer);
/* Is the time that a message tells by this pattern, if it tells one, in UTC and
 * no earlier than the handshake? */
bool time_holds(const struct peer *peer, const struct cJSON *pattern,
                const struct cJSON *value);
/* The latest message heard; "" when none. */
const char *last_heard(const struct peer *peer);
/* Has it heard a message with this text in it? Now, or waited for? */
bool holds_text(const struct peer *peer, const char *text);
bool await_text(struct peer *peer, const char *text);
/* The first such message that matches, waited for; NULL when none comes.
 * cJSON_Delete it. */
struct cJSON *await_reply(struct peer *peer, const struct cJSON *pattern);

/* --- expect_inspect.c ----------------------------------------------------- */

/* The target's inspection; NULL when a verdict stands or came of it.
 * cJSON_Delete it. */
struct cJSON *look(struct bench *bench);
bool text_equals(const struct cJSON *object, const char *name,
                 const char *want);
/* Waits, ever longer, between one look and the next; false when the manifest
 * bears no more of it. Begin with *pause 0. */
bool look_again(struct bench *bench, int *pause);
/* Whether the array `list` of what was seen holds this text. */
bool list_names(const struct cJSON *tree, const char *list, const char *text);
/* The parameter in which a token might stand in an access line. */
const char *query_name(const struct bench *bench);
bool can_be_found(struct peer *peer);
/* Entries of the array `list` that are this peer's, and have `name` = `want`
 * where `name` is not NULL. */
unsigned count_of(const struct cJSON *tree, const char *list,
                  const struct peer *peer, const char *name, const char *want);
/* Looks again and again until `list` holds `want` entries of the peer, with
 * `name` = `value` where `name` is not NULL. */
unsigned settle_on(struct peer *peer, const char *list, const char *name,
                   const char *value, unsigned want);

/* --- world.c -------------------------------------------------------------- */

const char *identity_name(enum identity who);
/* Makes the user and its tenant known to the target's directory, once. */
void make_user(struct bench *bench, enum identity who);
void make_tenant(struct bench *bench, enum tenant tenant);
/* The same for a witness, who has a name of his own; and for a publisher. */
void make_witness(struct peer *peer);
void make_publisher(struct peer *peer, enum tenant tenant);
/* The tenant that a broadcast of ours goes to for this peer; NULL where there
 * are no tenants. */
const char *audience_of(struct bench *bench, enum tenant tenant);

#include "bench/letter.h"

/* --- act.c ---------------------------------------------------------------- */

void transmit(struct peer *peer, enum message_kind kind, int code,
              struct bytes data);

/* A hook that is absent makes the criterion not applicable, one that fails
 * inconclusive. */
void check_hook(struct bench *bench, const char *what, enum fault fault);
/* Likewise for what was sent. */
void check_wire(struct bench *bench, enum fault fault);
/* messages.publish with this text; free() it, NULL without memory. */
char *write_publication(const struct bench *bench, const char *text);
/* Keeps a text until the criterion ends; "" and a verdict without memory. */
const char *keep_text(struct bench *bench, char *text);
/* The same; a text that is kept already is not kept twice. */
const char *keep_once(struct bench *bench, char *text);
/* Mends whatever the criterion has broken. */
void mend_all(struct bench *bench);
#include "bench/leaks.h"

/* --- transcript.c --------------------------------------------------------- */

void note(struct bench *bench, const struct peer *peer, const char *what,
          struct bytes text);
struct cJSON *transcript_json(const struct bench *bench);
/* Remembers a token; returns it (owned by the bench), NULL without memory. */
const char *keep_secret(struct bench *bench, char *token);
/* Lets redact know of it; keep_secret does. */
void mark_secret(struct bench *bench, const char *secret);
/* A copy with every run of 12 bytes or more of a secret replaced; free() it. */
char *redact(const struct bench *bench, const char *text);
/* The first run of `run` bytes of `secret` in `text`, or NULL. */
const char *run_of(const char *secret, size_t run, struct bytes text);

#include "bench/credential.h"
#include "bench/members.h"
#include "bench/outcome.h"
#include "bench/rooms_internal.h"

#endif
