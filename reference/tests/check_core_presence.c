/* Presence in `rooms`: what exactly is told, in which order, and when. */
#include "core/presence.h"
#include "tests/core_world.h"

#define ABOUT(type, room) "{\"type\":\"" type "\",\"room\":\"" room "\"}"
#define TOLD(type, room, user)                                                 \
    "{\"type\":\"" type "\",\"room\":\"" room "\",\"user_id\":\"" user "\"}"

static void enter_as(struct world *world, int id, const char *user)
{
    char query[TOKEN_BYTES + 8];

    snprintf(query, sizeof(query), "token=%s",
             good_token(world, user, "member", 800));
    open_at(world, id, "/rooms", query);
    world->calls[0] = 0;
}

static void join(struct world *world, int id, const char *room)
{
    char message[128];

    snprintf(message, sizeof(message),
             "{\"type\":\"join_room\",\"room\":\"%s\"}", room);
    hear(world, id, message);
    world->calls[0] = 0;
}

static struct world *world_of_rooms(void)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    return world_with(&secure_policy, &settings);
}

/* Alice, and Bob with two connections. */
static struct world *world_of_three(void)
{
    struct world *world = world_of_rooms();

    enter_as(world, 1, "alice");
    enter_as(world, 2, "bob");
    enter_as(world, 3, "bob");
    return world;
}

START_TEST(coming_and_going_is_told_by_user)
{
    struct world *world = world_of_three();

    join(world, 1, "lobby");
    hear(world, 2, ABOUT("join_room", "lobby"));
    expect_calls(world, "first",
                 "send 2 " ABOUT("joined", "lobby") "; send 1 " TOLD(
                     "user_joined", "lobby", "bob") "; ");
    hear(world, 3, ABOUT("join_room", "lobby"));
    expect_calls(world, "second", "send 3 " ABOUT("joined", "lobby") "; ");
    hear(world, 2, ABOUT("leave_room", "lobby"));
    expect_calls(world, "one leaves", "send 2 " ABOUT("left", "lobby") "; ");
    core_closed(world->core, 3, DEPARTED_ABRUPTLY);
    expect_calls(world, "the last is gone",
                 "send 1 " TOLD("user_left", "lobby", "bob") "; ");
    world_free(world);
}
END_TEST

START_TEST(shutdown_is_no_news_of_others)
{
    struct world *world = world_of_three();

    join(world, 1, "lobby");
    join(world, 2, "lobby");
    core_shutdown(world->core);
    expect_calls(world, "shutdown",
                 "close 3 1001 Server shutdown; close 2 1001 Server shutdown; "
                 "close 1 1001 Server shutdown; ");
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_presence", &tcase);

    tcase_add_test(tcase, coming_and_going_is_told_by_user);
    tcase_add_test(tcase, shutdown_is_no_news_of_others);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_presence");
}
