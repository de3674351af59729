/* `list`: the catalogue, for people and scripts. */
#include "cli/certificate.h"
#include "cli/verbs.h"
#include "manifest/manifest.h"
#include "run/lines.h"
#include "run/run.h"
#include "spec.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int usage_error(const char *format, ...)
{
    va_list arguments;

    fputs("wsconform: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs("\n", stderr);
    return EXIT_USAGE;
}

unsigned profile_meant(const char *name)
{
    unsigned profile = profile_named(name == NULL ? "signals" : name);

    if (profile == 0)
        usage_error("there is no profile %s; there are signals, factory, pos "
                    "and rooms",
                    name);
    return profile;
}

unsigned profiles_meant(const char *name)
{
    unsigned profiles = 0;

    if (name != NULL)
        return profile_meant(name);
    for (size_t i = 0; i < catalogue_size; i++)
        profiles |= catalogue[i].profiles;
    return profiles;
}

bool is_level(const char *level)
{
    return level == NULL || strcmp(level, "A") == 0 ||
           strcmp(level, "AA") == 0 || strcmp(level, "AAA") == 0;
}

/* --- list ----------------------------------------------------------------- */

static struct cJSON *profiles_of(unsigned profiles)
{
    struct cJSON *array = cJSON_CreateArray();

    for (unsigned one = 1; one <= EVERY_PROFILE; one <<= 1) {
        if ((profiles & one) != 0)
            cJSON_AddItemToArray(array, cJSON_CreateString(profile_name(one)));
    }
    return array;
}

static struct cJSON *criterion_json(const struct criterion *criterion)
{
    const struct spec *spec = criterion->spec;
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "id", spec->id);
    cJSON_AddStringToObject(object, "level", level_name(criterion->level));
    cJSON_AddStringToObject(object, "keyword", keyword_name(spec->keyword));
    cJSON_AddStringToObject(object, "theme", criterion->theme);
    cJSON_AddItemToObject(object, "profiles", profiles_of(criterion->profiles));
    cJSON_AddItemToObject(object, "requirements",
                          words_json(spec->requirements));
    cJSON_AddStringToObject(object, "statement", spec->statement);
    cJSON_AddStringToObject(object, "evidence", criterion_evidence(criterion));
    return object;
}

static void list_json(const struct criterion *const *chosen, size_t count)
{
    struct cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(array, criterion_json(chosen[i]));
    char *text = cJSON_Print(array);
    puts(text == NULL ? "[]" : text);
    cJSON_free(text);
    cJSON_Delete(array);
}

static void list_plainly(const struct criterion *const *chosen, size_t count)
{
    const char *theme = "";

    for (size_t i = 0; i < count; i++) {
        const struct criterion *criterion = chosen[i];
        if (strcmp(theme, criterion->theme) != 0)
            printf("%s%s\n", i == 0 ? "" : "\n", criterion->theme);
        theme = criterion->theme;
        printf("  %-58s %-6s %-3s %-7s %s\n", criterion->spec->id,
               keyword_name(criterion->spec->keyword),
               level_name(criterion->level), criterion_evidence(criterion),
               criterion->spec->requirements);
    }
    printf("\n%zu criteria; `wsconform explain ID` tells more of one.\n",
           count);
}

/* What is of the set, for any of the profiles; the rest is left out. */
static size_t keep_those_of(const struct set *set, unsigned profiles,
                            const struct criterion **chosen, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        bool is_of_it = false;
        for (unsigned one = 1; one <= EVERY_PROFILE; one <<= 1)
            is_of_it |= (profiles & one) != 0 &&
                        set_find(set, chosen[i]->spec->id, one) != NULL;
        if (is_of_it)
            chosen[kept++] = chosen[i];
    }
    return kept;
}

/* EXIT_GOOD, or EXIT_USAGE with all said. */
static int keep_set(const char *name, unsigned profiles,
                    const struct criterion **chosen, size_t *count)
{
    struct book *book = name == NULL ? NULL : book_open();
    int status = EXIT_GOOD;

    if (name != NULL && book == NULL)
        status = usage_error("%s", fault_reason());
    if (book != NULL)
        status = check_set(book, name);
    if (book != NULL && status == EXIT_GOOD)
        *count = keep_those_of(book_set(book, name), profiles, chosen, *count);
    book_free(book);
    return status;
}

static int list_chosen(const struct options *options, unsigned profiles,
                       const struct criterion **chosen)
{
    const struct selection selection = {
        .only = options->only, .level = options->level, .shard = 1, .shards = 1
    };
    size_t count = run_select(&selection, profiles, chosen);

    if (keep_set(options->set, profiles, chosen, &count) != EXIT_GOOD)
        return EXIT_USAGE;
    if (options->json != NULL)
        list_json(chosen, count);
    else
        list_plainly(chosen, count);
    return count > 0 ? EXIT_GOOD : usage_error("no criterion is selected");
}

int verb_list(const struct options *options)
{
    const struct criterion **chosen = calloc(catalogue_size, sizeof(*chosen));
    int status = EXIT_USAGE;

    unsigned profiles = 0;
    if (!is_level(options->level))
        usage_error("--level is A, AA or AAA, not %s", options->level);
    else
        profiles = profiles_meant(options->profile);
    if (chosen != NULL && profiles != 0)
        status = list_chosen(options, profiles, chosen);
    free(chosen);
    return status;
}
