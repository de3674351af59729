/* The table of what may stand in a manifest, and ways through it. */
#include "manifest/baseline.h"
#include "manifest/internal.h"
#include <stdio.h>

static const struct rule rules[] = {
#define RULE(path, kind, min, max, flags, look, like, expected)                \
    { path, KIND_##kind, min, max, flags, look, like, expected },
#include "manifest/schema.def"
#include "manifest/baseline.def"
#undef RULE
};

/* Behind them stand those of baselines. */
enum {
    RULES_OF_MANIFESTS = 0
#define RULE(...) +1
#include "manifest/schema.def"
#undef RULE
};

const struct rule *rule_of_root(void)
{
    return &rules[0];
}

const struct rule *rule_of_baseline(void)
{
    static const struct rule root = { .path = "baseline", .kind = KIND_OBJECT };

    return &root;
}

const struct rule *rule_at(size_t index)
{
    return index < RULES_OF_MANIFESTS ? &rules[index] : NULL;
}

/* A template's `like` holds its variables, and its members follow no rule. */
static const char *prefix_of(const struct rule *parent)
{
    return parent->like != NULL ? parent->like : parent->path;
}

/* The name, behind the parent's path, of a rule for a member of it; NULL when
 * it is a rule for something else. */
static const char *tail_of(const struct rule *rule, const struct rule *parent)
{
    const char *prefix = prefix_of(parent);
    size_t length = strlen(prefix);
    const char *tail = rule->path + length;

    if (rule == &rules[0] || strncmp(rule->path, prefix, length) != 0)
        return NULL;
    if (length > 0 && *tail++ != '.')
        return NULL;
    return strpbrk(tail, ".[") == NULL ? tail : NULL;
}

const struct rule *rule_of_member(const struct rule *parent, const char *name)
{
    for (size_t i = 0; i < COUNT(rules); i++) {
        const char *tail = tail_of(&rules[i], parent);
        if (tail != NULL && (strcmp(tail, "*") == 0 || strcmp(tail, name) == 0))
            return &rules[i];
    }
    return NULL;
}

const struct rule *rule_of_element(const struct rule *parent)
{
    size_t length = strlen(parent->path);

    for (size_t i = 0; i < COUNT(rules); i++)
        if (strncmp(rules[i].path, parent->path, length) == 0 &&
            strcmp(rules[i].path + length, "[]") == 0)
            return &rules[i];
    return NULL;
}

void rule_names(const struct rule *parent,
                const char *names[RULE_NAMES_MAX + 1])
{
    size_t count = 0;

    for (size_t i = 0; i < COUNT(rules) && count < RULE_NAMES_MAX; i++) {
        const char *tail = tail_of(&rules[i], parent);
        if (tail != NULL && *tail != '*')
            names[count++] = tail;
    }
    names[count] = NULL;
}

void rule_expected(const struct rule *rule, char into[FOUND_BYTES])
{
    const char *what = "an object";
    const char *unit = " members";

    if (rule->kind == KIND_ARRAY) {
        what = "an array";
        unit = " elements";
    } else if (rule->kind == KIND_STRING) {
        what = "a string";
        unit = " bytes";
    } else if (rule->kind == KIND_INTEGER) {
        what = "a whole number";
        unit = "";
    } else if (rule->kind == KIND_BOOLEAN) {
        what = "true or false";
    }
    if (rule->expected != NULL)
        snprintf(into, FOUND_BYTES, "%s", rule->expected);
    else if (rule->max == 0)
        snprintf(into, FOUND_BYTES, "%s", what);
    else
        snprintf(into, FOUND_BYTES, "%s %s %ld to %ld%s", what,
                 rule->kind == KIND_INTEGER ? "from" : "of", rule->min,
                 rule->max, unit);
}
