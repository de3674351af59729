/* What a manifest takes for good that nobody else need. */
#ifndef MANIFEST_CONCESSIONS_H
#define MANIFEST_CONCESSIONS_H

#include "manifest/manifest.h"

/* Adds what is there to be added: "tolerates", the words of the deviations that
 * are passed over; and "widened", a text for each outcome that refuses nothing
 * by itself, "refusals.missing: " and why it is taken for a refusal, and for
 * what is believed, looked at less closely, or not proven. */
void concessions_add(struct cJSON *object, const struct manifest *manifest);

#endif
