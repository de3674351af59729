/* Signatures of a token: the right one, and the wrong ones that a service must
 * not take for it. */
#include "manifest/signing.h"
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

enum {
    SIGNATURE_BYTES_MAX = 1024, /* an RSA key of 8192 bits */
    P256_BYTES = 32,
};

static enum fault openssl_fault(const char *what)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    return fault_say(FAULT_SYSTEM, "%s: %s", what,
                     reason == NULL ? "OpenSSL gives no reason" : reason);
}

/* --- MACs ----------------------------------------------------------------- */

static enum fault sign_mac(const EVP_MD *hash, struct bytes key,
                           struct bytes input, struct buffer *into)
{
    static const unsigned char none[1];
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (key.length > INT_MAX ||
        HMAC(hash, key.at == NULL ? none : key.at, (int)key.length, input.at,
             input.length, mac, &length) == NULL)
        return openssl_fault("a MAC");
    return buffer_add(into, mac, length);
}

/* As good as random to who knows not ours, and the same in every run. */
static enum fault sign_mac_with_other(const struct signer *signer,
                                      struct bytes input, struct buffer *into)
{
    struct bytes label = bytes_of_string("a secret that is not trusted");
    struct buffer other;

    buffer_init(&other, EVP_MAX_MD_SIZE);
    enum fault fault =
        sign_mac(EVP_sha256(), bytes_of_string(signer->secret), label, &other);
    if (fault == FAULT_NONE)
        fault = sign_mac(EVP_sha256(), buffer_view(&other), input, into);
    buffer_deinit(&other);
    return fault;
}

/* --- Asymmetric keys ------------------------------------------------------ */

static EVP_PKEY *read_key(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    char none[] = "";
    EVP_PKEY *pkey = NULL;

    if (bio != NULL)
        pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, none);
    BIO_free(bio);
    return pkey;
}

/* A key of that algorithm which nobody trusts. */
static EVP_PKEY *other_key(const char *alg)
{
    if (strcmp(alg, "RS256") == 0)
        return read_key(foreign_rsa_key);
    if (strcmp(alg, "ES256") == 0)
        return EVP_EC_gen("P-256");
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

static EVP_PKEY *own_key(const struct signer *signer)
{
    if (signer->pkey == NULL || EVP_PKEY_up_ref(signer->pkey) != 1)
        return read_key(signer->private_key);
    return signer->pkey;
}

/* OpenSSL writes the DER of SEQUENCE { r, s }, JOSE wants r||s. */
static enum fault add_ecdsa(const unsigned char *der, size_t length,
                            struct buffer *into)
{
    unsigned char raw[2 * P256_BYTES];
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)length);
    enum fault fault = FAULT_SYSTEM;

    if (pair != NULL &&
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, P256_BYTES) == P256_BYTES &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + P256_BYTES, P256_BYTES) ==
            P256_BYTES)
        fault = buffer_add(into, raw, sizeof(raw));
    else
        fault = openssl_fault("an ECDSA signature");
    ECDSA_SIG_free(pair);
    return fault;
}

/* `hash` NULL: the algorithm has its own. */
static enum fault sign_with(EVP_PKEY *pkey, const EVP_MD *hash,
                            struct bytes input, struct buffer *into)
{
    unsigned char signature[SIGNATURE_BYTES_MAX];
    size_t length = sizeof(signature);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    enum fault fault;

    if (pkey == NULL || context == NULL ||
        EVP_DigestSignInit(context, NULL, hash, NULL, pkey) != 1 ||
        EVP_DigestSign(context, signature, &length, input.at, input.length) !=
            1)
        fault = openssl_fault("a signature");
    else if (EVP_PKEY_is_a(pkey, "EC"))
        fault = add_ecdsa(signature, length, into);
    else
        fault = buffer_add(into, signature, length);
    EVP_MD_CTX_free(context);
    return fault;
}

static bool is_mac(const struct signer *signer)
{
    return signer->secret != NULL;
}

/* EdDSA hashes by itself, and has no other to offer. */
static bool is_eddsa(const struct signer *signer)
{
    return strcmp(signer->alg, "EdDSA") == 0;
}

static enum fault sign_asymmetric(const struct signer *signer, enum signing how,
                                  struct bytes input, struct buffer *into)
{
    EVP_PKEY *pkey =
        how == SIGNED_WITH_OTHER_KEY ? other_key(signer->alg) : own_key(signer);
    const EVP_MD *hash = is_eddsa(signer)                 ? NULL
                         : how == SIGNED_WITH_LONGER_HASH ? EVP_sha512()
                                                          : EVP_sha256();
    enum fault fault = sign_with(pkey, hash, input, into);

    EVP_PKEY_free(pkey);
    return fault;
}

/* --- What a criterion asks for -------------------------------------------- */

const char *signing_alg(const struct signer *signer, enum signing how)
{
    if (how == SIGNED_WITH_EMPTY_KEY || how == SIGNED_WITH_PUBLIC_KEY)
        return "HS256";
    if (how == SIGNED_WITH_BROUGHT_SECRET)
        return "HS256";
    if (how == SIGNED_WITH_BROUGHT_KEY)
        return "RS256";
    if (how != SIGNED_WITH_LONGER_HASH)
        return signer->alg;
    if (strcmp(signer->alg, "RS256") == 0)
        return "RS512";
    return strcmp(signer->alg, "ES256") == 0 ? "ES512" : "HS512";
}

static enum fault sign_with_public_key(const struct signer *signer,
                                       const EVP_MD *hash, struct bytes input,
                                       struct buffer *into)
{
    if (signer->public_key == NULL)
        return fault_say(FAULT_MANIFEST,
                         "the manifest's %s key has no public "
                         "half to sign with",
                         signer->alg);
    return sign_mac(hash, bytes_of_string(signer->public_key), input, into);
}

static const char brought_secret[] =
    "a secret of the caller's own choosing, 48 bytes!!";
static const char brought_secret_jwk[] =
    "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":"
    "\"YSBzZWNyZXQgb2YgdGhlIGNhbGxlcidzIG93biBjaG9vc2luZywgNDggYnl0ZXMhIQ\"}";

const char *signing_brought(enum signing how)
{
    return how == SIGNED_WITH_BROUGHT_KEY      ? foreign_rsa_jwk
           : how == SIGNED_WITH_BROUGHT_SECRET ? brought_secret_jwk
                                               : NULL;
}

static enum fault sign_with_brought_key(struct bytes input, struct buffer *into)
{
    EVP_PKEY *pkey = read_key(foreign_rsa_key);
    enum fault fault = sign_with(pkey, EVP_sha256(), input, into);

    EVP_PKEY_free(pkey);
    return fault;
}

static enum fault sign_right(const struct signer *signer, struct bytes input,
                             struct buffer *into)
{
    if (is_mac(signer))
        return sign_mac(EVP_sha256(), bytes_of_string(signer->secret), input,
                        into);
    return sign_asymmetric(signer, SIGNED_RIGHT, input, into);
}

/* Every algorithm's name has 512 in it but EdDSA's: there it is the MAC that
 * another would make of what it knows of us. */
static enum fault sign_longer(const struct signer *signer, struct bytes input,
                              struct buffer *into)
{
    if (is_mac(signer))
        return sign_mac(EVP_sha512(), bytes_of_string(signer->secret), input,
                        into);
    if (is_eddsa(signer))
        return sign_with_public_key(signer, EVP_sha512(), input, into);
    return sign_asymmetric(signer, SIGNED_WITH_LONGER_HASH, input, into);
}

/* Flipped before it is encoded, so every bit counts; not at the very end,
 * where a lazy comparison might not look, nor at the beginning, where anyone
 * does. */
static void flip(struct buffer *signature)
{
    signature->at[signature->length * 7 / 8] ^= 0x10;
}

static enum fault sign(const struct signer *signer, enum signing how,
                       struct bytes input, struct buffer *into)
{
    switch (how) {
    case SIGNED_WITH_OTHER_KEY:
        return is_mac(signer) ? sign_mac_with_other(signer, input, into)
                              : sign_asymmetric(signer, how, input, into);
    case SIGNED_WITH_EMPTY_KEY:
        return sign_mac(EVP_sha256(), bytes_of_string(""), input, into);
    case SIGNED_WITH_BROUGHT_KEY: return sign_with_brought_key(input, into);
    case SIGNED_WITH_BROUGHT_SECRET:
        return sign_mac(EVP_sha256(), bytes_of_string(brought_secret), input,
                        into);
    case SIGNED_WITH_PUBLIC_KEY:
        return sign_with_public_key(signer, EVP_sha256(), input, into);
    case SIGNED_WITH_LONGER_HASH: return sign_longer(signer, input, into);
    case SIGNED_NOT_AT_ALL: return FAULT_NONE;
    case SIGNED_RIGHT:
    case SIGNED_THEN_FLIPPED:
    case SIGNED_THEN_CUT: break;
    }
    return sign_right(signer, input, into);
}

enum fault signing_make(const struct signer *signer, enum signing how,
                        struct bytes input, struct buffer *into)
{
    ERR_set_mark();
    enum fault fault = sign(signer, how, input, into);
    ERR_pop_to_mark();
    if (fault == FAULT_NONE && how == SIGNED_THEN_FLIPPED)
        flip(into);
    if (fault == FAULT_NONE && how == SIGNED_THEN_CUT)
        into->length /= 2;
    return fault;
}
