/* Holds a layer to the table of schema.def. */
#include "manifest/internal.h"
#include "bench/matcher.h"
#include "spec.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>

struct place {
    struct reading *reading;
    const struct layer *layer;
    struct trail trail;
};

static struct place child_of(const struct place *place, unsigned step)
{
    struct place child = *place;

    child.trail = trail_down(&place->trail, step);
    return child;
}

static void complain(const struct place *place, const char *found,
                     const char *expected)
{
    mistake_add(place->reading, place->layer, &place->trail, found, expected);
}

static void complain_of(const struct place *place, const struct rule *rule,
                        const char *found)
{
    char expected[FOUND_BYTES];

    rule_expected(rule, expected);
    complain(place, found, expected);
}

/* --- Kind and range ------------------------------------------------------- */

/* ["name",…], or whatever a service's arrays begin with. */
static bool is_event(const cJSON *value)
{
    return cJSON_IsArray(value) && value->child != NULL;
}

static bool is_of_kind(const struct rule *rule, const cJSON *value)
{
    switch (rule->kind) {
    case KIND_OBJECT: return cJSON_IsObject(value);
    case KIND_TEMPLATE:
        return cJSON_IsObject(value) ||
               ((rule->flags & TEXT) != 0 && cJSON_IsString(value)) ||
               ((rule->flags & PLAIN) == 0 && is_event(value));
    case KIND_ARRAY: return cJSON_IsArray(value);
    case KIND_STRING: return cJSON_IsString(value);
    case KIND_BOOLEAN: return cJSON_IsBool(value);
    case KIND_INTEGER:
        return cJSON_IsNumber(value) && isfinite(value->valuedouble) &&
               value->valuedouble == trunc(value->valuedouble);
    }
    return false;
}

/* What the range of a rule counts. */
static double measure(const struct rule *rule, const cJSON *value)
{
    switch (rule->kind) {
    case KIND_TEMPLATE:
        if (cJSON_IsString(value))
            return *value->valuestring != 0;
        return cJSON_GetArraySize(value);
    case KIND_OBJECT:
    case KIND_ARRAY: return cJSON_GetArraySize(value);
    case KIND_STRING: return (double)strlen(value->valuestring);
    case KIND_INTEGER: return value->valuedouble;
    case KIND_BOOLEAN: break;
    }
    return 0;
}

static bool is_in_range(const struct rule *rule, const cJSON *value)
{
    double measured = measure(rule, value);

    return measured >= (double)rule->min &&
           (rule->max == 0 || measured <= (double)rule->max);
}

static void complain_of_range(const struct place *place,
                              const struct rule *rule, const cJSON *value)
{
    char found[FOUND_BYTES];
    int count = (int)measure(rule, value);

    describe_value(value, (rule->flags & OPEN) == 0, found);
    if (cJSON_IsArray(value))
        snprintf(found, sizeof(found), "an array of %d elements", count);
    else if (cJSON_IsObject(value))
        snprintf(found, sizeof(found), "an object of %d members", count);
    else if (cJSON_IsString(value) && count == 0)
        snprintf(found, sizeof(found), "an empty string");
    else if (cJSON_IsString(value) && (rule->flags & OPEN) != 0)
        snprintf(found, sizeof(found), "a string of %d bytes", count);
    else if (cJSON_IsString(value))
        snprintf(found, sizeof(found), "a string that is too %s",
                 count < rule->min ? "short" : "long");
    complain_of(place, rule, found);
}

/* --- Templates ------------------------------------------------------------ */

void write_variables(const char *names, char into[FOUND_BYTES])
{
    size_t length = 0;

    snprintf(into, FOUND_BYTES, "none");
    for (const char *at = names; *at != 0;) {
        size_t word = strcspn(at, " ");
        length +=
            (size_t)snprintf(into + length, FOUND_BYTES - length, "%s{%.*s}",
                             at == names ? "" : " or ", (int)word, at);
        at += word;
        at += strspn(at, " ");
    }
}

/* The first variable of a text that is none of `names`; false: there is none.
 */
bool foreign_variable(const char *text, const char *names,
                      char into[FOUND_BYTES])
{
    struct bytes name;
    char copy[SHOWN_BYTES_MAX + 1];

    while ((text = template_variable(text, &name)) != NULL) {
        snprintf(copy, sizeof(copy), "%.*s", (int)name.length,
                 (const char *)name.at);
        if (!cites(names, copy)) {
            snprintf(into, FOUND_BYTES, "the unknown variable {%s}", copy);
            return true;
        }
        text += name.length;
    }
    return false;
}

static void check_text(const struct place *place, const struct rule *rule,
                       const char *text)
{
    char known[FOUND_BYTES];
    char found[FOUND_BYTES];
    char expected[FOUND_BYTES];

    snprintf(known, sizeof(known), "%s%s", rule->like,
             (rule->flags & PATTERN) != 0 ? " any" : "");
    if ((rule->flags & LATE) != 0 || !foreign_variable(text, known, found))
        return;
    write_variables(rule->like, expected);
    complain(place, found, expected);
}

/* Inside of one there are expressions, in which braces are no variables. */
static bool is_opaque(const struct rule *rule, const cJSON *parent,
                      const cJSON *member)
{
    return (rule->flags & PATTERN) != 0 && is_matcher(parent) &&
           strcmp(member->string, "$element") != 0 &&
           strcmp(member->string, "$json") != 0;
}

static void check_matcher(const struct place *place, const cJSON *value)
{
    char found[FOUND_BYTES];
    char expected[FOUND_BYTES];
    const char *wrong = matcher_mistake(value, found, expected);

    if (wrong != NULL)
        complain(place, wrong, expected);
}

static void check_template(const struct place *place, const struct rule *rule,
                           const cJSON *value)
{
    unsigned step = 0;
    const cJSON *member;

    if (cJSON_IsString(value))
        check_text(place, rule, value->valuestring);
    if ((rule->flags & PATTERN) != 0 && is_matcher(value))
        check_matcher(place, value);
    if (place->trail.depth == MANIFEST_DEPTH_MAX)
        return;
    cJSON_ArrayForEach(member, value)
    {
        struct place inside = child_of(place, step++);
        if (!is_opaque(rule, value, member))
            check_template(&inside, rule, member);
    }
}

/* --- Objects and arrays --------------------------------------------------- */

static void complain_of_unknown(const struct place *place,
                                const struct rule *parent, const char *name)
{
    const char *names[RULE_NAMES_MAX + 1];
    struct buffer expected;

    rule_names(parent, names);
    buffer_init(&expected, 1024);
    for (size_t i = 0; names[i] != NULL; i++)
        buffer_printf(&expected, "%s%s", i == 0 ? "one of " : ", ", names[i]);
    const char *nearest = nearest_name(name, names);
    if (nearest != NULL)
        buffer_printf(&expected, "; did you mean \"%s\"?", nearest);
    complain(place, "an unknown name", buffer_string(&expected));
    buffer_deinit(&expected);
}

static void check_value(const struct place *place, const struct rule *rule,
                        const cJSON *value);

/* A profile that extends another has all from there. */
static bool is_base(const struct layer *layer)
{
    return layer->is_built_in &&
           cJSON_GetObjectItemCaseSensitive(layer->tree, "extends") == NULL;
}

static void check_required(const struct place *place, const struct rule *parent,
                           const cJSON *value)
{
    unsigned required = is_base(place->layer) ? REQUIRED | BASE : REQUIRED;
    const char *names[RULE_NAMES_MAX + 1];
    char found[FOUND_BYTES];

    rule_names(parent, names);
    for (size_t i = 0; names[i] != NULL; i++) {
        const struct rule *rule = rule_of_member(parent, names[i]);
        if ((rule->flags & required) == 0 ||
            cJSON_GetObjectItemCaseSensitive(value, names[i]) != NULL)
            continue;
        snprintf(found, sizeof(found), "no member \"%s\"", names[i]);
        complain_of(place, rule, found);
    }
}

static void check_members(const struct place *place, const struct rule *rule,
                          const cJSON *value)
{
    unsigned step = 0;
    const cJSON *member;

    cJSON_ArrayForEach(member, value)
    {
        struct place inside = child_of(place, step++);
        const struct rule *own = rule_of_member(rule, member->string);
        if (own == NULL)
            complain_of_unknown(&inside, rule, member->string);
        else
            check_value(&inside, own, member);
    }
    check_required(place, rule, value);
}

static void check_elements(const struct place *place, const struct rule *rule,
                           const cJSON *value)
{
    unsigned step = 0;
    const cJSON *element;

    cJSON_ArrayForEach(element, value)
    {
        struct place inside = child_of(place, step++);
        check_value(&inside, rule_of_element(rule), element);
    }
}

static void check_closer(const struct place *place, const struct rule *rule,
                         const cJSON *value)
{
    const char *found = rule->look == NULL ? NULL : rule->look(value);
    char shown[FOUND_BYTES];

    if (found == NULL)
        return;
    if (strcmp(found, LOOK_SHOW) == 0) {
        describe_value(value, (rule->flags & OPEN) == 0, shown);
        found = shown;
    }
    complain_of(place, rule, found);
}

static void check_value(const struct place *place, const struct rule *rule,
                        const cJSON *value)
{
    char found[FOUND_BYTES];

    if (!is_of_kind(rule, value)) {
        describe_value(value, (rule->flags & OPEN) == 0, found);
        complain_of(place, rule, found);
        return;
    }
    if (!is_in_range(rule, value)) {
        complain_of_range(place, rule, value);
        return;
    }
    check_closer(place, rule, value);
    if (rule->kind == KIND_OBJECT)
        check_members(place, rule, value);
    else if (rule->kind == KIND_ARRAY)
        check_elements(place, rule, value);
    else if (rule->like != NULL)
        check_template(place, rule, value);
}

/* --- The whole ------------------------------------------------------------ */

/* Only a profile says what it is; others extend it. */
static void check_standing(const struct place *place)
{
    const char *name = place->layer->is_overlay ? "extends" : "profile";
    struct place there = *place;

    if (place->layer->is_built_in)
        return;
    if (trail_member(place->layer->tree, name, &there.trail) != NULL)
        complain(&there, "a member of other manifests",
                 place->layer->is_overlay ? "it in a file alone"
                                          : "\"extends\" in its place");
}

void check_tree(struct reading *reading, const struct layer *layer,
                const struct rule *root)
{
    struct place whole = { reading, layer, { 0 } };

    check_duplicates(reading, layer);
    check_value(&whole, root, layer->tree);
}

void check_layer(struct reading *reading, const struct layer *layer)
{
    struct place root = { reading, layer, { 0 } };

    check_tree(reading, layer, rule_of_root());
    if (cJSON_IsObject(layer->tree))
        check_standing(&root);
}
