/* Statements: what is one of ours, and what is not. */
#include "certificate/statement.h"
#include "certificate_world.h"

#define TYPE "\"_type\":\"https://in-toto.io/Statement/v1\""
#define KIND "\"predicateType\":\"urn:x-wsconform:certificate:1\""
#define SHA  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SUBJECT(name, sha)                                                     \
    "{\"name\":\"" name "\",\"digest\":{\"sha256\":\"" sha "\"}}"
#define OF(subjects)                                                           \
    "{" TYPE ",\"subject\":[" subjects "]," KIND ",\"predicate\":{}}"
#define FOUR(x) x "," x "," x "," x

static const struct {
    const char *label;
    const char *text;
    const char *want; /* NULL: it is one */
} rows[] = {
    { "sound", OF(SUBJECT("run.ndjson", SHA)), NULL },
    { "nothing", "", "no object" },
    { "a name twice", "{" TYPE "," TYPE "}", "a name twice" },
    { "another member",
      "{" TYPE ",\"subject\":[" SUBJECT("a", SHA) "]," KIND
                                                  ",\"predicate\":{},\"x\":1}",
      "a member besides" },
    { "another version",
      "{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"subject\":[" SUBJECT(
          "a", SHA) "]," KIND ",\"predicate\":{}}",
      "none of in-toto" },
    { "another predicate",
      "{" TYPE ",\"subject\":[" SUBJECT(
          "a", SHA) "],\"predicateType\":\"https://slsa.dev/provenance/"
                    "v1\",\"predicate\":{}}",
      "something else than" },
    { "no predicate", "{" TYPE ",\"subject\":[" SUBJECT("a", SHA) "]," KIND "}",
      "states nothing" },
    { "a predicate of words",
      "{" TYPE ",\"subject\":[" SUBJECT(
          "a", SHA) "]," KIND ",\"predicate\":\"all is well\"}",
      "states nothing" },
    { "no subjects", "{" TYPE "," KIND ",\"predicate\":{}}", "no subjects" },
    { "an empty list", OF(""), "no subjects" },
    { "a path for a name", OF(SUBJECT("../x", SHA)), "no subjects" },
    { "a folder for a name", OF(SUBJECT("a/b", SHA)), "no subjects" },
    { "a hidden name", OF(SUBJECT(".x", SHA)), "no subjects" },
    { "no name", OF("{\"digest\":{\"sha256\":\"" SHA "\"}}"), "no subjects" },
    { "no digest", OF("{\"name\":\"a\"}"), "no subjects" },
    { "another digest",
      OF("{\"name\":\"a\",\"digest\":{\"sha1\":\"" SHA "\"}}"), "no subjects" },
    { "a short digest", OF(SUBJECT("a", "0123")), "no subjects" },
    { "a digest in capitals", OF(SUBJECT("a", "A" SHA)), "no subjects" },
    { "36 subjects",
      OF(FOUR(FOUR(SUBJECT("a", SHA))) "," FOUR(
          FOUR(SUBJECT("a", SHA))) "," FOUR(SUBJECT("a", SHA))),
      "no subjects" },
};

START_TEST(only_a_statement_is_one)
{
    struct cJSON *statement = statement_read(bytes_of_string(rows[_i].text));

    ck_assert_msg((statement != NULL) == (rows[_i].want == NULL), "%s: %s",
                  rows[_i].label, fault_reason());
    if (rows[_i].want != NULL)
        ck_assert_msg(strstr(fault_reason(), rows[_i].want) != NULL,
                      "%s: want \"%s\", got \"%s\"", rows[_i].label,
                      rows[_i].want, fault_reason());
    cJSON_Delete(statement);
}
END_TEST

START_TEST(too_much_is_no_statement)
{
    struct cJSON *predicate = cJSON_CreateObject();
    char *long_text = malloc(ENVELOPE_BYTES_MAX);
    struct folder folder;
    struct buffer text;

    ck_assert_ptr_nonnull(long_text);
    memset(long_text, 'x', ENVELOPE_BYTES_MAX);
    long_text[ENVELOPE_BYTES_MAX - 1] = 0;
    cJSON_AddStringToObject(predicate, "seed", long_text);
    folder_init(&folder);
    buffer_init(&text, ENVELOPE_BYTES_MAX);
    ck_assert_int_eq(statement_write(&folder, predicate, &text), FAULT_LIMIT);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "larger than 8 MiB"));
    buffer_deinit(&text);
    folder_deinit(&folder);
    free(long_text);
    cJSON_Delete(predicate);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statement");
    TCase *tcase = tcase_create("statement");

    tcase_add_loop_test(tcase, only_a_statement_is_one, 0, COUNT_OF(rows));
    tcase_add_test(tcase, too_much_is_no_statement);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_statement");
}
