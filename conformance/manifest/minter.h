/* Makes tokens, and mis-makes them. The judge's own: it shares no line with the
 * reference's verifier. */
#ifndef MANIFEST_MINTER_H
#define MANIFEST_MINTER_H

#include "bench.h"
#include "manifest/manifest.h"
#include <stdint.h>

/* What a token is made for. */
struct minting {
    const char *user; /* its subject */
    const char *role; /* or NULL */
    const char *jti;
    int64_t now_ms; /* the target's wall clock */
};

/* Mints as `token` says (its carriage does not matter here). NULL with
 * fault_reason() where OpenSSL fails or the manifest has no such key;
 * free() it. May hold any byte but NUL. */
char *token_mint(const struct manifest *manifest, const struct minting *why,
                 const struct token *token);

/* Base64url without padding; free() it. */
char *base64url_write(struct bytes from);
/* The text that these characters stand for, up to its first NUL; NULL where
 * they are no base64url. free() it. */
char *base64url_text(const char *from, size_t length);

#endif
