/* One server of a service that several servers are.
 *
 * Each server has a core, and every core holds the state of the whole service:
 * all are told the same events, in the one order that a log gives them, and at
 * the time that the log says. So a limit, a room or a revocation holds on
 * several servers exactly as it does on one, whoever comes where. (State
 * machine replication; F. B. Schneider, ACM Computing Surveys 22(4), 1990.)
 *
 * An event goes into the log, and is acted on when it comes out of it: nothing
 * is answered that the log does not hold. A server that loses the log knows
 * nothing any more: it turns its members away (1013), forgets all, and begins
 * anew. A server that is not heard of for a while is buried by the others,
 * and its connections with it.
 *
 * Without a log there is one server, and a call of this file is one of the
 * core. */
#ifndef NODE_NODE_H
#define NODE_NODE_H

#include "core/core.h"

struct log {
    /* Puts an entry behind all others, soon. The node is told of it as of all
     * entries, or learns that the log is lost. */
    void (*append)(void *self, struct text head, struct text body);
    /* The state behind entry `position`: whoever joins later may begin there,
     * and entries up to the one before this may go. */
    void (*keep)(void *self, uint64_t position, struct text state);
    void *self;
};

struct surroundings {
    /* A fresh one; its port shows nobody any id but of this server's own
     * connections, and the time of node_now. NULL without memory. */
    struct core *(*new_core)(void *self);
    /* Milliseconds that never go back. */
    int64_t (*steady_ms)(void *self);
    /* Turns each connection of this server away with 1013; those whose
     * handshake is yet to be answered, behind the upgrade. */
    void (*abandon)(void *self);
    /* Answers a ping. */
    void (*pong)(void *self, connection_id id, struct text payload);
    /* What this connection has put into the log is one entry less. */
    void (*came_back)(void *self, connection_id id);
    /* A line for the operator. */
    void (*say)(void *self, const char *line);
    const char *settings; /* that all servers must agree on, in words */
    void *self;
};

struct patience {
    int beat_ms; /* a server is heard of at least so often: 500 */
    int dead_ms; /* … and buried when it is not, for so long: 3000 */
    int log_ms;  /* an entry comes back within: 2000 */
};

struct node;

/* Without a log (NULL) it is ready at once. NULL without memory. */
struct node *node_new(const struct surroundings *surroundings,
                      const struct log *log, const struct patience *patience);
void node_free(struct node *node);

/* The core as it is now; another one whenever the log has been lost. */
struct core *node_core(const struct node *node);
/* Is an event answered by the log, not before the call returns? */
bool node_is_shared(const struct node *node);
bool node_is_ready(const struct node *node);
/* The id, among those of all servers, of this server's connection `local`, a
 * number that it gives but once (less than 2^40). Asked when the connection is
 * told of, since a server that has lost the log is another one behind it. */
connection_id node_id(const struct node *node, connection_id local);
/* What time it is for the core; without a log, `now_ms`. */
int64_t node_now(const struct node *node, int64_t now_ms);

/* --- From the log --------------------------------------------------------- */

unsigned node_number(int64_t count); /* the number of the count-th server */
/* The log can be had. This server is number `number`, from 1; what is kept is
 * the state behind `position`, or nothing and 0. False: that state cannot be
 * read, or there is no memory. */
bool node_restore(struct node *node, unsigned number, uint64_t position,
                  struct text state);
/* Now, or once all is told that the log holds: the others are told that this
 * server is there, and, where a log is of one alone, that no other is. It is
 * ready when that has come back. False: it has lost the log again. */
bool node_begin(struct node *node, bool is_only_one);
/* The next entry, of position + 1. One that is missing makes the node lose the
 * log. */
void node_told(struct node *node, uint64_t position, int64_t at_ms,
               struct text head, struct text body);
/* It cannot be had, now or still. The operator is told once, until it can. */
void node_lost(struct node *node, const char *why);
uint64_t node_position(const struct node *node);

/* --- From the world: as the calls of core.h of the same name -------------- */

void node_opened(struct node *node, connection_id id,
                 const struct request *request);
void node_received(struct node *node, connection_id id, struct text message,
                   bool is_text);
/* Answered in its place among the rest: behind the pong stands nothing that was
 * caused before the ping. */
void node_pinged(struct node *node, connection_id id, struct text payload);
void node_stirred(struct node *node, connection_id id);
void node_pulsed(struct node *node, connection_id id);
size_t node_message_max(const struct node *node, connection_id id,
                        bool is_text);
void node_overlong(struct node *node, connection_id id, bool is_text,
                   uint64_t size);
void node_frame_failed(struct node *node, connection_id id, uint16_t code);
void node_close_received(struct node *node, connection_id id, uint16_t code);
void node_closed(struct node *node, connection_id id, enum departure how);
void node_ticked(struct node *node);
/* In how many milliseconds node_ticked is of use next; INT64_MAX: never. */
int64_t node_wait_ms(const struct node *node, int64_t now_ms);
void node_publish(struct node *node, struct text text, struct text restaurant);
bool node_revoke(struct node *node, struct text jti);
bool node_revoke_user(struct node *node, struct text user);
/* Everything that any server was told before has been acted on here once this
 * ticket is back. One of before the log was lost is void: it never will be. */
uint64_t node_ticket(struct node *node);
bool node_is_back(const struct node *node, uint64_t ticket);
bool node_is_void(const struct node *node, uint64_t ticket);
/* The others are told that this server is gone. */
void node_shutdown(struct node *node);

#endif
