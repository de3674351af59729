/* Asks something of a target beside its WebSocket: an HTTP request or a command
 * of the manifest's, with its {names} filled in.
 *
 * Each call blocks for at most the manifest's answer_ms. What went wrong is
 * told without the manifest's secrets. */
#ifndef NET_CALL_H
#define NET_CALL_H

#include "base/buffer.h"
#include "manifest/manifest.h"

struct pair;

struct caller {
    const struct manifest *manifest;
    void *curl;         /* one handle, so one kept-alive connection */
    char *folder;       /* of the manifest's file: commands run there */
    bool keeps_cookies; /* in a jar of its own, and brings them again */
    int deadline_ms;    /* of a call; 0: the manifest's answer_ms */
    bool sends_forms;   /* a body that is no JSON, where no type is named */
    /* These as in struct http_terms; NULL: as they are there. */
    struct buffer *head;
    void (*meanwhile)(void *self);
    void *self;
};

/* `manifest` is borrowed until deinit. FAULT_MEMORY. */
enum fault caller_init(struct caller *caller, const struct manifest *manifest);
void caller_deinit(struct caller *caller); /* one that is all zero is fine */

/* FAULT_ABSENT: there is no such hook. FAULT_DENIED: it was answered, and with
 * an error. FAULT_HOOK: it failed. Where `status` is not NULL, no status is an
 * error, and it is told there (0: it was a command). */
enum fault caller_ask(const struct caller *caller, const struct hook *hook,
                      const struct pair *values, long *status,
                      struct buffer *answer);

/* Says again what went wrong (FAULT_NONE, FAULT_ABSENT: nothing), without the
 * manifest's secrets. */
enum fault fault_clean(const struct manifest *manifest, enum fault fault);

#endif
