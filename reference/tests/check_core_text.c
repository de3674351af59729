/* The readers of hostile text: base64url, UTF-8, strict JSON, the query. */
#include "core/system.h"
#include "tests/core_world.h"
#include "core/json.h"

static const struct {
    const char *label;
    const char *from;
    size_t size;
    long length; /* wanted; -1: refused */
    const char *want;
} encodings[] = {
    { "nothing", "", 8, 0, "" },
    { "one byte", "Zg", 8, 1, "f" },
    { "two bytes", "Zm8", 8, 2, "fo" },
    { "three bytes", "Zm9v", 8, 3, "foo" },
    { "six bytes", "Zm9vYmFy", 8, 6, "foobar" },
    { "the alphabet of URLs", "-_-_", 8, 3, "\xfb\xff\xbf" },
    { "fits exactly", "Zm9v", 3, 3, "foo" },
    { "one byte too small", "Zm9v", 2, -1, "" },
    { "the alphabet of MIME", "+/+/", 8, -1, "" },
    { "padding", "Zg==", 8, -1, "" },
    { "one lone character", "Z", 8, -1, "" },
    { "five characters", "Zm9vZ", 8, -1, "" },
    { "unused bits behind one byte", "Zh", 8, -1, "" },
    { "unused bits behind two bytes", "Zm9", 8, -1, "" },
    { "a space", "Zm 9", 8, -1, "" },
    { "a line break", "Zm9v\n", 8, -1, "" },
    { "a dot", "Zm.9", 8, -1, "" },
    { "beyond ASCII", "Zm\xc3\xa9", 8, -1, "" },
};

START_TEST(base64url)
{
    char into[8];
    long got =
        base64url_read(text_of(encodings[_i].from), into, encodings[_i].size);

    ck_assert_msg(got == encodings[_i].length, "%s: want %ld, got %ld",
                  encodings[_i].label, encodings[_i].length, got);
    if (got > 0)
        ck_assert_msg(memcmp(into, encodings[_i].want, (size_t)got) == 0,
                      "%s: other bytes", encodings[_i].label);
}
END_TEST

/* Whatever OpenSSL encodes is read back, and no other spelling is. */
START_TEST(base64url_is_the_inverse_of_encoding)
{
    unsigned char bytes[64];
    unsigned char back[64];
    char text[128] = "";

    for (int i = 0; i < _i; i++)
        bytes[i] = (unsigned char)(i * 37 + _i);
    append_base64url(text, bytes, (size_t)_i);
    ck_assert_int_eq(base64url_read(text_of(text), back, sizeof(back)), _i);
    ck_assert_mem_eq(bytes, back, (size_t)_i);
}
END_TEST

static const struct {
    const char *label;
    const char *text;
    bool want;
} characters[] = {
    { "nothing", "", true },
    { "ASCII", "abc\x7f", true },
    { "two bytes, least", "\xc2\x80", true },
    { "three bytes, least", "\xe0\xa0\x80", true },
    { "below the surrogates", "\xed\x9f\xbf", true },
    { "above the surrogates", "\xee\x80\x80", true },
    { "four bytes, greatest", "\xf4\x8f\xbf\xbf", true },
    { "overlong in two", "\xc0\xaf", false },
    { "overlong in three", "\xe0\x9f\xbf", false },
    { "overlong in four", "\xf0\x8f\xbf\xbf", false },
    { "surrogate", "\xed\xa0\x80", false },
    { "beyond U+10FFFF", "\xf4\x90\x80\x80", false },
    { "five bytes", "\xf8\x88\x80\x80\x80", false },
    { "cut short", "\xe2\x82", false },
    { "cut short, then ASCII",
      "\xe2\x82"
      "a",
      false },
    { "no lead", "\x80", false },
    { "0xff", "\xff", false },
};

START_TEST(utf8)
{
    ck_assert_msg(text_is_utf8(text_of(characters[_i].text)) ==
                      characters[_i].want,
                  "%s", characters[_i].label);
}
END_TEST

#define TEXT(literal)                                                          \
    {                                                                          \
        literal, sizeof(literal) - 1                                           \
    }

static const struct {
    const char *label;
    struct text text;
    bool want;
} documents[] = {
    { "empty object", TEXT("{}"), true },
    { "space around", TEXT(" \t\r\n{ } \n"), true },
    { "all kinds", TEXT("{\"a\":[1,-0,1.5e+3,true,false,null,\"x\",{}]}"),
      true },
    { "escapes", TEXT("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}"), true },
    { "a pair of surrogates", TEXT("{\"a\":\"\\ud83d\\ude00\"}"), true },
    { "plain UTF-8", TEXT("{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\"}"), true },
    { "equal names apart", TEXT("{\"a\":{\"b\":1},\"c\":{\"b\":1}}"), true },
    { "names that differ in case", TEXT("{\"sub\":1,\"Sub\":1}"), true },
    { "nothing", TEXT(""), false },
    { "space alone", TEXT("  "), false },
    { "an array", TEXT("[]"), false },
    { "a string", TEXT("\"a\""), false },
    { "a number", TEXT("1"), false },
    { "two documents", TEXT("{}{}"), false },
    { "a tail", TEXT("{}x"), false },
    { "a NUL behind", TEXT("{}\0"), false },
    { "a NUL inside", TEXT("{\"a\":\"x\0y\"}"), false },
    { "an escaped NUL", TEXT("{\"a\":\"x\\u0000y\"}"), false },
    { "an escaped NUL in a name", TEXT("{\"a\\u0000\":1}"), false },
    { "a byte order mark", TEXT("\xef\xbb\xbf{}"), false },
    { "UTF-16", TEXT("{\0}\0"), false },
    { "an overlong byte", TEXT("{\"a\":\"\xc0\xaf\"}"), false },
    { "an invalid byte", TEXT("{\"a\":\"\xff\"}"), false },
    { "a lone high surrogate", TEXT("{\"a\":\"\\ud83d\"}"), false },
    { "a lone low surrogate", TEXT("{\"a\":\"\\ude00\"}"), false },
    { "two high surrogates", TEXT("{\"a\":\"\\ud83d\\ud83d\"}"), false },
    { "a control character", TEXT("{\"a\":\"\n\"}"), false },
    { "an unknown escape", TEXT("{\"a\":\"\\x\"}"), false },
    { "a short escape", TEXT("{\"a\":\"\\u12\"}"), false },
    { "an open string", TEXT("{\"a"), false },
    { "an open escape", TEXT("{\"a\\"), false },
    { "an open object", TEXT("{\"a\":1"), false },
    { "a trailing comma", TEXT("{\"a\":1,}"), false },
    { "a missing comma", TEXT("{\"a\":1 \"b\":2}"), false },
    { "a missing value", TEXT("{\"a\":}"), false },
    { "a bare name", TEXT("{a:1}"), false },
    { "single quotes", TEXT("{'a':1}"), false },
    { "a comment", TEXT("{/**/}"), false },
    { "a leading zero", TEXT("{\"a\":01}"), false },
    { "a leading plus", TEXT("{\"a\":+1}"), false },
    { "a leading dot", TEXT("{\"a\":.5}"), false },
    { "a trailing dot", TEXT("{\"a\":5.}"), false },
    { "an empty exponent", TEXT("{\"a\":5e}"), false },
    { "a hexadecimal number", TEXT("{\"a\":0x10}"), false },
    { "NaN", TEXT("{\"a\":NaN}"), false },
    { "Infinity", TEXT("{\"a\":Infinity}"), false },
    { "TRUE", TEXT("{\"a\":TRUE}"), false },
    { "half a word", TEXT("{\"a\":tru}"), false },
    { "the same name twice", TEXT("{\"sub\":1,\"sub\":2}"), false },
    { "its escaped twin", TEXT("{\"sub\":1,\"\\u0073ub\":2}"), false },
    { "twice further in", TEXT("{\"a\":[{\"b\":{\"c\":1,\"c\":1}}]}"), false },
    { "twice in an array's second", TEXT("{\"a\":[1,{\"b\":1,\"b\":1}]}"),
      false },
};

START_TEST(json)
{
    cJSON *got = json_object_read(documents[_i].text);

    ck_assert_msg((got != NULL) == documents[_i].want, "%s: want %d",
                  documents[_i].label, documents[_i].want);
    cJSON_Delete(got);
}
END_TEST

static bool reads_levels(int levels)
{
    char text[256] = "";

    for (int i = 1; i < levels; i++)
        note(text, "{\"a\":");
    note(text, "{}");
    for (int i = 1; i < levels; i++)
        note(text, "}");
    cJSON *got = json_object_read(text_of(text));
    cJSON_Delete(got);
    return got != NULL;
}

START_TEST(json_takes_sixteen_levels)
{
    ck_assert(reads_levels(JSON_LEVELS_MAX));
    ck_assert(!reads_levels(JSON_LEVELS_MAX + 1));
}
END_TEST

static bool reads_members(int members)
{
    static char text[JOURNAL_BYTES];

    text[0] = 0;
    for (int i = 0; i < members; i++)
        note(text, "%c\"n%d\":0", i == 0 ? '{' : ',', i);
    note(text, "}");
    cJSON *got = json_object_read(text_of(text));
    cJSON_Delete(got);
    return got != NULL;
}

START_TEST(json_takes_so_many_members)
{
    ck_assert(reads_members(JSON_MEMBERS_MAX));
    ck_assert(!reads_members(JSON_MEMBERS_MAX + 1));
}
END_TEST

START_TEST(json_of_endless_depth_costs_no_stack)
{
    size_t length = 1024 * 1024;
    char *text = malloc(length);

    ck_assert_ptr_nonnull(text);
    memset(text, '[', length);
    ck_assert(!json_is_well_formed((struct text){ text, length }));
    free(text);
}
END_TEST

static const struct {
    const char *query;
    const char *want; /* token, or "-" where missing, "!" where refused */
} queries[] = {
    { "", "-" },
    { "token", "-" },
    { "token=", "-" },
    { "token&x=1", "-" },
    { "access_token=abc", "-" },
    { "Token=abc", "-" },
    { "tokens=abc", "-" },
    { "x=token", "-" },
    { "%74oken", "-" },
    { "token=abc", "abc" },
    { "token=null", "null" },
    { "x=1&token=abc&y=2", "abc" },
    { "&&token=abc&&", "abc" },
    { "%74oke%6E=abc", "abc" },
    { "token=a%62c", "abc" },
    { "token=a+c", "a+c" },
    { "token=a%2Bc%20", "a+c " },
    { "token=a=b", "a=b" },
    { "token=%", "%" },
    { "token=%4", "%4" },
    { "token=%zz", "%zz" },
    { "token=abc&token=abc", "!" },
    { "token=&token=abc", "!" },
    { "token&token", "!" },
    { "token=abc&%74oken=x", "!" },
};

/* Of `signals`: the one that reads a query. */
static void find_token(const struct request *request,
                       struct presented *presented)
{
    struct core core = { .system = &system_signals };

    secure_find_token(&core, request, presented);
}

START_TEST(query_is_read)
{
    struct request request = { .query = text_of(queries[_i].query) };
    struct presented presented;

    find_token(&request, &presented);
    const char *got = secure_is_missing(&presented) ? "-"
                      : secure_credentials_conflict(&presented)
                          ? "!"
                          : presented.token;
    ck_assert_msg(strcmp(got, queries[_i].want) == 0, "%s: want %s, got %s",
                  queries[_i].query, queries[_i].want, got);
    ck_assert_uint_eq(strlen(presented.token), presented.length);
}
END_TEST

START_TEST(overlong_token_is_told)
{
    static char query[TOKEN_BYTES_MAX + 16];
    struct request request = { .query = { query, 6 + TOKEN_BYTES_MAX } };
    struct presented presented;

    memset(query, 'x', sizeof(query));
    memcpy(query, "token=", 6);
    find_token(&request, &presented);
    ck_assert(!presented.overlong);
    ck_assert_uint_eq(presented.length, TOKEN_BYTES_MAX);
    request.query.length++;
    find_token(&request, &presented);
    ck_assert(presented.overlong);
    ck_assert(!secure_is_missing(&presented));
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_text", &tcase);

    tcase_add_loop_test(tcase, base64url, 0, COUNT_OF(encodings));
    tcase_add_loop_test(tcase, base64url_is_the_inverse_of_encoding, 0, 64);
    tcase_add_loop_test(tcase, utf8, 0, COUNT_OF(characters));
    tcase_add_loop_test(tcase, json, 0, COUNT_OF(documents));
    tcase_add_test(tcase, json_takes_sixteen_levels);
    tcase_add_test(tcase, json_takes_so_many_members);
    tcase_add_test(tcase, json_of_endless_depth_costs_no_stack);
    tcase_add_loop_test(tcase, query_is_read, 0, COUNT_OF(queries));
    tcase_add_test(tcase, overlong_token_is_told);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_text");
}
