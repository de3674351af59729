/* The world around the mock socket: its time, its hooks, its ceilings. */
#include "mock_world.h"
#include "event_queue.h"
#include "mock_socket.h"
#include "virtual_clock.h"
#include <time.h>

/* --- Time ----------------------------------------------------------------- */

START_TEST(deadlines_fire_in_order)
{
    static const struct {
        unsigned socket;
        int64_t at_ms;
    } want[] = { { 2, 500 }, { 3, 1500 }, { 1, 2500 } };
    size_t fired = 0;
    struct event event;

    open_member(1, 3);
    open_member(2, 1);
    open_member(3, 2);
    all_told();
    ck_assert_int_eq(adapter->ops->elapse(adapter->self, 10000), FAULT_NONE);
    while (adapter->ops->next_event(adapter->self, &event, 0) == 1) {
        if (event.kind != EVENT_CLOSED)
            continue;
        ck_assert_uint_lt(fired, 3);
        ck_assert_uint_eq(event.socket, want[fired].socket);
        ck_assert_int_eq(event.at_ms, VIRTUAL_START_MS + want[fired].at_ms);
        fired++;
    }
    ck_assert_uint_eq(fired, 3);
    ck_assert_int_eq(adapter->ops->now_ms(adapter->self),
                     VIRTUAL_START_MS + 10000);
}
END_TEST

START_TEST(time_beyond_all_deadlines_is_a_fault)
{
    ck_assert_int_eq(adapter->ops->elapse(adapter->self, INT32_MAX),
                     FAULT_NONE);
    ck_assert_int_eq(adapter->ops->elapse(adapter->self, INT64_MAX),
                     FAULT_LIMIT);
    ck_assert_int_eq(adapter->ops->now_ms(adapter->self),
                     VIRTUAL_START_MS + INT32_MAX);
}
END_TEST

START_TEST(clock_goes_forward_only)
{
    struct virtual_clock clock;

    virtual_clock_start(&clock);
    virtual_clock_advance_to(&clock, 0);
    ck_assert_int_eq(clock.now_ms, VIRTUAL_START_MS);
    ck_assert_int_eq(virtual_clock_after(&clock, -5), VIRTUAL_START_MS);
    ck_assert_int_eq(virtual_clock_after(&clock, 5), VIRTUAL_START_MS + 5);
    ck_assert_int_eq(virtual_clock_after(&clock, INT64_MAX), INT64_MAX);
}
END_TEST

static const struct {
    const char *zone;
    const char *mutant;
    long expires_in_s;
    bool enters;
} zones[] = {
    { "UTC", "judges_expiry_in_local_time", -3600, false },
    { "Asia/Tokyo", "judges_expiry_in_local_time", -3600, true },
    { "America/New_York", "judges_expiry_in_local_time", 600, false },
    { "Asia/Tokyo", NULL, -3600, false },
    { "America/New_York", NULL, 600, true },
};

START_TEST(zone_holds_for_the_opening_alone)
{
    struct opening opening = { .timezone = zones[_i].zone };

    setenv("TZ", "CET-1", 1);
    tzset();
    begin_again_with(zones[_i].mutant);
    char *query =
        query_with(TOKEN(.expires_in_s = zones[_i].expires_in_s), NULL);
    opening.query = query;
    ck_assert_int_eq(open_as(1, &opening), FAULT_NONE);
    ck_assert_msg((count_in("pool") == 1) == zones[_i].enters, "%s",
                  zones[_i].zone);
    ck_assert_str_eq(getenv("TZ"), "CET-1");
    ck_assert_int_eq(timezone, -3600);
    free(query);
}
END_TEST

START_TEST(zone_that_was_not_set_is_unset_again)
{
    struct opening opening = { .timezone = "Asia/Tokyo" };

    unsetenv("TZ");
    ck_assert_int_eq(open_as(1, &opening), FAULT_NONE);
    ck_assert_ptr_null(getenv("TZ"));
}
END_TEST

/* --- Hooks ---------------------------------------------------------------- */

START_TEST(decoder_breaks_and_mends)
{
    ck_assert_int_eq(adapter->ops->breakage(adapter->self, "decoder", true),
                     FAULT_NONE);
    open_member(1, 0);
    ck_assert_str_eq(all_told(), REFUSED_AS(INVALID));
    ck_assert_int_eq(adapter->ops->breakage(adapter->self, "decoder", false),
                     FAULT_NONE);
    open_member(2, 0);
    ck_assert_str_eq(all_told(), "2 accepted; ");
    ck_assert_int_eq(adapter->ops->breakage(adapter->self, "disk", true),
                     FAULT_ABSENT);
}
END_TEST

START_TEST(revoked_token_is_refused)
{
    ck_assert_int_eq(adapter->ops->revoke(adapter->self, "j-1"), FAULT_NONE);
    open_member(1, 0);
    ck_assert_str_eq(all_told(), REFUSED_AS(INVALID));
}
END_TEST

START_TEST(inspection_and_log_name_the_peer)
{
    struct buffer log;
    char *text;

    buffer_init(&log, 65536);
    open_member(1, 0);
    open_query(2, "token=a.b.c");
    cJSON *tree = look();
    text = cJSON_PrintUnformatted(tree);
    ck_assert_str_eq(adapter->ops->address(adapter->self, 2), "127.8.0.3:5002");
    ck_assert_ptr_nonnull(
        strstr(text, "\"pool\":[{\"peer\":\"127.8.0.3:5001\""));
    ck_assert_int_eq(count_in("events"), 2);
    ck_assert_int_eq(adapter->ops->log(adapter->self, &log), FAULT_NONE);
    ck_assert_ptr_nonnull(
        strstr(buffer_string(&log), "access 127.8.0.3:5002 GET /ws?token=***"));
    cJSON_free(text);
    cJSON_Delete(tree);
    buffer_deinit(&log);
}
END_TEST

/* --- Ceilings ------------------------------------------------------------- */

START_TEST(queue_that_overflows_is_a_fault_for_ever)
{
    struct event event;
    enum fault fault = FAULT_NONE;

    open_member(1, 0);
    for (int i = 0; i < QUEUED_EVENTS_MAX && fault == FAULT_NONE; i++)
        fault = adapter->ops->publish(adapter->self, "x", NULL);
    ck_assert_int_eq(fault, FAULT_LIMIT);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "queue"));
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 0),
                     FAULT_LIMIT);
    ck_assert_int_eq(adapter->ops->settle(adapter->self), FAULT_LIMIT);
}
END_TEST

START_TEST(queue_holds_so_many_bytes)
{
    struct event_queue queue = { .first = NULL };
    struct event event = { .kind = EVENT_TEXT };
    size_t half = QUEUED_BYTES_MAX / 2;
    unsigned char *data = calloc(1, half + 1);

    event.data = bytes_of(data, half);
    event_queue_add(&queue, &event);
    event_queue_add(&queue, &event);
    ck_assert_int_eq(queue.fault, FAULT_NONE);
    event.data.length = 1;
    event_queue_add(&queue, &event);
    ck_assert_int_eq(queue.fault, FAULT_LIMIT);
    event_queue_deinit(&queue);
    free(data);
}
END_TEST

START_TEST(opening_that_cannot_be_is_a_fault)
{
    struct pair headers[HEADERS_MAX] = { { "A", "b" } };
    char *query = malloc(QUERY_BYTES_MAX + 2);

    for (size_t i = 0; i < HEADERS_MAX; i++)
        headers[i] = headers[0];
    struct {
        unsigned socket;
        struct opening opening;
        enum fault want;
    } rows[] = {
        { 1, { .node = 1 }, FAULT_ABSENT },
        { 1, { .timezone = "Mars/Olympus" }, FAULT_ABSENT },
        { 1, { .headers = headers, .header_count = HEADERS_MAX }, FAULT_LIMIT },
        { 0, { .node = 0 }, FAULT_LIMIT },
        { MOCK_SOCKETS_MAX + 1, { .node = 0 }, FAULT_LIMIT },
        { 1, { .query = query }, FAULT_NONE },
        { 1, { .node = 0 }, FAULT_LIMIT },
    };
    memset(query, 'q', QUERY_BYTES_MAX + 1);
    query[QUERY_BYTES_MAX + 1] = 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        ck_assert_int_eq(open_as(rows[i].socket, &rows[i].opening),
                         rows[i].want);
    ck_assert_str_eq(all_told(), "1 rejected 414; 1 gone fin; ");
    free(query);
}
END_TEST

START_TEST(thousands_of_refusals_leave_nothing)
{
    enum { STORM = 50000, WAVE = 1000 };
    struct event event;
    unsigned events = 0;

    for (unsigned socket = 1; socket <= STORM; socket++) {
        open_query(socket, "");
        if (socket % WAVE == 0)
            while (adapter->ops->next_event(adapter->self, &event, 0) == 1)
                events++;
    }
    ck_assert_uint_eq(events, 3 * STORM);
    cJSON *tree = look();
    cJSON *gauges = cJSON_GetObjectItemCaseSensitive(tree, "gauges");
    ck_assert_int_eq(
        cJSON_GetObjectItemCaseSensitive(gauges, "connections")->valueint, 0);
    cJSON_Delete(tree);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("mock_world");
    TCase *tcase = tcase_create("mock_world");

    tcase_add_checked_fixture(tcase, begin, finish);
    tcase_add_test(tcase, deadlines_fire_in_order);
    tcase_add_test(tcase, time_beyond_all_deadlines_is_a_fault);
    tcase_add_test(tcase, clock_goes_forward_only);
    tcase_add_loop_test(tcase, zone_holds_for_the_opening_alone, 0,
                        COUNT_OF(zones));
    tcase_add_test(tcase, zone_that_was_not_set_is_unset_again);
    tcase_add_test(tcase, decoder_breaks_and_mends);
    tcase_add_test(tcase, revoked_token_is_refused);
    tcase_add_test(tcase, inspection_and_log_name_the_peer);
    tcase_add_test(tcase, queue_that_overflows_is_a_fault_for_ever);
    tcase_add_test(tcase, queue_holds_so_many_bytes);
    tcase_add_test(tcase, opening_that_cannot_be_is_a_fault);
    tcase_add_test(tcase, thousands_of_refusals_leave_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_mock_world");
}
