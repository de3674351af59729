/* Reads manifests: layers, then the whole of them, then what it says. */
#include "manifest/internal.h"
#include <openssl/evp.h>
#include <stdlib.h>

static const char *name_of_source(struct building *building)
{
    const struct reading *reading = building->reading;
    size_t file = reading->layers[0].is_overlay;

    return build_keep(building, strdup(reading->layers[file].name));
}

/* NULL without memory. */
static struct manifest *new_manifest(cJSON *tree)
{
    struct manifest *manifest = calloc(1, sizeof(*manifest));

    if (manifest == NULL || tree == NULL) {
        cJSON_Delete(tree);
        free(manifest);
        return NULL;
    }
    manifest->tree = tree;
    manifest->texts = texts_new();
    if (manifest->texts != NULL)
        return manifest;
    manifest_free(manifest);
    return NULL;
}

static struct manifest *build(struct reading *reading)
{
    struct building building = { .reading = reading,
                                 .manifest =
                                     new_manifest(layers_merge(reading)) };

    if (building.manifest == NULL) {
        mistake_no_memory(reading);
        return NULL;
    }
    building.manifest->source = name_of_source(&building);
    if (vars_read(building.manifest->tree, &building.vars))
        build_manifest(&building);
    else
        mistake_no_memory(reading);
    vars_free(&building.vars);
    if (reading->mistakes == 0)
        return building.manifest;
    manifest_free(building.manifest);
    return NULL;
}

static struct manifest *read_origin(const struct origin *origin,
                                    const struct cJSON *overlay,
                                    struct buffer *errors)
{
    struct reading reading = { .errors = errors };
    struct manifest *manifest = NULL;

    layers_read(&reading, origin, overlay);
    if (reading.mistakes == 0)
        manifest = build(&reading);
    layers_free(&reading);
    return manifest;
}

struct manifest *manifest_read_file(const char *path,
                                    const struct cJSON *overlay,
                                    struct buffer *errors)
{
    struct origin origin = { .source = path };

    return read_origin(&origin, overlay, errors);
}

struct manifest *manifest_read_profile(const char *name,
                                       const struct cJSON *overlay,
                                       struct buffer *errors)
{
    struct origin origin = { .source = name, .is_built_in = true };

    return read_origin(&origin, overlay, errors);
}

struct manifest *manifest_read(const char *source, struct bytes text,
                               const struct cJSON *overlay,
                               struct buffer *errors)
{
    struct origin origin = { .source = source, .text = &text };

    return read_origin(&origin, overlay, errors);
}

void manifest_free(struct manifest *manifest)
{
    if (manifest == NULL)
        return;
    for (size_t i = 0; i < manifest->key_count; i++)
        EVP_PKEY_free(manifest->keys[i].pkey);
    cJSON_Delete(manifest->tree);
    texts_free(manifest->texts);
    free(manifest);
}
