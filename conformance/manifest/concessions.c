/* What a manifest takes for good that nobody else need. */
#include "manifest/concessions.h"
#include "manifest/internal.h"
#include "spec.h"

enum { CONCESSION_BYTES_MAX = MANIFEST_BYTES_MAX };

static void add_unless_empty(struct cJSON *object, const char *name,
                             struct cJSON *array)
{
    if (cJSON_GetArraySize(array) > 0)
        cJSON_AddItemToObject(object, name, array);
    else
        cJSON_Delete(array);
}

static struct cJSON *tolerated(const struct manifest *manifest)
{
    struct cJSON *array = cJSON_CreateArray();

    for (int i = 0; i < DEVIATIONS; i++)
        if ((manifest->tolerated & 1u << i) != 0)
            cJSON_AddItemToArray(
                array, cJSON_CreateString(deviation_word((enum deviation)i)));
    return array;
}

static void add_widened(struct cJSON *array, const char *where, const char *why)
{
    struct buffer text;

    if (why == NULL)
        return;
    buffer_init(&text, CONCESSION_BYTES_MAX);
    buffer_printf(&text, "%s: %s", where, why);
    cJSON_AddItemToArray(array, cJSON_CreateString(buffer_string(&text)));
    buffer_deinit(&text);
}

static void add_outcomes(struct cJSON *array, const char *where,
                         const struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->count; i++)
        add_widened(array, where, outcomes->at[i].widened);
}

static void add_door(struct cJSON *array, const struct door *door)
{
    add_widened(array, door->what, door->admitted.widened);
    for (size_t i = 0; i < door->refused_count; i++)
        add_widened(array, door->what, door->refused[i].widened);
}

/* What is believed, and what is looked at less closely. */
static void add_beliefs(struct cJSON *array, const struct manifest *manifest)
{
    if (manifest->supply.expired != NULL)
        add_widened(array, "credential.source.expired",
                    "believed to have held until it ran out");
    if (manifest->dialogue.pings_of_members)
        add_widened(array, "dialogue.pings",
                    "strangers get no pong, so what they hear is waited "
                    "for by the clock");
    if (manifest->in_binary || manifest->layouts != NULL)
        add_widened(array, manifest->in_binary ? "frames" : "layouts",
                    "of messages in bytes none is sent early, in pieces or "
                    "compressed, and what its layout cannot hold is not said");
    if ((manifest->offers & TENANTS) != 0 &&
        manifest->resources[OTHER] != NULL && !manifest_names_who_may(manifest))
        add_widened(array, "resources.forbidden",
                    "nobody is named whom it admits (identities.mallory), so "
                    "that who is refused there may be refused because it does "
                    "not exist");
}

bool manifest_names_who_may(const struct manifest *manifest)
{
    return !manifest->has_resources ||
           (manifest->has_identities && manifest->known[MALLORY].user != NULL);
}

void concessions_add(struct cJSON *object, const struct manifest *manifest)
{
    struct cJSON *widened = cJSON_CreateArray();

    for (size_t cause = 0; cause < CAUSES; cause++)
        add_outcomes(widened, cause_paths[cause], &manifest->refusals[cause]);
    add_outcomes(widened, "other_closes", &manifest->other_closes);
    for (size_t i = 0; i < manifest->door_count; i++)
        add_door(widened, &manifest->doors[i]);
    add_beliefs(widened, manifest);
    add_unless_empty(object, "tolerates", tolerated(manifest));
    add_unless_empty(object, "widened", widened);
}
