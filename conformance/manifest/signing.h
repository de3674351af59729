/* Signs tokens, and mis-signs them. For the minter alone. */
#ifndef MANIFEST_SIGNING_H
#define MANIFEST_SIGNING_H

#include "base/buffer.h"
#include "bench.h"
#include "manifest/manifest.h"

/* The "alg" that the header of a token names, when the criterion names no
 * other: that of the signer, or of the MAC that is put in its place. */
const char *signing_alg(const struct signer *signer, enum signing how);

/* Appends the raw signature of `input`: for ES256 r||s (RFC 7518 3.4).
 * SIGNED_NOT_AT_ALL appends nothing. FAULT_MANIFEST: this signer has no public
 * key; FAULT_SYSTEM: OpenSSL's reason. Both with fault_reason(). */
enum fault signing_make(const struct signer *signer, enum signing how,
                        struct bytes input, struct buffer *into);

/* A private RSA key of 2048 bits that no service trusts, as PEM. */
extern const char foreign_rsa_key[];
extern const char foreign_rsa_jwk[]; /* its public half, RFC 7517 */

/* The key that a token brings along in its header, as JSON; NULL: none. */
const char *signing_brought(enum signing how);

#endif
