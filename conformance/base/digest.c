/* SHA-256, in hex. */
#include "base/digest.h"
#include <openssl/evp.h>
#include <stdio.h>

void digest_of(struct bytes text, char into[DIGEST_BYTES])
{
    unsigned char digest[32];

    into[0] = 0;
    if (!EVP_Digest(text.at == NULL ? "" : (const void *)text.at, text.length,
                    digest, NULL, EVP_sha256(), NULL))
        return;
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(into + 2 * i, 3, "%02x", digest[i]);
}
