/* `explain`: what a criterion proves, and what a target may answer. */
#include "base/nearest.h"
#include "bench.h"
#include "bench/result.h"
#include "cli/verbs.h"
#include "manifest/manual.h"
#include "run/run.h"
#include <stdio.h>
#include <stdlib.h>

enum { MANUAL_BYTES_MAX = 1024 * 1024 };

static int unknown(const char *id, const char *near_member)
{
    const char **names =
        calloc(catalogue_size + requirements_size + 1, sizeof(*names));
    const char *near = NULL;
    size_t count = 0;

    for (size_t i = 0; names != NULL && i < catalogue_size; i++)
        names[count++] = catalogue[i].spec->id;
    for (size_t i = 0; names != NULL && i < requirements_size; i++)
        names[count++] = requirements[i].id;
    if (names != NULL)
        near = nearest_name(id, names);
    free(names);
    if (near == NULL && *near_member != 0)
        near = near_member;
    if (near != NULL)
        return usage_error("there is no criterion, requirement or member of a "
                           "manifest %s; did you mean %s?",
                           id, near);
    return usage_error("there is no criterion, requirement or member of a "
                       "manifest %s; `wsconform list` has all criteria, "
                       "`wsconform explain manifest` all members",
                       id);
}

/* A member of a manifest, by its path; or all of them. */
static int explain_member(const char *path)
{
    char near[MANUAL_PATH_SIZE] = "";
    struct buffer text;
    bool known = true;

    buffer_init(&text, MANUAL_BYTES_MAX);
    if (strcmp(path, "manifest") == 0)
        manual_write(&text);
    else
        known = manual_explain(path, &text, near);
    if (known)
        fputs(buffer_string(&text), stdout);
    buffer_deinit(&text);
    return known ? EXIT_GOOD : unknown(path, near);
}

/* A requirement, and what proves it. */
static int explain_requirement(const struct requirement *requirement)
{
    printf("%s\n\n%s\n\n", requirement->id, requirement->sentence);
    printf("Source      %s\n", requirement->source);
    printf("Level       %s, %s\n", level_name(requirement->level),
           keyword_name(requirement->keyword));
    if (requirement->note[0] != 0)
        printf("%s %s\n",
               requirement->state == EXCLUDED ? "Excluded   " : "Note       ",
               requirement->note);
    for (size_t i = 0, found = 0; i < catalogue_size; i++) {
        const struct spec *spec = catalogue[i].spec;
        if (!cites(spec->requirements, requirement->id))
            continue;
        printf("%s  %s\n      %s\n", found++ == 0 ? "\nProven by\n" : "",
               spec->id, spec->statement);
    }
    return EXIT_GOOD;
}

static void explain_needs(uint64_t needs)
{
    const char *between = "Needs       ";

    for (uint64_t one = 1; one != 0 && one <= needs; one <<= 1) {
        if ((needs & one) != 0)
            printf("%s%s", between, need_name(one));
        if ((needs & one) != 0)
            between = ", ";
    }
    if (needs != 0)
        puts("");
}

static void explain_requirements(const char *ids)
{
    for (size_t i = 0; i < requirements_size; i++) {
        const struct requirement *requirement = &requirements[i];
        if (cites(ids, requirement->id))
            printf("Proves      %s (%s; %s)\n            %s\n", requirement->id,
                   keyword_name(requirement->keyword), requirement->source,
                   requirement->sentence);
    }
}

/* Which of them a criterion expects stands in its code, so here are all. */
static void explain_refusals(const struct manifest *manifest)
{
    static const char *const names[] = {
        [CAUSE_MISSING] = "missing",
        [CAUSE_INVALID] = "invalid",
        [CAUSE_EXPIRED_LIVE] = "expired_live",
        [CAUSE_TIMEOUT] = "timeout",
        [CAUSE_UNEXPECTED] = "unexpected",
        [CAUSE_UNREADABLE] = "unreadable",
        [CAUSE_FORBIDDEN] = "forbidden",
        [CAUSE_MALFORMED] = "malformed",
        [CAUSE_ROLE] = "role",
        [CAUSE_NO_IDENTITY] = "no_identity",
        [CAUSE_WITHDRAWN] = "withdrawn",
        [CAUSE_SESSION] = "session",
        [CAUSE_LOGOUT] = "logout",
        [CAUSE_ORIGIN] = "origin",
        [CAUSE_PER_USER] = "per_user",
        [CAUSE_ATTEMPTS] = "attempts",
        [CAUSE_STRANGERS] = "strangers",
        [CAUSE_FULL] = "full",
        [CAUSE_ILLEGAL] = "illegal",
        [CAUSE_NOT_UTF8] = "not_utf8",
        [CAUSE_TOO_BIG] = "too_big",
        [CAUSE_UNAVAILABLE] = "unavailable",
    };
    _Static_assert(COUNT(names) == CAUSES, "each cause has a name");

    printf("\nAccepted refusals of %s\n", manifest->name);
    for (size_t cause = 0; cause < CAUSES; cause++) {
        struct buffer words;
        buffer_init(&words, 64 * 1024);
        describe_outcomes(&manifest->refusals[cause], &words);
        if (words.length > 0)
            printf("  %-12s  %s\n", names[cause], buffer_string(&words));
        buffer_deinit(&words);
    }
}

static void explain_all(const struct options *options,
                        const struct criterion *criterion,
                        const struct manifest *manifest)
{
    const struct spec *spec = criterion->spec;

    printf("%s\n\n%s\n\n", spec->id, spec->statement);
    explain_requirements(spec->requirements);
    printf("Level       %s, %s, theme %s, evidence: %s\n",
           level_name(criterion->level), keyword_name(spec->keyword),
           criterion->theme, criterion_evidence(criterion));
    explain_needs(criterion->needs);
    if (criterion->wait_ms > 0)
        printf("Waits       %d ms where the clock is real\n",
               criterion->wait_ms);
    if (criterion->company == EXCLUSIVE)
        puts("Alone       no other criterion runs beside it");
    printf("Mend        %s\n", spec->mend);
    if (options->target != NULL)
        printf("Try         wsconform run --target %s --only %s\n",
               options->target, spec->id);
    else
        printf("Try         wsconform run --profile %s --mock --only %s\n",
               profile_name(manifest->profile), spec->id);
    explain_refusals(manifest);
}

/* The manifest that is meant, or NULL, and the mistake has been said. */
static struct manifest *read_manifest(const struct options *options,
                                      const struct criterion *criterion)
{
    unsigned first = criterion->profiles & -criterion->profiles;
    unsigned profile =
        options->profile == NULL ? first : profile_meant(options->profile);
    struct manifest *manifest = NULL;
    struct buffer errors;

    buffer_init(&errors, 256 * 1024);
    if (options->target != NULL && options->profile != NULL)
        usage_error("--target names its profile itself: `extends`");
    else if (options->target != NULL)
        manifest = manifest_read_file(options->target, NULL, &errors);
    else if (profile != 0)
        manifest = manifest_read_profile(profile_name(profile), NULL, &errors);
    fputs(buffer_string(&errors), stderr);
    buffer_deinit(&errors);
    return manifest;
}

int verb_explain(const struct options *options)
{
    const struct criterion *criterion;
    int status = EXIT_GOOD;

    if (options->operand == NULL)
        return usage_error("explain what? `wsconform list` has all criteria, "
                           "`wsconform explain manifest` all members of a "
                           "manifest");
    criterion = criterion_named(options->operand);
    if (criterion == NULL && requirement_named(options->operand) != NULL)
        return explain_requirement(requirement_named(options->operand));
    if (criterion == NULL)
        return explain_member(options->operand);

    struct manifest *manifest = read_manifest(options, criterion);
    if (manifest == NULL)
        return EXIT_USAGE;
    if ((criterion->profiles & manifest->profile) == 0)
        status =
            usage_error("%s is no criterion of the profile %s",
                        criterion->spec->id, profile_name(manifest->profile));
    else
        explain_all(options, criterion, manifest);
    manifest_free(manifest);
    return status;
}
