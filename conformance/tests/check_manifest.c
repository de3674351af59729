/* The reader of manifests: a good one says what it says, whatever it extends.
 */
#include "manifest_world.h"
#include "bench.h"
#include <sys/stat.h>

/* --- The built-in profile ------------------------------------------------- */

START_TEST(profile_signals_is_whole)
{
    struct manifest *manifest = good_file(NULL, NULL);

    ck_assert_str_eq(manifest->name, "signals");
    ck_assert_str_eq(manifest->source, "profile signals");
    ck_assert_uint_eq(manifest->profile, SIGNALS);
    ck_assert_ptr_null(manifest->url);
    ck_assert_str_eq(manifest->carriers[0].name, "token");
    ck_assert_uint_eq(manifest->key_count, 4);
    ck_assert_str_eq(manifest->keys[0].alg, "HS256");
    ck_assert_ptr_nonnull(manifest->keys[3].public_key);
    ck_assert_int_eq(manifest->lifetime_s, 600);
    ck_assert_int_eq(manifest->max_lifetime_s, 900);
    ck_assert_str_eq(manifest->roles[ALICE], "viewer");
    ck_assert_str_eq(manifest->roles[PUBLISHER_PAUL], "publisher");
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[0].close, 1008);
    ck_assert_str_eq(manifest->refusals[CAUSE_MISSING].at[0].reason,
                     "Authentication required");
    ck_assert_uint_eq(manifest->other_closes.count, 2);
    ck_assert_str_eq(manifest->other_closes.at[0].reason, "");
    ck_assert_str_eq(manifest->other_closes.at[1].reason, "Server shutdown");
    ck_assert_uint_eq(manifest->offers & ~(uint64_t)OF_MANIFEST,
                      (2 * REVOCATION - 1) | READERS | ISSUER | PLAIN_LISTENER |
                          ROUTES | OTHER_DOOR | READING_DOOR);
    ck_assert_int_eq(manifest->issued_lifetime_s, 420);
    ck_assert_ptr_null(manifest->plain_url);
    ck_assert(!manifest->issue_token_hook.present);
    ck_assert_int_eq(manifest->answer_ms, 5000);
    ck_assert_int_eq(manifest->close_ms, 10000);
    ck_assert(!manifest->publish_hook.present);
    manifest_free(manifest);
}
END_TEST

/* --- A good one ----------------------------------------------------------- */

START_TEST(full_manifest_is_read)
{
    struct manifest *manifest = good_text(FULL_MANIFEST);
    const struct hook *hook = &manifest->publish_hook;

    ck_assert_str_eq(manifest->name, "t//");
    ck_assert_str_eq(manifest->source, "t.json");
    ck_assert_str_eq(manifest->url, "ws://127.0.0.1:8000/ws");
    ck_assert_uint_eq(manifest->instance_count, 2);
    ck_assert_str_eq(manifest->instances[0].timezone, "Asia/Tokyo");
    ck_assert_str_eq(manifest->instances[1].url, "ws+unix:///s:/ws");
    ck_assert_str_eq(manifest->ca_file, "ca.pem");
    ck_assert_str_eq(manifest->origin, "https://o");
    ck_assert_uint_eq(manifest->key_count, 1);
    ck_assert_str_eq(manifest->keys[0].secret, SECRET);
    ck_assert_int_eq(cJSON_GetArraySize(manifest->claims), 4);
    ck_assert_str_eq(manifest->roles[DAVE], "guest");
    ck_assert_str_eq(manifest->roles[PUBLISHER_PAUL], "publisher");
    ck_assert_uint_eq(manifest->refusals[CAUSE_MISSING].count, 2);
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[0].status, 401);
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[0].close, 0);
    ck_assert_int_eq(manifest->refusals[CAUSE_MISSING].at[1].close, 1005);
    ck_assert_ptr_null(manifest->refusals[CAUSE_MISSING].at[0].widened);
    ck_assert_str_eq(manifest->refusals[CAUSE_MISSING].at[1].widened,
                     "no code in its library");
    ck_assert_int_eq(manifest->refusals[CAUSE_INVALID].at[0].close, 1008);
    ck_assert_uint_eq(manifest->other_closes.count, 0);
    ck_assert_int_eq(cJSON_GetArraySize(manifest->signal), 1);
    ck_assert_int_eq(cJSON_GetArraySize(manifest->publish), 2);
    ck_assert_uint_eq(manifest->offers & ~(uint64_t)OF_MANIFEST,
                      ((2 * REVOCATION - 1) | READERS | ISSUER |
                       PLAIN_LISTENER | ROUTES | OTHER_DOOR | READING_DOOR) &
                          ~(uint64_t)LOG & ~(uint64_t)PUBLIC_KEY &
                          ~(uint64_t)MAX_LIFETIME);
    ck_assert(hook->present && hook->method == NULL && hook->command == NULL);
    ck_assert_str_eq(hook->url, "http://c/p");
    ck_assert_str_eq(hook->headers[0], "A: B s3");
    ck_assert_str_eq(hook->headers[1], "C: ");
    ck_assert_ptr_null(hook->headers[2]);
    ck_assert_str_eq(hook->body, "{\"text\":\"{text}\"}");
    ck_assert_str_eq(manifest->break_decoder_hook.command[1], "s3");
    ck_assert_str_eq(manifest->break_decoder_hook.command[2], "{what}");
    ck_assert_ptr_null(manifest->break_decoder_hook.command[3]);
    ck_assert_str_eq(manifest->log_file, "s3.log");
    manifest_free(manifest);
}
END_TEST

START_TEST(what_stands_beside_the_socket_is_read)
{
    struct manifest *manifest = good_text(
        "{\"extends\":\"signals\",\"endpoint\":{\"url\":\"wss://a/ws\","
        "\"plain_url\":\"ws://a:80/ws\"},\"credential\":{"
        "\"issued_lifetime_s\":7},\"hooks\":{\"issue_token\":{\"command\":["
        "\"mint\",\"{user}\",\"{role}\"]}}}");

    ck_assert_str_eq(manifest->plain_url, "ws://a:80/ws");
    ck_assert_int_eq(manifest->issued_lifetime_s, 7);
    ck_assert(manifest->issue_token_hook.present);
    ck_assert_str_eq(manifest->issue_token_hook.command[2], "{role}");
    manifest_free(manifest);
}
END_TEST

START_TEST(overlay_overrides)
{
    struct manifest *manifest = good_file(
        NULL, "{\"endpoint\":{\"url\":\"ws://h:1/\"},\"limits\":{"
              "\"close_ms\":7},\"hooks\":{\"revoke\":{\"command\":[\"r\","
              "\"{jti}\"]},\"log_file\":\"a/l\"}}");

    ck_assert_str_eq(manifest->url, "ws://h:1/");
    ck_assert_int_eq(manifest->close_ms, 7);
    ck_assert_int_eq(manifest->answer_ms, 5000);
    ck_assert_str_eq(manifest->revoke_hook.command[0], "r");
    ck_assert_str_eq(manifest->log_file, "a/l");
    ck_assert_str_eq(manifest->source, "profile signals");
    manifest_free(manifest);
}
END_TEST

/* --- Files ---------------------------------------------------------------- */

static char folder[] = "/tmp/check_manifest.XXXXXX";
static char path[256];

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "we");

    must(file != NULL && fputs(text, file) >= 0, name);
    fclose(file);
}

/* What is said of a file, without the folder's name. */
static char *errors_of(const char *name)
{
    struct buffer errors;
    char *at;

    buffer_init(&errors, 65536);
    manifest_free(manifest_read_file(in_folder(name), NULL, &errors));
    char *text = buffer_take(&errors);
    while ((at = strstr(text, folder)) != NULL)
        memmove(at, at + sizeof(folder), strlen(at + sizeof(folder)) + 1);
    return text;
}

static const char *const names[] = { "a.json",  "b.json",     "c.json",
                                     "d.json",  "e.json",     "f.json",
                                     "key.pem", "sub/b.json", "sub/key.pem" };

static void open_folder(void)
{
    must(mkdtemp(folder) != NULL, "a folder");
    must(mkdir(in_folder("sub"), 0700) == 0, "a folder in it");
}

static void close_folder(void)
{
    for (size_t i = 0; i < COUNT(names); i++)
        remove(in_folder(names[i]));
    remove(in_folder("sub"));
    remove(folder);
}

START_TEST(chain_of_files_is_merged)
{
    struct manifest *signals = good_file(NULL, NULL);

    write_file("sub/b.json",
               "{\"extends\":\"signals\",\"name\":\"b\",\"endpoint\":{"
               "\"url\":\"ws://b/\",\"ca_file\":\"b.pem\"},\"credential\":{"
               "\"keys\":[{\"alg\":\"EdDSA\",\"private_key_file\":\"key.pem\"}"
               "]},\"hooks\":{\"log_file\":\"b.log\"}}");
    write_file("sub/key.pem", signals->keys[3].private_key);
    write_file("a.json", "{\"extends\":\"sub/b.json\",\"name\":\"a\","
                         "\"hooks\":{\"log_file\":\"/a.log\"}}");
    struct manifest *manifest = good_file(in_folder("a.json"), NULL);
    ck_assert_str_eq(manifest->name, "a");
    ck_assert_str_eq(manifest->source, in_folder("a.json"));
    ck_assert_str_eq(manifest->url, "ws://b/");
    ck_assert_str_eq(manifest->ca_file, in_folder("sub/b.pem"));
    ck_assert_str_eq(manifest->log_file, "/a.log");
    ck_assert_uint_eq(manifest->key_count, 1);
    ck_assert_str_eq(manifest->keys[0].public_key, signals->keys[3].public_key);
    ck_assert(manifest->offers & PUBLIC_KEY);
    manifest_free(manifest);
    manifest_free(signals);
}
END_TEST

START_TEST(loops_are_found)
{
    write_file("a.json", "{\n\"extends\":\"./a.json\"}");
    char *errors = errors_of("a.json");
    says("itself", errors,
         "a.json:2: $.extends: found \"./a.json\" (read already: it extends "
         "itself), expected a chain without a loop\n");
    free(errors);
    write_file("a.json", "{\"extends\":\"b.json\"}");
    write_file("b.json", "{\"extends\":\"sub/../a.json\"}");
    errors = errors_of("a.json");
    says("through another", errors,
         "b.json:1: $.extends: found \"sub/../a.json\" (read already: it "
         "extends itself), expected a chain without a loop\n");
    free(errors);
}
END_TEST

START_TEST(chain_has_an_end)
{
    write_file("f.json", "{\"extends\":\"signals\"}");
    write_file("e.json", "{\"extends\":\"pos\"}"); /* and that signals */
    write_file("d.json", "{\"extends\":\"e.json\"}");
    write_file("c.json", "{\"extends\":\"d.json\"}");
    write_file("b.json", "{\"extends\":\"c.json\"}");
    write_file("a.json", "{\"extends\":\"b.json\"}");
    char *errors = errors_of("b.json");
    says("four", errors, "");
    free(errors);
    errors = errors_of("a.json");
    says("five", errors,
         "e.json:1: $.extends: found \"pos\" (the fifth extension), "
         "expected a chain of at most 4\n");
    free(errors);
}
END_TEST

/* A mistake is told of the file in which it was made. */
START_TEST(mistake_names_its_file)
{
    write_file("b.json", "{\"extends\":\"signals\",\n\"hooks\":{\"revoke\":{"
                         "\"url\":\"{c}/{jti}\"}}}");
    write_file("a.json", "{\"extends\":\"b.json\",\n\n\"vars\":{\"d\":\"\"}}");
    char *errors = errors_of("a.json");
    says("of the other", errors,
         "b.json:2: $.hooks.revoke.url: found the unknown variable {c}, "
         "expected {jti} or {token} or a name of vars\n"
         "b.json:2: $.hooks.revoke.url: found another URL, expected one that "
         "begins with http:// or https://, once its variables are filled "
         "in\n");
    free(errors);
}
END_TEST

START_TEST(wrong_key_files_are_told)
{
    static const char manifest[] =
        "{\"extends\":\"signals\",\"credential\":{\"keys\":[{\"alg\":\"RS256\","
        "\n\"private_key_file\":\"key.pem\"}]}}";
    struct manifest *signals = good_file(NULL, NULL);

    write_file("a.json", manifest);
    write_file("key.pem", signals->keys[2].private_key);
    char *errors = errors_of("a.json");
    says("another kind", errors,
         "a.json:2: $.credential.keys[0].private_key_file: found another kind "
         "of key, expected an RSA key of at least 2048 bits for RS256\n");
    free(errors);
    write_file("key.pem", "-----BEGIN PRIVATE KEY-----\n!!\n"
                          "-----END PRIVATE KEY-----\n");
    errors = errors_of("a.json");
    ck_assert_ptr_nonnull(
        strstr(errors, "found a text that OpenSSL cannot read ("));
    free(errors);
    manifest_free(signals);
}
END_TEST

/* --- What is made of it --------------------------------------------------- */

START_TEST(digest_tells_manifests_apart)
{
    struct manifest *one = good_text("{\"extends\":\"signals\",\"limits\":{"
                                     "\"answer_ms\":1,\"close_ms\":2}}");
    struct manifest *same =
        good_text("{ // alike\n\"limits\":{\"close_ms\":2.0,\"answer_ms\":1},"
                  "\"extends\":\"signals\"}");
    struct manifest *other = good_text("{\"extends\":\"signals\",\"limits\":{"
                                       "\"answer_ms\":1,\"close_ms\":3}}");
    char a[DIGEST_BYTES];
    char b[DIGEST_BYTES];
    char c[DIGEST_BYTES];

    manifest_digest(one, a);
    manifest_digest(same, b);
    manifest_digest(other, c);
    ck_assert_uint_eq(strspn(a, "0123456789abcdef"), 64);
    ck_assert_str_eq(a, b);
    ck_assert_str_ne(a, c);
    manifest_free(one);
    manifest_free(same);
    manifest_free(other);
}
END_TEST

START_TEST(keyring_holds_no_private_key)
{
    struct manifest *manifest = good_file(NULL, NULL);
    char *text = manifest_keyring(manifest);
    cJSON *keys = cJSON_Parse(text);

    ck_assert_int_eq(cJSON_GetArraySize(keys), 4);
    ck_assert_ptr_nonnull(
        cJSON_GetObjectItem(cJSON_GetArrayItem(keys, 0), "secret"));
    ck_assert_ptr_nonnull(
        cJSON_GetObjectItem(cJSON_GetArrayItem(keys, 1), "public_key"));
    ck_assert_ptr_null(strstr(text, "PRIVATE"));
    cJSON_Delete(keys);
    free(text);
    manifest_free(manifest);
}
END_TEST

static const struct {
    const char *template;
    const char *want;
} fills[] = {
    { "", "" },
    { "{a}", "1" },
    { "{a}{b}{a}", "1{a}1" },
    { "{\"a\":\"{a}\"}", "{\"a\":\"1\"}" },
    { "{{a}}", "{1}" },
    { "{c} {} {a {1} {", "{c} {} {a {1} {" },
    { "{none}", "" },
};

START_TEST(template_is_filled_once)
{
    const struct pair values[] = {
        { "a", "1" }, { "b", "{a}" }, { "none", NULL }, { NULL, NULL }
    };
    char *filled = template_fill(fills[_i].template, values);

    ck_assert_str_eq(filled, fills[_i].want);
    free(filled);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest");
    TCase *texts = tcase_create("texts");
    TCase *files = tcase_create("files");

    tcase_add_test(texts, profile_signals_is_whole);
    tcase_add_test(texts, full_manifest_is_read);
    tcase_add_test(texts, what_stands_beside_the_socket_is_read);
    tcase_add_test(texts, overlay_overrides);
    tcase_add_test(texts, digest_tells_manifests_apart);
    tcase_add_test(texts, keyring_holds_no_private_key);
    tcase_add_loop_test(texts, template_is_filled_once, 0, COUNT_OF(fills));
    suite_add_tcase(suite, texts);
    tcase_add_unchecked_fixture(files, open_folder, close_folder);
    tcase_add_test(files, chain_of_files_is_merged);
    tcase_add_test(files, loops_are_found);
    tcase_add_test(files, chain_has_an_end);
    tcase_add_test(files, mistake_names_its_file);
    tcase_add_test(files, wrong_key_files_are_told);
    suite_add_tcase(suite, files);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest");
}
