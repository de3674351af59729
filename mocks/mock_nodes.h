/* The servers of a mock: one core, or several that share a log in memory, and
 * one more with tight limits, which is alone. For the mock's own files. */
#ifndef MOCKS_MOCK_NODES_H
#define MOCKS_MOCK_NODES_H

#include "base/buffer.h"
#include "base/fault.h"
#include "node/node.h"

struct mock;

enum { MOCK_NODES_MAX = 8 };

/* A server; the `self` of its core's port. */
struct mock_node {
    struct mock *mock;
    struct node *node; /* NULL: there is none, or it has been killed */
    struct settings settings;
};

/* An entry of the log. */
struct mock_entry {
    struct mock_entry *next;
    int64_t at_ms;
    struct text head; /* both behind this struct */
    struct text body;
};

struct mock_log {
    struct mock_entry *first; /* of position `gone` + 1 */
    struct mock_entry *last;
    uint64_t gone;
    uint64_t count; /* the position of the last */
    uint64_t kept;  /* that `state` is behind; not before `gone` */
    char *state;    /* NULL while `kept` is 0 */
    int64_t servers;
    bool is_down;
};

struct mock_nodes {
    struct mock_node at[MOCK_NODES_MAX];
    unsigned count; /* 0 before the start */
    struct mock_node tight;
    struct mock_log log;
};

/* So many servers, of which each knows all; FAULT_MEMORY, FAULT_LIMIT. */
enum fault mock_nodes_start(struct mock *mock, unsigned count,
                            const struct settings *settings);
void mock_nodes_stop(struct mock *mock);
/* The one with the tight limits, made when it is first asked for; NULL without
 * memory. */
struct mock_node *mock_nodes_tight(struct mock *mock,
                                   const struct settings *settings);
/* The first that is there, which knows what all know; or NULL. */
struct node *mock_nodes_first(const struct mock *mock);
void mock_nodes_directory_changed(struct mock *mock);

/* In how many ms one of them is to be told that time has passed. */
int64_t mock_nodes_wait_ms(const struct mock *mock);
void mock_nodes_tick(struct mock *mock);

/* What stands in the log, an entry behind the other. */
enum fault mock_nodes_show(const struct mock *mock, struct buffer *into);
/* What they share cannot be had, or can again. Nothing without a log. */
void mock_nodes_break(struct mock *mock, bool is_down);
/* A server dies with its connections, and another begins in its place. */
void mock_nodes_kill(struct mock *mock, unsigned index);
enum fault mock_nodes_revive(struct mock *mock, unsigned index);

#endif
