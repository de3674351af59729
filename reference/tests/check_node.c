/* Servers of one log: what they agree on, whatever becomes of an entry, of the
 * log or of one of them. */
#include "tests/nodes_world.h"

START_TEST(nothing_is_answered_before_the_log_holds_it)
{
    struct servers *servers = servers_new(1);
    struct server_world *server = servers->at[0];

    ask_as(server, 1001, "alice", "lobby");
    expect_no_calls(server, "asked");
    tell_on(server);
    ck_assert(has_called(server, "accept 1001; "));
    say_to(server, 1001, "{\"type\":\"get_room\",\"room\":\"lobby\"}");
    node_pinged(server->node, 1001, text_of("x"));
    expect_no_calls(server, "spoke");
    tell_on(server);
    ck_assert(strstr(server->world->calls, "\"type\":\"room\"") <
              strstr(server->world->calls, "pong 1001 x; "));
    ck_assert_int_eq(server->abandoned, 0);
    servers_free(servers);
}
END_TEST

START_TEST(a_message_reaches_the_members_of_other_servers)
{
    struct servers *servers = servers_new(3);

    ask_as(servers->at[0], 1001, "alice", "lobby");
    ask_as(servers->at[2], 3001, "bob", "lobby");
    servers_tell(servers);
    ck_assert(has_called(servers->at[0], "accept 1001; "));
    ck_assert(has_called(servers->at[2], "accept 3001; "));
    expect_no_calls(servers->at[1], "has nobody");
    say_to(servers->at[0], 1001,
           "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"hello\"}");
    servers_tell(servers);
    ck_assert(
        has_called(servers->at[2], "send 3001 {\"type\":\"room_message\""));
    expect_no_calls(servers->at[1], "has nobody");
    expect_agreement(servers);
    servers_free(servers);
}
END_TEST

/* --- A log that cannot be trusted ----------------------------------------- */

static void lose_an_entry(struct servers *servers)
{
    ask_as(servers->at[0], 1002, "bob", "lobby");
    ask_as(servers->at[0], 1003, "carol", "lobby");
    tell_at(servers->at[0], servers->shelf.count);
}

static void repeat_an_entry(struct servers *servers)
{
    tell_at(servers->at[0], servers->shelf.count);
}

static void damage_an_entry(struct servers *servers)
{
    ask_as(servers->at[0], 1002, "bob", "lobby");
    servers->shelf.entries[servers->shelf.count - 1].head[3] ^= 1;
    servers_tell(servers);
}

static void date_an_entry_beyond_all_times(struct servers *servers)
{
    ask_as(servers->at[0], 1002, "bob", "lobby");
    servers->shelf.entries[servers->shelf.count - 1].at_ms = INT64_MAX;
    servers_tell(servers);
}

static void fall_silent(struct servers *servers)
{
    servers->at[0]->is_holding = true;
    servers_wait(servers, LOG_MS + BEAT_MS + BEAT_MS / 2);
}

static void take_more_than_can_be_held(struct servers *servers)
{
    servers->at[0]->is_holding = true;
    for (int i = 0; i <= 8192; i++)
        say_to(servers->at[0], 1001, "{}");
}

static void take_more_bytes_than_can_be_held(struct servers *servers)
{
    static char much[4 * 1024 * 1024];

    servers->at[0]->is_holding = true;
    for (int i = 0; i < 17; i++)
        node_received(servers->at[0]->node, 1001,
                      (struct text){ much, sizeof(much) }, false);
}

static void take_it_for_dead(struct servers *servers)
{
    struct entry bury = { .kind = ENTRY_BURY, .node = 1, .id = 1 };
    char *head = entry_head(&bury);

    shelf_add(servers->at[0], text_of(head), text_of(""));
    cJSON_free(head);
    servers_tell(servers);
}

static void take_its_number(struct servers *servers)
{
    struct entry begin = { .kind = ENTRY_BEGIN, .node = 2, .id = 1 };
    char *head = entry_head(&begin);

    shelf_add(servers->at[0], text_of(head), text_of(""));
    cJSON_free(head);
    servers_tell(servers);
}

static void say_that_it_is_lost(struct servers *servers)
{
    node_lost(servers->at[0]->node, "gone");
}

static const struct {
    const char *label;
    void (*happens)(struct servers *servers);
    const char *line;
} losses[] = {
    { "missing", lose_an_entry, "lost: entries are missing" },
    { "repeated", repeat_an_entry, "lost: entries are missing" },
    { "damaged", damage_an_entry, "lost: an entry cannot be read" },
    { "time", date_an_entry_beyond_all_times, "an entry cannot be read" },
    { "silent", fall_silent, "lost: it does not answer" },
    { "many", take_more_than_can_be_held, "lost: more waits for it than" },
    { "long", take_more_bytes_than_can_be_held, "lost: more waits for it" },
    { "buried", take_it_for_dead, "took this one for dead" },
    { "replaced", take_its_number, "took this one for dead" },
    { "told", say_that_it_is_lost, "shared state lost: gone" },
};

START_TEST(who_loses_the_log_turns_all_away)
{
    struct servers *servers = servers_new(1);
    struct server_world *server = servers->at[0];

    ask_as(server, 1001, "alice", "lobby");
    tell_on(server);
    server->world->calls[0] = 0;
    uint64_t ticket = node_ticket(server->node);
    tell_on(server);
    ck_assert(node_is_back(server->node, ticket));
    losses[_i].happens(servers);
    ck_assert_msg(server->node->state == NODE_LOST && server->abandoned == 1,
                  "%s: state %d, abandoned %d", losses[_i].label,
                  (int)server->node->state, server->abandoned);
    ck_assert_msg(strstr(server->world->log, losses[_i].line) != NULL, "%s: %s",
                  losses[_i].label, server->world->log);
    ck_assert(node_is_void(server->node, ticket));
    ck_assert_uint_eq(node_ticket(server->node), 0);

    size_t count = servers->shelf.count;
    server->is_holding = false;
    server->world->calls[0] = 0;
    say_to(server, 1001, "{}");
    node_closed(server->node, 1001, DEPARTED_CLEANLY);
    node_publish(server->node, text_of("x"), text_of(""));
    ck_assert(!node_revoke(server->node, text_of("j")));
    node_ticked(server->node);
    ck_assert_uint_eq(servers->shelf.count, count);
    expect_no_calls(server, "lost");
    ask_as(server, 1009, "zoe", "lobby");
    expect_calls(server->world, "behind the upgrade",
                 "accept 1009; close 1009 1013 Try again later; end 1009; ");
    servers_free(servers);
}
END_TEST

/* --- What holds for all together ------------------------------------------ */

START_TEST(one_of_two_wins_the_last_place)
{
    struct servers *servers = servers_new(2);
    int first = _i;
    int second = 1 - first;

    ask_as(servers->at[0], 1001, "alice", "lobby");
    ask_as(servers->at[0], 1002, "bob", "");
    ask_as(servers->at[1], 2002, "carol", "");
    servers_tell(servers);
    say_to(servers->at[first], first == 0 ? 1002 : 2002,
           "{\"type\":\"join_room\",\"room\":\"lobby\"}");
    say_to(servers->at[second], second == 0 ? 1002 : 2002,
           "{\"type\":\"join_room\",\"room\":\"lobby\"}");
    servers->at[0]->world->calls[0] = servers->at[1]->world->calls[0] = 0;
    servers_tell(servers);
    ck_assert(has_called(servers->at[first], "\"type\":\"joined\""));
    ck_assert(has_called(servers->at[second], "\"code\":\"refused\""));
    ck_assert_uint_eq(members_of(servers->at[0], "lobby"), 2);
    expect_agreement(servers);
    servers_free(servers);
}
END_TEST

START_TEST(limits_add_up_over_servers)
{
    struct servers *servers = servers_new(2);

    ask_as(servers->at[0], 1001, "alice", ""); /* two of a user */
    ask_as(servers->at[1], 2001, "alice", "");
    ask_as(servers->at[0], 1002, "alice", "");
    servers_tell(servers);
    ck_assert(has_called(servers->at[0], "close 1002 1013 "));
    for (int i = 0; i < 4; i++) { /* four of a user in a second */
        say_to(servers->at[i % 2], i % 2 == 0 ? 1001 : 2001,
               "{\"type\":\"get_room\",\"room\":\"lobby\"}");
        servers_tell(servers);
        ck_assert(has_called(servers->at[i % 2], "\"type\":\"room\""));
    }
    say_to(servers->at[1], 2001, "{\"type\":\"get_room\",\"room\":\"lobby\"}");
    servers_tell(servers);
    ck_assert(has_called(servers->at[1], "\"code\":\"rate_limited\""));
    for (int i = 0; i < 5; i++) /* eight attempts of an address */
        ask_as(servers->at[1], 2010 + i, i == 0 ? "b" : "c", "");
    ask_as(servers->at[0], 1010, "dora", "");
    servers_tell(servers);
    ck_assert(has_called(servers->at[0], "close 1010 1013 "));
    expect_agreement(servers);
    servers_free(servers);
}
END_TEST

START_TEST(a_token_revoked_meanwhile_is_refused)
{
    struct servers *servers = servers_new(2);

    ask_as(servers->at[1], 2001, "bob", "");
    servers_tell(servers);
    ck_assert(has_called(servers->at[1], "accept 2001; "));
    ck_assert(node_revoke(servers->at[0]->node, text_of("j-alice")));
    ask_as(servers->at[1], 2002, "alice", "lobby"); /* has not heard of it */
    ck_assert(node_revoke(servers->at[0]->node, text_of("j-bob")));
    servers_tell(servers);
    ck_assert_ptr_nonnull(strstr(servers->at[1]->world->calls, "close 2002 4"));
    ck_assert(has_called(servers->at[1], "close 2001 4"));
    ck_assert_uint_eq(members_of(servers->at[0], "lobby"), 0);
    ck_assert(!node_revoke(servers->at[0]->node, text_of("")));
    expect_agreement(servers);
    servers_free(servers);
}
END_TEST

/* Whatever a server says of another's connection counts for nothing. */
START_TEST(a_server_speaks_of_its_own_connections_alone)
{
    struct servers *servers = servers_new(2);

    ask_as(servers->at[0], 1001, "alice", "lobby");
    servers_tell(servers);
    node_closed(servers->at[1]->node, 1001, DEPARTED_CLEANLY);
    say_to(servers->at[1], 1001,
           "{\"type\":\"leave_room\",\"room\":\"lobby\"}");
    ask_as(servers->at[1], 1001, "bob", "lobby");
    servers_tell(servers);
    ck_assert_uint_eq(members_of(servers->at[0], "lobby"), 1);
    expect_agreement(servers);
    servers_free(servers);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("node", &tcase);

    tcase_add_test(tcase, nothing_is_answered_before_the_log_holds_it);
    tcase_add_test(tcase, a_message_reaches_the_members_of_other_servers);
    tcase_add_loop_test(tcase, who_loses_the_log_turns_all_away, 0,
                        COUNT_OF(losses));
    tcase_add_loop_test(tcase, one_of_two_wins_the_last_place, 0, 2);
    tcase_add_test(tcase, limits_add_up_over_servers);
    tcase_add_test(tcase, a_token_revoked_meanwhile_is_refused);
    tcase_add_test(tcase, a_server_speaks_of_its_own_connections_alone);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_node");
}
