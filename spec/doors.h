/* What is expected of the other ways to what the socket leads to: a poll over
 * HTTP, a request that reads or publishes. Part of bench.h.
 *
 * A visit is the same credential, presented at each of them, one after the
 * other. It belongs to the bench and lives until the criterion ends. */
#ifndef DOORS_H
#define DOORS_H

#include "world.h"

struct bench;
struct token;
struct visit;

/* Knocks at each door. Never NULL. */
struct visit *visit_as(struct bench *bench, enum identity who,
                       struct token token);
/* The same; then, while it reads at each door that can be read at, broadcasts
 * are published. */
struct visit *listen_as(struct bench *bench, enum identity who,
                        struct token token);

/* Each door let it in: so the manifest says of a good credential. */
void expect_let_in_elsewhere(struct visit *visit);
/* The same as a precondition: inconclusive where one did not. */
void need_let_in(struct visit *visit);
/* Each door refused it in one of the ways that the manifest lists, which is
 * none in which a good credential is answered. */
void expect_let_in_nowhere(struct visit *visit);
/* Each door refused all three, and `other` as it refused `one`: with the same
 * status, and the same body but for the words in which `again`, a visit of the
 * same kind as `one`, differs from it. */
void expect_refused_alike(struct visit *one, struct visit *again,
                          struct visit *other);
/* No head and no body holds internals, or eight bytes of the token. */
void expect_shown_no_internals(struct visit *visit);
/* It has been told one of the broadcasts at each door that can be read at, as
 * a positive control: inconclusive when it has not. */
void expect_shown_broadcasts(struct visit *visit);
/* It has been told none, whatever a door answered it. */
void expect_shown_no_broadcast(struct visit *visit);

#endif
