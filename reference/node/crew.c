/* The servers that are there, as the log shows them: the same list on each. */
#include "node/internal.h"

struct peer_node *crew_find(struct node *node, unsigned number)
{
    for (size_t i = 0; i < node->peer_count; i++)
        if (node->peers[i].number == number)
            return &node->peers[i];
    return NULL;
}

void crew_bury(struct node *node, unsigned number)
{
    struct peer_node *peer = crew_find(node, number);

    if (peer == NULL)
        return;
    node->peer_count--;
    memmove(peer, peer + 1,
            (size_t)(&node->peers[node->peer_count] - peer) * sizeof(*peer));
    core_node_gone(node->core, number);
    if (number == node->number && !node->is_leaving)
        node_lost(node, "the other servers took this one for dead");
}

/* One of a number that is there already is a life of it that we have missed
 * the end of. */
void crew_begin(struct node *node, const struct entry *entry)
{
    bool is_ours = entry->node == node->number;

    while (entry->code == 1 && node->peer_count > 0)
        crew_bury(node, node->peers[0].number);
    crew_bury(node, entry->node);
    if (entry->id != 0 && entry->id != entry->node)
        crew_bury(node, (unsigned)entry->id);
    if (strcmp(entry->settings, node->surroundings.settings) != 0 ||
        node->peer_count == NODES_MAX) {
        if (is_ours)
            node_lost(node, "the servers are of different settings, or there "
                            "are too many");
        return;
    }
    node->peers[node->peer_count++] =
        (struct peer_node){ .number = entry->node, .heard_ms = node->at_ms };
    if (is_ours)
        node->state = NODE_READY;
}

bool crew_is_keeper(const struct node *node)
{
    return node->state == NODE_READY && node->peer_count > 0 &&
           node->peers[0].number == node->number;
}

void crew_look_round(struct node *node)
{
    for (size_t i = 0; i < node->peer_count; i++) {
        struct peer_node *peer = &node->peers[i];
        if (peer->is_doomed || peer->number == node->number ||
            node->at_ms - peer->heard_ms < node->patience.dead_ms)
            continue;
        peer->is_doomed = true;
        node_tell(node, ENTRY_BURY, peer->number, 0, text_of(""));
    }
}
