/* What the manifest says of the sizes of messages. */
#include "manifest/internal.h"
#include <cJSON.h>

static size_t bytes_at(const struct building *building, const char *path)
{
    const cJSON *number = build_at(building, path);

    return number == NULL ? 0 : (size_t)number->valuedouble;
}

/* Where no message that long is read, none could be answered by an error. */
static void check_soft(struct building *building, const char *path,
                       size_t soft_bytes)
{
    size_t most = bytes_at(building, "limits.message_bytes");

    if (soft_bytes > 0 && most > 0 && soft_bytes >= most)
        build_mistake(building, path,
                      "no fewer bytes than limits.message_bytes",
                      "fewer, or no soft limit");
}

static void build_soft(struct building *building)
{
    static const char of_all[] = "limits.soft_bytes";
    static const char of_tight[] = "endpoint.tight.soft_bytes";
    struct manifest *manifest = building->manifest;

    manifest->soft_bytes = bytes_at(building, of_all);
    manifest->tight_soft_bytes = bytes_at(building, of_tight);
    check_soft(building, of_all, manifest->soft_bytes);
    check_soft(building, of_tight, manifest->tight_soft_bytes);
}

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
    build_soft(building);
}
