/* Keys: made once and never written over, and nothing else taken for one. */
#include "certificate/seal.h"
#include "check_program.h"
#include "run/certificate.h"
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/wsconform-seal-XXXXXX";
static char path[128];
static char beside[128];

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/key", folder);
    snprintf(beside, sizeof(beside), "%s/key.pub", folder);
}

static void teardown(void)
{
    unlink(path);
    unlink(beside);
    rmdir(folder);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static void write_text(const char *to, const char *text)
{
    FILE *file = fopen(to, "we");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(to, 0600), 0);
}

static mode_t mode_of(const char *of)
{
    struct stat status;

    ck_assert_int_eq(stat(of, &status), 0);
    return status.st_mode & 0777;
}

START_TEST(pair_signs_and_holds)
{
    static const char text[] = "what is signed";
    unsigned char signature[SEAL_SIGNATURE_BYTES];
    char id[SEAL_ID_BYTES];
    struct bytes said = bytes_of(text, sizeof(text) - 1);

    umask(0);
    ck_assert_int_eq(seal_make(path, id), FAULT_NONE);
    ck_assert_int_eq(mode_of(path), 0600);
    ck_assert_int_eq(mode_of(beside), 0644);

    struct seal *private_half = seal_open_private(path);
    struct seal *public_half = seal_open_public(beside);
    ck_assert_msg(private_half != NULL && public_half != NULL, "%s",
                  fault_reason());
    ck_assert_str_eq(seal_id(private_half), id);
    ck_assert_str_eq(seal_id(public_half), id);
    ck_assert_int_eq(seal_sign(private_half, said, signature), FAULT_NONE);
    ck_assert(seal_holds(public_half, said, signature));
    ck_assert(!seal_holds(public_half, bytes_of(text, 3), signature));
    ck_assert_int_eq(seal_sign(public_half, said, signature), FAULT_KEY);
    signature[63] ^= 1;
    ck_assert(!seal_holds(public_half, said, signature));
    seal_free(private_half);
    seal_free(public_half);
}
END_TEST

/* Neither half is written over, and a half that cannot have its other half is
 * not left behind. */
START_TEST(nothing_is_written_over)
{
    const char *there[] = { path, beside };
    char id[SEAL_ID_BYTES];
    char text[32] = "";

    write_text(there[_i], "precious\n");
    ck_assert_int_eq(seal_make(path, id), FAULT_KEY);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "is there already"));
    ck_assert_int_ne(access(there[1 - _i], F_OK), 0);

    FILE *file = fopen(there[_i], "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
    fclose(file);
    ck_assert_str_eq(text, "precious\n");
}
END_TEST

START_TEST(no_folder_for_a_key)
{
    char id[SEAL_ID_BYTES];

    ck_assert_int_eq(seal_make("/no/such/folder/key", id), FAULT_KEY);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "could not be made"));
}
END_TEST

/* --- What is no key ------------------------------------------------------- */

static void put_pair(void)
{
    char id[SEAL_ID_BYTES];

    ck_assert_int_eq(seal_make(path, id), FAULT_NONE);
}

static void put_open(void)
{
    put_pair();
    ck_assert_int_eq(chmod(path, 0640), 0);
}

static void put_public(void)
{
    put_pair();
    ck_assert_int_eq(rename(beside, path), 0);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static void put_private(void)
{
    put_pair();
    ck_assert_int_eq(rename(path, beside), 0);
}

static void put_twice(void)
{
    char text[1024] = "";

    put_pair();
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, 511, file);
    fclose(file);
    memcpy(text + length, text, length);
    write_text(path, text);
}

static void put_certificate(void)
{
    ck_assert_int_eq(certificate_write(path, beside), FAULT_NONE);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

/* P-256, and the public half of another curve. */
static void put_other_algorithms(void)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    FILE *file = fopen(beside, "we");

    ck_assert(key != NULL && file != NULL);
    ck_assert_int_eq(PEM_write_PUBKEY(file, key), 1);
    fclose(file);
    EVP_PKEY_free(key);
    key = EVP_EC_gen("P-256");
    file = fopen(path, "we");
    ck_assert(key != NULL && file != NULL);
    ck_assert_int_eq(
        PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    EVP_PKEY_free(key);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static void put_encrypted(void)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    FILE *file = fopen(path, "we");

    ck_assert(key != NULL && file != NULL);
    ck_assert_int_eq(PEM_write_PKCS8PrivateKey(file, key, EVP_aes_128_cbc(),
                                               "secret", 6, NULL, NULL),
                     1);
    fclose(file);
    EVP_PKEY_free(key);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static void put_damaged(void)
{
    write_text(path, "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n"
                     "-----END PRIVATE KEY-----\n");
}

static void put_text(void)
{
    write_text(path, "the key is under the mat\n");
}

static void put_huge(void)
{
    put_pair();
    ck_assert_int_eq(truncate(path, SEAL_FILE_BYTES_MAX + 1), 0);
}

static void put_folder(void)
{
    snprintf(path, sizeof(path), "%s", folder);
}

static void put_nothing(void)
{
}

static const struct {
    const char *label;
    void (*put)(void);
    bool is_private; /* which is opened */
    const char *want;
} rows[] = {
    { "no file", put_nothing, true, "cannot be read" },
    { "a folder", put_folder, true, "is no file" },
    { "open to others", put_open, true, "open to others (mode 640)" },
    { "the public half", put_public, true,
      "is a public key; a private key is due" },
    { "the private half", put_private, false,
      "is a private key; a public key is due" },
    { "two keys", put_twice, true, "more than one key" },
    { "a certificate", put_certificate, true, "is a certificate" },
    { "another algorithm", put_other_algorithms, true, "a key for EC" },
    { "another curve", put_other_algorithms, false, "a key for X25519" },
    { "an encrypted key", put_encrypted, true, "encrypted" },
    { "a damaged key", put_damaged, true, "damaged" },
    { "a text", put_text, true, "no key in the form of PEM" },
    { "a huge file", put_huge, true, "too large" },
};

START_TEST(nothing_else_is_a_key)
{
    rows[_i].put();
    struct seal *seal = rows[_i].is_private ? seal_open_private(path)
                                            : seal_open_public(beside);
    ck_assert_msg(seal == NULL, "%s is taken", rows[_i].label);
    ck_assert_msg(strstr(fault_reason(), rows[_i].want) != NULL,
                  "%s: want \"%s\", got \"%s\"", rows[_i].label, rows[_i].want,
                  fault_reason());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal");
    TCase *tcase = tcase_create("seal");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, pair_signs_and_holds);
    tcase_add_loop_test(tcase, nothing_is_written_over, 0, 2);
    tcase_add_test(tcase, no_folder_for_a_key);
    tcase_add_loop_test(tcase, nothing_else_is_a_key, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_seal");
}
