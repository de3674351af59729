/* Where a good token is refused: the ways that services take tokens, tried one
 * behind the other. A way counts where the token is admitted and garbage is
 * not. */
#include "probe/steps.h"
#include <cJSON.h>
#include <stdlib.h>

/* A way that tokens travel, and what a manifest claims then. */
static const char *const ways[] = {
    "{\"query\":\"token\"}",
    "{\"bearer\":true}",
    "{\"query\":\"access_token\"}",
    "{\"query\":\"jwt\"}",
    "{\"query\":\"auth\"}",
    "{\"subprotocol\":\"jwt.\"}",
    "{\"subprotocol\":\"bearer.\"}",
    "{\"cookie\":\"token\"}",
    "{\"cookie\":\"access_token\"}",
    "{\"cookie\":\"session\"}",
    "{\"header\":{\"name\":\"X-Auth-Token\",\"value\":\"{token}\"}}",
    "{\"header\":{\"name\":\"Authorization\",\"value\":\"{token}\"}}",
    "{\"first_message\":true}",
};

static const char *const paths[] = { "/ws",     "/",       "/websocket", "/ws/",
                                     "/socket", "/api/ws", "/v1/ws" };

static const long lifetimes_s[] = { 300, 60 };

struct search {
    struct probe *probe;
    const char *what; /* in words */
    const struct entry *before;
    struct cJSON *overlay;
};

/* --- One way -------------------------------------------------------------- */

/* Does it let a good token in, and garbage not? */
static bool leads_in(struct search *search)
{
    struct manifest *manifest = manifest_with(search->probe, search->overlay);
    struct entry entry = { .served = false };
    struct result result = { .verdict = INCONCLUSIVE };

    if (manifest == NULL)
        return false;
    attempt(search->probe, manifest, search->what, try_entry, &entry, &result);
    result_deinit(&result);
    manifest_free(manifest);
    return entry.served && !entry.none_in && !entry.garbage_in;
}

static const char *const claimed[] = { "second_carrier", "subprotocol",
                                       "first_message" };

static bool is_claimed(const struct probe *probe, const char *claim)
{
    const struct cJSON *claims = cJSON_GetObjectItemCaseSensitive(
        probe_manifest(probe)->tree, "capabilities");

    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(claims, claim));
}

/* What is claimed of carriers that the new one does not bear out. */
static void withdraw_claims(struct search *search, const char *carrier)
{
    char path[PROPOSAL_PATH_SIZE];

    for (size_t i = 0; i < COUNT(claimed); i++) {
        if (!is_claimed(search->probe, claimed[i]) ||
            strstr(carrier, claimed[i]) != NULL)
            continue;
        snprintf(path, sizeof(path), "capabilities.%s", claimed[i]);
        overlay_set(search->overlay, path, cJSON_CreateFalse());
    }
}

static void add_proposals(struct finding *finding, const struct cJSON *overlay)
{
    char path[PROPOSAL_PATH_SIZE];
    const struct cJSON *section;
    const struct cJSON *member;

    cJSON_ArrayForEach(section, overlay)
    {
        cJSON_ArrayForEach(member, section)
        {
            snprintf(path, sizeof(path), "%s.%s", section->string,
                     member->string);
            propose(finding, path, cJSON_Duplicate(member, true));
        }
    }
}

static bool found(struct search *search, const char *seen)
{
    struct finding *finding;

    if (!leads_in(search))
        return false;
    finding =
        find(search->probe, FINDING_CHANGE, "authenticate", seen,
             "Tried: with that it is admitted, garbage and none are not.");
    add_proposals(finding, search->overlay);
    search->probe->let_in = adopt(search->probe, finding);
    return true;
}

static void begin(struct search *search, const char *what)
{
    cJSON_Delete(search->overlay);
    search->overlay = cJSON_CreateObject();
    search->what = what;
}

/* --- All of them ---------------------------------------------------------- */

static bool search_carrier(struct search *search)
{
    const struct cJSON *agreed = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(
                probe_manifest(search->probe)->tree, "credential"),
            "carriers"),
        0);
    bool is_found = false;

    for (size_t i = 0; i < COUNT(ways) && !is_found; i++) {
        struct cJSON *carrier = cJSON_Parse(ways[i]);
        begin(search, ways[i]);
        if (cJSON_Compare(carrier, agreed, true)) {
            cJSON_Delete(carrier);
            continue;
        }
        struct cJSON *list = cJSON_CreateArray();
        cJSON_AddItemToArray(list, carrier);
        overlay_set(search->overlay, "credential.carriers", list);
        withdraw_claims(search, ways[i]);
        is_found = found(search, "a good token is not admitted by the way that "
                                 "credential.carriers has it travel");
    }
    return is_found;
}

static bool search_lifetime(struct search *search)
{
    bool is_found = false;

    for (size_t i = 0; i < COUNT(lifetimes_s) && !is_found; i++) {
        if (probe_manifest(search->probe)->lifetime_s <= lifetimes_s[i])
            continue;
        begin(search, "a shorter life");
        overlay_set(search->overlay, "credential.lifetime_s",
                    cJSON_CreateNumber((double)lifetimes_s[i]));
        is_found =
            found(search, "a good token is refused for its long lifetime");
    }
    return is_found;
}

/* The URL as far as its host, "ws://h:1". */
static size_t length_to_path(const char *url)
{
    const char *host = strstr(url, "://");

    return host == NULL ? strlen(url)
                        : (size_t)(host - url) + 3 + strcspn(host + 3, "/?");
}

static bool search_origin(struct search *search)
{
    const char *url = probe_manifest(search->probe)->url;
    char origin[512];

    if (url == NULL || strncmp(url, "ws+unix", 7) == 0)
        return false;
    begin(search, "an Origin");
    snprintf(origin, sizeof(origin), "http%s%.*s",
             strncmp(url, "wss:", 4) == 0 ? "s" : "",
             (int)(length_to_path(url) - strcspn(url, ":")),
             url + strcspn(url, ":"));
    overlay_set(search->overlay, "endpoint.origin", cJSON_CreateString(origin));
    return found(search, "a handshake without the Origin of the service itself "
                         "is refused");
}

static bool search_path(struct search *search)
{
    const struct manifest *manifest = probe_manifest(search->probe);
    bool is_found = false;
    char url[2100];

    if (manifest->paths[MAIN] != NULL || manifest->url == NULL ||
        strncmp(manifest->url, "ws+unix", 7) == 0)
        return false;
    for (size_t i = 0; i < COUNT(paths) && !is_found; i++) {
        begin(search, paths[i]);
        snprintf(url, sizeof(url), "%.*s%s", (int)length_to_path(manifest->url),
                 manifest->url, paths[i]);
        if (strcmp(url, manifest->url) == 0)
            continue;
        overlay_set(search->overlay, "endpoint.url", cJSON_CreateString(url));
        is_found = found(search, "no good token is admitted at this path");
    }
    return is_found;
}

bool search_entry(struct probe *probe, const struct entry *entry)
{
    struct search search = { .probe = probe, .before = entry };
    bool is_found = false;

    if (!may_search(probe))
        return false;
    if (entry->good.status != 0 && entry->good.status != 401)
        is_found = search_path(&search);
    if (!is_found && !is_no_websocket(entry->good.status))
        is_found =
            search_carrier(&search) || search_lifetime(&search) ||
            (probe_manifest(probe)->origin == NULL && search_origin(&search));
    cJSON_Delete(search.overlay);
    return is_found;
}
