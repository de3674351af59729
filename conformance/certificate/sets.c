/* Requirement sets and errata. */
#include "certificate/sets.h"
#include "certificate/strict.h"
#include "run/record.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

/* As the linker has embedded them. */
extern const unsigned char
    set_2026_1_begin[] __asm__("_binary_spec_sets_2026_1_json_start");
extern const unsigned char
    set_2026_1_end[] __asm__("_binary_spec_sets_2026_1_json_end");
extern const unsigned char
    errata_begin[] __asm__("_binary_spec_sets_errata_json_start");
extern const unsigned char
    errata_end[] __asm__("_binary_spec_sets_errata_json_end");

static const struct {
    const unsigned char *begin;
    const unsigned char *end;
} embedded[] = { { set_2026_1_begin, set_2026_1_end } };

/* A file ends with a line; what is signed and compared does not look at it. */
static struct bytes without_last_line_end(struct bytes text)
{
    if (text.length > 0 && text.at[text.length - 1] == '\n')
        text.length--;
    return text;
}

static struct cJSON *parse(const char *what, struct bytes text)
{
    if (text.length <= SET_BYTES_MAX)
        return strict_object(what, without_last_line_end(text));
    fault_say(FAULT_PROTOCOL, "%s is larger than 1 MiB", what);
    return NULL;
}

/* --- Sets ----------------------------------------------------------------- */

static enum fault refuse_set(const char *why, const char *what)
{
    return fault_say(FAULT_PROTOCOL, "the requirement set %s %s", why, what);
}

static enum fault take_row(struct set *set, const struct cJSON *id,
                           unsigned profile, enum level level)
{
    const char *name = cJSON_GetStringValue(id);

    if (name == NULL || name[0] == 0)
        return refuse_set("has a criterion without a name in",
                          profile_name(profile));
    if (set->count == SET_ROWS_MAX)
        return refuse_set("has too many criteria:", set->name);
    if (set_find(set, name, profile) != NULL)
        return refuse_set("names twice in one profile:", name);
    set->at[set->count++] = (struct set_row){ name, profile, level };
    return FAULT_NONE;
}

static enum fault take_level(struct set *set, const struct cJSON *list,
                             unsigned profile)
{
    enum fault fault = FAULT_NONE;
    int level = LEVEL_A;
    const struct cJSON *id;

    while (level <= LEVEL_AAA &&
           strcmp(list->string, level_name((enum level)level)) != 0)
        level++;
    if (level > LEVEL_AAA || !cJSON_IsArray(list))
        return refuse_set("has a level that there is not:", list->string);
    cJSON_ArrayForEach(id, list)
    {
        if (fault == FAULT_NONE)
            fault = take_row(set, id, profile, (enum level)level);
    }
    return fault;
}

static enum fault take_profile(struct set *set, const struct cJSON *levels)
{
    unsigned profile = profile_named(levels->string);
    enum fault fault = FAULT_NONE;
    const struct cJSON *list;

    if (profile == 0 || !cJSON_IsObject(levels))
        return refuse_set("has a profile that there is not:", levels->string);
    cJSON_ArrayForEach(list, levels)
    {
        if (fault == FAULT_NONE)
            fault = take_level(set, list, profile);
    }
    return fault;
}

static bool is_name(const char *name)
{
    return name[0] != 0 && strlen(name) < SET_NAME_BYTES &&
           strspn(name, "0123456789.") == strlen(name);
}

static enum fault take_set(struct set *set)
{
    static const char *const names[] = { "set", "frozen", "profiles" };
    const char *name = member_text(set->tree, "set");
    enum fault fault = FAULT_NONE;
    const struct cJSON *profile;

    set->frozen = member_text(set->tree, "frozen");
    if (!strict_members(set->tree, names, COUNT(names)) || !is_name(name) ||
        set->frozen[0] == 0)
        return refuse_set("is set, frozen and profiles alone; it has",
                          "something else");
    snprintf(set->name, sizeof(set->name), "%s", name);
    set->at = calloc(SET_ROWS_MAX, sizeof(*set->at));
    if (set->at == NULL)
        return fault_say(FAULT_MEMORY, "a requirement set: out of memory");
    cJSON_ArrayForEach(profile,
                       cJSON_GetObjectItemCaseSensitive(set->tree, "profiles"))
    {
        if (fault == FAULT_NONE)
            fault = take_profile(set, profile);
    }
    if (fault == FAULT_NONE && set->count == 0)
        return refuse_set("names no criterion:", set->name);
    return fault;
}

static void set_deinit(struct set *set)
{
    free(set->at);
    cJSON_Delete(set->tree);
    memset(set, 0, sizeof(*set));
}

enum fault book_add_set(struct book *book, struct bytes text)
{
    struct set *set = &book->sets[book->set_count];
    enum fault fault = FAULT_PROTOCOL;

    if (book->set_count == SETS_MAX)
        return refuse_set("is one too many:", "64 there may be");
    digest_of(text, set->sha256);
    set->tree = parse("a requirement set", text);
    if (set->tree != NULL)
        fault = take_set(set);
    if (fault == FAULT_NONE && book_set(book, set->name) != NULL)
        fault = refuse_set("is there already:", set->name);
    if (fault == FAULT_NONE)
        book->set_count++;
    else
        set_deinit(set);
    return fault;
}

const struct set *book_set(const struct book *book, const char *name)
{
    if (name == NULL)
        return book->set_count == 0 ? NULL : &book->sets[book->set_count - 1];
    for (size_t i = 0; i < book->set_count; i++) {
        if (strcmp(book->sets[i].name, name) == 0)
            return &book->sets[i];
    }
    return NULL;
}

void book_names(const struct book *book, struct buffer *into)
{
    for (size_t i = 0; i < book->set_count; i++)
        buffer_printf(into, "%s%s", i == 0 ? "" : ", ", book->sets[i].name);
}

const struct set_row *set_find(const struct set *set, const char *id,
                               unsigned profile)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->at[i].profile == profile && strcmp(set->at[i].id, id) == 0)
            return &set->at[i];
    }
    return NULL;
}

/* --- Errata --------------------------------------------------------------- */

static enum fault take_erratum(struct book *book, const struct cJSON *from)
{
    static const char *const names[] = { "set", "criterion", "date", "why" };

    if (!strict_members(from, names, COUNT(names)))
        return fault_say(FAULT_PROTOCOL, "an erratum is set, criterion, date "
                                         "and why alone");
    for (size_t i = 0; i < COUNT(names); i++)
        if (member_text(from, names[i])[0] == 0)
            return fault_say(FAULT_PROTOCOL, "an erratum has no %s", names[i]);
    if (book->erratum_count == ERRATA_MAX)
        return fault_say(FAULT_PROTOCOL, "there are more than %d errata",
                         ERRATA_MAX);
    book->errata[book->erratum_count++] = (struct erratum){
        .set = member_text(from, "set"),
        .criterion = member_text(from, "criterion"),
        .date = member_text(from, "date"),
        .why = member_text(from, "why"),
    };
    return FAULT_NONE;
}

enum fault book_add_errata(struct book *book, struct bytes text)
{
    static const char *const names[] = { "errata" };
    struct cJSON *tree = NULL;
    enum fault fault = FAULT_NONE;
    const struct cJSON *one;

    if (book->tree_count < COUNT(book->trees))
        tree = parse("the list of errata", text);
    else
        fault_say(FAULT_PROTOCOL, "there are too many lists of errata");
    if (tree == NULL)
        return FAULT_PROTOCOL;
    book->trees[book->tree_count++] = tree;
    const struct cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, "errata");
    if (!strict_members(tree, names, COUNT(names)) || !cJSON_IsArray(list))
        return fault_say(FAULT_PROTOCOL,
                         "the list of errata is no {\"errata\":[…]}");
    cJSON_ArrayForEach(one, list)
    {
        if (fault == FAULT_NONE)
            fault = take_erratum(book, one);
    }
    return fault;
}

const struct erratum *book_withdrawn(const struct book *book,
                                     const struct set *set, const char *id)
{
    for (size_t i = 0; i < book->erratum_count; i++) {
        const struct erratum *one = &book->errata[i];
        if (strcmp(one->set, set->name) == 0 && strcmp(one->criterion, id) == 0)
            return one;
    }
    return NULL;
}

/* --- The book ------------------------------------------------------------- */

struct book *book_new(void)
{
    return calloc(1, sizeof(struct book));
}

void book_free(struct book *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->set_count; i++)
        set_deinit(&book->sets[i]);
    for (size_t i = 0; i < book->tree_count; i++)
        cJSON_Delete(book->trees[i]);
    free(book);
}

struct book *book_open(void)
{
    struct book *book = book_new();
    enum fault fault = book == NULL ? FAULT_MEMORY : FAULT_NONE;

    for (size_t i = 0; i < COUNT(embedded) && fault == FAULT_NONE; i++)
        fault = book_add_set(
            book, bytes_of(embedded[i].begin,
                           (size_t)(embedded[i].end - embedded[i].begin)));
    if (fault == FAULT_NONE)
        fault = book_add_errata(
            book, bytes_of(errata_begin, (size_t)(errata_end - errata_begin)));
    if (fault == FAULT_NONE)
        return book;
    book_free(book);
    return NULL;
}
