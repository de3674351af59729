/* The kill matrix that goes into a page: what is read of it, and refused. */
#include "check_program.h"
#include "report/html/kills.h"

static const struct {
    const char *label, *text;
    bool want;
} matrices[] = {
    { "none", "{\"mutants\":[]}", true },
    { "sound", "{\"mutants\":[{\"name\":\"m\",\"expected\":[],\"failed\":[]}]}",
      true },
    { "nothing", "", false },
    { "no JSON", "{\"mutants\":[", false },
    { "no object", "[]", false },
    { "no list", "{\"mutants\":{}}", false },
    { "no name", "{\"mutants\":[{\"expected\":[],\"failed\":[]}]}", false },
    { "no failed", "{\"mutants\":[{\"name\":\"m\",\"expected\":[]}]}", false },
    { "no names",
      "{\"mutants\":[{\"name\":\"m\",\"expected\":[1],\"failed\":[]}]}",
      false },
};

START_TEST(matrix_is_read)
{
    struct kills *kills = kills_read(bytes_of_string(matrices[_i].text));

    ck_assert_msg((kills != NULL) == matrices[_i].want, "%s",
                  matrices[_i].label);
    kills_free(kills);
}
END_TEST

START_TEST(matrix_knows_its_kills)
{
    static const char text[] =
        "{\"mutants\":[{\"name\":\"m\",\"expected\":[\"a\",\"b\"],\"failed\":"
        "[\"c\",\"b\"]},{\"name\":\"l\",\"expected\":[\"b\"],\"failed\":"
        "[\"b\"]}]}";
    struct kills *kills = kills_read(bytes_of_string(text));
    size_t count = 0;
    const struct kill *of_b = kills_of(kills, "b", &count);

    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(of_b[0].mutant, "l");
    ck_assert(of_b[1].named && of_b[1].failed);
    const struct kill *of_a = kills_of(kills, "a", &count);
    ck_assert(count == 1 && of_a->named && !of_a->failed);
    const struct kill *of_c = kills_of(kills, "c", &count);
    ck_assert(count == 1 && !of_c->named && of_c->failed);
    ck_assert_ptr_null(kills_of(kills, "d", &count));
    ck_assert_uint_eq(kills_mutants(kills), 2);
    kills_free(kills);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("report_kills");
    TCase *matrix = tcase_create("matrix");

    tcase_add_loop_test(matrix, matrix_is_read, 0, COUNT_OF(matrices));
    tcase_add_test(matrix, matrix_knows_its_kills);
    suite_add_tcase(suite, matrix);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_report_kills");
}
