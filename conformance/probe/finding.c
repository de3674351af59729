/* What was found, and what is proposed. */
#include "probe/steps.h"
#include "manifest/secrets.h"
#include "report/report.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdlib.h>

enum { FOUND_TEXT_MAX = 4096 };

/* A text that may be shown; free() it. */
static char *shown(const struct probe *probe, const char *text)
{
    char *clean = secrets_redact(probe_manifest(probe), text);
    struct buffer plain;

    buffer_init(&plain, 4 * FOUND_TEXT_MAX);
    add_plain(&plain, clean == NULL ? "" : clean);
    free(clean);
    return buffer_take(&plain);
}

struct finding *find(struct probe *probe, enum finding_kind kind,
                     const char *step, const char *seen, const char *why)
{
    static struct finding beyond; /* more than anybody reads */
    struct finding *finding = probe->count < FINDINGS_MAX
                                  ? &probe->findings[probe->count++]
                                  : &beyond;

    if (finding == &beyond)
        return finding;
    *finding = (struct finding){ .kind = kind, .step = step };
    finding->seen = shown(probe, seen);
    finding->why = why == NULL ? NULL : shown(probe, why);
    return finding;
}

struct finding *find_with(struct probe *probe, enum finding_kind kind,
                          const char *step, const char *why, const char *seen,
                          ...)
{
    char text[FOUND_TEXT_MAX];
    va_list arguments;

    va_start(arguments, seen);
    vsnprintf(text, sizeof(text), seen, arguments);
    va_end(arguments);
    return find(probe, kind, step, text, why);
}

void propose(struct finding *finding, const char *path, struct cJSON *value)
{
    if (finding->proposal_count == PROPOSALS_MAX) {
        cJSON_Delete(value);
        return;
    }
    struct proposal *proposal = &finding->proposals[finding->proposal_count++];
    snprintf(proposal->path, sizeof(proposal->path), "%s", path);
    proposal->value = value;
}

void overlay_set(struct cJSON *overlay, const char *path, struct cJSON *value)
{
    char name[PROPOSAL_PATH_SIZE];
    size_t length = strcspn(path, ".");

    snprintf(name, sizeof(name), "%.*s", (int)length, path);
    struct cJSON *there = cJSON_GetObjectItemCaseSensitive(overlay, name);
    if (path[length] == 0) {
        cJSON_DeleteItemFromObjectCaseSensitive(overlay, name);
        cJSON_AddItemToObject(overlay, name, value);
        return;
    }
    if (there == NULL)
        there = cJSON_AddObjectToObject(overlay, name);
    overlay_set(there, path + length + 1, value);
}

bool adopt(struct probe *probe, const struct finding *finding)
{
    struct cJSON *overlay = cJSON_Duplicate(probe->overlay, true);
    struct manifest *manifest;

    for (size_t i = 0; i < finding->proposal_count; i++)
        if (finding->proposals[i].value != NULL)
            overlay_set(overlay, finding->proposals[i].path,
                        cJSON_Duplicate(finding->proposals[i].value, true));
    manifest = may_search(probe) ? manifest_with(probe, overlay) : NULL;
    if (manifest == NULL) {
        cJSON_Delete(overlay);
        return false;
    }
    manifest_free(probe->manifest);
    cJSON_Delete(probe->overlay);
    probe->manifest = manifest;
    probe->overlay = overlay;
    return true;
}

bool adopt_or_withdraw(struct probe *probe, struct finding *finding)
{
    bool adopted = adopt(probe, finding);

    for (size_t i = 0; !adopted && i < finding->proposal_count; i++) {
        cJSON_Delete(finding->proposals[i].value);
        finding->proposals[i].value = NULL;
    }
    return adopted;
}
