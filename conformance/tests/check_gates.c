/* The templates for the gates of others, run as their hosts do:
 * tests/read_gates.py. */
#include "cli_world.h"
#include "manifest_world.h"

START_TEST(gates_are_red_where_they_have_to_be)
{
    ck_assert_int_eq(run_python("conformance/tests/read_gates.py", tool), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("gates");
    TCase *tcase = tcase_create("gates");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_test(tcase, gates_are_red_where_they_have_to_be);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_gates");
}
