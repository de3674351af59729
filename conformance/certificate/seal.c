/* Keys that seal certificates. */
#include "certificate/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OF_OTHERS = S_IRWXG | S_IRWXO };

struct seal {
    EVP_PKEY *key;
    char id[SEAL_ID_BYTES];
};

void seal_free(struct seal *seal)
{
    if (seal == NULL)
        return;
    EVP_PKEY_free(seal->key);
    free(seal);
}

const char *seal_id(const struct seal *seal)
{
    return seal->id;
}

static bool name_key(EVP_PKEY *key, char id[SEAL_ID_BYTES])
{
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key, &der);

    id[0] = 0;
    if (length > 0)
        digest_of((struct bytes){ der, (size_t)length }, id);
    OPENSSL_free(der);
    return id[0] != 0;
}

/* --- Making --------------------------------------------------------------- */

/* -1 with the reason said. */
static int create(const char *path, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (file < 0 && errno == EEXIST)
        fault_say(FAULT_KEY, "%s is there already, and no key is written over",
                  path);
    else if (file < 0)
        fault_say(FAULT_KEY, "%s could not be made: %s", path, strerror(errno));
    return file;
}

/* What a umask has taken, and what it would have left. */
static enum fault write_key(int file, const char *path, BIO *pem, mode_t mode)
{
    char *at = NULL;
    long length = BIO_get_mem_data(pem, &at);
    bool written = fchmod(file, mode) == 0 &&
                   write(file, at, (size_t)length) == length &&
                   fsync(file) == 0;
    int why = errno;

    if (close(file) == 0 && written)
        return FAULT_NONE;
    return fault_say(FAULT_KEY, "%s could not be written: %s", path,
                     strerror(written ? errno : why));
}

/* Leaves nothing where it fails. */
static enum fault write_new(const char *path, BIO *pem, mode_t mode)
{
    int file = create(path, mode);

    if (file < 0)
        return FAULT_KEY;
    enum fault fault = write_key(file, path, pem, mode);
    if (fault != FAULT_NONE)
        unlink(path);
    return fault;
}

static enum fault write_pair(const char *path, const char *beside,
                             EVP_PKEY *key)
{
    BIO *private_half = BIO_new(BIO_s_secmem());
    BIO *public_half = BIO_new(BIO_s_mem());
    enum fault fault = FAULT_MEMORY;

    if (private_half != NULL && public_half != NULL &&
        PEM_write_bio_PKCS8PrivateKey(private_half, key, NULL, NULL, 0, NULL,
                                      NULL) &&
        PEM_write_bio_PUBKEY(public_half, key))
        fault = write_new(beside, public_half, 0644);
    else
        fault_say(fault, "the key could not be written down");
    if (fault == FAULT_NONE) {
        fault = write_new(path, private_half, 0600);
        if (fault != FAULT_NONE)
            unlink(beside); /* it is the half of nothing */
    }
    BIO_free(private_half);
    BIO_free(public_half);
    return fault;
}

enum fault seal_make(const char *path, char id[SEAL_ID_BYTES])
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    char *beside = NULL;
    enum fault fault = FAULT_KEY;

    if (key == NULL || !name_key(key, id) ||
        asprintf(&beside, "%s.pub", path) < 0)
        fault_say(fault, "no key could be made");
    else
        fault = write_pair(path, beside, key);
    free(beside);
    EVP_PKEY_free(key);
    return fault;
}

/* --- Reading -------------------------------------------------------------- */

/* What PEM may hold, by the word of its first line. */
static const struct {
    const char *word;
    const char *text;
} kinds[] = {
    { "CERTIFICATE", "a certificate" },
    { "ENCRYPTED PRIVATE KEY",
      "an encrypted private key, and a passphrase is never asked for" },
    { "OPENSSH PRIVATE KEY", "a key in the form of OpenSSH" },
    { "PRIVATE KEY", "a private key" },
    { "PUBLIC KEY", "a public key" },
    { "EC PRIVATE KEY", "a key of another algorithm" },
    { "RSA PRIVATE KEY", "a key of another algorithm" },
};

static const char *kind_of(const char *word)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (strcmp(word, kinds[i].word) == 0)
            return kinds[i].text;
    }
    return "something else";
}

/* One block of PEM. */
struct block {
    char *word;
    char *header;
    unsigned char *at;
    long length;
};

static void block_deinit(struct block *block)
{
    OPENSSL_free(block->word);
    OPENSSL_free(block->header);
    OPENSSL_secure_clear_free(block->at,
                              block->length < 0 ? 0 : (size_t)block->length);
}

static EVP_PKEY *parse(const struct block *block, bool is_private)
{
    const unsigned char *at = block->at;
    EVP_PKEY *key = is_private ? d2i_AutoPrivateKey(NULL, &at, block->length)
                               : d2i_PUBKEY(NULL, &at, block->length);

    if (key != NULL && at == block->at + block->length)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

/* The algorithm is looked at here, and nowhere else. */
static EVP_PKEY *take_key(const char *path, const struct block *block,
                          bool is_private)
{
    EVP_PKEY *key = parse(block, is_private);
    const char *name = key == NULL ? NULL : EVP_PKEY_get0_type_name(key);

    if (key == NULL)
        fault_say(FAULT_KEY, "%s holds a key that is damaged", path);
    else if (!EVP_PKEY_is_a(key, "ED25519"))
        fault_say(FAULT_KEY,
                  "%s is a key for %s; certificates are signed with Ed25519: "
                  "wsconform keygen --out FILE",
                  path, name == NULL ? "another algorithm" : name);
    else
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

static EVP_PKEY *read_block(const char *path, BIO *from, bool is_private)
{
    const char *want = is_private ? "PRIVATE KEY" : "PUBLIC KEY";
    struct block block = { 0 };
    struct block second = { 0 };
    EVP_PKEY *key = NULL;

    if (!PEM_read_bio(from, &block.word, &block.header, &block.at,
                      &block.length))
        fault_say(FAULT_KEY, "%s holds no key in the form of PEM", path);
    else if (strcmp(block.word, want) != 0)
        fault_say(FAULT_KEY, "%s is %s; a %s key is due, as %s", path,
                  kind_of(block.word), is_private ? "private" : "public",
                  is_private ? "wsconform keygen writes it to FILE"
                             : "wsconform keygen writes it to FILE.pub");
    else if (PEM_read_bio(from, &second.word, &second.header, &second.at,
                          &second.length))
        fault_say(FAULT_KEY, "%s holds more than one key", path);
    else
        key = take_key(path, &block, is_private);
    block_deinit(&block);
    block_deinit(&second);
    return key;
}

/* False with the reason said. */
static bool is_file(const char *path, const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        fault_say(FAULT_KEY, "%s is no file", path);
    else if (status->st_size > SEAL_FILE_BYTES_MAX)
        fault_say(FAULT_KEY, "%s is too large for a key", path);
    else
        return true;
    return false;
}

/* Asked last: of what is no private key, that is said. */
static EVP_PKEY *unless_open(const char *path, const struct stat *status,
                             EVP_PKEY *key)
{
    if (key == NULL || (status->st_mode & OF_OTHERS) == 0)
        return key;
    fault_say(FAULT_KEY,
              "%s is open to others (mode %03o): whoever has read it can sign. "
              "chmod 600 it, or make another",
              path, (unsigned)(status->st_mode & 0777));
    EVP_PKEY_free(key);
    return NULL;
}

static EVP_PKEY *read_pem(const char *path, int file, bool is_private)
{
    BIO *from = BIO_new_fd(file, BIO_NOCLOSE);
    BIO *lines = BIO_new(BIO_f_buffer());
    EVP_PKEY *key = NULL;

    if (from != NULL && lines != NULL)
        key = read_block(path, BIO_push(lines, from), is_private);
    BIO_free(lines);
    BIO_free(from);
    return key;
}

static EVP_PKEY *read_key(const char *path, bool is_private)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status = { 0 };
    EVP_PKEY *key = NULL;

    if (file < 0 || fstat(file, &status) != 0)
        fault_say(FAULT_KEY, "%s cannot be read: %s", path, strerror(errno));
    else if (is_file(path, &status))
        key = read_pem(path, file, is_private);
    if (file >= 0)
        close(file);
    return is_private ? unless_open(path, &status, key) : key;
}

static struct seal *seal_open(const char *path, bool is_private)
{
    EVP_PKEY *key = read_key(path, is_private);
    struct seal *seal = key == NULL ? NULL : calloc(1, sizeof(*seal));

    if (seal != NULL) {
        seal->key = key;
        if (name_key(key, seal->id))
            return seal;
    } else {
        EVP_PKEY_free(key);
    }
    seal_free(seal);
    return NULL;
}

struct seal *seal_open_private(const char *path)
{
    return seal_open(path, true);
}

struct seal *seal_open_public(const char *path)
{
    return seal_open(path, false);
}

/* --- Signing -------------------------------------------------------------- */

enum fault seal_sign(const struct seal *seal, struct bytes text,
                     unsigned char into[SEAL_SIGNATURE_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = SEAL_SIGNATURE_BYTES;
    bool is_signed =
        context != NULL &&
        EVP_DigestSignInit(context, NULL, NULL, NULL, seal->key) > 0 &&
        EVP_DigestSign(context, into, &length, text.at, text.length) > 0 &&
        length == SEAL_SIGNATURE_BYTES;

    EVP_MD_CTX_free(context);
    return is_signed ? FAULT_NONE
                     : fault_say(FAULT_KEY, "the key could not sign");
}

bool seal_holds(const struct seal *seal, struct bytes text,
                const unsigned char signature[SEAL_SIGNATURE_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool holds =
        context != NULL &&
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, seal->key) > 0 &&
        EVP_DigestVerify(context, signature, SEAL_SIGNATURE_BYTES, text.at,
                         text.length) == 1;

    EVP_MD_CTX_free(context);
    return holds;
}
