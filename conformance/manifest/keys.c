/* Reads the keys that we may sign with, and derives their public halves. What
 * is said of a bad one never holds a byte of it. */
#include "manifest/internal.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

struct entry {
    struct building *building;
    const struct layer *layer;
    struct trail trail; /* of the entry */
    const cJSON *tree;
};

static void complain(const struct entry *entry, const char *member,
                     const char *found, const char *expected)
{
    struct trail trail = entry->trail;

    (void)trail_member(entry->tree, member, &trail);
    mistake_add(entry->building->reading, entry->layer, &trail, found,
                expected);
}

static const char *member_text(const struct entry *entry, const char *name)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(entry->tree, name));
}

/* --- PEM ------------------------------------------------------------------ */

/* An encrypted PEM is not worth a prompt on somebody's terminal. */
static int no_passphrase(char *into, int size, int writing, void *self)
{
    (void)into, (void)size, (void)writing, (void)self;
    return -1;
}

static EVP_PKEY *read_pem(const char *pem)
{
    size_t length = strlen(pem);
    BIO *bio = length > INT_MAX ? NULL : BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *pkey = NULL;

    if (bio != NULL)
        pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    return pkey;
}

static char *write_public_pem(EVP_PKEY *pkey)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *at = NULL;
    char *copy = NULL;

    if (bio != NULL && PEM_write_bio_PUBKEY(bio, pkey) == 1) {
        long length = BIO_get_mem_data(bio, &at);
        copy = length > 0 ? strndup(at, (size_t)length) : NULL;
    }
    BIO_free(bio);
    return copy;
}

static bool is_p256(const EVP_PKEY *pkey)
{
    char group[32];

    return EVP_PKEY_is_a(pkey, "EC") &&
           EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

/* What the algorithm asks of a key that has it not; NULL: it has. */
static const char *key_it_wants(const char *alg, const EVP_PKEY *pkey)
{
    if (strcmp(alg, "RS256") == 0 &&
        (!EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_get_bits(pkey) < RSA_BITS_MIN))
        return "an RSA key of at least 2048 bits for RS256";
    if (strcmp(alg, "ES256") == 0 && !is_p256(pkey))
        return "a key on the curve P-256 for ES256";
    if (strcmp(alg, "EdDSA") == 0 && !EVP_PKEY_is_a(pkey, "ED25519"))
        return "an Ed25519 key for EdDSA";
    return NULL;
}

static const char *openssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    return reason == NULL ? "no reason given" : reason;
}

/* `member` is where the PEM comes from. */
static void take_pem(const struct entry *entry, const char *member,
                     const char *pem, struct signer *into)
{
    char found[FOUND_BYTES];

    ERR_set_mark();
    EVP_PKEY *pkey = read_pem(pem);
    if (pkey == NULL) {
        snprintf(found, sizeof(found),
                 "a text that OpenSSL cannot read (%.100s)", openssl_reason());
        complain(entry, member, found, "a private key in PEM, not encrypted");
    } else if (key_it_wants(into->alg, pkey) != NULL) {
        complain(entry, member, "another kind of key",
                 key_it_wants(into->alg, pkey));
    } else {
        into->private_key = pem;
        into->public_key = build_keep(entry->building, write_public_pem(pkey));
        into->pkey = pkey;
        pkey = NULL;
    }
    EVP_PKEY_free(pkey);
    ERR_pop_to_mark();
}

static void take_pem_file(const struct entry *entry, const char *name,
                          struct signer *into)
{
    char *path = path_join(entry->layer->folder, name);
    char found[FOUND_BYTES];
    struct buffer pem;

    buffer_init(&pem, KEY_FILE_BYTES_MAX);
    const char *why =
        path == NULL ? "no memory"
                     : file_load(path, KEY_FILE_BYTES_MAX, &pem, NULL, NULL);
    if (why == NULL) {
        const char *text = build_keep(entry->building, buffer_take(&pem));
        if (text != NULL)
            take_pem(entry, "private_key_file", text, into);
    } else {
        snprintf(found, sizeof(found), "\"%.100s\" (%.100s)", name, why);
        complain(entry, "private_key_file", found,
                 "a readable PEM file of at most 64 KiB");
    }
    buffer_deinit(&pem);
    free(path);
}

/* --- Entries -------------------------------------------------------------- */

static void read_secret(const struct entry *entry, struct signer *into)
{
    into->secret = member_text(entry, "secret");
    if (into->secret == NULL)
        complain(entry, "alg", "no secret", "one for HS256");
    else if (strstr(into->secret, "-----BEGIN") != NULL)
        complain(entry, "secret", "a PEM key", "a secret for HS256");
    else if (member_text(entry, "private_key") != NULL)
        complain(entry, "private_key", "a private key", "none for HS256");
    else if (member_text(entry, "private_key_file") != NULL)
        complain(entry, "private_key_file", "a private key", "none for HS256");
}

static void read_private_key(const struct entry *entry, struct signer *into)
{
    const char *pem = member_text(entry, "private_key");
    const char *file = member_text(entry, "private_key_file");

    if (member_text(entry, "secret") != NULL)
        complain(entry, "secret", "a secret", "none for this algorithm");
    else if (pem != NULL && file != NULL)
        complain(entry, "private_key_file",
                 "both private_key and private_key_file", "one of them");
    else if (pem != NULL)
        take_pem(entry, "private_key", pem, into);
    else if (file != NULL)
        take_pem_file(entry, file, into);
    else
        complain(entry, "alg", "no private key",
                 "private_key or private_key_file");
}

void build_keys(struct building *building)
{
    static const char path[] = "credential.keys";
    struct trail trail = { 0 };
    struct manifest *manifest = building->manifest;
    const cJSON *keys = trail_find(manifest->tree, path, &trail);
    const struct layer *layer = layers_origin(building->reading, path, &trail);
    const cJSON *key;

    cJSON_ArrayForEach(key, keys)
    {
        unsigned index = (unsigned)manifest->key_count++;
        struct signer *into = &manifest->keys[index];
        struct entry entry = { building, layer, trail_down(&trail, index),
                               key };

        into->alg = member_text(&entry, "alg");
        if (strcmp(into->alg, "HS256") == 0)
            read_secret(&entry, into);
        else
            read_private_key(&entry, into);
    }
}
