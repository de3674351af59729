/* Reports are read back by those who do not know the tool, on streams that are
 * hostile in every text: tests/read_reports.py. */
#include "cli_world.h"
#include "manifest_world.h"

START_TEST(readers_find_what_the_stream_has)
{
    ck_assert_int_eq(run_python("conformance/tests/read_reports.py", tool), 0);
}
END_TEST

/* spec/stream.schema.json and spec/report.schema.json. */
START_TEST(schemas_hold_what_is_written)
{
    ck_assert_int_eq(run_python("conformance/tests/read_schemas.py", tool), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("report_readers");
    TCase *tcase = tcase_create("readers");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_test(tcase, readers_find_what_the_stream_has);
    tcase_add_test(tcase, schemas_hold_what_is_written);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_report_readers");
}
