/* `explain`: what a criterion proves, and what a target may answer. */
#include "base/nearest.h"
#include "bench.h"
#include "bench/result.h"
#include "cli/verbs.h"
#include "run/run.h"
#include <stdio.h>
#include <stdlib.h>

static int unknown_criterion(const char *id)
{
    const char **names = calloc(catalogue_size + 1, sizeof(*names));
    const char *near = NULL;

    for (size_t i = 0; names != NULL && i < catalogue_size; i++)
        names[i] = catalogue[i].spec->id;
    if (names != NULL)
        near = nearest_name(id, names);
    free(names);
    if (near != NULL)
        return usage_error("there is no criterion %s; did you mean %s?", id,
                           near);
    return usage_error("there is no criterion %s; `wsconform list` has all",
                       id);
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
        return usage_error("explain what? `wsconform list` has all criteria");
    criterion = criterion_named(options->operand);
    if (criterion == NULL)
        return unknown_criterion(options->operand);

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
