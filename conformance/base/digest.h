/* SHA-256, in hex. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/bytes.h"

enum { DIGEST_BYTES = 65 };

/* "" where OpenSSL fails: that is equal to no digest. */
void digest_of(struct bytes text, char into[DIGEST_BYTES]);

#endif
