/* Hostile input of `pos`: messages that are none, texts that are shown to
 * others, and what ends a connection in each of its stages. */
#include "tests/pos_world.h"

#define TOO_BIG "close 1 1009 Message too big; "
#define AGAIN   "send 1 {\"type\":\"identity\",\"user_id\":\"owner\"}; "
#define WHOAMI  "{\"type\":\"whoami\"}"

/* --- Messages ------------------------------------------------------------- */

static const char *const malformed[] = {
    "",
    "[]",
    "null",
    "\"publish\"",
    "{",
    WHOAMI "{}",
    "{\"type\":\"whoami\",\"type\":\"whoami\"}",
    "{\"type\":\"whoami\",\"t\\u0079pe\":\"publish\"}",
    "{\"type\":\"publish\",\"text\":\"a\",\"text\":\"a\"}",
    "{\"type\":\"publish\",\"text\":\"a\\u0000b\"}",
    "{\"type\":\"publish\",\"text\":\"\xff\"}",
    "{\"type\":\"publish\",\"text\":\"\\ud800\"}",
    "{\"type\":\"publish\",\"text\":\"a\",\"x\":{\"y\":1,\"y\":2}}",
    "{\"type\":null}",
    "{\"TYPE\":\"whoami\"}",
};

START_TEST(malformed_message_is_an_error)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "owner", "pos", HOME);
    hear(world, 1, malformed[_i]);
    expect_calls(world, malformed[_i], "send 1 " ERROR "; ");
    core_received(world->core, 1, text_of(WHOAMI), false);
    expect_calls(world, "binary", "send 1 " ERROR "; ");
    hear(world, 1, WHOAMI);
    expect_calls(world, "again", AGAIN);
    world_free(world);
}
END_TEST

/* --- Texts ---------------------------------------------------------------- */

static void unescape(const char *from, char *into)
{
    static const char *const escapes[][2] = { { "&amp;", "&" },
                                              { "&lt;", "<" },
                                              { "&gt;", ">" },
                                              { "&quot;", "\"" },
                                              { "&#39;", "'" } };
    int count = COUNT_OF(escapes);

    while (*from != 0) {
        int i = 0;
        while (i < count &&
               strncmp(from, escapes[i][0], strlen(escapes[i][0])) != 0)
            i++;
        *into++ = i < count ? *escapes[i][1] : *from;
        from += i < count ? strlen(escapes[i][0]) : 1;
    }
    *into = 0;
}

/* UTF-8; returns its end. */
static char *encode(unsigned point, char *into)
{
    static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    int length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

    for (int i = length - 1; i > 0; i--, point >>= 6)
        into[i] = (char)(0x80 | (point & 0x3f));
    into[0] = (char)(first[length] | point);
    return into + length;
}

/* Every character but the controls comes back when it is unescaped. */
START_TEST(harmless_text_survives)
{
    for (unsigned point = 1; point <= 0x10ffff; point++) {
        char text[8] = "a";
        char back[64];
        bool is_control = (point < 0x20 && point != '\t' && point != '\n') ||
                          (point >= 0x7f && point < 0xa0);
        bool is_surrogate = point >= 0xd800 && point < 0xe000;
        if (is_surrogate || (point > 0x3000 && point % 61 != 0))
            continue;
        memcpy(encode(point, text + 1), "z", 2);
        char *clean = secure_clean_text(text_of(text));
        unescape(clean, back);
        ck_assert_msg(strcmp(back, is_control ? "az" : text) == 0, "U+%04X: %s",
                      point, clean);
        ck_assert_ptr_null(strpbrk(clean, "<>\"'"));
        free(clean);
    }
}
END_TEST

START_TEST(only_the_given_bytes_are_cleaned)
{
    char *clean = secure_clean_text((struct text){ "a\xc2\x85", 2 });

    ck_assert_str_eq(clean, "a\xc2");
    free(clean);
    clean = secure_clean_text((struct text){ "abc<", 3 });
    ck_assert_str_eq(clean, "abc");
    free(clean);
}
END_TEST

/* --- Beyond the rules ----------------------------------------------------- */

/* Connection 1 in each of its stages. */
static void make_stranger(struct world *world)
{
    enter(world, 1, "pos", HOME);
}

static void make_member(struct world *world)
{
    admit(world, 1, "owner", "pos", HOME);
}

static void make_refused(struct world *world)
{
    make_stranger(world);
    hear(world, 1, "{}");
}

static void make_leaving(struct world *world)
{
    make_member(world);
    core_shutdown(world->core);
}

static void make_ended(struct world *world)
{
    make_member(world);
    core_close_received(world->core, 1, 1000);
}

static void make_none(struct world *world)
{
    make_member(world);
    core_closed(world->core, 1, DEPARTED_CLEANLY);
}

static const struct {
    void (*make)(struct world *world);
    bool is_open; /* no Close has been sent */
    bool has_ended;
} stages[] = {
    { make_stranger, true, false }, { make_member, true, false },
    { make_refused, false, false }, { make_leaving, false, false },
    { make_ended, false, true },    { make_none, false, true },
};

static void overlong(struct world *world)
{
    core_overlong(world->core, 1, true, 1 << 20);
}

static void break_frame(struct world *world)
{
    core_frame_failed(world->core, 1, 1002);
}

static void break_text(struct world *world)
{
    core_frame_failed(world->core, 1, 1007);
}

static const struct {
    void (*happen)(struct world *world);
    const char *close;
} mishaps[] = {
    { overlong, TOO_BIG },
    { break_frame, "close 1 1002 ; " },
    { break_text, "close 1 1007 ; " },
};

/* Whatever comes behind it is not heard. */
static void expect_silence(struct world *world)
{
    hear(world, 1, WHOAMI);
    authenticate(world, 1, "owner", "");
    core_close_received(world->core, 1, 1000);
    world->now_ms += 10 * 1000;
    core_ticked(world->core);
    expect_calls(world, "nothing behind it", "");
}

START_TEST(mishap_ends_the_connection_in_each_stage)
{
    for (int i = 0; i < COUNT_OF(mishaps); i++) {
        struct shelf shelf;
        struct world *world = pos_new(&shelf);
        char want[64];
        stages[_i].make(world);
        world->calls[0] = 0;
        snprintf(want, sizeof(want), "%s%s",
                 stages[_i].is_open ? mishaps[i].close : "",
                 stages[_i].has_ended ? "" : "end 1; ");
        mishaps[i].happen(world);
        expect_calls(world, mishaps[i].close, want);
        ck_assert_int_eq(gauge_of(world, "members"), 0);
        ck_assert_int_eq(count_of(world, "pool", "user", "owner"), 0);
        ck_assert_int_eq(gauge_of(world, "tracked_users"), 0);
        mishaps[i].happen(world);
        expect_silence(world);
        world_free(world);
    }
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_input", &tcase);

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, malformed_message_is_an_error, 0,
                        COUNT_OF(malformed));
    tcase_add_test(tcase, harmless_text_survives);
    tcase_add_test(tcase, only_the_given_bytes_are_cleaned);
    tcase_add_loop_test(tcase, mishap_ends_the_connection_in_each_stage, 0,
                        COUNT_OF(stages));
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_input");
}
