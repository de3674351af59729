/* Which form messages have on the wire. Where they are events, each template of
 * a message is one: ["name",{…}]. A profile says them as objects with a type;
 * that is the name then. Where they are texts, each template is one, and those
 * of a profile are none: what is not said anew is not there. */
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

static void settle_object(const struct walk *walk, const cJSON *message,
                          const char *path)
{
    if (cJSON_IsString(message))
        complain(walk, path, "a text", "an object, or \"codec\": \"text\"");
}

/* An element has no name. */
static void replace(cJSON *parent, cJSON *message, cJSON *event)
{
    if (cJSON_IsArray(parent))
        cJSON_ReplaceItemViaPointer(parent, message, event);
    else
        cJSON_ReplaceItemInObjectCaseSensitive(parent, message->string, event);
}

/* {"ack":"{id}","event":["name",…]} asks for an acknowledgement, and
 * {"ack":"{id}","data":[…]} is one. */
static bool is_acknowledged(const cJSON *message, bool is_pattern)
{
    const cJSON *rest = cJSON_GetObjectItemCaseSensitive(
        message, is_pattern ? "data" : "event");
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "ack"));

    return cJSON_GetArraySize(message) == 2 && id != NULL &&
           strcmp(id, "{id}") == 0 && cJSON_IsArray(rest) &&
           (is_pattern || cJSON_IsString(rest->child));
}

static void settle_event(const struct walk *walk, bool is_pattern,
                         cJSON *parent, cJSON *message, const char *path)
{
    cJSON *event;

    if (cJSON_GetObjectItemCaseSensitive(message, "ack") != NULL) {
        if (!is_acknowledged(message, is_pattern))
            complain(walk, path, "another \"ack\"",
                     is_pattern
                         ? "{\"ack\": \"{id}\", \"data\": […]}"
                         : "{\"ack\": \"{id}\", \"event\": [\"name\", …]}");
        return;
    }

    if (cJSON_IsArray(message) && !cJSON_IsString(message->child))
        complain(walk, path, "an event without a name",
                 "an event: [\"name\", {…}]");
    if (cJSON_IsArray(message))
        return;
    event = event_of(message);
    if (cJSON_IsString(message))
        complain(walk, path, "a text", "an event: [\"name\", {…}]");
    else if (event == NULL)
        complain(walk, path, "an object without a type",
                 "an event: [\"name\", {…}]");
    else
        replace(parent, message, event);
}

static bool is_inherited(const struct walk *walk, const char *path)
{
    struct trail ignored;

    return layers_origin(walk->building->reading, path, &ignored)->is_built_in;
}

/* An outcome without the message of the profile's would be another outcome. */
static void settle_text(const struct walk *walk, cJSON *parent,
                        const cJSON *message, const char *path)
{
    if (cJSON_IsString(message))
        return;
    if (walk->element == NULL && is_inherited(walk, path))
        cJSON_DeleteItemFromObjectCaseSensitive(parent, message->string);
    else
        complain(walk, path, "no text", "one, since \"codec\" is \"text\"");
}

static void settle(const struct walk *walk, const struct rule *rule,
                   cJSON *parent, cJSON *message, const char *path)
{
    enum codec_kind codec = walk->building->manifest->codec;

    if (codec == CODEC_TEXT && (rule->flags & TEXT) != 0)
        settle_text(walk, parent, message, path);
    else if (codec == CODEC_SOCKETIO && (rule->flags & PLAIN) == 0)
        settle_event(walk, (rule->flags & PATTERN) != 0, parent, message, path);
    else
        settle_object(walk, message, path);
}

static void walk_through(const struct walk *walk, const struct rule *rule,
                         cJSON *object);

static void walk_elements(const struct walk *walk, const struct rule *rule,
                          cJSON *array, const char *path)
{
    struct walk inside = { walk->building, path, path };
    const struct rule *own = rule_of_element(rule);
    cJSON *next;

    for (cJSON *element = array->child; element != NULL; element = next) {
        next = element->next;
        if (own->kind == KIND_TEMPLATE)
            settle(&inside, own, array, element, path);
        else if (cJSON_IsObject(element))
            walk_through(&inside, own, element);
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
        if (own->kind == KIND_TEMPLATE)
            settle(walk, own, object, member, path);
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

static enum codec_kind codec_named(const char *name)
{
    return strcmp(name, "socketio") == 0 ? CODEC_SOCKETIO
           : strcmp(name, "text") == 0   ? CODEC_TEXT
                                         : CODEC_JSON;
}

static void leave_out(const struct walk *walk, const char *part,
                      const char *found, const char *expected)
{
    if (build_at(walk->building, part) == NULL)
        return;
    if (is_inherited(walk, part))
        cJSON_DeleteItemFromObjectCaseSensitive(walk->building->manifest->tree,
                                                part);
    else
        complain(walk, part, found, expected);
}

/* What rooms hold is JSON, and a message is whole. */
static void refuse_layouts(const struct walk *walk)
{
    const struct manifest *manifest = walk->building->manifest;

    if (manifest->layouts != NULL && manifest->codec != CODEC_JSON)
        complain(walk, "layouts", "messages that are laid out",
                 "none, since \"codec\" is not \"json\"");
    if (manifest->in_binary && manifest->codec == CODEC_SOCKETIO)
        complain(walk, "frames", "\"binary\"",
                 "\"text\", since \"codec\" is \"socketio\"");
}

static void leave_rooms_out(const struct walk *walk)
{
    static const char *const parts[] = { "rooms", "presence" };
    const struct manifest *manifest = walk->building->manifest;

    for (size_t i = 0; i < COUNT(parts); i++) {
        if (manifest->codec == CODEC_TEXT)
            leave_out(walk, parts[i], "what is told in JSON",
                      "none of it, since \"codec\" is \"text\"");
        if (manifest->stream.frame != NULL)
            leave_out(walk, parts[i], "what is told in whole messages",
                      "none of it beside \"stream\"");
    }
}

void build_codec(struct building *building)
{
    struct manifest *manifest = building->manifest;
    struct walk walk = { building, "", NULL };
    const cJSON *word;

    manifest->codec = codec_named(text_or(building, "codec", "json"));
    manifest->layouts = build_at(building, "layouts");
    manifest->in_binary =
        strcmp(text_or(building, "frames", "text"), "binary") == 0;
    manifest->stream.frame = build_at(building, "stream.frame");
    manifest->stream.ends = text_or(building, "stream.ends", "\n");
    leave_rooms_out(&walk);
    refuse_layouts(&walk);
    cJSON_ArrayForEach(word, build_at(building, "leaks"))
    {
        manifest->leaks[manifest->leak_count++] = word->valuestring;
    }
    cJSON_ArrayForEach(word, build_at(building, "tolerate"))
    {
        manifest->tolerated |= 1u << deviation_named(word->valuestring);
    }
    manifest->namespace = text_or(building, "socketio.namespace", "/");
    manifest->event = text_or(building, "socketio.event", "message");
    walk_through(&walk, rule_of_root(), manifest->tree);
}
