/* The verbs about what a service issues, and about who dials where there is no
 * TLS: each has a target that fails it. */
#include "script_world.h"
#include "manifest/minter.h"

/* When it is issued, and expires: the last digits of seconds since 1970. */
#define LIVES(begin, end) "{\"iat\":17672" begin ",\"exp\":17672" end "}"

/* What becomes of who dials without TLS. */
enum fate { UPGRADED, REDIRECTED, NOBODY_THERE, NO_HTTP, UNANSWERED, ABSENT };

static struct {
    const char *claims; /* of the token that is issued; NULL: none is */
    bool is_opaque;     /* it is no JSON Web Token */
    bool lacks_clock;   /* the target's is not ours */
    enum fate fate;
} target;

static enum fault issue(void *self, const char *user, const char *role,
                        struct buffer *into)
{
    (void)self;
    ck_assert_str_eq(user, user_id(play.bench, ALICE));
    ck_assert_str_eq(role, "viewer");
    if (target.claims == NULL)
        return fault_say(FAULT_HOOK, "no token today");
    if (target.is_opaque)
        return buffer_add_string(into, target.claims);
    char *claims = base64url_write(bytes_of_string(target.claims));
    enum fault fault = buffer_printf(into, "e30.%s.c2ln", claims);
    free(claims);
    return fault;
}

static void end_plainly(unsigned socket, enum ending ending)
{
    emit((struct event){ .kind = EVENT_GONE,
                         .socket = socket,
                         .ending = ending },
         "so the script has it");
}

static enum fault open_any(void *self, unsigned socket,
                           const struct opening *opening)
{
    if (!opening->plain || target.fate == UPGRADED)
        return play_open(self, socket, opening);
    buffer_init(&play.said[socket], 1024);
    if (target.fate == ABSENT)
        return FAULT_ABSENT;
    if (target.fate == UNANSWERED)
        return FAULT_NONE;
    if (target.fate == REDIRECTED)
        emit((struct event){ .kind = EVENT_REJECTED,
                             .socket = socket,
                             .status = 301 },
             "");
    if (target.fate == NO_HTTP)
        emit((struct event){ .kind = EVENT_VIOLATION, .socket = socket },
             "no HTTP");
    end_plainly(socket,
                target.fate == NOBODY_THERE ? ENDING_UNREACHED : ENDING_FIN);
    return FAULT_NONE;
}

static struct result try(body *run)
{
    static const struct spec spec = { "trial", MUST, "", "", "", play_body };
    static const struct criterion trial = { .spec = &spec };
    struct adapter_ops ops = play_ops;
    struct world world = { .seed = 7, .index = 3 };
    struct adapter adapter = { .ops = &ops, .is_virtual = true };
    struct manifest *manifest = manifest_of("signals");
    struct result result;

    ops.open = open_any;
    ops.issue = issue;
    adapter.offers = ~(uint64_t)(target.lacks_clock ? SAME_CLOCK : 0);
    playing = run;
    play.now_ms = (int64_t)PLAY_START_S * 1000;
    bench_run(&trial, manifest, &adapter, &world, &result);
    manifest_free(manifest);
    return result;
}

/* --- What is issued ------------------------------------------------------- */

static void issued(struct bench *bench)
{
    expect_issued_lifetime(dial_as(bench, ALICE, TOKEN(.issued = true)));
}

static const struct {
    const char *label;
    const char *claims;
    bool is_opaque;
    bool lacks_clock;
    enum verdict want;
    const char *seen;
} lives[] = { /* of 420 seconds, from 1767225600 */
              { "as configured", LIVES("25600", "26020"), false, false, PASS,
                "" },
              { "a second less", LIVES("25600", "26019"), false, false, PASS,
                "" },
              { "a second more", LIVES("25600", "26021"), false, false, PASS,
                "" },
              { "two seconds less", LIVES("25600", "26018"), false, false, FAIL,
                "418 s, counted from its iat" },
              { "two seconds more", LIVES("25600", "26022"), false, false, FAIL,
                "422 s, counted from its iat" },
              { "in hours", LIVES("25600", "50800"), false, false, FAIL,
                "25200 s" },
              { "from a time gone by", LIVES("25500", "25920"), false, false,
                FAIL, "320 s behind" },
              { "from a time to come", LIVES("25700", "26120"), false, false,
                FAIL, "520 s behind" },
              { "by another clock", LIVES("25500", "25920"), false, true, PASS,
                "" },
              { "without a beginning", "{\"exp\":1767226020}", false, false,
                PASS, "" },
              { "too long without a beginning", "{\"exp\":1767229200}", false,
                false, FAIL, "3600 s behind" },
              { "without a beginning, by another clock", "{\"exp\":1767226020}",
                false, true, INCONCLUSIVE, "no iat" },
              { "without an end", "{\"iat\":1767225600}", false, false, FAIL,
                "no number exp" },
              { "a word for its end", "{\"iat\":1767225600,\"exp\":\"soon\"}",
                false, false, FAIL, "no number exp" },
              { "no JSON", "exp", false, false, INCONCLUSIVE,
                "cannot be read" },
              { "no JSON Web Token", "0123456789", true, false, INCONCLUSIVE,
                "cannot be read" },
              { "no base64url", "a.b c.d", true, false, INCONCLUSIVE,
                "cannot be read" },
              { "none", NULL, false, false, INCONCLUSIVE, "no token today" }
};

START_TEST(issued_lifetime_is_judged)
{
    target.claims = lives[_i].claims;
    target.is_opaque = lives[_i].is_opaque;
    target.lacks_clock = lives[_i].lacks_clock;

    struct result got = try(issued);
    ck_assert_msg(got.verdict == lives[_i].want, "%s: %s: %s", lives[_i].label,
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, lives[_i].seen) != NULL, "%s: \"%s\"",
                  lives[_i].label, got.seen);
    result_deinit(&got);
}
END_TEST

/* --- Who dials without TLS ------------------------------------------------ */

static void in_the_clear(struct bench *bench)
{
    expect_never_upgraded(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .plain = true }));
}

static const struct {
    enum fate fate;
    enum verdict want;
    const char *seen;
} fates[] = {
    { UPGRADED, FAIL, "alice-2 got" },
    { REDIRECTED, PASS, "" },
    { NOBODY_THERE, PASS, "" },
    { NO_HTTP, PASS, "" },
    { UNANSWERED, FAIL, "alice-2 got" },
    { ABSENT, NOT_APPLICABLE, "without TLS" },
};

START_TEST(plain_upgrade_is_judged)
{
    target.fate = fates[_i].fate;

    struct result got = try(in_the_clear);
    ck_assert_msg(got.verdict == fates[_i].want, "%d: %s: %s", _i,
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, fates[_i].seen) != NULL, "%d: \"%s\"", _i,
                  got.seen);
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench production");
    TCase *tcase = tcase_create("production");

    tcase_add_loop_test(tcase, issued_lifetime_is_judged, 0, COUNT(lives));
    tcase_add_loop_test(tcase, plain_upgrade_is_judged, 0, COUNT(fates));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_production");
}
