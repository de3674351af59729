/* The bench judged: a scripted target that behaves in one way at a time, and
 * the verdict that must come of it. */
#include "bench/internal.h"
#include "check_program.h"
#include <cJSON.h>
#include <stdlib.h>

/* --- A target that plays a script ----------------------------------------- */

enum reaction {
    ADMITS,         /* every connection, and delivers broadcasts */
    REFUSES,        /* every stranger, exactly as agreed */
    REFUSES_ODDLY,  /* another code */
    REFUSES_MUTELY, /* a Close without a code */
    REFUSES_AT_HTTP,
    REDIRECTS,    /* HTTP 302 is no refusal */
    DROPS,        /* FIN without Close */
    HANGS,        /* accepts and says nothing more */
    IS_DEAD,      /* cannot be reached */
    GREETS,       /* sends data, then refuses */
    BREAKS_RULES, /* a violation of RFC 6455 */
    DENIES_ALL,   /* witnesses too */
    SAYS_TOO_MUCH /* in one message */
};

enum { QUEUE = 4096 };

struct script {
    enum reaction reaction;
    struct event queue[QUEUE];
    char texts[QUEUE][96];
    unsigned head;
    unsigned tail;
    unsigned members[64];
    unsigned member_count;
};

static void emit(struct script *script, struct event event, const char *text)
{
    unsigned at = script->tail++ % QUEUE;

    snprintf(script->texts[at], sizeof(script->texts[at]), "%s", text);
    event.data = bytes_of_string(script->texts[at]);
    script->queue[at] = event;
}

static void refuse(struct script *script, unsigned socket, int code,
                   const char *reason)
{
    emit(script,
         (struct event){ .kind = EVENT_CLOSED, .socket = socket, .code = code },
         reason);
    emit(script, (struct event){ .kind = EVENT_GONE, .socket = socket }, "");
}

static void leave(struct script *script, unsigned socket, enum ending ending,
                  const char *why)
{
    emit(script,
         (struct event){
             .kind = EVENT_GONE, .socket = socket, .ending = ending },
         why);
}

static void react(struct script *script, unsigned socket, bool good)
{
    struct event accepted = { .kind = EVENT_ACCEPTED, .socket = socket };
    struct event text = { .kind = EVENT_TEXT, .socket = socket };
    struct event gone = { .kind = EVENT_GONE, .socket = socket };
    bool admits_good =
        script->reaction != DENIES_ALL && script->reaction != IS_DEAD;

    if ((good && admits_good) || script->reaction == ADMITS) {
        emit(script, accepted, "");
        script->members[script->member_count++] = socket;
        return;
    }
    switch (script->reaction) {
    case SAYS_TOO_MUCH:
        emit(script, accepted, "");
        leave(script, socket, ENDING_UNREAD, "sent more than 9 bytes");
        break;
    case ADMITS: break;
    case REFUSES_ODDLY:
        emit(script, accepted, "");
        refuse(script, socket, 4001, "Authentication required");
        break;
    case REFUSES_MUTELY:
        emit(script, accepted, "");
        refuse(script, socket, 1005, "");
        break;
    case REFUSES_AT_HTTP:
    case REDIRECTS:
        emit(script,
             (struct event){ .kind = EVENT_REJECTED,
                             .socket = socket,
                             .status =
                                 script->reaction == REDIRECTS ? 302 : 403 },
             "no");
        emit(script, gone, "");
        break;
    case DROPS:
        emit(script, accepted, "");
        emit(script, gone, "");
        break;
    case HANGS: emit(script, accepted, ""); break;
    case IS_DEAD:
        leave(script, socket, ENDING_UNREACHED, "nobody listens");
        break;
    case GREETS:
        emit(script, accepted, "");
        emit(script, text, "{\"type\":\"welcome\",\"clients\":17}");
        refuse(script, socket, 1008, "Authentication required");
        break;
    case BREAKS_RULES:
        emit(script, accepted, "");
        emit(script,
             (struct event){ .kind = EVENT_VIOLATION, .socket = socket },
             "a masked frame (5.1)");
        break;
    case REFUSES:
    case DENIES_ALL:
        emit(script, accepted, "");
        refuse(script, socket, 1008, "Authentication required");
        break;
    }
}

static enum fault play_open(void *self, unsigned socket,
                            const struct opening *opening)
{
    react(self, socket, opening->query != NULL);
    return FAULT_NONE;
}

static enum fault play_send(void *self, unsigned socket, enum message_kind kind,
                            int code, struct bytes data)
{
    (void)code;
    (void)data;
    if (kind == SEND_PING)
        emit(self, (struct event){ .kind = EVENT_PONG, .socket = socket }, "");
    return FAULT_NONE;
}

static void play_answers(void *self, unsigned socket, bool answers)
{
    (void)self;
    (void)socket;
    (void)answers;
}

static int play_next(void *self, struct event *event, int wait_ms)
{
    struct script *script = self;

    (void)wait_ms;
    if (script->head == script->tail)
        return 0;
    *event = script->queue[script->head++ % QUEUE];
    return 1;
}

static enum fault play_elapse(void *self, int64_t ms)
{
    (void)self;
    (void)ms;
    return FAULT_NONE;
}

static enum fault play_settle(void *self)
{
    (void)self;
    return FAULT_NONE;
}

static int64_t play_now(void *self)
{
    (void)self;
    return 1767225600000;
}

static const char *play_address(void *self, unsigned socket)
{
    (void)self;
    return socket % 2 == 0 ? "127.0.0.1:2" : "127.0.0.1:1";
}

static enum fault play_publish(void *self, const char *text)
{
    struct script *script = self;
    char message[96];

    snprintf(message, sizeof(message), "{\"type\":\"signal\",\"text\":\"%s\"}",
             text);
    for (unsigned i = 0; i < script->member_count; i++)
        emit(script,
             (struct event){ .kind = EVENT_TEXT, .socket = script->members[i] },
             message);
    return FAULT_NONE;
}

static void play_free(void *self)
{
    (void)self;
}

static const struct adapter_ops script_ops = {
    .name = "script",
    .open = play_open,
    .send = play_send,
    .answer_closes = play_answers,
    .next_event = play_next,
    .elapse = play_elapse,
    .settle = play_settle,
    .now_ms = play_now,
    .address = play_address,
    .publish = play_publish,
    .free = play_free,
};

/* --- One criterion against it --------------------------------------------- */

static struct result judge(struct script *script, const char *id)
{
    struct buffer errors;
    struct world world = { .seed = 7, .index = 3 };
    struct result result;
    struct adapter adapter = { .ops = &script_ops,
                               .self = script,
                               .offers = BROADCAST,
                               .is_virtual = true };

    buffer_init(&errors, 65536);
    struct manifest *manifest = manifest_read_profile("signals", NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    bench_run(criterion_named(id), manifest, &adapter, &world, &result);
    manifest_free(manifest);
    buffer_deinit(&errors);
    return result;
}

static const struct row {
    const char *label;
    const char *id;
    enum reaction reaction;
    enum verdict want;
    const char *seen; /* a part of the evidence */
} rows[] = {
    { "a good refusal", "absent_token_is_kept_out", REFUSES, PASS, "" },
    { "a stranger let in", "absent_token_is_kept_out", ADMITS, FAIL,
      "an open connection" },
    { "a stranger left hanging", "absent_token_is_kept_out", HANGS, FAIL,
      "an open connection" },
    { "another way out still keeps out", "absent_token_is_kept_out", DROPS,
      PASS, "" },
    { "another code still keeps out", "absent_token_is_kept_out", REFUSES_ODDLY,
      PASS, "" },
    { "a redirect is no refusal", "absent_token_is_kept_out", REDIRECTS, FAIL,
      "HTTP 302" },
    { "a greeting is another criterion's business", "absent_token_is_kept_out",
      GREETS, PASS, "" },
    { "a dead target is no compliant one", "absent_token_is_kept_out", IS_DEAD,
      INCONCLUSIVE, "nobody listens" },
    { "nor is one that denies all", "absent_token_is_kept_out", DENIES_ALL,
      INCONCLUSIVE, "witness" },
    { "a broken rule is never passed over", "absent_token_is_kept_out",
      BREAKS_RULES, FAIL, "masked frame" },
    { "more than can be read is no verdict", "absent_token_is_kept_out",
      SAYS_TOO_MUCH, INCONCLUSIVE, "more than 9 bytes" },
    { "the exact code", "missing_token_is_told_with_the_agreed_code_and_reason",
      REFUSES, PASS, "" },
    { "another code", "missing_token_is_told_with_the_agreed_code_and_reason",
      REFUSES_ODDLY, FAIL, "close 4001" },
    { "no code is a failure",
      "missing_token_is_told_with_the_agreed_code_and_reason", REFUSES_MUTELY,
      FAIL, "without a code (1005)" },
    { "no Close is a failure",
      "missing_token_is_told_with_the_agreed_code_and_reason", DROPS, FAIL,
      "FIN without a Close frame (1006)" },
    { "HTTP where a Close is due",
      "missing_token_is_told_with_the_agreed_code_and_reason", REFUSES_AT_HTTP,
      FAIL, "HTTP 403" },
    { "admission fails where it is the subject", "valid_token_is_admitted",
      DENIES_ALL, FAIL, "close 1008" },
    { "admission passes", "valid_token_is_admitted", REFUSES, PASS, "" },
    { "no inspection offered", "member_has_exactly_one_pool_entry", REFUSES,
      NOT_APPLICABLE, "inspect" },
};

START_TEST(verdict_follows_behaviour)
{
    const struct row *row = &rows[_i];
    struct script *script = calloc(1, sizeof(*script));

    script->reaction = row->reaction;
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

START_TEST(transcript_holds_no_token)
{
    struct script *script = calloc(1, sizeof(*script));

    script->reaction = REFUSES;
    struct result got = judge(script, "valid_token_is_admitted");
    char *text = cJSON_Print(got.transcript);
    ck_assert_ptr_nonnull(strstr(text, "with a token"));
    ck_assert_ptr_null(strstr(text, "eyJ"));
    cJSON_free(text);
    result_deinit(&got);
    free(script);
}
END_TEST

START_TEST(redaction_takes_pieces_too)
{
    struct manifest manifest = { .key_count = 0 };
    struct bench *bench = calloc(1, sizeof(*bench));
    static const char secret[] = "eyJhbGciOi.eyJzdWIiOiJh.c2lnbmF0dXJl";

    bench->manifest = &manifest;
    keep_secret(bench, strdup(secret));
    char *whole = redact(bench, "token eyJhbGciOi.eyJzdWIiOiJh.c2lnbmF0dXJl!");
    char *piece = redact(bench, "cut eyJzdWIiOiJh.c2 here");
    char *other = redact(bench, "an_innocent_long_word stays");
    ck_assert_str_eq(whole, "token <secret>!");
    ck_assert_str_eq(piece, "cut <secret> here");
    ck_assert_str_eq(other, "an_innocent_long_word stays");
    free(whole);
    free(piece);
    free(other);
    free(bench->secrets[0]);
    free(bench);
}
END_TEST

static const struct {
    const char *text;
    bool leaks;
} answers[] = {
    { "{\"type\":\"error\",\"message\":\"Message processing failed\"}", false },
    { "Traceback (most recent call last):", true },
    { "Expecting value: line 1 column 9 (char 8)", true },
    { "open /srv/app/keys.pem: permission denied", true },
    { "Authentication required", false },
};

START_TEST(leaks_are_seen)
{
    const char *leak = leak_in(bytes_of_string(answers[_i].text));

    ck_assert_msg((leak != NULL) == answers[_i].leaks, "%s", answers[_i].text);
}
END_TEST

START_TEST(pattern_is_a_subset)
{
    cJSON *pattern = cJSON_Parse("{\"type\":\"signal\",\"text\":\"{text}\"}");
    cJSON *value =
        cJSON_Parse("{\"type\":\"signal\",\"text\":\"x\",\"more\":1}");
    cJSON *other = cJSON_Parse("{\"type\":\"Signal\",\"text\":\"x\"}");
    const char *text = NULL;

    ck_assert(pattern_matches(pattern, value, &text));
    ck_assert_str_eq(text, "x");
    ck_assert(!pattern_matches(pattern, other, NULL));
    cJSON_Delete(pattern);
    cJSON_Delete(value);
    cJSON_Delete(other);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench");
    TCase *tcase = tcase_create("bench");

    tcase_add_loop_test(tcase, verdict_follows_behaviour, 0, COUNT_OF(rows));
    tcase_add_test(tcase, transcript_holds_no_token);
    tcase_add_test(tcase, redaction_takes_pieces_too);
    tcase_add_loop_test(tcase, leaks_are_seen, 0, COUNT_OF(answers));
    tcase_add_test(tcase, pattern_is_a_subset);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench");
}
