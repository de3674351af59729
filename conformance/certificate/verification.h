/* Within verify.c and verify_worth.c. */
#ifndef CERTIFICATE_VERIFICATION_H
#define CERTIFICATE_VERIFICATION_H

#include "certificate/claim.h"
#include "certificate/envelope.h"
#include "certificate/verify.h"

struct verification {
    const struct folder *folder;
    const struct verifying *by;
    struct findings *findings;
    struct envelope envelope;
    struct cJSON *statement;
    const struct cJSON *predicate;
    struct record record;
    struct claim claim;
};

/* Returns whether it holds, a note being no objection. */
bool finding_add(struct verification *self, const char *check,
                 enum outcome_of_check outcome, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Once all that it says is known to follow: level, evidence, expiry and tool
 * are as whoever relies on it demands; and what they are to know. */
void check_worth(struct verification *self);

#endif
