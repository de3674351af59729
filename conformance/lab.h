/* The laboratory: the reference core in this process, and its mutants. The
 * tool declares what it needs; mocks/ provides it. */
#ifndef LAB_H
#define LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct adapter;
struct manifest;

/* A server with one decision broken, and the criteria that must fail it. */
struct mutant {
    const char *name;
    const char *says;         /* what it does wrong */
    unsigned profiles;        /* set of enum profile: it is tried in each */
    const char *const *kills; /* ids of criteria, NULL-ended: all that fail it
                                 in one profile or another */
};

static inline bool is_killed_by(const struct mutant *mutant, const char *id)
{
    const char *const *at = mutant->kills;

    while (*at != NULL && strcmp(*at, id) != 0)
        at++;
    return *at != NULL;
}

extern const struct mutant mutants[];
extern const size_t mutants_size;

/* What all mocks of one manifest share: its keys, read once, and a directory
 * that goes from one to the next, emptied. */
struct lab;

/* NULL with fault_reason(). The manifest must outlive it. */
struct lab *lab_new(const struct manifest *manifest);
void lab_free(struct lab *lab); /* NULL is fine; after its mocks */

/* The reference core in memory on a virtual clock, configured as the lab's
 * manifest says; `mutant` NULL is the secure one. Above 1, it is so many nodes
 * of one service, MANIFEST_NODES_MAX at most. NULL with fault_reason(). */
struct adapter *adapter_mock_new(struct lab *lab, const struct mutant *mutant,
                                 unsigned nodes);

#endif
