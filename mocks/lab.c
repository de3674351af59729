/* What all mocks of one manifest share. To read a key takes OpenSSL longer than
 * many a criterion, and a verification key never changes: once is enough. */
#include "lab.h"
#include "base/fault.h"
#include "mock.h"
#include <stdlib.h>

struct lab *lab_new(const struct manifest *manifest)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    char *json = manifest_keyring(manifest);
    const char *why = "out of memory";

    if (lab != NULL && json != NULL) {
        lab->manifest = manifest;
        lab->keyring = keyring_read(text_of(json), &why);
    }
    free(json);
    if (lab != NULL && lab->keyring != NULL)
        return lab;
    fault_say(FAULT_MANIFEST, "%s: the keys: %s", manifest->source, why);
    lab_free(lab);
    return NULL;
}

void lab_free(struct lab *lab)
{
    if (lab == NULL)
        return;
    keyring_free(lab->keyring);
    store_close(lab->spare);
    free(lab);
}
