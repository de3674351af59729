/* Logs judged: what a log lacks proves something only where it tells of our own
 * connections. The witness is at port 4001, the member at 4002, strangers from
 * 4003 on, the witness behind them after the last. */
#include "bench_world.h"
#include <stdlib.h>

#define ACCESS(port) "127.0.0.1:" port " - \"GET /ws?token=*** HTTP/1.1\" 101\n"
#define ODD(text)    "127.0.0.1:4002 - \"GET /ws" text " HTTP/1.1\" 101\n"
#define OTHERS       "127.0.0.9:5001 - \"GET /ws?token=*** HTTP/1.1\" 101\n"

#define MASKED   "access_log_masks_the_token", 3
#define TOKENS   "no_log_line_holds_a_token", 8
#define UNFORGED "log_lines_cannot_be_forged", 4

static const struct row {
    const char *label;
    const char *id;
    unsigned last_stranger;
    const char *log;
    unsigned late;
    enum verdict want;
    const char *seen;
} rows[] = {
    { "each handshake, masked", MASKED,
      ACCESS("4001") ACCESS("4002") ACCESS("4003"), 0, PASS, "" },
    { "the log is written late", MASKED,
      ACCESS("4001") ACCESS("4002") ACCESS("4003") ACCESS("4004"), 3, PASS,
      "" },
    { "somebody else's handshakes", MASKED, OTHERS OTHERS OTHERS, 0,
      INCONCLUSIVE, "none of its" },
    { "one is missing, another stands for it", MASKED,
      ACCESS("4001") ACCESS("4002") OTHERS, 0, FAIL, "bob-3, 127.0.0.1:4003" },
    { "a port that only begins so", MASKED,
      ACCESS("4001") ACCESS("40023") ACCESS("4003"), 0, FAIL, "alice-2" },
    { "no parameter", MASKED, ACCESS("4001") ODD("") ACCESS("4003"), 0, FAIL,
      "alice-2" },
    { "a parameter without a mask", MASKED,
      ACCESS("4001") ODD("?token=") ACCESS("4003"), 0, FAIL, "alice-2" },
    { "another parameter", MASKED,
      ACCESS("4001") ODD("?csrf_token=***") ACCESS("4003"), 0, FAIL,
      "alice-2" },
    { "the beginning of the token", MASKED,
      ACCESS("4001") ODD("?token=eyJhbGci...") ACCESS("4003"), 0, FAIL,
      "alice-2" },
    { "a start, and somebody else's", TOKENS, "service started\n" OTHERS, 0,
      INCONCLUSIVE, "none of its" },
    { "nothing at all", TOKENS, "", 0, INCONCLUSIVE, "none of its 0 bytes" },
    { "ours, without tokens", TOKENS, ACCESS("4009"), 0, PASS, "" },
    { "an address without a port shows that it is our log", UNFORGED,
      "127.8.0.4 - \"GET /ws\" 101\n", 0, PASS, "" },
    { "nothing of ours", UNFORGED, OTHERS, 0, INCONCLUSIVE, "none of its" },
};

START_TEST(log_is_believed_that_shows_us)
{
    const struct row *row = &rows[_i];
    struct script *script = calloc(1, sizeof(*script));

    script->reaction = REFUSES;
    script->first_stranger = 3;
    script->last_stranger = row->last_stranger;
    script->log = row->log;
    script->late = row->late;
    script->is_real = row->late > 0;
    struct result got = judge(script, row->id);
    ck_assert_msg(got.verdict == row->want, "%s: want %s, got %s (%s)",
                  row->label, verdict_name(row->want),
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, row->seen) != NULL,
                  "%s: \"%s\" is not in \"%s\"", row->label, row->seen,
                  got.seen);
    result_deinit(&got);
    free(script);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench_log");
    TCase *tcase = tcase_create("log");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, log_is_believed_that_shows_us, 0,
                        COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_log");
}
