/* A DSSE envelope (v1): a payload, and signatures over it.
 *
 *     {"payloadType":"application/vnd.in-toto+json","payload":"<base64>",
 *      "signatures":[{"keyid":"<hex>","sig":"<base64>"}]}
 *
 * What is signed is "DSSEv1 SP length SP type SP length SP payload". An
 * envelope is read strictly: the standard alphabet with its padding and no
 * spare bits, no member besides, no byte behind. So two envelopes that are not
 * the same to the byte do not say the same, white space apart. */
#ifndef CERTIFICATE_ENVELOPE_H
#define CERTIFICATE_ENVELOPE_H

#include "certificate/seal.h"

#define ENVELOPE_TYPE "application/vnd.in-toto+json"

enum {
    ENVELOPE_BYTES_MAX = 8 * 1024 * 1024,
    ENVELOPE_SIGNATURES_MAX = 8,
};

struct signature {
    char id[SEAL_ID_BYTES]; /* "": it says not whose it is */
    unsigned char at[SEAL_SIGNATURE_BYTES];
};

struct envelope {
    struct buffer payload;
    struct signature signatures[ENVELOPE_SIGNATURES_MAX];
    size_t count;
};

void envelope_init(struct envelope *envelope);
void envelope_deinit(struct envelope *envelope);

/* FAULT_PROTOCOL with a sentence. */
enum fault envelope_read(struct envelope *envelope, struct bytes text);
enum fault envelope_write(const struct envelope *envelope, struct buffer *into);

/* The bytes that are signed. */
enum fault envelope_signed_text(const char *type, struct bytes payload,
                                struct buffer *into);

/* Adds a signature. FAULT_KEY: there are as many as there may be, or this key
 * has signed already. */
enum fault envelope_sign(struct envelope *envelope, const struct seal *seal);

/* Whether this key has signed: of the signatures that name it, or that name no
 * key. One that names it and does not hold is SIGNATURE_BROKEN, whatever the
 * others are. */
enum signing { SIGNATURE_ABSENT, SIGNATURE_HOLDS, SIGNATURE_BROKEN };
enum signing envelope_signing(const struct envelope *envelope,
                              const struct seal *seal);

#endif
