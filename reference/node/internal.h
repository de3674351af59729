/* What a node is made of, for the files of this folder alone. */
#ifndef NODE_INTERNAL_H
#define NODE_INTERNAL_H

#include "node/entry.h"
#include "node/node.h"

enum node_state {
    NODE_ALONE,   /* there is no log */
    NODE_LOST,    /* it cannot be had */
    NODE_JOINING, /* our begin has yet to come out of it */
    NODE_READY,
};

/* A server as the log shows it. */
struct peer_node {
    unsigned number;
    int64_t heard_ms; /* by the log's time */
    bool is_doomed;   /* we have asked for its burial */
};

struct node {
    struct surroundings surroundings;
    struct log log;
    struct patience patience;
    struct core *core;
    enum node_state state;
    unsigned number;   /* ours; 0 before the first join */
    unsigned replaces; /* what it was before */
    uint64_t position;
    int64_t at_ms;     /* the log's time, of its last entry */
    int64_t steady_ms; /* when that entry came */
    bool is_applying;
    bool is_leaving; /* for good: what its core knows is no more than its own */
    bool has_complained; /* of a log that it has not had since */
    /* Since the state was kept last: a state is kept once the entries behind
     * the last one are as long as it was, so that it costs no more than they.
     */
    size_t entries;
    size_t entry_bytes;
    size_t state_bytes;
    struct peer_node peers[NODES_MAX]; /* us among them, in order of coming */
    size_t peer_count;
    char settings[SETTINGS_BYTES_MAX + 1]; /* that they agree on */
    /* Ours that have yet to come out of the log. */
    uint64_t sent; /* in all; tickets are of these */
    uint64_t back;
    uint64_t lost; /* up to here they never come back */
    size_t waiting;
    size_t waiting_bytes;
    int64_t waiting_since_ms;
    int64_t beaten_ms; /* steady: when we were last heard of */
    bool tick_waits;
};

/* Puts an event of ours into the log; one more than it can take loses it. */
void node_append(struct node *node, struct entry *entry);
/* One that is of a connection, or of none: 0. */
void node_tell(struct node *node, enum entry_kind kind, connection_id id,
               int code, struct text body);
/* crew.c: who is there. */
struct peer_node *crew_find(struct node *node, unsigned number);
/* A server comes: ours, when it is what we have waited for. */
void crew_begin(struct node *node, const struct entry *entry, bool is_ours);
void crew_bury(struct node *node, unsigned number);
void crew_look_round(struct node *node);
/* Is it us who keep the state for those to come? */
bool crew_is_keeper(const struct node *node);

/* state.c: what is kept for those who join later. */
char *state_write(const struct node *node); /* cJSON_free() it */
bool state_read(struct node *node, struct text state);

#endif
