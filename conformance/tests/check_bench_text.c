/* Messages that are texts: patterns, templates, and the verbs about them. */
#include "script_world.h"

/* --- Patterns ------------------------------------------------------------- */

struct reading_row {
    const char *label;
    const char *pattern;
    const char *text;
    bool matches;
    const char *name;
    const char *want; /* what is captured; NULL: nothing */
};

static const struct reading_row reading_rows[] = {
    { "no variable", "hello", "hello", true, "text", NULL },
    { "no variable, longer", "hello", "hello!", false, "text", NULL },
    { "all of it", "{text}", "any: {thing}", true, "text", "any: {thing}" },
    { "nothing", "{text}", "", true, "text", "" },
    { "a prefix", "* {text}", "* a b", true, "text", "a b" },
    { "another prefix", "* {text}", "- a b", false, "text", NULL },
    { "a suffix", "{text}!", "a! b!", true, "text", "a! b" },
    { "no suffix", "{text}!", "a! b", false, "text", NULL },
    { "a suffix that is all", "{text}!", "!", true, "text", "" },
    { "around", "<{text}>", "<a>b>", true, "text", "a>b" },
    { "prefix and suffix overlap", "aa{text}aa", "aaa", false, "text", NULL },
    { "two", "{user}: {text}", "al: good: day", true, "text", "good: day" },
    { "the first of two", "{user}: {text}", "al: b", true, "user", "al" },
    { "one of two lacks", "{user}: {text}", "al b", false, "user", NULL },
    { "three", "{user}/{room}/{text}", "a/b/c/d", true, "room", "b" },
    { "whoever says it", "{any}: {text}", "al: b: c", true, "text", "b: c" },
    { "side by side", "{user}{text}", "ab", true, "text", "ab" },
    { "another name", "{user}: {text}", "al: b", true, "room", NULL },
    { "a name that begins alike", "{texts}", "b", true, "text", NULL },
    { "a brace of its own", "{ {text} }", "{ a }", true, "text", "a" },
};

START_TEST(pattern_reads_text)
{
    const struct reading_row *row = &reading_rows[_i];
    struct cJSON *pattern = cJSON_CreateString(row->pattern);
    struct cJSON *value = cJSON_CreateString(row->text);
    bool matches = pattern_matches(pattern, value);
    const char *got = pattern_capture(pattern, value, row->name);

    ck_assert_msg(matches == row->matches &&
                      pattern_is_all(pattern, value) == matches,
                  "%s: want %d, got %d", row->label, row->matches, matches);
    ck_assert_msg(row->want == NULL
                      ? got == NULL
                      : got != NULL && strcmp(got, row->want) == 0,
                  "%s: want %s, got %s", row->label, row->want, got);
    cJSON_Delete(value);
    cJSON_Delete(pattern);
}
END_TEST

/* What one pattern has captured is not what the next one does. */
START_TEST(each_pattern_captures_for_itself)
{
    struct cJSON *one = cJSON_CreateString("a{text}");
    struct cJSON *other = cJSON_CreateString("{text}c");
    struct cJSON *value = cJSON_CreateString("abc");
    const char *first = pattern_capture(one, value, "text");

    ck_assert_str_eq(pattern_capture(other, value, "text"), "ab");
    ck_assert_str_eq(first, "bc");
    cJSON_Delete(value);
    cJSON_Delete(other);
    cJSON_Delete(one);
}
END_TEST

/* Of a string in an object, too. */
START_TEST(words_stand_around_a_variable_in_json)
{
    struct cJSON *pattern = cJSON_Parse("{\"a\":[\"for {user}\"]}");
    struct cJSON *value = cJSON_Parse("{\"a\":[\"for al\"],\"b\":1}");
    struct cJSON *other = cJSON_Parse("{\"a\":[\"of al\"]}");
    const struct pair values[] = { { "user", "\"a\\\"l\"" }, { NULL, NULL } };
    char *said = template_write(pattern, values);

    ck_assert_str_eq(pattern_capture(pattern, value, "user"), "al");
    ck_assert(pattern_matches(pattern, value));
    ck_assert(!pattern_is_all(pattern, value));
    ck_assert(!pattern_matches(pattern, other));
    ck_assert_str_eq(said, "{\"a\":[\"for a\\\"l\"]}");
    free(said);
    cJSON_Delete(other);
    cJSON_Delete(value);
    cJSON_Delete(pattern);
}
END_TEST

/* --- Templates ------------------------------------------------------------ */

struct writing_row {
    const char *label;
    const char *template;
    const char *want;
};

static const struct writing_row writing_rows[] = {
    { "a text as it reads", "say {text}", "say \"hi\" {user}" },
    { "twice", "{text}{text}", "\"hi\" {user}\"hi\" {user}" },
    { "a number", "{size} of them", "7 of them" },
    { "left out", "in {room}", "in " },
    { "unknown", "in {world}.", "in {world}." },
    { "no variable", "{ }", "{ }" },
};

START_TEST(template_says_text)
{
    const struct writing_row *row = &writing_rows[_i];
    const struct pair values[] = { { "text", "\"\\\"hi\\\" {user}\"" },
                                   { "size", "7" },
                                   { "room", OMITTED },
                                   { NULL, NULL } };
    struct cJSON *template = cJSON_CreateString(row->template);
    char *got = template_write(template, values);

    ck_assert_msg(got != NULL && strcmp(got, row->want) == 0,
                  "%s: want %s, got %s", row->label, row->want, got);
    free(got);
    cJSON_Delete(template);
}
END_TEST

/* --- Verbs ---------------------------------------------------------------- */

static void identified(struct bench *bench)
{
    expect_identity(dial_as(bench, ALICE, GOOD_TOKEN), ALICE);
}

static void refused(struct bench *bench)
{
    expect_refused(dial_as(bench, ALICE, NO_TOKEN), CAUSE_MISSING);
}

static void one_error(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    say(peer, "nonsense");
    expect_exact_error(peer);
}

static void keeps_its_secret(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_admitted(peer);
    expect_not_heard(peer, "secret");
}

static void names_a_session(struct bench *bench)
{
    expect_own_session(dial_as(bench, ALICE, GOOD_TOKEN),
                       dial_as(bench, BOB, GOOD_TOKEN));
}

#define CHAT                                                                   \
    "{\"extends\":\"signals\",\"codec\":\"text\",\"messages\":{\"signal\":\""  \
    "* {text}\",\"publish\":\"say {text}\",\"error\":\"ERR {text}\","          \
    "\"whoami\":\"who am I\",\"identity\":\"you are {user}.\"},\"refusals\":"  \
    "{\"missing\":[{\"close\":4001,\"reason\":\"no\",\"message\":\"go "        \
    "away\"}]},\"capabilities\":{\"whoami\":true}}"
#define AWAY 4001, "no", 0

static const struct row rows[] = {
    { "its name",
      CHAT,
      identified,
      PASS,
      "",
      { .answers[2] = "you are {alice}.\n" } },
    { "another's name",
      CHAT,
      identified,
      FAIL,
      "mallory",
      { .answers[2] = "you are {mallory}.\n" } },
    { "other words",
      CHAT,
      identified,
      FAIL,
      "nothing",
      { .answers[2] = "You are {alice}.\n" } },
    { "words, then a Close",
      CHAT,
      refused,
      PASS,
      "",
      { .refusals[2] = { "go away\n", AWAY } } },
    { "a Close alone",
      CHAT,
      refused,
      FAIL,
      "4001",
      { .refusals[2] = { NULL, AWAY } } },
    { "more words, then a Close",
      CHAT,
      refused,
      FAIL,
      "4001",
      { .refusals[2] = { "go away now\n", AWAY } } },
    { "an error", CHAT, one_error, PASS, "", { .answers[2] = "ERR why\n" } },
    { "no error", CHAT, one_error, FAIL, "fine", { .answers[2] = "fine\n" } },
    { "JSON",
      CHAT,
      one_error,
      FAIL,
      "type",
      { .answers[2] = "{\"type\":\"error\"}\n" } },
    { "a broadcast of another world",
      CHAT,
      keeps_its_secret,
      PASS,
      "",
      { .greetings[2] = "* sig-0123456789abcdef-secret\n" } },
    { "no broadcast of ours",
      CHAT,
      keeps_its_secret,
      FAIL,
      "has heard it",
      { .greetings[2] = "* the secret\n" } },
    { "no place for a session",
      CHAT,
      names_a_session,
      NOT_APPLICABLE,
      "no place",
      { .hangs_up = { false } } },
};

START_TEST(verdict_follows_text)
{
    check_row(&rows[_i]);
}
END_TEST

int main(void)
{
    Suite *suite =
        rows_suite("bench_text", verdict_follows_text, COUNT_OF(rows));
    TCase *tcase = tcase_create("texts");

    tcase_add_loop_test(tcase, pattern_reads_text, 0, COUNT_OF(reading_rows));
    tcase_add_test(tcase, each_pattern_captures_for_itself);
    tcase_add_test(tcase, words_stand_around_a_variable_in_json);
    tcase_add_loop_test(tcase, template_says_text, 0, COUNT_OF(writing_rows));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_bench_text");
}
