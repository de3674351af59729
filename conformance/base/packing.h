/* DEFLATE (RFC 1951) as RFC 7692 puts it into messages: raw, and without the
 * four bytes that end a flush. */
#ifndef BASE_PACKING_H
#define BASE_PACKING_H

#include "base/buffer.h"
#include "base/fault.h"
#include <stdbool.h>

/* Appends `from`, compressed, `copies` times over. Each copy stands by itself,
 * so that a little may stand for a lot. */
enum fault packing_add(struct bytes from, unsigned copies, struct buffer *into);

/* Inflates the messages of one direction. */
struct unpacking; /* opaque */
struct unpacking *unpacking_new(void);
void unpacking_free(struct unpacking *unpacking); /* NULL is fine */
/* Appends what a whole message's payload stands for. FAULT_PROTOCOL for what is
 * no DEFLATE, FAULT_LIMIT beyond what `into` may hold. `alone`: nothing of the
 * messages before it is referred to. */
enum fault unpacking_read(struct unpacking *unpacking, struct bytes from,
                          bool alone, struct buffer *into);

#endif
