/* Reading and verifying a JWT (RFC 7519, compact form of RFC 7515).
 *
 * The order is fixed: shape, then header, then key, then signature, and only
 * then the claims. Nothing from the payload is looked at before the signature
 * holds. */
#ifndef CORE_JWT_H
#define CORE_JWT_H

#include "core/key.h"
#include "core/text.h"
#include <stdint.h>

struct policy;
struct cJSON;

enum limits_of_tokens {
    TOKEN_BYTES_MAX = 8 * 1024,
    SUBJECT_BYTES_MAX = 128,
    ROLE_BYTES_MAX = 32,
    JTI_BYTES_MAX = 64,
};

/* What the signed claims say, once they hold. Plain value. */
struct claims {
    char subject[SUBJECT_BYTES_MAX + 1];
    char role[ROLE_BYTES_MAX + 1]; /* "" when absent */
    char jti[JTI_BYTES_MAX + 1];   /* "" when absent */
    int64_t expires_s;             /* since 1970, UTC */
    int64_t issued_s;              /* 0 when absent */
    int64_t not_before_s;          /* 0 when absent */
    /* A NumericDate may have a fraction (RFC 7519 2): 0 to 999 ms more. */
    int expires_ms;
    int issued_ms;
    int not_before_ms;
};

enum token_fault {
    TOKEN_HOLDS,
    TOKEN_MALFORMED,      /* not three base64url parts of JSON objects */
    TOKEN_HEADER_REFUSED, /* crit, typ or a duplicate name */
    TOKEN_KEY_UNKNOWN,    /* no trusted key has this algorithm */
    TOKEN_SIGNATURE_WRONG,
    TOKEN_CLAIMS_REFUSED, /* sub or exp absent or of a wrong type, … */
    TOKEN_EXPIRED,
    TOKEN_PREMATURE, /* nbf or iat in the future */
    TOKEN_LIVES_TOO_LONG,
    TOKEN_REVOKED,
    TOKEN_DECODER_FAILED, /* we could not decide: never an admission */
    TOKEN_ABSENT,         /* there was none to look at */
};

const char *token_fault_name(enum token_fault fault); /* "expired", … */

/* Verifies `token` at `now_ms` under `keyring` (NULL: decoder failure) by the
 * entries of `policy`. Fills *claims only with TOKEN_HOLDS. */
enum token_fault jwt_verify(const struct policy *policy,
                            const struct keyring *keyring, struct text token,
                            int64_t now_ms, int max_lifetime_s,
                            struct claims *claims);

/* Strict base64url without padding (RFC 4648 5; RFC 7515 2): no other
 * alphabet, no white space, unused bits zero. Returns the length written into
 * `into`, or -1 (also when `size` is too small). */
long base64url_read(struct text from, void *into, size_t size);

/* The other way round: so many characters, without NUL, for `length` bytes. */
#define BASE64URL_SIZE(length) (((length)*4 + 2) / 3)
size_t base64url_encode(const void *from, size_t length, char *into);

/* Parses a JSON object strictly: one document, no duplicate names at any
 * level, valid UTF-8, no NUL, at most 16 levels deep, at most 256 members in
 * one object. NULL otherwise; cJSON_Delete it. */
struct cJSON *json_object_read(struct text from);

#endif
