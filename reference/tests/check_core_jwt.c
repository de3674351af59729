/* jwt_verify: every token with its wanted fault, the good one first. Times are
 * written relative to NOW_S, which is 1771754400 (2026-02-22T10:00:00Z). */
#include "tests/core_world.h"

#define NOW        "1771754400"
#define SOON       "1771755000" /* in ten minutes */
#define BODY(more) "{\"sub\":\"alice\",\"iat\":" NOW ",\"exp\":" SOON more "}"
#define GOOD_BODY  BODY("")
#define EXP(exp)   "{\"sub\":\"alice\",\"iat\":" NOW ",\"exp\":" exp "}"
#define IAT(iat)   "{\"sub\":\"alice\",\"iat\":" iat ",\"exp\":" SOON "}"
#define HEAD(more) "{\"alg\":\"HS256\"" more "}"

static const struct {
    const char *label;
    const char *header;
    const char *payload;
    enum token_fault want;
} tokens[] = {
    { "good", GOOD_HEADER, GOOD_BODY, TOKEN_HOLDS },
    { "no typ", HEAD(""), GOOD_BODY, TOKEN_HOLDS },
    { "typ in lower case", HEAD(",\"typ\":\"jwt\""), GOOD_BODY, TOKEN_HOLDS },
    { "a kid", HEAD(",\"kid\":\"k1\""), GOOD_BODY, TOKEN_HOLDS },
    { "a role and a jti", GOOD_HEADER,
      BODY(",\"role\":\"publisher\",\"jti\":\"j1\""), TOKEN_HOLDS },
    { "an unknown claim", GOOD_HEADER, BODY(",\"x\":[1,{}]"), TOKEN_HOLDS },

    /* alg */
    { "alg none", "{\"alg\":\"none\"}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg None", "{\"alg\":\"None\"}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg with a space", "{\"alg\":\"none \"}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg empty", "{\"alg\":\"\"}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg absent", "{}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg null", "{\"alg\":null}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg a number", "{\"alg\":0}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg an array", "{\"alg\":[\"HS256\"]}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "alg in lower case", "{\"alg\":\"hs256\"}", GOOD_BODY,
      TOKEN_KEY_UNKNOWN },
    { "alg named Alg", "{\"Alg\":\"HS256\"}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "HS512", "{\"alg\":\"HS512\"}", GOOD_BODY, TOKEN_KEY_UNKNOWN },
    { "RS256 without such a key", "{\"alg\":\"RS256\"}", GOOD_BODY,
      TOKEN_KEY_UNKNOWN },

    /* header */
    { "crit", HEAD(",\"crit\":[\"x\"],\"x\":1"), GOOD_BODY,
      TOKEN_HEADER_REFUSED },
    { "crit empty", HEAD(",\"crit\":[]"), GOOD_BODY, TOKEN_HEADER_REFUSED },
    { "crit null", HEAD(",\"crit\":null"), GOOD_BODY, TOKEN_HEADER_REFUSED },
    { "b64", HEAD(",\"b64\":false"), GOOD_BODY, TOKEN_HEADER_REFUSED },
    { "cty", HEAD(",\"cty\":\"JWT\""), GOOD_BODY, TOKEN_HEADER_REFUSED },
    { "another typ", HEAD(",\"typ\":\"logout+jwt\""), GOOD_BODY,
      TOKEN_HEADER_REFUSED },
    { "typ a number", HEAD(",\"typ\":1"), GOOD_BODY, TOKEN_HEADER_REFUSED },
    { "kid an array", HEAD(",\"kid\":[]"), GOOD_BODY, TOKEN_HEADER_REFUSED },
    { "two alg", HEAD(",\"alg\":\"HS256\""), GOOD_BODY, TOKEN_HEADER_REFUSED },
    { "two alg, one escaped", HEAD(",\"\\u0061lg\":\"none\""), GOOD_BODY,
      TOKEN_HEADER_REFUSED },
    { "header no object", "[]", GOOD_BODY, TOKEN_MALFORMED },
    { "header no JSON", "HS256", GOOD_BODY, TOKEN_MALFORMED },
    { "header with a tail", "{\"alg\":\"HS256\"}x", GOOD_BODY,
      TOKEN_MALFORMED },

    /* exp */
    { "exp absent", GOOD_HEADER, "{\"sub\":\"alice\"}", TOKEN_CLAIMS_REFUSED },
    { "exp null", GOOD_HEADER, EXP("null"), TOKEN_CLAIMS_REFUSED },
    { "exp true", GOOD_HEADER, EXP("true"), TOKEN_CLAIMS_REFUSED },
    { "exp a string", GOOD_HEADER, EXP("\"" SOON "\""), TOKEN_CLAIMS_REFUSED },
    { "exp an array", GOOD_HEADER, EXP("[" SOON "]"), TOKEN_CLAIMS_REFUSED },
    { "exp an object", GOOD_HEADER, EXP("{}"), TOKEN_CLAIMS_REFUSED },
    { "exp 0", GOOD_HEADER, EXP("0"), TOKEN_CLAIMS_REFUSED },
    { "exp -0", GOOD_HEADER, EXP("-0"), TOKEN_CLAIMS_REFUSED },
    { "exp -1", GOOD_HEADER, EXP("-1"), TOKEN_CLAIMS_REFUSED },
    { "exp 1e400", GOOD_HEADER, EXP("1e400"), TOKEN_CLAIMS_REFUSED },
    { "exp -1e400", GOOD_HEADER, EXP("-1e400"), TOKEN_CLAIMS_REFUSED },
    { "exp 1e308", GOOD_HEADER, EXP("1e308"), TOKEN_CLAIMS_REFUSED },
    { "exp 2^63", GOOD_HEADER, EXP("9223372036854775808"),
      TOKEN_CLAIMS_REFUSED },
    { "exp 2^64 and a little", GOOD_HEADER, EXP("18446744075481306616"),
      TOKEN_CLAIMS_REFUSED },
    { "exp behind the year 9999", GOOD_HEADER, EXP("253402300800"),
      TOKEN_CLAIMS_REFUSED },
    { "exp at the end of 9999", GOOD_HEADER, EXP("253402300799"),
      TOKEN_LIVES_TOO_LONG },
    { "exp in ms", GOOD_HEADER, EXP("1771755000000"), TOKEN_CLAIMS_REFUSED },
    { "exp 2^32 and the past", GOOD_HEADER, EXP("6066721695"),
      TOKEN_LIVES_TOO_LONG },
    { "exp NaN", GOOD_HEADER, EXP("NaN"), TOKEN_MALFORMED },
    { "exp of 128 digits", GOOD_HEADER,
      EXP("1111111111111111111111111111111111111111111111111111111111111111"
          "1111111111111111111111111111111111111111111111111111111111111111"),
      TOKEN_MALFORMED },
    { "exp now", GOOD_HEADER, EXP(NOW), TOKEN_EXPIRED },
    { "exp a second ago", GOOD_HEADER, EXP("1771754399"), TOKEN_EXPIRED },
    { "exp 1.5", GOOD_HEADER, EXP("1.5"), TOKEN_EXPIRED },
    { "exp in a second", GOOD_HEADER, EXP("1771754401"), TOKEN_HOLDS },
    { "exp in an instant", GOOD_HEADER, EXP("1771754400.25"), TOKEN_HOLDS },
    { "exp with an exponent", GOOD_HEADER, EXP("1.771755e9"), TOKEN_HOLDS },
    { "two exp", GOOD_HEADER, BODY(",\"exp\":" SOON), TOKEN_CLAIMS_REFUSED },
    { "Exp", GOOD_HEADER, "{\"sub\":\"alice\",\"Exp\":" SOON "}",
      TOKEN_CLAIMS_REFUSED },

    /* nbf, iat, lifetime */
    { "nbf now", GOOD_HEADER, BODY(",\"nbf\":" NOW), TOKEN_HOLDS },
    { "nbf in an hour", GOOD_HEADER, BODY(",\"nbf\":1771758000"),
      TOKEN_PREMATURE },
    { "nbf in an instant", GOOD_HEADER, BODY(",\"nbf\":1771754400.001"),
      TOKEN_PREMATURE },
    { "nbf a string", GOOD_HEADER, BODY(",\"nbf\":\"" NOW "\""),
      TOKEN_CLAIMS_REFUSED },
    { "nbf null", GOOD_HEADER, BODY(",\"nbf\":null"), TOKEN_CLAIMS_REFUSED },
    { "nbf 1e400", GOOD_HEADER, BODY(",\"nbf\":1e400"), TOKEN_CLAIMS_REFUSED },
    { "iat now", GOOD_HEADER, IAT(NOW), TOKEN_HOLDS },
    { "iat in a second", GOOD_HEADER, IAT("1771754401"), TOKEN_PREMATURE },
    { "iat a string", GOOD_HEADER, IAT("\"" NOW "\""), TOKEN_CLAIMS_REFUSED },
    { "iat absent", GOOD_HEADER, "{\"sub\":\"alice\",\"exp\":" SOON "}",
      TOKEN_LIVES_TOO_LONG },
    { "iat 0", GOOD_HEADER, IAT("0"), TOKEN_LIVES_TOO_LONG },
    { "iat null", GOOD_HEADER, IAT("null"), TOKEN_CLAIMS_REFUSED },
    { "iat -1", GOOD_HEADER, IAT("-1"), TOKEN_CLAIMS_REFUSED },
    { "as long a life as allowed", GOOD_HEADER, EXP("1771755300"),
      TOKEN_HOLDS },
    { "a second longer", GOOD_HEADER, EXP("1771755301"), TOKEN_LIVES_TOO_LONG },
    { "an instant longer", GOOD_HEADER, EXP("1771755300.5"),
      TOKEN_LIVES_TOO_LONG },
    { "an old iat and a near exp", GOOD_HEADER, IAT("1771754099"),
      TOKEN_LIVES_TOO_LONG },
    { "900 s from iat", GOOD_HEADER, IAT("1771754100"), TOKEN_HOLDS },

    /* sub, role, jti, aud */
    { "sub absent", GOOD_HEADER, "{\"exp\":" SOON "}", TOKEN_CLAIMS_REFUSED },
    { "sub empty", GOOD_HEADER, "{\"sub\":\"\",\"exp\":" SOON "}",
      TOKEN_CLAIMS_REFUSED },
    { "sub null", GOOD_HEADER, "{\"sub\":null,\"exp\":" SOON "}",
      TOKEN_CLAIMS_REFUSED },
    { "sub a number", GOOD_HEADER, "{\"sub\":1,\"exp\":" SOON "}",
      TOKEN_CLAIMS_REFUSED },
    { "sub an array", GOOD_HEADER, "{\"sub\":[\"alice\"],\"exp\":" SOON "}",
      TOKEN_CLAIMS_REFUSED },
    { "sub with a NUL", GOOD_HEADER,
      "{\"sub\":\"admin\\u0000x\",\"exp\":" SOON "}", TOKEN_MALFORMED },
    { "sub with a lone surrogate", GOOD_HEADER,
      "{\"sub\":\"a\\ud800\",\"exp\":" SOON "}", TOKEN_MALFORMED },
    { "two sub", GOOD_HEADER, BODY(",\"sub\":\"bob\""), TOKEN_CLAIMS_REFUSED },
    { "two sub, one escaped", GOOD_HEADER, BODY(",\"\\u0073ub\":\"bob\""),
      TOKEN_CLAIMS_REFUSED },
    { "role a number", GOOD_HEADER, BODY(",\"role\":1"), TOKEN_CLAIMS_REFUSED },
    { "role null", GOOD_HEADER, BODY(",\"role\":null"), TOKEN_CLAIMS_REFUSED },
    { "role too long", GOOD_HEADER,
      BODY(",\"role\":\"123456789012345678901234567890123\""),
      TOKEN_CLAIMS_REFUSED },
    { "jti a number", GOOD_HEADER, BODY(",\"jti\":1"), TOKEN_CLAIMS_REFUSED },
    { "aud", GOOD_HEADER, BODY(",\"aud\":\"another\""), TOKEN_CLAIMS_REFUSED },

    /* encoding */
    { "payload no object", GOOD_HEADER, "\"alice\"", TOKEN_MALFORMED },
    { "payload with a BOM", GOOD_HEADER, "\xef\xbb\xbf" GOOD_BODY,
      TOKEN_MALFORMED },
    { "payload overlong", GOOD_HEADER, BODY(",\"x\":\"\xc0\xaf\""),
      TOKEN_MALFORMED },
    { "payload twice", GOOD_HEADER, GOOD_BODY GOOD_BODY, TOKEN_MALFORMED },
};

static enum token_fault verify(struct world *world, struct text token,
                               struct claims *claims)
{
    return jwt_verify(&secure_policy, world->keyring, token, world->now_ms,
                      settings_for(SERVES_SIGNALS).max_lifetime_s, claims);
}

static void expect_fault(struct world *world, const char *label,
                         const char *token, enum token_fault want)
{
    struct claims claims;
    struct claims before;

    memset(&claims, 0x5a, sizeof(claims));
    before = claims;
    enum token_fault got = verify(world, text_of(token), &claims);
    ck_assert_msg(got == want, "%s: want %s, got %s", label,
                  token_fault_name(want), token_fault_name(got));
    if (want != TOKEN_HOLDS)
        ck_assert_msg(claims.expires_s == before.expires_s &&
                          memcmp(claims.subject, before.subject,
                                 sizeof(claims.subject)) == 0,
                      "%s: claims were filled", label);
}

START_TEST(token_has_its_fault)
{
    struct world *world = world_new();

    expect_fault(world, tokens[_i].label,
                 sign(world, tokens[_i].header, tokens[_i].payload),
                 tokens[_i].want);
    world_free(world);
}
END_TEST

START_TEST(claims_are_read)
{
    struct world *world = world_new();
    struct claims claims;
    const char *token =
        sign(world, GOOD_HEADER,
             "{\"sub\":\"ali\\u0063e\",\"role\":\"viewer\",\"jti\":\"j1\","
             "\"exp\":" SOON ".5,\"iat\":" NOW ",\"nbf\":1771754399.001}");

    ck_assert_int_eq(verify(world, text_of(token), &claims), TOKEN_HOLDS);
    ck_assert_str_eq(claims.subject, "alice");
    ck_assert_str_eq(claims.role, "viewer");
    ck_assert_str_eq(claims.jti, "j1");
    ck_assert_int_eq(claims.expires_s, 1771755000);
    ck_assert_int_eq(claims.expires_ms, 500);
    ck_assert_int_eq(claims.issued_s, NOW_S);
    ck_assert_int_eq(claims.not_before_s, 1771754399);
    ck_assert(!secure_is_expired(&claims, 1771755000499));
    ck_assert(secure_is_expired(&claims, 1771755000500));
    world_free(world);
}
END_TEST

START_TEST(subject_has_its_longest)
{
    struct world *world = world_new();
    char payload[512];
    char subject[SUBJECT_BYTES_MAX + 2];

    memset(subject, 'a', sizeof(subject));
    for (int length = SUBJECT_BYTES_MAX; length <= SUBJECT_BYTES_MAX + 1;
         length++) {
        snprintf(payload, sizeof(payload),
                 "{\"sub\":\"%.*s\",\"iat\":" NOW ",\"exp\":" SOON "}", length,
                 subject);
        expect_fault(world, "longest", sign(world, GOOD_HEADER, payload),
                     length == SUBJECT_BYTES_MAX ? TOKEN_HOLDS
                                                 : TOKEN_CLAIMS_REFUSED);
    }
    world_free(world);
}
END_TEST

/* A good token, spelled otherwise. */
static const struct {
    const char *label;
    const char *shape; /* h, p, s: a part; else itself */
    enum token_fault want;
} shapes[] = {
    { "as it is", "h.p.s", TOKEN_HOLDS },
    { "nothing", "", TOKEN_MALFORMED },
    { "a word", "null", TOKEN_MALFORMED },
    { "one part", "h", TOKEN_MALFORMED },
    { "two parts", "h.p", TOKEN_MALFORMED },
    { "four parts", "h.p.s.s", TOKEN_MALFORMED },
    { "five parts", "h.p.s.s.s", TOKEN_MALFORMED },
    { "a leading dot", ".h.p.s", TOKEN_MALFORMED },
    { "a trailing dot", "h.p.s.", TOKEN_MALFORMED },
    { "no header", ".p.s", TOKEN_MALFORMED },
    { "no payload", "h..s", TOKEN_MALFORMED },
    { "no signature", "h.p.", TOKEN_SIGNATURE_WRONG },
    { "dots alone", "..", TOKEN_MALFORMED },
    { "padding", "h.p.s=", TOKEN_MALFORMED },
    { "a leading space", " h.p.s", TOKEN_MALFORMED },
    { "a trailing space", "h.p.s ", TOKEN_MALFORMED },
    { "a line break", "h.p.s\n", TOKEN_MALFORMED },
    { "an inner space", "h. p.s", TOKEN_MALFORMED },
    { "the scheme", "Bearer h.p.s", TOKEN_MALFORMED },
    { "quotes", "\"h.p.s\"", TOKEN_MALFORMED },
    { "a percent-encoded dot", "h%2ep.s", TOKEN_MALFORMED },
    { "the alphabet of MIME", "h.p.s+", TOKEN_MALFORMED },
    { "parts swapped", "p.h.s", TOKEN_KEY_UNKNOWN },
    { "header twice", "hh.p.s", TOKEN_MALFORMED },
    { "payload longer", "h.pp.s", TOKEN_SIGNATURE_WRONG },
    { "signature twice", "h.p.ss", TOKEN_MALFORMED },
    { "signature of another length", "h.p.h", TOKEN_SIGNATURE_WRONG },
};

static void spell(char *into, const char *shape, const char *token)
{
    const char *first = strchr(token, '.');
    const char *second = strchr(first + 1, '.');

    into[0] = 0;
    for (; *shape != 0; shape++) {
        if (*shape == 'h' && strchr(".hp%=+ \"", shape[1]) != NULL)
            note(into, "%.*s", (int)(first - token), token);
        else if (*shape == 'p' && strchr(".p", shape[1]) != NULL)
            note(into, "%.*s", (int)(second - first - 1), first + 1);
        else if (*shape == 's' && strchr(".s=+ \n\"", shape[1]) != NULL)
            note(into, "%s", second + 1);
        else
            note(into, "%c", *shape);
    }
}

START_TEST(shape_has_its_fault)
{
    struct world *world = world_new();
    static char token[JOURNAL_BYTES];

    spell(token, shapes[_i].shape, sign(world, GOOD_HEADER, GOOD_BODY));
    expect_fault(world, shapes[_i].label, token, shapes[_i].want);
    world_free(world);
}
END_TEST

/* Each bit of the token counts, and so do the unused ones of base64url. */
START_TEST(any_other_character_breaks_the_token)
{
    struct world *world = world_new();
    char *token = world->token;
    struct claims claims;

    sign(world, GOOD_HEADER, GOOD_BODY);
    for (char *at = token; *at != 0; at++) {
        char before = *at;
        for (const char *other = "AQgwZ09_-."; *other != 0; other++) {
            *at = *other;
            bool holds = verify(world, text_of(token), &claims) == TOKEN_HOLDS;
            ck_assert_msg(holds == (*other == before), "place %ld",
                          (long)(at - token));
        }
        *at = before;
    }
    world_free(world);
}
END_TEST

START_TEST(signature_is_judged_before_the_claims)
{
    struct world *world = world_new();
    char *token = world->token;

    sign(world, GOOD_HEADER, "{\"exp\":1}");
    token[strlen(token) - 2] ^= 1;
    expect_fault(world, "expired and forged", token, TOKEN_SIGNATURE_WRONG);
    world_free(world);
}
END_TEST

START_TEST(without_keys_nothing_is_decided)
{
    struct world *world = world_new();
    struct claims claims;
    const char *token = sign(world, GOOD_HEADER, GOOD_BODY);

    ck_assert_int_eq(jwt_verify(&secure_policy, NULL, text_of(token),
                                world->now_ms, 900, &claims),
                     TOKEN_DECODER_FAILED);
    world_free(world);
}
END_TEST

START_TEST(token_has_its_longest)
{
    struct world *world = world_new();
    static char payload[TOKEN_BYTES];
    size_t length = 0;

    /* Filled up until one more byte of payload is too much. */
    for (int fill = 5900; fill < 6200; fill++) {
        snprintf(payload, sizeof(payload), BODY(",\"x\":\"%0*d\""), fill, 0);
        length = strlen(sign(world, GOOD_HEADER, payload));
        expect_fault(world, "longest", world->token,
                     length <= TOKEN_BYTES_MAX ? TOKEN_HOLDS : TOKEN_MALFORMED);
    }
    ck_assert_uint_gt(length, TOKEN_BYTES_MAX);
    world_free(world);
}
END_TEST

START_TEST(fault_has_a_name)
{
    for (int i = TOKEN_HOLDS; i <= TOKEN_ABSENT; i++)
        ck_assert_uint_gt(strlen(token_fault_name((enum token_fault)i)), 0);
    ck_assert_str_eq(token_fault_name(TOKEN_EXPIRED), "expired");
    ck_assert_str_eq(token_fault_name((enum token_fault)99), "unknown");
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_jwt", &tcase);

    tcase_add_loop_test(tcase, token_has_its_fault, 0, COUNT_OF(tokens));
    tcase_add_test(tcase, claims_are_read);
    tcase_add_test(tcase, subject_has_its_longest);
    tcase_add_loop_test(tcase, shape_has_its_fault, 0, COUNT_OF(shapes));
    tcase_add_test(tcase, any_other_character_breaks_the_token);
    tcase_add_test(tcase, signature_is_judged_before_the_claims);
    tcase_add_test(tcase, without_keys_nothing_is_decided);
    tcase_add_test(tcase, token_has_its_longest);
    tcase_add_test(tcase, fault_has_a_name);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_jwt");
}
