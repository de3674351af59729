/* What a run is good for, and which run is good for nothing. */
#include "certificate_world.h"

#define SELECTION_OF(level, shard, shards)                                     \
    "{\"only\":\"\",\"level\":\"" level "\",\"shard\":" shard                  \
    ",\"shards\":" shards ",\"max_wait_ms\":-1,\"repeat\":1}"
#define KNOWN ",\"baseline\":\"known\",\"known_until\":\"2030-03-01\""
#define VOUCHED(id)                                                            \
    ",\"baseline\":{\"entries\":[{\"criterion\":\"" id "\",\"profile\":"       \
    "\"signals\",\"state\":\"known\"}]}"
#define WITHOUT_B                                                              \
    "{\"errata\":[{\"set\":\"2030.1\",\"criterion\":\"b\","                    \
    "\"date\":\"2031-01-01\",\"why\":\"so\"}]}"

static const struct {
    const char *label;
    struct scene scene;
    enum level level;
    const char *errata;
    const char *want; /* in the reason; NULL: it can be certified */
} rows[] = {
    { "all pass", { 0 }, LEVEL_AAA, NULL, NULL },
    { "a failure",
      { .b = VERDICT_OF("b", "fail", "1", ""),
        .end = COUNTS_ARE("1", "1", "0", "1", "1", "") },
      LEVEL_AAA,
      NULL,
      "1 criterion fail, the first: b" },
    { "a failure above the level",
      { .c = VERDICT_OF("c", "fail", "2", ""),
        .end = COUNTS_ARE("2", "1", "0", "0", "1", "") },
      LEVEL_A,
      NULL,
      "1 criterion fail, the first: c" },
    { "inconclusive",
      { .b = VERDICT_OF("b", "inconclusive", "1", ""),
        .end = COUNTS_ARE("1", "0", "1", "1", "3", "") },
      LEVEL_AAA,
      NULL,
      "inconclusive, the first: b" },
    { "interrupted",
      { .end = COUNTS_ARE("2", "0", "0", "1", "3", ",\"interrupted\":true") },
      LEVEL_AAA,
      NULL,
      "interrupted" },
    { "a dead server",
      { .end = COUNTS_ARE("2", "0", "0", "1", "3", ",\"trouble\":\"died\"") },
      LEVEL_AAA,
      NULL,
      "came to grief: died" },
    { "not sane at the end",
      { .end = COUNTS_ARE("2", "0", "0", "1", "4", "") },
      LEVEL_AAA,
      NULL,
      "exit 4" },
    { "a stale baseline",
      { .end = COUNTS_ARE(
            "2", "0", "0", "1", "5",
            ",\"baseline\":{\"entries\":[{\"criterion\":\"a\",\"profile\":"
            "\"signals\",\"state\":\"passes\"}]}") },
      LEVEL_AAA,
      NULL,
      "exit 5" },
    { "a shard",
      { .selection = SELECTION_OF("", "1", "2") },
      LEVEL_AAA,
      NULL,
      "one shard of several" },
    { "judged by hearsay",
      { .adapter = "hearsay" },
      LEVEL_AAA,
      NULL,
      "does not say how it judged" },
    { "a target of a profile that there is not",
      { .doors = "},{\"target\":\"bank\",\"profile\":\"vaults\"" },
      LEVEL_AAA,
      NULL,
      "a target that it has no verdicts of: bank" },
    { "two targets of one profile",
      { .doors = "},{\"target\":\"bank\",\"profile\":\"signals\"" },
      LEVEL_AAA,
      NULL,
      "a target that it has no verdicts of: bank" },
    { "a target that nobody asked",
      { .doors = "},{\"target\":\"bank\",\"profile\":\"rooms\"" },
      LEVEL_AAA,
      NULL,
      "not those of its profiles, signals" },
    { "shards of one address",
      { .more = "\"url\":\"ws://h/\",\"merged\":[{\"url\":\"ws://h/\"}]," },
      LEVEL_AAA,
      NULL,
      NULL },
    { "shards of two addresses",
      { .more = "\"url\":\"ws://h/\",\"merged\":[{\"url\":\"ws://h/\"},"
                "{\"url\":\"ws://i/\"}]," },
      LEVEL_AAA,
      NULL,
      "two addresses, ws://h/ and ws://i/" },
    { "shards of our own server",
      { .more = "\"own\":true,\"url\":\"ws://h:1/\",\"merged\":[{\"url\":"
                "\"ws://h:2/\"}]," },
      LEVEL_AAA,
      NULL,
      NULL },
    { "one absent",
      { .c = "",
        .criteria = "2",
        .selection = SELECTION_OF("AA", "1", "1"),
        .end = COUNTS_ARE("2", "0", "0", "0", "0", "") },
      LEVEL_AAA,
      NULL,
      "requires at level AAA was not asked, the first: c" },
    { "one absent that the level does not require",
      { .c = "",
        .criteria = "2",
        .selection = SELECTION_OF("AA", "1", "1"),
        .end = COUNTS_ARE("2", "0", "0", "0", "0", "") },
      LEVEL_AA,
      NULL,
      NULL },
    { "one left out",
      { .c = VERDICT_OF("c", "not-applicable", "2", ",\"left_out\":true") },
      LEVEL_AAA,
      NULL,
      "was not asked, the first: c" },
    { "a known failure that is required",
      { .b = VERDICT_OF("b", "fail", "1", KNOWN),
        .end = COUNTS_ARE("1", "1", "0", "1", "0", VOUCHED("b")) },
      LEVEL_AA,
      NULL,
      "fail as the baseline has them, the first: b" },
    { "a known failure above the level",
      { .b = VERDICT_OF("b", "fail", "1", KNOWN),
        .end = COUNTS_ARE("1", "1", "0", "1", "0", VOUCHED("b")) },
      LEVEL_A,
      NULL,
      NULL },
    { "a known failure that was withdrawn",
      { .b = VERDICT_OF("b", "fail", "1", KNOWN),
        .end = COUNTS_ARE("1", "1", "0", "1", "0", VOUCHED("b")) },
      LEVEL_AAA,
      WITHOUT_B,
      NULL },
    { "one absent that was withdrawn",
      { .b = "",
        .criteria = "2",
        .selection = SELECTION_OF("AAA", "1", "1"),
        .end = COUNTS_ARE("1", "0", "0", "1", "0", "") },
      LEVEL_AAA,
      WITHOUT_B,
      NULL },
    { "a criterion that is newer than the set",
      { .c = VERDICT_OF("d", "pass", "2", ""),
        .end = COUNTS_ARE("3", "0", "0", "0", "0", "") },
      LEVEL_AA,
      NULL,
      NULL },
};

START_TEST(some_runs_can_be_certified)
{
    struct book *book = small_book(rows[_i].errata);
    struct buffer stream;
    struct record record;
    struct claim claim = { .record = &record,
                           .book = book,
                           .set = book_set(book, NULL),
                           .level = rows[_i].level };

    buffer_init(&stream, 1024 * 1024);
    write_stream(&rows[_i].scene, &stream);
    record_init(&record);
    enum fault fault = record_read(&record, buffer_view(&stream));
    if (fault == FAULT_NONE)
        fault = claim_check(&claim);
    ck_assert_msg((fault == FAULT_NONE) == (rows[_i].want == NULL), "%s: %s",
                  rows[_i].label, fault_reason());
    if (rows[_i].want != NULL)
        ck_assert_msg(strstr(fault_reason(), rows[_i].want) != NULL,
                      "%s: want \"%s\", got \"%s\"", rows[_i].label,
                      rows[_i].want, fault_reason());
    record_deinit(&record);
    buffer_deinit(&stream);
    book_free(book);
}
END_TEST

static const struct {
    const char *stamp;
    int64_t want;
} stamps[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { STARTED, NOW_MS - INT64_C(2) * 86400000 },
    { "2028-02-29T23:59:59Z", INT64_C(1835481599000) },
    { "2030-02-29T00:00:00Z", -1 },
    { "2030-02-01T24:00:00Z", -1 },
    { "2030-02-01T12:00:00", -1 },
    { "2030-02-01T12:00:00ZZ", -1 },
    { "2030-02-01 12:00:00Z", -1 },
    { "+030-02-01T12:00:00Z", -1 },
    { "", -1 },
};

START_TEST(stamps_are_read_and_written)
{
    char back[STAMP_BYTES];

    ck_assert_int_eq(stamp_read(stamps[_i].stamp), stamps[_i].want);
    if (stamps[_i].want < 0)
        return;
    stamp_write(stamps[_i].want, back);
    ck_assert_str_eq(back, stamps[_i].stamp);
}
END_TEST

static const struct {
    const char *adapter;
    const char *want;
} adapters[] = { { "mock", "memory" },
                 { "pipe", "pipe" },
                 { "net", "network" },
                 { "hearsay", "unknown" } };

START_TEST(evidence_is_how_it_was_judged)
{
    const struct scene scene = { .adapter = adapters[_i].adapter };
    struct record record;

    read_scene(&scene, &record);
    ck_assert_str_eq(claim_evidence(&record), adapters[_i].want);
    record_deinit(&record);
}
END_TEST

/* What whoever relies on it is to know stands in the predicate. */
START_TEST(predicate_hides_nothing)
{
    static const char *const due[] = {
        "\"level\":\"AAA\"",
        "\"evidence\":\"network\"",
        "\"tree\":\"clean\"",
        "\"commit\":\"c0ffee\"",
        "\"manifest_sha256\":\"ab\"",
        "\"not_applicable\":[{\"criterion\":\"c\",\"profile\":\"signals\","
        "\"why\":\"so\"}]",
        "\"known_failures\":[{\"criterion\":\"b\",\"profile\":\"signals\","
        "\"seen\":\"so\"}]",
        "\"tolerated\":[{\"deviation\":\"cut_reason\"",
        "\"requirement_set\":{\"name\":\"2030.1\",\"sha256\":\"",
        "\"started\":\"" STARTED "\"",
        "\"expires\":\"" EXPIRES "\"",
    };
    const struct scene scene = {
        .a = VERDICT_OF("a", "pass", "0", ",\"deviations\":[\"cut_reason\"]"),
        .b = VERDICT_OF("b", "fail", "1", KNOWN),
        .end = COUNTS_ARE("1", "1", "0", "1", "0", VOUCHED("b")),
    };
    struct book *book = small_book(NULL);
    struct record record;
    struct claim claim;

    claim_scene(&scene, &record, book, &claim);
    struct cJSON *predicate = claim_predicate(&claim);
    char *text = cJSON_PrintUnformatted(predicate);
    for (size_t i = 0; i < COUNT(due); i++)
        ck_assert_msg(strstr(text, due[i]) != NULL, "%s is not in %s", due[i],
                      text);
    cJSON_free(text);
    cJSON_Delete(predicate);
    record_deinit(&record);
    book_free(book);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("claim");
    TCase *tcase = tcase_create("claim");

    tcase_add_loop_test(tcase, some_runs_can_be_certified, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, stamps_are_read_and_written, 0,
                        COUNT_OF(stamps));
    tcase_add_loop_test(tcase, evidence_is_how_it_was_judged, 0,
                        COUNT_OF(adapters));
    tcase_add_test(tcase, predicate_hides_nothing);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_claim");
}
