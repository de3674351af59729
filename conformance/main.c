/* wsconform: reads the command line and does what its verb says. */
#include "cli/options.h"
#include "cli/verbs.h"

int main(int count, char *words[])
{
    struct options options;
    int status = 0;

    if (!options_read(&options, count, words, &status))
        return status;
    switch (options.verb) {
    case VERB_LIST: return verb_list(&options);
    case VERB_EXPLAIN: return verb_explain(&options);
    case VERB_RUN: return verb_run(&options);
    case VERB_MUTANTS: return verb_mutants(&options);
    case VERB_REPORT: return verb_report(&options);
    }
    return status;
}
