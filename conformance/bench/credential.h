/* The credentials of peers, for the files of this folder alone. */
#ifndef BENCH_CREDENTIAL_H
#define BENCH_CREDENTIAL_H

#include "base/buffer.h"
#include "bench.h"
#include "manifest/manifest.h"

/* The text of a token, minted or taken from another peer, and dressed;
 * free() it. */
char *token_for(struct peer *peer, const struct token *token);
/* The same without what it is dressed in, and never another peer's. */
char *token_made(struct peer *peer, const struct token *token);
/* "with a token, exp in -60 s" */
const char *describe_token(const struct token *token, char *into, size_t size);
/* Is the place of this carriage one where the manifest has a credential stand?
 */
bool is_agreed_place(const struct manifest *manifest, enum carriage carriage);

/* --- origin.c ------------------------------------------------------------- */

/* Carries this token where an origin counts. */
void heed_origin_policy(struct bench *bench, struct token *token);

/* --- enforced.c ----------------------------------------------------------- */

/* Of a connection that did not end for this cause: what the manifest declares
 * of that, if it is less than at once, and whether at least that holds. */
void add_declared(struct peer *peer, enum cause cause, struct buffer *expected);

/* --- users.c -------------------------------------------------------------- */

/* Where its user stands among those that the manifest gives; IDENTITIES is the
 * witnesses' one. */
unsigned place_of(const struct peer *peer);
const struct known *known_of(const struct peer *peer);
/* A user whom the manifest gives, or would have to: the criterion is not
 * applicable where it does not. */
const char *known_user(struct bench *bench, unsigned place);
/* Where users are given, one criterion's are another's as well, and the target
 * may know fewer than it takes: decides where that spoils what is asked. */
void check_users(struct bench *bench);
void check_user(struct peer *peer);
/* Fills peer->user; it is empty where the manifest gives no such user, whom a
 * stranger does not need. */
void name_user(struct peer *peer);

#endif
