/* The log's side of a node: what comes out of it, and what becomes of a server
 * that has lost it. */
#include "node/internal.h"
#include "core/state.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    KEEP_EVERY = 512,                     /* entries, at least */
    WAITING_MAX = 8192,                   /* of ours, at one time */
    WAITING_BYTES_MAX = 64 * 1024 * 1024, /* in their bodies */
    ID_BITS = 40,                         /* of one server's connections */
};

/* As of a snapshot: no sum with a setting overflows. */
static const int64_t latest_ms = INT64_C(1) << 53;

static int64_t steady_ms(const struct node *node)
{
    return node->surroundings.steady_ms(node->surroundings.self);
}

struct node *node_new(const struct surroundings *surroundings,
                      const struct log *log, const struct patience *patience)
{
    struct node *node = calloc(1, sizeof(*node));

    if (node == NULL)
        return NULL;
    node->surroundings = *surroundings;
    node->patience = *patience;
    node->state = log == NULL ? NODE_ALONE : NODE_LOST;
    if (log != NULL)
        node->log = *log;
    node->core = surroundings->new_core(surroundings->self);
    if (node->core == NULL) {
        free(node);
        return NULL;
    }
    return node;
}

void node_free(struct node *node)
{
    if (node == NULL)
        return;
    core_free(node->core);
    free(node);
}

struct core *node_core(const struct node *node)
{
    return node->core;
}

bool node_is_shared(const struct node *node)
{
    return node->state != NODE_ALONE;
}

bool node_is_ready(const struct node *node)
{
    return node->state == NODE_ALONE || node->state == NODE_READY;
}

connection_id node_id(const struct node *node, connection_id local)
{
    return ((connection_id)node->number << ID_BITS) | local;
}

uint64_t node_position(const struct node *node)
{
    return node->position;
}

int64_t node_now(const struct node *node, int64_t now_ms)
{
    if (node->state == NODE_ALONE || node->at_ms == 0)
        return now_ms;
    if (node->is_applying)
        return node->at_ms;
    /* An entry is read a while behind the time that it bears; a token of this
     * very second is not one of the future for that. */
    int64_t by_log_ms = node->at_ms + (steady_ms(node) - node->steady_ms);
    return by_log_ms > now_ms ? by_log_ms : now_ms;
}

/* --- The log is lost, and found again ------------------------------------- */

/* Once, however often it is tried: a line for each try would fill a disk. */
static void complain(struct node *node, const char *what, const char *why)
{
    char line[256];

    if (node->has_complained)
        return;
    node->has_complained = true;
    snprintf(line, sizeof(line), "shared state %s: %s", what, why);
    node->surroundings.say(node->surroundings.self, line);
}

void node_lost(struct node *node, const char *why)
{
    enum node_state before = node->state;

    if (before == NODE_ALONE)
        return;
    if (node->core->policy.nodes.serves_alone(node->core)) {
        node->state = NODE_ALONE;
        return;
    }
    node->state = NODE_LOST;
    complain(node, before == NODE_READY ? "lost" : "not to be had", why);
    if (before != NODE_LOST)
        node->surroundings.abandon(node->surroundings.self);
}

/* Whatever it knew is of no use: the others may have gone on. */
static bool forget(struct node *node)
{
    struct core *fresh = node->surroundings.new_core(node->surroundings.self);

    if (fresh == NULL)
        return false;
    core_free(node->core);
    node->core = fresh;
    node->peer_count = 0;
    node->settings[0] = 0;
    node->waiting = 0;
    node->waiting_bytes = 0;
    node->lost = node->sent;
    node->back = node->sent;
    node->tick_waits = false;
    node->at_ms = 0;
    return true;
}

unsigned node_number(int64_t count)
{
    return (unsigned)((count - 1) % NODE_NUMBER_MAX) + 1;
}

bool node_restore(struct node *node, unsigned number, uint64_t position,
                  struct text state)
{
    if (node->state != NODE_LOST || node->is_leaving || number == 0 ||
        number > NODE_NUMBER_MAX || !forget(node))
        return false;
    if (state.length > 0 && !state_read(node, state))
        return false;
    node->position = position;
    /* Numbers that have begun again are of servers that we do not know. */
    node->replaces = number > node->number ? node->number : 0;
    node->number = number;
    node->state = NODE_JOINING;
    return true;
}

bool node_begin(struct node *node, bool is_only_one)
{
    struct entry entry = { .kind = ENTRY_BEGIN,
                           .id = node->replaces,
                           .code = is_only_one };
    copy_text(entry.settings, sizeof(entry.settings),
              node->surroundings.settings);

    node_append(node, &entry);
    return node->state != NODE_LOST;
}

/* --- Into the log --------------------------------------------------------- */

static bool has_room(const struct node *node, size_t bytes)
{
    return node->waiting < WAITING_MAX &&
           node->waiting_bytes + bytes <= WAITING_BYTES_MAX;
}

void node_append(struct node *node, struct entry *entry)
{
    char *head;

    if (node->state != NODE_JOINING && node->state != NODE_READY)
        return;
    entry->node = node->number;
    head = has_room(node, entry->body.length) ? entry_head(entry) : NULL;
    if (head == NULL) {
        node_lost(node, "more waits for it than can be held");
        return;
    }
    node->beaten_ms = steady_ms(node);
    if (node->waiting++ == 0)
        node->waiting_since_ms = node->beaten_ms;
    node->sent++;
    node->waiting_bytes += entry->body.length;
    if (entry->kind == ENTRY_BEAT)
        node->tick_waits = true;
    node->log.append(node->log.self, text_of(head), entry->body);
    cJSON_free(head);
}

/* --- Out of the log ------------------------------------------------------- */

static void open_connection(struct node *node, const struct entry *entry)
{
    const struct asked *asked = &entry->asked;
    struct request request = { .path = text_of(asked->path),
                               .query = text_of(asked->query),
                               .peer = asked->peer };

    core_opened_by(node->core, entry->id, &request, &asked->vouched);
}

static enum tidings tidings_of(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_OPENED: return TIDINGS_COMING;
    case ENTRY_RECEIVED:
    case ENTRY_OVERLONG: return TIDINGS_WORDS;
    case ENTRY_FRAME_FAILED:
    case ENTRY_CLOSE:
    case ENTRY_CLOSED: return TIDINGS_GOING;
    case ENTRY_PUBLISH: return TIDINGS_PUBLISHED;
    case ENTRY_REVOKE: return TIDINGS_REVOKED;
    default: return TIDINGS_LIFE;
    }
}

static void act(struct node *node, const struct entry *entry)
{
    struct core *core = node->core;
    struct text none = { "", 0 };

    switch (entry->kind) {
    case ENTRY_OPENED: open_connection(node, entry); break;
    case ENTRY_RECEIVED:
        core_received(core, entry->id, entry->body, entry->code == 1);
        break;
    case ENTRY_PING:
        if (entry->node == node->number)
            node->surroundings.pong(node->surroundings.self, entry->id,
                                    entry->body);
        core_stirred(core, entry->id);
        core_pulsed(core, entry->id);
        break;
    case ENTRY_STIRRED: core_stirred(core, entry->id); break;
    case ENTRY_PULSED: core_pulsed(core, entry->id); break;
    case ENTRY_OVERLONG:
        core_overlong(core, entry->id, entry->code == 1, entry->size);
        break;
    case ENTRY_FRAME_FAILED:
        core_frame_failed(core, entry->id, (uint16_t)entry->code);
        break;
    case ENTRY_CLOSE:
        core_close_received(core, entry->id, (uint16_t)entry->code);
        break;
    case ENTRY_CLOSED:
        core_closed(core, entry->id,
                    entry->code == DEPARTED_CLEANLY ? DEPARTED_CLEANLY
                                                    : DEPARTED_ABRUPTLY);
        break;
    case ENTRY_PUBLISH: core_publish(core, entry->body, none); break;
    case ENTRY_REVOKE: (void)core_revoke(core, entry->body); break;
    case ENTRY_REVOKE_USER: (void)core_revoke_user(core, entry->body); break;
    default: break;
    }
}

/* Ours, and of this life: it need not be waited for any longer. */
static void has_come_back(struct node *node, const struct entry *entry)
{
    node->waiting -= node->waiting > 0;
    node->waiting_bytes -= entry->body.length <= node->waiting_bytes
                               ? entry->body.length
                               : node->waiting_bytes;
    node->waiting_since_ms = steady_ms(node);
    node->back++;
    if (entry->kind == ENTRY_BEAT)
        node->tick_waits = false;
    node->surroundings.came_back(node->surroundings.self, entry->id);
}

/* A server speaks of its own connections alone, and of new ones as new. */
static bool may_say(const struct node *node, const struct entry *entry)
{
    const struct connection *connection;

    if (entry->kind < ENTRY_OPENED || entry->kind >= ENTRY_PUBLISH)
        return true;
    connection = connection_find(node->core, entry->id);
    return connection == NULL ||
           (entry->kind != ENTRY_OPENED && connection->node == entry->node);
}

static void apply(struct node *node, const struct entry *entry)
{
    /* A begin behind ours is another's, whatever its number. */
    bool is_ours = entry->node == node->number &&
                   (entry->kind != ENTRY_BEGIN || node->state == NODE_JOINING);
    struct peer_node *peer;

    core_acts_for(node->core, entry->node, is_ours);
    core_ticked(node->core);
    if (entry->kind == ENTRY_BEGIN)
        crew_begin(node, entry, is_ours);
    peer = crew_find(node, entry->node);
    if (peer != NULL &&
        may_say(node, entry)) { /* the word of the buried counts for nothing */
        peer->heard_ms = node->at_ms;
        if (entry->kind == ENTRY_BURY)
            crew_bury(node, (unsigned)entry->id);
        else if (core_hears_of(node->core, tidings_of(entry)))
            act(node, entry);
    }
    core_acts_for(node->core, node->number, true);
    if (is_ours)
        has_come_back(node, entry);
}

static void keep_now_and_then(struct node *node)
{
    char *state;

    if (node->entries < KEEP_EVERY || node->entry_bytes < node->state_bytes ||
        !crew_is_keeper(node))
        return;
    state = state_write(node);
    node->entries = 0;
    node->entry_bytes = 0;
    if (state != NULL) {
        node->state_bytes = strlen(state);
        node->log.keep(node->log.self, node->position, text_of(state));
    }
    cJSON_free(state);
}

void node_told(struct node *node, uint64_t position, int64_t at_ms,
               struct text head, struct text body)
{
    struct entry entry;

    if (node->state == NODE_LOST || node->state == NODE_ALONE)
        return;
    if (position != node->position + 1) {
        node_lost(node, "entries are missing");
        return;
    }
    node->position = position;
    if (at_ms > latest_ms || !entry_read(&entry, head, body)) {
        node_lost(node, "an entry cannot be read");
        return;
    }
    node->at_ms = at_ms > node->at_ms ? at_ms : node->at_ms;
    node->steady_ms = steady_ms(node);
    node->is_applying = true;
    apply(node, &entry);
    node->is_applying = false;
    node->entries++;
    node->entry_bytes += head.length + body.length;
    keep_now_and_then(node);
}
