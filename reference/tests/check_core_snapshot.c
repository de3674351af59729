/* A script of thousands of events, drawn from a seed, drives a core. Time and
 * again another core is made of its snapshot, and from then on both must do the
 * same, call by call and line by line. */
#include "core/rooms.h"
#include "tests/snapshot_world.h"

enum {
    EVENTS = 4000,
    EVENTS_OF_A_COPY = 150,
    IDS = SCARCE_CONNECTIONS + 2,
    USERS = 6,
    ROOMS = 5,
    TOKENS = 60,
    MESSAGE_BYTES = 1024,
};

/* xorshift64: the same script wherever it runs. */
struct script {
    uint64_t state;
    int ids[IDS]; /* who was last at each place */
    int last_id;
};

static unsigned draw(struct script *script, unsigned below)
{
    script->state ^= script->state << 13;
    script->state ^= script->state >> 7;
    script->state ^= script->state << 17;
    return (unsigned)(script->state >> 11) % below;
}

static const char *const users[USERS] = { "alice", "bob",         "carol",
                                          "dave",  "J\xc3\xb6rg", "%41" };
static const char *const roles[] = { "admin", "member", "chef", "" };
static const char *const rooms[ROOMS] = { "lobby", "operations", "r1", "r2",
                                          "r.3" };
static const char *const levels[] = { "PUBLIC", "PRIVATE", "RESTRICTED",
                                      "OWNER_ONLY" };

#define ONE_OF(script, list)                                                   \
    (list)[draw(script, sizeof(list) / sizeof(*(list)))]

/* --- What both cores are told --------------------------------------------- */

enum kind {
    OPENED,
    RECEIVED,
    BINARY,
    CLOSED,
    CLOSE_RECEIVED,
    TICKED,
    PUBLISHED,
    REVOKED,
    USER_REVOKED,
    OVERLONG,
    FRAME_FAILED,
    STIRRED,
    PULSED,
};

struct event {
    enum kind kind;
    int id;
    int64_t now_ms;
    char text[TOKEN_BYTES]; /* the query, the message, the jti */
};

static void draw_message(struct script *script, char *into)
{
    static const char *const plain[] = {
        "join_room", "join_room",   "leave_room",   "get_room",   "delete_room",
        "whoami",    "room_binary", "room_message", "get_history"
    };
    static const char *const about_users[] = { "invite", "uninvite", "kick" };
    const char *room = ONE_OF(script, rooms);

    switch (draw(script, 10)) {
    case 8:
        snprintf(into, MESSAGE_BYTES,
                 "{\"type\":\"presence\",\"status\":\"%s\"}",
                 draw(script, 2) == 0 ? "away" : "online");
        break;
    case 9:
        snprintf(into, MESSAGE_BYTES,
                 "{\"type\":\"get_presence\",\"user_id\":\"%s\"}",
                 ONE_OF(script, users));
        break;
    case 0:
    case 1:
        snprintf(into, MESSAGE_BYTES,
                 "{\"type\":\"%s\",\"room\":\"%s\",\"permission\":\"%s\","
                 "\"roles\":[\"chef\",\"%u\"],\"size\":%u}",
                 draw(script, 3) > 0 ? "create_room" : "update_room", room,
                 ONE_OF(script, levels), draw(script, 3), 1 + draw(script, 4));
        break;
    case 2:
        snprintf(into, MESSAGE_BYTES,
                 "{\"type\":\"%s\",\"room\":\"%s\",\"user_id\":\"%s\"}",
                 ONE_OF(script, about_users), room, ONE_OF(script, users));
        break;
    case 3:
        snprintf(into, MESSAGE_BYTES,
                 "{\"type\":\"room_message\",\"room\":\"%s\",\"text\":"
                 "\"<%u> \xc3\xa4\"}",
                 room, draw(script, 1000));
        break;
    default:
        snprintf(into, MESSAGE_BYTES, "{\"type\":\"%s\",\"room\":\"%s\"}",
                 ONE_OF(script, plain), room);
    }
}

/* Each user has a few tokens, that each can be revoked. */
static void draw_query(struct script *script, struct world *world, char *into)
{
    const char *user = ONE_OF(script, users);
    char payload[MESSAGE_BYTES];
    const char *token;
    int64_t now_s = world->now_ms / 1000;

    snprintf(payload, sizeof(payload),
             "{\"sub\":\"%s\",\"role\":\"%s\",\"iat\":%lld,\"exp\":%lld.25,"
             "\"jti\":\"%s %u\"}",
             user, ONE_OF(script, roles), (long long)now_s,
             (long long)now_s + 1 + draw(script, 90), user,
             draw(script, TOKENS));
    token = sign(world, GOOD_HEADER, payload);
    snprintf(into, TOKEN_BYTES, "token=%s&room=%s",
             draw(script, 12) == 0 ? "no.token.this" : token,
             ONE_OF(script, rooms));
}

static enum kind draw_kind(struct script *script)
{
    static const enum kind kinds[] = {
        CLOSED,         CLOSED,    TICKED,  TICKED,   REVOKED,
        CLOSE_RECEIVED, PUBLISHED, STIRRED, OVERLONG, FRAME_FAILED,
        PULSED,         PULSED,    BINARY,  BINARY,   USER_REVOKED,
    };

    return draw(script, 10) == 0 ? ONE_OF(script, kinds) : RECEIVED;
}

/* What has been ended goes; where nobody is, somebody comes. */
static void draw_event(struct script *script, struct world *world,
                       struct event *event)
{
    unsigned place = draw(script, IDS);
    const struct connection *connection =
        connection_find(world->core, (connection_id)script->ids[place]);

    event->kind = connection == NULL  ? OPENED
                  : connection->ended ? CLOSED
                                      : draw_kind(script);
    event->now_ms = world->now_ms + draw(script, 4) * draw(script, 200);
    if (event->kind == OPENED) {
        script->ids[place] = ++script->last_id;
        draw_query(script, world, event->text);
    } else if (event->kind == RECEIVED) {
        draw_message(script, event->text);
    } else if (event->kind == USER_REVOKED) {
        snprintf(event->text, MESSAGE_BYTES, "%s", ONE_OF(script, users));
    } else if (event->kind == REVOKED) {
        snprintf(event->text, MESSAGE_BYTES, "%s %u", ONE_OF(script, users),
                 draw(script, TOKENS));
    }
    event->id = script->ids[place];
}

static void tell(struct world *world, const struct event *event)
{
    struct core *core = world->core;
    connection_id id = (connection_id)event->id;
    struct text text = text_of(event->text);

    world->now_ms = event->now_ms;
    switch (event->kind) {
    case OPENED: open_at(world, event->id, "/rooms", event->text); break;
    case RECEIVED: core_received(core, id, text, true); break;
    case BINARY: core_received(core, id, text_of("\xff"), false); break;
    case CLOSED: core_closed(core, id, DEPARTED_ABRUPTLY); break;
    case CLOSE_RECEIVED: core_close_received(core, id, 1000); break;
    case TICKED: core_ticked(core); break;
    case PUBLISHED: publish(world, "news"); break;
    case REVOKED: (void)core_revoke(core, text); break;
    case USER_REVOKED: (void)core_revoke_user(core, text); break;
    case OVERLONG: core_overlong(core, id, true, 1 << 20); break;
    case FRAME_FAILED: core_frame_failed(core, id, 1002); break;
    case STIRRED: core_stirred(core, id); break;
    case PULSED: core_pulsed(core, id); break;
    }
}

/* --- The copy ------------------------------------------------------------- */

static struct world *copy_of(const struct world *world)
{
    struct world *copy = scarce_world();
    char *text = snapshot_of(world);
    char *again;

    copy->now_ms = world->now_ms;
    ck_assert_msg(import_text(copy, text), "not read: %s", text);
    ck_assert_str_eq(copy->calls, "");
    ck_assert_str_eq(copy->log, "");
    again = snapshot_of(copy);
    ck_assert_str_eq(again, text);
    cJSON_free(text);
    cJSON_free(again);
    return copy;
}

static void expect_alike(struct world *world, struct world *copy)
{
    ck_assert_str_eq(copy->calls, world->calls);
    ck_assert_str_eq(copy->log, world->log);
    ck_assert_str_eq(copy->events, world->events);
    ck_assert_int_eq(core_next_tick(copy->core), core_next_tick(world->core));
    world->calls[0] = world->log[0] = world->events[0] = 0;
    copy->calls[0] = copy->log[0] = copy->events[0] = 0;
}

static void expect_same_state(const struct world *world,
                              const struct world *copy)
{
    char *one = snapshot_of(world);
    char *other = snapshot_of(copy);

    ck_assert_str_eq(other, one);
    cJSON_free(one);
    cJSON_free(other);
}

static struct world *renew(struct world *copy, const struct world *world)
{
    if (copy != NULL) {
        expect_same_state(world, copy);
        world_free(copy);
    }
    return copy_of(world);
}

START_TEST(copy_does_what_the_core_does)
{
    struct script script = { .state = 0x9E3779B97F4A7C15u + (uint64_t)_i };
    struct world *world = scarce_world();
    struct world *copy = NULL;
    struct event *event = calloc(1, sizeof(*event));

    ck_assert_ptr_nonnull(event);
    for (int i = 0; i < EVENTS; i++) {
        if (draw(&script, EVENTS_OF_A_COPY) == 0)
            copy = renew(copy, world);
        draw_event(&script, world, event);
        tell(world, event);
        if (copy == NULL) {
            forget(world);
            continue;
        }
        tell(copy, event);
        expect_alike(world, copy);
    }
    ck_assert_ptr_nonnull(copy);
    core_shutdown(world->core);
    core_shutdown(copy->core);
    expect_alike(world, copy);
    copy = renew(copy, world);
    world_free(copy);
    world_free(world);
    free(event);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_snapshot", &tcase);

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, copy_does_what_the_core_does, 0, 4);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_snapshot");
}
