/* What a core does for a service of several servers. Each server has a core,
 * and all cores are told the same events in the same order: node/node.h.
 *
 * Whose a token is, the server finds out that was asked, once; the others take
 * its word, and no token leaves it. */
#ifndef CORE_NODES_H
#define CORE_NODES_H

#include "core/core.h"
#include "core/jwt.h"
#include "core/policy.h"

/* What was found out about a request. */
struct vouched {
    char address[PEER_BYTES_MAX + 1]; /* that its attempt is counted against */
    bool is_missing;                  /* there is no credential */
    enum token_fault fault;
    struct claims claims; /* with TOKEN_HOLDS */
};
void core_vouch(struct core *core, const struct request *request,
                struct vouched *vouched);

/* What it is called in the log, in events and in the pool. */
void core_name_peer(const struct core *core, const struct request *request,
                    char into[PEER_BYTES_MAX + 1]);

/* May it come in, by its origin? Who may not is told so by core_opened. */
bool core_is_of_allowed_origin(const struct core *core,
                               const struct request *request);
/* The line of the access log, which core_opened_by leaves none of. */
void core_log_request(struct core *core, const struct request *request);
/* As core_opened; only path, query and peer of the request are looked at. */
void core_opened_by(struct core *core, connection_id id,
                    const struct request *request,
                    const struct vouched *vouched);
/* Whose event is told next; 0 and ours until it is called. Of an event of
 * another's nothing is logged or monitored here. */
void core_acts_for(struct core *core, unsigned node, bool is_ours);
/* Is it acted on here? What is ours always is. */
bool core_hears_of(const struct core *core, enum tidings tidings);
/* Its connections have all gone without a word. */
void core_node_gone(struct core *core, unsigned node);
/* What the servers share cannot be had: 1013, and nothing is looked at. */
void core_turn_back(struct core *core, connection_id id,
                    const struct request *request);
/* As core_message_max, for one that the core has yet to hear of. */
size_t core_message_max_to_come(const struct core *core, bool is_text);

#endif
