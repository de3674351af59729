/* Keys: the vectors of RFC 7515 A.2 and A.3 and RFC 8037 A.4, their damaged
 * twins, and keyrings that must not be taken. The secret of RFC 7515 A.1 is no
 * text, so HS256 is held against a MAC made with Python's hmac. */
#include "tests/core_world.h"

#define PEM(lines)                                                             \
    "-----BEGIN PUBLIC KEY-----\\n" lines "-----END PUBLIC KEY-----\\n"
#define PUBLIC(alg, lines)                                                     \
    "{\"alg\":\"" alg "\",\"public_key\":\"" PEM(lines) "\"}"

#define RSA_LINES                                                              \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj\\n"      \
    "NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz\\n"      \
    "P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo\\n"      \
    "9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB\\n"      \
    "EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX\\n"      \
    "FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\\n"      \
    "oQIDAQAB\\n"
#define EC_LINES                                                               \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\\n"      \
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\\n"
#define ED_LINES                                                               \
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\\n"
#define SHORT_RSA_LINES                                                        \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCy7jpGpZbNEpBFcjR3g9UovNb1\\n"      \
    "0GDcesiTeykYIRILj74VCQmq6hII6bCmlVjFp2AHX9DCRz1skbduOdtVhyBiVqyg\\n"      \
    "ejb5SuJeXFcm1RG2QX0WOvnNdFjAukwBGom3t2gSEhRhtuzP8/H7pRk48mvnkjCG\\n"      \
    "x02ghiZKJXKQ+x84pwIDAQAB\\n"
#define P384_LINES                                                             \
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEkc65mYrk+hjRn6H/0mq17KTzdIOxtWb6\\n"      \
    "0ApJrGyU2zKeErllbzv1z0DLJcSA5ETjIjvEPmU/xLAPvw78mcI2+LvhYif8FPA6\\n"      \
    "O6+u6DITBC8inBe29UDnT09wXJDBkJOQ\\n"

#define JOE                                                                    \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv" \
    "bS9pc19yb290Ijp0cnVlfQ"
#define EC_SIGNATURE                                                           \
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKT" \
    "UJqPP3-Kg6NU1Q"

static const struct vector {
    const char *name;
    const char *ring;
    const char *input;
    const char *signature;
} vectors[] = {
    { "HS256", RING, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0",
      "zL6GxuEPUo33EGuRUj4-xosAD3hgDisB0SOyEPK8aoU" },
    { "RS256", "[" PUBLIC("RS256", RSA_LINES) "]", "eyJhbGciOiJSUzI1NiJ9." JOE,
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4B"
      "h-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZ"
      "LgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d"
      "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6"
      "LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw" },
    { "ES256", "[" PUBLIC("ES256", EC_LINES) "]", "eyJhbGciOiJFUzI1NiJ9." JOE,
      EC_SIGNATURE },
    { "EdDSA", "[" PUBLIC("EdDSA", ED_LINES) "]",
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7"
      "sVvpAr_MuM0KAg" },
};

struct subject {
    struct keyring *ring;
    const struct key *key;
    struct text input;
    unsigned char signature[512];
    size_t length;
};

static struct subject subject_of(const struct vector *vector)
{
    struct subject subject = { .input = text_of(vector->input) };
    const char *why;

    subject.ring = keyring_read(text_of(vector->ring), &why);
    ck_assert_msg(subject.ring != NULL, "%s: %s", vector->name, why);
    subject.key = keyring_find(subject.ring, text_of(vector->name));
    ck_assert_ptr_nonnull(subject.key);
    long length = base64url_read(text_of(vector->signature), subject.signature,
                                 sizeof(subject.signature));
    ck_assert_int_gt(length, 0);
    subject.length = (size_t)length;
    return subject;
}

static bool verifies(const struct subject *subject, struct text input,
                     size_t length)
{
    struct text signature = { (const char *)subject->signature, length };

    return key_verifies(subject->key, input, signature);
}

START_TEST(vector_holds_again_and_again)
{
    struct subject subject = subject_of(&vectors[_i]);

    for (int round = 0; round < 3; round++)
        ck_assert_msg(verifies(&subject, subject.input, subject.length),
                      "%s, round %d", vectors[_i].name, round);
    keyring_free(subject.ring);
}
END_TEST

START_TEST(damaged_vector_does_not_hold)
{
    struct subject subject = subject_of(&vectors[_i]);
    struct text shorter = { subject.input.at, subject.input.length - 1 };

    ck_assert(!verifies(&subject, shorter, subject.length));
    for (size_t bit = 0; bit < subject.length * 8; bit += 13) {
        subject.signature[bit / 8] ^= (unsigned char)(1 << bit % 8);
        ck_assert(!verifies(&subject, subject.input, subject.length));
        subject.signature[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t length = 0; length < subject.length; length++)
        ck_assert(!verifies(&subject, subject.input, length));
    ck_assert(!verifies(&subject, subject.input, subject.length + 1));
    ck_assert(verifies(&subject, subject.input, subject.length));
    keyring_free(subject.ring);
}
END_TEST

#define ORDER                                                                  \
    "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xbc\xe6" \
    "\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51"

static const struct {
    const char *label;
    const char *r, *s; /* 32 bytes each; NULL: the right one */
} pairs[] = {
    { "r = 0", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
      NULL },
    { "s = 0", NULL,
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
    { "r = 0 and s = 0 (CVE-2022-21449)",
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
    { "r = n", ORDER, NULL },
    { "s = n", NULL, ORDER },
};

START_TEST(ecdsa_edge_does_not_hold)
{
    struct subject subject = subject_of(&vectors[2]);

    if (pairs[_i].r != NULL)
        memcpy(subject.signature, pairs[_i].r, 32);
    if (pairs[_i].s != NULL)
        memcpy(subject.signature + 32, pairs[_i].s, 32);
    ck_assert_msg(!verifies(&subject, subject.input, 64), "%s",
                  pairs[_i].label);
    keyring_free(subject.ring);
}
END_TEST

START_TEST(algorithm_is_found_by_its_exact_name)
{
    const char *ring =
        "[" PUBLIC("ES256", EC_LINES) ","
                                      "{\"alg\":\"HS256\",\"secret\":\"" SECRET
                                      "\"}]";
    const char *why;
    struct keyring *keyring = keyring_read(text_of(ring), &why);
    static const char *const absent[] = { "",      "none",   "None",  "hs256",
                                          "HS512", "HS256 ", "RS256", "EdDSA",
                                          "PS256", "ES384",  "Es256", "HS25" };

    ck_assert_ptr_nonnull(keyring);
    ck_assert_uint_eq(keyring_count(keyring), 2);
    ck_assert_ptr_eq(keyring_find(keyring, text_of("ES256")),
                     keyring_at(keyring, 0));
    ck_assert_ptr_eq(keyring_find(keyring, text_of("HS256")),
                     keyring_at(keyring, 1));
    ck_assert_int_eq(key_algorithm(keyring_at(keyring, 1)), HS256);
    ck_assert_ptr_null(keyring_at(keyring, 2));
    for (int i = 0; i < COUNT_OF(absent); i++)
        ck_assert_ptr_null(keyring_find(keyring, text_of(absent[i])));
    keyring_free(keyring);
}
END_TEST

static const struct {
    const char *label;
    const char *ring;
    const char *why;
} refused[] = {
    { "nothing", "", "strict JSON" },
    { "an object", "{}", "strict JSON" },
    { "an empty array", "[]", "empty" },
    { "a duplicate name", "[{\"alg\":\"HS256\",\"alg\":\"HS256\"}]", "strict" },
    { "no algorithm", "[{\"secret\":\"" SECRET "\"}]", "alg" },
    { "none", "[{\"alg\":\"none\"}]", "alg" },
    { "a number", "[1]", "alg" },
    { "no secret", "[{\"alg\":\"HS256\"}]", "secret" },
    { "a short secret",
      "[{\"alg\":\"HS256\",\"secret\":\"0123456789abcdef0123456789abcde\"}]",
      "32 bytes" },
    { "a public key as secret",
      "[{\"alg\":\"HS256\",\"secret\":\"" PEM(EC_LINES) "\"}]", "PEM" },
    { "no public key", "[{\"alg\":\"RS256\"}]", "public_key" },
    { "no PEM", "[{\"alg\":\"RS256\",\"public_key\":\"x\"}]", "PEM" },
    { "a short RSA key", "[" PUBLIC("RS256", SHORT_RSA_LINES) "]", "2048" },
    { "an EC key for RS256", "[" PUBLIC("RS256", EC_LINES) "]", "RSA" },
    { "an RSA key for ES256", "[" PUBLIC("ES256", RSA_LINES) "]", "P-256" },
    { "another curve", "[" PUBLIC("ES256", P384_LINES) "]", "P-256" },
    { "an EC key for EdDSA", "[" PUBLIC("EdDSA", EC_LINES) "]", "Ed25519" },
    { "a good key, then a bad one",
      "[" PUBLIC("EdDSA", ED_LINES) ",{\"alg\":\"HS256\",\"secret\":\"x\"}]",
      "32 bytes" },
};

START_TEST(bad_keyring_is_refused_with_its_reason)
{
    const char *why = NULL;
    struct keyring *keyring = keyring_read(text_of(refused[_i].ring), &why);

    ck_assert_msg(keyring == NULL, "%s was taken", refused[_i].label);
    ck_assert_ptr_nonnull(why);
    ck_assert_msg(strstr(why, refused[_i].why) != NULL, "%s: %s",
                  refused[_i].label, why);
}
END_TEST

START_TEST(keyring_holds_one_key_of_each_algorithm)
{
    static const char one[] = "{\"alg\":\"HS256\",\"secret\":\"" SECRET "\"}";
    char ring[4096] = "";
    const char *why;

    note(ring, "[%s]", one);
    struct keyring *keyring = keyring_read(text_of(ring), &why);
    ck_assert_ptr_nonnull(keyring);
    keyring_free(keyring);
    ring[0] = 0;
    note(ring, "[%s,%s]", one, one);
    ck_assert_ptr_null(keyring_read(text_of(ring), &why));
    ck_assert_ptr_nonnull(strstr(why, "two keys of one algorithm"));
    keyring_free(NULL);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_key", &tcase);

    tcase_add_loop_test(tcase, vector_holds_again_and_again, 0,
                        COUNT_OF(vectors));
    tcase_add_loop_test(tcase, damaged_vector_does_not_hold, 0,
                        COUNT_OF(vectors));
    tcase_add_loop_test(tcase, ecdsa_edge_does_not_hold, 0, COUNT_OF(pairs));
    tcase_add_test(tcase, algorithm_is_found_by_its_exact_name);
    tcase_add_loop_test(tcase, bad_keyring_is_refused_with_its_reason, 0,
                        COUNT_OF(refused));
    tcase_add_test(tcase, keyring_holds_one_key_of_each_algorithm);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_key");
}
