/* What the manifest says of the target: its keys, carriers and limits. */
#include "bench/internal.h"

unsigned keys(struct bench *bench)
{
    /* A credential of the target's own is all that there is. */
    return bench->manifest->supply.present
               ? 1
               : (unsigned)bench->manifest->key_count;
}

unsigned asymmetric_key(struct bench *bench)
{
    for (unsigned i = 0; i < bench->manifest->key_count; i++) {
        if (bench->manifest->keys[i].private_key != NULL)
            return i;
    }
    return 0;
}

unsigned carriers(struct bench *bench)
{
    return (unsigned)bench->manifest->carrier_count;
}

bool may_come_first(struct bench *bench)
{
    for (size_t i = 0; i < bench->manifest->carrier_count; i++) {
        if (bench->manifest->carriers[i].kind == CARRIER_FIRST_MESSAGE)
            return true;
    }
    return false;
}

unsigned per_user(struct bench *bench)
{
    return bench->manifest->per_user;
}

unsigned attempts(struct bench *bench)
{
    return bench->manifest->attempts;
}

unsigned affordable(struct bench *bench, unsigned wanted)
{
    unsigned all = attempts(bench);
    unsigned most = all - all / 10;

    return all == 0 || wanted <= most ? wanted : most;
}

unsigned strangers_allowed(struct bench *bench)
{
    return bench->manifest->strangers;
}

/* On the network it is shared with the criteria that run beside this one. */
bool has_tight_to_itself(struct bench *bench)
{
    return bench->adapter->is_virtual && (bench->offers & TIGHT) != 0;
}

unsigned tight_per_user(struct bench *bench)
{
    return bench->manifest->tight_per_user;
}

unsigned tight_attempts(struct bench *bench)
{
    return bench->manifest->tight_attempts;
}

unsigned tight_connections(struct bench *bench)
{
    return bench->manifest->tight_connections;
}

static bool has_tight_demand(const struct bench *bench)
{
    return bench->manifest->tight_subprotocol != NULL &&
           (bench->offers & TIGHT) != 0;
}

/* Where neither is said, nothing is offered that could be left out. */
bool is_demanded_at_tight(struct bench *bench)
{
    const struct manifest *manifest = bench->manifest;

    if (manifest->subprotocols != NULL)
        return false;
    if (!bench->decided && !has_tight_demand(bench) &&
        (manifest->offers & SUBPROTOCOL_REQUIRED) != 0)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest has no endpoint.subprotocols to leave out, and "
               "there is no instance with tight limits that demands one");
    return has_tight_demand(bench);
}

const char *own_subprotocols(struct bench *bench)
{
    const struct manifest *manifest = bench->manifest;
    const char *own = manifest->subprotocols != NULL
                          ? manifest->subprotocols
                          : manifest->tight_subprotocol;

    return own == NULL ? "" : own;
}

size_t handshake_bytes(struct bench *bench)
{
    return bench->manifest->handshake_bytes;
}

size_t message_bytes(struct bench *bench)
{
    return bench->manifest->message_bytes;
}

size_t longest(struct bench *bench, size_t wanted)
{
    size_t soft = bench->manifest->soft_bytes;
    size_t most = (soft > 0 ? soft : message_bytes(bench)) / 2;

    return most == 0 || wanted <= most ? wanted : most;
}

size_t first_message_bytes(struct bench *bench)
{
    return bench->manifest->first_message_bytes;
}

unsigned origins(struct bench *bench)
{
    return (unsigned)bench->manifest->origin_count;
}

const char *origin(struct bench *bench, unsigned index)
{
    return index < bench->manifest->origin_count
               ? bench->manifest->origins[index]
               : "";
}

unsigned statuses(struct bench *bench)
{
    return (unsigned)bench->manifest->status_count;
}

const char *status(struct bench *bench, unsigned index)
{
    return index < bench->manifest->status_count
               ? bench->manifest->statuses[index]
               : "";
}

const char *query_name(const struct bench *bench)
{
    const struct manifest *manifest = bench->manifest;

    for (size_t i = 0; i < manifest->carrier_count; i++) {
        if (manifest->carriers[i].kind == CARRIER_QUERY)
            return manifest->carriers[i].name;
    }
    return "token";
}
