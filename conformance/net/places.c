/* Where a target is dialled. */
#include "net/places.h"
#include "net/transport.h"
#include <string.h>

static enum fault make_endpoint(const struct manifest *manifest,
                                const char *url, struct endpoint *endpoint,
                                struct ssl_ctx_st **tls)
{
    enum fault fault = endpoint_init(endpoint, url);

    if (fault != FAULT_NONE || endpoint->url.scheme != URL_WSS || *tls != NULL)
        return fault;
    *tls = tls_context_new(manifest->ca_file);
    return *tls == NULL ? FAULT_TLS : FAULT_NONE;
}

static enum fault add_endpoint(struct places *places,
                               const struct manifest *manifest, const char *url,
                               struct ssl_ctx_st **tls)
{
    enum fault fault;

    if (url == NULL)
        return fault_say(FAULT_MANIFEST, "%s: $.endpoint.url is missing",
                         manifest->source == NULL ? "manifest"
                                                  : manifest->source);
    fault = make_endpoint(manifest, url,
                          &places->endpoints[places->endpoint_count], tls);
    places->endpoint_count += fault == FAULT_NONE;
    return fault;
}

static enum fault add_doors(struct places *places,
                            const struct manifest *manifest,
                            struct ssl_ctx_st **tls)
{
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < manifest->door_count && fault == FAULT_NONE; i++)
        if (manifest->doors[i].is_socket)
            fault = make_endpoint(manifest, manifest->doors[i].url,
                                  &places->doors[i], tls);
    return fault;
}

enum fault places_init(struct places *places, const struct manifest *manifest,
                       struct ssl_ctx_st **tls)
{
    enum fault fault = add_endpoint(places, manifest, manifest->url, tls);

    for (size_t i = 0; i < manifest->instance_count && fault == FAULT_NONE; i++)
        fault = add_endpoint(places, manifest, manifest->instances[i].url, tls);
    if (fault == FAULT_NONE && manifest->tight_url != NULL)
        fault = add_endpoint(places, manifest, manifest->tight_url, tls);
    if (fault == FAULT_NONE && manifest->plain_url != NULL)
        fault = endpoint_init(&places->plain, manifest->plain_url);
    places->node_start = places->endpoint_count;
    for (size_t i = 0; i < manifest->node_count && fault == FAULT_NONE; i++)
        fault = add_endpoint(places, manifest, manifest->nodes[i], tls);
    return fault == FAULT_NONE ? add_doors(places, manifest, tls) : fault;
}

static const struct endpoint *instance_in(const struct places *places,
                                          const struct manifest *manifest,
                                          const char *timezone)
{
    for (size_t i = 0; i < manifest->instance_count; i++)
        if (strcmp(manifest->instances[i].timezone, timezone) == 0)
            return &places->endpoints[i + 1];
    return NULL;
}

const struct endpoint *places_for(const struct places *places,
                                  const struct manifest *manifest,
                                  const struct opening *opening)
{
    if (opening->door != NULL)
        return &places->doors[opening->door - manifest->doors];
    if (opening->plain)
        return manifest->plain_url == NULL ? NULL : &places->plain;
    if (opening->node > manifest->node_count)
        return NULL;
    if (opening->node > 0)
        return &places->endpoints[places->node_start + opening->node - 1];
    if (opening->tight)
        return manifest->tight_url == NULL
                   ? NULL
                   : &places->endpoints[manifest->instance_count + 1];
    return opening->timezone == NULL
               ? &places->endpoints[0]
               : instance_in(places, manifest, opening->timezone);
}
