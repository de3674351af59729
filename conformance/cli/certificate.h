/* What `certify`, `verify` and `list --set` share. */
#ifndef CLI_CERTIFICATE_H
#define CLI_CERTIFICATE_H

#include "certificate/seal.h"
#include "certificate/sets.h"
#include "cli/options.h"

/* Keys and requirement sets of a command line. */
struct authority {
    struct book *book;
    struct seal *seals[WORDS_OF_OPTION_MAX];
    size_t count;
};

/* EXIT_GOOD; or EXIT_USAGE, where a key or a file of errata cannot be taken,
 * and that has been said. authority_close() it in any case. */
int authority_open(struct authority *authority, const struct options *options,
                   bool private_keys);
void authority_close(struct authority *authority);

/* Has the book the set that --set names? EXIT_GOOD, or EXIT_USAGE, said. */
int check_set(const struct book *book, const char *name);

#endif
