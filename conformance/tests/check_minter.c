/* The minter: what it signs, others verify; what it mis-signs, they refuse. */
#include "manifest_world.h"
#include "base/clock.h"
#include "manifest/minter.h"
#include "manifest/signing.h"

static struct manifest *manifest;

static void begin(void)
{
    manifest = good_file(NULL, NULL);
}

static void finish(void)
{
    manifest_free(manifest);
}

static char *mint_at(int64_t now_ms, struct token token)
{
    struct minting why = { "alice", "viewer", "j-1", now_ms };
    char *text = token_mint(manifest, &why, &token);

    ck_assert_msg(text != NULL, "%s", fault_reason());
    return text;
}

/* --- Published vectors ---------------------------------------------------- */

static const struct {
    const char *label;
    struct signer signer;
    const char *input;
    const char *want;
} vectors[] = {
    { "RFC 7515 A.1",
      { .alg = "HS256",
        .secret =
            "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f"
            "\x5a\xb3\x28\xe6\xf0\x54\xc9\x28\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf"
            "\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22"
            "\x3d\x2e\x21\x72\x05\x2e\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80"
            "\xa3" },
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" },
    { "RFC 8037 A.4",
      { .alg = "EdDSA",
        .private_key = "-----BEGIN PRIVATE KEY-----\n"
                       "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJp"
                       "GXA7rAMcrn9g\n-----END PRIVATE KEY-----\n" },
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsP"
      "t9g7sVvpAr_MuM0KAg" },
};

START_TEST(published_signature_is_made)
{
    struct buffer signature;

    buffer_init(&signature, 1024);
    ck_assert_int_eq(signing_make(&vectors[_i].signer, SIGNED_RIGHT,
                                  bytes_of_string(vectors[_i].input),
                                  &signature),
                     FAULT_NONE);
    char *text = base64url_write(buffer_view(&signature));
    says(vectors[_i].label, text, vectors[_i].want);
    free(text);
    buffer_deinit(&signature);
}
END_TEST

/* --- Texts ---------------------------------------------------------------- */

#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define ALICE_IS                                                               \
    "{\"sub\":\"alice\",\"role\":\"viewer\",\"jti\":\"j-1\",\"iat\":1000,"
#define GOOD_CLAIMS ALICE_IS "\"exp\":1600}"

static const struct {
    const char *label;
    struct token token;
    const char *header;
    const char *claims;
} texts[] = {
    { "good", { .literal = NULL }, HEADER, GOOD_CLAIMS },
    { "ES256",
      { .key = 2 },
      "{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
      GOOD_CLAIMS },
    { "expired", { .expires_in_s = -60 }, HEADER, ALICE_IS "\"exp\":940}" },
    { "raw exp", { .exp = "1e400" }, HEADER, ALICE_IS "\"exp\":1e400}" },
    { "NaN", { .exp = "NaN" }, HEADER, ALICE_IS "\"exp\":NaN}" },
    { "no exp",
      { .exp = OMITTED },
      HEADER,
      "{\"sub\":\"alice\",\"role\":\"viewer\",\"jti\":\"j-1\",\"iat\":1000}" },
    { "no sub",
      { .sub = OMITTED },
      HEADER,
      "{\"role\":\"viewer\",\"jti\":\"j-1\",\"iat\":1000,\"exp\":1600}" },
    { "odd sub",
      { .sub = "[]" },
      HEADER,
      "{\"sub\":[],\"role\":\"viewer\",\"jti\":\"j-1\",\"iat\":1000,"
      "\"exp\":1600}" },
    { "twice",
      { .claims_more = "\"exp\":9" },
      HEADER,
      ALICE_IS "\"exp\":1600,\"exp\":9}" },
    { "alg none",
      { .alg = "\"none\"", .signing = SIGNED_NOT_AT_ALL },
      "{\"alg\":\"none\",\"typ\":\"JWT\"}",
      GOOD_CLAIMS },
    { "no alg", { .alg = OMITTED }, "{\"typ\":\"JWT\"}", GOOD_CLAIMS },
    { "more header",
      { .header_more = "\"kid\":1e9" },
      "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":1e9}",
      GOOD_CLAIMS },
    { "longer hash",
      { .signing = SIGNED_WITH_LONGER_HASH },
      "{\"alg\":\"HS512\",\"typ\":\"JWT\"}",
      GOOD_CLAIMS },
    { "MAC with a public key",
      { .key = 1, .signing = SIGNED_WITH_PUBLIC_KEY },
      HEADER,
      GOOD_CLAIMS },
    { "MAC with no key",
      { .key = 3, .signing = SIGNED_WITH_EMPTY_KEY },
      HEADER,
      GOOD_CLAIMS },
    { "rewritten exp",
      { .rewrite_exp = "4102444800", .expires_in_s = -60 },
      HEADER,
      ALICE_IS "\"exp\":4102444800}" },
    { "rewritten sub",
      { .rewrite_sub = "\"admin\"" },
      HEADER,
      "{\"sub\":\"admin\",\"role\":\"viewer\",\"jti\":\"j-1\",\"iat\":1000,"
      "\"exp\":1600}" },
};

/* The parts are compared as they are encoded. */
START_TEST(token_says_what_it_should)
{
    char *token = mint_at(1000999, texts[_i].token);
    char *header = base64url_write(bytes_of_string(texts[_i].header));
    char *claims = base64url_write(bytes_of_string(texts[_i].claims));
    char *last = strrchr(token, '.');
    char *want = NULL;

    ck_assert_int_gt(asprintf(&want, "%s.%s", header, claims), 0);
    ck_assert_int_eq(last[1] == 0,
                     texts[_i].token.signing == SIGNED_NOT_AT_ALL);
    *last = 0;
    says(texts[_i].label, token, want);
    free(token);
    free(header);
    free(claims);
    free(want);
}
END_TEST

/* The signature is that of what was rewritten, not of what was made of it. */
START_TEST(rewriting_leaves_the_signature)
{
    char *first = mint_at(1000, TOKEN(.expires_in_s = -60));
    char *second =
        mint_at(1000, TOKEN(.expires_in_s = -60, .rewrite_exp = "9"));

    ck_assert_str_eq(strrchr(first, '.'), strrchr(second, '.'));
    ck_assert_str_ne(first, second);
    free(first);
    free(second);
}
END_TEST

START_TEST(literal_is_copied)
{
    char *text = mint_at(0, TOKEN(.literal = "a.\x7f.c", .key = 99));

    ck_assert_str_eq(text, "a.\x7f.c");
    free(text);
}
END_TEST

START_TEST(impossible_tokens_are_faults)
{
    struct minting why = { "alice", NULL, NULL, 0 };
    struct token absent = TOKEN(.key = 4);
    struct token private = TOKEN(.signing = SIGNED_WITH_PUBLIC_KEY);

    ck_assert_ptr_null(token_mint(manifest, &why, &absent));
    ck_assert_str_eq(fault_reason(), "the manifest has no key 4");
    ck_assert_ptr_null(token_mint(manifest, &why, &private));
    ck_assert_str_eq(fault_reason(), "the manifest's HS256 key has no public "
                                     "half to sign with");
}
END_TEST

/* What has no value is left out; names and values are JSON strings whatever
 * they hold; the subject is the claim that names the user. */
START_TEST(template_is_followed)
{
    struct manifest *other = good_text(
        "{\"extends\":\"signals\",\"credential\":{\"claims\":{\"sub\":\"s\","
        "\"r\":[\"a\",\"{role}\"],\"u\\\"\":{\"n\":\"x-{user}\",\"v\":1}}}}");
    struct minting why = { "a\"\n", NULL, "j", -1 };
    struct token token = TOKEN(.literal = NULL);
    char *text = token_mint(other, &why, &token);
    char *claims = base64url_write(bytes_of_string(
        "{\"sub\":\"s\",\"jti\":\"j\",\"u\\\"\":{\"n\":\"x-a\\\"\\n\","
        "\"v\":1},\"iat\":-1,\"exp\":599}"));

    ck_assert_ptr_nonnull(strstr(text, claims));
    free(text);
    free(claims);
    manifest_free(other);
}
END_TEST

/* --- Signatures ----------------------------------------------------------- */

/* The keys whose signatures are the same every time: not ECDSA's. */
static const unsigned repeatable[] = { 0, 1, 3 };

START_TEST(one_bit_is_flipped)
{
    struct bytes input = bytes_of_string("a.b");
    const struct signer *signer = &manifest->keys[repeatable[_i]];
    struct buffer right;
    struct buffer wrong;
    int bits = 0;

    buffer_init(&right, 1024);
    buffer_init(&wrong, 1024);
    signing_make(signer, SIGNED_RIGHT, input, &right);
    signing_make(signer, SIGNED_THEN_FLIPPED, input, &wrong);
    ck_assert_uint_eq(right.length, wrong.length);
    for (size_t i = 0; i < right.length; i++)
        for (int bit = 0; bit < 8; bit++)
            bits += ((right.at[i] ^ wrong.at[i]) >> bit & 1) != 0;
    ck_assert_int_eq(bits, 1);
    buffer_clear(&wrong);
    signing_make(signer, SIGNED_THEN_CUT, input, &wrong);
    ck_assert_uint_eq(wrong.length, right.length / 2);
    ck_assert_mem_eq(wrong.at, right.at, wrong.length);
    buffer_deinit(&right);
    buffer_deinit(&wrong);
}
END_TEST

static void add_case(struct buffer *lines, const char *label,
                     struct token token, const char *alg, const char *key,
                     bool holds)
{
    char *text = mint_at(clock_wall_ms(), token);
    cJSON *line = cJSON_CreateArray();

    cJSON_AddItemToArray(line, cJSON_CreateString(label));
    cJSON_AddItemToArray(line, cJSON_CreateString(text));
    cJSON_AddItemToArray(line, cJSON_CreateString(alg));
    cJSON_AddItemToArray(line, cJSON_CreateString(key));
    cJSON_AddItemToArray(line, cJSON_CreateBool(holds));
    char *printed = cJSON_PrintUnformatted(line);
    buffer_printf(lines, "%s\n", printed);
    cJSON_free(printed);
    cJSON_Delete(line);
    free(text);
}

static const char *trusted(unsigned key)
{
    const struct signer *signer = &manifest->keys[key];

    return signer->secret != NULL ? signer->secret : signer->public_key;
}

static void add_refused(struct buffer *lines, unsigned key)
{
    static const struct {
        const char *label;
        struct token token;
    } cases[] = {
        { "other key", { .signing = SIGNED_WITH_OTHER_KEY } },
        { "not at all", { .signing = SIGNED_NOT_AT_ALL } },
        { "flipped", { .signing = SIGNED_THEN_FLIPPED } },
        { "cut", { .signing = SIGNED_THEN_CUT } },
        { "empty key", { .signing = SIGNED_WITH_EMPTY_KEY } },
        { "longer hash", { .signing = SIGNED_WITH_LONGER_HASH } },
        { "expired", { .expires_in_s = -1 } },
        { "rewritten", { .rewrite_exp = "4102444800" } },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct token token = cases[i].token;
        token.key = key;
        add_case(lines, cases[i].label, token, manifest->keys[key].alg,
                 trusted(key), false);
    }
}

/* What is wrong about a wrong signature is just what it should be. */
static void add_rightly_wrong(struct buffer *lines)
{
    char rsa[4096];
    char eddsa[4096];

    snprintf(rsa, sizeof(rsa), "MAC:%s", trusted(1));
    snprintf(eddsa, sizeof(eddsa), "MAC:%s", trusted(3));
    add_case(lines, "HS512", TOKEN(.signing = SIGNED_WITH_LONGER_HASH), "HS512",
             trusted(0), true);
    add_case(lines, "RS512",
             TOKEN(.key = 1, .signing = SIGNED_WITH_LONGER_HASH), "RS512",
             trusted(1), true);
    add_case(lines, "ES512",
             TOKEN(.key = 2, .signing = SIGNED_WITH_LONGER_HASH), "ES512",
             trusted(2), true);
    add_case(lines, "HS512 for EdDSA",
             TOKEN(.key = 3, .signing = SIGNED_WITH_LONGER_HASH), "HS512",
             eddsa, true);
    add_case(lines, "public key",
             TOKEN(.key = 1, .signing = SIGNED_WITH_PUBLIC_KEY), "HS256", rsa,
             true);
    add_case(lines, "empty key", TOKEN(.signing = SIGNED_WITH_EMPTY_KEY),
             "HS256", "MAC:", true);
    add_case(lines, "public key for another",
             TOKEN(.key = 1, .signing = SIGNED_WITH_PUBLIC_KEY), "HS256", eddsa,
             false);
}

START_TEST(others_judge_alike)
{
    struct buffer lines;

    buffer_init(&lines, 1024 * 1024);
    for (unsigned key = 0; key < manifest->key_count; key++) {
        add_case(&lines, "good", TOKEN(.key = key), manifest->keys[key].alg,
                 trusted(key), true);
        add_refused(&lines, key);
    }
    add_rightly_wrong(&lines);
    ck_assert_int_eq(
        run_python("conformance/tests/judge_tokens.py", buffer_string(&lines)),
        0);
    buffer_deinit(&lines);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("minter");
    TCase *tcase = tcase_create("minter");

    tcase_add_checked_fixture(tcase, begin, finish);
    tcase_add_loop_test(tcase, published_signature_is_made, 0,
                        COUNT_OF(vectors));
    tcase_add_loop_test(tcase, token_says_what_it_should, 0, COUNT_OF(texts));
    tcase_add_test(tcase, rewriting_leaves_the_signature);
    tcase_add_test(tcase, literal_is_copied);
    tcase_add_test(tcase, impossible_tokens_are_faults);
    tcase_add_test(tcase, template_is_followed);
    tcase_add_loop_test(tcase, one_bit_is_flipped, 0, COUNT_OF(repeatable));
    tcase_add_test(tcase, others_judge_alike);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_minter");
}
