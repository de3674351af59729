/* A manifest to begin with: what a team usually has to change stands in it, and
 * what the profile says besides is commented out. In each object that comes
 * first, a comma behind each, so that any line may be uncommented by itself. */
#include "manifest/internal.h"
#include "manifest/manual.h"
#include "spec.h"
#include <stdlib.h>

enum { COLUMNS = 110, SENTENCE_COLUMNS = 100 };

struct draft {
    struct buffer *into;
    const cJSON *said;
    unsigned base;     /* where what is commented out begins … */
    bool is_commented; /* … if it is */
};

/* What stands in it though nobody has said it: the sections, then members. */
static const char *const usual[] = { "name",           "credential.carriers",
                                     "capabilities",   "refusals.missing",
                                     "messages.error", "refusals.invalid",
                                     "messages.signal" };

static const char *const sections[] = {
    "name",  "endpoint", "credential", "refusals", "messages",
    "hooks", "rooms",    "presence",   "orders",   "limits",
};
/* Behind all else: what stands there lives, and needs no comma. */
#define LAST_SECTION "capabilities"

/* Shown where the profile says nothing, or nothing that is of use. */
static const struct {
    const char *section;
    const char *text;
} examples[] = {
    { "hooks",
      "{\"publish\":{\"method\":\"POST\",\"url\":\"http://127.0.0.1:8000/test/"
      "publish\",\"body\":\"{\\\"text\\\":\\\"{text}\\\"}\"},"
      "\"inspect\":{\"url\":\"http://127.0.0.1:8000/test/"
      "inspect?since={since}\"},"
      "\"log_file\":\"/var/log/my-service.log\"}" },
    { "credential.keys",
      "[{\"alg\":\"HS256\",\"secret\":\"the secret of your staging service, 32 "
      "bytes or more\"}]" },
};

/* --- Lines ---------------------------------------------------------------- */

static void add_blanks(struct buffer *into, unsigned indent)
{
    buffer_printf(into, "%*s", (int)(2 * indent), "");
}

static void begin_line(const struct draft *draft, unsigned indent)
{
    add_blanks(draft->into, draft->is_commented ? draft->base : indent);
    if (!draft->is_commented)
        return;
    buffer_add_string(draft->into, "// ");
    add_blanks(draft->into, indent - draft->base);
}

/* On lines of its own. What is commented out from here on needs no second
 * mark. */
static void write_sentence(const struct draft *draft, unsigned indent,
                           const char *sentence)
{
    struct buffer prefix;
    struct draft lines = *draft;

    if (sentence == NULL)
        return;
    buffer_init(&prefix, 4096);
    lines.into = &prefix;
    lines.is_commented = draft->is_commented && indent > draft->base;
    begin_line(&lines, indent);
    buffer_add_string(&prefix, "// ");
    add_wrapped(draft->into, buffer_string(&prefix), sentence,
                SENTENCE_COLUMNS - 2 * indent);
    buffer_deinit(&prefix);
}

/* --- Values --------------------------------------------------------------- */

static void add_text(struct buffer *into, const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *printed = cJSON_PrintUnformatted(string);

    buffer_add_string(into, printed == NULL ? "\"\"" : printed);
    cJSON_free(printed);
    cJSON_Delete(string);
}

void value_write(const cJSON *value, struct buffer *into)
{
    bool is_object = cJSON_IsObject(value);
    const cJSON *child;

    if (value->child == NULL) {
        char *printed = cJSON_PrintUnformatted(value);
        buffer_add_string(into, printed == NULL ? "null" : printed);
        cJSON_free(printed);
        return;
    }
    buffer_add_string(into, is_object ? "{ " : "[");
    cJSON_ArrayForEach(child, value)
    {
        if (is_object)
            add_text(into, child->string);
        buffer_add_string(into, is_object ? ": " : "");
        value_write(child, into);
        buffer_add_string(into, child->next == NULL ? "" : ", ");
    }
    buffer_add_string(into, is_object ? " }" : "]");
}

/* On one line where that fits; else a line for each child. */
static void write_value(const struct draft *draft, unsigned indent,
                        const cJSON *value)
{
    struct buffer line;
    const cJSON *child;

    buffer_init(&line, MANIFEST_BYTES_MAX);
    value_write(value, &line);
    if (value->child == NULL || line.length + 2 * indent < COLUMNS - 20) {
        buffer_add(draft->into, line.at, line.length);
        buffer_deinit(&line);
        return;
    }
    buffer_deinit(&line);
    buffer_add_string(draft->into, cJSON_IsObject(value) ? "{\n" : "[\n");
    cJSON_ArrayForEach(child, value)
    {
        begin_line(draft, indent + 1);
        if (child->string != NULL) {
            add_text(draft->into, child->string);
            buffer_add_string(draft->into, ": ");
        }
        write_value(draft, indent + 1, child);
        buffer_add_string(draft->into, child->next == NULL ? "\n" : ",\n");
    }
    begin_line(draft, indent);
    buffer_add_string(draft->into, cJSON_IsObject(value) ? "}" : "]");
}

/* --- Members -------------------------------------------------------------- */

static bool begins(const char *path, const char *with)
{
    size_t length = strlen(with);

    return strncmp(path, with, length) == 0 &&
           (path[length] == 0 || path[length] == '.');
}

static bool is_live(const struct draft *draft, const char *path)
{
    struct trail trail;
    bool live = trail_find(draft->said, path, &trail) != NULL;

    for (size_t i = 0; i < COUNT(usual); i++)
        live = live || begins(usual[i], path) || begins(path, usual[i]);
    return live;
}

/* Does it have members with sentences of their own? */
static bool is_section(const struct rule *rule, const cJSON *value)
{
    return rule->kind == KIND_OBJECT && rule->like == NULL &&
           value->child != NULL;
}

static void write_members(const struct draft *draft, unsigned indent,
                          const struct rule *parent, const cJSON *object);

static void write_section(const struct draft *draft, unsigned indent,
                          const struct rule *rule, const cJSON *value)
{
    write_sentence(draft, indent, manual_sentence(rule->path));
    begin_line(draft, indent);
    add_text(draft->into, value->string);
    buffer_add_string(draft->into, ": {\n");
    write_members(draft, indent + 1, rule, value);
    begin_line(draft, indent);
    buffer_add_string(draft->into, "}");
}

/* The sentence behind a short one, else above it. */
static void write_leaf(const struct draft *draft, unsigned indent,
                       const struct rule *rule, const cJSON *value,
                       bool is_last)
{
    const char *sentence = manual_sentence(rule->path);
    struct buffer line;
    size_t width;

    buffer_init(&line, MANIFEST_BYTES_MAX);
    value_write(value, &line);
    width = 2 * indent + strlen(value->string) + line.length +
            strlen(sentence == NULL ? "" : sentence) + 9;
    buffer_deinit(&line);
    if (width > COLUMNS)
        write_sentence(draft, indent, sentence);
    begin_line(draft, indent);
    add_text(draft->into, value->string);
    buffer_add_string(draft->into, ": ");
    write_value(draft, indent, value);
    buffer_add_string(draft->into, is_last ? "" : ",");
    if (width <= COLUMNS && sentence != NULL)
        buffer_printf(draft->into, " // %s", sentence);
    buffer_add_string(draft->into, "\n");
}

static void write_member(const struct draft *draft, unsigned indent,
                         const struct rule *rule, const cJSON *value,
                         bool is_last)
{
    struct draft own = *draft;

    if (!own.is_commented && !is_live(draft, rule->path)) {
        own.is_commented = true;
        own.base = indent;
    }
    if (!is_section(rule, value)) {
        write_leaf(&own, indent, rule, value, is_last);
        return;
    }
    write_section(&own, indent, rule, value);
    buffer_add_string(draft->into, is_last ? "\n" : ",\n");
}

/* Those of one kind: that stand in the draft, or that are commented out. */
static void write_some(const struct draft *draft, unsigned indent,
                       const struct rule *parent, const cJSON *object,
                       bool live)
{
    const cJSON *member;
    const cJSON *last = NULL;

    cJSON_ArrayForEach(member, object)
    {
        const struct rule *rule = rule_of_member(parent, member->string);
        if (rule != NULL && is_live(draft, rule->path) == live)
            last = member;
    }
    cJSON_ArrayForEach(member, object)
    {
        const struct rule *rule = rule_of_member(parent, member->string);
        if (rule != NULL && is_live(draft, rule->path) == live)
            write_member(draft, indent, rule, member,
                         member == last && (live || draft->is_commented));
    }
}

static void write_members(const struct draft *draft, unsigned indent,
                          const struct rule *parent, const cJSON *object)
{
    size_t before = draft->into->length;

    write_some(draft, indent, parent, object, false);
    if (draft->into->length > before && !draft->is_commented)
        buffer_add_string(draft->into, "\n");
    write_some(draft, indent, parent, object, true);
}

/* --- The whole ------------------------------------------------------------ */

static void lay_over(cJSON *into, const cJSON *over)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, over)
    {
        cJSON *there = cJSON_GetObjectItemCaseSensitive(into, member->string);
        if (cJSON_IsObject(there) && cJSON_IsObject(member)) {
            lay_over(there, member);
            continue;
        }
        cJSON_DeleteItemFromObjectCaseSensitive(into, member->string);
        cJSON_AddItemToObject(into, member->string,
                              cJSON_Duplicate(member, true));
    }
}

/* "credential.keys" as {"credential":{"keys":…}}. */
static cJSON *example_at(const char *path, const char *text)
{
    const char *dot = strchr(path, '.');
    char *name =
        strndup(path, dot == NULL ? strlen(path) : (size_t)(dot - path));
    cJSON *whole = cJSON_CreateObject();

    cJSON_AddItemToObject(whole, name == NULL ? "" : name,
                          dot == NULL ? cJSON_Parse(text)
                                      : example_at(dot + 1, text));
    free(name);
    return whole;
}

/* A hook that is said is no example any more, in none of its members. */
static void drop_said(cJSON *example, const cJSON *said)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, cJSON_GetObjectItemCaseSensitive(said, "hooks"))
    {
        cJSON_DeleteItemFromObjectCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(example, "hooks"), member->string);
    }
}

/* The profile, the examples over it, what was said over both. */
static cJSON *shown_tree(const struct manifest *profile, const cJSON *said)
{
    cJSON *tree = cJSON_Duplicate(profile->tree, true);

    for (size_t i = 0; i < COUNT(examples) && tree != NULL; i++) {
        cJSON *example = example_at(examples[i].section, examples[i].text);
        drop_said(example, said);
        lay_over(tree, example);
        cJSON_Delete(example);
    }
    if (tree != NULL)
        lay_over(tree, said);
    return tree;
}

static const char header[] =
    "// A target manifest of wsconform: what it has to know of your service.\n"
    "// Comments are allowed. What is commented out is what the profile says "
    "anyway:\n"
    "// uncomment what differs, and take away what is right already.\n"
    "//\n"
    "//     wsconform probe --target THIS_FILE    tries it, and says what to "
    "change\n"
    "//     wsconform run --target THIS_FILE      judges your service\n"
    "//     wsconform explain endpoint.url        tells of a member; "
    "spec/MANIFEST.md of all\n"
    "{\n";

static bool is_listed(const char *name)
{
    bool listed =
        strcmp(name, "profile") == 0 || strcmp(name, LAST_SECTION) == 0;

    for (size_t i = 0; i < COUNT(sections); i++)
        listed = listed || strcmp(name, sections[i]) == 0;
    return listed;
}

static void write_root(const struct draft *draft, const cJSON *value)
{
    bool is_last = value != NULL && strcmp(value->string, LAST_SECTION) == 0;

    if (value == NULL)
        return;
    buffer_add_string(draft->into, "\n");
    write_member(draft, 1, rule_of_member(rule_of_root(), value->string), value,
                 is_last);
}

void draft_write(const struct manifest *profile, const struct cJSON *said,
                 struct buffer *into)
{
    struct draft draft = { .into = into, .said = said };
    cJSON *tree = shown_tree(profile, said);
    const cJSON *member;

    buffer_add_string(into, header);
    buffer_printf(into, "  \"extends\": \"%s\",\n",
                  profile_name(profile->profile));
    for (size_t i = 0; i < COUNT(sections); i++)
        write_root(&draft, cJSON_GetObjectItemCaseSensitive(tree, sections[i]));
    cJSON_ArrayForEach(member, tree)
    {
        if (!is_listed(member->string))
            write_root(&draft, member);
    }
    write_root(&draft, cJSON_GetObjectItemCaseSensitive(tree, LAST_SECTION));
    buffer_add_string(into, "}\n");
    cJSON_Delete(tree);
}
