/* Ways of being refused, as the manifest lists them; for the files of this
 * folder alone. */
#ifndef BENCH_OUTCOME_H
#define BENCH_OUTCOME_H

#include "bench/internal.h"

/* Did this peer get one of these? */
bool any_outcome_fits(const struct outcomes *outcomes, const struct peer *peer);
/* Has the manifest the reason of its Close word for word? One that it only
 * describes may be made up by whatever has failed. */
bool reason_is_spelled_out(const struct peer *peer);
/* May this peer be told such a refusal at all? What is listed for a path that
 * nobody serves, or for who authenticates once more, excuses no other answer.
 */
bool may_concern(const struct peer *peer, enum cause cause);
/* … or what any cause lists that may concern it? */
bool refusal_is_listed(const struct peer *peer);
/* Has it been told so in a way that may leave it open? */
bool is_told_and_open(const struct peer *peer);
/* It is open as a refusal may leave it, and has been sent nothing else. */
bool is_left_out(const struct peer *peer);
/* For how long such a refusal of it may leave it open; 0: nobody knows. */
int open_until_ms(const struct peer *peer);
/* How long one is waited for; less, where it may be nothing at all. */
int patience_for_refusals(const struct bench *bench);

#endif
