/* The strict reader of a child's lines; the schema, which is for those who
 * write one, says the same. */
#include "manifest_world.h"
#include "base/base64.h"
#include "pipe/saying.h"
#include "pipe/speech.h"

enum wanted { WANTS_GOOD, WANTS_BAD, WANTS_ODD };

static const struct row {
    enum wanted wanted;
    const char *label;
    const char *line;
    const char *reason;
} rows[] = {
#define GOOD(line)               { WANTS_GOOD, line, line, "" },
#define BAD(label, line, reason) { WANTS_BAD, label, line, reason },
#define ODD(label, line, reason) { WANTS_ODD, label, line, reason },
#include "pipe_sayings.def"
#undef GOOD
#undef BAD
#undef ODD
};

START_TEST(line_fits_or_the_reason_is_exact)
{
    const struct row *row = &rows[_i];
    struct saying saying;
    enum fault fault = saying_read(&saying, bytes_of_string(row->line));

    says(row->label, fault == FAULT_NONE ? "" : fault_reason(), row->reason);
    ck_assert_int_eq(fault,
                     row->wanted == WANTS_GOOD ? FAULT_NONE : FAULT_PROTOCOL);
    saying_deinit(&saying);
}
END_TEST

/* Lines to the child, as they are written. */
static void add_ours(struct buffer *lines)
{
    struct speech speech;

    speech_init(&speech);
    speech_begin(&speech, "text");
    speech_number(&speech, "socket", 7);
    speech_content(&speech, bytes_of("a\"\\\n\x01\xc3\xa4", 7));
    speech_end(&speech);
    speech_begin(&speech, "text");
    speech_number(&speech, "socket", 7);
    speech_content(&speech, bytes_of("a\0b", 3));
    speech_end(&speech);
    speech_begin(&speech, "deaf");
    speech_number(&speech, "socket", 7);
    speech_flag(&speech, "deaf", true);
    speech_end(&speech);
    speech_begin(&speech, "zq81h2");
    speech_number(&speech, "seq", 1);
    speech_end(&speech);
    char *text = (char *)speech.text.at;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        buffer_printf(lines, "[true,%s,\"../mocks/protocol\"]\n", line);
    buffer_add_string(
        lines, "[false,{\"do\":\"elapse\",\"seq\":1},\"../mocks/protocol\"]\n");
    speech_deinit(&speech);
}

START_TEST(schema_agrees)
{
    struct buffer lines;

    buffer_init(&lines, 1024 * 1024);
    for (int i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].wanted != WANTS_ODD)
            buffer_printf(&lines, "[%s,%s,\"../mocks/protocol\"]\n",
                          rows[i].wanted == WANTS_GOOD ? "true" : "false",
                          rows[i].line);
    add_ours(&lines);
    ck_assert_int_eq(
        run_python("conformance/tests/judge_schema.py", buffer_string(&lines)),
        0);
    buffer_deinit(&lines);
}
END_TEST

START_TEST(content_is_what_was_meant)
{
    static const struct {
        const char *line;
        const char *want;
        size_t length;
    } contents[] = {
        { "{\"on\":\"text\",\"socket\":1,\"data\":\"a\\u00e4\"}", "a\xc3\xa4",
          3 },
        { "{\"on\":\"text\",\"socket\":1,\"base64\":\"YQBi\"}", "a\0b", 3 },
        { "{\"on\":\"binary\",\"socket\":1,\"base64\":\"/w==\"}", "\xff", 1 },
        { "{\"on\":\"binary\",\"socket\":1,\"base64\":\"//4=\"}", "\xff\xfe",
          2 },
        { "{\"on\":\"binary\",\"socket\":1,\"base64\":\"\"}", "", 0 },
    };
    const char *line = contents[_i].line;
    struct saying saying;
    struct buffer content;

    buffer_init(&content, 64);
    ck_assert_int_eq(saying_read(&saying, bytes_of_string(line)), FAULT_NONE);
    ck_assert_int_eq(saying_content(&saying, &content), FAULT_NONE);
    ck_assert_uint_eq(content.length, contents[_i].length);
    ck_assert(memcmp(buffer_string(&content), contents[_i].want,
                     content.length) == 0);
    buffer_deinit(&content);
    saying_deinit(&saying);
}
END_TEST

START_TEST(base64_comes_back)
{
    unsigned char bytes[64];
    struct buffer text;
    struct buffer back;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 37);
    buffer_init(&text, 256);
    buffer_init(&back, 256);
    ck_assert_int_eq(base64_encode(bytes_of(bytes, (size_t)_i), &text),
                     FAULT_NONE);
    ck_assert(is_base64(buffer_string(&text)));
    ck_assert_int_eq(base64_decode(buffer_string(&text), &back), FAULT_NONE);
    ck_assert_uint_eq(back.length, (size_t)_i);
    ck_assert(memcmp(buffer_string(&back), bytes, (size_t)_i) == 0);
    buffer_deinit(&text);
    buffer_deinit(&back);
}
END_TEST

START_TEST(speech_refuses_what_is_no_text)
{
    struct speech speech;

    speech_init(&speech);
    speech_begin(&speech, "revoke");
    speech_text(&speech, "jti", "\xff");
    ck_assert_int_eq(speech.fault, FAULT_PROTOCOL);
    speech_deinit(&speech);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("pipe saying");
    TCase *lines = tcase_create("lines");
    TCase *bytes = tcase_create("bytes");

    tcase_add_loop_test(lines, line_fits_or_the_reason_is_exact, 0,
                        COUNT_OF(rows));
    tcase_add_test(lines, schema_agrees);
    tcase_add_loop_test(bytes, content_is_what_was_meant, 0, 5);
    tcase_add_loop_test(bytes, base64_comes_back, 0, 64);
    tcase_add_test(bytes, speech_refuses_what_is_no_text);
    suite_add_tcase(suite, lines);
    suite_add_tcase(suite, bytes);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_pipe_saying");
}
