/* What a target on the network can be asked for. */
#ifndef NET_OFFERS_H
#define NET_OFFERS_H

#include "net/endpoint.h"
#include <stdint.h>

struct manifest;

/* A set of enum need: what its hooks allow, and where it listens (`first`).
 * Whether the target has it besides, the manifest claims. */
uint64_t net_offers(const struct manifest *manifest,
                    const struct endpoint *first);

#endif
