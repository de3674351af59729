/* wsconform: reads the command line and does what its verb says. */
#include "base/revision.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "run/run.h"
#include <malloc.h>
#include <stdio.h>

/* What ci/revision said when this was built. */
extern const unsigned char revision_begin[] __asm__("_binary_revision_start");
extern const unsigned char revision_end[] __asm__("_binary_revision_end");

static int do_verb(const struct options *options)
{
    switch (options->verb) {
    case VERB_LIST: return verb_list(options);
    case VERB_EXPLAIN: return verb_explain(options);
    case VERB_RUN: return verb_run(options);
    case VERB_MUTANTS: return verb_mutants(options);
    case VERB_INIT: return verb_init(options);
    case VERB_PROBE: return verb_probe(options);
    case VERB_REPORT: return verb_report(options);
    case VERB_KEYGEN: return verb_keygen(options);
    case VERB_CERTIFY: return verb_certify(options);
    case VERB_VERIFY: return verb_verify(options);
    case VERB_COMPLETION: return verb_completion(options);
    }
    return EXIT_USAGE;
}

int main(int count, char *words[])
{
    struct options options;
    int status = EXIT_GOOD;

    /* Tables of which little is used: pages that the kernel clears one by one
     * are cheaper than a table that is cleared whole. */
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    revision_take(
        bytes_of(revision_begin, (size_t)(revision_end - revision_begin)));
    if (options_read(&options, count, words, &status))
        status = do_verb(&options);
    /* What could not be written has not been said, whatever the verb. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && status < EXIT_UNSURE) {
        fputs("wsconform: standard output could not be written\n", stderr);
        status = EXIT_UNSURE;
    }
    return status;
}
