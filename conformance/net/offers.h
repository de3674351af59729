#ifndef NET_OFFERS_H
#define NET_OFFERS_H

#include "manifest/manifest.h"
#include "net/endpoint.h"
#include <stdint.h>

/* A set of enum need; `first` is where the target is dialled as a rule. */
uint64_t net_offers(const struct manifest *manifest,
                    const struct endpoint *first);
/* Does any refusal leave the connection open? */
bool net_may_stay_open(const struct manifest *manifest);

#endif
