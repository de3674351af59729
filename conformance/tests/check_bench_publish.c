/* Broadcasts without a hook: a member of the bench's own says them, and takes
 * nothing from those under test. */
#include "script_world.h"

enum { FIRST_PUBLISHER = 3 }; /* the witness, who was dialled, then it */

static bool is_mute; /* what it is told to publish reaches nobody */

/* What the message bears goes out to all, as from the hook. */
static enum fault relay(void *self, unsigned socket, enum message_kind kind,
                        int code, struct bytes data)
{
    struct cJSON *message =
        cJSON_ParseWithLength((const char *)data.at, data.length);
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "text"));

    if (kind == SEND_TEXT && text != NULL && !is_mute)
        play_publish(self, text, NULL);
    cJSON_Delete(message);
    return play_send(self, socket, kind, code, data);
}

static struct result perform_with(const char *profile, uint64_t offers,
                                  body *run)
{
    struct adapter_ops ops = play_ops;

    ops.send = relay;
    play_forget();
    return perform_on(&ops, offers, BROADCAST, profile, run);
}

static void come_to(const char *label, const struct result *got,
                    enum verdict want, const char *seen)
{
    ck_assert_msg(got->verdict == want, "%s: want %s, got %s: %s", label,
                  verdict_name(want), verdict_name(got->verdict), got->seen);
    ck_assert_msg(strstr(got->seen, seen) != NULL, "%s: \"%s\" not in \"%s\"",
                  label, seen, got->seen);
}

static const uint64_t hookless = ~(uint64_t)BROADCAST;

/* --- What is done --------------------------------------------------------- */

static void hear_one(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_received(peer, publish(bench));
}

static void hear_two(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    publish(bench);
    expect_received(peer, publish(bench));
}

static void fence_it(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    fence(bench);
}

static void hear_elsewhere(struct bench *bench)
{
    struct peer *peer = dial_as(bench, MALLORY, GOOD_TOKEN);

    expect_received(peer, publish_to(bench, OTHER));
}

static void break_first(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    break_decoder(bench);
    ck_assert_uint_eq(bench->sockets, FIRST_PUBLISHER);
    publish(bench);
    ck_assert_uint_eq(bench->sockets, FIRST_PUBLISHER);
}

/* --- What comes of it ----------------------------------------------------- */

static const struct {
    const char *label;
    const char *profile;
    uint64_t offers;
    body *run;
    enum verdict want;
    const char *seen;
    struct script script;
    bool is_mute;
} rows[] = {
    { "said by a member",
      "signals",
      hookless,
      hear_one,
      PASS,
      "",
      { .nodes = 0 },
      false },
    { "a whole fence",
      "signals",
      hookless,
      fence_it,
      PASS,
      "",
      { .nodes = 0 },
      false },
    { "by the hook, where there is one",
      "signals",
      ~UINT64_C(0),
      hear_one,
      PASS,
      "",
      { .nodes = 0 },
      false },
    { "said in vain",
      "signals",
      hookless,
      fence_it,
      INCONCLUSIVE,
      "no broadcast",
      { .nodes = 0 },
      true },
    { "a publisher that is refused",
      "signals",
      hookless,
      hear_one,
      INCONCLUSIVE,
      "publisher-5, with a good token, got HTTP 403",
      { .refusals[3] = { .status = 403 },
        .refusals[4] = { .status = 403 },
        .refusals[5] = { .status = 403 } },
      false },
    { "a publisher that is cut off",
      "signals",
      hookless,
      hear_two,
      PASS,
      "",
      { .hangs_up[3] = true },
      false },
    { "heard by its user alone",
      "factory",
      hookless,
      hear_one,
      NOT_APPLICABLE,
      "no broadcast",
      { .nodes = 0 },
      false },
    { "no members that publish",
      "rooms",
      hookless,
      hear_one,
      NOT_APPLICABLE,
      "no broadcast",
      { .nodes = 0 },
      false },
    { "to a tenant",
      "pos",
      hookless,
      hear_elsewhere,
      PASS,
      "",
      { .nodes = 0 },
      false },
};

START_TEST(broadcasts_need_no_hook)
{
    play.script = rows[_i].script;
    is_mute = rows[_i].is_mute;

    struct result got =
        perform_with(rows[_i].profile, rows[_i].offers, rows[_i].run);
    come_to(rows[_i].label, &got, rows[_i].want, rows[_i].seen);
    result_deinit(&got);
}
END_TEST

static void check_holds(const char *text, const char *want)
{
    ck_assert_msg(strstr(text, want) != NULL, "\"%s\" is not in \"%s\"", want,
                  text);
}

START_TEST(publisher_takes_nothing_from_others)
{
    play.script = (struct script){ .nodes = 0 };
    is_mute = false;

    struct result got = perform_with("signals", hookless, hear_one);
    come_to("own world", &got, PASS, "");
    check_holds(play.opened[1], "source 127.8.0.4");
    check_holds(play.opened[2], "source 127.8.0.4");
    check_holds(play.opened[FIRST_PUBLISHER], "source 127.246.0.4");
    check_holds(buffer_string(&play.said[FIRST_PUBLISHER]),
                "text {\"type\":\"publish\",\"text\":\"sig-");
    ck_assert_str_eq(buffer_string(&play.said[2]), "");
    result_deinit(&got);
}
END_TEST

START_TEST(publisher_belongs_to_the_tenant)
{
    play.script = (struct script){ .nodes = 0 };
    is_mute = false;

    struct result got = perform_with("pos", hookless, hear_elsewhere);
    come_to("tenant", &got, PASS, "");
    check_holds(buffer_string(&play.provisioned), "user publisher3-");
    result_deinit(&got);
}
END_TEST

START_TEST(publisher_is_in_before_anything_breaks)
{
    play.script = (struct script){ .nodes = 0 };
    is_mute = false;

    struct result got = perform_with("signals", hookless, break_first);
    come_to("breakage", &got, PASS, "");
    result_deinit(&got);
}
END_TEST

int main(void)
{
    Suite *suite =
        rows_suite("bench_publish", broadcasts_need_no_hook, COUNT_OF(rows));
    TCase *tcase = tcase_create("publisher");

    tcase_add_test(tcase, publisher_takes_nothing_from_others);
    tcase_add_test(tcase, publisher_belongs_to_the_tenant);
    tcase_add_test(tcase, publisher_is_in_before_anything_breaks);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_bench_publish");
}
