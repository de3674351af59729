/* The laboratory: the reference core in this process, and its mutants. The
 * tool declares what it needs; mocks/ provides it. */
#ifndef LAB_H
#define LAB_H

#include <stddef.h>

struct adapter;
struct manifest;

/* A server with one decision broken, and the criteria that must fail it. */
struct mutant {
    const char *name;
    const char *says;  /* what it does wrong */
    unsigned profiles; /* set of enum profile: it is tried in each */
    const char *kills; /* ids of criteria, space-separated: all that fail it in
                          one profile or another */
};

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
