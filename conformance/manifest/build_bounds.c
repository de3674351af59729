/* What the manifest says of the sizes of messages. */
#include "manifest/internal.h"
#include <cJSON.h>

void build_bounds(struct building *building)
{
    static const char *const paths[BOUNDS] = {
        [BOUND_TEXT] = "limits.message_chars",
        [BOUND_BINARY] = "limits.binary_bytes",
        [BOUND_JSON] = "limits.json_bytes",
        [BOUND_DEPTH] = "limits.json_depth",
        [BOUND_ARRAY] = "limits.array_max",
        [BOUND_OBJECT] = "limits.object_max",
    };

    for (size_t i = 0; i < BOUNDS; i++) {
        const cJSON *number = build_at(building, paths[i]);
        if (number != NULL)
            building->manifest->bounds[i] = (size_t)number->valuedouble;
    }
}
