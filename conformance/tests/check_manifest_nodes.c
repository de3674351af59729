/* What a manifest says of a service on several machines. */
#include "manifest_world.h"
#include "spec.h"

static struct manifest *manifest;

static void read_text(const char *text)
{
    char *errors = NULL;

    manifest = read_bytes(bytes_of_string(text), &errors);
    says("nodes", errors, "");
    ck_assert_ptr_nonnull(manifest);
    free(errors);
}

START_TEST(first_node_is_the_url)
{
    read_text("{\"extends\":\"rooms\",\"endpoint\":{\"url\":\"ws://a/\","
              "\"nodes\":[\"ws://b/\",\"ws://c/\"]}}");
    ck_assert_str_eq(manifest->url, "ws://a/");
    ck_assert_uint_eq(manifest->node_count, 2);
    ck_assert_str_eq(manifest->nodes[0], "ws://b/");
    ck_assert_str_eq(manifest->nodes[1], "ws://c/");
    ck_assert(manifest->offers & NODES);
    manifest_free(manifest);
}
END_TEST

START_TEST(one_node_has_no_others)
{
    read_text("{\"extends\":\"rooms\",\"endpoint\":{\"url\":\"ws://a/\"}}");
    ck_assert_uint_eq(manifest->node_count, 0);
    manifest_free(manifest);
}
END_TEST

START_TEST(outages_are_hooks)
{
    read_text("{\"extends\":\"rooms\",\"endpoint\":{\"url\":\"ws://a/\"},"
              "\"hooks\":{\"store\":{\"stop\":{\"command\":[\"a\"]},"
              "\"start\":{\"command\":[\"b\"]},"
              "\"show\":{\"url\":\"http://c/{what}\"}},"
              "\"node\":{\"kill\":{\"command\":[\"d\"]}}}}");
    ck_assert_str_eq(manifest->stop_shared_hook.command[0], "a");
    ck_assert_str_eq(manifest->start_shared_hook.command[0], "b");
    ck_assert_str_eq(manifest->show_shared_hook.url, "http://c/{what}");
    ck_assert_str_eq(manifest->kill_node_hook.command[0], "d");
    ck_assert(!manifest->freeze_shared_hook.present);
    ck_assert(!manifest->start_node_hook.present);
    manifest_free(manifest);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest nodes");
    TCase *tcase = tcase_create("nodes");

    tcase_add_test(tcase, first_node_is_the_url);
    tcase_add_test(tcase, one_node_has_no_others);
    tcase_add_test(tcase, outages_are_hooks);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest_nodes");
}
