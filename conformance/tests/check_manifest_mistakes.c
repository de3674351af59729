/* The reader of manifests: each mistake is one exact line. The JSON Schema,
 * which editors know, finds what it can. */
#include "odd_carriers.h"
#include "manifest_world.h"

#define AT(line, path, rest) "t.json:" #line ": " path ": " rest "\n"
#define EXTENDS              "{\"extends\":\"signals\",\n"
#define OUTCOME                                                                \
    "an outcome: close (and reason, message), http, end or open; for 1000, "   \
    "1001, 1005, 1011, HTTP 500, 502, 504, end and open with a reason in "     \
    "widened"

#define EXPRESSION                                                             \
    "a POSIX extended regular expression of 1 to 1024 bytes that tells texts " \
    "apart"
#define ALONE "one that matches what it stands for alone"

/* --- Mistakes in one text ------------------------------------------------- */

static const struct row {
    const char *label;
    const char *text;
    const char *want;
} rows[] = {
#define ROW(label, text, want) { label, text, want },
#include "manifest_mistakes.def"
#include "manifest_mistakes_credential.def"
#include "manifest_mistakes_dialogue.def"
#undef ROW
};

START_TEST(mistake_is_one_exact_line)
{
    const struct row *row = &rows[_i];
    char *errors = NULL;
    struct manifest *manifest = read_bytes(bytes_of_string(row->text), &errors);

    says(row->label, errors, row->want);
    ck_assert_ptr_null(manifest);
    free(errors);
}
END_TEST

START_TEST(nul_byte_is_a_mistake)
{
    static const char text[] = "{\"extends\":\0\"signals\"}";
    char *errors = NULL;

    ck_assert_ptr_null(read_bytes(bytes_of(text, sizeof(text) - 1), &errors));
    says("NUL", errors, AT(1, "$", "found a NUL byte, expected a value"));
    free(errors);
}
END_TEST

START_TEST(text_beyond_one_mebibyte_is_a_mistake)
{
    size_t size = MANIFEST_BYTES_MAX + 1;
    char *text = malloc(size);
    char *errors = NULL;

    must(text != NULL, "memory");
    memset(text, ' ', size);
    memcpy(text, "{\"extends\":\"signals\"}", 21);
    struct manifest *manifest = read_bytes(bytes_of(text, size - 1), &errors);
    says("1 MiB", errors, "");
    free(errors);
    manifest_free(manifest);
    ck_assert_ptr_null(read_bytes(bytes_of(text, size), &errors));
    says("more", errors,
         AT(1, "$", "found more than 1048576 bytes, expected at most 1 MiB"));
    free(errors);
    free(text);
}
END_TEST

START_TEST(twenty_mistakes_are_told)
{
    struct buffer text;
    char *errors = NULL;
    unsigned lines = 0;

    buffer_init(&text, 65536);
    buffer_add_string(&text, "{\"extends\":\"signals\"");
    for (int i = 0; i < 50; i++)
        buffer_printf(&text, ",\n\"unknown_%d\":0", i);
    buffer_add_string(&text, "}");
    ck_assert_ptr_null(read_bytes(buffer_view(&text), &errors));
    for (const char *at = errors; *at != 0; at++)
        lines += *at == '\n';
    ck_assert_uint_eq(lines, 20);
    free(errors);
    buffer_deinit(&text);
}
END_TEST

START_TEST(overlay_is_checked_as_well)
{
    cJSON *overlay = cJSON_Parse("{\"endpoint\":{\"url\":\"http://x\"}}");
    struct buffer errors;

    buffer_init(&errors, 65536);
    ck_assert_ptr_null(manifest_read_profile("signals", overlay, &errors));
    says("overlay", buffer_string(&errors),
         "command line: $.endpoint.url: found \"http://x\", expected a URL "
         "that begins with ws://, wss:// or ws+unix://\n");
    buffer_clear(&errors);
    ck_assert_ptr_null(manifest_read_profile("none", NULL, &errors));
    says("profile", buffer_string(&errors),
         "command line: $: found the profile \"none\", expected one of: "
         "signals, factory, pos, rooms\n");
    buffer_clear(&errors);
    ck_assert_ptr_null(manifest_read_file("/nowhere/t.json", NULL, &errors));
    says("file", buffer_string(&errors),
         "/nowhere/t.json:1: $: found no manifest (No such file or "
         "directory), expected a readable file of at most 1 MiB\n");
    buffer_deinit(&errors);
    cJSON_Delete(overlay);
}
END_TEST

/* Whatever is cut off, what is left is refused, and nothing breaks. */
START_TEST(every_prefix_is_refused)
{
    static const char text[] =
        EXTENDS "\"endpoint\":{\"url\":\"ws://h/\"}, // c\n"
                "\"other_closes\":[{\"close\":1000}],/* d */"
                "\"name\":\"\\u00e9\"}";
    char *errors = NULL;

    for (size_t length = 0; length < sizeof(text) - 1; length++) {
        ck_assert_ptr_null(read_bytes(bytes_of(text, length), &errors));
        ck_assert_int_eq(strncmp(errors, "t.json:", 7), 0);
        free(errors);
    }
    manifest_free(good_text(text));
}
END_TEST

/* --- The JSON Schema ------------------------------------------------------ */

static const char *const refused_by_schema[] = {
    "[]",
    "{}",
    "{\"extends\":\"signal\"}",
    "{\"extends\":\"signals\",\"endpoit\":{}}",
    "{\"extends\":\"signals\",\"endpoint\":{\"url\":\"http://x\"}}",
    "{\"extends\":\"signals\",\"limits\":{\"answer_ms\":0}}",
    "{\"extends\":\"signals\",\"limits\":{\"answer_ms\":1.5}}",
    "{\"extends\":\"signals\",\"capabilities\":{\"brodcast\":true}}",
    "{\"extends\":\"signals\",\"other_closes\":[{\"close\":1006}]}",
    "{\"extends\":\"signals\",\"other_closes\":[{\"close\":1005,"
    "\"reason\":\"\"}]}",
    "{\"extends\":\"signals\",\"refusals\":{\"missing\":[]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"missing\":[{\"close\":1008,"
    "\"http\":401}]}}",
    "{\"extends\":\"signals\",\"credential\":{\"keys\":[{\"alg\":\"HS256\"}]}}",
    "{\"extends\":\"signals\",\"credential\":{\"claims\":{\"exp\":1}}}",
    "{\"extends\":\"signals\",\"hooks\":{\"publish\":{\"url\":\"x\","
    "\"command\":[\"x\"]}}}",
    "{\"extends\":\"signals\",\"vars\":{\"text\":\"x\"}}",
    "{\"extends\":\"signals\",\"vars\":{\"tenant\":\"x\"}}",
    "{\"extends\":\"factori\"}",
    "{\"extends\":\"pos\",\"endpoint\":{\"paths\":{\"main\":\"ws\"}}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"paths\":{\"main\":\"/w s\"}}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"paths\":{\"other\":\"/ws\"}}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"names\":{\"main\":\"\"}}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"tight\":{}}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"tight\":{\"attempts\":0}}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"proxy\":\"128.0.0.1\"}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"proxy\":\"127.0.0.256\"}}",
    "{\"extends\":\"pos\",\"endpoint\":{\"origins\":[]}}",
    "{\"extends\":\"factory\",\"credential\":{\"carrier\":{\"query\":\"t\"}}}",
    "{\"extends\":\"factory\",\"credential\":{\"carriers\":[]}}",
    "{\"extends\":\"factory\",\"credential\":{\"carriers\":[{}]}}",
    "{\"extends\":\"factory\",\"credential\":{\"carriers\":[{\"bearer\":true,"
    "\"query\":\"t\"},{\"subprotocol\":\"jwt.\"}]}}",
    "{\"extends\":\"factory\",\"credential\":{\"carriers\":[{\"bearer\":"
    "false},{\"subprotocol\":\"jwt.\"}]}}",
    "{\"extends\":\"factory\",\"credential\":{\"plain_subprotocol\":\"a b\"}}",
    "{\"extends\":\"factory\",\"credential\":{\"roles\":{\"boss\":\"b\"}}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"close\":1000}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"timeout\":[{\"close\":1001}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"full\":[{\"close\":1005}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"withdrawn\":[{\"close\":1011}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"withdrawn\":[{\"http\":403}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"close\":1006,"
    "\"widened\":\"x\"}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"close\":1001,"
    "\"widened\":\"\"}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"http\":401,"
    "\"message\":{\"a\":1}}]}}",
    "{\"extends\":\"signals\",\"other_closes\":[{\"close\":1000,"
    "\"widened\":\"x\"}]}",
    "{\"extends\":\"pos\",\"messages\":{\"wellcome\":{\"a\":1}}}",
    "{\"extends\":\"pos\",\"messages\":{\"welcome\":{}}}",
    "{\"extends\":\"pos\",\"orders\":{\"statuses\":[]}}",
    "{\"extends\":\"pos\",\"orders\":{\"statuses\":[\"\"]}}",
    "{\"extends\":\"pos\",\"limits\":{\"auth_ms\":0}}",
    "{\"extends\":\"pos\",\"limits\":{\"window_ms\":0}}",
    "{\"extends\":\"pos\",\"limits\":{\"per_user\":-1}}",
    "{\"extends\":\"pos\",\"limits\":{\"message_bytes\":1.5}}",
    "{\"extends\":\"signals\",\"dialogue\":{\"greetings\":[]}}",
    "{\"extends\":\"signals\",\"dialogue\":{\"greeting\":[{}]}}",
    "{\"extends\":\"signals\",\"dialogue\":{\"joining\":[{}]}}",
    "{\"extends\":\"signals\",\"dialogue\":{\"heartbeats\":[]}}",
    "{\"extends\":\"signals\",\"dialogue\":{\"allowed\":[{\"answer\":{\"a\":1}"
    "}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"end\":\"fin\"}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"open\":true}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"withdrawn\":[{\"open\":true,"
    "\"widened\":\"x\"}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"close\":4001,"
    "\"reason\":\"a\",\"reason_like\":\"^a\"}]}}",
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":[{\"close\":4001,"
    "\"body_like\":\"^a\"}]}}",
    "{\"extends\":\"pos\",\"hooks\":{\"publishto\":{\"url\":\"x\"}}}",
    "{\"extends\":\"signals\",\"credential\":{\"carriers\":[{\"cookie\":"
    "\"a b\"}]}}",
    "{\"extends\":\"signals\",\"credential\":{\"carriers\":[{\"header\":{"
    "\"name\":\"X-Key\",\"value\":\"token\"}}]}}",
    "{\"extends\":\"signals\",\"endpoint\":{\"headers\":{\"a b\":\"c\"}}}",
    "{\"extends\":\"signals\",\"endpoint\":{\"subprotocols\":[]}}",
    "{\"extends\":\"signals\",\"setup\":[]}",
    "{\"extends\":\"signals\",\"credential\":{\"enforced\":{}}}",
    "{\"extends\":\"signals\",\"credential\":{\"enforced\":{\"expiry\":"
    "\"no\"}}}",
    "{\"extends\":\"signals\",\"endpoint\":{\"origin_policy\":\"no\"}}",
    "{\"extends\":\"signals\",\"setup\":[{\"url\":\"http://h/\",\"command\":"
    "[\"x\"]}]}",
    "{\"extends\":\"signals\",\"setup\":[{\"command\":[\"x\"],\"save\":{"
    "\"a\":{}}}]}",
    "{\"extends\":\"signals\",\"setup\":[{\"command\":[\"x\"],\"save\":{"
    "\"jti\":{\"json\":\"\"}}}]}",
    "{\"extends\":\"signals\",\"setup\":[{\"command\":[\"x\"],\"save\":{"
    "\"a\":{\"json\":\"a\"}}}]}",
    "{\"extends\":\"signals\",\"credential\":{\"source\":{\"budget\":3}}}",
    "{\"extends\":\"signals\",\"identities\":{\"bob\":{\"user\":\"b\"}}}",
    "{\"extends\":\"signals\",\"identities\":{\"alice\":{\"word\":\"b\"}}}",
    "{\"extends\":\"signals\",\"resources\":{\"forbidden\":\"b\"}}",
};

/* A manifest as the tool sees it. */
static void add_good(struct buffer *lines, struct manifest *manifest)
{
    char *text = cJSON_PrintUnformatted(manifest->tree);

    buffer_printf(lines, "[true,%s]\n", text);
    cJSON_free(text);
    manifest_free(manifest);
}

/* The profiles, and good ones of ours. */
START_TEST(schema_agrees)
{
    struct buffer lines;

    buffer_init(&lines, 1024 * 1024);
    add_good(&lines, good_profile("signals"));
    add_good(&lines, good_profile("factory"));
    add_good(&lines, good_profile("pos"));
    add_good(&lines, good_profile("rooms"));
    add_good(&lines, good_text("{\"extends\":\"rooms\",\"codec\":\"socketio\","
                               "\"socketio\":{\"namespace\":\"/a\"}}"));
    add_good(&lines, good_text("{\"extends\":\"signals\",\"codec\":\"text\","
                               "\"messages\":{\"signal\":\"> {text}\","
                               "\"publish\":\"say {text}\"}}"));
    add_good(&lines,
             good_text("{\"extends\":\"signals\",\"stream\":{\"frame\":"
                       "[\"out\",\"{text}\"],\"ends\":\"\\r\\n\"},"
                       "\"messages\":{\"signal\":[\"out\",\"n: {text}\"]}}"));
    add_good(&lines, good_text(FULL_MANIFEST));
    add_good(&lines, good_text(DIALOGUE_MANIFEST));
    add_good(&lines, good_text(TENANTS_MANIFEST));
    add_good(&lines, good_text(ODD_CARRIERS));
    add_good(&lines, good_text(LOG_IN_MANIFEST));
    buffer_add_string(&lines, "[true,{\"extends\":\"./a.json\"}]\n");
    for (size_t i = 0; i < COUNT(refused_by_schema); i++)
        buffer_printf(&lines, "[false,%s]\n", refused_by_schema[i]);
    ck_assert_int_eq(
        run_python("conformance/tests/judge_schema.py", buffer_string(&lines)),
        0);
    for (size_t i = 0; i < COUNT(refused_by_schema); i++) {
        char *errors = NULL;
        ck_assert_ptr_null(
            read_bytes(bytes_of_string(refused_by_schema[i]), &errors));
        free(errors);
    }
    buffer_deinit(&lines);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest mistakes");
    TCase *texts = tcase_create("texts");

    tcase_add_loop_test(texts, mistake_is_one_exact_line, 0, COUNT_OF(rows));
    tcase_add_test(texts, nul_byte_is_a_mistake);
    tcase_add_test(texts, text_beyond_one_mebibyte_is_a_mistake);
    tcase_add_test(texts, twenty_mistakes_are_told);
    tcase_add_test(texts, overlay_is_checked_as_well);
    tcase_add_test(texts, every_prefix_is_refused);
    tcase_add_test(texts, schema_agrees);
    tcase_set_timeout(texts, 60);
    suite_add_tcase(suite, texts);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest_mistakes");
}
