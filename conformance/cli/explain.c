/* `explain`: of a criterion, a requirement, or a member of a manifest. */
#include "base/nearest.h"
#include "cli/explain.h"
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

/* The first of its profiles that claims what the criterion asks for, so that
 * there is something to show; where none does, the last. */
static struct manifest *read_profile_of(const struct criterion *criterion,
                                        struct buffer *errors)
{
    struct manifest *manifest = NULL;

    for (unsigned left = criterion->profiles; left != 0; left &= left - 1) {
        manifest_free(manifest);
        manifest =
            manifest_read_profile(profile_name(left & -left), NULL, errors);
        if (manifest == NULL || manifest_claims(manifest, criterion->needs))
            break;
    }
    return manifest;
}

/* The manifest that is meant, or NULL, and the mistake has been said. */
static struct manifest *read_manifest(const struct options *options,
                                      const struct criterion *criterion)
{
    unsigned profile =
        options->profile == NULL ? 0 : profile_meant(options->profile);
    struct manifest *manifest = NULL;
    struct buffer errors;

    buffer_init(&errors, 256 * 1024);
    if (options->target != NULL && options->profile != NULL)
        usage_error("--target names its profile itself: `extends`");
    else if (options->target != NULL)
        manifest = manifest_read_file(options->target, NULL, &errors);
    else if (options->profile == NULL)
        manifest = read_profile_of(criterion, &errors);
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
        explain_criterion(options, criterion, manifest);
    manifest_free(manifest);
    return status;
}
