/* The mock of the systems with a wire and a directory: messages in parts, raw
 * bytes, the core with tight limits, provisions and what is broken. */
#include "mock_world.h"
#include "mutants.h"

#define TENANT "11111111-2222-4333-8444-555555555555"
#define PATH   "/ws/pos/" TENANT
#define ORDER  "99999999-2222-4333-8444-555555555555"

static void begin_as(const char *profile)
{
    struct buffer errors;

    buffer_init(&errors, 65536);
    manifest = manifest_read_profile(profile, NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    lab = lab_new(manifest);
    ck_assert_msg(lab != NULL, "%s", fault_reason());
    adapter = adapter_mock_new(lab, NULL, 1);
    ck_assert_msg(adapter != NULL, "%s", fault_reason());
}

static void begin_factory(void)
{
    begin_as("factory");
}

static void begin_pos(void)
{
    begin_as("pos");
}

static char *token_of(const char *user)
{
    struct token good = GOOD_TOKEN;
    struct minting why = {
        .user = user,
        .jti = "j-1",
        .now_ms = adapter->ops->now_ms(adapter->self),
    };
    char *minted = token_mint(manifest, &why, &good);

    ck_assert_msg(minted != NULL, "%s", fault_reason());
    return minted;
}

static enum fault open_bearer(unsigned socket, struct opening opening)
{
    char value[2048];
    const struct pair header = { "Authorization", value };
    char *minted = token_of("alice");

    snprintf(value, sizeof(value), "Bearer %s", minted);
    free(minted);
    opening.headers = &header;
    opening.header_count = 1;
    opening.source = "127.8.0.3";
    return open_as(socket, &opening);
}

static void open_factory(unsigned socket)
{
    ck_assert_int_eq(open_bearer(socket, (struct opening){ .path = NULL }),
                     FAULT_NONE);
}

static void open_tight(unsigned socket)
{
    struct opening there = { .tight = true,
                             .subprotocols = manifest->tight_subprotocol };

    ck_assert_int_eq(open_bearer(socket, there), FAULT_NONE);
}

static void send_part(unsigned socket, enum message_kind kind, const char *text)
{
    ck_assert_int_eq(adapter->ops->send(adapter->self, socket, kind, 0,
                                        bytes_of_string(text)),
                     FAULT_NONE);
}

static void send_raw(unsigned socket, const void *at, size_t length)
{
    ck_assert_int_eq(
        adapter->ops->send_raw(adapter->self, socket, bytes_of(at, length)),
        FAULT_NONE);
}

/* --- The wire ------------------------------------------------------------- */

#define IDENTITY "1 text {\"type\":\"identity\",\"user_id\":\"alice\"}; "

START_TEST(parts_make_one_message)
{
    open_factory(1);
    ck_assert_str_eq(all_told(), "1 accepted; ");
    send_part(1, SEND_FIRST_PART, "{\"type\":");
    send_part(1, SEND_NEXT_PART, "");
    send_part(1, SEND_NEXT_PART, "\"whoami\"");
    ck_assert_str_eq(all_told(), "");
    send_part(1, SEND_LAST_PART, "}");
    ck_assert_str_eq(all_told(), IDENTITY);
}
END_TEST

/* Each length has a form of its own (RFC 6455 5.2). */
START_TEST(long_parts_make_one_message)
{
    static const size_t lengths[] = { 125, 126, 65535, 65536 };
    size_t length = lengths[_i];
    char *spaces = malloc(length + 1);

    memset(spaces, ' ', length);
    spaces[length] = 0;
    open_factory(1);
    send_part(1, SEND_FIRST_PART, spaces);
    send_part(1, SEND_LAST_PART, "{\"type\":\"whoami\"}");
    const char *want =
        length + 17 > manifest->message_bytes ? "closed 1009" : IDENTITY;
    ck_assert_msg(strstr(all_told(), want) != NULL, "%zu: %s", length, told);
    free(spaces);
}
END_TEST

static const struct {
    const char *label;
    const char *bytes;
    size_t length;
    const char *want;
} wires[] = {
    { "a ping", "\x89\x81\0\0\0\0z", 7, "1 pong z; " },
    { "a frame without a mask", "\x81\x01z", 3, "closed 1002" },
    { "a reserved opcode", "\x83\x81\0\0\0\0z", 7, "closed 1002" },
    { "a reserved bit", "\xc1\x81\0\0\0\0z", 7, "closed 1002" },
    { "a text that is not UTF-8", "\x81\x81\0\0\0\0\xff", 7, "closed 1007" },
    { "a length beyond all bounds",
      "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14, "closed 1009" },
    { "a Close", "\x88\x82\0\0\0\0\x03\xe8", 8, "closed 1000" },
    { "half a frame", "\x81", 1, "" },
};

START_TEST(raw_bytes_are_read_as_frames)
{
    open_factory(1);
    all_told();
    send_raw(1, wires[_i].bytes, wires[_i].length);
    all_told();
    ck_assert_msg(*wires[_i].want == 0 ? *told == 0
                                       : strstr(told, wires[_i].want) != NULL,
                  "%s: %s", wires[_i].label, told);
}
END_TEST

START_TEST(raw_bytes_are_read_however_cut)
{
    static const char ping[] = "\x89\x83\x01\x02\x03\x04\x60\x60\x60";

    open_factory(1);
    all_told();
    for (size_t i = 0; i < sizeof(ping) - 1; i++)
        send_raw(1, ping + i, 1);
    ck_assert_str_eq(all_told(), "1 pong abc; ");
}
END_TEST

/* --- Tight limits --------------------------------------------------------- */

START_TEST(tight_core_has_limits_and_members_of_its_own)
{
    for (unsigned i = 1; i <= manifest->tight_per_user; i++)
        open_tight(i);
    ck_assert_ptr_null(strstr(all_told(), "closed"));
    open_tight(10);
    ck_assert_ptr_nonnull(
        strstr(all_told(), "10 closed 1013 Too many connections"));
    open_factory(11);
    ck_assert_str_eq(all_told(), "11 accepted; ");
    ck_assert_int_eq(adapter->ops->publish(adapter->self, "one", NULL),
                     FAULT_NONE);
    ck_assert_str_eq(all_told(),
                     "11 text {\"type\":\"event\",\"text\":\"one\"}; ");
}
END_TEST

START_TEST(window_of_the_tight_core_passes)
{
    for (unsigned i = 1; i <= manifest->tight_attempts + 1; i++) {
        open_tight(i);
        adapter->ops->drop(adapter->self, i, true);
        adapter->ops->settle(adapter->self);
    }
    ck_assert_ptr_nonnull(strstr(all_told(), "closed 1013 Too many attempts"));
    ck_assert_int_eq(
        adapter->ops->elapse(adapter->self, manifest->window_ms + 1),
        FAULT_NONE);
    all_told();
    open_tight(100);
    ck_assert_str_eq(all_told(), "100 accepted; ");
}
END_TEST

START_TEST(tight_core_demands_its_subprotocol)
{
    ck_assert_int_eq(open_bearer(1, (struct opening){ .tight = true }),
                     FAULT_NONE);
    ck_assert_str_eq(all_told(), "1 rejected 400; 1 gone fin; ");
}
END_TEST

/* --- The directory -------------------------------------------------------- */

static enum fault put(const char *what, const struct pair *values)
{
    return adapter->ops->provision(adapter->self, what, values);
}

static void put_tenant(const char *active)
{
    const struct pair values[] = { { "tenant", TENANT },
                                   { "active", active },
                                   { NULL, NULL } };

    ck_assert_int_eq(put("tenant", values), FAULT_NONE);
}

static void put_user(const char *user)
{
    const struct pair values[] = { { "user", user },
                                   { "role", "staff" },
                                   { "tenant", TENANT },
                                   { NULL, NULL } };

    ck_assert_int_eq(put("user", values), FAULT_NONE);
}

static void enter(unsigned socket, const char *user)
{
    struct opening opening = { .path = PATH, .source = "127.8.0.3" };
    char message[2048];
    char *minted = token_of(user);

    snprintf(message, sizeof(message),
             "{\"type\":\"authenticate\",\"token\":\"%s\"}", minted);
    free(minted);
    ck_assert_int_eq(open_as(socket, &opening), FAULT_NONE);
    send_text(socket, message);
    all_told();
}

static bool has_entered(void)
{
    return strstr(told, "\"auth_success\"") != NULL &&
           strstr(told, "closed") == NULL;
}

START_TEST(provisioned_user_enters_and_is_put_out)
{
    const struct pair alice[] = { { "user", "alice" }, { NULL, NULL } };

    enter(1, "alice");
    ck_assert_ptr_nonnull(strstr(told, "closed 4003 Authentication failed"));
    put_tenant("true");
    put_user("alice");
    enter(2, "alice");
    ck_assert_msg(has_entered(), "%s", told);
    ck_assert_int_eq(put("remove_user", alice), FAULT_NONE);
    ck_assert_ptr_nonnull(strstr(all_told(), "2 closed 4003 Access denied"));
    put_user("alice");
    put_tenant("false");
    enter(3, "alice");
    ck_assert_msg(!has_entered(), "%s", told);
}
END_TEST

START_TEST(provisioned_order_is_told_to_its_own)
{
    const struct pair order[] = { { "order", ORDER },
                                  { "tenant", TENANT },
                                  { "status", "ready" },
                                  { NULL, NULL } };

    put_tenant("true");
    put_user("alice");
    ck_assert_int_eq(put("order", order), FAULT_NONE);
    enter(1, "alice");
    send_text(1, "{\"type\":\"get_order\",\"order_id\":\"" ORDER "\"}");
    ck_assert_ptr_nonnull(strstr(all_told(), "\"status\":\"ready\""));
}
END_TEST

START_TEST(nothing_else_is_provided)
{
    const struct pair none[] = { { NULL, NULL } };

    ck_assert_int_eq(put("table", none), FAULT_ABSENT);
    finish();
    begin_factory();
    ck_assert_int_eq(put("user", none), FAULT_ABSENT);
}
END_TEST

/* --- Breakages ------------------------------------------------------------ */

static void set_broken(const char *what, bool broken)
{
    ck_assert_int_eq(adapter->ops->breakage(adapter->self, what, broken),
                     FAULT_NONE);
}

START_TEST(store_breaks_and_mends)
{
    put_tenant("true");
    put_user("alice");
    set_broken("store", true);
    enter(1, "alice");
    ck_assert_ptr_nonnull(strstr(told, "closed 1013 Try again later"));
    ck_assert_ptr_null(strstr(told, "auth_"));
    set_broken("store", false);
    enter(2, "alice");
    ck_assert_msg(has_entered(), "%s", told);
}
END_TEST

/* Where there is no directory none can break. */
START_TEST(store_that_is_absent_does_not_break)
{
    ck_assert_int_eq(adapter->ops->breakage(adapter->self, "store", true),
                     FAULT_ABSENT);
}
END_TEST

static bool log_holds(const char *text)
{
    struct buffer log;

    buffer_init(&log, 1024 * 1024);
    ck_assert_int_eq(adapter->ops->log(adapter->self, &log), FAULT_NONE);
    bool holds = strcasestr(buffer_string(&log), text) != NULL;
    buffer_deinit(&log);
    return holds;
}

START_TEST(monitor_breaks_and_the_log_says_so)
{
    set_broken("monitor", true);
    enter(1, "alice");
    ck_assert_ptr_nonnull(strstr(told, "closed 4003 Authentication failed"));
    ck_assert(log_holds("audit") || log_holds("monitor"));
    set_broken("monitor", false);
}
END_TEST

START_TEST(question_without_a_context_is_told_off)
{
    struct buffer answer;
    bool refused = false;

    buffer_init(&answer, 4096);
    ck_assert_int_eq(
        adapter->ops->ask_without_context(adapter->self, &refused, &answer),
        FAULT_NONE);
    ck_assert(refused);
    ck_assert_ptr_nonnull(strstr(buffer_string(&answer), "CRITICAL"));
    ck_assert_ptr_nonnull(strstr(buffer_string(&answer), "manager_create"));
    buffer_deinit(&answer);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("mock_wire");
    TCase *wire = tcase_create("factory");
    TCase *pos = tcase_create("pos");

    tcase_add_checked_fixture(wire, begin_factory, finish);
    tcase_add_checked_fixture(pos, begin_pos, finish);
    tcase_add_test(wire, parts_make_one_message);
    tcase_add_loop_test(wire, long_parts_make_one_message, 0, 4);
    tcase_add_loop_test(wire, raw_bytes_are_read_as_frames, 0, COUNT_OF(wires));
    tcase_add_test(wire, raw_bytes_are_read_however_cut);
    tcase_add_test(wire, tight_core_has_limits_and_members_of_its_own);
    tcase_add_test(wire, window_of_the_tight_core_passes);
    tcase_add_test(wire, tight_core_demands_its_subprotocol);
    tcase_add_test(wire, store_that_is_absent_does_not_break);
    tcase_add_test(wire, question_without_a_context_is_told_off);
    tcase_add_test(pos, provisioned_user_enters_and_is_put_out);
    tcase_add_test(pos, provisioned_order_is_told_to_its_own);
    tcase_add_test(pos, nothing_else_is_provided);
    tcase_add_test(pos, store_breaks_and_mends);
    tcase_add_test(pos, monitor_breaks_and_the_log_says_so);
    suite_add_tcase(suite, wire);
    suite_add_tcase(suite, pos);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_mock_wire");
}
