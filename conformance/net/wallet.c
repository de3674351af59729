/* Credentials that were fetched, and the budget of fetches. */
#include "net/wallet.h"
#include "net/steps.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

struct wallet {
    const struct manifest *manifest;
    atomic_uint *spent; /* shared with all who are forked */
    char *tokens[IDENTITIES + 1];
};

static enum fault spend(struct wallet *wallet)
{
    unsigned budget = wallet->manifest->supply.budget;

    if (atomic_fetch_add(wallet->spent, 1) < budget)
        return FAULT_NONE;
    return fault_say(FAULT_HOOK,
                     "a credential: all %u fetches that "
                     "credential.source.budget allows one run are spent; set "
                     "it higher if your service bears more log-ins",
                     budget);
}

/* Appends one that nobody has yet. */
static enum fault fetch(struct wallet *wallet, const struct pair *facts,
                        struct buffer *into)
{
    const struct source *supply = &wallet->manifest->supply;
    enum fault fault = spend(wallet);
    struct values values;

    if (fault != FAULT_NONE)
        return fault;
    fault = steps_run(wallet->manifest, "credential.source", &supply->steps,
                      facts, &values);
    char *token =
        fault == FAULT_NONE ? template_fill(supply->token, values.at) : NULL;
    if (fault == FAULT_NONE)
        fault = token == NULL ? FAULT_MEMORY : buffer_add_string(into, token);
    free(token);
    values_deinit(&values);
    return fault;
}

static enum fault fill_place(struct wallet *wallet, size_t place)
{
    const struct known *known = &wallet->manifest->known[place];
    struct buffer token;

    if (known->user == NULL)
        return FAULT_NONE;
    buffer_init(&token, SAVED_BYTES_MAX);
    enum fault fault = fetch(wallet, known->values, &token);
    if (fault == FAULT_NONE)
        wallet->tokens[place] = buffer_take(&token);
    buffer_deinit(&token);
    return fault;
}

struct wallet *wallet_new(const struct manifest *manifest)
{
    struct wallet *wallet = calloc(1, sizeof(*wallet));
    enum fault fault = FAULT_NONE;
    void *shared = mmap(NULL, sizeof(atomic_uint), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (wallet == NULL || shared == MAP_FAILED) {
        (void)fault_say(FAULT_MEMORY, "the credentials: out of memory");
        free(wallet);
        return NULL;
    }
    wallet->manifest = manifest;
    wallet->spent = shared;
    for (size_t i = 0; i < COUNT(wallet->tokens) && fault == FAULT_NONE; i++)
        fault = fill_place(wallet, i);
    if (fault == FAULT_NONE)
        return wallet;
    wallet_free(wallet);
    return NULL;
}

void wallet_free(struct wallet *wallet)
{
    if (wallet == NULL)
        return;
    munmap(wallet->spent, sizeof(*wallet->spent));
    for (size_t i = 0; i < COUNT(wallet->tokens); i++)
        free(wallet->tokens[i]);
    free(wallet);
}

enum fault wallet_draw(struct wallet *wallet, const struct applicant *applicant,
                       struct buffer *into)
{
    const char *kept = applicant->is_fresh || applicant->place > IDENTITIES
                           ? NULL
                           : wallet->tokens[applicant->place];

    return kept != NULL ? buffer_add_string(into, kept)
                        : fetch(wallet, applicant->values, into);
}
