/* All the places where a target may be dialled: its endpoint and the instances,
 * nodes and doors beside it. */
#ifndef NET_PLACES_H
#define NET_PLACES_H

#include "adapter.h"
#include "manifest/manifest.h"
#include "net/endpoint.h"

struct ssl_ctx_st;

struct places {
    /* the first, then one for each instance, then the tight one */
    struct endpoint endpoints[MANIFEST_TIMEZONES_MAX + 2 + MANIFEST_NODES_MAX];
    struct endpoint plain; /* where the manifest names one */
    struct endpoint doors[MANIFEST_DOORS_MAX]; /* those that are sockets */
    size_t node_start;                         /* where the other nodes begin */
    size_t endpoint_count;
};

/* Looks all of them up. *tls is made where one speaks TLS and there is none
 * yet; SSL_CTX_free it in any case. A fault comes with fault_reason(). */
enum fault places_init(struct places *places, const struct manifest *manifest,
                       struct ssl_ctx_st **tls);
/* NULL: the manifest has none such. */
const struct endpoint *places_for(const struct places *places,
                                  const struct manifest *manifest,
                                  const struct opening *opening);

#endif
