/* Other doors as the manifest has them: where they are asked, and what they
 * answer. */
#include "manifest_world.h"
#include "spec.h"

static const struct {
    const char *url;
    const char *want; /* of the door's first step */
} bases[] = {
    { "ws://h:8080/ws?x=1", "http://h:8080/p?k={token}" },
    { "wss://h", "https://h/p?k={token}" },
};

static struct manifest *manifest_at(const char *url)
{
    char text[1024];

    snprintf(text, sizeof(text),
             "{\"extends\":\"factory\",\"endpoint\":{\"url\":\"%s\","
             "\"other_doors\":[{\"what\":\"a\"},{\"what\":\"b\",\"steps\":[{"
             "\"url\":\"/p?k={token}\",\"save\":{\"s\":{\"json\":\"/s\"}}},"
             "{\"url\":\"http://o/{s}/{user}\"}],\"read\":[{\"url\":\"/{s}\"}],"
             "\"admitted\":{\"http\":200,\"body_like\":\"in\"},\"refused\":[{"
             "\"http\":401},{\"http\":504,\"widened\":\"w\"}]}]}}",
             url);
    return good_text(text);
}

START_TEST(door_is_asked_where_the_socket_is)
{
    struct manifest *manifest = manifest_at(bases[_i].url);
    const struct door *door = &manifest->doors[1];

    ck_assert_uint_eq(manifest->door_count, 2);
    ck_assert_uint_eq(manifest->doors[0].steps.count, 0);
    ck_assert_uint_eq(door->steps.count, 2);
    ck_assert_str_eq(door->steps.at[0].hook.url, bases[_i].want);
    ck_assert_str_eq(door->steps.at[1].hook.url, "http://o/{s}/{user}");
    ck_assert_uint_eq(door->read.count, 1);
    ck_assert_int_eq(door->read_ms, 2000);
    manifest_free(manifest);
}
END_TEST

/* By its scheme, and without a word of how. */
START_TEST(socket_is_asked_as_the_endpoint_is)
{
    struct manifest *manifest = good_text(
        "{\"extends\":\"factory\",\"vars\":{\"h\":\"h:1\"},\"endpoint\":{"
        "\"url\":\"ws://h/\",\"other_doors\":[{\"what\":\"a\",\"url\":"
        "\"http://h/ws\"},{\"what\":\"b\",\"url\":\"wss://{h}/old?v=1\"}]}}");

    ck_assert(!manifest->doors[0].is_socket);
    ck_assert(manifest->doors[1].is_socket);
    ck_assert_str_eq(manifest->doors[1].url, "wss://h:1/old?v=1");
    ck_assert_uint_eq(manifest->doors_offer, OTHER_DOOR | READING_DOOR);
    manifest_free(manifest);
}
END_TEST

/* The endpoint's, whatever its port, its nodes', and the door's own. */
START_TEST(token_goes_to_a_host_that_is_named)
{
    static const char *const urls[] = {
        "http://h:8080/p?k={token}", "https://H/p?k={token}",
        "http://n/p?k={token}",      "https://door.example:1/p?k={token}",
        "http://[::1]:7/?{token}",
    };
    char text[1024];

    snprintf(text, sizeof(text),
             "{\"extends\":\"factory\",\"endpoint\":{\"url\":\"%s\",\"nodes\":["
             "\"ws://n:2/\"],\"other_doors\":[{\"what\":\"a\",\"url\":"
             "\"http://door.example/\",\"steps\":[{\"url\":\"%s\"}],"
             "\"admitted\":{\"http\":200},\"refused\":[{\"http\":401}]}]}}",
             strstr(urls[_i], "[::1]") == NULL ? "ws://h:1/" : "ws://[::1]/",
             urls[_i]);
    struct manifest *manifest = good_text(text);

    ck_assert_str_eq(manifest->doors[0].steps.at[0].hook.url, urls[_i]);
    manifest_free(manifest);
}
END_TEST

START_TEST(answers_of_a_door_are_read)
{
    struct manifest *manifest = manifest_at("ws://h");
    const struct door *door = &manifest->doors[1];

    ck_assert_int_eq(door->admitted.status, 200);
    ck_assert_str_eq(door->admitted.body_like, "in");
    ck_assert_uint_eq(door->refused_count, 2);
    ck_assert_int_eq(door->refused[0].status, 401);
    ck_assert_ptr_null(door->refused[0].body_like);
    ck_assert_str_eq(door->refused[1].widened, "w");
    manifest_free(manifest);
}
END_TEST

/* The profile claims none. */
START_TEST(door_with_steps_is_asked_whatever_is_claimed)
{
    struct manifest *manifest = manifest_at("ws://h");

    ck_assert((manifest->offers & OTHER_DOOR) != 0);
    ck_assert((manifest->offers & READING_DOOR) != 0);
    manifest_free(manifest);
    manifest = good_profile("factory");
    ck_assert((manifest->offers & (OTHER_DOOR | READING_DOOR)) == 0);
    manifest_free(manifest);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest_doors");
    TCase *tcase = tcase_create("doors");

    tcase_add_loop_test(tcase, door_is_asked_where_the_socket_is, 0,
                        (int)COUNT_OF(bases));
    tcase_add_test(tcase, socket_is_asked_as_the_endpoint_is);
    tcase_add_loop_test(tcase, token_goes_to_a_host_that_is_named, 0, 5);
    tcase_add_test(tcase, answers_of_a_door_are_read);
    tcase_add_test(tcase, door_with_steps_is_asked_whatever_is_claimed);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest_doors");
}
