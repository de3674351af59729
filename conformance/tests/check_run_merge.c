/* Shards that are put together again: what is missing, there twice, or of
 * another run is refused, and the whole is as bad as its worst part. */
#include "check_program.h"
#include "run/known.h"
#include "run/merge.h"
#include "run/run.h"
#include "stream_world.h"
#include <cJSON.h>
#include <string.h>

/* A plan of shard I of N, with `more` members. */
#define SHARD(i, n, criteria, more)                                            \
    "{\"type\":\"plan\",\"schema\":2,\"selection\":{\"only\":\"\",\"level\":"  \
    "\"\",\"shard\":" i ",\"shards\":" n ",\"max_wait_ms\":-1,\"repeat\":1}"   \
    ",\"profile\":\"signals, pos\",\"catalogue_sha256\":\"" DIGEST             \
    "\",\"catalogue_criteria\":9,\"profile_criteria\":5,"                      \
    "\"criteria\":" criteria ",\"seed\":\"" i "\"" more "}\n"
#define OF(manifest)                                                           \
    ",\"target\":\"t\",\"adapter\":\"net\",\"manifest_sha256\":\"" manifest "\""
#define LINE(id, profile, verdict, place)                                      \
    "{\"type\":\"verdict\",\"id\":\"" id "\",\"profile\":\"" profile           \
    "\",\"verdict\":\"" verdict "\",\"place\":" place "}\n"
#define END(pass, fail, more)                                                  \
    "{\"type\":\"end\",\"counts\":{\"pass\":" pass ",\"fail\":" fail           \
    ",\"inconclusive\":0,\"not_applicable\":0},\"wall_ms\":5,\"cpu_ms\":3"     \
    ",\"interrupted\":false" more "}\n"
#define GOOD ",\"exit\":0"

/* Five criteria: a, b, c of signals, b and d of pos. */
#define FIRST(more, end)                                                       \
    SHARD("1", "2", "3", more)                                                 \
    LINE("a", "signals", "pass", "0")                                          \
    LINE("c", "signals", "pass", "1")                                          \
    LINE("b", "pos", "pass", "2") END("3", "0", end)
#define SECOND(more, end)                                                      \
    SHARD("2", "2", "2", more)                                                 \
    LINE("b", "signals", "pass", "0")                                          \
    LINE("d", "pos", "pass", "1") END("2", "0", end)
#define FAILING                                                                \
    SHARD("2", "2", "2", OF("m"))                                              \
    LINE("b", "signals", "fail", "0")                                          \
    LINE("d", "pos", "pass", "1") END("1", "1", ",\"exit\":1")

static const struct {
    const char *label;
    const char *streams[3];
    int status;       /* of the whole */
    const char *want; /* why it is refused; NULL: it is not */
} rows[] = {
    { "all there", { FIRST(OF("m"), GOOD), SECOND(OF("m"), GOOD) }, 0, NULL },
    { "in another order",
      { SECOND(OF("m"), GOOD), FIRST(OF("m"), GOOD) },
      0,
      NULL },
    { "one fails", { FIRST(OF("m"), GOOD), FAILING }, 1, NULL },
    { "one was not reached",
      { FIRST(OF("m"), ",\"exit\":4"), FAILING },
      4,
      NULL },
    { "one was interrupted",
      { FIRST(OF("m"), GOOD),
        SHARD("2", "2", "2", OF("m")) LINE("b", "signals", "pass", "0")
            LINE("d", "pos", "pass",
                 "1") "{\"type\":\"end\",\"counts\":{\"pass\":2,\"fail\":0,"
                      "\"inconclusive\":0,\"not_applicable\":0},"
                      "\"interrupted\":true,\"exit\":3}\n" },
      3,
      NULL },
    { "one came to grief",
      { FIRST(OF("m"), GOOD),
        SECOND(OF("m"), ",\"exit\":3,\"trouble\":\"it died\"") },
      3,
      NULL },
    { "the second is missing", { FIRST(OF("m"), GOOD) }, 0, "shard 2 of 2" },
    { "the first is missing", { SECOND(OF("m"), GOOD) }, 0, "shard 1 of 2" },
    { "one of them twice",
      { FIRST(OF("m"), GOOD), FIRST(OF("m"), GOOD), SECOND(OF("m"), GOOD) },
      0,
      "0 and 1 are both shard 1 of 2" },
    { "of three and of two",
      { FIRST(OF("m"), GOOD),
        SHARD("2", "3", "1", OF("m")) LINE("b", "signals", "pass", "0")
            END("1", "0", GOOD) },
      0,
      "0 is of 2 shards, 1 of 3" },
    { "of two targets",
      { FIRST(OF("m"), GOOD), SECOND(OF("n"), GOOD) },
      0,
      "0 and 1 are of different runs: they differ in manifest_sha256" },
    { "of our own server at two ports",
      { FIRST(OF("m") ",\"own\":true", GOOD),
        SECOND(OF("n") ",\"own\":true", GOOD) },
      0,
      NULL },
    { "of our own server and another",
      { FIRST(OF("m") ",\"own\":true", GOOD), SECOND(OF("m"), GOOD) },
      0,
      "differ in own" },
    { "over two adapters",
      { FIRST(OF("m"), GOOD), SECOND(",\"target\":\"t\",\"adapter\":\"mock\","
                                     "\"manifest_sha256\":\"m\"",
                                     GOOD) },
      0,
      "differ in adapter" },
    { "of two tools",
      { FIRST(OF("m") ",\"tool\":{\"version\":\"1\"}", GOOD),
        SECOND(OF("m") ",\"tool\":{\"version\":\"2\"}", GOOD) },
      0,
      "differ in tool" },
    { "a criterion in both",
      { FIRST(OF("m"), GOOD),
        SHARD("2", "2", "2", OF("m")) LINE("a", "signals", "pass", "0")
            LINE("d", "pos", "pass", "1") END("2", "0", GOOD) },
      0,
      "a second verdict of one criterion" },
    { "more than its part",
      { FIRST(OF("m"), GOOD),
        SHARD("2", "2", "3", OF("m")) LINE("b", "signals", "pass", "0")
            LINE("e", "signals", "pass", "1") LINE("f", "signals", "pass", "2")
                END("3", "0", GOOD) },
      0,
      "beyond its part" },
    { "less than its part",
      { FIRST(OF("m"), GOOD),
        SHARD("2", "2", "1", OF("m")) LINE("b", "signals", "pass", "0")
            END("1", "0", GOOD) },
      0,
      "4 criteria where a whole profile of 5" },
    { "a baseline in one alone",
      { FIRST(OF("m"), GOOD), SECOND(OF("m"), GOOD ",\"baseline\":{"
                                                   "\"entries\":[]}") },
      0,
      "differ in baseline" },
    { "a cut one", { FIRST(OF("m"), GOOD), "{\"type\"" }, 0, "1: line 1" },
};

static enum fault merge_all(const char *const streams[], struct shard *shards,
                            struct record *record)
{
    static const char *const names[] = { "0", "1", "2" };
    struct buffer text;
    size_t count = 0;
    enum fault fault = FAULT_NONE;

    for (; count < 3 && streams[count] != NULL && fault == FAULT_NONE; count++)
        fault = shard_read(&shards[count], names[count],
                           bytes_of_string(streams[count]));
    buffer_init(&text, RECORD_BYTES_MAX);
    if (fault == FAULT_NONE)
        fault = shards_merge(shards, count, &text);
    if (fault == FAULT_NONE)
        fault = record_read(record, buffer_view(&text));
    buffer_deinit(&text);
    for (size_t i = 0; i < count; i++)
        record_deinit(&shards[i].record);
    return fault;
}

START_TEST(whole_is_what_its_shards_are)
{
    struct shard shards[3];
    struct record record;

    record_init(&record);
    enum fault fault = merge_all(rows[_i].streams, shards, &record);
    ck_assert_msg((fault == FAULT_NONE) == (rows[_i].want == NULL), "%s: %s",
                  rows[_i].label, fault_reason());
    if (rows[_i].want != NULL)
        ck_assert_msg(strstr(fault_reason(), rows[_i].want) != NULL,
                      "%s: want \"%s\", got \"%s\"", rows[_i].label,
                      rows[_i].want, fault_reason());
    else
        ck_assert_int_eq(member_whole(record.end, "exit", 0, 9),
                         rows[_i].status);
    record_deinit(&record);
}
END_TEST

/* In the order of the catalogue, and each says where it comes from. */
START_TEST(criteria_are_in_the_order_of_the_whole)
{
    static const char *const want[] = { "a", "b", "c", "b", "d" };
    static const int shard[] = { 1, 2, 1, 1, 2 };
    const char *const streams[] = { FIRST(OF("m"), GOOD), SECOND(OF("m"), GOOD),
                                    NULL };
    struct shard shards[3];
    struct record record;

    record_init(&record);
    ck_assert_int_eq(merge_all(streams, shards, &record), FAULT_NONE);
    for (int i = 0; i < COUNT_OF(want); i++) {
        const struct cJSON *line = cJSON_GetArrayItem(record.verdicts, i);
        ck_assert_str_eq(member_text(line, "id"), want[i]);
        ck_assert_int_eq(member_whole(line, "shard", 1, 2), shard[i]);
    }
    const struct cJSON *merged = cJSON_GetObjectItem(record.plan, "merged");
    ck_assert_int_eq(cJSON_GetArraySize(merged), 2);
    ck_assert_str_eq(member_text(cJSON_GetArrayItem(merged, 1), "seed"), "2");
    ck_assert_uint_eq(
        strlen(member_text(cJSON_GetArrayItem(merged, 1), "sha256")), 64);
    ck_assert_uint_eq(shards_of(&record), 1);
    ck_assert_int_eq(member_whole(record.end, "cpu_ms", 0, 99), 6);
    ck_assert_int_eq(member_whole(record.end, "wall_ms", 0, 99), 5);
    record_deinit(&record);
}
END_TEST

/* The first of them may be the last that began. */
START_TEST(run_is_as_old_as_its_oldest_shard)
{
    const char *const streams[] = {
        FIRST(OF("m") ",\"started\":\"2030-02-02T00:00:00Z\"", GOOD),
        SECOND(OF("m") ",\"started\":\"2030-02-01T00:00:00Z\"", GOOD), NULL
    };
    struct shard shards[3];
    struct record record;

    record_init(&record);
    ck_assert_int_eq(merge_all(streams, shards, &record), FAULT_NONE);
    ck_assert_str_eq(member_text(record.plan, "started"),
                     "2030-02-01T00:00:00Z");
    record_deinit(&record);
}
END_TEST

/* What one shard did not ask, another may have. */
#define ENTRY(state)                                                           \
    ",\"baseline\":{\"entries\":[{\"criterion\":\"b\",\"profile\":"            \
    "\"signals\",\"state\":\"" state "\"}]}"
#define KNOWING                                                                \
    SHARD("2", "2", "2", OF("m"))                                              \
    "{\"type\":\"verdict\",\"id\":\"b\",\"profile\":\"signals\",\"verdict\":"  \
    "\"fail\",\"baseline\":\"known\",\"place\":0}\n" LINE(                     \
        "d", "pos", "pass", "1") END("1", "1", GOOD ENTRY("known"))

static const struct {
    const char *label;
    const char *streams[3];
    unsigned known, stale;
    int status;
} entries[] = {
    { "known in the second",
      { FIRST(OF("m"), GOOD ENTRY("unasked")), KNOWING },
      1,
      0,
      0 },
    { "stale in the second",
      { FIRST(OF("m"), GOOD ENTRY("unasked")),
        SECOND(OF("m"), ",\"exit\":5" ENTRY("passes")) },
      0,
      1,
      5 },
    { "stale in the first",
      { FIRST(OF("m"), ",\"exit\":5" ENTRY("unmatched")),
        SECOND(OF("m"), GOOD ENTRY("unasked")) },
      0,
      1,
      5 },
};

START_TEST(baseline_is_that_of_the_whole)
{
    struct shard shards[3];
    struct record record;

    record_init(&record);
    ck_assert_msg(merge_all(entries[_i].streams, shards, &record) == FAULT_NONE,
                  "%s: %s", entries[_i].label, fault_reason());
    ck_assert_uint_eq(known_count(&record), entries[_i].known);
    ck_assert_uint_eq(known_stale(&record), entries[_i].stale);
    ck_assert_int_eq(member_whole(record.end, "exit", 0, 9),
                     entries[_i].status);
    record_deinit(&record);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_merge");
    TCase *tcase = tcase_create("merge");

    tcase_add_loop_test(tcase, whole_is_what_its_shards_are, 0, COUNT_OF(rows));
    tcase_add_test(tcase, criteria_are_in_the_order_of_the_whole);
    tcase_add_test(tcase, run_is_as_old_as_its_oldest_shard);
    tcase_add_loop_test(tcase, baseline_is_that_of_the_whole, 0,
                        COUNT_OF(entries));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_merge");
}
