/* The directory on SQLite: what it keeps, and what it takes for data. */
#include "tests/store_world.h"

/* --- what it keeps -------------------------------------------------------- */

START_TEST(what_is_put_is_found)
{
    struct user user;
    struct restaurant restaurant;
    struct order found;
    const struct directory_ops *ops = directory.ops;

    ck_assert_int_eq(ops->find_user(store, text_of("alice"), &user), FOUND);
    ck_assert_str_eq(user.id, "alice");
    ck_assert_str_eq(user.role, "manager");
    ck_assert_str_eq(user.restaurant, BISTRO);
    ck_assert_int_eq(ops->find_restaurant(store, text_of(BISTRO), &restaurant),
                     FOUND);
    ck_assert_str_eq(restaurant.id, BISTRO);
    ck_assert(restaurant.active);
    ck_assert_int_eq(ops->find_order(store, text_of(ORDER), &found), FOUND);
    ck_assert_str_eq(found.restaurant, BISTRO);
    ck_assert_str_eq(found.status, "pending");
}
END_TEST

START_TEST(what_is_put_again_is_replaced)
{
    static const struct restaurant closed = { BISTRO, false };
    static const struct user without = { "alice", "", "" };
    struct user user;
    struct restaurant restaurant;

    ck_assert(store_put_restaurant(store, &closed));
    ck_assert(store_put_user(store, &without));
    directory.ops->find_restaurant(store, text_of(BISTRO), &restaurant);
    ck_assert(!restaurant.active);
    directory.ops->find_user(store, text_of("alice"), &user);
    ck_assert_str_eq(user.role, "");
    ck_assert_str_eq(user.restaurant, "");
}
END_TEST

START_TEST(what_is_removed_is_absent)
{
    ck_assert(store_remove_user(store, text_of("alice")));
    ck_assert_int_eq(find_alice(), ABSENT);
    ck_assert(store_remove_user(store, text_of("alice")));
}
END_TEST

START_TEST(a_status_is_set_in_its_own_restaurant_alone)
{
    struct order found;
    const struct directory_ops *ops = directory.ops;

    ck_assert_int_eq(ops->set_status(store, text_of(ORDER), text_of(TAVERN),
                                     text_of("ready"), text_of("")),
                     ABSENT);
    ops->find_order(store, text_of(ORDER), &found);
    ck_assert_str_eq(found.status, "pending");
    ck_assert_int_eq(set_status("ready", "hot"), FOUND);
    ops->find_order(store, text_of(ORDER), &found);
    ck_assert_str_eq(found.status, "ready");
    ck_assert_int_eq(ops->set_status(store, text_of(ORDER), text_of(BISTRO),
                                     text_of("ready"),
                                     (struct text){ NULL, 0 }),
                     FOUND);
}
END_TEST

START_TEST(it_outlives_its_process)
{
    store_close(store);
    open_store(path);
    ck_assert_int_eq(find_alice(), FOUND);
}
END_TEST

START_TEST(in_memory_it_begins_empty)
{
    store_close(store);
    open_store(NULL);
    ck_assert_int_eq(find_alice(), ABSENT);
    ck_assert_uint_ne(version(), 0);
    fill();
    ck_assert_int_eq(find_alice(), FOUND);
    ck_assert_int_eq(set_status("", ""), FAILED);
    ck_assert_int_eq(find_alice(), FOUND);
}
END_TEST

START_TEST(cleared_it_is_empty_and_of_use)
{
    ck_assert(!store_clear(store)); /* it has a file */
    ck_assert_int_eq(find_alice(), FOUND);
    store_close(store);
    open_store(NULL);
    fill();
    uint64_t before = version();
    ck_assert(store_clear(store));
    ck_assert_int_eq(find_alice(), ABSENT);
    ck_assert_uint_ne(version(), before);
    fill();
    ck_assert_int_eq(find_alice(), FOUND);
}
END_TEST

START_TEST(with_other_tables_it_is_not_cleared)
{
    store_close(store);
    open_store(NULL);
    ck_assert_int_eq(sqlite3_exec(store_handle(store), "DROP TABLE orders",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    ck_assert(!store_clear(store));
}
END_TEST

START_TEST(the_version_tells_every_change)
{
    uint64_t first = version();
    sqlite3 *other = open_beside();

    ck_assert_uint_ne(first, 0);
    ck_assert_uint_eq(version(), first);
    ck_assert_int_eq(find_alice(), FOUND);
    ck_assert_uint_eq(version(), first);
    ck_assert(store_put_user(store, &alice));
    uint64_t second = version();
    ck_assert_uint_ne(second, first);
    execute(other, "UPDATE restaurants SET active = 0");
    ck_assert_uint_ne(version(), second);
    ck_assert_uint_ne(version(), first);
    sqlite3_close(other);
}
END_TEST

/* --- what it takes for data ----------------------------------------------- */

static const struct text injections[] = {
    { "' OR '1'='1", 11 },
    { "alice' --", 9 },
    { "alice\0", 6 },
    { "alice\0' OR 1", 12 },
    { "'; DROP TABLE users; --", 23 },
    { "x' UNION SELECT 'alice','manager','" BISTRO "' --", 76 },
    { "%", 1 },
    { "ALICE", 5 },
    { "alice ", 6 },
    { "\xff\xfe", 2 },
    { "", 0 },
    { NULL, 0 },
};

START_TEST(an_injection_is_an_unknown_id)
{
    struct user user;
    struct restaurant restaurant;
    struct order found;
    struct text id = injections[_i];
    const struct directory_ops *ops = directory.ops;

    ck_assert_int_eq(ops->find_user(store, id, &user), ABSENT);
    ck_assert_int_eq(ops->find_restaurant(store, id, &restaurant), ABSENT);
    ck_assert_int_eq(ops->find_order(store, id, &found), ABSENT);
    ck_assert_int_eq(ops->set_status(store, id, text_of(BISTRO),
                                     text_of("ready"), text_of("")),
                     ABSENT);
    ck_assert_int_eq(ops->set_status(store, text_of(ORDER), id,
                                     text_of("ready"), text_of("")),
                     ABSENT);
    ck_assert(store_remove_user(store, id));
    ck_assert_int_eq(find_alice(), FOUND);
}
END_TEST

START_TEST(an_injection_is_kept_as_it_is)
{
    static const struct user robert = { "robert'); DROP TABLE users; --",
                                        "' OR ''='", "" };
    struct user user;
    ck_assert(store_put_user(store, &robert));
    ck_assert_int_eq(directory.ops->find_user(store, text_of(robert.id), &user),
                     FOUND);
    ck_assert_str_eq(user.role, robert.role);
    ck_assert_int_eq(set_status("ready", "'); DELETE FROM orders; --"), FOUND);
    ck_assert_int_eq(find_alice(), FOUND);
}
END_TEST

START_TEST(an_id_of_10_kilobytes_is_unknown)
{
    static char bytes[10 * 1024];
    struct text id = { bytes, sizeof(bytes) };
    struct user user;

    memset(bytes, 'a', sizeof(bytes));
    ck_assert_int_eq(directory.ops->find_user(store, id, &user), ABSENT);
    ck_assert(store_remove_user(store, id));
    ck_assert_int_eq(find_alice(), FOUND);
}
END_TEST

START_TEST(what_breaks_a_rule_changes_nothing)
{
    static const struct user nameless = { "", "manager", BISTRO };
    static const struct user homeless = { "bob", "manager", "no uuid" };
    static const struct restaurant wrong = { "short", true };
    static const struct order blank = { ORDER, BISTRO, "" };
    uint64_t before = version();

    ck_assert(!store_put_user(store, &nameless));
    ck_assert(!store_put_user(store, &homeless));
    ck_assert(!store_put_restaurant(store, &wrong));
    ck_assert(!store_put_order(store, &blank));
    ck_assert_int_eq(set_status("a status far too long", ""), FAILED);
    ck_assert_uint_eq(version(), before);
    ck_assert_int_eq(find_alice(), FOUND);
}
END_TEST

/* Rows that another program wrote, without our rules. */
static const char *const foreign_rows[] = {
    "UPDATE users SET role = CAST(zeroblob(40) AS TEXT)",
    "UPDATE users SET role = 'a role of more than thirty-two bytes'",
    "UPDATE users SET role = 'man' || char(0) || 'ager'",
    "UPDATE users SET restaurant = '" BISTRO "x'",
};

START_TEST(a_row_that_does_not_fit_is_no_answer)
{
    sqlite3 *other = open_beside();
    struct user user = { .id = "untouched" };

    execute(other, "PRAGMA ignore_check_constraints = 1");
    execute(other, foreign_rows[_i]);
    ck_assert_int_eq(directory.ops->find_user(store, text_of("alice"), &user),
                     FAILED);
    ck_assert_str_eq(user.id, "untouched");
    ck_assert(store_put_user(store, &alice));
    ck_assert_int_eq(find_alice(), FOUND);
    sqlite3_close(other);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("store");
    TCase *tcase = tcase_create("SQLite");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_is_put_is_found);
    tcase_add_test(tcase, what_is_put_again_is_replaced);
    tcase_add_test(tcase, what_is_removed_is_absent);
    tcase_add_test(tcase, a_status_is_set_in_its_own_restaurant_alone);
    tcase_add_test(tcase, it_outlives_its_process);
    tcase_add_test(tcase, in_memory_it_begins_empty);
    tcase_add_test(tcase, cleared_it_is_empty_and_of_use);
    tcase_add_test(tcase, with_other_tables_it_is_not_cleared);
    tcase_add_test(tcase, the_version_tells_every_change);
    tcase_add_loop_test(tcase, an_injection_is_an_unknown_id, 0,
                        COUNT_OF(injections));
    tcase_add_test(tcase, an_injection_is_kept_as_it_is);
    tcase_add_test(tcase, an_id_of_10_kilobytes_is_unknown);
    tcase_add_test(tcase, what_breaks_a_rule_changes_nothing);
    tcase_add_loop_test(tcase, a_row_that_does_not_fit_is_no_answer, 0,
                        COUNT_OF(foreign_rows));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_store");
}
