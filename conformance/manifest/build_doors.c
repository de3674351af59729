/* Reads the other doors: what a client does there, and how it is answered. */
#include "manifest/internal.h"
#include "net/url.h"
#include "spec.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PATH_SIZE = 64, NAMES_BYTES_MAX = 16 * 1024, READ_MS = 2000 };

struct doorway {
    struct building *building;
    char path[PATH_SIZE]; /* "endpoint.other_doors[1]" */
    const char *base;     /* where a URL leads that begins with a slash */
    struct door *door;
};

static const cJSON *member_of(const struct doorway *way, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(build_at(way->building, way->path),
                                            name);
}

static void complain(const struct doorway *way, const char *member,
                     const char *found, const char *expected)
{
    char path[2 * PATH_SIZE];

    snprintf(path, sizeof(path), "%s%s%s", way->path, member == NULL ? "" : ".",
             member == NULL ? "" : member);
    build_mistake(way->building, path, found, expected);
}

/* --- What is answered ----------------------------------------------------- */

static struct door_answer read_answer(const cJSON *answer)
{
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(answer, "http");

    return (struct door_answer){
        .status = status == NULL ? 0 : status->valueint,
        .body_like = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(answer, "body_like")),
        .widened = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(answer, "widened")),
    };
}

/* A refusal that a good credential may be answered with is none. */
static void check_refusal(const struct doorway *way,
                          const struct door_answer *refused)
{
    const struct door_answer *admitted = &way->door->admitted;

    if (refused->status != admitted->status)
        return;
    if (refused->body_like == NULL || admitted->body_like == NULL)
        complain(way, "refused", "the status of admitted",
                 "another status, or body_like in both");
    else if (strcmp(refused->body_like, admitted->body_like) == 0)
        complain(way, "refused", "the body of admitted", "another body_like");
}

static void read_answers(const struct doorway *way)
{
    struct door *door = way->door;
    const cJSON *refused;

    door->admitted = read_answer(member_of(way, "admitted"));
    cJSON_ArrayForEach(refused, member_of(way, "refused"))
    {
        struct door_answer *one = &door->refused[door->refused_count++];
        *one = read_answer(refused);
        check_refusal(way, one);
    }
}

/* --- Where ---------------------------------------------------------------- */

/* Without its port; whoever writes a user before it names nobody we know. Empty
 * where the URL has none. */
static struct bytes host_of(const char *url)
{
    const char *at = url == NULL ? NULL : strstr(url, "://");
    size_t length = at == NULL ? 0 : strcspn(at += 3, "/?#");
    size_t port = length;

    while (port > 0 && at[port - 1] >= '0' && at[port - 1] <= '9')
        port--;
    if (port > 0 && port < length && at[port - 1] == ':')
        length = port - 1;
    return bytes_of(at, length);
}

static bool is_at(struct bytes host, const char *url)
{
    struct bytes other = host_of(url);

    return host.length > 0 && host.length == other.length &&
           strncasecmp((const char *)host.at, (const char *)other.at,
                       host.length) == 0;
}

/* The endpoint, its nodes, or what the door itself names. */
static bool is_ours(const struct doorway *way, const char *url)
{
    const struct manifest *manifest = way->building->manifest;
    struct bytes host = host_of(url);
    bool ours = is_at(host, manifest->url) || is_at(host, way->door->url);

    for (size_t i = 0; i < manifest->node_count && !ours; i++)
        ours = is_at(host, manifest->nodes[i]);
    return ours;
}

/* A credential is nobody else's to see. */
static void check_hosts(const struct doorway *way, const char *list,
                        const struct steps *steps)
{
    const cJSON *elements = member_of(way, list);
    char found[FOUND_BYTES];

    for (size_t i = 0; i < steps->count; i++) {
        const char *url = steps->at[i].hook.url;
        struct bytes host = host_of(url);
        if (url == NULL || is_ours(way, url) ||
            !template_mentions(cJSON_GetArrayItem(elements, (int)i), "token",
                               false))
            continue;
        snprintf(found, sizeof(found), "{token} for another host, %.*s",
                 (int)host.length, (const char *)host.at);
        complain(way, list, found,
                 "endpoint.url's, or that of the door's own \"url\"");
    }
}

/* --- What is done --------------------------------------------------------- */

static void check_steps(const struct doorway *way, const char *list,
                        const struct steps *steps)
{
    for (size_t i = 0; i < steps->count; i++)
        if (steps->at[i].hook.command != NULL)
            complain(way, list, "a command", "a request over HTTP");
}

static void read_steps(const struct doorway *way)
{
    struct door *door = way->door;
    char path[2 * PATH_SIZE];
    struct buffer names;

    buffer_init(&names, NAMES_BYTES_MAX);
    buffer_add_string(&names, "token user");
    snprintf(path, sizeof(path), "%s.steps", way->path);
    build_steps(way->building, path, way->base, &names, &door->steps);
    snprintf(path, sizeof(path), "%s.read", way->path);
    build_steps(way->building, path, way->base, &names, &door->read);
    buffer_deinit(&names);
    check_steps(way, "steps", &door->steps);
    check_steps(way, "read", &door->read);
    check_hosts(way, "steps", &door->steps);
    check_hosts(way, "read", &door->read);
}

/* Half a door cannot be judged. */
static void check_whole(const struct doorway *way)
{
    static const char *const more[] = { "admitted", "refused", "read",
                                        "read_ms" };
    const cJSON *steps = member_of(way, "steps");

    for (size_t i = 0; i < COUNT(more); i++) {
        bool is_there = member_of(way, more[i]) != NULL;
        bool is_needed = i < 2;
        if (steps == NULL && is_there)
            complain(way, more[i], "it without steps", "both or neither");
        else if (steps != NULL && !is_there && is_needed)
            complain(way, NULL, "steps without admitted and refused",
                     "what a good credential and what a bad one is answered");
    }
    if (steps != NULL && !template_mentions(steps, "token", false))
        complain(way, "steps", "no {token}", "it in a url, a header or a body");
}

static const char *text_of(const struct doorway *way, const char *name)
{
    return cJSON_GetStringValue(member_of(way, name));
}

/* One is named by its scheme. */
static bool is_socket(const char *url)
{
    return url != NULL &&
           (strncmp(url, "ws://", 5) == 0 || strncmp(url, "wss://", 6) == 0 ||
            strncmp(url, "ws+unix://", 10) == 0);
}

static void read_socket(const struct doorway *way)
{
    static const char *const others[] = { "steps", "read", "read_ms",
                                          "admitted", "refused" };
    struct url url;

    way->door->is_socket = true;
    if (url_parse(way->door->url, &url) != FAULT_NONE)
        complain(way, "url", "no URL of a WebSocket", "one");
    for (size_t i = 0; i < COUNT(others); i++)
        if (member_of(way, others[i]) != NULL)
            complain(way, others[i], "it beside the URL of a WebSocket",
                     "one of them: a WebSocket is asked as the endpoint is");
}

static void read_door(struct doorway *way)
{
    struct building *building = way->building;
    const cJSON *read_ms = member_of(way, "read_ms");

    *way->door = (struct door){
        .what = text_of(way, "what"),
        .url = build_text(building, "endpoint.other_doors", "",
                          text_of(way, "url")),
        .read_ms = read_ms == NULL ? READ_MS : read_ms->valueint,
    };
    if (is_socket(way->door->url)) {
        read_socket(way);
        return;
    }
    check_whole(way);
    read_answers(way);
    read_steps(way);
}

/* "https://host:port" of wss://host:port/path; NULL: nobody is there over
 * HTTP. */
static const char *base_of(struct building *building)
{
    static const char *const schemes[][2] = { { "wss://", "https://" },
                                              { "ws://", "http://" } };
    const char *url = building->manifest->url;

    for (size_t i = 0; url != NULL && i < COUNT(schemes); i++) {
        const char *host = url + strlen(schemes[i][0]);
        char *base = NULL;
        if (strncmp(url, schemes[i][0], strlen(schemes[i][0])) != 0)
            continue;
        if (asprintf(&base, "%s%.*s", schemes[i][1], (int)strcspn(host, "/?#"),
                     host) < 0)
            base = NULL;
        return build_keep(building, base);
    }
    return NULL;
}

void build_doors(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const cJSON *doors = build_at(building, "endpoint.other_doors");
    size_t count = (size_t)cJSON_GetArraySize(doors);
    struct doorway way = { .building = building, .base = base_of(building) };

    for (size_t i = 0; i < count; i++) {
        snprintf(way.path, sizeof(way.path), "endpoint.other_doors[%zu]", i);
        way.door = &manifest->doors[manifest->door_count++];
        read_door(&way);
        if (way.door->is_socket)
            manifest->doors_offer |= OTHER_DOOR | READING_DOOR;
        if (way.door->steps.count > 0)
            manifest->doors_offer |= OTHER_DOOR;
        if (way.door->read.count > 0)
            manifest->doors_offer |= READING_DOOR;
    }
}
