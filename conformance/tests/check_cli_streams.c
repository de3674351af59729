/* `report` on what streams may come to: shards of one run, and what was cut,
 * doubled, edited or is no file at all. None of it is green. */
#include "cli_world.h"
#include "run/record.h"
#include <cJSON.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SHARDS = 3 };

static char folder[] = "/tmp/wsconform-streams-XXXXXX";
static char paths[8][64];

static const char *path_of(const char *name)
{
    static int next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void run_shard(int number)
{
    char name[16];
    char shard[16];
    struct buffer said;

    snprintf(name, sizeof(name), "%d", number);
    snprintf(shard, sizeof(shard), "%d/%d", number, SHARDS);
    const char *words[WORDS_MAX] = { "run",         "--mock",  "--profile",
                                     "pos",         "--shard", shard,
                                     "--seed",      "7",       "--ndjson",
                                     path_of(name), "--only",  "*token*" };
    buffer_init(&said, OUTPUT_MAX);
    ck_assert_msg(run_tool(words, &said) == 0, "%s", buffer_string(&said));
    buffer_deinit(&said);
}

static void load(const char *path, struct buffer *into)
{
    char chunk[4096];
    size_t length;
    FILE *from = fopen(path, "re");

    ck_assert_msg(from != NULL, "%s", path);
    buffer_init(into, OUTPUT_MAX);
    while ((length = fread(chunk, 1, sizeof(chunk), from)) > 0)
        buffer_add(into, chunk, length);
    fclose(from);
}

static void save(const char *path, struct bytes text)
{
    FILE *to = fopen(path, "we");

    ck_assert_msg(to != NULL, "%s", path);
    fwrite(text.at, 1, text.length, to);
    ck_assert_int_eq(fclose(to), 0);
}

static void save_between(const char *path, const struct buffer *text,
                         const char *place, const char *more)
{
    struct buffer whole;
    size_t before = (size_t)(place - (const char *)text->at);

    buffer_init(&whole, OUTPUT_MAX);
    buffer_add(&whole, text->at, before);
    buffer_add_string(&whole, more);
    buffer_add(&whole, place, text->length - before);
    save(path, buffer_view(&whole));
    buffer_deinit(&whole);
}

/* The second shard without its last byte, twice in a row, and edited. */
static void spoil(void)
{
    struct buffer text;

    load(path_of("2"), &text);
    save(path_of("cut"), bytes_of(text.at, text.length - 1));
    save(path_of("half"), bytes_of(text.at, text.length / 2));
    char *verdict = strstr((char *)text.at, "\"verdict\":\"pass\"");
    ck_assert_ptr_nonnull(verdict);
    memcpy(verdict, "\"verdict\":\"fail\"", 16);
    save(path_of("edited"), buffer_view(&text));
    save_between(path_of("ambiguous"), &text, verdict, "\"verdict\":\"pass\",");
    memcpy(verdict, "\"verdict\":\"pass\"", 16);
    size_t length = text.length;
    struct buffer twice;
    buffer_init(&twice, OUTPUT_MAX);
    buffer_add(&twice, text.at, length);
    buffer_add(&twice, text.at, length);
    save(path_of("twice"), buffer_view(&twice));
    buffer_deinit(&twice);
    buffer_deinit(&text);
}

static void begin(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int i = 1; i <= SHARDS; i++)
        run_shard(i);
    spoil();
}

static void end(void)
{
    static const char *const names[] = { "1",        "2",      "3",
                                         "cut",      "half",   "twice",
                                         "whole",    "edited", "direct",
                                         "ambiguous" };

    for (size_t i = 0; i < COUNT(names); i++)
        unlink(path_of(names[i]));
    rmdir(folder);
}

static const struct {
    const char *label;
    const char *streams[4];
    int want;
    const char *says;
} rows[] = {
    { "all of them", { "1", "2", "3" }, 0, ", in 3 shards" },
    { "in another order", { "3", "1", "2" }, 0, ", in 3 shards" },
    { "one alone", { "2" }, 3, "shard 2 of 3 alone" },
    { "a gap", { "1", "3" }, 3, "shard 2 of 3 is missing" },
    { "the last of them missing", { "1", "2" }, 3, "shard 3 of 3 is missing" },
    { "an overlap", { "1", "2", "2", "3" }, 3, "both shard 2 of 3" },
    { "a cut line", { "1", "cut", "3" }, 3, "the stream was cut" },
    { "half a stream", { "1", "half", "3" }, 3, "the stream was cut" },
    { "a stream twice in one file",
      { "1", "twice", "3" },
      3,
      "behind the end" },
    { "a verdict for each reader",
      { "1", "ambiguous", "3" },
      3,
      "it has a name twice" },
    { "an edited verdict", { "1", "edited", "3" }, 3, "the end counts" },
    { "a folder", { "1", ".", "3" }, 2, "cannot be read" },
    { "nothing there", { "1", "no such", "3" }, 2, "cannot be read" },
};

START_TEST(streams_are_whole_or_refused)
{
    const char *words[WORDS_MAX] = { "report", "--from" };
    struct buffer said;

    for (int i = 0; i < 4 && rows[_i].streams[i] != NULL; i++)
        words[2 + i] = path_of(rows[_i].streams[i]);
    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    ck_assert_msg(status == rows[_i].want &&
                      strstr(buffer_string(&said), rows[_i].says) != NULL,
                  "%s: want %d and \"%s\", got %d:\n%.2000s", rows[_i].label,
                  rows[_i].want, rows[_i].says, status, buffer_string(&said));
    buffer_deinit(&said);
}
END_TEST

static void read_whole(const char *path, struct record *record)
{
    struct buffer text;

    load(path, &text);
    record_init(record);
    ck_assert_msg(record_read(record, buffer_view(&text)) == FAULT_NONE, "%s",
                  fault_reason());
    buffer_deinit(&text);
}

static void quietly(const char *const words[], int want)
{
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    ck_assert_msg(run_tool(words, &said) == want, "%s", buffer_string(&said));
    buffer_deinit(&said);
}

/* The stream of the whole has the verdicts of a run that was never parted. */
START_TEST(whole_is_as_if_it_had_never_been_parted)
{
    const char *whole = path_of("whole");
    const char *direct = path_of("direct");
    struct record merged;
    struct record one;

    quietly((const char *[WORDS_MAX]){ "report", "--from", path_of("1"),
                                       path_of("2"), path_of("3"), "--ndjson",
                                       whole },
            0);
    quietly((const char *[WORDS_MAX]){ "run", "--mock", "--profile", "pos",
                                       "--only", "*token*", "--ndjson",
                                       direct },
            0);
    read_whole(whole, &merged);
    read_whole(direct, &one);
    int count = cJSON_GetArraySize(one.verdicts);
    ck_assert_int_gt(count, SHARDS);
    ck_assert_int_eq(cJSON_GetArraySize(merged.verdicts), count);
    for (int i = 0; i < count; i++) {
        const struct cJSON *a = cJSON_GetArrayItem(one.verdicts, i);
        const struct cJSON *b = cJSON_GetArrayItem(merged.verdicts, i);
        ck_assert_str_eq(member_text(a, "id"), member_text(b, "id"));
        ck_assert_str_eq(member_text(a, "verdict"), member_text(b, "verdict"));
    }
    record_deinit(&merged);
    record_deinit(&one);
    quietly((const char *[WORDS_MAX]){ "report", "--from", whole }, 0);
    quietly((const char *[WORDS_MAX]){ "report", "--from", whole, "--ndjson",
                                       "/dev/full" },
            3);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("cli_streams");
    TCase *tcase = tcase_create("streams");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_unchecked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, streams_are_whole_or_refused, 0, COUNT_OF(rows));
    tcase_add_test(tcase, whole_is_as_if_it_had_never_been_parted);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli_streams");
}
