/* Which form messages have on the wire. Where they are events, each template of
 * a message is one: ["name",{…}]. A profile says them as objects with a type;
 * that is the name then. */
#include "manifest/internal.h"
#include <stdio.h>

enum { PATH_BYTES = 256 };

struct walk {
    struct building *building;
    const char *path;    /* of the object that is walked through */
    const char *element; /* of the nearest array around it, or NULL */
};

static void complain(const struct walk *walk, const char *path,
                     const char *found, const char *expected)
{
    build_mistake(walk->building, walk->element == NULL ? path : walk->element,
                  found, expected);
}

/* {"type":"name",…} as ["name",{…}]; NULL where it has no type, or there is no
 * memory. */
static cJSON *event_of(const cJSON *message)
{
    const char *name =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "type"));
    cJSON *event = name == NULL ? NULL : cJSON_CreateArray();
    cJSON *rest = event == NULL ? NULL : cJSON_Duplicate(message, true);

    if (rest == NULL ||
        !cJSON_AddItemToArray(event, cJSON_CreateString(name))) {
        cJSON_Delete(rest);
        cJSON_Delete(event);
        return NULL;
    }
    cJSON_DeleteItemFromObjectCaseSensitive(rest, "type");
    cJSON_free(rest->string); /* an element has no name */
    rest->string = NULL;
    cJSON_AddItemToArray(event, rest);
    return event;
}

static void settle(const struct walk *walk, cJSON *parent, const cJSON *message,
                   const char *path)
{
    bool has_events = walk->building->manifest->codec == CODEC_SOCKETIO;
    cJSON *event;

    if (cJSON_IsArray(message) && !has_events)
        complain(walk, path, "an event",
                 "an object, or \"codec\": \"socketio\"");
    if (cJSON_IsArray(message) || !has_events)
        return;
    event = event_of(message);
    if (event == NULL)
        complain(walk, path, "an object without a type",
                 "an event: [\"name\", {…}]");
    else
        cJSON_ReplaceItemInObjectCaseSensitive(parent, message->string, event);
}

static void walk_through(const struct walk *walk, const struct rule *rule,
                         cJSON *object);

static void walk_elements(const struct walk *walk, const struct rule *rule,
                          cJSON *array, const char *path)
{
    struct walk inside = { walk->building, path, path };
    cJSON *element;

    cJSON_ArrayForEach(element, array)
    {
        if (cJSON_IsObject(element))
            walk_through(&inside, rule_of_element(rule), element);
    }
}

static void walk_through(const struct walk *walk, const struct rule *rule,
                         cJSON *object)
{
    cJSON *next;

    for (cJSON *member = object->child; member != NULL; member = next) {
        const struct rule *own = rule_of_member(rule, member->string);
        char path[PATH_BYTES];
        struct walk inside = { walk->building, path, walk->element };

        next = member->next;
        snprintf(path, sizeof(path), "%s%s%s", walk->path,
                 walk->path[0] == 0 ? "" : ".", member->string);
        if (own == NULL)
            continue;
        if (own->kind == KIND_TEMPLATE && (own->flags & PLAIN) == 0)
            settle(walk, object, member, path);
        else if (own->kind == KIND_OBJECT)
            walk_through(&inside, own, member);
        else if (own->kind == KIND_ARRAY)
            walk_elements(&inside, own, member, path);
    }
}

static const char *text_or(const struct building *building, const char *path,
                           const char *otherwise)
{
    const char *text = cJSON_GetStringValue(build_at(building, path));

    return text == NULL ? otherwise : text;
}

void build_codec(struct building *building)
{
    struct manifest *manifest = building->manifest;
    struct walk walk = { building, "", NULL };

    manifest->codec =
        strcmp(text_or(building, "codec", "json"), "socketio") == 0
            ? CODEC_SOCKETIO
            : CODEC_JSON;
    manifest->namespace = text_or(building, "socketio.namespace", "/");
    manifest->event = text_or(building, "socketio.event", "message");
    walk_through(&walk, rule_of_root(), manifest->tree);
}
