/* Reads the layers of a manifest: the overlay, the file, and what it extends,
 * down to a built-in profile. */
#include "manifest/internal.h"
#include <stdio.h>
#include <stdlib.h>

/* The built-in profiles, as the linker has embedded them. */
extern const unsigned char
    signals_begin[] __asm__("_binary_spec_profiles_signals_json_start");
extern const unsigned char
    signals_end[] __asm__("_binary_spec_profiles_signals_json_end");
extern const unsigned char
    factory_begin[] __asm__("_binary_spec_profiles_factory_json_start");
extern const unsigned char
    factory_end[] __asm__("_binary_spec_profiles_factory_json_end");
extern const unsigned char
    pos_begin[] __asm__("_binary_spec_profiles_pos_json_start");
extern const unsigned char
    pos_end[] __asm__("_binary_spec_profiles_pos_json_end");
extern const unsigned char
    rooms_begin[] __asm__("_binary_spec_profiles_rooms_json_start");
extern const unsigned char
    rooms_end[] __asm__("_binary_spec_profiles_rooms_json_end");

static const struct {
    const char *name;
    const unsigned char *begin;
    const unsigned char *end;
} profiles[] = {
    { "signals", signals_begin, signals_end },
    { "factory", factory_begin, factory_end },
    { "pos", pos_begin, pos_end },
    { "rooms", rooms_begin, rooms_end },
};

static const char *const profile_names[] = { "signals", "factory", "pos",
                                             "rooms", NULL };
#define PROFILE_NAMES "signals, factory, pos, rooms"

/* --- One layer ------------------------------------------------------------ */

/* NULL without memory. There is always room: read_chain counts. */
struct layer *layer_push(struct reading *reading, const char *name,
                         const char *folder)
{
    struct layer *layer = &reading->layers[reading->count++];

    buffer_init(&layer->text, MANIFEST_BYTES_MAX);
    layer->name = strdup(name);
    layer->folder = strdup(folder);
    if (layer->name != NULL && layer->folder != NULL)
        return layer;
    mistake_no_memory(reading);
    return NULL;
}

bool layer_parse(struct reading *reading, struct layer *layer)
{
    static unsigned char none[1];
    unsigned char *at = layer->text.at == NULL ? none : layer->text.at;
    struct bytes text = bytes_of(at, layer->text.length);
    unsigned line = comments_blank(at, text.length);

    if (line > 0) {
        mistake_at_line(reading, layer, line, "a comment without an end",
                        "*/ behind it");
        return false;
    }
    struct flaw flaw = scan_text(text);
    if (flaw.expected != NULL) {
        mistake_at_line(reading, layer, flaw.line, flaw.found, flaw.expected);
        return false;
    }
    layer->tree = cJSON_ParseWithLength((const char *)at, text.length);
    if (layer->tree == NULL)
        mistake_no_memory(reading);
    return layer->tree != NULL;
}

/* From text to a tree without mistakes. */
static void parse(struct reading *reading, struct layer *layer)
{
    if (layer_parse(reading, layer))
        check_layer(reading, layer);
}

static void push_text(struct reading *reading, const char *name,
                      struct bytes text, bool is_built_in)
{
    char *folder = path_folder(is_built_in ? "." : name);
    struct layer *layer =
        layer_push(reading, name, folder == NULL ? "." : folder);

    free(folder);
    if (layer == NULL)
        return;
    layer->is_built_in = is_built_in;
    if (text.length > MANIFEST_BYTES_MAX)
        mistake_at_line(reading, layer, 1, "more than 1048576 bytes",
                        "at most 1 MiB");
    else if (buffer_add(&layer->text, text.at, text.length) != FAULT_NONE)
        mistake_no_memory(reading);
    else
        parse(reading, layer);
}

static void push_built_in(struct reading *reading, size_t index)
{
    char name[64];

    snprintf(name, sizeof(name), "profile %s", profiles[index].name);
    push_text(reading, name,
              bytes_of(profiles[index].begin,
                       (size_t)(profiles[index].end - profiles[index].begin)),
              true);
}

static void push_overlay(struct reading *reading, const cJSON *overlay)
{
    struct layer *layer = layer_push(reading, "command line", ".");

    if (layer == NULL)
        return;
    layer->is_overlay = true;
    layer->tree = cJSON_Duplicate(overlay, true);
    if (layer->tree == NULL)
        mistake_no_memory(reading);
    else
        check_layer(reading, layer);
}

/* --- What it extends ------------------------------------------------------ */

/* Where a layer names what it extends. */
struct link {
    const struct layer *layer; /* NULL: the first of all */
    struct trail trail;
    const char *name;
};

static int profile_index(const char *name)
{
    for (size_t i = 0; i < COUNT(profiles); i++)
        if (strcmp(profiles[i].name, name) == 0)
            return (int)i;
    return -1;
}

static void link_is_wrong(struct reading *reading, const struct link *link,
                          const char *why, const char *expected)
{
    struct buffer found;

    buffer_init(&found, 1024);
    quote_write(link->name, &found);
    if (why != NULL)
        buffer_printf(&found, " (%s)", why);
    mistake_add(reading, link->layer, &link->trail, buffer_string(&found),
                expected);
    buffer_deinit(&found);
}

static void profile_is_unknown(struct reading *reading, const struct link *link)
{
    char expected[FOUND_BYTES];
    const char *nearest = nearest_name(link->name, profile_names);

    snprintf(expected, sizeof(expected),
             "a profile (" PROFILE_NAMES ") or a file (./name.json)%s%s%s",
             nearest == NULL ? "" : "; did you mean \"",
             nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
    link_is_wrong(reading, link, NULL, expected);
}

static bool is_read_already(const struct reading *reading)
{
    const struct layer *last = &reading->layers[reading->count - 1];

    for (const struct layer *at = reading->layers; at < last; at++)
        if (at->inode == last->inode && at->device == last->device &&
            at->inode != 0)
            return true;
    return false;
}

/* A file that the manifest of `link` extends, or the manifest itself. */
static void push_file(struct reading *reading, const char *path,
                      const struct link *link)
{
    char *folder = path_folder(path);
    struct layer *layer =
        layer_push(reading, path, folder == NULL ? "." : folder);
    char found[FOUND_BYTES];

    free(folder);
    if (layer == NULL)
        return;
    const char *why = file_load(path, MANIFEST_BYTES_MAX, &layer->text,
                                &layer->device, &layer->inode);
    if (why != NULL && link == NULL) {
        snprintf(found, sizeof(found), "no manifest (%.100s)", why);
        mistake_at_line(reading, layer, 1, found,
                        "a readable file of at most 1 MiB");
    } else if (why != NULL) {
        link_is_wrong(reading, link, why, "a readable file of at most 1 MiB");
    } else if (link != NULL && is_read_already(reading)) {
        link_is_wrong(reading, link, "read already: it extends itself",
                      "a chain without a loop");
    } else {
        parse(reading, layer);
    }
}

static void follow(struct reading *reading, const struct link *link)
{
    int index = profile_index(link->name);

    if (index >= 0) {
        push_built_in(reading, (size_t)index);
    } else if (strpbrk(link->name, "./") == NULL) {
        profile_is_unknown(reading, link);
    } else {
        char *path = path_join(link->layer->folder, link->name);
        if (path == NULL)
            mistake_no_memory(reading);
        else
            push_file(reading, path, link);
        free(path);
    }
}

/* From the file down to a profile, and to what that extends. */
static void follow_chain(struct reading *reading)
{
    for (unsigned links = 0;; links++) {
        struct link link = { &reading->layers[reading->count - 1],
                             { 0 },
                             NULL };
        bool is_built_in = link.layer->is_built_in;
        if (!cJSON_IsObject(link.layer->tree))
            return;
        const cJSON *extends =
            trail_member(link.layer->tree, "extends", &link.trail);
        link.name = cJSON_GetStringValue(extends);
        size_t count = reading->count;
        if (extends == NULL && is_built_in)
            return;
        if (extends == NULL)
            mistake_add(reading, link.layer, &link.trail,
                        "no member \"extends\"",
                        "the profile or the file that it extends");
        else if (links == MANIFEST_EXTENDS_MAX && !is_built_in)
            link_is_wrong(reading, &link, "the fifth extension",
                          "a chain of at most 4");
        else if (link.name != NULL && *link.name != 0)
            follow(reading, &link);
        if (reading->count == count)
            return;
    }
}

void layers_read(struct reading *reading, const struct origin *origin,
                 const cJSON *overlay)
{
    int index = origin->is_built_in ? profile_index(origin->source) : -1;
    const struct trail root = { 0 };
    char found[FOUND_BYTES];

    if (overlay != NULL)
        push_overlay(reading, overlay);
    if (index >= 0) {
        push_built_in(reading, (size_t)index);
    } else if (origin->is_built_in) {
        const struct layer *layer = layer_push(reading, "command line", ".");
        snprintf(found, sizeof(found), "the profile \"%.80s\"", origin->source);
        if (layer != NULL)
            mistake_add(reading, layer, &root, found, "one of: " PROFILE_NAMES);
    } else if (origin->text != NULL) {
        push_text(reading, origin->source, *origin->text, false);
    } else {
        push_file(reading, origin->source, NULL);
    }
    follow_chain(reading);
}

void layers_free(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        free(reading->layers[i].name);
        free(reading->layers[i].folder);
        buffer_deinit(&reading->layers[i].text);
        cJSON_Delete(reading->layers[i].tree);
    }
}
