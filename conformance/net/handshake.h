/* The client's half of the opening handshake (RFC 6455 4.1). */
#ifndef NET_HANDSHAKE_H
#define NET_HANDSHAKE_H

#include "adapter.h"
#include "net/generator.h"
#include "net/url.h"

enum handshake_sizes {
    KEY_SIZE = 24 + 1,    /* Sec-WebSocket-Key with its NUL */
    ACCEPT_SIZE = 28 + 1, /* Sec-WebSocket-Accept with its NUL */
};

/* Sixteen bytes of the generator's, in base64. */
void handshake_key(struct generator *generator, char into[KEY_SIZE]);

/* What a server has to answer to this key (4.2.2, step 5). */
void handshake_accept(const char *key, char into[ACCEPT_SIZE]);

/* Appends the request. A header of the opening's replaces ours of the same
 * name; `origin` may be NULL. Nothing is checked or escaped: the opening may
 * be as odd as it likes. FAULT_LIMIT or FAULT_MEMORY, perhaps after a part. */
enum fault handshake_write(const struct url *url, const struct opening *opening,
                           const char *origin, const char *key,
                           struct buffer *into);

/* The value of the opening's header of that name, or NULL. */
const char *opening_header(const struct opening *opening, const char *name);

#endif
