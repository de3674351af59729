/* Trials: what is done with the verbs of a criterion where nobody is judged,
 * and what was seen of it is wanted and not a verdict. For `probe`. */
#ifndef BENCH_TRIAL_H
#define BENCH_TRIAL_H

#include "bench.h"
#include "bench/result.h"

/* What a peer was answered. */
struct sight {
    bool upgraded;      /* HTTP 101 */
    bool open;          /* … and nothing has ended it */
    int status;         /* of another answer than 101; 0: none */
    int code;           /* of its Close; 1005: none in it; 0: no Close */
    char reason[126];   /* … its reason, a NUL behind it */
    enum ending ending; /* where it has `ended` */
    bool ended;
    unsigned welcomes;  /* messages that match messages.welcome */
    unsigned frames;    /* messages of any kind */
    bool leaks;         /* the reason holds a secret, or internals */
    char words[512];    /* all that, without secrets */
    char message[2048]; /* the latest message heard; "": none */
};

/* Begins no connection by itself, unlike a criterion, and decides nothing.
 * *result: verdict PASS where all could be tried; else `seen` says what stood
 * in the way. result_deinit it. */
typedef void trial(struct bench *bench, void *context);
void bench_try(const char *name, trial *steps, void *context,
               const struct manifest *manifest, struct adapter *adapter,
               const struct world *world, struct result *result);

void sight_take(struct peer *peer, struct sight *sight);
/* Waits until each has been answered or ended, `ms` at most for all. */
void await_answers(struct peer *const peers[], size_t count, int ms);
/* Was it refused as the manifest has it for this cause, with nothing else said?
 */
bool is_refused_as(const struct peer *peer, enum cause cause);
/* Was a member closed as the manifest has it for this cause? */
bool is_closed_as(const struct peer *peer, enum cause cause);
/* An open member: it stays, and is welcomed where that is the custom. */
bool try_admission(struct peer *peer);
/* It is accepted and stays, proven or not. */
bool try_waiting(struct peer *peer);
/* Publishes until it has heard it, as messages.signal has it. */
bool try_broadcast(struct peer *peer);
/* The latest message so far with this text in it; NULL: none. Valid until the
 * next verb. */
const char *heard_with(const struct peer *peer, const char *text);
const char *heard_last(const struct peer *peer);
/* Has it got binary messages that are none by any layout? Appends what the last
 * of them is. */
bool has_heard_bytes(const struct peer *peer, struct buffer *into);
/* Has it heard a message of this pattern since it last spoke? Waited for. */
bool try_reply(struct peer *peer, const struct cJSON *pattern);
/* Is what this member says, as messages.publish has it, heard by that one? */
bool try_publication(struct peer *speaker, struct peer *listener);
/* Do broadcasts come from a hook, and not from a member of ours? */
bool has_publish_hook(const struct bench *bench);
/* What stands in each message of ours, and occurs nowhere else. */
const char *mark_of(const struct bench *bench);
/* How long an answer may take here, in ms. */
int time_to_answer(const struct bench *bench);
/* Has a verdict, or anything in its way. */
bool is_stopped(const struct bench *bench);
/* May it be asked for: claimed, and offered by the adapter? */
bool is_offered(const struct bench *bench, uint64_t need);
/* Is there such a user: a fresh one, or one that the manifest gives? */
bool is_known(const struct bench *bench, enum identity who);
/* The answer of a hook that shows the inside: NULL, and *why, where it fails.
 * cJSON_Delete it. */
struct cJSON *try_inspection(struct bench *bench);
/* How many bytes the log has grown by; -1 and stopped where it cannot be read.
 */
long try_log(struct bench *bench);

#endif
