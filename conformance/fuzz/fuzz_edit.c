/* Edits arbitrary texts as `probe --write` does: the first line is the path of
 * a member, the second its value, the rest the text. What it takes has the
 * value there, and all else is as it was, to the byte. */
#include "manifest/edit.h"
#include "manifest/internal.h"
#include "manifest/scan.h"
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

enum { PATH_MAX_BYTES = 63, STEPS_MAX = 3, VALUE_DEPTH_MAX = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

/* Up to the next line's end; NULL: there is none. free() it. */
static char *take_line(struct bytes *left)
{
    const unsigned char *end =
        left->length == 0 ? NULL : memchr(left->at, '\n', left->length);
    char *line;

    if (end == NULL)
        return NULL;
    line = strndup((const char *)left->at, (size_t)(end - left->at));
    left->length -= (size_t)(end - left->at) + 1;
    left->at = end + 1;
    return line;
}

/* As a proposal has it: "refusals.missing". */
static bool is_path(const char *path)
{
    unsigned steps = 1;

    if (path == NULL || strlen(path) > PATH_MAX_BYTES)
        return false;
    for (const char *at = path; *at != 0; at++) {
        if (*at == '.' && (at == path || at[1] == '.' || at[1] == 0))
            return false;
        if (*at != '.' && *at != '_' && !islower((unsigned char)*at))
            return false;
        steps += *at == '.';
    }
    return *path != 0 && steps <= STEPS_MAX;
}

/* What a probe proposes is no deeper, and has no infinite number. */
static cJSON *value_of(const char *line)
{
    struct bytes text = bytes_of_string(line == NULL ? "" : line);
    unsigned depth = 0;

    for (size_t i = 0; i < text.length; i++)
        depth += text.at[i] == '[' || text.at[i] == '{';
    if (text.length == 0 || depth > VALUE_DEPTH_MAX ||
        scan_text(text).expected != NULL)
        return NULL;
    return cJSON_Parse(line);
}

/* Without its comments; NULL: no object of JSON. cJSON_Delete it. */
static cJSON *tree_of(struct bytes text)
{
    unsigned char *blanked = malloc(text.length + 1);
    cJSON *tree = NULL;

    MUST(blanked != NULL);
    if (text.length > 0)
        memcpy(blanked, text.at, text.length);
    if (text.length > 0 && comments_blank(blanked, text.length) == 0 &&
        scan_text(bytes_of(blanked, text.length)).expected == NULL)
        tree = cJSON_ParseWithLength((const char *)blanked, text.length);
    free(blanked);
    if (cJSON_IsObject(tree))
        return tree;
    cJSON_Delete(tree);
    return NULL;
}

/* The same done to a tree; false: something on the way is no object. */
static bool put(cJSON *object, const char *path, const cJSON *value)
{
    char name[PATH_MAX_BYTES + 1] = "";
    size_t length = strcspn(path, ".");

    memcpy(name, path, length);
    cJSON *there = cJSON_GetObjectItemCaseSensitive(object, name);
    if (path[length] == 0) {
        cJSON *copy = cJSON_Duplicate(value, true);
        if (there == NULL)
            return cJSON_AddItemToObject(object, name, copy);
        return cJSON_ReplaceItemInObjectCaseSensitive(object, name, copy);
    }
    if (there == NULL)
        there = cJSON_AddObjectToObject(object, name);
    return cJSON_IsObject(there) && put(there, path + length + 1, value);
}

static void must_be_same(const cJSON *one, const cJSON *other)
{
    char *left = cJSON_PrintUnformatted(one);
    char *right = cJSON_PrintUnformatted(other);

    MUST(left != NULL && right != NULL && strcmp(left, right) == 0);
    cJSON_free(left);
    cJSON_free(right);
}

/* A value gave way to another; or a member was put in, perhaps with a comma
 * further in front. Beside that every byte has remained. */
static void check_bytes(struct bytes old, struct bytes new, size_t from,
                        size_t to)
{
    size_t front = 0, back = 0;

    while (front < old.length &&
           front < new.length &&old.at[front] == new.at[front])
        front++;
    while (back < old.length - front &&
           back < new.length - front &&old.at[old.length - 1 - back] ==
               new.at[new.length - 1 - back])
        back++;
    size_t given = old.length - front - back;
    size_t taken = new.length - front - back;
    if (to > from) {
        MUST(given == 0 || (front >= from && front + given <= to));
        MUST(given > 0 || taken == 0 || (front >= from && front <= to));
    } else if (given > 0) {
        MUST(taken > given && new.at[front] == ',');
        MUST(memcmp(new.at + front + 1, old.at + front, given) == 0);
    }
}

/* Where the value at the path stands; nowhere: 0 and 0. */
static void span_of(struct bytes text, const char *path, size_t *from,
                    size_t *to)
{
    unsigned char *blanked = malloc(text.length + 1);
    cJSON *tree = tree_of(text);
    struct trail trail = { .depth = 0 };

    *from = *to = 0;
    MUST(blanked != NULL && tree != NULL);
    memcpy(blanked, text.at, text.length);
    comments_blank(blanked, text.length);
    if (trail_find(tree, path, &trail) != NULL)
        MUST(scan_span(bytes_of(blanked, text.length), &trail, from, to));
    cJSON_Delete(tree);
    free(blanked);
}

static void check_edited(struct edit *edit, struct bytes old, cJSON *tree,
                         const char *path, const cJSON *value)
{
    struct bytes new = buffer_view(&edit->text);
    cJSON *found = tree_of(new);
    size_t from, to;
    bool is_there = false;

    MUST(found != NULL);
    must_be_same(found, tree);
    span_of(old, path, &from, &to);
    check_bytes(old, new, from, to);
    MUST(edit_line(edit, path, &is_there) >= 1 && is_there);
    cJSON_Delete(found);

    size_t length = new.length;
    void *before = malloc(length);
    MUST(before != NULL);
    memcpy(before, new.at, length);
    MUST(edit_set(edit, path, value) == FAULT_NONE);
    MUST(edit->text.length == length &&
         memcmp(edit->text.at, before, length) == 0);
    free(before);
}

static void check_edit(const char *path, const cJSON *value, struct bytes text)
{
    struct edit edit = { .path = NULL };
    cJSON *tree = tree_of(text);
    bool possible = tree != NULL && put(tree, path, value);

    buffer_init(&edit.text, 2 * MANIFEST_BYTES_MAX);
    MUST(buffer_add(&edit.text, text.at, text.length) == FAULT_NONE);
    if (edit_set(&edit, path, value) == FAULT_NONE) {
        MUST(possible && edit.changes == 1);
        check_edited(&edit, text, tree, path, value);
    } else {
        MUST(!possible && edit.changes == 0);
        MUST(edit.text.length == text.length &&
             (text.length == 0 ||
              memcmp(edit.text.at, text.at, text.length) == 0));
    }
    edit_deinit(&edit);
    cJSON_Delete(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes left = bytes_of(data, size);
    char *path = take_line(&left);
    char *line = take_line(&left);
    cJSON *value = value_of(line);

    if (is_path(path) && value != NULL && left.length < MANIFEST_BYTES_MAX)
        check_edit(path, value, left);
    cJSON_Delete(value);
    free(line);
    free(path);
    return 0;
}
