/* The dialogue around a service's own messages: greetings, what a member says
 * to take part, heartbeats; {id} and what was captured. For the files of this
 * folder alone.
 *
 *     server                       bench
 *     {"type":"hello","sid":"s"}   ──▶            a greeting: {sid} is captured
 *                        ◀──  {"type":"auth","token":"…","sid":"s"}
 *     {"type":"welcome"}           ──▶
 *                        ◀──  {"type":"join","id":"3-1"}      joining
 *     {"type":"joined","id":"3-1"} ──▶
 *     {"type":"ping"}              ──▶            a heartbeat
 *                        ◀──  {"type":"pong"} */
#ifndef BENCH_DIALOGUE_H
#define BENCH_DIALOGUE_H

#include "base/bytes.h"
#include "bench/stream.h"
#include "manifest/manifest.h"
#include <stdbool.h>

struct cJSON;
struct bench;
struct peer;

/* Where a peer stands in it. */
struct talk {
    unsigned greeted;    /* greetings that have come */
    char *first;         /* the first message, which waits for them, or NULL */
    unsigned joined;     /* steps of joining that are done */
    bool is_asked;       /* the next one awaits its answer … */
    unsigned asked;      /* … which bears this operation, if any */
    unsigned answered;   /* steps that were answered */
    unsigned operations; /* ids that were given */
    struct cJSON *captured;           /* an object, or NULL */
    unsigned owed[MANIFEST_SAID_MAX]; /* answers to what strangers may say */
    unsigned strays;      /* broadcasts of ours that came in no form agreed */
    struct buffer said;   /* its own words, where nobody is owed theirs */
    bool lacks_echo;      /* and those have been waited for in vain */
    struct buffer litter; /* HTTP behind the 101, as it came */
    struct buffer
        unread;          /* bytes that are no message and hold a text of ours */
    struct buffer aside; /* greetings, heartbeats, answers to joining and to
                          * what strangers may say, a NUL behind each; litter */
    struct stream stream; /* where the messages are pieces of one */
};

/* Says the first message, at once or when all greetings have come. */
void talk_first(struct peer *peer, const char *first);
/* Goes as far as what has come allows: behind the upgrade, and each message. */
void talk_on(struct peer *peer);
/* This text goes out: what it may be answered is noted. */
void talk_said(struct peer *peer, struct bytes text);
/* Is it a greeting that is due, a heartbeat, or an answer that strangers may
 * have? Then it is taken, answered, and counts for nothing else. */
bool talk_took(struct peer *peer, const struct cJSON *value);
/* Is it the answer that joining waits for? Then it has been noted. */
bool talk_was_answered(struct peer *peer, const struct cJSON *value);
/* Does what stands where the pattern has {id} name an operation of this peer's,
 * or has the pattern none? */
bool talk_is_own(const struct peer *peer, const struct cJSON *pattern,
                 const struct cJSON *value);
/* A text as this peer sends it: {id} is fresh, and what was captured is taken
 * up. NULL: as it is. free() it. */
char *talk_fill(struct peer *peer, const char *text);
/* The same of bytes without NUL; is there anything to fill at all? */
char *talk_fill_bytes(struct peer *peer, struct bytes bytes);
bool talk_fills(const struct peer *peer);
/* Sends it so, without a word in the transcript. */
void talk_send(struct peer *peer, const char *text);

bool has_joined(const struct peer *peer, unsigned ignored);
void talk_deinit(struct peer *peer);

/* How long this text is waited for by this peer, ms: not long, where these are
 * its own words and messages.echo has it that nobody is owed theirs. */
int patience_for(const struct peer *peer, const char *text);
/* It has not come: are these such words? Then nothing passes any more. */
bool is_not_owed(struct peer *peer, const char *text);
bool lacks_echo(const struct bench *bench);

#endif
