/* What a target on the network can be asked for: most of it the manifest alone
 * knows, the rest hangs on its hooks and on where it is. */
#include "net/offers.h"
#include "spec.h"

uint64_t net_offers(const struct manifest *manifest,
                    const struct endpoint *first)
{
    /* All who come through a local socket come from one place. */
    bool addresses = first->url.scheme != URL_UNIX;
    const struct {
        bool holds;
        uint64_t need;
    } offers[] = {
        { true, ROOMS_MADE | EVICTION | HANDSHAKE_ROOM | PRESENCE | PUBLIC_KEY |
                    MAX_LIFETIME | LIVE_EXPIRY | WHOAMI | SECOND_CARRIER |
                    SUBPROTOCOL | FIRST_MESSAGE | PER_USER | ORIGINS |
                    MESSAGE_SIZE | HANDSHAKE_SIZE | USER_RATE | ROOM_RATE |
                    SESSION_TTL | HISTORY | REPLAY | ROOM_BINARIES | LOGOUT |
                    ROOM_QUOTA | ROOM_RIGHTS | READERS | ROUTES |
                    SUBPROTOCOL_REQUIRED | SOFT_SIZE | OF_MANIFEST },
        { addresses, ATTEMPTS | STRANGERS },
        { endpoint_is_local(first), SAME_CLOCK },
        { manifest->publish_hook.present || manifest->publish_to_hook.present,
          BROADCAST },
        { manifest->inspect_hook.present, INSPECT },
        { manifest->log_file != NULL, LOG },
        { manifest->break_decoder_hook.present &&
              manifest->mend_decoder_hook.present,
          DECODER_FAULT },
        { manifest->revoke_hook.present, REVOCATION },
        { manifest->plain_url != NULL, PLAIN_LISTENER },
        { manifest->issue_token_hook.present, ISSUER },
        { manifest->revoke_user_hook.present, USER_REVOCATION },
        { true, manifest->doors_offer },
        { manifest->instance_count >= 2, TIMEZONES },
        { manifest->node_count > 0, NODES },
        { manifest->publish != NULL, PUBLISHER },
        { manifest->has_resources ||
              (manifest->tenant_hook.present && manifest->user_hook.present),
          TENANTS },
        { manifest->order_hook.present, ORDERS },
        { manifest->remove_user_hook.present, WITHDRAWAL },
        { manifest->inspect_hook.present &&
              manifest->ask_without_context_hook.present,
          MANAGERS },
        { manifest->break_store_hook.present &&
              manifest->mend_store_hook.present,
          STORE_FAULT },
        { manifest->break_monitor_hook.present &&
              manifest->mend_monitor_hook.present,
          MONITOR_FAULT },
        { manifest->stop_shared_hook.present &&
              manifest->start_shared_hook.present,
          SHARED_FAULT },
        { manifest->node_count > 0 && manifest->kill_node_hook.present &&
              manifest->start_node_hook.present,
          NODE_FAULT },
        { manifest->tight_url != NULL && addresses, TIGHT },
        { manifest->proxy != NULL && addresses, PROXY },
    };
    uint64_t set = NOTHING;

    for (size_t i = 0; i < COUNT(offers); i++)
        set |= offers[i].holds ? offers[i].need : 0;
    return set;
}

bool net_may_stay_open(const struct manifest *manifest)
{
    for (unsigned cause = 0; cause < CAUSES; cause++) {
        const struct outcomes *outcomes = &manifest->refusals[cause];
        for (size_t i = 0; i < outcomes->count; i++)
            if (outcomes->at[i].is_open)
                return true;
    }
    return false;
}
