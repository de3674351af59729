/* The line that says which sources these are. */
#include "base/revision.h"
#include "check_program.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

static const struct {
    const char *line;
    const char *commit;
    enum tree tree;
} rows[] = {
    { COMMIT " clean\n", COMMIT, TREE_CLEAN },
    { COMMIT " dirty\n", COMMIT, TREE_DIRTY },
    { COMMIT " export", COMMIT, TREE_EXPORT },
    { "unknown unknown\n", "unknown", TREE_UNKNOWN },
    { "", "unknown", TREE_UNKNOWN },
    { "\n", "unknown", TREE_UNKNOWN },
    { COMMIT, "unknown", TREE_UNKNOWN },
    { COMMIT " ", "unknown", TREE_UNKNOWN },
    { COMMIT " unknown", "unknown", TREE_UNKNOWN },
    { COMMIT " cleaner", "unknown", TREE_UNKNOWN },
    { COMMIT "  clean", "unknown", TREE_UNKNOWN },
    { " clean", "unknown", TREE_UNKNOWN },
    { "$Format:%H$ export", "unknown", TREE_UNKNOWN },
    { COMMIT COMMIT " clean", "unknown", TREE_UNKNOWN },
};

START_TEST(line_is_taken_whole_or_not)
{
    revision_take(bytes_of_string(rows[_i].line));
    ck_assert_str_eq(revision_commit(), rows[_i].commit);
    ck_assert_str_eq(tree_name(revision_tree()), tree_name(rows[_i].tree));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revision");
    TCase *tcase = tcase_create("revision");

    tcase_add_loop_test(tcase, line_is_taken_whole_or_not, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_revision");
}
