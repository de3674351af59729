/* The verbs about records: audit events, managers, numbers, log lines, and what
 * is said to who asks without a context. Each has a target that fails it. */
#include "script_world.h"

#define NEXT          "\"next\":1,\"first\":1}"
#define EVENTS(event) "{\"events\":[" event "]," NEXT
#define DENIAL(severity, tenant, endpoint, detail)                             \
    "{\"event\":\"ACCESS_DENIED\",\"severity\":\"" severity                    \
    "\",\"peer\":\"127.0.0.1:5002\",\"restaurant\":\"" tenant                  \
    "\",\"endpoint\":\"" endpoint "\",\"detail\":\"" detail "\"}"
#define GOOD_DENIAL        DENIAL("CRITICAL", "{home}", "pos", "Missing user_id")
#define OLD_DENIAL         "{\"event\":\"auth_refused\",\"peer\":\"127.0.0.1:5002\"}"
#define MANAGERS_ARE(list) "{\"managers\":[" list "]," NEXT
#define ONE_OF(user, port)                                                     \
    "{\"user\":\"" user "\",\"peers\":[\"127.0.0.1:" port "\"]}"
#define METRIC(number)  "{\"metrics\":{\"auth_failures\":" number "}," NEXT
#define CREATED(number) "{\"metrics\":{\"managers_created\":" number "}," NEXT
#define GAUGE(number)   "{\"gauges\":{\"pending\":" number "}," NEXT

static void denied(struct bench *bench)
{
    expect_access_denied(dial_as(bench, ALICE, NO_TOKEN), "Missing user_id");
}

static void denied_somehow(struct bench *bench)
{
    expect_access_denied(dial_as(bench, ALICE, NO_TOKEN), NULL);
}

static void one_event(struct bench *bench)
{
    expect_one_audit_event(dial_as(bench, ALICE, NO_TOKEN));
}

static void no_event(struct bench *bench)
{
    expect_no_audit_event(dial_as(bench, ALICE, GOOD_TOKEN));
}

static void one_manager(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    dial_as(bench, BOB, GOOD_TOKEN);
    expect_managers(bench, ALICE, 1);
}

static void no_manager(struct bench *bench)
{
    expect_managers(bench, ALICE, 0);
}

static void one_failure_more(struct bench *bench)
{
    note_metrics(bench);
    expect_metric(bench, "auth_failures", 1);
}

/* Between the notes a late witness comes in, who has a manager too. */
static void one_manager_more(struct bench *bench)
{
    note_metrics(bench);
    dial_as(bench, ALICE, GOOD_TOKEN);
    expect_metric(bench, "managers_created", 1);
}

static void two_pending(struct bench *bench)
{
    expect_gauge(bench, "pending", 2);
}

static void scolded(struct bench *bench)
{
    expect_loud_refusal_without_context(bench);
}

static void logged(struct bench *bench)
{
    expect_logged(dial_as(bench, ALICE, NO_TOKEN), "warn", NULL);
}

static void unforged(struct bench *bench)
{
    expect_log_line_unforged(bench, "FORGED");
}

static void tokenless_log(struct bench *bench)
{
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    play.script.log = peer->token;
    expect_log_without_tokens(bench);
}

#define LOUD "CRITICAL SECURITY ERROR: call manager_create(context)"

static const struct row rows[] = {
#define ROW(label, profile, run, want, seen, ...)                              \
    { label, profile, run, want, seen, { __VA_ARGS__ } },
#include "bench_records.def"
#undef ROW
};

START_TEST(verdict_follows_record)
{
    check_row(&rows[_i]);
}
END_TEST

int main(void)
{
    return check_program(
        rows_suite("bench_records", verdict_follows_record, COUNT_OF(rows)),
        "check_bench_records");
}
