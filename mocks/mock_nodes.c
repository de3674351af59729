/* The log of a mock is told at once to every server that is there, in the order
 * of their numbers, before whoever adds to it goes on. */
#include "mock_nodes.h"
#include "mock.h"
#include "mutants.h"
#include <stdlib.h>

/* As the shell's. */
enum { BEAT_MS = 500, DEAD_MS = 3000, LOG_MS = 2000 };

/* --- The log -------------------------------------------------------------- */

static struct mock_entry *new_entry(int64_t at_ms, struct text head,
                                    struct text body)
{
    struct mock_entry *entry =
        malloc(sizeof(*entry) + head.length + body.length);
    char *bytes = (char *)(entry + 1);

    if (entry == NULL)
        return NULL;
    memcpy(bytes, head.at, head.length);
    if (body.length > 0)
        memcpy(bytes + head.length, body.at, body.length);
    *entry =
        (struct mock_entry){ .at_ms = at_ms,
                             .head = { bytes, head.length },
                             .body = { bytes + head.length, body.length } };
    return entry;
}

static void tell_on(struct mock_node *one)
{
    const struct mock_log *log = &one->mock->nodes.log;
    uint64_t position = log->gone;

    for (const struct mock_entry *at = log->first; at != NULL; at = at->next)
        if (++position > node_position(one->node))
            node_told(one->node, position, at->at_ms, at->head, at->body);
}

/* Each gets this one alone: it has had all before. */
static void tell_all(struct mock *mock, const struct mock_entry *entry)
{
    struct mock_nodes *nodes = &mock->nodes;
    uint64_t position = nodes->log.count;

    for (unsigned i = 0; i < nodes->count; i++)
        if (nodes->at[i].node != NULL &&
            node_position(nodes->at[i].node) + 1 == position)
            node_told(nodes->at[i].node, position, entry->at_ms, entry->head,
                      entry->body);
}

static void forget_first(struct mock_log *log)
{
    struct mock_entry *gone = log->first;

    if (gone == NULL)
        return;
    log->first = gone->next;
    log->gone++;
    if (log->first == NULL)
        log->last = NULL;
    free(gone);
}

static void add(struct mock_log *log, struct mock_entry *entry)
{
    if (log->last == NULL)
        log->first = entry;
    else
        log->last->next = entry;
    log->last = entry;
    log->count++;
}

static void append(void *self, struct text head, struct text body)
{
    struct mock_node *one = self;
    struct mock_log *log = &one->mock->nodes.log;
    struct mock_entry *entry =
        log->is_down ? NULL : new_entry(one->mock->clock.now_ms, head, body);

    if (entry == NULL) {
        node_lost(one->node, "the log is down");
        return;
    }
    add(log, entry);
    tell_all(one->mock, entry);
    while (log->gone < log->kept)
        forget_first(log);
}

/* Called while others have yet to hear of that entry. */
static void keep(void *self, uint64_t position, struct text state)
{
    struct mock_node *one = self;
    struct mock_log *log = &one->mock->nodes.log;
    char *copy = strndup(state.at, state.length);

    if (copy == NULL)
        return;
    free(log->state);
    log->state = copy;
    log->kept = position;
}

/* --- A server ------------------------------------------------------------- */

static struct core *new_core(void *self)
{
    struct mock_node *one = self;
    struct port port = mock_port(one);
    struct policy policy;

    if (!mutant_policy(one->mock->mutant, &policy))
        return NULL;
    return core_new(&policy, &port, &one->settings);
}

static int64_t steady_ms(void *self)
{
    const struct mock_node *one = self;

    return one->mock->clock.now_ms;
}

static void abandon(void *self)
{
    mock_turn_away(self);
}

static void pong(void *self, connection_id id, struct text payload)
{
    (void)self, (void)id, (void)payload; /* a mock has answered it */
}

static void came_back(void *self, connection_id id)
{
    (void)self, (void)id; /* nothing waits */
}

static void say(void *self, const char *line)
{
    mock_log_line(self, line);
}

static struct node *new_node(struct mock_node *one, bool is_shared)
{
    struct surroundings surroundings = { .new_core = new_core,
                                         .steady_ms = steady_ms,
                                         .abandon = abandon,
                                         .pong = pong,
                                         .came_back = came_back,
                                         .say = say,
                                         .settings = "",
                                         .self = one };
    struct log log = { append, keep, one };
    struct patience patience = { BEAT_MS, DEAD_MS, LOG_MS };

    return node_new(&surroundings, is_shared ? &log : NULL, &patience);
}

static bool begin(struct mock_node *one)
{
    struct mock_log *log = &one->mock->nodes.log;

    if (!node_restore(one->node, node_number(++log->servers), log->kept,
                      text_of(log->state == NULL ? "" : log->state)))
        return false;
    tell_on(one);
    return node_begin(one->node, false);
}

static enum fault revive(struct mock_node *one, bool is_shared)
{
    one->node = new_node(one, is_shared);
    if (one->node == NULL)
        return fault_say(FAULT_MEMORY,
                         "no reference core: no memory, or no such mutant");
    if (is_shared && !one->mock->nodes.log.is_down && !begin(one))
        return fault_say(FAULT_MEMORY, "a server of the mock could not begin");
    return FAULT_NONE;
}

/* --- All of them ---------------------------------------------------------- */

enum fault mock_nodes_start(struct mock *mock, unsigned count,
                            const struct settings *settings)
{
    enum fault fault = FAULT_NONE;

    if (count > MOCK_NODES_MAX)
        return fault_say(FAULT_LIMIT, "a mock has at most %d servers",
                         MOCK_NODES_MAX);
    for (unsigned i = 0; i < count && fault == FAULT_NONE; i++) {
        struct mock_node *one = &mock->nodes.at[i];
        *one = (struct mock_node){ .mock = mock, .settings = *settings };
        mock->nodes.count = i + 1;
        fault = revive(one, count > 1);
    }
    return fault;
}

void mock_nodes_stop(struct mock *mock)
{
    struct mock_nodes *nodes = &mock->nodes;

    for (unsigned i = 0; i < nodes->count; i++)
        node_free(nodes->at[i].node);
    node_free(nodes->tight.node);
    while (nodes->log.first != NULL)
        forget_first(&nodes->log);
    free(nodes->log.state);
}

struct mock_node *mock_nodes_tight(struct mock *mock,
                                   const struct settings *settings)
{
    struct mock_node *tight = &mock->nodes.tight;

    if (tight->node != NULL)
        return tight;
    *tight = (struct mock_node){ .mock = mock, .settings = *settings };
    tight->node = new_node(tight, false);
    return tight->node == NULL ? NULL : tight;
}

struct node *mock_nodes_first(const struct mock *mock)
{
    for (unsigned i = 0; i < mock->nodes.count; i++)
        if (mock->nodes.at[i].node != NULL)
            return mock->nodes.at[i].node;
    return NULL;
}

/* --- Time ----------------------------------------------------------------- */

static int64_t wait_of(const struct mock_node *one)
{
    return one->node == NULL ? INT64_MAX
                             : node_wait_ms(one->node, one->mock->clock.now_ms);
}

int64_t mock_nodes_wait_ms(const struct mock *mock)
{
    int64_t least = wait_of(&mock->nodes.tight);

    for (unsigned i = 0; i < mock->nodes.count; i++)
        if (wait_of(&mock->nodes.at[i]) < least)
            least = wait_of(&mock->nodes.at[i]);
    return least;
}

void mock_nodes_tick(struct mock *mock)
{
    for (unsigned i = 0; i < mock->nodes.count; i++)
        if (mock->nodes.at[i].node != NULL)
            node_ticked(mock->nodes.at[i].node);
    if (mock->nodes.tight.node != NULL)
        node_ticked(mock->nodes.tight.node);
}

void mock_nodes_directory_changed(struct mock *mock)
{
    for (unsigned i = 0; i < mock->nodes.count; i++)
        core_directory_changed(node_core(mock->nodes.at[i].node));
    if (mock->nodes.tight.node != NULL)
        core_directory_changed(node_core(mock->nodes.tight.node));
}

/* --- Faults --------------------------------------------------------------- */

enum fault mock_nodes_show(const struct mock *mock, struct buffer *into)
{
    const struct mock_log *log = &mock->nodes.log;
    enum fault fault = FAULT_NONE;

    for (const struct mock_entry *at = log->first;
         at != NULL && fault == FAULT_NONE; at = at->next) {
        fault = buffer_add(into, at->head.at, at->head.length);
        if (fault == FAULT_NONE)
            fault = buffer_add(into, at->body.at, at->body.length);
    }
    return fault;
}

void mock_nodes_break(struct mock *mock, bool is_down)
{
    struct mock_nodes *nodes = &mock->nodes;

    if (nodes->count < 2 || nodes->log.is_down == is_down)
        return;
    nodes->log.is_down = is_down;
    for (unsigned i = 0; i < nodes->count; i++) {
        if (nodes->at[i].node == NULL)
            continue;
        if (is_down)
            node_lost(nodes->at[i].node, "the log is down");
        else
            (void)begin(&nodes->at[i]);
    }
}

void mock_nodes_kill(struct mock *mock, unsigned index)
{
    struct mock_node *one = &mock->nodes.at[index];

    if (mock->nodes.count < 2 || index >= mock->nodes.count)
        return;
    mock_cut_off(one);
    node_free(one->node);
    one->node = NULL;
}

enum fault mock_nodes_revive(struct mock *mock, unsigned index)
{
    if (index >= mock->nodes.count || mock->nodes.at[index].node != NULL)
        return FAULT_NONE;
    return revive(&mock->nodes.at[index], mock->nodes.count > 1);
}
