/* Keys that seal certificates: Ed25519, as PEM in files of their own. */
#ifndef CERTIFICATE_SEAL_H
#define CERTIFICATE_SEAL_H

#include "base/buffer.h"
#include "base/digest.h"
#include <stdbool.h>

enum {
    SEAL_FILE_BYTES_MAX = 64 * 1024,
    SEAL_SIGNATURE_BYTES = 64,
    SEAL_ID_BYTES = DIGEST_BYTES, /* SHA-256 of the public key (DER) */
};

/* One key, or the public half of one. */
struct seal;

/* Makes a pair: PKCS#8 in `path`, mode 0600, and the public half in `path`.pub.
 * Neither is ever written over. FAULT_KEY with the reason. */
enum fault seal_make(const char *path, char id[SEAL_ID_BYTES]);

/* Read the one key of a file; seal_free() it. NULL with a sentence for what it
 * is in place of that: a certificate, another algorithm, the other half, one
 * that others may read. */
struct seal *seal_open_private(const char *path);
struct seal *seal_open_public(const char *path);
void seal_free(struct seal *seal); /* NULL is fine */

const char *seal_id(const struct seal *seal);

/* FAULT_KEY where the seal is a public half. */
enum fault seal_sign(const struct seal *seal, struct bytes text,
                     unsigned char into[SEAL_SIGNATURE_BYTES]);
bool seal_holds(const struct seal *seal, struct bytes text,
                const unsigned char signature[SEAL_SIGNATURE_BYTES]);

#endif
