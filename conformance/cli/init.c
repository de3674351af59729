/* `init`: a commented manifest to begin with. */
#include "cli/interview.h"
#include "cli/rendering.h"
#include "cli/verbs.h"
#include "manifest/manual.h"
#include "run/output.h"
#include "run/run.h"
#include <cJSON.h>
#include <stdio.h>
#include <unistd.h>

#define USUAL_FILE "target.json"
#define USUAL_URL  "ws://127.0.0.1:8000/ws"

enum { DRAFT_BYTES_MAX = 1024 * 1024 };

/* Whole or not at all: what is there already stays as it is, unless `force`. */
static int write_file(const char *path, const struct buffer *text, bool force)
{
    if (!force && access(path, F_OK) == 0)
        return usage_error("%s is there already; --force writes over it", path);
    enum fault fault = force ? output_write(path, buffer_view(text))
                             : output_write_new(path, buffer_view(text));
    return fault == FAULT_NONE ? EXIT_GOOD : unsure_error(fault_reason());
}

static int write_draft(const struct options *options,
                       const struct manifest *profile, const cJSON *said)
{
    struct buffer text;
    int status = EXIT_GOOD;

    buffer_init(&text, DRAFT_BYTES_MAX);
    draft_write(profile, said, &text);
    if (options->out == NULL)
        fputs(buffer_string(&text), stdout);
    else
        status = write_file(options->out, &text, options->force);
    if (status == EXIT_GOOD && options->out != NULL)
        fprintf(stderr,
                "%s is written. Put in what is yours, then:\n"
                "    wsconform probe --target %s\n",
                options->out, options->out);
    buffer_deinit(&text);
    return status;
}

/* The profile with what was said over it holds, or the mistakes are told. */
static bool holds(const char *profile, const cJSON *said)
{
    struct buffer errors;

    buffer_init(&errors, DRAFT_BYTES_MAX);
    struct manifest *whole = manifest_read_profile(profile, said, &errors);
    fputs(buffer_string(&errors), stderr);
    buffer_deinit(&errors);
    manifest_free(whole);
    return whole != NULL;
}

/* What is said, over this profile. */
static int init_with(const struct options *options, const char *profile_name,
                     const cJSON *said)
{
    struct buffer errors;
    struct manifest *profile = NULL;
    int status = EXIT_USAGE;

    buffer_init(&errors, DRAFT_BYTES_MAX);
    if (holds(profile_name, said))
        profile = manifest_read_profile(profile_name, NULL, &errors);
    if (profile != NULL)
        status = write_draft(options, profile, said);
    manifest_free(profile);
    buffer_deinit(&errors);
    return status;
}

static int init_profile(const struct options *options)
{
    cJSON *said = cJSON_CreateObject();
    int status;

    cJSON_AddStringToObject(cJSON_AddObjectToObject(said, "endpoint"), "url",
                            options->url == NULL ? USUAL_URL : options->url);
    status = init_with(options, options->profile, said);
    cJSON_Delete(said);
    return status;
}

/* On a terminal; into a file, unless standard output leads somewhere else. */
static int init_by_questions(struct options options)
{
    struct interview interview;
    int status;

    if (options.out == NULL && isatty(STDOUT_FILENO))
        options.out = USUAL_FILE;
    if (options.out != NULL && !options.force && access(options.out, F_OK) == 0)
        return usage_error("%s is there already; --force writes over it",
                           options.out);
    if (!interview_hold(&interview, stdin, stderr))
        return usage_error("the answers have ended; nothing is written");
    status = init_with(&options, interview.profile, interview.said);
    cJSON_Delete(interview.said);
    return status;
}

int verb_init(const struct options *options)
{
    if (options->profile == NULL && isatty(STDIN_FILENO) &&
        isatty(STDERR_FILENO))
        return init_by_questions(*options);
    if (options->profile == NULL)
        return usage_error("init of which profile? signals, factory, pos or "
                           "rooms: wsconform init --profile signals > "
                           "target.json");
    if (profile_meant(options->profile) == 0)
        return EXIT_USAGE;
    return init_profile(options);
}
