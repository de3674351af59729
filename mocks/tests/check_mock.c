/* The mock socket: what its events tell, and when the core learns of what. */
#include "mock_world.h"
#include "virtual_clock.h"

/* --- Events --------------------------------------------------------------- */

static const struct {
    const char *label;
    const char *mutant;
    const char *query; /* NULL: a good token */
    const char *want;
} openings[] = {
    { "a good token", NULL, NULL, "1 accepted; " },
    { "no token", NULL, "", REFUSED_AS(MISSING) },
    { "an empty token", NULL, "token=", REFUSED_AS(MISSING) },
    { "a bad token", NULL, "token=a.b.c", REFUSED_AS(INVALID) },
    { "a double accept shows", "accepts_twice", NULL,
      "1 accepted; 1 accepted; " },
    { "a rejection takes the place of the upgrade",
      "refuses_before_the_upgrade", "", "1 rejected 403; 1 gone fin; " },
    { "a Close without a code", "closes_without_a_code", "",
      "1 accepted; 1 closed 1005 ; 1 gone fin; " },
    { "a greeting comes before the Close", "sends_a_snapshot_to_strangers", "",
      "1 accepted; 1 text {\"type\":\"signal\",\"text\":\"the latest\"}; "
      "1 closed 1008 Authentication required; 1 gone fin; " },
};

START_TEST(opening_is_told)
{
    char *good;

    begin_again_with(openings[_i].mutant);
    good = query_with(GOOD_TOKEN, NULL);
    open_query(1, openings[_i].query == NULL ? good : openings[_i].query);
    ck_assert_msg(strcmp(all_told(), openings[_i].want) == 0,
                  "%s: want \"%s\", got \"%s\"", openings[_i].label,
                  openings[_i].want, told);
    free(good);
}
END_TEST

START_TEST(broadcast_and_publication_are_told)
{
    open_member(1, 0);
    open_member(2, 0);
    all_told();
    ck_assert_int_eq(adapter->ops->publish(adapter->self, "one", NULL),
                     FAULT_NONE);
    send_text(2, "{\"type\":\"publish\",\"text\":\"two\"}");
    ck_assert_str_eq(all_told(),
                     "1 text {\"type\":\"signal\",\"text\":\"one\"}; "
                     "2 text {\"type\":\"signal\",\"text\":\"one\"}; "
                     "1 text {\"type\":\"signal\",\"text\":\"two\"}; "
                     "2 text {\"type\":\"signal\",\"text\":\"two\"}; ");
}
END_TEST

START_TEST(ping_is_answered_by_the_living)
{
    struct bytes data = bytes_of_string("fence");

    open_member(1, 0);
    open_query(2, "");
    adapter->ops->send(adapter->self, 1, SEND_PING, 0, data);
    adapter->ops->send(adapter->self, 2, SEND_PING, 0, data);
    ck_assert_str_eq(all_told(), "1 accepted; 2 accepted; "
                                 "2 closed 1008 Authentication required; "
                                 "1 pong fence; 2 gone fin; ");
}
END_TEST

START_TEST(close_of_the_client_is_answered)
{
    open_member(1, 0);
    adapter->ops->send(adapter->self, 1, SEND_CLOSE, 1000,
                       bytes_of_string("done"));
    ck_assert_str_eq(all_told(), "1 accepted; 1 closed 1000 ; 1 gone fin; ");
    ck_assert_int_eq(count_in("pool"), 0);
}
END_TEST

static const struct {
    const char *label;
    const char *mutant;
    const char *want;
} early[] = {
    { "nobody listens", NULL,
      "1 accepted; 2 accepted; 2 closed 1008 Authentication required; "
      "2 gone fin; " },
    { "somebody does", "handles_input_before_authentication",
      "1 accepted; 2 accepted; 2 closed 1008 Authentication required; "
      "1 text {\"type\":\"signal\",\"text\":\"stolen\"}; 2 gone fin; " },
    { "an answer behind the Close is a violation", "answers_behind_the_close",
      "1 accepted; 2 accepted; 2 closed 1008 Authentication required; "
      "2 violation; 2 gone fin; " },
};

START_TEST(early_message_reaches_the_core)
{
    const char *text = "{\"type\":\"publish\",\"text\":\"stolen\"}";
    struct opening opening = { .early = &text, .early_count = 1 };

    begin_again_with(early[_i].mutant);
    open_member(1, 0);
    ck_assert_int_eq(open_as(2, &opening), FAULT_NONE);
    ck_assert_msg(strcmp(all_told(), early[_i].want) == 0,
                  "%s: want \"%s\", got \"%s\"", early[_i].label,
                  early[_i].want, told);
}
END_TEST

/* --- Ends ----------------------------------------------------------------- */

START_TEST(core_learns_of_a_reset_by_and_by)
{
    open_member(1, 0);
    open_member(2, 0);
    all_told();
    adapter->ops->drop(adapter->self, 1, true);
    ck_assert_int_eq(count_in("pool"), 2);
    adapter->ops->publish(adapter->self, "one", NULL);
    ck_assert_str_eq(all_told(),
                     "1 gone ours; "
                     "2 text {\"type\":\"signal\",\"text\":\"one\"}; ");
    ck_assert_int_eq(count_in("pool"), 1);
}
END_TEST

START_TEST(send_to_a_dead_socket_fails)
{
    begin_again_with("stops_the_broadcast_at_the_first_failed_send");
    open_member(1, 0);
    open_member(2, 0);
    all_told();
    adapter->ops->drop(adapter->self, 1, true);
    adapter->ops->publish(adapter->self, "one", NULL);
    ck_assert_str_eq(all_told(), "1 gone ours; ");
}
END_TEST

static const struct {
    const char *label;
    bool reset;
    bool closes_first;
    int want; /* pool entries that a server keeps which hears of polite ends */
} drops[] = {
    { "a reset is abrupt", true, false, 1 },
    { "a FIN without a Close is abrupt", false, false, 1 },
    { "a Close handshake is clean", false, true, 0 },
};

START_TEST(drop_is_told_to_the_core_for_what_it_is)
{
    begin_again_with("removes_only_on_a_clean_close");
    open_member(1, 0);
    if (drops[_i].closes_first)
        adapter->ops->send(adapter->self, 1, SEND_CLOSE, 1000,
                           bytes_of_string(""));
    adapter->ops->drop(adapter->self, 1, drops[_i].reset);
    ck_assert_int_eq(adapter->ops->settle(adapter->self), FAULT_NONE);
    ck_assert_msg(count_in("pool") == drops[_i].want, "%s", drops[_i].label);
}
END_TEST

START_TEST(gone_is_the_last_event)
{
    open_member(1, 0);
    adapter->ops->drop(adapter->self, 1, false);
    adapter->ops->drop(adapter->self, 1, true);
    send_text(1, "{}");
    adapter->ops->publish(adapter->self, "one", NULL);
    ck_assert_str_eq(all_told(), "1 accepted; 1 gone ours; ");
}
END_TEST

START_TEST(close_left_unanswered_is_cut_off_in_time)
{
    struct event event;

    open_query(1, "");
    adapter->ops->answer_closes(adapter->self, 1, false);
    ck_assert_str_eq(all_told(),
                     "1 accepted; 1 closed 1008 Authentication required; ");
    adapter->ops->elapse(adapter->self, 999);
    ck_assert_str_eq(all_told(), "");
    adapter->ops->elapse(adapter->self, 500);
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 0), 1);
    ck_assert_int_eq(event.kind, EVENT_GONE);
    ck_assert_int_eq(event.at_ms, VIRTUAL_START_MS + 1000);
}
END_TEST

START_TEST(late_answer_ends_the_connection)
{
    open_query(1, "");
    adapter->ops->answer_closes(adapter->self, 1, false);
    all_told();
    adapter->ops->answer_closes(adapter->self, 1, true);
    ck_assert_str_eq(all_told(), "1 gone fin; ");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("mock");
    TCase *tcase = tcase_create("mock");

    tcase_add_checked_fixture(tcase, begin, finish);
    tcase_add_loop_test(tcase, opening_is_told, 0, COUNT_OF(openings));
    tcase_add_test(tcase, broadcast_and_publication_are_told);
    tcase_add_test(tcase, ping_is_answered_by_the_living);
    tcase_add_test(tcase, close_of_the_client_is_answered);
    tcase_add_loop_test(tcase, early_message_reaches_the_core, 0,
                        COUNT_OF(early));
    tcase_add_test(tcase, core_learns_of_a_reset_by_and_by);
    tcase_add_test(tcase, send_to_a_dead_socket_fails);
    tcase_add_loop_test(tcase, drop_is_told_to_the_core_for_what_it_is, 0,
                        COUNT_OF(drops));
    tcase_add_test(tcase, gone_is_the_last_event);
    tcase_add_test(tcase, close_left_unanswered_is_cut_off_in_time);
    tcase_add_test(tcase, late_answer_ends_the_connection);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_mock");
}
