/* The bench from the inside: what its files about rooms share. Part of
 * internal.h. */
#ifndef BENCH_ROOMS_INTERNAL_H
#define BENCH_ROOMS_INTERNAL_H

#include "bench/internal.h"

/* --- denials.c ------------------------------------------------------------ */

/* Is it the agreed error, with no member that is not agreed? Where the manifest
 * says more of its errors about rooms, that may stand beside. */
bool is_agreed_error(const struct manifest *manifest,
                     const struct cJSON *value);
/* Is it an error, or what is told who lacks the right to read, or to write? */
bool is_denial(const struct peer *peer, enum room_verb verb,
               const struct cJSON *value);

/* Has it been told this text? What denies it the right to say that text may
 * quote it, to nobody else. */
bool has_been_told_beside_denial(const struct peer *peer, const char *text);

/* --- rooms.c -------------------------------------------------------------- */

/* The message that asks for this; free() it. NULL without memory. */
char *room_request(struct bench *bench, struct wish wish);
void room_ask(struct peer *peer, struct wish wish);
/* Waits for what is answered: 1 the agreed answer, -1 an error, 0 neither. */
int room_answer(struct peer *peer, struct wish wish);
/* The same of what has come already. */
int room_answered(const struct peer *peer, struct wish wish);

#endif
