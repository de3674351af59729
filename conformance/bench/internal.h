/* The bench from the inside, for the files of this folder alone. */
#ifndef BENCH_INTERNAL_H
#define BENCH_INTERNAL_H

#include "adapter.h"
#include "base/buffer.h"
#include "bench.h"
#include "bench/result.h"
#include "manifest/manifest.h"
#include "spec.h"
#include <stdint.h>

enum limits_of_benches {
    PEERS_MAX = 4096,
    SIGNALS_MAX = 8192,             /* that one peer remembers */
    HEARD_BYTES_MAX = 256 * 1024,   /* of other messages, for one peer */
    TRANSCRIPT_LINES_MAX = 400,     /* of one criterion */
    TRANSCRIPT_PEER_LINES_MAX = 40, /* of one peer */
    TRANSCRIPT_TEXT_MAX = 240,      /* bytes of one line */
    SECRETS_MAX = 4096,
    TEXTS_MAX = 64,
    REASON_MAX = 125,
};

struct peer {
    struct bench *bench;
    unsigned socket;
    enum identity who;
    char name[40];
    char address[128];
    const char *token; /* owned by the bench's secrets; NULL: none */
    char jti[48];
    int64_t expires_s; /* of its token; 0: unknown */
    bool answers_close;
    bool ended_by_us; /* hang_up or vanish */

    unsigned accepts;
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
    unsigned offers; /* of manifest and adapter together */
    char id[17];     /* this world's canary, hex */
    char source[20]; /* our address, or "" */

    bool decided;
    enum verdict verdict;
    char *expected;
    char *seen;

    struct peer *peers[PEERS_MAX]; /* by socket, from 1 up */
    unsigned sockets;              /* number of the latest socket */
    unsigned strangers;            /* dialled since the after-witness */
    struct peer *before;
    struct peer *after;
    unsigned published;
    bool decoder_broken;
    bool control_proven; /* a fence has shown that the target works */

    struct note notes[TRANSCRIPT_LINES_MAX];
    size_t note_count;
    char *secrets[SECRETS_MAX]; /* tokens of this criterion */
    size_t secret_count;
    char *texts[TEXTS_MAX]; /* made for the criterion: canaries, messages */
    size_t text_count;

    uint64_t inspect_since;
    bool residue_noted;
    double residue;
};

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

/* Takes events in until `holds` is true of peer (peer NULL: never) or `ms`
 * have passed, on the target's clock where that is virtual. */
bool await(struct bench *bench, condition holds, const struct peer *peer,
           unsigned argument, int ms);
/* What the peer's ping of that number holds, and its pong has to. */
enum { PING_SIZE = 24 };
const char *ping_text(unsigned number, char into[PING_SIZE]);
/* Takes in whatever has arrived already. */
void drain(struct bench *bench);

bool has_signal(const struct peer *peer, unsigned signal);
bool has_answer(const struct peer *peer, unsigned ignored); /* closed, gone… */
bool has_ended(const struct peer *peer, unsigned ignored);
bool has_pong(const struct peer *peer, unsigned count);
bool has_more_heard(const struct peer *peer, unsigned bytes);

/* --- dial.c, fence.c ------------------------------------------------------ */

/* Publishes until the peer has received one; false when it does not. */
bool is_admitted(struct peer *peer);
/* Accepted, and answers two pings, one behind the other. */
bool stays_open(struct peer *peer);
struct peer *open_witness(struct bench *bench, const char *name);
enum fault publish_text(struct bench *bench, const char *text);
/* Proves at the end that a good token is admitted. */
void prove_control(struct bench *bench);

/* --- message.c ------------------------------------------------------------ */

/* Sorts a received message: one of our signals, or something heard. */
void take_message(struct peer *peer, struct bytes data);
/* Does `value` hold every member of `pattern`? A string "{text}" in it matches
 * any string, which goes into *text (borrowed) when that is not NULL. */
bool pattern_matches(const struct cJSON *pattern, const struct cJSON *value,
                     const char **text);
/* The first leak of internals in these bytes, or NULL. */
const char *leak_in(struct bytes bytes);

/* --- transcript.c --------------------------------------------------------- */

void note(struct bench *bench, const struct peer *peer, const char *what,
          struct bytes text);
struct cJSON *transcript_json(const struct bench *bench);
/* Remembers a token; returns it (owned by the bench), NULL without memory. */
const char *keep_secret(struct bench *bench, char *token);
/* A copy with every run of 12 bytes or more of a secret replaced; free() it. */
char *redact(const struct bench *bench, const char *text);
/* The first run of `run` bytes of `secret` in `text`, or NULL. */
const char *run_of(const char *secret, size_t run, struct bytes text);

#endif
