/* At which node of a cluster the bench dials. */
#include "script_world.h"

/* The witness has been at the first one. */
static void dial_around(struct bench *bench)
{
    for (int i = 0; i < 3; i++)
        dial_as(bench, ALICE, GOOD_TOKEN);
    dial(bench, BOB, GOOD_TOKEN, (struct manner){ .at = FIRST_NODE });
    dial(bench, BOB, GOOD_TOKEN, (struct manner){ .at = THIRD_NODE });
    dial(bench, BOB, GOOD_TOKEN, (struct manner){ .timezone = "UTC" });
    dial_as(bench, ALICE, GOOD_TOKEN);
}

static const struct {
    unsigned nodes;
    unsigned want[8]; /* from the witness on */
} rounds[] = {
    { 0, { 0, 0, 0, 0, 0, 0, 0, 0 } },
    { 1, { 0, 0, 0, 0, 0, 0, 0, 0 } },
    { 2, { 0, 1, 0, 1, 0, 0, 0, 0 } },
    { 3, { 0, 1, 2, 0, 0, 2, 0, 1 } },
};

START_TEST(peers_go_to_the_nodes_in_turn)
{
    play_forget();
    play.script.nodes = rounds[_i].nodes;
    struct result got = perform("factory", dial_around);

    ck_assert_msg(got.verdict == PASS, "%s", got.seen);
    for (unsigned i = 0; i < COUNT_OF(rounds[_i].want); i++)
        ck_assert_uint_eq(play.nodes[i + 1], rounds[_i].want[i]);
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench_nodes");
    TCase *tcase = tcase_create("nodes");

    tcase_add_loop_test(tcase, peers_go_to_the_nodes_in_turn, 0,
                        COUNT_OF(rounds));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_nodes");
}
