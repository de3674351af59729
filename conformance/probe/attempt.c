/* Trials of a probe, and the manifests that they are made with. */
#include "probe/steps.h"
#include "base/clock.h"
#include <cJSON.h>
#include <stdlib.h>

enum { ERRORS_MAX = 256 * 1024 };

const struct manifest *probe_manifest(const struct probe *probe)
{
    return probe->manifest == NULL ? probe->target->manifest : probe->manifest;
}

bool may_search(const struct probe *probe)
{
    return probe->target->kind == TARGET_URL ||
           probe->target->kind == TARGET_EXEC;
}

static void lay_over(struct cJSON *into, const struct cJSON *over)
{
    const struct cJSON *member;

    cJSON_ArrayForEach(member, over)
    {
        struct cJSON *there =
            cJSON_GetObjectItemCaseSensitive(into, member->string);
        if (cJSON_IsObject(there) && cJSON_IsObject(member))
            lay_over(there, member);
        else
            overlay_set(into, member->string, cJSON_Duplicate(member, true));
    }
}

struct manifest *manifest_with(const struct probe *probe,
                               const struct cJSON *overlay)
{
    struct cJSON *whole = cJSON_Duplicate(probe->overlay, true);
    struct buffer errors;

    lay_over(whole, overlay);
    buffer_init(&errors, ERRORS_MAX);
    struct manifest *manifest =
        probe->file != NULL
            ? manifest_read_file(probe->file, whole, &errors)
            : manifest_read_profile(
                  profile_name(probe->target->manifest->profile), whole,
                  &errors);
    buffer_deinit(&errors);
    cJSON_Delete(whole);
    if (manifest != NULL)
        manifest->wallet = probe->target->wallet;
    return manifest;
}

bool attempt(struct probe *probe, const struct manifest *manifest,
             const char *name, trial *steps, void *context,
             struct result *result)
{
    const struct manifest *own =
        manifest == NULL ? probe_manifest(probe) : manifest;
    struct adapter *adapter = probe->target->kind == TARGET_URL
                                  ? adapter_net_new(own)
                                  : target_adapter(probe->target);
    struct world world = { .seed = probe->seed,
                           .index = probe->worlds++,
                           .keeping = KEPT_NEVER };

    memset(result, 0, sizeof(*result));
    result->verdict = INCONCLUSIVE;
    if (adapter == NULL) {
        result->seen = strdup(fault_reason());
        return false;
    }
    if (probe->progress != NULL) {
        fprintf(probe->progress, "\r\033[K\033[2mtrying %s …\033[0m", name);
        fflush(probe->progress);
    }
    bench_try(name, steps, context, own, adapter, &world, result);
    adapter_free(adapter);
    if (probe->progress != NULL) {
        fputs("\r\033[K", probe->progress);
        fflush(probe->progress);
    }
    return result->verdict == PASS;
}

void probe_init(struct probe *probe, const struct target *target,
                const char *file, const char *url)
{
    memset(probe, 0, sizeof(*probe));
    probe->target = target;
    probe->file = file;
    probe->overlay = cJSON_CreateObject();
    probe->seed = (uint64_t)clock_wall_ms();
    if (url != NULL)
        overlay_set(probe->overlay, "endpoint.url", cJSON_CreateString(url));
    if (target->manifest->setup.count > 0) /* what it has saved */
        overlay_set(probe->overlay, "vars",
                    cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(
                                        target->manifest->tree, "vars"),
                                    true));
}

void probe_free(struct probe *probe)
{
    for (size_t i = 0; i < probe->count; i++) {
        struct finding *finding = &probe->findings[i];
        free(finding->seen);
        free(finding->why);
        for (size_t j = 0; j < finding->proposal_count; j++)
            cJSON_Delete(finding->proposals[j].value);
    }
    manifest_free(probe->manifest);
    cJSON_Delete(probe->overlay);
}

void probe_all(struct probe *probe)
{
    static void (*const steps[])(struct probe *) = {
        probe_refusals, probe_broadcast, probe_answers,
        probe_rooms,    probe_hooks,
    };

    probe_entry(probe);
    for (size_t i = 0; probe->let_in && i < COUNT(steps); i++)
        steps[i](probe);
}
