/* `keygen`: a pair of keys for certificates. */
#include "certificate/seal.h"
#include "cli/verbs.h"
#include "run/run.h"
#include <stdio.h>

int verb_keygen(const struct options *options)
{
    char id[SEAL_ID_BYTES];

    if (options->out == NULL)
        return usage_error("keygen --out FILE; the public key stands beside "
                           "it, FILE.pub");
    if (seal_make(options->out, id) != FAULT_NONE)
        return usage_error("%s", fault_reason());
    printf("%s      the private key: certify --key %s\n"
           "%s.pub  the public key: verify --key %s.pub\n"
           "key id %s\n",
           options->out, options->out, options->out, options->out, id);
    return EXIT_GOOD;
}
