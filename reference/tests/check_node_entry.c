/* Entries of the log: written and read again whatever is in them, and refused
 * where they are none. */
#include "node/entry.h"
#include "tests/core_world.h"

/* Every byte but NUL, over and over. */
static void fill(char *into, size_t size)
{
    for (size_t i = 0; i + 1 < size; i++)
        into[i] = (char)(i % 255 + 1);
    into[size - 1] = 0;
}

/* As full as an entry can be. */
static void fill_entry(struct entry *entry, enum entry_kind kind)
{
    struct claims *claims = &entry->asked.vouched.claims;

    *entry = (struct entry){ .kind = kind,
                             .node = NODE_NUMBER_MAX,
                             .id = ((connection_id)1 << 53) - 1,
                             .code = UINT16_MAX,
                             .body = text_of("a \"body\"") };
    entry->size = kind == ENTRY_OVERLONG ? UINT64_MAX : 0;
    if (kind == ENTRY_BEGIN)
        fill(entry->settings, sizeof(entry->settings));
    if (kind != ENTRY_OPENED)
        return;
    fill(entry->asked.peer, sizeof(entry->asked.peer));
    fill(entry->asked.path, sizeof(entry->asked.path));
    fill(entry->asked.query, sizeof(entry->asked.query));
    fill(entry->asked.vouched.address, sizeof(entry->asked.vouched.address));
    fill(claims->subject, sizeof(claims->subject));
    fill(claims->role, sizeof(claims->role));
    fill(claims->jti, sizeof(claims->jti));
    claims->expires_s = NOW_S;
    claims->expires_ms = 999;
}

START_TEST(each_kind_is_read_as_it_was_written)
{
    static struct entry entry;
    static struct entry again;

    fill_entry(&entry, (enum entry_kind)_i);
    char *head = entry_head(&entry);
    ck_assert_ptr_nonnull(head);
    ck_assert_uint_le(strlen(head), ENTRY_HEAD_MAX);
    for (const char *at = head; *at != 0; at++)
        ck_assert(*at >= 0x20 && *at < 0x7f);
    ck_assert(entry_read(&again, text_of(head), entry.body));
    ck_assert_int_eq(again.kind, entry.kind);
    ck_assert_uint_eq(again.node, entry.node);
    ck_assert_uint_eq(again.id, entry.id);
    ck_assert_int_eq(again.code, entry.code);
    ck_assert_uint_eq(again.size, entry.size);
    ck_assert_ptr_eq(again.body.at, entry.body.at);
    ck_assert_str_eq(again.settings, entry.settings);
    ck_assert_str_eq(again.asked.peer, entry.asked.peer);
    ck_assert_str_eq(again.asked.path, entry.asked.path);
    ck_assert_str_eq(again.asked.query, entry.asked.query);
    ck_assert_str_eq(again.asked.vouched.address, entry.asked.vouched.address);
    ck_assert_str_eq(again.asked.vouched.claims.subject,
                     entry.asked.vouched.claims.subject);
    ck_assert_int_eq(again.asked.vouched.claims.expires_ms,
                     entry.asked.vouched.claims.expires_ms);
    char *twice = entry_head(&again);
    ck_assert_str_eq(twice, head);
    cJSON_free(twice);
    cJSON_free(head);
}
END_TEST

/* Of a query the room alone is told, of no parameter that only looks like it.
 */
static const struct {
    const char *query, *told;
} queries[] = {
    { "token=SECRET.SECRET.SECRET&room=lobby", "room=lobby" },
    { "room=lobby&token=SECRET.SECRET.SECRET", "room=lobby" },
    { "room=a%26token&token=SECRET&room=b", "room=a%26token" },
    { "Room=x&rooms=y&xroom=z&token=SECRET", "" },
    { "token=SECRET", "" },
    { "room", "room" },
    { "room=&room=lobby&token=SECRET", "room=" },
    { "", "" },
};

START_TEST(no_token_stands_in_a_head)
{
    static struct entry entry;
    struct request request = { .path = text_of("/rooms"),
                               .query = text_of(queries[_i].query),
                               .peer = "127.0.0.1:1" };

    entry = (struct entry){ .kind = ENTRY_OPENED, .node = 1, .id = 1 };
    entry.asked.vouched.fault = TOKEN_MALFORMED;
    entry_ask(&entry.asked, &request);
    ck_assert_str_eq(entry.asked.query, queries[_i].told);
    char *head = entry_head(&entry);
    ck_assert_ptr_null(strstr(head, "SECRET"));
    cJSON_free(head);
}
END_TEST

#define REST "\"node\":\"1\",\"id\":\"1\",\"code\":\"0\""

static const char *const none[] = {
    "",
    "null",
    "[]",
    "{}",
    "{\"event\":\"beat\"}",
    "{\"event\":\"beaten\"," REST "}",
    "{\"event\":\"\"," REST "}",
    "{\"event\":7," REST "}",
    "{\"event\":\"beat\"," REST "}{}",
    "{\"event\":\"beat\",\"event\":\"bury\"," REST "}",
    "{\"event\":\"beat\",\"node\":\"0\",\"id\":\"1\",\"code\":\"0\"}",
    "{\"event\":\"beat\",\"node\":\"8192\",\"id\":\"1\",\"code\":\"0\"}",
    "{\"event\":\"beat\",\"node\":1,\"id\":\"1\",\"code\":\"0\"}",
    "{\"event\":\"beat\",\"node\":\"01\",\"id\":\"1\",\"code\":\"0\"}",
    "{\"event\":\"beat\",\"node\":\"1\",\"id\":\"-1\",\"code\":\"0\"}",
    "{\"event\":\"beat\",\"node\":\"1\",\"id\":\"9007199254740992\","
    "\"code\":\"0\"}",
    "{\"event\":\"close\",\"node\":\"1\",\"id\":\"1\",\"code\":\"65536\"}",
    "{\"event\":\"begin\"," REST "}",
    "{\"event\":\"overlong\"," REST "}",
    "{\"event\":\"opened\"," REST "}",
    "{\"event\":\"opened\"," REST ",\"peer\":\"\",\"path\":\"\",\"query\":\"\","
    "\"address\":\"\",\"is_missing\":false,\"fault\":\"0\"}",
    "{\"event\":\"opened\"," REST ",\"peer\":\"\",\"path\":\"\",\"query\":\"\","
    "\"address\":\"\",\"is_missing\":false,\"fault\":\"99\"}",
    "{\"event\":\"opened\"," REST ",\"peer\":\"%00\",\"path\":\"\","
    "\"query\":\"\",\"address\":\"\",\"is_missing\":true,\"fault\":\"11\"}",
};

START_TEST(what_is_no_entry_is_refused)
{
    static struct entry entry;

    ck_assert_msg(!entry_read(&entry, text_of(none[_i]), text_of("")), "%s",
                  none[_i]);
}
END_TEST

START_TEST(a_head_has_an_end)
{
    static struct entry entry;
    static char head[ENTRY_HEAD_MAX + 2];
    static const char beat[] = "{\"event\":\"beat\"," REST "}";

    memset(head, ' ', sizeof(head) - 1);
    memcpy(head, beat, strlen(beat));
    ck_assert(!entry_read(&entry, text_of(head), text_of("")));
    head[ENTRY_HEAD_MAX] = 0;
    ck_assert(entry_read(&entry, text_of(head), text_of("")));
    ck_assert(!entry_read(&entry, (struct text){ head, strlen(beat) - 1 },
                          text_of("")));
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("node_entry", &tcase);

    tcase_add_loop_test(tcase, each_kind_is_read_as_it_was_written, 0,
                        ENTRY_KINDS);
    tcase_add_loop_test(tcase, no_token_stands_in_a_head, 0, COUNT_OF(queries));
    tcase_add_loop_test(tcase, what_is_no_entry_is_refused, 0, COUNT_OF(none));
    tcase_add_test(tcase, a_head_has_an_end);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_node_entry");
}
