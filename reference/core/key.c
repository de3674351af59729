/* Verification keys. Each is set up once, with its algorithm and its OpenSSL
 * context, so that a verification neither looks an algorithm up nor lets a
 * token choose one. */
#include "core/key.h"
#include "core/json.h"
#include <cJSON.h>
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>

enum sizes {
    SECRET_BYTES_MIN = 32, /* RFC 7518 3.2: as long as the hash */
    RSA_BITS_MIN = 2048,   /* RFC 7518 3.3 */
    P256_BYTES = 32,
    P256_DER_BYTES_MAX = 72,
};

struct key {
    enum algorithm algorithm;
    EVP_MAC_CTX *mac;   /* HS256: keyed, started afresh by EVP_MAC_init */
    EVP_MD_CTX *verify; /* the others: initialised, copied for each use */
};

struct keyring {
    size_t count;
    struct key keys[KEYS_MAX];
};

static const struct {
    const char *name;
    enum algorithm algorithm;
} names[] = {
    { "HS256", HS256 },
    { "RS256", RS256 },
    { "ES256", ES256 },
    { "EdDSA", EDDSA },
};

static enum algorithm algorithm_named(struct text name)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_is(name, names[i].name))
            return names[i].algorithm;
    return ALGORITHM_NONE;
}

/* --- Reading ------------------------------------------------------------ */

static EVP_MAC_CTX *mac_new(struct text secret)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);

    EVP_MAC_free(hmac);
    if (mac != NULL && EVP_MAC_init(mac, (const unsigned char *)secret.at,
                                    secret.length, params) == 1)
        return mac;
    EVP_MAC_CTX_free(mac);
    return NULL;
}

static const char *read_secret(struct key *key, const cJSON *entry)
{
    const char *secret =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "secret"));

    if (secret == NULL)
        return "an HS256 key needs the text \"secret\"";
    if (strlen(secret) < SECRET_BYTES_MIN)
        return "an HS256 secret is shorter than 32 bytes";
    if (strstr(secret, "-----BEGIN") != NULL)
        return "an HS256 secret is a PEM key";
    key->mac = mac_new(text_of(secret));
    return key->mac == NULL ? "OpenSSL refuses the secret" : NULL;
}

/* An encrypted PEM is not worth a prompt on somebody's terminal. */
static int no_passphrase(char *into, int size, int writing, void *self)
{
    (void)into, (void)size, (void)writing, (void)self;
    return -1;
}

static EVP_PKEY *public_key_read(const char *pem)
{
    size_t length = strlen(pem);

    if (length > INT_MAX)
        return NULL;
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *pkey = NULL;
    if (bio != NULL)
        pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    return pkey;
}

static bool is_p256(const EVP_PKEY *pkey)
{
    char group[32];

    return EVP_PKEY_is_a(pkey, "EC") &&
           EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static const char *mismatch(enum algorithm algorithm, const EVP_PKEY *pkey)
{
    if (algorithm == RS256 && !EVP_PKEY_is_a(pkey, "RSA"))
        return "an RS256 key is not an RSA key";
    if (algorithm == RS256 && EVP_PKEY_get_bits(pkey) < RSA_BITS_MIN)
        return "an RSA key is shorter than 2048 bits";
    if (algorithm == ES256 && !is_p256(pkey))
        return "an ES256 key is not on the curve P-256";
    if (algorithm == EDDSA && !EVP_PKEY_is_a(pkey, "ED25519"))
        return "an EdDSA key is not an Ed25519 key";
    return NULL;
}

static const char *read_public_key(struct key *key, const cJSON *entry)
{
    const char *pem = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(entry, "public_key"));
    const char *digest = key->algorithm == EDDSA ? NULL : "SHA256";

    if (pem == NULL)
        return "a key needs the text \"public_key\"";
    EVP_PKEY *pkey = public_key_read(pem);
    if (pkey == NULL)
        return "a public key is not PEM of a SubjectPublicKeyInfo";
    const char *why = mismatch(key->algorithm, pkey);
    key->verify = EVP_MD_CTX_new();
    if (why == NULL && (key->verify == NULL ||
                        EVP_DigestVerifyInit_ex(key->verify, NULL, digest, NULL,
                                                NULL, pkey, NULL) != 1))
        why = "OpenSSL refuses the key";
    EVP_PKEY_free(pkey);
    return why;
}

static const char *key_read(struct key *key, const cJSON *entry)
{
    const char *name =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "alg"));

    key->algorithm = algorithm_named(text_of(name == NULL ? "" : name));
    if (key->algorithm == ALGORITHM_NONE)
        return "a key has no \"alg\" of HS256, RS256, ES256, EdDSA";
    if (key->algorithm == HS256)
        return read_secret(key, entry);
    return read_public_key(key, entry);
}

/* A token names an algorithm, and that must name one key. */
static bool algorithm_is_taken(const struct keyring *keyring)
{
    size_t last = keyring->count - 1;

    for (size_t i = 0; i < last; i++) {
        if (keyring->keys[i].algorithm == keyring->keys[last].algorithm)
            return true;
    }
    return false;
}

static const char *keys_read(struct keyring *keyring, const cJSON *array)
{
    const cJSON *entry;
    const char *why = NULL;

    if (!cJSON_IsArray(array) || !json_names_are_unique(array))
        return "the keyring is not a strict JSON array";
    if (array->child == NULL)
        return "the keyring is empty";
    cJSON_ArrayForEach(entry, array)
    {
        if (keyring->count == KEYS_MAX)
            return "the keyring holds more than 16 keys";
        why = key_read(&keyring->keys[keyring->count++], entry);
        if (why == NULL && algorithm_is_taken(keyring))
            why = "two keys of one algorithm";
        if (why != NULL)
            break;
    }
    return why;
}

struct keyring *keyring_read(struct text json, const char **why)
{
    struct keyring *keyring = calloc(1, sizeof(*keyring));
    struct cJSON *array = json_read(json);

    (void)ERR_set_mark();
    *why = keyring == NULL ? "out of memory" : keys_read(keyring, array);
    (void)ERR_pop_to_mark();
    cJSON_Delete(array);
    if (*why == NULL)
        return keyring;
    keyring_free(keyring);
    return NULL;
}

void keyring_free(struct keyring *keyring)
{
    if (keyring == NULL)
        return;
    for (size_t i = 0; i < keyring->count; i++) {
        EVP_MAC_CTX_free(keyring->keys[i].mac);
        EVP_MD_CTX_free(keyring->keys[i].verify);
    }
    free(keyring);
}

/* --- Finding ------------------------------------------------------------ */

const struct key *keyring_find(const struct keyring *keyring, struct text name)
{
    enum algorithm algorithm = algorithm_named(name);

    for (size_t i = 0; i < keyring->count; i++)
        if (keyring->keys[i].algorithm == algorithm)
            return &keyring->keys[i];
    return NULL;
}

size_t keyring_count(const struct keyring *keyring)
{
    return keyring->count;
}

const struct key *keyring_at(const struct keyring *keyring, size_t index)
{
    return index < keyring->count ? &keyring->keys[index] : NULL;
}

enum algorithm key_algorithm(const struct key *key)
{
    return key->algorithm;
}

/* --- Verifying ---------------------------------------------------------- */

static bool mac_of(EVP_MAC_CTX *mac, struct text input,
                   unsigned char into[MAC_BYTES])
{
    size_t length = 0;

    return EVP_MAC_init(mac, NULL, 0, NULL) == 1 &&
           EVP_MAC_update(mac, (const unsigned char *)input.at, input.length) ==
               1 &&
           EVP_MAC_final(mac, into, &length, MAC_BYTES) == 1 &&
           length == MAC_BYTES;
}

static bool mac_verifies(EVP_MAC_CTX *mac, struct text input,
                         struct text signature)
{
    unsigned char want[MAC_BYTES];

    return signature.length == MAC_BYTES && mac_of(mac, input, want) &&
           CRYPTO_memcmp(want, signature.at, MAC_BYTES) == 0;
}

static bool signature_verifies(const EVP_MD_CTX *prepared, struct text input,
                               struct text signature)
{
    EVP_MD_CTX *verify = EVP_MD_CTX_new();
    bool holds =
        verify != NULL && EVP_MD_CTX_copy_ex(verify, prepared) == 1 &&
        EVP_DigestVerify(verify, (const unsigned char *)signature.at,
                         signature.length, (const unsigned char *)input.at,
                         input.length) == 1;

    EVP_MD_CTX_free(verify);
    return holds;
}

/* JOSE writes r||s, OpenSSL reads the DER of SEQUENCE { r, s }. Returns the
 * length written, or 0. */
static size_t der_of(struct text signature, unsigned char *der)
{
    const unsigned char *at = (const unsigned char *)signature.at;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(at, P256_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(at + P256_BYTES, P256_BYTES, NULL);
    int length = 0;

    if (pair == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else {
        length = i2d_ECDSA_SIG(pair, &der);
    }
    ECDSA_SIG_free(pair);
    return length > 0 ? (size_t)length : 0;
}

static bool ecdsa_verifies(const EVP_MD_CTX *prepared, struct text input,
                           struct text signature)
{
    unsigned char der[P256_DER_BYTES_MAX];

    if (signature.length != (size_t)2 * P256_BYTES)
        return false;
    struct text pair = { (const char *)der, der_of(signature, der) };
    return pair.length > 0 && signature_verifies(prepared, input, pair);
}

/* What OpenSSL notes about a bad signature is taken back: a TLS connection on
 * this thread would find it in the queue and take it for its own. */
bool key_verifies(const struct key *key, struct text input,
                  struct text signature)
{
    bool holds = false;

    (void)ERR_set_mark();
    if (key->algorithm == HS256)
        holds = mac_verifies(key->mac, input, signature);
    else if (key->algorithm == ES256)
        holds = ecdsa_verifies(key->verify, input, signature);
    else
        holds = signature_verifies(key->verify, input, signature);
    (void)ERR_pop_to_mark();
    return holds;
}

bool key_signs(const struct key *key, struct text input,
               unsigned char into[MAC_BYTES])
{
    bool is_signed;

    (void)ERR_set_mark();
    is_signed = key->algorithm == HS256 && mac_of(key->mac, input, into);
    (void)ERR_pop_to_mark();
    return is_signed;
}
