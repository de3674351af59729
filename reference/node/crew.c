/* The servers that are there, as the log shows them: the same list on each. */
#include "core/state.h"
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

static bool is_silent(const struct node *node, const struct peer_node *peer)
{
    return node->at_ms - peer->heard_ms >= node->patience.dead_ms;
}

/* Whom a newcomer need not agree with: all, where a log is of one alone, and
 * those who are dead, though there is nobody who could say so. */
static void make_room(struct node *node, const struct entry *entry)
{
    size_t i = 0;

    while (i < node->peer_count)
        if (entry->code == 1 || is_silent(node, &node->peers[i]))
            crew_bury(node, node->peers[i].number);
        else
            i++;
    if (entry->id != 0 && entry->id != entry->node)
        crew_bury(node, (unsigned)entry->id);
}

/* Why it may not come; NULL: it may. What holds is what the first has said:
 * each server must come to the same answer. */
static const char *objection_to(struct node *node, const struct entry *entry)
{
    if (node->peer_count == NODES_MAX)
        return "there are too many servers";
    if (crew_find(node, entry->node) != NULL)
        return "another server has this one's number";
    return node->peer_count > 0 && strcmp(entry->settings, node->settings) != 0
               ? "the other servers are of different settings"
               : NULL;
}

void crew_begin(struct node *node, const struct entry *entry, bool is_ours)
{
    const char *why;

    make_room(node, entry);
    if (node->state == NODE_LOST)
        return; /* it is us who were taken for dead */
    why = objection_to(node, entry);
    if (why != NULL) {
        if (is_ours)
            node_lost(node, why);
        return;
    }
    if (node->peer_count == 0)
        copy_text(node->settings, sizeof(node->settings), entry->settings);
    node->peers[node->peer_count++] =
        (struct peer_node){ .number = entry->node, .heard_ms = node->at_ms };
    if (is_ours) {
        node->state = NODE_READY;
        node->has_complained = false;
    }
}

bool crew_is_keeper(const struct node *node)
{
    return node->state == NODE_READY && !node->is_leaving &&
           node->peer_count > 0 && node->peers[0].number == node->number;
}

void crew_look_round(struct node *node)
{
    for (size_t i = 0; i < node->peer_count; i++) {
        struct peer_node *peer = &node->peers[i];
        if (peer->is_doomed || peer->number == node->number ||
            !is_silent(node, peer))
            continue;
        peer->is_doomed = true;
        node_tell(node, ENTRY_BURY, peer->number, 0, text_of(""));
    }
}
