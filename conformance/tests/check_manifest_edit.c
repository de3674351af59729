/* Changes to a manifest's text: what is not meant stays, byte for byte. */
#include "manifest_world.h"
#include "manifest/edit.h"
#include "manifest/internal.h"
#include <sys/stat.h>

/* After these, which have a revoke of their own. */
#define revoke revoke_of_terminals
#include <unistd.h>
#undef revoke

static const struct {
    const char *label;
    const char *text;
    const char *path;
    const char *value;
    const char *want; /* NULL: it cannot be done */
} rows[] = {
    { "a value gives way", "{\"a\": 1, \"b\": 2}", "a", "\"x\"",
      "{\"a\": \"x\", \"b\": 2}" },
    { "comments stay",
      "{ // \"a\": 0,\n  \"a\": /* now */ [1], // one\n  \"b\": {}\n}\n", "a",
      "[{\"close\":1008,\"reason\":\"r\"}]",
      "{ // \"a\": 0,\n  \"a\": /* now */ [{ \"close\": 1008, \"reason\": "
      "\"r\" }], // one\n  \"b\": {}\n}\n" },
    { "deep within", "{\"a\":{\"b\":{\"c\":true}}}", "a.b.c", "false",
      "{\"a\":{\"b\":{\"c\":false}}}" },
    { "a member more, on one line", "{ \"a\": { \"b\": 1 } }", "a.c", "2",
      "{ \"a\": { \"b\": 1, \"c\": 2 } }" },
    { "a member more, on a line of its own",
      "{\n  \"a\": {\n    \"b\": 1 // one\n  }\n}\n", "a.c", "2",
      "{\n  \"a\": {\n    \"b\": 1, // one\n    \"c\": 2\n  }\n}\n" },
    { "with a comment behind the last",
      "{\n    \"a\": 1\n    // \"b\": 2,\n}\n", "c", "3",
      "{\n    \"a\": 1,\n    // \"b\": 2,\n    \"c\": 3\n}\n" },
    { "behind one that ends further down",
      "{\n  \"a\": {\n    \"b\": 1\n  }\n}", "c", "3",
      "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"c\": 3\n}" },
    { "into an empty object", "{\"a\": {}}", "a.b", "1",
      "{\"a\": { \"b\": 1 }}" },
    { "into an empty object of two lines", "{\n  \"a\": {\n  }\n}", "a.b", "1",
      "{\n  \"a\": {\n    \"b\": 1\n  }\n}" },
    { "behind tabs", "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}", "a.c", "2",
      "{\n\t\"a\": {\n\t\t\"b\": 1,\n\t\t\"c\": 2\n\t}\n}" },
    { "with the objects around it", "{\"a\": 1}", "b.c.d", "[]",
      "{\"a\": 1, \"b\": { \"c\": { \"d\": [] } }}" },
    { "a name in a string is none", "{\"x\": \"\\\"a\\\": 1\", \"a\": 1}", "a",
      "2", "{\"x\": \"\\\"a\\\": 1\", \"a\": 2}" },
    { "a list is no object", "{\"a\": [1]}", "a.b", "1", NULL },
};

static char path[64];

static void write_text(const char *text)
{
    snprintf(path, sizeof(path), "/tmp/wsconform-edit-XXXXXX");
    FILE *to = fdopen(mkstemp(path), "w");

    ck_assert_ptr_nonnull(to);
    fputs(text, to);
    fclose(to);
}

START_TEST(text_is_changed_where_it_is_meant)
{
    cJSON *value = cJSON_Parse(rows[_i].value);
    struct edit edit;
    bool is_there;

    write_text(rows[_i].text);
    ck_assert_int_eq(edit_open(&edit, path), FAULT_NONE);
    enum fault fault = edit_set(&edit, rows[_i].path, value);
    if (rows[_i].want == NULL) {
        ck_assert_int_eq(fault, FAULT_MANIFEST);
    } else {
        ck_assert_msg(fault == FAULT_NONE, "%s: %s", rows[_i].label,
                      fault_reason());
        ck_assert_msg(strcmp(buffer_string(&edit.text), rows[_i].want) == 0,
                      "%s: want\n%s\ngot\n%s", rows[_i].label, rows[_i].want,
                      buffer_string(&edit.text));
        edit_line(&edit, rows[_i].path, &is_there);
        ck_assert(is_there);
    }
    unlink(path);
    edit_deinit(&edit);
    cJSON_Delete(value);
}
END_TEST

static const struct {
    const char *path;
    unsigned line;
    bool is_there;
} lines[] = {
    { "name", 3, true },
    { "endpoint.url", 5, true },
    { "endpoint.origin", 4, false },
    { "refusals.missing", 1, false },
};

#define MANIFEST_TEXT                                                          \
    "{\n  \"extends\": \"signals\",\n  \"name\": \"n\",\n  \"endpoint\": {\n"  \
    "    \"url\": \"ws://127.0.0.1:1/\" // here\n  }\n}\n"

START_TEST(lines_are_told)
{
    struct edit edit;
    bool is_there;

    write_text(MANIFEST_TEXT);
    ck_assert_int_eq(edit_open(&edit, path), FAULT_NONE);
    ck_assert_uint_eq(edit_line(&edit, lines[_i].path, &is_there),
                      lines[_i].line);
    ck_assert_int_eq(is_there, lines[_i].is_there);
    unlink(path);
    edit_deinit(&edit);
}
END_TEST

static enum fault change_name(const char *name, const char *meanwhile)
{
    cJSON *value = cJSON_Parse(name);
    struct edit edit;

    ck_assert_int_eq(edit_open(&edit, path), FAULT_NONE);
    ck_assert_int_eq(edit_set(&edit, "name", value), FAULT_NONE);
    if (meanwhile != NULL) {
        FILE *to = fopen(path, "a");
        fputs(meanwhile, to);
        fclose(to);
    }
    enum fault fault = edit_save(&edit);
    edit_deinit(&edit);
    cJSON_Delete(value);
    return fault;
}

static void expect_text(const char *want)
{
    struct buffer text;

    buffer_init(&text, MANIFEST_BYTES_MAX);
    ck_assert_ptr_null(file_load(path, MANIFEST_BYTES_MAX, &text, NULL, NULL));
    ck_assert_str_eq(buffer_string(&text), want);
    buffer_deinit(&text);
}

START_TEST(file_is_replaced_whole)
{
    struct stat is;

    write_text(MANIFEST_TEXT);
    ck_assert_int_eq(chmod(path, 0640), 0);
    ck_assert_int_eq(change_name("\"m\"", NULL), FAULT_NONE);
    expect_text("{\n  \"extends\": \"signals\",\n  \"name\": \"m\",\n"
                "  \"endpoint\": {\n    \"url\": \"ws://127.0.0.1:1/\" // "
                "here\n  }\n}\n");
    ck_assert_int_eq(stat(path, &is), 0);
    ck_assert_uint_eq(is.st_mode & 0777, 0640);
    unlink(path);
}
END_TEST

START_TEST(what_somebody_else_has_changed_stays)
{
    write_text(MANIFEST_TEXT);
    ck_assert_int_eq(change_name("\"m\"", "// mine\n"), FAULT_MANIFEST);
    expect_text(MANIFEST_TEXT "// mine\n");
    unlink(path);
}
END_TEST

START_TEST(no_wrong_manifest_is_written)
{
    write_text(MANIFEST_TEXT);
    ck_assert_int_eq(change_name("\"\"", NULL), FAULT_MANIFEST);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "$.name"));
    expect_text(MANIFEST_TEXT);
    unlink(path);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest edit");
    TCase *tcase = tcase_create("edit");

    tcase_add_loop_test(tcase, text_is_changed_where_it_is_meant, 0,
                        COUNT_OF(rows));
    tcase_add_loop_test(tcase, lines_are_told, 0, COUNT_OF(lines));
    tcase_add_test(tcase, file_is_replaced_whole);
    tcase_add_test(tcase, what_somebody_else_has_changed_stays);
    tcase_add_test(tcase, no_wrong_manifest_is_written);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest_edit");
}
