/* What is compressed, and how large a message may be when it is not any more:
 * decided here, done by the world. */
#include "core/secure.h"
#include "core/state.h"

enum { COMPRESSED_ABOVE = 1024 }; /* 003: "> 1KB" */

bool secure_agrees_to_deflate(const struct core *core)
{
    return core->settings.served == SERVES_ROOMS;
}

bool secure_compresses(bool agreed, size_t length)
{
    return agreed && length > COMPRESSED_ABOVE;
}

size_t secure_inflated_max(const struct core *core,
                           const struct connection *connection, bool is_text)
{
    return core->policy.message_max(core, connection, is_text);
}

bool core_agrees_to_deflate(const struct core *core)
{
    return core->policy.deflate.agrees(core);
}

bool core_compresses(const struct core *core, bool agreed, size_t length)
{
    return core->policy.deflate.compresses(agreed, length);
}

size_t core_inflated_max(const struct core *core, connection_id id,
                         bool is_text)
{
    const struct connection *connection = connection_find(core, id);

    return connection == NULL
               ? 0
               : core->policy.deflate.inflated_max(core, connection, is_text);
}
