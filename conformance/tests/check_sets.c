/* Requirement sets: what is frozen stays as it is and names what there is. */
#include "certificate/sets.h"
#include "certificate_world.h"

/* A set that was released is never changed: spec/sets/errata.json withdraws. */
static const struct {
    const char *name;
    const char *sha256;
} frozen[] = {
    { "2026.1",
      "6dcc0ed1b74bb7e7384d1c3d9b3b9fc3485ac544d4c33abba80f3f61cb740409" },
};

START_TEST(sets_are_as_they_were_frozen)
{
    struct book *book = book_open();

    ck_assert_msg(book != NULL, "%s", fault_reason());
    ck_assert_uint_eq(book->set_count, COUNT(frozen));
    for (size_t i = 0; i < COUNT(frozen); i++) {
        ck_assert_str_eq(book->sets[i].name, frozen[i].name);
        ck_assert_str_eq(book->sets[i].sha256, frozen[i].sha256);
    }
    book_free(book);
}
END_TEST

/* A name is for ever: what a set has, the catalogue has, or it was withdrawn.
 */
START_TEST(sets_name_what_there_is)
{
    struct book *book = book_open();

    ck_assert_msg(book != NULL, "%s", fault_reason());
    for (size_t s = 0; s < book->set_count; s++) {
        const struct set *set = &book->sets[s];
        for (size_t i = 0; i < set->count; i++) {
            const struct set_row *row = &set->at[i];
            const struct criterion *criterion = criterion_named(row->id);
            bool is_there =
                criterion != NULL && (criterion->profiles & row->profile) != 0;
            ck_assert_msg(is_there ||
                              book_withdrawn(book, set, row->id) != NULL,
                          "%s has %s for %s, the catalogue has not", set->name,
                          row->id, profile_name(row->profile));
        }
    }
    for (size_t i = 0; i < book->erratum_count; i++)
        ck_assert_ptr_nonnull(book_set(book, book->errata[i].set));
    book_free(book);
}
END_TEST

#define SET(profiles)                                                          \
    "{\"set\":\"1.1\",\"frozen\":\"2030-01-01\",\"profiles\":" profiles "}"

static const struct {
    const char *label;
    const char *text;
    const char *want; /* NULL: it is one */
} sets[] = {
    { "sound", SET("{\"pos\":{\"A\":[\"a\"],\"AA\":[\"b\"]}}"), NULL },
    { "with an end of line", SET("{\"pos\":{\"A\":[\"a\"]}}") "\n", NULL },
    { "no JSON", "set", "no object" },
    { "a name twice", "{\"set\":\"1.1\",\"set\":\"1.2\"}", "a name twice" },
    { "no day", "{\"set\":\"1.1\",\"profiles\":{}}", "something else" },
    { "a name of letters", "{\"set\":\"one\",\"frozen\":\"d\",\"profiles\":{}}",
      "something else" },
    { "another member",
      "{\"set\":\"1.1\",\"frozen\":\"d\",\"profiles\":{},\"x\":1}",
      "something else" },
    { "no criterion", SET("{}"), "no criterion" },
    { "another profile", SET("{\"chess\":{\"A\":[\"a\"]}}"), "chess" },
    { "another level", SET("{\"pos\":{\"B\":[\"a\"]}}"), "a level" },
    { "a criterion twice", SET("{\"pos\":{\"A\":[\"a\"],\"AA\":[\"a\"]}}"),
      "twice" },
    { "a number", SET("{\"pos\":{\"A\":[1]}}"), "without a name" },
    { "the same set again", SET_2030_1, "is there already" },
};

START_TEST(only_a_set_is_one)
{
    struct book *book = small_book(NULL);
    enum fault fault = book_add_set(book, bytes_of_string(sets[_i].text));

    ck_assert_msg((fault == FAULT_NONE) == (sets[_i].want == NULL), "%s: %s",
                  sets[_i].label, fault_reason());
    if (sets[_i].want != NULL)
        ck_assert_msg(strstr(fault_reason(), sets[_i].want) != NULL,
                      "%s: want \"%s\", got \"%s\"", sets[_i].label,
                      sets[_i].want, fault_reason());
    ck_assert_uint_eq(book->set_count, fault == FAULT_NONE ? 2 : 1);
    book_free(book);
}
END_TEST

#define ERRATUM                                                                \
    "{\"set\":\"2030.1\",\"criterion\":\"b\",\"date\":\"2031-01-01\","         \
    "\"why\":\"it asks too much\"}"

static const struct {
    const char *label;
    const char *text;
    bool is_one;
} errata[] = {
    { "none", "{\"errata\":[]}", true },
    { "one", "{\"errata\":[" ERRATUM "]}", true },
    { "no list", "{\"errata\":1}", false },
    { "another member", "{\"errata\":[],\"x\":1}", false },
    { "one without a reason",
      "{\"errata\":[{\"set\":\"2030.1\",\"criterion\":\"b\",\"date\":\"d\"}]}",
      false },
    { "a text", "{\"errata\":[\"b\"]}", false },
    { "no JSON", "", false },
};

START_TEST(only_errata_are_errata)
{
    struct book *book = small_book(NULL);
    enum fault fault = book_add_errata(book, bytes_of_string(errata[_i].text));

    ck_assert_msg((fault == FAULT_NONE) == errata[_i].is_one, "%s",
                  errata[_i].label);
    book_free(book);
}
END_TEST

START_TEST(one_of_a_set_is_withdrawn)
{
    struct book *book = small_book("{\"errata\":[" ERRATUM "]}");
    const struct set *set = book_set(book, "2030.1");
    const struct erratum *found = book_withdrawn(book, set, "b");

    ck_assert_ptr_nonnull(found);
    ck_assert_str_eq(found->why, "it asks too much");
    ck_assert_ptr_null(book_withdrawn(book, set, "a"));
    book_free(book);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sets");
    TCase *tcase = tcase_create("sets");

    tcase_add_test(tcase, sets_are_as_they_were_frozen);
    tcase_add_test(tcase, sets_name_what_there_is);
    tcase_add_loop_test(tcase, only_a_set_is_one, 0, COUNT_OF(sets));
    tcase_add_loop_test(tcase, only_errata_are_errata, 0, COUNT_OF(errata));
    tcase_add_test(tcase, one_of_a_set_is_withdrawn);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_sets");
}
