/* What a run is pointed at: the reference core in memory, the reference server
 * started for the occasion, a server that listens already, or an
 * implementation in a child process. */
#ifndef RUN_TARGET_H
#define RUN_TARGET_H

#include "adapter.h"
#include "manifest/manifest.h"
#include "run/server.h"
#include "run/store.h"

struct implementation;

enum target_kind { TARGET_MOCK, TARGET_REFERENCE, TARGET_URL, TARGET_EXEC };
/* One for each time zone, then one with tight limits. */
enum { TARGET_ZONES = 3, TARGET_SERVERS = TARGET_ZONES + 1 };

/* The strings have to outlive the target. */
struct target_choice {
    enum target_kind kind;
    const char *profile; /* built-in; NULL when `file` is given */
    const char *file;    /* manifest */
    const char *url;     /* over the manifest's, or NULL */
    bool tls;            /* the reference over wss */
    bool unix_socket;    /* the reference over a unix socket */
    unsigned nodes;      /* the reference or the mock as so many; 0 is 1 */
    const char *command; /* of TARGET_EXEC, for /bin/sh */
    bool isolated;       /* a child for each criterion */
};

struct target {
    enum target_kind kind;
    struct target_choice choice; /* as it was opened */
    struct manifest *manifest;
    /* of TARGET_EXEC: each worker has a child of its own */
    struct implementation *implementation;
    bool is_virtual;       /* time costs nothing there */
    char child[1024];      /* what the child calls itself; "": none */
    struct lab *lab;       /* of TARGET_MOCK */
    struct wallet *wallet; /* NULL: no credential is fetched */
    /* of the reference; behind those, the nodes but the first */
    struct server servers[TARGET_SERVERS + MANIFEST_NODES_MAX];
    size_t server_count;
    size_t node_start;         /* among them */
    struct store_of_run store; /* that the nodes share */
    unsigned nodes;            /* that it has; 0 is 1 */
    char folder[64];           /* temporary; "" : none */
};

/* FAULT_MANIFEST: `errors` has a line for each mistake. Another fault: the
 * target could not be started, fault_reason() says why. target_close it in any
 * case. */
enum fault target_open(struct target *target,
                       const struct target_choice *choice,
                       struct buffer *errors);
/* A fresh adapter, or NULL with fault_reason(). */
struct adapter *target_adapter(const struct target *target);
/* FAULT_ENDED when a server of ours has ended by itself meanwhile; the reason
 * names it, and how its log ends. */
enum fault target_health(struct target *target);
/* Libraries that set themselves up at their first use do so here, once, and
 * not in each worker. */
void target_warm_up(const struct target *target);
/* Mends the decoder of a target whose worker ended before it could. What was
 * never broken may well fail to be mended. */
enum fault target_mend(const struct target *target);
/* Calls hooks.restart: the service has died. FAULT_ABSENT: there is none.
 * FAULT_HOOK: it failed, fault_reason() says how. */
enum fault target_restart(const struct target *target);
/* What the set-up made and the users' sessions may have died with the service,
 * and it may be elsewhere now: where the manifest has steps, they are done
 * again. On a fault the target is as it was, and fault_reason() says why. */
enum fault target_reopen(struct target *target);
void target_close(struct target *target);

#endif
