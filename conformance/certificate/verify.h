/* Verifies a certificate, offline and with public keys alone: everything that
 * it says is computed again from the stream beside it. */
#ifndef CERTIFICATE_VERIFY_H
#define CERTIFICATE_VERIFY_H

#include "certificate/folder.h"
#include "certificate/seal.h"
#include "certificate/sets.h"

enum {
    VERIFY_KEYS_MAX = 8,
    VERIFY_FINDINGS_MAX = 256,
    CERTIFICATE_DAYS_MAX = 1095, /* from the run to the expiry */
};

struct verifying {
    const struct book *book;
    struct seal *const *seals;
    size_t seal_count; /* 0: signatures are not looked at */
    size_t threshold;  /* so many of these keys; 0: all of them */
    int64_t now_ms;
    enum level level;     /* at least */
    const char *evidence; /* "network"; NULL: any */
    bool allow_dirty;     /* a tool that was built from a changed tree */
};

/* In the order of what they cost. */
enum outcome_of_check { CHECK_HOLDS, CHECK_NOTE, CHECK_FAILS, CHECK_UNSURE };

struct finding {
    const char *check; /* "signatures" */
    enum outcome_of_check outcome;
    char *says;
};

struct findings {
    struct finding at[VERIFY_FINDINGS_MAX];
    size_t count;
};

void findings_deinit(struct findings *findings);

/* One finding for each check; after one that fails and that others rest on, no
 * more. CHECK_UNSURE: this tool cannot say, since it is older than the stream
 * or the requirement set. Returns the worst, at least CHECK_HOLDS: it holds,
 * whatever the notes are. */
enum outcome_of_check certificate_verify(const struct folder *folder,
                                         const struct verifying *verifying,
                                         struct findings *findings);

#endif
