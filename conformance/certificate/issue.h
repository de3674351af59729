/* Issues certificates. */
#ifndef CERTIFICATE_ISSUE_H
#define CERTIFICATE_ISSUE_H

#include "certificate/seal.h"
#include "certificate/verify.h"

struct issuing {
    const char *folder; /* made where it is missing; else it is empty */
    const struct book *book;
    const char *set;   /* NULL: the newest */
    const char *level; /* NULL: that of the run */
    int days;          /* from the start of the run, 1 to 1095 */
    struct seal *const *seals;
    size_t seal_count;
    int64_t now_ms;
    bool allow_dirty;
};

/* Whether a certificate could be written there, before it is known that one can
 * be issued. FAULT_OUTPUT with the reason: it holds something already. */
enum fault issue_look(const char *folder);

/* Certifies the run of a stream: writes that, the reports of it and, last, the
 * certificate; nothing is left where that fails. FAULT_PROTOCOL: it is no
 * stream of a finished run. FAULT_DENIED: it cannot be certified. FAULT_KEY,
 * FAULT_OUTPUT. Each with a sentence. */
enum fault issue_certificate(const struct issuing *issuing,
                             struct bytes stream);

/* Adds signatures to a certificate that is there and holds, signatures apart.
 * FAULT_DENIED: it does not. */
enum fault issue_signatures(const struct issuing *issuing);

#endif
