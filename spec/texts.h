/* What a criterion says, and what the manifest says of its target: texts of
 * this world, limits, names. Part of bench.h. */
#ifndef TEXTS_H
#define TEXTS_H

#include "world.h"
#include <stdbool.h>
#include <stddef.h>

struct bench;

/* A text unique to this criterion, for canaries; `name` tells them apart. */
const char *canary(struct bench *bench, const char *name);

/* The message by which a publisher publishes this text. */
const char *publication(struct bench *bench, const char *text);

/* `pattern` with its {} replaced by `text`. */
const char *woven(struct bench *bench, const char *pattern, const char *text);

/* The number of keys that the manifest trusts, and the index of the first
 * asymmetric one (or 0). */
unsigned keys(struct bench *bench);
unsigned asymmetric_key(struct bench *bench);
unsigned carriers(struct bench *bench);   /* at least 1 */
bool may_come_first(struct bench *bench); /* does a first message carry it? */

/* What the manifest says: limits, and the names that a target goes by. */
unsigned per_user(struct bench *bench); /* connections of one user */
unsigned attempts(struct bench *bench); /* of an address in a window */
/* `wanted`, or fewer where an address has no attempts for more: a tenth is left
 * for what the criterion does besides. */
unsigned affordable(struct bench *bench, unsigned wanted);
unsigned strangers_allowed(struct bench *bench);
/* Is there an instance with tight limits that no other criterion fills? Then
 * what is used up there is used up soon. */
bool has_tight_to_itself(struct bench *bench);
unsigned tight_per_user(struct bench *bench);
unsigned tight_attempts(struct bench *bench);
unsigned tight_connections(struct bench *bench);
size_t handshake_bytes(struct bench *bench); /* longest handshake */
size_t message_bytes(struct bench *bench);   /* longest message */
/* `wanted`, or half of the longest message that is served where that is less.
 */
size_t longest(struct bench *bench, size_t wanted);
size_t first_message_bytes(struct bench *bench); /* longest first one */
/* The sub-protocols that the service speaks, comma-separated; of the instance
 * with tight limits where it is that one which demands one. */
const char *own_subprotocols(struct bench *bench);
/* Is it that one? Not applicable where no service is known that could. */
bool is_demanded_at_tight(struct bench *bench);
unsigned origins(struct bench *bench);
const char *origin(struct bench *bench, unsigned index);
/* Not applicable where no instance with an empty list of origins is declared.
 */
void need_empty_list_of_origins(struct bench *bench);
/* `pattern` with the parts of the first listed origin put in: {scheme} and
 * {SCHEME}, {other} (http for https and the reverse), {host} and {HOST},
 * {parent} (the host without its first label), {undotted} (its first dot an x),
 * {port} (":8443", or nothing), {default} (the scheme's port, spelt out). The
 * verdict is inconclusive when the outcome is itself listed. */
const char *origin_like(struct bench *bench, const char *pattern);
/* An address of nobody, fresh for this criterion, to be claimed in a header. */
const char *claimed_address(struct bench *bench, unsigned index);
unsigned statuses(struct bench *bench); /* that an order may have */
const char *status(struct bench *bench, unsigned index);
const char *user_id(struct bench *bench, enum identity who); /* no quotes */
const char *tenant_id(struct bench *bench, enum tenant tenant);

/* The message that sets an order's status, with raw JSON in each place;
 * OMITTED leaves the member out. */
const char *status_change(struct bench *bench, const char *order,
                          const char *status, const char *notes);
/* The message that asks for an order, with raw JSON in its place. */
const char *order_request(struct bench *bench, const char *order);

#endif
