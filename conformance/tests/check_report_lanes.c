/* Who has a lane in a sequence chart: clients left of the server, witnesses
 * right, the tool last; whom the verdict names, before whoever came first. */
#include "check_program.h"
#include "report/html/lanes.h"
#include <cJSON.h>
#include <string.h>

static const struct {
    const char *label;
    const char *peers; /* a step each, a blank between; "-": the tool */
    const char *seen;
    const char *want; /* from left to right */
    unsigned steps;   /* that are drawn */
} rows[] = {
    { "one", "alice-1", "", "alice-1 server", 1 },
    { "all sides", "witness-1 alice-2 - late-witness-3", "",
      "alice-2 server witness-1 late-witness-3 tool", 4 },
    { "the tool alone", "- -", "", "server tool", 2 },
    { "first come", "a b c d e f", "", "a b c d server", 4 },
    { "named", "a b c d e f f", "f got close 1008", "f a b c server", 5 },
    { "named among words", "a b c d e", "to e: nothing", "e a b c server", 4 },
    { "the beginning of a name", "a b c d alice-1 alice-12", "alice-12 waits",
      "alice-12 a b c server", 4 },
    { "too many witnesses", "witness-1 witness-2 witness-3", "",
      "server witness-1 witness-2", 2 },
};

static struct cJSON *steps_of(const char *peers)
{
    struct cJSON *steps = cJSON_CreateArray();

    while (*peers != 0) {
        struct cJSON *step = cJSON_CreateObject();
        size_t length = strcspn(peers, " ");
        char name[64];
        snprintf(name, sizeof(name), "%.*s", (int)length, peers);
        cJSON_AddStringToObject(step, "peer", *name == '-' ? "" : name);
        cJSON_AddItemToArray(steps, step);
        peers += length + strspn(peers + length, " ");
    }
    return steps;
}

START_TEST(lanes_are_chosen)
{
    struct cJSON *steps = steps_of(rows[_i].peers);
    struct lanes lanes;
    char got[256] = "";

    lanes_choose(&lanes, steps, rows[_i].seen);
    for (size_t i = 0; i < lanes.count; i++) {
        size_t length = strlen(got);
        snprintf(got + length, sizeof(got) - length, "%s%s", i == 0 ? "" : " ",
                 lanes.at[i].name);
        ck_assert_msg(i == 0 || lanes.at[i].x > lanes.at[i - 1].x, "%s",
                      rows[_i].label);
        ck_assert_int_lt(lanes.at[i].x, lanes.width);
    }
    ck_assert_msg(strcmp(got, rows[_i].want) == 0, "%s: want %s, got %s",
                  rows[_i].label, rows[_i].want, got);
    ck_assert_msg(lanes.steps == rows[_i].steps, "%s: %u steps", rows[_i].label,
                  lanes.steps);
    ck_assert_int_eq(lanes_place(&lanes, "nobody"), -1);
    ck_assert_int_eq(lanes_place(&lanes, "server"),
                     -1); /* a peer of its name */
    cJSON_Delete(steps);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("report_lanes");
    TCase *tcase = tcase_create("lanes");

    tcase_add_loop_test(tcase, lanes_are_chosen, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_report_lanes");
}
