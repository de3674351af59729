/* A seeded stream of bytes for masks and handshake keys: the same seed, the
 * same run. It is no source of secrets. */
#ifndef NET_GENERATOR_H
#define NET_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

struct generator {
    uint64_t state; /* the seed, at first; any value will do */
};

void generator_fill(struct generator *generator, void *into, size_t length);

#endif
