/* permessage-deflate, RFC 7692: what is agreed in the handshake, and messages
 * that are small on the wire. No context is taken over, either way: between two
 * messages a connection keeps nothing. */
#ifndef SHELL_DEFLATE_H
#define SHELL_DEFLATE_H

#include "core/text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEFLATE_ANSWER_SIZE = 128, DEFLATE_OFFERS_MAX = 16 };

/* All zero: nothing is agreed. */
struct deflate_terms {
    int window_bits; /* 9 to 15: of what the server sends; 0: not agreed */
};

/* Takes the first offer of the header's value that can be honoured to the
 * letter; false when none can. An unknown, doubled or odd parameter spoils its
 * offer (7.1). */
bool deflate_choose(struct text offers, struct deflate_terms *terms);
/* The value of Sec-WebSocket-Extensions that answers it. */
void deflate_write_answer(const struct deflate_terms *terms,
                          char into[DEFLATE_ANSWER_SIZE]);

/* --- Reading -------------------------------------------------------------- */

struct inflater;                     /* of one message; about 40 KiB */
struct inflater *inflater_new(void); /* NULL without memory */
void inflater_free(struct inflater *inflater); /* NULL is fine */
/* Inflates from the front of *from, which is advanced, into at most `size`
 * bytes: their count, less than `size` when *from is used up; -1 for what is no
 * DEFLATE. */
long inflater_read(struct inflater *inflater, struct text *from, uint8_t *into,
                   size_t size);

/* --- Writing -------------------------------------------------------------- */

/* The latest message that was deflated: what is sent to many is deflated once.
 * All zero is empty. */
struct deflate_cache {
    int window_bits;
    char *plain;
    size_t plain_length;
    uint8_t *packed;
    size_t packed_length;
};
/* The payload of a compressed message, until the next call; length 0 without
 * memory: it goes out as it is then. */
struct text deflate_message(struct deflate_cache *cache,
                            const struct deflate_terms *terms,
                            struct text message);
void deflate_cache_deinit(struct deflate_cache *cache);

#endif
