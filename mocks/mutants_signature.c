/* Mutants that let somebody else than us say what a right signature is. */
#include "laboratory.h"
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <strings.h>

/* Below that, nothing is a signature even to the most careless. */
enum { LEAST = 15 };

/* Is `signature` the HMAC of `input` under `key`? No more than `compared` bytes
 * of it are looked at, which is the lie of one of them. */
static bool mac_fits(const EVP_MD *hash, struct text key, struct text input,
                     struct text signature, size_t compared)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (HMAC(hash, key.at, (int)key.length, (const unsigned char *)input.at,
             input.length, mac, &length) == NULL)
        return false;
    if (compared == length && signature.length != length)
        return false;
    if (compared > signature.length)
        compared = signature.length;
    return compared >= LEAST && CRYPTO_memcmp(mac, signature.at, compared) == 0;
}

static bool is_mac_of(struct text key, struct text input, struct text signature)
{
    return mac_fits(EVP_sha256(), key, input, signature, 32);
}

/* --- Whether it is looked at ---------------------------------------------- */

bool skips_the_signature(const struct key *key, const struct cJSON *header,
                         struct text input, struct text signature)
{
    (void)key, (void)header, (void)input, (void)signature;
    return true;
}

const struct key *knows_its_first_key_only(const struct keyring *keyring,
                                           const struct cJSON *header)
{
    const struct key *chosen = secure_choose_key(keyring, header);

    return chosen == keyring_at(keyring, 0) ? chosen : NULL;
}

/* --- Which key it is held against ----------------------------------------- */

static const struct text empty_key = { "", 0 };

bool tries_an_empty_key_too(const struct key *key, const struct cJSON *header,
                            struct text input, struct text signature)
{
    return secure_signature_holds(key, header, input, signature) ||
           is_mac_of(empty_key, input, signature);
}

/* The `jwk` member is the attacker's own key, of the attacker's choosing. */
bool trusts_a_key_brought_by_the_token(const struct key *key,
                                       const struct cJSON *header,
                                       struct text input, struct text signature)
{
    const cJSON *jwk = cJSON_GetObjectItemCaseSensitive(header, "jwk");
    const char *k =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(jwk, "k"));
    char bytes[256];
    long length =
        k == NULL ? -1 : base64url_read(text_of(k), bytes, sizeof(bytes));

    if (length >= 0)
        return is_mac_of((struct text){ bytes, (size_t)length }, input,
                         signature);
    return secure_signature_holds(key, header, input, signature);
}

/* The "file" is /dev/null, however far up the path climbs: an empty key. */
bool looks_the_key_id_up_as_a_path(const struct key *key,
                                   const struct cJSON *header,
                                   struct text input, struct text signature)
{
    const char *path =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(header, "kid"));
    const char *null = path == NULL ? NULL : strstr(path, "/dev/null");

    if (null != NULL && strcmp(null, "/dev/null") == 0)
        return is_mac_of(empty_key, input, signature);
    return secure_signature_holds(key, header, input, signature);
}

struct refusal dies_of_a_hostile_key_id(const struct core *core,
                                        enum refusal_cause cause,
                                        enum token_fault fault,
                                        struct text token)
{
    struct refusal internal = { 1011, "Internal error", false };
    cJSON *header = header_of(token);
    const cJSON *kid = cJSON_GetObjectItemCaseSensitive(header, "kid");
    bool is_hostile = kid != NULL && !cJSON_IsString(kid);

    cJSON_Delete(header);
    return is_hostile ? internal : secure_refusal(core, cause, fault, token);
}

bool ignores_critical_headers(const struct cJSON *header)
{
    cJSON *copy = cJSON_Duplicate(header, true);

    cJSON_DeleteItemFromObjectCaseSensitive(copy, "crit");
    bool is_understood = copy != NULL && secure_header_is_understood(copy);
    cJSON_Delete(copy);
    return is_understood;
}

/* --- Secrets in wrong hands ----------------------------------------------- */

/* Finds what is signed, and the signature, of which a text of any length is
 * read: the last characters that make no whole byte are dropped. */
static bool split_signature(struct text token, struct text *input,
                            char signature[EVP_MAX_MD_SIZE],
                            struct text *decoded)
{
    const char *dot =
        token.length == 0 ? NULL : memrchr(token.at, '.', token.length);

    if (dot == NULL)
        return false;
    struct text text = { dot + 1, token.length - (size_t)(dot + 1 - token.at) };
    long length = base64url_read(text, signature, EVP_MAX_MD_SIZE);
    if (length < 0) {
        text.length -= text.length % 4;
        length = base64url_read(text, signature, EVP_MAX_MD_SIZE);
    }
    *input = (struct text){ token.at, (size_t)(dot - token.at) };
    *decoded = (struct text){ signature, length < 0 ? 0 : (size_t)length };
    return length > 0;
}

/* Is the token signed by this HMAC under this key? */
static bool is_signed_with(struct text token, const EVP_MD *hash,
                           const char *key, size_t compared)
{
    char bytes[EVP_MAX_MD_SIZE];
    struct text input;
    struct text signature;

    return key != NULL && split_signature(token, &input, bytes, &signature) &&
           mac_fits(hash, text_of(key), input, signature, compared);
}

/* Verifies on the strength of `by`, which asks each key of the manifest; else
 * securely. */
static enum token_fault
verify_if(struct core *core, struct text token, struct claims *claims,
          bool (*by)(struct text token, const char *algorithm,
                     const struct signer *signer))
{
    const struct manifest *manifest = laboratory_of(core)->manifest;
    char algorithm[16];
    bool is_good = false;

    algorithm_of(token, algorithm, sizeof(algorithm));
    for (size_t i = 0; i < manifest->key_count; i++)
        is_good = is_good || by(token, algorithm, &manifest->keys[i]);
    return is_good ? verify_unsigned(core, token, claims)
                   : secure_verify_token(core, token, claims);
}

static bool begins_rightly(struct text token, const char *algorithm,
                           const struct signer *signer)
{
    enum { HALF = 16 };

    return strcmp(algorithm, "HS256") == 0 &&
           is_signed_with(token, EVP_sha256(), signer->secret, HALF);
}

enum token_fault compares_half_the_signature(struct core *core,
                                             struct text token,
                                             struct claims *claims)
{
    return verify_if(core, token, claims, begins_rightly);
}

static bool is_of_any_hash(struct text token, const char *algorithm,
                           const struct signer *signer)
{
    (void)algorithm;
    return is_signed_with(token, EVP_sha384(), signer->secret, 48) ||
           is_signed_with(token, EVP_sha512(), signer->secret, 64);
}

enum token_fault takes_any_hmac_of_the_secret(struct core *core,
                                              struct text token,
                                              struct claims *claims)
{
    return verify_if(core, token, claims, is_of_any_hash);
}

static bool is_of_public_key(struct text token, const char *algorithm,
                             const struct signer *signer)
{
    (void)algorithm;
    return is_signed_with(token, EVP_sha256(), signer->public_key, 32);
}

enum token_fault uses_the_public_key_as_a_secret(struct core *core,
                                                 struct text token,
                                                 struct claims *claims)
{
    return verify_if(core, token, claims, is_of_public_key);
}

/* jwt.decode(token, key, algorithms=[header["alg"]]), with a key that is
 * whatever the algorithm makes of it. */
static bool is_of_its_own_choice(struct text token, const char *algorithm,
                                 const struct signer *signer)
{
    return strcasecmp(algorithm, "none") == 0 ||
           is_of_any_hash(token, algorithm, signer) ||
           is_of_public_key(token, algorithm, signer);
}

enum token_fault believes_the_algorithm_of_the_token(struct core *core,
                                                     struct text token,
                                                     struct claims *claims)
{
    return verify_if(core, token, claims, is_of_its_own_choice);
}
