/* Tokens that the reference issues: theirs is the configured lifetime, and its
 * own verifier takes them. */
#include "tests/core_world.h"

static struct world *world_issuing_for(int minutes)
{
    struct settings settings = settings_for(SERVES_SIGNALS);

    settings.token_minutes = minutes;
    return world_with(&secure_policy, &settings);
}

static enum token_fault read_back(struct world *world, const char *token,
                                  struct claims *claims)
{
    return jwt_verify(&secure_policy, world->keyring, text_of(token),
                      world->now_ms, 0, claims);
}

static const struct {
    int minutes;
    const char *role;
} rows[] = { { 1, "viewer" }, { 7, "viewer" }, { 7, "" }, { 86400000, "x" } };

START_TEST(issued_token_holds_and_lives_as_configured)
{
    struct world *world = world_issuing_for(rows[_i].minutes);
    char *token = core_issue(world->core, "alice \"a\"", rows[_i].role);
    struct claims claims;

    world->now_ms += 999;
    ck_assert_ptr_nonnull(token);
    ck_assert_int_eq(read_back(world, token, &claims), TOKEN_HOLDS);
    ck_assert_str_eq(claims.subject, "alice \"a\"");
    ck_assert_str_eq(claims.role, rows[_i].role);
    ck_assert_str_eq(claims.jti, "");
    ck_assert_int_eq(claims.issued_s, NOW_S);
    ck_assert_int_eq(claims.expires_s, NOW_S + (int64_t)60 * rows[_i].minutes);
    free(token);
    world_free(world);
}
END_TEST

START_TEST(issued_token_is_over_at_its_second)
{
    struct world *world = world_issuing_for(7);
    char *token = core_issue(world->core, "alice", "viewer");
    struct claims claims;

    world->now_ms += 7 * 60 * 1000 - 1;
    ck_assert_int_eq(read_back(world, token, &claims), TOKEN_HOLDS);
    world->now_ms++;
    ck_assert_int_eq(read_back(world, token, &claims), TOKEN_EXPIRED);
    free(token);
    world_free(world);
}
END_TEST

START_TEST(without_keys_nothing_is_issued)
{
    struct world *world = world_issuing_for(7);

    world->decoder_broken = true;
    ck_assert_ptr_null(core_issue(world->core, "alice", "viewer"));
    world_free(world);
}
END_TEST

/* RFC 4648 10, and the two digits that are its own. */
static const struct {
    const char *bytes;
    const char *text;
} base64[] = {
    { "", "" },
    { "f", "Zg" },
    { "fo", "Zm8" },
    { "foo", "Zm9v" },
    { "foobar", "Zm9vYmFy" },
    { "\xfb\xff\xbf", "-_-_" },
};

START_TEST(base64url_is_written_as_it_is_read)
{
    const char *bytes = base64[_i].bytes;
    char text[16] = "";
    char again[16] = "";
    size_t length = base64url_encode(bytes, strlen(bytes), text);

    ck_assert_str_eq(text, base64[_i].text);
    ck_assert_uint_eq(length, BASE64URL_SIZE(strlen(bytes)));
    ck_assert_int_eq(base64url_read(text_of(text), again, sizeof(again)),
                     (long)strlen(bytes));
    ck_assert_str_eq(again, bytes);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_issuer", &tcase);

    tcase_add_loop_test(tcase, issued_token_holds_and_lives_as_configured, 0,
                        COUNT_OF(rows));
    tcase_add_test(tcase, issued_token_is_over_at_its_second);
    tcase_add_test(tcase, without_keys_nothing_is_issued);
    tcase_add_loop_test(tcase, base64url_is_written_as_it_is_read, 0,
                        COUNT_OF(base64));
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_issuer");
}
