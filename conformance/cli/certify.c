/* `certify`: a run, and a certificate of it. */
#include "base/clock.h"
#include "certificate/issue.h"
#include "cli/certificate.h"
#include "cli/rendering.h"
#include "cli/verbs.h"
#include "run/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAYS = 180 };

static int status_of(enum fault fault)
{
    switch (fault) {
    case FAULT_NONE: return EXIT_GOOD;
    case FAULT_DENIED: return EXIT_FAIL;
    case FAULT_KEY: return EXIT_USAGE;
    default: return EXIT_UNSURE;
    }
}

/* EXIT_GOOD, or what a fault comes to, which is said. */
static int tell(enum fault fault)
{
    struct buffer why;

    if (fault == FAULT_NONE)
        return EXIT_GOOD;
    buffer_init(&why, 64 * 1024);
    buffer_printf(&why, "%s%s",
                  fault == FAULT_DENIED ? "there is no certificate: " : "",
                  fault_reason());
    unsure_error(buffer_string(&why));
    buffer_deinit(&why);
    return status_of(fault);
}

static bool names_a_target(const struct options *options)
{
    return options->mock || options->reference || options->url != NULL ||
           options->command != NULL || options->target != NULL;
}

static int check_options(const struct options *options)
{
    if (options->keys.count == 0)
        return usage_error("certify --key FILE, a private key; `wsconform "
                           "keygen --out FILE` makes one");
    if (!is_level(options->level))
        return usage_error("--level is A, AA or AAA, not %s", options->level);
    if (options->days == 0 || options->days > CERTIFICATE_DAYS_MAX)
        return usage_error("--days is 1 to %d", CERTIFICATE_DAYS_MAX);
    if (options->add_signature != NULL)
        return EXIT_GOOD;
    if (options->out == NULL)
        return usage_error("certify --out FOLDER, a new one");
    if (options->from != NULL && names_a_target(options))
        return usage_error("--from names a run that is over; no target goes "
                           "with it");
    if (options->ndjson != NULL && strcmp(options->ndjson, "-") == 0)
        return usage_error("the stream of certify goes into its folder; "
                           "--ndjson FILE keeps another");
    return issue_look(options->out) == FAULT_NONE
               ? EXIT_GOOD
               : usage_error("%s", fault_reason());
}

/* --- The run -------------------------------------------------------------- */

static int issue(const struct options *options, const struct issuing *issuing,
                 const char *stream)
{
    struct buffer text;
    int status = EXIT_GOOD;

    buffer_init(&text, RECORD_BYTES_MAX);
    const char *why = read_file(stream, &text);
    if (why != NULL)
        status = usage_error("%s cannot be read: %s", stream, why);
    else
        status = tell(issue_certificate(issuing, buffer_view(&text)));
    buffer_deinit(&text);
    if (status == EXIT_GOOD && !options->quiet)
        printf("certificate: %s; wsconform verify %s --key %s.pub\n",
               issuing->folder, issuing->folder, options->keys.at[0]);
    return status;
}

/* A run that is not green has said so itself. */
static int run_and_issue(const struct options *options,
                         const struct issuing *issuing)
{
    char aside[] = "/tmp/wsconform-certify-XXXXXX";
    struct options run = *options;
    int file = options->ndjson == NULL ? mkstemp(aside) : -1;

    if (options->ndjson == NULL && file < 0)
        return unsure_error("no stream can be kept in /tmp");
    if (options->ndjson == NULL)
        run.ndjson = aside;
    int status = verb_run(&run);
    if (status == EXIT_GOOD)
        status = issue(options, issuing, run.ndjson);
    else
        fputs("wsconform: there is no certificate of such a run\n", stderr);
    if (file >= 0) {
        close(file);
        unlink(aside);
    }
    return status;
}

static int do_certify(const struct options *options,
                      const struct issuing *issuing)
{
    if (options->add_signature != NULL)
        return tell(issue_signatures(issuing));
    return options->from != NULL ? issue(options, issuing, options->from)
                                 : run_and_issue(options, issuing);
}

int verb_certify(const struct options *options)
{
    struct authority authority = { 0 };
    int status = check_options(options);

    if (status != EXIT_GOOD)
        return status;
    status = authority_open(&authority, options, true);
    if (status == EXIT_GOOD)
        status = check_set(authority.book, options->set);
    const struct issuing issuing = {
        .folder = options->add_signature != NULL ? options->add_signature
                                                 : options->out,
        .book = authority.book,
        .set = options->set,
        .level = options->level,
        .days = options->days < 0 ? DAYS : (int)options->days,
        .seals = authority.seals,
        .seal_count = authority.count,
        .now_ms = clock_wall_ms(),
        .allow_dirty = options->allow_dirty,
    };
    if (status == EXIT_GOOD)
        status = do_certify(options, &issuing);
    authority_close(&authority);
    return status;
}
