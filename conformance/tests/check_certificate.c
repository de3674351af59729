/* A certificate holds where all that it says follows from its stream, where
 * those who are due have signed it, and for as long as it says. */
#include "certificate_made.h"

/* --- Lies ----------------------------------------------------------------- */

static void put_text(struct cJSON *object, const char *name, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    cJSON_AddStringToObject(object, name, text);
}

static void empty_list(struct cJSON *object, const char *name)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    cJSON_AddArrayToObject(object, name);
}

static void claim_level_b(struct cJSON *predicate)
{
    put_text(predicate, "level", "AAAA");
}

static void hide_not_applicable(struct cJSON *predicate)
{
    empty_list(predicate, "not_applicable");
}

static void hide_targets(struct cJSON *predicate)
{
    empty_list(predicate, "targets");
}

static void claim_network(struct cJSON *predicate)
{
    put_text(predicate, "evidence", "network");
}

static void count_more(struct cJSON *predicate)
{
    struct cJSON *counts =
        cJSON_GetObjectItemCaseSensitive(predicate, "counts");

    cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(counts, "pass"), 3);
}

static void be_clean(struct cJSON *predicate)
{
    put_text(cJSON_GetObjectItemCaseSensitive(predicate, "tool"), "tree",
             "clean");
}

static void name_other_set(struct cJSON *predicate)
{
    put_text(cJSON_GetObjectItemCaseSensitive(predicate, "requirement_set"),
             "name", "2031.1");
}

static void change_set(struct cJSON *predicate)
{
    put_text(cJSON_GetObjectItemCaseSensitive(predicate, "requirement_set"),
             "sha256", "00");
}

static void last_for_ever(struct cJSON *predicate)
{
    put_text(predicate, "expires", "2099-01-01T00:00:00Z");
}

static void expire_never(struct cJSON *predicate)
{
    cJSON_DeleteItemFromObjectCaseSensitive(predicate, "expires");
}

static void expire_now(struct cJSON *predicate)
{
    put_text(predicate, "expires", "2030-02-03T12:00:00Z");
}

static void come_from_the_future(struct cJSON *predicate)
{
    put_text(predicate, "issued", "2030-02-05T12:00:00Z");
}

static void be_issued_before_the_run(struct cJSON *predicate)
{
    put_text(predicate, "issued", "2030-02-01T11:59:59Z");
}

static void say_more(struct cJSON *predicate)
{
    put_text(predicate, "score", "11 of 10");
}

static const struct {
    const char *label;
    struct scene scene;
    void (*edit)(struct cJSON *predicate);
    enum outcome_of_check want;
    const char *check;
    const char *says;
} lies[] = {
    { "none", { 0 }, NULL, CHECK_HOLDS, "required", "nothing is absent of 3" },
    { "not applicable is told",
      { 0 },
      NULL,
      CHECK_HOLDS,
      "limits",
      "1 not applicable: c" },
    { "whose it is",
      { 0 },
      NULL,
      CHECK_HOLDS,
      "target",
      "mine, ws://h/, profile signals, manifest sha256:ab" },
    { "a catalogue of another tool",
      { 0 },
      NULL,
      CHECK_HOLDS,
      "catalogue",
      "another than this tool's" },
    { "another way in",
      { .doors = ",\"other_doors\":[\"HTTP long-polling\"]" },
      NULL,
      CHECK_HOLDS,
      "limits",
      "another way in was not asked: HTTP long-polling" },
    { "what is tolerated",
      { .doors = ",\"tolerates\":[\"second_close\"]" },
      NULL,
      CHECK_HOLDS,
      "limits",
      "the manifest tolerates second_close" },
    { "what is widened",
      { .doors = ",\"widened\":[\"refusals.missing: the proxy\"]" },
      NULL,
      CHECK_HOLDS,
      "limits",
      "the manifest widens refusals.missing: the proxy" },
    { "a level that there is not",
      { 0 },
      claim_level_b,
      CHECK_FAILS,
      "claims",
      "no such level" },
    { "nothing not applicable",
      { 0 },
      hide_not_applicable,
      CHECK_FAILS,
      "claims",
      "not_applicable is not what follows" },
    { "no target",
      { 0 },
      hide_targets,
      CHECK_FAILS,
      "claims",
      "targets is not what follows" },
    { "memory as network",
      { .adapter = "mock" },
      claim_network,
      CHECK_FAILS,
      "claims",
      "evidence is not what follows" },
    { "counts", { 0 }, count_more, CHECK_FAILS, "claims", "counts is not" },
    { "more than follows",
      { 0 },
      say_more,
      CHECK_FAILS,
      "claims",
      "another member is not what follows" },
    { "a verdict that reads two ways",
      { .b = VERDICT_OF("b", "pass", "1", ",\"verdict\":\"fail\"") },
      NULL,
      CHECK_FAILS,
      "stream",
      "line 3 of the stream: it has a name twice" },
    { "a name that ends early",
      { .b = VERDICT_OF("b", "pass", "1", ",\"note\\u0000\":\"fail\"") },
      NULL,
      CHECK_FAILS,
      "stream",
      "line 3 of the stream: it has U+0000 in a string" },
    { "a dirty tree as clean",
      { .tree = "dirty" },
      be_clean,
      CHECK_FAILS,
      "claims",
      "tool is not what follows" },
    { "a dirty tree",
      { .tree = "dirty" },
      NULL,
      CHECK_FAILS,
      "tool",
      "tree dirty" },
    { "a tree unknown",
      { .tree = "unknown" },
      NULL,
      CHECK_FAILS,
      "tool",
      "tree unknown" },
    { "a set to come",
      { 0 },
      name_other_set,
      CHECK_UNSURE,
      "set",
      "does not know the requirement set \"2031.1\"" },
    { "a set that was changed",
      { 0 },
      change_set,
      CHECK_FAILS,
      "set",
      "another than was signed" },
    { "no expiry",
      { 0 },
      expire_never,
      CHECK_FAILS,
      "claims",
      "expires is not what follows" },
    { "an expiry in 69 years",
      { 0 },
      last_for_ever,
      CHECK_FAILS,
      "expiry",
      "longer than three years" },
    { "expired this second",
      { 0 },
      expire_now,
      CHECK_FAILS,
      "expiry",
      "it expired on 2030-02-03T12:00:00Z" },
    { "from the future",
      { 0 },
      come_from_the_future,
      CHECK_FAILS,
      "expiry",
      "in the future" },
    { "before its run",
      { 0 },
      be_issued_before_the_run,
      CHECK_FAILS,
      "expiry",
      "before its run" },
    { "a failure",
      { .b = VERDICT_OF("b", "fail", "1", ""),
        .end = COUNTS_ARE("1", "1", "0", "1", "1", "") },
      NULL,
      CHECK_FAILS,
      "required",
      "fail, the first: b" },
    { "a shard",
      { .selection = "{\"only\":\"\",\"level\":\"\",\"shard\":1,\"shards\":2,"
                     "\"max_wait_ms\":-1,\"repeat\":1}" },
      NULL,
      CHECK_FAILS,
      "required",
      "one shard" },
};

START_TEST(lies_are_seen_through)
{
    const struct verifying by = demands();

    certify(&lies[_i].scene, lies[_i].edit, 1);
    expect(lies[_i].label, &by, lies[_i].want, lies[_i].check, lies[_i].says);
}
END_TEST

START_TEST(an_older_tool_cannot_say)
{
    static const char stream[] = "{\"type\":\"plan\",\"schema\":3}\n";
    const struct verifying by = demands();
    struct cJSON *predicate = cJSON_CreateObject();

    folder_init(&folder);
    ck_assert_int_eq(
        folder_add(&folder, FOLDER_STREAM, bytes_of_string(stream)),
        FAULT_NONE);
    seal_folder(&folder, predicate, seals, 1);
    expect("a schema to come", &by, CHECK_UNSURE, "stream",
           "by a tool that is newer than this");
    cJSON_Delete(predicate);
}
END_TEST

/* --- Who has signed, and what is demanded --------------------------------- */

static const struct {
    const char *label;
    size_t signers, keys, threshold;
    enum outcome_of_check want;
    const char *says;
} quorums[] = {
    { "one of one", 1, 1, 0, CHECK_HOLDS, "1 of 1 keys (1 due)" },
    { "both of two", 2, 2, 0, CHECK_HOLDS, "2 of 2 keys (2 due)" },
    { "one of two, and both are due", 1, 2, 0, CHECK_FAILS,
      "1 of 2 keys have signed, and 2 are due" },
    { "one of two, and one is due", 1, 2, 1, CHECK_HOLDS,
      "1 of 2 keys (1 due)" },
    { "one besides", 2, 1, 0, CHECK_HOLDS, "1 of 1 keys (1 due)" },
    { "nobody's key", 2, 0, 0, CHECK_HOLDS, "not looked at" },
};

START_TEST(so_many_have_to_sign)
{
    struct verifying by = demands();

    certify(&(const struct scene){ 0 }, NULL, quorums[_i].signers);
    by.seal_count = quorums[_i].keys;
    by.threshold = quorums[_i].threshold;
    expect(quorums[_i].label, &by, quorums[_i].want, "signatures",
           quorums[_i].says);
}
END_TEST

START_TEST(a_stranger_signs_for_nobody)
{
    struct verifying by = demands();

    certify(&(const struct scene){ 0 }, NULL, 1);
    by.seals = &seals[1];
    expect("another key", &by, CHECK_FAILS, "signatures", "0 of 1 keys");
}
END_TEST

START_TEST(demands_are_met_or_not)
{
    struct verifying by = demands();
    const struct scene in_memory = { .adapter = "mock", .tree = "dirty" };

    certify(&in_memory, NULL, 1);
    by.level = LEVEL_AAA;
    by.evidence = "network";
    by.allow_dirty = true;
    expect("evidence", &by, CHECK_FAILS, "evidence",
           "memory, and network is due");
    by.evidence = "memory";
    expect("all", &by, CHECK_HOLDS, "tool", "tree dirty");
}
END_TEST

static void claim_level_a(struct cJSON *predicate)
{
    put_text(predicate, "level", "A");
}

START_TEST(a_level_is_due)
{
    struct verifying by = demands();

    certify(&(const struct scene){ 0 }, claim_level_a, 1);
    expect("A", &by, CHECK_HOLDS, "required", "of 1 that 2030.1");
    by.level = LEVEL_AA;
    expect("AA", &by, CHECK_FAILS, "level", "A, and AA is due");
}
END_TEST

START_TEST(errata_and_newer_sets_are_told)
{
    const struct verifying by = demands();

    certify(&(const struct scene){ 0 }, NULL, 1);
    ck_assert_int_eq(
        book_add_errata(
            book, bytes_of_string(
                      "{\"errata\":[{\"set\":\"2030.1\",\"criterion\":\"b\","
                      "\"date\":\"2031-01-01\",\"why\":\"blind\"}]}")),
        FAULT_NONE);
    ck_assert_int_eq(
        book_add_set(
            book, bytes_of_string("{\"set\":\"2031.1\",\"frozen\":\"d\","
                                  "\"profiles\":{\"pos\":{\"A\":[\"a\"]}}}")),
        FAULT_NONE);
    expect("errata", &by, CHECK_HOLDS, "errata",
           "b was withdrawn on 2031-01-01, and its verdict proves nothing: "
           "blind");
    expect("a newer set", &by, CHECK_HOLDS, "set", "superseded by 2031.1");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certificate");
    TCase *tcase = tcase_create("certificate");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, lies_are_seen_through, 0, COUNT_OF(lies));
    tcase_add_test(tcase, an_older_tool_cannot_say);
    tcase_add_loop_test(tcase, so_many_have_to_sign, 0, COUNT_OF(quorums));
    tcase_add_test(tcase, a_stranger_signs_for_nobody);
    tcase_add_test(tcase, demands_are_met_or_not);
    tcase_add_test(tcase, a_level_is_due);
    tcase_add_test(tcase, errata_and_newer_sets_are_told);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_certificate");
}
