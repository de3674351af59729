/* The reference core in this process: a socket that is none, time that does
 * not pass by itself, and no I/O whatever. Thousands of connections cost
 * milliseconds, and the same run gives the same events, byte for byte. */
#include "lab.h"
#include "mock.h"
#include "spec.h"
#include <limits.h>
#include <stdlib.h>

enum { CODE_ABSENT = 1005 };

/* More than a bench can ask for (INT_MAX), and few enough deadlines on the
 * way. */
#define ELAPSE_MS_MAX (INT64_C(31) * 24 * 3600 * 1000)

/* --- Debts and deadlines ------------------------------------------------- */

/* RFC 6455 5.5.1: the answer to a Close holds its code. */
static void answer_close(struct mock *mock, struct mock_socket *socket)
{
    if (!socket->answers_closes)
        return; /* it goes on owing it */
    socket->owes_answer = false;
    if (mock_socket_can_speak(socket))
        mock_take_close(mock, socket, socket->server_code);
}

static void tell_core_of_end(struct mock_socket *socket)
{
    if (!socket->forgotten)
        node_closed(socket->node->node, socket->number,
                    socket->was_polite ? DEPARTED_CLEANLY : DEPARTED_ABRUPTLY);
    socket->forgotten = true;
    socket->owes_end = false;
}

static bool pay_debts(struct mock *mock)
{
    struct mock_socket *socket = mock_socket_due(&mock->sockets);

    if (socket == NULL)
        return false;
    if (socket->owes_answer)
        answer_close(mock, socket);
    if (socket->owes_end)
        tell_core_of_end(socket);
    return true;
}

static int64_t next_tick(const struct mock *mock)
{
    int64_t wait_ms = mock_nodes_wait_ms(mock);

    return wait_ms == INT64_MAX ? INT64_MAX : mock->clock.now_ms + wait_ms;
}

static bool serve_deadline(struct mock *mock)
{
    if (mock_nodes_wait_ms(mock) > 0)
        return false;
    mock_nodes_tick(mock);
    return true;
}

/* Pays every debt and serves every deadline that has come, until all is
 * quiet. */
static void pay_and_serve(struct mock *mock)
{
    while (pay_debts(mock) || serve_deadline(mock))
        continue;
}

static enum fault settle(void *self)
{
    pay_and_serve(self);
    return mock_soundness(self);
}

/* From deadline to deadline, so that each fires at its own time. */
static enum fault elapse(void *self, int64_t ms)
{
    struct mock *mock = self;
    int64_t until_ms = virtual_clock_after(&mock->clock, ms);
    int64_t next_ms;

    if (ms > ELAPSE_MS_MAX)
        return fault_say(FAULT_LIMIT, "31 days are as far as a mock looks");
    pay_and_serve(mock);
    while ((next_ms = next_tick(mock)) <= until_ms) {
        virtual_clock_advance_to(&mock->clock, next_ms);
        pay_and_serve(mock);
    }
    virtual_clock_advance_to(&mock->clock, until_ms);
    return mock_soundness(mock);
}

/* --- Acting -------------------------------------------------------------- */

static enum fault send(void *self, unsigned number, enum message_kind kind,
                       int code, struct bytes data)
{
    struct mock *mock = self;
    struct mock_socket *socket = mock_socket_find(&mock->sockets, number);

    if (socket == NULL || !mock_socket_can_speak(socket))
        return mock_soundness(mock);
    switch (kind) {
    case SEND_TEXT:
    case SEND_BINARY:
        mock_take_message(mock, socket, data, kind == SEND_TEXT);
        break;
    case SEND_PING: mock_pong(mock, socket, data); break;
    case SEND_CLOSE:
        mock_take_close(mock, socket, code == 0 ? CODE_ABSENT : code);
        break;
    case SEND_FIRST_PART:
    case SEND_NEXT_PART:
    case SEND_LAST_PART: mock_take_part(mock, socket, kind, data); break;
    }
    return mock_soundness(mock);
}

static enum fault send_raw(void *self, unsigned number, struct bytes bytes)
{
    struct mock *mock = self;
    struct mock_socket *socket = mock_socket_find(&mock->sockets, number);

    if (socket == NULL || !mock_socket_can_speak(socket))
        return mock_soundness(mock);
    return mock_take_bytes(mock, socket, bytes);
}

static enum fault open_socket(void *self, unsigned number,
                              const struct opening *opening)
{
    enum fault fault = mock_soundness(self);

    return fault == FAULT_NONE ? mock_open(self, number, opening) : fault;
}

static enum fault answer_closes(void *self, unsigned number, bool answers)
{
    struct mock *mock = self;
    struct mock_socket *socket = mock_socket_find(&mock->sockets, number);

    if (socket == NULL)
        return FAULT_NONE;
    socket->answers_closes = answers;
    if (answers && socket->owes_answer)
        mock_socket_is_due(&mock->sockets, socket);
    return FAULT_NONE;
}

/* The core learns of it by and by: of a reset peer a server knows nothing
 * until it writes, or until its turn to read comes. */
static void drop(void *self, unsigned number, bool reset)
{
    struct mock *mock = self;
    struct mock_socket *socket = mock_socket_find(&mock->sockets, number);

    if (socket == NULL || socket->gone)
        return;
    mock_tell_end(mock, socket, ENDING_OURS,
                  !reset && socket->server_closed && socket->client_closed);
}

static int next_event(void *self, struct event *event, int wait_ms)
{
    struct mock *mock = self;
    enum fault fault = mock_soundness(mock);

    (void)wait_ms; /* nothing comes of waiting: time is ours */
    if (fault != FAULT_NONE)
        return fault;
    if (mock->queue.first == NULL)
        pay_and_serve(mock);
    return event_queue_take(&mock->queue, event);
}

static int64_t now_ms(void *self)
{
    const struct mock *mock = self;

    return mock->clock.now_ms;
}

static const char *address(void *self, unsigned number)
{
    const struct mock *mock = self;
    const struct mock_socket *socket = mock_socket_find(&mock->sockets, number);

    return socket == NULL ? "" : socket->address;
}

/* --- Hooks --------------------------------------------------------------- */

static enum fault publish(void *self, const char *text, const char *tenant)
{
    struct mock *mock = self;

    node_publish(mock_nodes_first(mock), text_of(text),
                 text_of(tenant == NULL ? "" : tenant));
    return mock_soundness(mock);
}

static enum fault inspect(void *self, uint64_t since, struct cJSON **into)
{
    const struct mock *mock = self;

    *into = core_inspect(node_core(mock_nodes_first(mock)), since);
    if (*into == NULL)
        return fault_say(FAULT_MEMORY, "no memory to inspect the core");
    return mock_soundness(mock);
}

static enum fault breakage(void *self, const char *what, bool broken)
{
    struct mock *mock = self;

    if (strcmp(what, "decoder") == 0)
        mock->decoder_is_broken = broken;
    else if (strcmp(what, "store") == 0 && mock->store != NULL)
        mock->store_is_broken = broken;
    else if (strcmp(what, "monitor") == 0)
        mock->monitor_is_broken = broken;
    else if (strcmp(what, "shared speed") == 0)
        return FAULT_NONE; /* time is what a mock has none of */
    else if (strncmp(what, "shared", strlen("shared")) == 0)
        mock_nodes_break(mock, broken);
    else if (strcmp(what, "node") == 0 && broken)
        mock_nodes_kill(mock, mock->nodes.count - 1);
    else if (strcmp(what, "node") == 0)
        return mock_nodes_revive(mock, mock->nodes.count - 1);
    else
        return FAULT_ABSENT;
    return FAULT_NONE;
}

static enum fault provision(void *self, const char *what,
                            const struct pair *values)
{
    return mock_provision(self, what, values);
}

static enum fault ask_without_context(void *self, bool *refused,
                                      struct buffer *answer)
{
    struct mock *mock = self;
    const char *sentence =
        core_manager_without_context(node_core(mock_nodes_first(mock)));

    *refused = sentence != NULL;
    return buffer_add_string(answer, sentence == NULL ? "" : sentence);
}

static enum fault revoke(void *self, const char *jti)
{
    struct mock *mock = self;

    node_revoke(mock_nodes_first(mock), text_of(jti));
    return FAULT_NONE;
}

static enum fault issue(void *self, const char *user, const char *role,
                        struct buffer *into)
{
    struct mock *mock = self;
    char *token = core_issue(node_core(mock_nodes_first(mock)), user, role);
    enum fault fault = token == NULL
                           ? fault_say(FAULT_HOOK, "the core issued no token")
                           : buffer_add_string(into, token);

    free(token);
    return fault;
}

static enum fault stored(void *self, struct buffer *into)
{
    return mock_nodes_show(self, into);
}

static enum fault read_log(void *self, struct buffer *into)
{
    const struct mock *mock = self;
    struct bytes log = buffer_view(&mock->log);

    if (mock->log_is_full)
        return fault_say(FAULT_LIMIT, "more was logged than the mock keeps");
    return buffer_add(into, log.at, log.length);
}

/* --- The whole ----------------------------------------------------------- */

static void free_mock(void *self)
{
    struct mock *mock = self;

    mock_stop(mock);
    mock_sockets_deinit(&mock->sockets);
    event_queue_deinit(&mock->queue);
    deflate_cache_deinit(&mock->deflated);
    buffer_deinit(&mock->log);
    buffer_deinit(&mock->laboratory.held);
    free(mock);
}

static const struct adapter_ops ops = {
    .name = "mock",
    .open = open_socket,
    .send = send,
    .send_raw = send_raw,
    .answer_closes = answer_closes,
    .drop = drop,
    .next_event = next_event,
    .elapse = elapse,
    .settle = settle,
    .now_ms = now_ms,
    .address = address,
    .publish = publish,
    .inspect = inspect,
    .breakage = breakage,
    .provision = provision,
    .ask_without_context = ask_without_context,
    .revoke = revoke,
    .issue = issue,
    .knock = mock_knock,
    .stored = stored,
    .log = read_log,
    .free = free_mock,
};

struct adapter *adapter_mock_new(struct lab *lab, const struct mutant *mutant,
                                 unsigned nodes)
{
    struct mock *mock = calloc(1, sizeof(*mock));

    if (mock == NULL) {
        fault_say(FAULT_MEMORY, "no memory for the mock");
        return NULL;
    }
    mock->adapter = (struct adapter){
        .ops = &ops,
        .self = mock,
        /* whatever the manifest claims */
        .offers = nodes > 1 ? UINT64_MAX
                            : ~(uint64_t)(NODES | SHARED_FAULT | NODE_FAULT),
        .is_virtual = true,
        .nodes = nodes,
    };
    mock_open_doors(mock);
    mock->laboratory.manifest = lab->manifest;
    mock->keyring = lab->keyring;
    mock->lab = lab;
    mock->mutant = mutant;
    buffer_init(&mock->laboratory.held, HELD_BYTES_MAX);
    buffer_init(&mock->log, MOCK_LOG_BYTES_MAX);
    virtual_clock_start(&mock->clock);
    if (mock_start(mock) == FAULT_NONE)
        return &mock->adapter;
    free_mock(mock);
    return NULL;
}
