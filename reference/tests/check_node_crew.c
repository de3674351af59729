/* Servers that come, go, die and lose what they share. */
#include "tests/nodes_world.h"

START_TEST(who_joins_late_knows_what_the_others_know)
{
    struct servers *servers = servers_new(2);

    ask_as(servers->at[0], 1001, "alice", "");
    servers_tell(servers);
    say_to(
        servers->at[0], 1001,
        "{\"type\":\"create_room\",\"room\":\"r\",\"permission\":\"PRIVATE\"}");
    say_to(servers->at[0], 1001, "{\"type\":\"join_room\",\"room\":\"r\"}");
    servers_tell(servers);
    for (int i = 0; servers->shelf.state == NULL; i++) {
        ck_assert_int_lt(i, 2000);
        servers_wait(servers, BEAT_MS);
    }
    ask_as(servers->at[1], 2001, "bob", "lobby");
    servers_tell(servers);
    servers_add(servers, "equal");
    ck_assert(node_is_ready(servers->at[2]->node));
    expect_agreement(servers);
    say_to(servers->at[0], 1001,
           "{\"type\":\"invite\",\"room\":\"r\",\"user_id\":\"carol\"}");
    ask_as(servers->at[2], 3001, "carol", "r");
    servers_wait(servers, 2 * BEAT_MS);
    ck_assert_uint_eq(members_of(servers->at[0], "r"), 2);
    expect_agreement(servers);
    servers_free(servers);
}
END_TEST

/* Entries on the shelf that hold this. */
static int entries_with(const struct servers *servers, const char *text)
{
    int count = 0;

    for (size_t i = 0; i < servers->shelf.count; i++)
        count += strstr(servers->shelf.entries[i].head, text) != NULL;
    return count;
}

START_TEST(who_is_not_heard_of_is_buried_once)
{
    struct servers *servers = servers_new(3);
    struct server_world *dead = servers->at[2];

    ask_as(dead, 3001, "alice", "lobby");
    ask_as(dead, 3002, "alice", "lobby");
    servers_tell(servers);
    ck_assert_uint_eq(members_of(servers->at[0], "lobby"), 2);
    servers->count = 2; /* the third stands still */
    servers_wait(servers, DEAD_MS - BEAT_MS);
    ck_assert_uint_eq(members_of(servers->at[0], "lobby"), 2);
    servers_wait(servers, 2 * BEAT_MS);
    ck_assert_uint_eq(members_of(servers->at[0], "lobby"), 0);
    ck_assert_uint_eq(servers->at[0]->node->core->connection_count, 0);
    servers_wait(servers, 4 * DEAD_MS);
    ck_assert_int_ge(entries_with(servers, "\"bury\""), 1);
    ck_assert_int_le(entries_with(servers, "\"bury\""), 2); /* of each */
    ask_as(servers->at[0], 1001, "alice", "lobby"); /* her places are free */
    ask_as(servers->at[1], 2001, "alice", "lobby");
    servers_tell(servers);
    ck_assert_uint_eq(members_of(servers->at[1], "lobby"), 2);

    ck_assert_int_eq(dead->abandoned, 0);
    ask_as(dead, 3003, "mallory", "lobby"); /* it does not know yet */
    servers_tell(servers);
    ck_assert_uint_eq(members_of(servers->at[0], "lobby"), 2);
    tell_on(dead);
    ck_assert_int_eq(dead->abandoned, 1);
    expect_agreement(servers);
    servers->count = 3;
    servers_free(servers);
}
END_TEST

START_TEST(servers_of_other_settings_are_refused)
{
    struct servers *servers = servers_new(1);

    servers_add(servers, "different");
    ck_assert(!node_is_ready(servers->at[1]->node));
    ck_assert_ptr_nonnull(strstr(servers->at[1]->world->log,
                                 "not to be had: the other servers are of "
                                 "different settings"));
    ck_assert_int_eq(servers->at[0]->abandoned, 0);
    servers_add(servers, "equal");
    ck_assert(node_is_ready(servers->at[2]->node));
    /* Told once, however often it is tried. */
    size_t said = strlen(servers->at[1]->world->log);
    server_join(servers->at[1], 7);
    ck_assert(!node_is_ready(servers->at[1]->node));
    ck_assert_uint_eq(strlen(servers->at[1]->world->log), said);
    servers_free(servers);
}
END_TEST

/* Nobody is left that could bury those of the old settings. */
START_TEST(the_settings_of_the_dead_bind_nobody)
{
    struct servers *servers = servers_new(2);

    servers->shelf.now_ms += DEAD_MS;
    servers_add(servers, "different");
    ck_assert(node_is_ready(servers->at[2]->node));
    ck_assert_uint_eq(servers->at[2]->node->peer_count, 1);
    servers_free(servers);
}
END_TEST

START_TEST(a_number_that_is_taken_is_nobody_elses)
{
    struct servers *servers = servers_new(2);
    struct settings settings = narrow_settings();
    struct server_world *other =
        server_with(&servers->shelf, &settings, "equal");

    servers->shelf.state = state_write(servers->at[0]->node);
    servers->shelf.kept = servers->shelf.count;
    server_join(other, 2);
    servers_tell(servers);
    ck_assert(!node_is_ready(other->node));
    ck_assert(node_is_ready(servers->at[1]->node));
    ck_assert_int_eq(servers->at[1]->abandoned, 0);
    server_join(other, 3);
    servers_tell(servers);
    ck_assert(node_is_ready(other->node));
    server_free(other);
    servers_free(servers);
}
END_TEST

START_TEST(numbers_begin_again)
{
    ck_assert_uint_eq(node_number(1), 1);
    ck_assert_uint_eq(node_number(NODE_NUMBER_MAX), NODE_NUMBER_MAX);
    ck_assert_uint_eq(node_number(NODE_NUMBER_MAX + 1), 1);

    struct servers *servers = servers_new(2);
    struct server_world *server = servers->at[1];

    ck_assert(node_id(server->node, 7) != node_id(servers->at[0]->node, 7));
    node_lost(server->node, "gone");
    ck_assert(!server_restore(server, 0));
    ck_assert(!server_restore(server, NODE_NUMBER_MAX + 1));
    ck_assert(server_restore(server, NODE_NUMBER_MAX));
    ck_assert(node_begin(server->node, false));
    servers_tell(servers);
    ck_assert(node_is_ready(server->node));
    ck_assert_uint_eq(servers->at[0]->node->peer_count, 2); /* 2 is replaced */
    node_lost(server->node, "gone");
    ck_assert(server_restore(server, 3)); /* lower: it replaces nobody */
    ck_assert(node_begin(server->node, false));
    servers_tell(servers);
    ck_assert(node_is_ready(server->node));
    ck_assert_uint_eq(servers->at[0]->node->peer_count, 3);
    servers_free(servers);
}
END_TEST

START_TEST(a_server_that_leaves_is_buried_and_keeps_nothing)
{
    struct servers *servers = servers_new(2);
    struct server_world *server = servers->at[0];

    ask_as(server, 1001, "alice", "lobby");
    servers_tell(servers);
    ck_assert(crew_is_keeper(server->node));
    node_shutdown(server->node);
    ck_assert(has_called(server, "close 1001 1001 Server shutdown; "));
    ck_assert(!crew_is_keeper(server->node));
    servers_tell(servers);
    ck_assert_uint_eq(members_of(servers->at[1], "lobby"), 0);
    ck_assert(crew_is_keeper(servers->at[1]->node));
    ck_assert_int_eq(server->abandoned, 0);
    node_lost(server->node, "gone");
    ck_assert(!server_restore(server, 9)); /* it does not come again */
    servers_free(servers);
}
END_TEST

START_TEST(a_state_that_cannot_be_read_is_none)
{
    static const char *const states[] = {
        "{}",
        "[]",
        "{\"at_ms\":\"1\",\"settings\":\"\",\"servers\":[],\"core\":{}}",
        "{\"at_ms\":\"-1\",\"settings\":\"\",\"servers\":[]}",
        ("{\"at_ms\":\"1\",\"settings\":\"\",\"servers\":[{\"number\":\"0\","
         "\"heard_ms\":\"0\"}]}"),
    };
    struct servers *servers = servers_new(1);
    struct server_world *server = servers->at[0];

    node_lost(server->node, "gone");
    for (int i = 0; i < COUNT_OF(states); i++) {
        ck_assert(!node_restore(server->node, 2, 7, text_of(states[i])));
        ck_assert(!node_is_ready(server->node));
    }
    server_join(server, 2);
    ck_assert(node_is_ready(server->node));
    servers_free(servers);
}
END_TEST

START_TEST(who_has_lost_the_log_begins_anew_with_nothing)
{
    struct servers *servers = servers_new(2);
    struct server_world *server = servers->at[0];

    ask_as(server, 1001, "alice", "lobby");
    ask_as(servers->at[1], 2001, "bob", "lobby");
    servers_tell(servers);
    uint64_t ticket = node_ticket(server->node);
    node_lost(server->node, "gone");
    node_lost(server->node, "and gone");
    server_join(server, 3);
    servers_tell(servers);
    ck_assert(node_is_ready(server->node));
    ck_assert(node_is_void(server->node, ticket));
    ck_assert_uint_eq(members_of(servers->at[1], "lobby"), 1);
    ck_assert_ptr_null(strstr(server->world->log, "and gone"));
    expect_agreement(servers);
    ask_as(server, 3001, "alice", "lobby");
    servers_tell(servers);
    ck_assert_uint_eq(members_of(servers->at[1], "lobby"), 2);
    ticket = node_ticket(server->node);
    ck_assert(!node_is_back(server->node, ticket));
    servers_tell(servers);
    ck_assert(node_is_back(server->node, ticket));
    ck_assert(!node_is_void(server->node, ticket));
    servers_free(servers);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("node_crew", &tcase);

    tcase_add_test(tcase, who_has_lost_the_log_begins_anew_with_nothing);
    tcase_add_test(tcase, who_joins_late_knows_what_the_others_know);
    tcase_add_test(tcase, who_is_not_heard_of_is_buried_once);
    tcase_add_test(tcase, servers_of_other_settings_are_refused);
    tcase_add_test(tcase, the_settings_of_the_dead_bind_nobody);
    tcase_add_test(tcase, a_number_that_is_taken_is_nobody_elses);
    tcase_add_test(tcase, numbers_begin_again);
    tcase_add_test(tcase, a_server_that_leaves_is_buried_and_keeps_nothing);
    tcase_add_test(tcase, a_state_that_cannot_be_read_is_none);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_node_crew");
}
