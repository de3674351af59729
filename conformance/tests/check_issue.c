/* For which run, when and by which tool a certificate is issued. */
#include "certificate/issue.h"
#include "base/revision.h"
#include "certificate_world.h"

#define CLEAN  "c0ffee clean"
#define DAY_MS INT64_C(86400000)

static char folder[] = "/tmp/wsconform-issue-XXXXXX";
static char made[64];

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(made, sizeof(made), "%s/made", folder);
}

static void remove_from(const char *where, const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", where, name);
    unlink(path);
}

static void teardown(void)
{
    static const char *const names[] = { FOLDER_CERTIFICATE, FOLDER_STREAM,
                                         "report.json",      "report.html",
                                         "report.tap",       "junit.xml",
                                         "report.sarif",     "summary.md" };

    for (size_t i = 0; i < COUNT(names); i++)
        remove_from(made, names[i]);
    rmdir(made);
    ck_assert_int_eq(rmdir(folder), 0); /* there was nothing besides */
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static const struct {
    const char *label;
    struct scene scene;
    const char *tool; /* that certifies, as ci/revision says */
    int64_t now_ms;
    int days;
    bool allow_dirty;
    const char *level, *set;
    const char *want; /* in the reason; NULL: it is issued */
} rows[] = {
    { "sound", { 0 }, CLEAN, NOW_MS, 90, false, NULL, NULL, NULL },
    { "an export",
      { .tree = "export" },
      "c0ffee export",
      NOW_MS,
      90,
      false,
      NULL,
      NULL,
      NULL },
    { "its last day", { 0 }, CLEAN, NOW_MS, 3, false, NULL, NULL, NULL },
    { "a day too late",
      { 0 },
      CLEAN,
      NOW_MS,
      2,
      false,
      NULL,
      NULL,
      "a certificate of 2 days from then on is over" },
    { "a clock that is late",
      { 0 },
      CLEAN,
      NOW_MS - 2 * DAY_MS - 60000,
      90,
      false,
      NULL,
      NULL,
      NULL },
    { "a run to come",
      { 0 },
      CLEAN,
      NOW_MS - 4 * DAY_MS,
      90,
      false,
      NULL,
      NULL,
      "that is to come" },
    { "judged by a dirty tool",
      { .tree = "dirty" },
      CLEAN,
      NOW_MS,
      90,
      false,
      NULL,
      NULL,
      "a tree that is dirty" },
    { "judged by a tool unknown",
      { .tree = "unknown" },
      CLEAN,
      NOW_MS,
      90,
      false,
      NULL,
      NULL,
      "a tree that is unknown" },
    { "certified by a dirty tool",
      { 0 },
      "c0ffee dirty",
      NOW_MS,
      90,
      false,
      NULL,
      NULL,
      "a tree that is dirty" },
    { "certified by a tool unknown",
      { 0 },
      "",
      NOW_MS,
      90,
      false,
      NULL,
      NULL,
      "a tree that is unknown" },
    { "dirty, and it is said",
      { .tree = "dirty" },
      "",
      NOW_MS,
      90,
      true,
      NULL,
      NULL,
      NULL },
    { "a lower level", { 0 }, CLEAN, NOW_MS, 90, false, "A", NULL, NULL },
    { "no such set",
      { 0 },
      CLEAN,
      NOW_MS,
      90,
      false,
      NULL,
      "1.1",
      "no such requirement set" },
    { "a failure",
      { .b = VERDICT_OF("b", "fail", "1", ""),
        .end = COUNTS_ARE("1", "1", "0", "1", "1", "") },
      CLEAN,
      NOW_MS,
      90,
      false,
      NULL,
      NULL,
      "1 criterion fail" },
    { "a stream that was cut",
      { .end = "" },
      CLEAN,
      NOW_MS,
      90,
      false,
      NULL,
      NULL,
      "the stream has no end" },
};

/* What is issued holds with the key alone; of what is not, nothing is left. */
START_TEST(certificate_is_issued_or_not)
{
    struct book *book = small_book(NULL);
    struct seal *seal = fresh_seal();
    struct buffer stream;
    const struct issuing issuing = { .folder = made,
                                     .book = book,
                                     .set = rows[_i].set,
                                     .level = rows[_i].level,
                                     .days = rows[_i].days,
                                     .seals = &seal,
                                     .seal_count = 1,
                                     .now_ms = rows[_i].now_ms,
                                     .allow_dirty = rows[_i].allow_dirty };

    revision_take(bytes_of_string(rows[_i].tool));
    buffer_init(&stream, 1024 * 1024);
    write_stream(&rows[_i].scene, &stream);
    enum fault fault = issue_certificate(&issuing, buffer_view(&stream));
    ck_assert_msg((fault == FAULT_NONE) == (rows[_i].want == NULL), "%s: %s",
                  rows[_i].label, fault_reason());
    if (rows[_i].want != NULL)
        ck_assert_msg(strstr(fault_reason(), rows[_i].want) != NULL,
                      "%s: want \"%s\", got \"%s\"", rows[_i].label,
                      rows[_i].want, fault_reason());
    ck_assert_int_eq(access(made, F_OK), fault == FAULT_NONE ? 0 : -1);
    if (fault == FAULT_NONE)
        ck_assert_int_eq(issue_look(made), FAULT_OUTPUT);
    buffer_deinit(&stream);
    seal_free(seal);
    book_free(book);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("issue");
    TCase *tcase = tcase_create("issue");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, certificate_is_issued_or_not, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_issue");
}
