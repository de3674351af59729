/* What each member of a manifest says, for people. */
#include "manifest/manual.h"
#include "manifest/internal.h"
#include "spec.h"
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *path;
    const char *sentence;
} manual[] = {
#define TELL(path, sentence) { path, sentence },
#include "manifest/manual.def"
#undef TELL
};

const char *manual_sentence(const char *path)
{
    for (size_t i = 0; i < COUNT(manual); i++)
        if (strcmp(manual[i].path, path) == 0)
            return manual[i].sentence;
    return NULL;
}

/* --- One member ----------------------------------------------------------- */

enum { EXPLAIN_COLUMNS = 88 };

/* The next step of a path: a name, or "[]" for any element; behind it *path is
 * what is left. False: that is no path. */
static bool next_step(const char **path, char step[64])
{
    size_t length;

    *path += **path == '.';
    if (**path == '[') {
        length = strcspn(*path, "]");
        snprintf(step, 64, "[]");
        *path += length + ((*path)[length] == ']');
        return true;
    }
    length = strcspn(*path, ".[");
    snprintf(step, 64, "%.*s", (int)(length < 64 ? length : 63), *path);
    *path += length;
    return length > 0 && length < 64;
}

/* The name that was meant, with the path that leads there. */
static void suggest(const struct rule *parent, const char *path,
                    const char *rest, const char *step,
                    char near[MANUAL_PATH_SIZE])
{
    const char *names[RULE_NAMES_MAX + 1] = { NULL };
    size_t length = (size_t)(rest - path) - strlen(step);

    rule_names(parent, names);
    const char *name = nearest_name(step, names);
    if (name != NULL)
        snprintf(near, MANUAL_PATH_SIZE, "%.*s%s", (int)length, path, name);
}

static const struct rule *rule_of_path(const char *path,
                                       char near[MANUAL_PATH_SIZE])
{
    const struct rule *rule = rule_of_root();
    const char *rest = path + (*path == '$');
    char step[64];

    near[0] = 0;
    while (*rest != 0 && rule != NULL) {
        const struct rule *parent = rule;
        if (!next_step(&rest, step))
            return NULL;
        rule = strcmp(step, "[]") == 0 ? rule_of_element(parent)
                                       : rule_of_member(parent, step);
        if (rule == NULL && parent->kind == KIND_OBJECT)
            suggest(parent, path, rest, step, near);
    }
    return rule;
}

static bool is_secret_path(const struct rule *rule)
{
    return strstr(rule->path, "keys") != NULL;
}

/* What each profile has there. */
static void add_profiles(const struct rule *rule, struct buffer *into)
{
    const char *label = "Profiles    ";
    struct buffer ignored;

    if (strpbrk(rule->path, "[*") != NULL || is_secret_path(rule) ||
        (rule->kind == KIND_OBJECT && rule->like == NULL))
        return;
    buffer_init(&ignored, MANIFEST_BYTES_MAX);
    for (unsigned one = 1; one <= EVERY_PROFILE; one <<= 1) {
        struct trail trail;
        struct manifest *profile =
            manifest_read_profile(profile_name(one), NULL, &ignored);
        const cJSON *value =
            profile == NULL ? NULL
                            : trail_find(profile->tree, rule->path, &trail);
        if (value != NULL && value != profile->tree) {
            buffer_printf(into, "%s%-8s ", label, profile_name(one));
            value_write(value, into);
            buffer_add_string(into, "\n");
            label = "            ";
        }
        manifest_free(profile);
    }
    buffer_deinit(&ignored);
}

static void add_members(const struct rule *rule, struct buffer *into)
{
    const char *names[RULE_NAMES_MAX + 1] = { NULL };

    rule_names(rule, names);
    for (size_t i = 0; names[i] != NULL; i++) {
        const struct rule *member = rule_of_member(rule, names[i]);
        const char *sentence = manual_sentence(member->path);
        buffer_printf(into, "%s  %-20s ", i == 0 ? "\nMembers\n" : "",
                      names[i]);
        add_hanging(into, sentence == NULL ? "" : sentence, 23,
                    EXPLAIN_COLUMNS);
    }
}

/* That of an element is its list's. */
static const char *sentence_of(const struct rule *rule)
{
    char path[MANUAL_PATH_SIZE];
    const char *own = manual_sentence(rule->path);

    snprintf(path, sizeof(path), "%.*s", (int)strlen(rule->path) - 2,
             rule->path);
    return own == NULL ? manual_sentence(path) : own;
}

/* As verdicts write it: "the target offers no room_rights". */
static const struct rule *rule_of_capability(const char *name)
{
    char path[MANUAL_PATH_SIZE];
    char near[MANUAL_PATH_SIZE];
    int length = snprintf(path, sizeof(path), "capabilities.%s", name);

    return length < (int)sizeof(path) ? rule_of_path(path, near) : NULL;
}

bool manual_explain(const char *path, struct buffer *into,
                    char near[MANUAL_PATH_SIZE])
{
    const struct rule *rule = rule_of_path(path, near);
    const struct rule *element;
    char expected[FOUND_BYTES];

    if (rule == NULL)
        rule = rule_of_capability(path);
    if (rule == NULL)
        return false;
    element = rule->kind == KIND_ARRAY ? rule_of_element(rule) : NULL;
    const char *sentence = sentence_of(rule);
    buffer_printf(into, "%s\n\n",
                  *rule->path == 0 ? "the manifest" : rule->path);
    if (sentence != NULL)
        add_wrapped(into, "", sentence, EXPLAIN_COLUMNS);
    rule_expected(rule, expected);
    buffer_printf(into, "\nExpected    %s\n", expected);
    if (element != NULL) {
        rule_expected(element, expected);
        buffer_printf(into, "Each        %s\n", expected);
    }
    if (*rule->path != 0)
        add_profiles(rule, into);
    if (rule->kind == KIND_OBJECT)
        add_members(rule, into);
    else if (element != NULL && element->kind == KIND_OBJECT)
        add_members(element, into);
    return true;
}

/* --- All of them ---------------------------------------------------------- */

/* Which section of the reference a rule belongs to. */
static size_t section_length(const struct rule *rule)
{
    return strcspn(rule->path, ".[");
}

static void write_row(const struct rule *rule, struct buffer *into)
{
    const char *sentence = manual_sentence(rule->path);
    char expected[FOUND_BYTES];

    if (sentence == NULL)
        return;
    rule_expected(rule, expected);
    buffer_printf(into, "- `%s`: %s\n  *(%s)*\n", rule->path, sentence,
                  expected);
}

void manual_write(struct buffer *into)
{
    const struct rule *before = rule_at(0);

    for (size_t i = 1; rule_at(i) != NULL; i++) {
        const struct rule *rule = rule_at(i);
        size_t length = section_length(rule);
        if (section_length(before) != length ||
            strncmp(before->path, rule->path, length) != 0)
            buffer_printf(into, "\n### %.*s\n\n", (int)length, rule->path);
        write_row(rule, into);
        before = rule;
    }
}
