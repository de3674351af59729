/* The credentials of peers, for the files of this folder alone. */
#ifndef BENCH_CREDENTIAL_H
#define BENCH_CREDENTIAL_H

#include "bench.h"
#include "manifest/manifest.h"

/* The text of a token, minted or taken from another peer, and dressed;
 * free() it. */
char *token_for(struct peer *peer, const struct token *token);
char *mint_for(struct peer *peer, const struct token *token);
/* "with a token, exp in -60 s" */
const char *describe_token(const struct token *token, char *into, size_t size);
/* Is the place of this carriage one where the manifest has a credential stand?
 */
bool is_agreed_place(const struct manifest *manifest, enum carriage carriage);

#endif
