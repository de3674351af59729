/* Fuzzes the reader of snapshots: whatever it takes, it writes again as it was;
 * and whether it takes it or not, the core that has read it stays safe. */
#include "core/rooms.h"
#include "core/secure.h"
#include "core/snapshot.h"
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>

enum { IDS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_accept(void *self, connection_id id, const char *subprotocol)
{
    (void)self, (void)id, (void)subprotocol;
}

static void on_reject(void *self, connection_id id, int status)
{
    (void)self, (void)id, (void)status;
}

static bool on_send(void *self, connection_id id, struct text text)
{
    (void)self, (void)id;
    return text.length > 0;
}

static void on_close(void *self, connection_id id, uint16_t code,
                     const char *reason)
{
    (void)self, (void)id, (void)code, (void)reason;
}

static void on_end(void *self, connection_id id)
{
    (void)self, (void)id;
}

static void on_log(void *self, const char *line)
{
    (void)self, (void)line;
}

static int64_t on_now_ms(void *self)
{
    return *(const int64_t *)self;
}

static const struct keyring *on_keyring(void *self)
{
    (void)self;
    return NULL;
}

static bool on_event(void *self, const char *event)
{
    (void)self, (void)event;
    return true;
}

static struct core *core_at(int64_t *now_ms)
{
    const struct port port = {
        .accept = on_accept,
        .reject = on_reject,
        .send = on_send,
        .send_binary = on_send,
        .close = on_close,
        .end = on_end,
        .log = on_log,
        .now_ms = on_now_ms,
        .keyring = on_keyring,
        .monitor = on_event,
        .self = now_ms,
    };
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.connections_max = IDS;
    return core_new(&secure_policy, &port, &settings);
}

static void hear(struct core *core, connection_id id)
{
    static const char *const messages[] = {
        "{\"type\":\"get_room\",\"room\":\"lobby\"}",
        "{\"type\":\"join_room\",\"room\":\"r1\"}",
        "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"x\"}",
        "{\"type\":\"kick\",\"room\":\"r1\",\"user_id\":\"alice\"}",
        "{\"type\":\"leave_room\",\"room\":\"lobby\"}",
        "{\"type\":\"delete_room\",\"room\":\"r1\"}",
    };

    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
        core_received(core, id, text_of(messages[i]), true);
}

/* Everything that can happen to those who are there. */
static void use(struct core *core, int64_t *now_ms)
{
    struct request request = { .path = text_of("/rooms"),
                               .query = text_of("token=x"),
                               .peer = "127.0.0.1:1" };

    core_opened(core, IDS + 1, &request);
    for (connection_id id = 1; id <= IDS + 1; id++)
        hear(core, id);
    core_publish(core, text_of("news"), text_of(""));
    (void)core_revoke(core, text_of("j-bob"));
    cJSON_Delete(core_inspect(core, 0));
    for (int i = 0; i < IDS; i++) {
        *now_ms += 60 * 1000;
        core_ticked(core);
    }
    core_close_received(core, 1, 1000);
    for (connection_id id = 1; id <= IDS / 2; id++)
        core_closed(core, id, DEPARTED_ABRUPTLY);
    core_shutdown(core);
}

static void check_again(const struct core *core, const cJSON *state)
{
    cJSON *again = core_export(core);

    if (again == NULL || !cJSON_Compare(again, state, true))
        abort();
    cJSON_Delete(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t now_ms = INT64_C(1771754400000);
    struct core *core = core_at(&now_ms);
    cJSON *state = snapshot_read((struct text){ (const char *)data, size });

    if (core == NULL)
        abort();
    if (core_import(core, state))
        check_again(core, state);
    use(core, &now_ms);
    cJSON_Delete(state);
    core_free(core);
    return 0;
}
