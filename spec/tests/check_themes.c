/* Each theme of the catalogue has a title and says why it matters, once. */
#include "check_program.h"
#include "spec.h"

#include <ctype.h>
#include <string.h>

enum { SENTENCE_CHARS_MAX = 240 };

static bool is_of_the_catalogue(const char *name)
{
    for (size_t i = 0; i < catalogue_size; i++)
        if (strcmp(catalogue[i].theme, name) == 0)
            return true;
    return false;
}

START_TEST(theme_says_why)
{
    const struct theme *row = &themes[_i];
    size_t length = strlen(row->why);

    ck_assert_msg(theme_named(row->name) == row, "%s stands twice", row->name);
    ck_assert_msg(is_of_the_catalogue(row->name), "%s is empty", row->name);
    ck_assert_msg(isupper((unsigned char)row->title[0]), "%s: %s", row->name,
                  row->title);
    ck_assert_msg(length > 0 && length <= SENTENCE_CHARS_MAX &&
                      isupper((unsigned char)row->why[0]) &&
                      row->why[length - 1] == '.',
                  "%s: %s", row->name, row->why);
}
END_TEST

START_TEST(criterion_has_a_theme)
{
    ck_assert_msg(theme_named(catalogue[_i].theme) != NULL, "%s: theme %s",
                  catalogue[_i].spec->id, catalogue[_i].theme);
}
END_TEST

START_TEST(others_are_nobody)
{
    ck_assert_ptr_null(theme_named(""));
    ck_assert_ptr_null(theme_named("CLI"));
    ck_assert_ptr_null(theme_named("AUT"));
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("themes");
    TCase *tcase = tcase_create("themes");

    tcase_add_loop_test(tcase, theme_says_why, 0, (int)themes_size);
    tcase_add_loop_test(tcase, criterion_has_a_theme, 0, (int)catalogue_size);
    tcase_add_test(tcase, others_are_nobody);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_themes");
}
