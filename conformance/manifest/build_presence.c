/* What the manifest says of presence. */
#include "manifest/internal.h"

static int ms_at(const struct building *building, const char *path)
{
    const cJSON *number = build_at(building, path);

    return number == NULL ? 0 : (int)number->valuedouble;
}

void build_presence(struct building *building)
{
    struct manifest *manifest = building->manifest;

    manifest->set_presence = build_at(building, "presence.set");
    manifest->get_presence.send = build_at(building, "presence.get.send");
    manifest->get_presence.answer = build_at(building, "presence.get.answer");
    manifest->presence_update = build_at(building, "presence.update");
    manifest->joined = build_at(building, "presence.joined");
    manifest->left = build_at(building, "presence.left");
    manifest->timeout_status =
        cJSON_GetStringValue(build_at(building, "presence.timeout_status"));
    manifest->presence_check_ms = ms_at(building, "presence.check_ms");
    manifest->presence_timeout_ms = ms_at(building, "presence.timeout_ms");
    manifest->presence_cleanup_ms = ms_at(building, "presence.cleanup_ms");
    manifest->tight_presence_check_ms =
        ms_at(building, "endpoint.tight.presence_check_ms");
    manifest->tight_presence_timeout_ms =
        ms_at(building, "endpoint.tight.presence_timeout_ms");
}
