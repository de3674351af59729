/* The world's side of a node: without a log straight to the core, with one
 * into it. */
#include "node/internal.h"
#include "core/state.h"

/* A connection is heard to be alive so often, and no more. */
enum { STIR_MS = 200 };

static bool is_alone(const struct node *node)
{
    return node->state == NODE_ALONE;
}

static int64_t steady_ms(const struct node *node)
{
    return node->surroundings.steady_ms(node->surroundings.self);
}

void node_tell(struct node *node, enum entry_kind kind, connection_id id,
               int code, struct text body)
{
    struct entry entry = { .kind = kind, .id = id, .code = code, .body = body };

    node_append(node, &entry);
}

static void tell(struct node *node, enum entry_kind kind, connection_id id,
                 int code)
{
    node_tell(node, kind, id, code, text_of(""));
}

/* --- Connections ---------------------------------------------------------- */

static void cut_query(const struct node *node, const struct request *request,
                      struct asked *asked)
{
    char needed[QUERY_BYTES_MAX + 1];

    copy_text(needed, sizeof(needed), asked->query);
    struct text told =
        node->core->policy.nodes.query_told(request, text_of(needed));
    size_t length =
        told.length < QUERY_BYTES_MAX ? told.length : QUERY_BYTES_MAX;
    memcpy(asked->query, told.at, length);
    asked->query[length] = 0;
}

static void ask_to_open(struct node *node, connection_id id,
                        const struct request *request)
{
    struct entry entry = { .kind = ENTRY_OPENED, .id = id };

    core_log_request(node->core, request);
    entry_ask(&entry.asked, request);
    core_name_peer(node->core, request, entry.asked.peer);
    cut_query(node, request, &entry.asked);
    core_vouch(node->core, request, &entry.asked.vouched);
    node_append(node, &entry);
}

/* Whom its origin keeps out is told so here: it counts for nothing. */
void node_opened(struct node *node, connection_id id,
                 const struct request *request)
{
    if (is_alone(node) || !core_is_of_allowed_origin(node->core, request))
        core_opened(node->core, id, request);
    else if (node->state == NODE_READY)
        ask_to_open(node, id, request);
    else
        core_turn_back(node->core, id, request);
}

void node_received(struct node *node, connection_id id, struct text message,
                   bool is_text)
{
    if (is_alone(node))
        core_received(node->core, id, message, is_text);
    else
        node_tell(node, ENTRY_RECEIVED, id, is_text, message);
}

void node_pinged(struct node *node, connection_id id, struct text payload)
{
    if (!is_alone(node)) {
        node_tell(node, ENTRY_PING, id, 0, payload);
        return;
    }
    node->surroundings.pong(node->surroundings.self, id, payload);
    core_stirred(node->core, id);
    core_pulsed(node->core, id);
}

void node_stirred(struct node *node, connection_id id)
{
    struct connection *connection;

    if (is_alone(node)) {
        core_stirred(node->core, id);
        return;
    }
    connection = connection_find(node->core, id);
    if (connection == NULL ||
        steady_ms(node) - connection->stirred_ms < STIR_MS)
        return;
    connection->stirred_ms = steady_ms(node);
    tell(node, ENTRY_STIRRED, id, 0);
}

/* No more often than that one stirs. */
void node_pulsed(struct node *node, connection_id id)
{
    struct connection *connection;

    if (is_alone(node)) {
        core_pulsed(node->core, id);
        return;
    }
    connection = connection_find(node->core, id);
    if (connection == NULL || steady_ms(node) - connection->pulsed_ms < STIR_MS)
        return;
    connection->pulsed_ms = steady_ms(node);
    tell(node, ENTRY_PULSED, id, 0);
}

size_t node_message_max(const struct node *node, connection_id id, bool is_text)
{
    if (is_alone(node) || connection_find(node->core, id) != NULL)
        return core_message_max(node->core, id, is_text);
    return core_message_max_to_come(node->core, is_text);
}

void node_overlong(struct node *node, connection_id id, bool is_text,
                   uint64_t size)
{
    struct entry entry = {
        .kind = ENTRY_OVERLONG, .id = id, .code = is_text, .size = size
    };

    if (is_alone(node))
        core_overlong(node->core, id, is_text, size);
    else
        node_append(node, &entry);
}

void node_frame_failed(struct node *node, connection_id id, uint16_t code)
{
    if (is_alone(node))
        core_frame_failed(node->core, id, code);
    else
        tell(node, ENTRY_FRAME_FAILED, id, code);
}

void node_close_received(struct node *node, connection_id id, uint16_t code)
{
    if (is_alone(node))
        core_close_received(node->core, id, code);
    else
        tell(node, ENTRY_CLOSE, id, code);
}

void node_closed(struct node *node, connection_id id, enum departure how)
{
    if (is_alone(node))
        core_closed(node->core, id, how);
    else
        tell(node, ENTRY_CLOSED, id, (int)how);
}

/* --- Operators ------------------------------------------------------------ */

void node_publish(struct node *node, struct text text, struct text restaurant)
{
    if (is_alone(node))
        core_publish(node->core, text, restaurant);
    else
        node_tell(node, ENTRY_PUBLISH, 0, 0, text);
}

bool node_revoke(struct node *node, struct text jti)
{
    if (is_alone(node))
        return core_revoke(node->core, jti);
    if (!node_is_ready(node) || !core_can_revoke(jti))
        return false;
    node_tell(node, ENTRY_REVOKE, 0, 0, jti);
    return true;
}

bool node_revoke_user(struct node *node, struct text user)
{
    if (is_alone(node))
        return core_revoke_user(node->core, user);
    if (!node_is_ready(node) || !core_can_revoke_user(user))
        return false;
    node_tell(node, ENTRY_REVOKE_USER, 0, 0, user);
    return true;
}

uint64_t node_ticket(struct node *node)
{
    if (!node_is_ready(node))
        return 0;
    if (!is_alone(node))
        tell(node, ENTRY_BEAT, 0, 0);
    return is_alone(node) ? 1 : node->sent;
}

bool node_is_back(const struct node *node, uint64_t ticket)
{
    return is_alone(node) || node->back >= ticket;
}

bool node_is_void(const struct node *node, uint64_t ticket)
{
    return !node_is_ready(node) || ticket == 0 ||
           (!is_alone(node) && ticket <= node->lost);
}

void node_shutdown(struct node *node)
{
    node->is_leaving = true;
    core_shutdown(node->core);
    if (!is_alone(node))
        tell(node, ENTRY_BURY, node->number, 0);
}

/* --- Time ----------------------------------------------------------------- */

static int64_t beat_due_ms(const struct node *node)
{
    return node->beaten_ms + node->patience.beat_ms;
}

static int64_t log_due_ms(const struct node *node)
{
    return node->waiting == 0 ? INT64_MAX
                              : node->waiting_since_ms + node->patience.log_ms;
}

void node_ticked(struct node *node)
{
    int64_t now_ms = steady_ms(node);

    if (is_alone(node)) {
        core_ticked(node->core);
        return;
    }
    if (node->state == NODE_LOST)
        return;
    if (log_due_ms(node) <= now_ms) {
        node_lost(node, "it does not answer");
        return;
    }
    if (node->state != NODE_READY)
        return;
    if (beat_due_ms(node) <= now_ms ||
        (!node->tick_waits && core_next_tick(node->core) <= node_now(node, 0)))
        tell(node, ENTRY_BEAT, 0, 0);
    crew_look_round(node);
}

static int64_t until(int64_t due_ms, int64_t now_ms)
{
    if (due_ms == INT64_MAX)
        return INT64_MAX;
    return due_ms > now_ms ? due_ms - now_ms : 0;
}

static int64_t least(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

int64_t node_wait_ms(const struct node *node, int64_t now_ms)
{
    int64_t tick_ms = until(core_next_tick(node->core),
                            node_now(node, is_alone(node) ? now_ms : 0));
    int64_t steady = steady_ms(node);

    if (is_alone(node))
        return tick_ms;
    if (node->state == NODE_LOST)
        return INT64_MAX;
    if (node->tick_waits || node->state != NODE_READY)
        tick_ms = INT64_MAX;
    if (node->state == NODE_READY)
        tick_ms = least(tick_ms, until(beat_due_ms(node), steady));
    return least(tick_ms, until(log_due_ms(node), steady));
}
