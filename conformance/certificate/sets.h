/* Requirement sets: the criteria that a certificate vouches for, by profile and
 * level, frozen for good under a name; and errata, which withdraw one of them.
 *
 *     {"set":"2026.1","frozen":"2026-11-22",
 *      "profiles":{"signals":{"A":["valid_token_is_admitted",…],"AA":[…],…},…}}
 *
 *     {"errata":[{"set":"2026.1","criterion":"…","date":"2027-01-31",
 *                 "why":"…"}]}
 *
 * A criterion that is newer than a set is not of it, and breaks no certificate;
 * one that was withdrawn is not asked for, and whoever verifies is told. */
#ifndef CERTIFICATE_SETS_H
#define CERTIFICATE_SETS_H

#include "base/buffer.h"
#include "base/digest.h"
#include "spec.h"

enum {
    SET_BYTES_MAX = 1024 * 1024,
    SET_NAME_BYTES = 16,
    SETS_MAX = 64,
    SET_ROWS_MAX = 16384,
    ERRATA_MAX = 1024,
};

struct set_row {
    const char *id;
    unsigned profile; /* one of enum profile */
    enum level level;
};

struct set {
    char name[SET_NAME_BYTES]; /* "2026.1" */
    char sha256[DIGEST_BYTES]; /* of its file */
    const char *frozen;        /* the day, YYYY-MM-DD */
    struct set_row *at;
    size_t count;
    struct cJSON *tree; /* the texts are its own */
};

struct erratum {
    const char *set, *criterion, *date, *why;
};

struct book {
    struct set sets[SETS_MAX]; /* by name, the newest last */
    size_t set_count;
    struct erratum errata[ERRATA_MAX];
    size_t erratum_count;
    struct cJSON *trees[8]; /* of errata */
    size_t tree_count;
};

/* With the sets and errata of this tool. book_free() it. NULL with a sentence.
 */
struct book *book_open(void);
struct book *book_new(void); /* with none; NULL without memory */
void book_free(struct book *book);

/* Add one more; FAULT_PROTOCOL with a sentence. */
enum fault book_add_set(struct book *book, struct bytes text);
enum fault book_add_errata(struct book *book, struct bytes text);

/* NULL name: the newest. NULL: there is none. */
const struct set *book_set(const struct book *book, const char *name);
/* The names of all, ", " between. */
void book_names(const struct book *book, struct buffer *into);

/* Why a criterion was withdrawn from a set; NULL: it was not. */
const struct erratum *book_withdrawn(const struct book *book,
                                     const struct set *set, const char *id);

/* The row of a criterion; NULL: the set does not have it. */
const struct set_row *set_find(const struct set *set, const char *id,
                               unsigned profile);

#endif
