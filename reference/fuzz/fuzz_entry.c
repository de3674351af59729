/* Fuzzes what a server reads from the log that it shares: entries, and the
 * state that is kept of those that are gone. What it takes it writes again as
 * it was; and whatever it is told, it stays safe, and says so when it cannot go
 * on. The first byte says what the rest is; entries are lines, head and body in
 * turn. */
#include "fuzz/deaf_port.h"
#include "core/secure.h"
#include "core/snapshot.h"
#include "node/internal.h"
#include <cJSON.h>
#include <stdlib.h>

enum { IDS = 8, HEADS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t now_ms;

static void on_pong(void *self, connection_id id, struct text payload)
{
    (void)self, (void)id, (void)payload;
}

static void on_abandon(void *self)
{
    (void)self;
}

static int64_t on_now_ms(void *self)
{
    struct node *const *node = self;

    return *node == NULL ? now_ms : node_now(*node, now_ms);
}

static int64_t on_steady_ms(void *self)
{
    (void)self;
    return now_ms;
}

static struct core *new_core(void *self)
{
    const struct port port = deaf_port(self, on_now_ms);
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.connections_max = IDS;
    return core_new(&secure_policy, &port, &settings);
}

static void append(void *self, struct text head, struct text body)
{
    struct entry entry;

    (void)self;
    if (!entry_read(&entry, head, body))
        abort();
}

static void keep(void *self, uint64_t position, struct text state)
{
    (void)self, (void)position, (void)state;
}

static struct node *new_node(struct node **self)
{
    const struct surroundings surroundings = {
        .new_core = new_core,
        .steady_ms = on_steady_ms,
        .abandon = on_abandon,
        .pong = on_pong,
        .came_back = deaf_id,
        .say = deaf_line,
        .settings = "",
        .self = self,
    };
    const struct log log = { append, keep, NULL };
    const struct patience patience = { 500, 3000, 2000 };

    *self = node_new(&surroundings, &log, &patience);
    if (*self == NULL)
        abort();
    return *self;
}

static void check_again(const struct entry *entry)
{
    static struct entry again;
    char *head = entry_head(entry);

    if (head == NULL || !entry_read(&again, text_of(head), entry->body))
        abort();
    char *twice = entry_head(&again);
    if (twice == NULL || strcmp(head, twice) != 0)
        abort();
    cJSON_free(head);
    cJSON_free(twice);
}

/* Up to the end of the line, and past it. */
static struct text take_line(struct text *rest)
{
    const char *end =
        rest->length == 0 ? NULL : memchr(rest->at, '\n', rest->length);
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->at);
    struct text line = { rest->at, length };

    length += end != NULL;
    rest->at += length;
    rest->length -= length;
    return line;
}

static void tell_entries(struct node *node, struct text rest)
{
    static struct entry entry;

    for (int i = 0; i < HEADS_MAX && rest.length > 0; i++) {
        struct text head = take_line(&rest);
        struct text body = take_line(&rest);
        if (entry_read(&entry, head, body))
            check_again(&entry);
        now_ms += (int64_t)(head.length % 7) * 250;
        node_told(node, node_position(node) + 1, now_ms, head, body);
        node_ticked(node);
    }
}

static void use(struct node *node)
{
    struct request request = { .path = text_of("/rooms"),
                               .query = text_of("token=x&room=lobby"),
                               .peer = "127.0.0.1:1" };

    node_opened(node, 1, &request);
    node_received(node, 1, text_of("{}"), true);
    node_closed(node, 1, DEPARTED_ABRUPTLY);
    now_ms += 60 * 1000;
    node_ticked(node);
    cJSON_Delete(core_inspect(node->core, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct node *self = NULL;
    struct node *node = new_node(&self);
    struct text rest = { (const char *)data + 1, size - 1 };
    struct text none = { "", 0 };

    now_ms = INT64_C(1771754400000);
    if (size > 0 && data[0] == 's') {
        if (node_restore(node, 2, 1, rest) && node_begin(node, false))
            use(node);
    } else if (size > 0) {
        if (!node_restore(node, 1, 0, none) || !node_begin(node, false))
            abort();
        tell_entries(node, rest);
        use(node);
    }
    node_free(node);
    return 0;
}
