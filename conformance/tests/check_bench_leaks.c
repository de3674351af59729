/* What tells of the inside: what every service would, what a manifest says of
 * its own, and where an HTTP refusal holds it. */
#include "bench_world.h"

static const struct manifest manifest = {
    .leaks = { "nginx/[0-9]", "^build [a-f0-9]+$" },
    .leak_count = 2,
};
static const struct bench bench = { .manifest = &manifest };

static const struct {
    const char *text;
    const char *want; /* NULL: no leak */
} messages[] = {
    { "Invalid token", NULL },
    { "served by nginx/1.22", "nginx/[0-9]" },
    { "nginx/x", NULL },
    { "build 7f3a", "^build [a-f0-9]+$" },
    { "a build 7f3a", NULL },
    { "KeyError, nginx/1", "KeyError" },
    { "", NULL },
};

START_TEST(leaks_of_the_manifest_are_found)
{
    ck_assert_pstr_eq(leak_in(&bench, bytes_of_string(messages[_i].text)),
                      messages[_i].want);
}
END_TEST

/* Messages stand behind one another, a NUL between; what is long hides
 * nothing. */
START_TEST(leaks_are_found_in_whatever_is_long)
{
    enum { LONG = 200 * 1000 };
    static char text[LONG + 16];

    ck_assert_ptr_nonnull(leak_in(&bench, bytes_of("a\0build 7f\0b", 11)));
    ck_assert_pstr_eq(leak_in_refusal(&bench, bytes_of_string(""),
                                      bytes_of("no\0Traceback", 12)),
                      "Traceback");
    for (size_t at = 65500; at < LONG; at += 65536 - 4096 + 7) {
        memset(text, 'x', LONG);
        ck_assert_ptr_null(leak_in(&bench, bytes_of(text, LONG)));
        memcpy(text + at, "nginx/1", 7);
        ck_assert_msg(leak_in(&bench, bytes_of(text, LONG)) != NULL, "at %zu",
                      at);
    }
}
END_TEST

static const struct {
    const char *label;
    const char *head;
    const char *body;
    const char *want;
} refusals[] = {
    { "nothing", "Server: s\r\n", "no", NULL },
    { "a path in a header", "X-Debug: /home/me\r\n", "", "/home/" },
    { "where to log in", "Location: /app/login\r\n", "", NULL },
    { "a cookie's path", "set-cookie: a=b; Path=/app/\r\n", "", NULL },
    { "a header behind that", "Location: /app/login\r\nX: KeyError\r\n\r\n", "",
      "KeyError" },
    { "where to log in, of a machine that is nobody's business",
      "Location: http://h/nginx/1\r\n", "", "nginx/[0-9]" },
    { "a trace", "", "<p>Traceback", "Traceback" },
    { "a link", "", "<a href=\"/app/login\">in</a>", NULL },
    { "another link", "", "<a href='/var/x'>in</a>", NULL },
    { "a path beside a link", "", "<a href=\"/app/\"> /app/x", "/app/" },
    { "a path in JSON", "", "{\"file\":\"/app/main\"}", "/app/" },
    { "a link of the manifest's", "", "<a href=\"/nginx/1\">", "nginx/[0-9]" },
};

START_TEST(refusals_are_searched_but_for_links)
{
    const char *leak =
        leak_in_refusal(&bench, bytes_of_string(refusals[_i].head),
                        bytes_of_string(refusals[_i].body));

    ck_assert_msg((leak == NULL) == (refusals[_i].want == NULL) &&
                      (leak == NULL || strcmp(leak, refusals[_i].want) == 0),
                  "%s: want %s, got %s", refusals[_i].label, refusals[_i].want,
                  leak);
}
END_TEST

/* --- In a verdict --------------------------------------------------------- */

static const struct {
    const char *head;
    const char *body;
    const char *seen; /* a part of it; NULL: it is no failure */
} answers[] = {
    { "Server: s\r\n", "no", NULL },
    { "X-Debug: KeyError\r\n", "no",
      "got HTTP 403 with `KeyError` in its head or body" },
    { "Server: s\r\n", "KeyError",
      "got HTTP 403 with `KeyError` in its head or body" },
};
static struct script script;
static int asked;

static enum fault refuse_at_once(void *self, unsigned socket,
                                 const struct opening *opening)
{
    (void)opening;
    emit(self,
         (struct event){ .kind = EVENT_REJECTED,
                         .socket = socket,
                         .status = 403,
                         .head = bytes_of_string(answers[asked].head) },
         answers[asked].body);
    leave(self, socket, ENDING_FIN, "");
    return FAULT_NONE;
}

static void look_at_the_refusal(struct bench *in)
{
    expect_harmless_reason(dial_as(in, ALICE, NO_TOKEN));
}

/* What a service that opens like this comes to. */
static void judge_opening(enum fault (*open)(void *, unsigned,
                                             const struct opening *),
                          void (*body)(struct bench *), struct result *got)
{
    const struct spec spec = { "trial", MUST, "", "", "", body };
    const struct criterion trial = { .spec = &spec };
    struct adapter_ops ops = script_ops;
    struct adapter adapter = { .ops = &ops,
                               .self = &script,
                               .is_virtual = true };
    struct world world = { .seed = 7 };
    struct buffer errors;

    buffer_init(&errors, 65536);
    ops.open = open;
    script = (struct script){ .reaction = REFUSES };
    struct manifest *read = manifest_read_profile("signals", NULL, &errors);
    ck_assert_msg(read != NULL, "%s", buffer_string(&errors));
    bench_run(&trial, read, &adapter, &world, got);
    manifest_free(read);
    buffer_deinit(&errors);
}

START_TEST(refusal_before_the_upgrade_is_searched)
{
    struct result got;

    asked = _i;
    judge_opening(refuse_at_once, look_at_the_refusal, &got);
    ck_assert_msg(
        (got.verdict == FAIL) == (answers[_i].seen != NULL) &&
            (got.verdict != FAIL || strstr(got.seen, answers[_i].seen) != NULL),
        "%s: %s", verdict_name(got.verdict), got.seen);
    result_deinit(&got);
}
END_TEST

/* --- Behind the 101 ------------------------------------------------------- */

#define BAD_REQUEST "HTTP/1.1 400 No\r\n"

static const struct {
    const char *label;
    const char *pieces[2]; /* @: a broadcast's text, cut where the row is */
    const char *seen;      /* a part of it; NULL: it is no failure */
} litters[] = {
    { "nothing", { "", "" }, NULL },
    { "a refusal", { BAD_REQUEST "\r\n", "no" }, NULL },
    { "a link", { BAD_REQUEST "Location: /app/\r\n", "\r\nno" }, NULL },
    { "a trace in its body",
      { BAD_REQUEST "\r\n", "Traceback" },
      "got `Traceback` in it" },
    { "a trace in its head",
      { BAD_REQUEST "X: Key", "Error\r\n\r\n" },
      "got `KeyError` in it" },
    { "no head", { "HTTP/1.1 KeyError", "" }, "got `KeyError` in it" },
    { "a broadcast", { BAD_REQUEST "\r\n@", "" }, "got 1 data frame, then " },
    { "a broadcast in pieces",
      { BAD_REQUEST "\r\nsig", "-@" },
      "got 1 data frame, then " },
};
static const char *text; /* of a broadcast */

static void drop_litter(void *self, unsigned socket, const char *piece)
{
    bool is_rest = piece[0] == '-';
    char filled[96];
    size_t length = strcspn(piece, "@");

    snprintf(filled, sizeof(filled), "%.*s%s", (int)(is_rest ? 0 : length),
             piece,
             piece[length] == 0 ? ""
             : is_rest          ? text + 3
                                : text);
    emit(self,
         (struct event){ .kind = EVENT_DEVIATION,
                         .socket = socket,
                         .deviation = DEVIATION_HTTP_BEHIND_101 },
         piece[length] == 0 ? piece : filled);
}

static enum fault litter_and_refuse(void *self, unsigned socket,
                                    const struct opening *opening)
{
    (void)opening;
    emit(self, (struct event){ .kind = EVENT_ACCEPTED, .socket = socket }, "");
    for (int i = 0; i < 2; i++)
        drop_litter(self, socket, litters[asked].pieces[i]);
    refuse(self, socket, 1008, "Authentication required");
    return FAULT_NONE;
}

static void look_at_the_litter(struct bench *in)
{
    char broadcast[64];

    snprintf(broadcast, sizeof(broadcast), "sig-%s-1", in->id);
    text = broadcast;
    expect_harmless_reason(dial_as(in, ALICE, NO_TOKEN));
}

START_TEST(http_behind_the_101_is_searched)
{
    struct result got;

    asked = _i;
    judge_opening(litter_and_refuse, look_at_the_litter, &got);
    ck_assert_msg(
        (got.verdict == FAIL) == (litters[_i].seen != NULL) &&
            (got.verdict != FAIL || strstr(got.seen, litters[_i].seen) != NULL),
        "%s: %s: %s", litters[_i].label, verdict_name(got.verdict), got.seen);
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench_leaks");
    TCase *tcase = tcase_create("leaks");

    tcase_add_loop_test(tcase, leaks_of_the_manifest_are_found, 0,
                        (int)COUNT(messages));
    tcase_add_test(tcase, leaks_are_found_in_whatever_is_long);
    tcase_add_loop_test(tcase, refusals_are_searched_but_for_links, 0,
                        (int)COUNT(refusals));
    tcase_add_loop_test(tcase, refusal_before_the_upgrade_is_searched, 0,
                        (int)COUNT(answers));
    tcase_add_loop_test(tcase, http_behind_the_101_is_searched, 0,
                        (int)COUNT(litters));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_leaks");
}
