/* What a publisher hears of its own message, and who joins of those before: it
 * may be the custom, and hides nothing. */
#include "script_world.h"

enum relaying { TO_NOBODY, TO_OTHERS, TO_ALL };

#define TARGET(profile, more)                                                  \
    "{\"extends\":\"" profile "\",\"name\":\"t\",\"endpoint\":{\"url\":"       \
    "\"ws://127.0.0.1:1/\"}" more "}"
#define OWED     TARGET("signals", "")
#define NOT_OWED TARGET("signals", ",\"messages\":{\"echo\":false}")
#define NO_ECHO  ",\"messages\":{\"echo\":false}"

/* --- A publisher's own words ---------------------------------------------- */

static enum relaying relaying;

static enum fault relay(void *self, unsigned socket, enum message_kind kind,
                        int code, struct bytes data)
{
    char *text = strndup((const char *)data.at, data.length);

    for (unsigned i = 1; i < PLAY_SOCKETS && kind == SEND_TEXT; i++)
        if (play.is_member[i] && relaying != TO_NOBODY &&
            (relaying == TO_ALL || i != socket))
            emit_lines(i, text);
    free(text);
    return play_send(self, socket, kind, code, data);
}

static struct peer *alice_who_spoke(struct bench *bench)
{
    struct peer *alice = dial_as(bench, ALICE, GOOD_TOKEN);

    say(alice, publication(bench, canary(bench, "own")));
    return alice;
}

static void hear_oneself(struct bench *bench)
{
    expect_heard(alice_who_spoke(bench), canary(bench, "own"));
}

static void reach_oneself(struct bench *bench)
{
    expect_reached(alice_who_spoke(bench), canary(bench, "own"));
}

static void reach_both(struct bench *bench)
{
    struct peer *bob = dial_as(bench, BOB, GOOD_TOKEN);

    reach_oneself(bench);
    expect_reached(bob, canary(bench, "own"));
}

static void hear_what_was_not_said(struct bench *bench)
{
    expect_reached(alice_who_spoke(bench), canary(bench, "other"));
}

static void be_told_in_a_room(struct bench *bench)
{
    struct peer *alice = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_told(alice, "room", speak(alice, "room"));
}

static const struct {
    const char *label;
    const char *profile;
    body *run;
    enum relaying relaying;
    enum verdict want;
    const char *seen; /* a part of it */
} own_words[] = {
    { "they come", OWED, hear_oneself, TO_ALL, PASS, "" },
    { "a control that is owed", OWED, hear_oneself, TO_OTHERS, INCONCLUSIVE,
      "did not hear it" },
    { "a demand that is owed", OWED, reach_oneself, TO_OTHERS, FAIL,
      "did not hear it" },
    { "not owed, and they come", NOT_OWED, reach_oneself, TO_ALL, PASS, "" },
    { "a control that is not owed", NOT_OWED, hear_oneself, TO_OTHERS,
      NOT_APPLICABLE, "(messages.echo)" },
    { "a demand that is not owed", NOT_OWED, reach_oneself, TO_OTHERS,
      NOT_APPLICABLE, "(messages.echo)" },
    { "others hear them, which alone is no pass", NOT_OWED, reach_both,
      TO_OTHERS, NOT_APPLICABLE, "(messages.echo)" },
    { "others are owed them all the same", NOT_OWED, reach_both, TO_NOBODY,
      FAIL, "bob-2 did not hear it" },
    { "another's words are", NOT_OWED, hear_what_was_not_said, TO_ALL, FAIL,
      "did not hear it" },
    { "in a room", TARGET("rooms", ""), be_told_in_a_room, TO_NOBODY, FAIL,
      "has not heard it" },
    { "in a room, not owed", TARGET("rooms", NO_ECHO), be_told_in_a_room,
      TO_NOBODY, NOT_APPLICABLE, "(messages.echo)" },
};

static void come_to(const char *label, const struct result *got,
                    enum verdict want, const char *seen)
{
    ck_assert_msg(got->verdict == want, "%s: want %s, got %s: %s", label,
                  verdict_name(want), verdict_name(got->verdict), got->seen);
    ck_assert_msg(strstr(got->seen, seen) != NULL, "%s: \"%s\" not in \"%s\"",
                  label, seen, got->seen);
}

START_TEST(own_words_are_owed_unless_the_manifest_has_it)
{
    struct adapter_ops ops = play_ops;
    struct result got;

    ops.send = relay;
    relaying = own_words[_i].relaying;
    begin_play();
    got = perform_on(&ops, ~UINT64_C(0), 0, own_words[_i].profile,
                     own_words[_i].run);
    come_to(own_words[_i].label, &got, own_words[_i].want, own_words[_i].seen);
    result_deinit(&got);
}
END_TEST

/* --- What was published before -------------------------------------------- */

static char before[PLAY_TEXT];

/* All of it, to whoever is upgraded: refused or not is what the script says. */
static enum fault open_with_history(void *self, unsigned socket,
                                    const struct opening *opening)
{
    struct bench *bench = play.bench;
    size_t length = 0;

    before[0] = 0;
    for (unsigned i = 1; i <= bench->published; i++)
        length += (size_t)snprintf(
            before + length, sizeof(before) - length,
            "{\"type\":\"signal\",\"text\":\"sig-%s-%u\"}\n", bench->id, i);
    play.script.greetings[socket] = before;
    return play_open(self, socket, opening);
}

static void join_late(struct bench *bench)
{
    unsigned first = publish(bench);

    publish(bench);
    struct peer *late = dial_as(bench, BOB, GOOD_TOKEN);
    expect_received_in_order(late, first, publish(bench));
    expect_admitted(late);
}

static void fence_late(struct bench *bench)
{
    publish(bench);
    expect_kept_out(dial_as(bench, BOB, NO_TOKEN));
    fence(bench);
}

static void come_as_a_stranger(struct bench *bench)
{
    publish(bench);
    expect_kept_out(dial_as(bench, BOB, NO_TOKEN));
}

static const struct {
    const char *label;
    body *run;
    bool tells_strangers;
    enum verdict want;
    const char *seen;
} histories[] = {
    { "who joins is told, and then what is new", join_late, false, PASS, "" },
    { "witnesses are, too", fence_late, false, PASS, "" },
    { "a stranger never", come_as_a_stranger, true, FAIL, "1 data frame" },
};
static bool tells_strangers;

/* A stranger's answer has a history before it, or none. */
static enum fault open_for_all(void *self, unsigned socket,
                               const struct opening *opening)
{
    if (opening->query != NULL)
        return open_with_history(self, socket, opening);
    play.script.refusals[socket] =
        (struct refusal){ .code = 1008, .reason = "Authentication required" };
    return tells_strangers ? open_with_history(self, socket, opening)
                           : play_open(self, socket, opening);
}

START_TEST(history_on_joining_is_for_members)
{
    struct adapter_ops ops = play_ops;
    struct result got;

    ops.open = open_for_all;
    tells_strangers = histories[_i].tells_strangers;
    begin_play();
    got = perform_on(&ops, ~UINT64_C(0), 0, OWED, histories[_i].run);
    come_to(histories[_i].label, &got, histories[_i].want, histories[_i].seen);
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench_echo");
    TCase *tcase = tcase_create("echo");

    tcase_add_loop_test(tcase, own_words_are_owed_unless_the_manifest_has_it, 0,
                        (int)COUNT(own_words));
    tcase_add_loop_test(tcase, history_on_joining_is_for_members, 0,
                        (int)COUNT(histories));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_echo");
}
