/* What may stand in a pattern in place of a value, {"$regex": …} and its kin;
 * and whether a pattern tells anything from anything. */
#include "manifest/internal.h"
#include "bench/matcher.h"
#include "bench/patterns.h"
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXPRESSION_BYTES_MAX = 1024 };

#define MATCHERS "$regex, $element, $json"

static const char *const names[] = { "$regex", "$as",     "$element",
                                     "$json",  "$prefix", NULL };

/* --- Expressions ---------------------------------------------------------- */

/* No word that a service means would be found in all of these. */
static const char *const nonsense[] = { "", "\x01", "~ \xe2\x98\x83 9f3c",
                                        "wsconform\n0" };

static bool finds_everything(const char *expression)
{
    for (size_t i = 0; i < COUNT(nonsense); i++)
        if (!regex_finds(expression, nonsense[i]))
            return false;
    return true;
}

/* It would cost time without bound (regex(7), "back reference"). */
static bool refers_back(const char *expression)
{
    for (; *expression != 0; expression++)
        if (*expression == '\\' && *++expression >= '1' && *expression <= '9')
            return true;
        else if (*expression == 0)
            break;
    return false;
}

const char *look_expression(const cJSON *value)
{
    static char wrong[FOUND_BYTES];
    const char *expression = value->valuestring;
    char why[80];
    regex_t regex;
    int error;

    if (strlen(expression) > EXPRESSION_BYTES_MAX)
        return "more than 1024 bytes";
    if (refers_back(expression))
        return "a back reference";
    error = regcomp(&regex, expression, REG_EXTENDED | REG_NOSUB);
    if (error != 0) {
        regerror(error, &regex, why, sizeof(why));
        snprintf(wrong, sizeof(wrong), "an expression that is none (%s)", why);
        return wrong;
    }
    regfree(&regex);
    return finds_everything(expression) ? "an expression that finds everything"
                                        : NULL;
}

/* --- Matchers ------------------------------------------------------------- */

static const cJSON *part(const cJSON *matcher, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(matcher, name);
}

static const char *unknown_part(const cJSON *matcher)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, matcher)
    {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], member->string) != 0)
            i++;
        if (names[i] == NULL)
            return member->string;
    }
    return NULL;
}

static bool is_text(const cJSON *value)
{
    return cJSON_IsString(value) && value->valuestring[0] != 0;
}

static bool is_name(const cJSON *value)
{
    struct bytes name;
    char braced[64];

    if (!is_text(value) || strlen(value->valuestring) > 32)
        return false;
    snprintf(braced, sizeof(braced), "{%s}", value->valuestring);
    return template_variable(braced, &name) == braced;
}

/* Of these each matcher is one. */
static int count_of_kinds(const cJSON *matcher)
{
    return (part(matcher, "$regex") != NULL) +
           (part(matcher, "$element") != NULL) +
           (part(matcher, "$json") != NULL);
}

static const char *breach_of_parts(const cJSON *matcher)
{
    const cJSON *as = part(matcher, "$as");
    const cJSON *prefix = part(matcher, "$prefix");

    if (count_of_kinds(matcher) != 1)
        return count_of_kinds(matcher) == 0 ? "none of them" : "several in one";
    if (as != NULL && (part(matcher, "$regex") == NULL || !is_name(as)))
        return "$as without a $regex, or without a name";
    if (prefix != NULL && (part(matcher, "$json") == NULL || !is_text(prefix)))
        return "$prefix without a $json, or without a text";
    if (part(matcher, "$regex") != NULL && !is_text(part(matcher, "$regex")))
        return "a $regex that is no text";
    return NULL;
}

const char *matcher_mistake(const cJSON *matcher, char found[FOUND_BYTES],
                            char expected[FOUND_BYTES])
{
    const char *unknown = unknown_part(matcher);
    const char *nearest = unknown == NULL ? NULL : nearest_name(unknown, names);
    const char *breach = unknown == NULL ? breach_of_parts(matcher) : NULL;

    snprintf(expected, FOUND_BYTES, "one of " MATCHERS "%s%s%s",
             nearest == NULL ? "" : "; did you mean \"",
             nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
    if (unknown != NULL) {
        snprintf(found, FOUND_BYTES, "the unknown matcher \"%.40s\"", unknown);
        return found;
    }
    if (breach == NULL && part(matcher, "$regex") != NULL) {
        breach = look_expression(part(matcher, "$regex"));
        snprintf(expected, FOUND_BYTES,
                 "a POSIX extended regular expression of 1 to 1024 bytes that "
                 "tells texts apart");
    }
    return breach;
}

/* --- Patterns that tell nothing ------------------------------------------- */

/* What a service might send by this pattern: something for each variable and
 * each matcher. cJSON_Delete it. */
static cJSON *specimen_of(const cJSON *pattern)
{
    cJSON *specimen = cJSON_Duplicate(pattern, false);
    const cJSON *member;

    if (specimen == NULL || is_matcher(pattern)) {
        cJSON_Delete(specimen);
        return cJSON_CreateString(nonsense[2]);
    }
    if (cJSON_IsString(pattern) && strchr(pattern->valuestring, '{') != NULL) {
        cJSON_Delete(specimen);
        return cJSON_CreateString(nonsense[2]);
    }
    cJSON_ArrayForEach(member, pattern)
    {
        if (cJSON_IsArray(pattern))
            cJSON_AddItemToArray(specimen, specimen_of(member));
        else
            cJSON_AddItemToObject(specimen, member->string,
                                  specimen_of(member));
    }
    return specimen;
}

static bool matches_nonsense(const cJSON *pattern)
{
    static const char *const texts[] = {
        "{}", "[]", "\"~ 9f3c\"", "{\"~\":\"9f3c\"}", "[\"~\",{\"~\":1}]",
    };
    bool matches = false;

    for (size_t i = 0; i < COUNT(texts) && !matches; i++) {
        cJSON *value = cJSON_Parse(texts[i]);
        matches = pattern_matches(pattern, value);
        cJSON_Delete(value);
    }
    return matches;
}

const char *pattern_mistake(const cJSON *pattern, const cJSON *other)
{
    cJSON *specimen = other == NULL ? NULL : specimen_of(other);
    const char *found = NULL;

    if (matches_nonsense(pattern))
        found = "a pattern that matches everything";
    else if (specimen != NULL && pattern_matches(pattern, specimen))
        found = "a pattern that matches";
    cJSON_Delete(specimen);
    return found;
}
