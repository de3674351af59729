/* What a worker says becomes a verdict only when it is wholly a result, and
 * what a line holds is UTF-8 whatever a target has sent. */
#include "check_program.h"
#include "run/lines.h"
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#define NO_RESULT "the worker wrote no result"

static const struct {
    const char *label;
    const char *line;
    const char *trouble;
    const char *verdict;
    const char *seen;
} rows[] = {
    { "a result", "{\"verdict\":\"pass\",\"expected\":\"\",\"seen\":\"s\"}",
      NULL, "pass", "s" },
    { "trouble", NULL, "the worker hung", "inconclusive", "the worker hung" },
    { "no JSON", "pass", NULL, "inconclusive", NO_RESULT },
    { "a word of JSON", "\"pass\"", NULL, "inconclusive", NO_RESULT },
    { "half an object", "{\"verdict\":\"pass\"", NULL, "inconclusive",
      NO_RESULT },
    { "an unknown verdict",
      "{\"verdict\":\"green\",\"expected\":\"\",\"seen\":\"\"}", NULL,
      "inconclusive", NO_RESULT },
    { "a verdict alone", "{\"verdict\":\"pass\"}", NULL, "inconclusive",
      NO_RESULT },
    { "a number for words",
      "{\"verdict\":\"pass\",\"expected\":\"\",\"seen\":1}", NULL,
      "inconclusive", NO_RESULT },
    { "text behind the result",
      "{\"verdict\":\"pass\",\"expected\":\"\",\"seen\":\"\"} and more", NULL,
      "inconclusive", NO_RESULT },
    { "a transcript that is none",
      "{\"verdict\":\"pass\",\"expected\":\"\",\"seen\":\"\","
      "\"transcript\":7}",
      NULL, "inconclusive", NO_RESULT },
};

START_TEST(only_a_whole_result_counts)
{
    struct cJSON *line =
        verdict_line(&catalogue[0], rows[_i].line, rows[_i].trouble, 1000);

    ck_assert_msg(strcmp(member_text(line, "verdict"), rows[_i].verdict) == 0,
                  "%s: want %s, got %s", rows[_i].label, rows[_i].verdict,
                  member_text(line, "verdict"));
    ck_assert_msg(strcmp(member_text(line, "seen"), rows[_i].seen) == 0,
                  "%s: want \"%s\", got \"%s\"", rows[_i].label, rows[_i].seen,
                  member_text(line, "seen"));
    cJSON_Delete(line);
}
END_TEST

#define LOST "\xef\xbf\xbd"

static const struct {
    const char *label;
    const char *seen;
    const char *want;
} texts[] = {
    { "plain", "plain", "plain" },
    { "two, three and four bytes", "\xc2\xa7\xe2\x80\xa6\xf0\x9f\x94\x91",
      "\xc2\xa7\xe2\x80\xa6\xf0\x9f\x94\x91" },
    { "a stray continuation", "a\x80z", "a" LOST "z" },
    { "an overlong slash", "\xc0\xaf", LOST LOST },
    { "a surrogate", "\xed\xa0\x80", LOST LOST LOST },
    { "beyond Unicode", "\xf4\x90\x80\x80", LOST LOST LOST LOST },
    { "a character that was cut", "x\xe2\x80", "x" LOST LOST },
    { "no character begins so", "\xff", LOST },
};

START_TEST(every_text_is_utf8)
{
    struct result result = { .verdict = FAIL, .expected = strdup("") };
    const char *want = texts[_i].want;

    result.seen = strdup(texts[_i].seen);
    char *line = result_line(&result);
    struct cJSON *object = cJSON_Parse(line);
    ck_assert_msg(strcmp(member_text(object, "seen"), want) == 0,
                  "%s: want \"%s\", got \"%s\"", texts[_i].label, want,
                  member_text(object, "seen"));
    cJSON_Delete(object);
    free(line);
    result_deinit(&result);
}
END_TEST

/* A sentence of the tool's own is cut where its room ends, not within a
 * character. */
START_TEST(a_cut_sentence_is_utf8)
{
    struct cJSON *line = verdict_line(&catalogue[0], NULL, "x", 0);
    char text[1200];

    memset(text, 'x', sizeof(text));
    snprintf(text + 1022, 8, "\xe2\x80\xa6");
    verdict_set(line, FAIL, "", "%s", text);
    const char *seen = member_text(line, "seen");
    ck_assert_str_eq(seen + 1022, LOST);
    cJSON_Delete(line);
}
END_TEST

/* What a manifest makes of its target in a plan. */
static const struct {
    const char *label;
    const char *manifest; /* behind what it extends */
    const char *name;     /* of a member of the target … */
    const char *want;     /* … and that, as JSON; NULL: it is not there */
} plans[] = {
#define URL "\"endpoint\":{\"url\":\"ws://127.0.0.1:1/\"}"
#define IN_PLACES                                                              \
    "\"endpoint\":{\"url\":\"ws://127.0.0.1:1/\",\"paths\":{\"main\":"         \
    "\"/in/"                                                                   \
    "{tenant}\"}},\"resources\":{\"own\":\"red\",\"forbidden\":\"blue\"},"     \
    "\"refusals\":{\"forbidden\":[{\"http\":403}],\"malformed\":[{\"http\":"   \
    "403}]},\"capabilities\":{\"tenants\":true}"
#define DOORS                                                                  \
    "\"vars\":{\"h\":\"x.org\"},\"endpoint\":{\"url\":"                        \
    "\"ws://127.0.0.1:1/\",\"other_doors\":[{\"what\":\"polling\",\"url\":"    \
    "\"http://{h}/p?key=s\"},{\"what\":\"a file\"},{\"what\":\"a poll\","      \
    "\"url\":\"/p?k=s\",\"steps\":[{\"url\":\"/p?k={token}\"}],\"admitted\":"  \
    "{\"http\":200},\"refused\":[{\"http\":401}]}]}"
    /* Where nobody asks them everybody is told; what may be a secret is not. */
    { "doors that nobody asks", DOORS, "other_doors",
      "[\"polling, http://x.org/p\",\"a file\"]" },
    { "doors that are asked", DOORS, "asked_doors", "[\"a poll, /p\"]" },
    { "no doors", URL, "other_doors", NULL },
    { "what it tolerates",
      URL ",\"tolerate\":[\"empty_subprotocol\",\"second_close\"]", "tolerates",
      "[\"second_close\",\"empty_subprotocol\"]" },
    { "nothing tolerated", URL, "tolerates", NULL },
    { "what it widens",
      URL ",\"refusals\":{\"missing\":[{\"close\":1008},{\"end\":\"fin\","
          "\"widened\":\"the proxy\"}],\"invalid\":[{\"http\":500,\"widened\":"
          "\"the router\"}]}",
      "widened",
      "[\"refusals.missing: the proxy\",\"refusals.invalid: the router\"]" },
    { "what it has us believe",
      URL ",\"credential\":{\"source\":{\"token\":\"t\",\"expired\":\"e\"}}",
      "widened",
      "[\"credential.source.expired: believed to have held until it ran "
      "out\"]" },
    { "whose pings go without an answer",
      URL ",\"messages\":{\"welcome\":{\"hi\":\"{user}\"}},\"dialogue\":{"
          "\"pings\":\"members\"}",
      "widened",
      "[\"dialogue.pings: strangers get no pong, so what they hear is "
      "waited for by the clock\"]" },
    { "a place that may not be there", IN_PLACES, "widened",
      "[\"resources.forbidden: nobody is named whom it admits "
      "(identities.mallory), so that who is refused there may be refused "
      "because it does not exist\"]" },
    { "a place that admits one",
      IN_PLACES
      ",\"identities\":{\"alice\":{\"user\":\"a\"},\"mallory\":{"
      "\"user\":\"m\"}},\"credential\":{\"source\":{\"token\":\"t\"}}",
      "widened", NULL },
    { "nothing widened", URL, "widened", NULL },
};

START_TEST(plan_tells_what_the_manifest_concedes)
{
    struct run_options options = { .repeat = 1 };
    struct target target = { .kind = TARGET_URL };
    struct buffer errors, text;

    buffer_init(&errors, 65536);
    buffer_init(&text, 65536);
    buffer_printf(&text, "{\"extends\":\"signals\",%s}", plans[_i].manifest);
    target.manifest =
        manifest_read("t.json", buffer_view(&text), NULL, &errors);
    ck_assert_msg(target.manifest != NULL, "%s: %s", plans[_i].label,
                  buffer_string(&errors));
    struct cJSON *line = plan_line(&target, 1, &options, 1);
    const struct cJSON *one =
        cJSON_GetArrayItem(cJSON_GetObjectItem(line, "targets"), 0);
    const struct cJSON *found =
        cJSON_GetObjectItemCaseSensitive(one, plans[_i].name);
    char *told = cJSON_PrintUnformatted(found);
    ck_assert_msg((told == NULL) == (plans[_i].want == NULL), "%s: %s",
                  plans[_i].label, told);
    if (plans[_i].want != NULL)
        ck_assert_str_eq(told, plans[_i].want);
    cJSON_free(told);
    cJSON_Delete(line);
    manifest_free(target.manifest);
    buffer_deinit(&errors);
    buffer_deinit(&text);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_lines");
    TCase *tcase = tcase_create("lines");

    tcase_add_loop_test(tcase, only_a_whole_result_counts, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, every_text_is_utf8, 0, COUNT_OF(texts));
    tcase_add_test(tcase, a_cut_sentence_is_utf8);
    tcase_add_loop_test(tcase, plan_tells_what_the_manifest_concedes, 0,
                        COUNT_OF(plans));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_lines");
}
