/* The credentials of a run: each user's is fetched once, before the first
 * worker is forked, and all fetches count against one budget, whoever makes
 * them. Services lock a name, or an address, after a few log-ins. */
#ifndef NET_WALLET_H
#define NET_WALLET_H

#include "adapter.h"
#include "manifest/manifest.h"

struct wallet;

/* Fetches one for each user that the manifest gives. The manifest is borrowed.
 * NULL with fault_reason(): a step has failed, or the budget is too small. */
struct wallet *wallet_new(const struct manifest *manifest);
void wallet_free(struct wallet *wallet); /* NULL is fine */

/* Appends a credential: see `fetch` of adapter.h. FAULT_HOOK beyond the budget.
 */
enum fault wallet_draw(struct wallet *wallet, const struct applicant *applicant,
                       struct buffer *into);

#endif
