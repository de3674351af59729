/* What the manifest says of the history of a room. */
#include "manifest/internal.h"

void build_history(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const cJSON *max = build_at(building, "rooms.history.max");

    manifest->history_messages =
        cJSON_GetStringValue(build_at(building, "rooms.history.messages"));
    manifest->history_message = build_at(building, "rooms.history.message");
    manifest->history_max = max == NULL ? 0 : (unsigned)max->valuedouble;
}
