/* Changes to the text of a manifest. The text is looked at with its comments
 * blanked, where every byte has the place that it has with them. */
#include "manifest/edit.h"
#include "manifest/internal.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* After this header, which has a revoke of its own. */
#define revoke revoke_of_terminals
#include <unistd.h>
#undef revoke

/* The text without its comments, and what stands in it. */
struct view {
    struct buffer blanked;
    cJSON *tree;
};

static enum fault view_open(struct view *view, const struct buffer *text)
{
    view->tree = NULL;
    buffer_init(&view->blanked, 2 * MANIFEST_BYTES_MAX);
    if (buffer_add(&view->blanked, text->at, text->length) != FAULT_NONE)
        return fault_say(FAULT_MEMORY, "no memory for a manifest");
    if (text->length > 0 &&
        comments_blank(view->blanked.at, view->blanked.length) == 0 &&
        scan_text(buffer_view(&view->blanked)).expected == NULL)
        view->tree = cJSON_ParseWithLength((const char *)view->blanked.at,
                                           view->blanked.length);
    return cJSON_IsObject(view->tree)
               ? FAULT_NONE
               : fault_say(FAULT_MANIFEST, "it is no object of JSON");
}

static void view_close(struct view *view)
{
    cJSON_Delete(view->tree);
    buffer_deinit(&view->blanked);
}

enum fault edit_open(struct edit *edit, const char *path)
{
    struct view view;
    const char *why;

    memset(edit, 0, sizeof(*edit));
    buffer_init(&edit->read, MANIFEST_BYTES_MAX);
    buffer_init(&edit->text, 2 * MANIFEST_BYTES_MAX);
    edit->path = realpath(path, NULL);
    why = edit->path == NULL ? strerror(errno)
                             : file_load(edit->path, MANIFEST_BYTES_MAX,
                                         &edit->read, NULL, NULL);
    if (why != NULL)
        return fault_say(FAULT_MANIFEST, "%s cannot be read: %s", path, why);
    buffer_add(&edit->text, edit->read.at, edit->read.length);
    enum fault fault = view_open(&view, &edit->text);
    view_close(&view);
    return fault;
}

void edit_deinit(struct edit *edit)
{
    free(edit->path);
    buffer_deinit(&edit->read);
    buffer_deinit(&edit->text);
    memset(edit, 0, sizeof(*edit));
}

/* --- Places --------------------------------------------------------------- */

/* Follows the path as far as it goes; *rest is what is missing of it, "" when
 * nothing. */
static const cJSON *follow(const cJSON *tree, const char *path,
                           struct trail *trail, const char **rest)
{
    const cJSON *node = tree;
    char name[64];

    trail->depth = 0;
    for (*rest = path; **rest != 0;) {
        size_t length = strcspn(*rest, ".");
        snprintf(name, sizeof(name), "%.*s", (int)length, *rest);
        const cJSON *next = trail_member(node, name, trail);
        if (next == NULL)
            break;
        node = next;
        *rest += length + ((*rest)[length] == '.');
    }
    return node;
}

unsigned edit_line(const struct edit *edit, const char *path, bool *is_there)
{
    struct view view;
    struct trail trail;
    const char *rest = path;
    unsigned line = 1;

    if (view_open(&view, &edit->text) == FAULT_NONE) {
        follow(view.tree, path, &trail, &rest);
        line = scan_line(buffer_view(&view.blanked), &trail);
    }
    view_close(&view);
    *is_there = *rest == 0;
    return line;
}

/* --- Setting -------------------------------------------------------------- */

/* Bytes `from` to `to` give way to `with`. */
static enum fault replace(struct edit *edit, size_t from, size_t to,
                          const struct buffer *with)
{
    struct buffer text;
    enum fault fault;

    buffer_init(&text, edit->text.limit);
    fault = buffer_add(&text, edit->text.at, from);
    if (fault == FAULT_NONE)
        fault = buffer_add(&text, with->at, with->length);
    if (fault == FAULT_NONE)
        fault = buffer_add(&text, edit->text.at + to, edit->text.length - to);
    if (fault != FAULT_NONE) {
        buffer_deinit(&text);
        return fault;
    }
    buffer_deinit(&edit->text);
    edit->text = text;
    return FAULT_NONE;
}

/* "a.b" and a value as `"a": { "b": value }`. */
static void write_nested(const char *path, const cJSON *value,
                         struct buffer *into)
{
    size_t length = strcspn(path, ".");

    buffer_printf(into, "\"%.*s\": ", (int)length, path);
    if (path[length] == 0) {
        value_write(value, into);
        return;
    }
    buffer_add_string(into, "{ ");
    write_nested(path + length + 1, value, into);
    buffer_add_string(into, " }");
}

static size_t line_start(struct bytes text, size_t at)
{
    while (at > 0 && text.at[at - 1] != '\n')
        at--;
    return at;
}

static size_t blanks_at(struct bytes text, size_t at)
{
    size_t count = 0;

    while (at + count < text.length &&
           (text.at[at + count] == ' ' || text.at[at + count] == '\t'))
        count++;
    return count;
}

/* What stands in front of the members of an object: as in front of its last,
 * at `last`; where it has none, two blanks more than in front of its end. */
static void indent(struct bytes text, bool has_members, size_t last,
                   size_t closing, struct buffer *into)
{
    size_t start = line_start(text, has_members ? last : closing);

    buffer_add(into, text.at + start, blanks_at(text, start));
    if (!has_members)
        buffer_add_string(into, "  ");
}

/* Puts a member behind the last one of an object that ends with the brace at
 * `closing`. */
static enum fault append(struct edit *edit, const struct view *view,
                         const struct trail *object, const cJSON *node,
                         const struct buffer *member)
{
    struct bytes text = buffer_view(&view->blanked);
    int count = cJSON_GetArraySize(node);
    struct trail last =
        trail_down(object, (unsigned)(count > 0 ? count - 1 : 0));
    size_t from = 0, to = 0, name = 0, end = 0;
    struct buffer piece;
    enum fault fault;

    if (!scan_span(text, object, &from, &to))
        return fault_say(FAULT_MANIFEST, "an object is not where it was");
    if (count > 0 && !scan_span(text, &last, &name, &end))
        return fault_say(FAULT_MANIFEST, "a member is not where it was");
    size_t closing = to - 1;
    size_t start = line_start(text, closing);
    bool apart = start + blanks_at(text, start) == closing && start > from;

    buffer_init(&piece, MANIFEST_BYTES_MAX);
    if (!apart) {
        buffer_add_string(&piece, count > 0 ? ", " : " ");
        buffer_add(&piece, member->at, member->length);
        buffer_add_string(&piece, count > 0 ? "" : " ");
        end = count > 0 ? end : closing;
        fault = replace(edit, end, end, &piece);
    } else {
        indent(text, count > 0, name, closing, &piece);
        buffer_add(&piece, member->at, member->length);
        buffer_add_string(&piece, "\n");
        fault = replace(edit, start, start, &piece);
        buffer_clear(&piece);
        buffer_add_string(&piece, ",");
        if (fault == FAULT_NONE && count > 0)
            fault = replace(edit, end, end, &piece);
    }
    buffer_deinit(&piece);
    return fault;
}

enum fault edit_set(struct edit *edit, const char *path, const cJSON *value)
{
    struct view view;
    struct trail trail;
    struct buffer piece;
    const char *rest;
    size_t from, to;
    enum fault fault = view_open(&view, &edit->text);

    buffer_init(&piece, MANIFEST_BYTES_MAX);
    if (fault == FAULT_NONE) {
        const cJSON *node = follow(view.tree, path, &trail, &rest);
        if (*rest != 0) {
            write_nested(rest, value, &piece);
            fault =
                cJSON_IsObject(node)
                    ? append(edit, &view, &trail, node, &piece)
                    : fault_say(FAULT_MANIFEST,
                                "%s: something on its way is no object", path);
        } else if (scan_span(buffer_view(&view.blanked), &trail, &from, &to)) {
            value_write(value, &piece);
            fault = replace(edit, from, to, &piece);
        } else {
            fault = fault_say(FAULT_MANIFEST, "%s is not where it was", path);
        }
    }
    edit->changes += fault == FAULT_NONE;
    buffer_deinit(&piece);
    view_close(&view);
    return fault;
}

/* --- Saving --------------------------------------------------------------- */

static enum fault check_text(const struct edit *edit)
{
    struct buffer errors;

    buffer_init(&errors, MANIFEST_BYTES_MAX);
    struct manifest *manifest =
        manifest_read(edit->path, buffer_view(&edit->text), NULL, &errors);
    enum fault fault =
        manifest != NULL ? FAULT_NONE
                         : fault_say(FAULT_MANIFEST,
                                     "with it the manifest would be wrong: %s",
                                     buffer_string(&errors));
    manifest_free(manifest);
    buffer_deinit(&errors);
    return fault;
}

static enum fault check_unchanged(const struct edit *edit)
{
    struct buffer now;
    bool same;

    buffer_init(&now, MANIFEST_BYTES_MAX);
    same =
        file_load(edit->path, MANIFEST_BYTES_MAX, &now, NULL, NULL) == NULL &&
        now.length == edit->read.length &&
        memcmp(now.at, edit->read.at, now.length) == 0;
    buffer_deinit(&now);
    return same ? FAULT_NONE
                : fault_say(FAULT_MANIFEST,
                            "%s has been changed meanwhile: nothing is "
                            "written; probe again",
                            edit->path);
}

/* Beside it, then in its place. */
static enum fault write_whole(const struct edit *edit, char *beside)
{
    struct stat is;
    int file = mkstemp(beside);
    FILE *to = file < 0 ? NULL : fdopen(file, "w");
    bool good = to != NULL && stat(edit->path, &is) == 0 &&
                fchmod(file, is.st_mode & 07777) == 0;

    if (to != NULL) {
        good = good && fwrite(edit->text.at, 1, edit->text.length, to) ==
                           edit->text.length;
        good = fflush(to) == 0 && fsync(file) == 0 && good;
        good = fclose(to) == 0 && good;
    }
    if (good && rename(beside, edit->path) == 0)
        return FAULT_NONE;
    enum fault fault = fault_say(FAULT_OUTPUT, "%s cannot be written: %s",
                                 edit->path, strerror(errno));
    if (file >= 0)
        unlink(beside);
    return fault;
}

enum fault edit_save(struct edit *edit)
{
    char *beside = NULL;
    enum fault fault = check_text(edit);

    if (fault == FAULT_NONE)
        fault = check_unchanged(edit);
    if (fault != FAULT_NONE)
        return fault;
    if (asprintf(&beside, "%s.XXXXXX", edit->path) < 0)
        return fault_say(FAULT_MEMORY, "no memory for a name");
    fault = write_whole(edit, beside);
    free(beside);
    return fault;
}
