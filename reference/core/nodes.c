/* What a core does for a service of several servers. */
#include "core/nodes.h"
#include "core/secure.h"
#include "core/system.h"

void core_vouch(struct core *core, const struct request *request,
                struct vouched *vouched)
{
    struct presented presented;

    memset(vouched, 0, sizeof(*vouched));
    core->policy.address_of(&core->settings, request, vouched->address);
    vouched->fault = stranger_identify(core, request, &presented,
                                       &vouched->is_missing, &vouched->claims);
}

void core_name_peer(const struct core *core, const struct request *request,
                    char into[PEER_BYTES_MAX + 1])
{
    peer_of(&core->settings, request, into);
}

bool core_is_of_allowed_origin(const struct core *core,
                               const struct request *request)
{
    return core->policy.origin_is_allowed(&core->settings, request);
}

size_t core_message_max_to_come(const struct core *core, bool is_text)
{
    const struct connection member = { .stage = MEMBER };

    return core->policy.message_max(core, &member, is_text);
}

void core_acts_for(struct core *core, unsigned node, bool is_ours)
{
    core->node = node;
    core->is_foreign = !is_ours;
}

bool secure_hears_of(const struct core *core, enum tidings tidings)
{
    (void)core, (void)tidings; /* or there would be several services */
    return true;
}

/* The rest is a token, or nobody's business. */
struct text secure_query_told(const struct request *request, struct text needed)
{
    (void)request;
    return needed;
}

bool secure_serves_alone(const struct core *core)
{
    (void)core; /* it could count nothing, and others would not hear of it */
    return false;
}

bool core_hears_of(const struct core *core, enum tidings tidings)
{
    return !core->is_foreign || core->policy.nodes.hears_of(core, tidings);
}

/* Each one's end may be the end of others; so it begins anew behind it. */
static struct connection *one_of(const struct core *core, unsigned node)
{
    struct connection *at = core->connections;

    while (at != NULL && at->node != node)
        at = at->next;
    return at;
}

void core_node_gone(struct core *core, unsigned node)
{
    struct connection *at;

    if (!core->policy.nodes.hears_of(core, TIDINGS_DEATH))
        return;
    while ((at = one_of(core, node)) != NULL)
        core_closed(core, at->id, DEPARTED_ABRUPTLY);
}

void core_turn_back(struct core *core, connection_id id,
                    const struct request *request)
{
    struct connection outline = { .id = id };

    core_log_request(core, request);
    peer_of(&core->settings, request, outline.peer);
    stranger_turn_back(core, &outline, request, REFUSED_UNAVAILABLE);
}
