/* What a manifest claims of its target, held against what is: a capability that
 * it claims has to be there, one that it denies must not. A denial would else
 * be a way around every criterion that asks for it. Part of bench.h. */
#ifndef CLAIMS_H
#define CLAIMS_H

#include "rooms.h"
#include <stdbool.h>
#include <stdint.h>

struct bench;
struct peer;

/* `capability` is one of enum need, with a name in the manifest. Where there is
 * nothing to ask it with (a number, a template, a hook), the verdict is
 * not-applicable. */

/* Connections that one user may have; a few where no number is said. */
unsigned per_user_or_few(struct bench *bench);
/* What is dialled with from now on no other criterion dials with: it is going
 * to be revoked, or shown around. Where all is revoked that a criterion dials
 * with, REVOCATION among its needs says the same. */
void share_no_credential(struct bench *bench);
/* Not applicable where the manifest says no longest message, or has no such
 * key. */
void need_message_bytes(struct bench *bench);
void need_asymmetric_key(struct bench *bench);
/* Not applicable, and unproven, where the manifest gives a resource that is
 * forbidden, and no user who belongs there. */
void need_owner_of_forbidden(struct bench *bench);

/* It is served, be the limit claimed or denied: so many are within it. */
void expect_within_limit(struct peer *peer, uint64_t capability);
/* A new connection is refused where the limit or rule is claimed, and served
 * where it is denied. */
void expect_refused_if_claimed(struct peer *peer, uint64_t capability);
/* Who is denied a limit is asked with a number that one in need of it would be
 * bounded by, however little the manifest says; a limit that is met is a
 * failure. What could not be asked with so many is not applicable, and so is a
 * limit of which the manifest says more than is asked with at most. */

/* A new connection of an address that has spent its allowance (200 attempts at
 * most, where it is denied 100 at least) is refused where a limit of attempts
 * is claimed, and served where it is denied. Not applicable where one address
 * only can be dialled from. */
void expect_attempts_bounded_if_claimed(struct bench *bench);
/* The resource that is forbidden admits the user who is said to belong there.
 */
void expect_forbidden_admits_its_own(struct bench *bench);
/* A member is closed where that is claimed, and served on where it is denied.
 */
void expect_closed_if_claimed(struct peer *peer, uint64_t capability);
/* It is served where the key (or what it is) is claimed, and kept out where
 * that is denied. */
void expect_served_if_claimed(struct peer *peer, uint64_t capability);

/* Said at once into a room that they and the listener are inside of, half as
 * many messages again as a user, or a room, may have in a window are told where
 * USER_RATE, or ROOM_RATE, is denied, and are not all told where it is claimed:
 * at most 300 of a hundred bytes or so, where it is denied 150 at least; said
 * anew, thrice at most, where a window that is claimed may have ended
 * meanwhile. No other limit that is claimed is gone beyond. */
void expect_messages_bounded_if_claimed(struct peer *speaker, const char *room,
                                        struct peer *listener);
void expect_room_bounded_if_claimed(struct peer *const speakers[],
                                    unsigned count, const char *room,
                                    struct peer *listener);
/* Not applicable where the manifest has no messages.logout. */
void need_logout_message(struct bench *bench);
/* Behind as many rooms as one user may own, 64 at most, where that is denied 30
 * at least, another is an error where ROOM_QUOTA is claimed, and is made where
 * it is denied. */
void expect_rooms_bounded_if_claimed(struct peer *owner);
/* It is answered by an error where `capability` is claimed, and as agreed where
 * it is denied; where nothing is agreed, what is no error is not applicable. */
void expect_denied_if_claimed(struct peer *peer, struct wish wish,
                              uint64_t capability);
/* What is said in the room comes to the listener, and to the guest where
 * `capability` is claimed alone; or where it is denied alone. */
void expect_inside_if_claimed(struct peer *speaker, const char *room,
                              struct peer *listener, struct peer *guest,
                              uint64_t capability);
void expect_outside_if_claimed(struct peer *speaker, const char *room,
                               struct peer *listener, struct peer *guest,
                               uint64_t capability);
/* Not applicable where the manifest names no such parameter. */
const char *room_query_if_named(struct bench *bench, const char *room);
/* Is the instance with tight limits the one to ask how a room is bounded? */
bool has_tight_room(struct bench *bench);
/* Behind as many silent connections as an address may have, 256 at most, or 100
 * where no number is said (where it is denied, at least), a good credential is
 * admitted from there where STRANGERS is denied, and refused where it is
 * claimed. Where ATTEMPTS is claimed, none is an attempt too many. */
void expect_strangers_bounded_if_claimed(struct bench *bench);
/* What a member without the role says reaches the listener where READERS is
 * denied, and does not where it is claimed. */
void expect_reader_if_claimed(struct peer *reader, struct peer *listener,
                              const char *text);
/* Says that it publishes this text: `listener` hears it where publishing is
 * claimed, and nobody does where it is denied. */
void expect_published_if_claimed(struct peer *speaker, struct peer *listener,
                                 const char *text);
/* Asked who it is, the target names the user where that is claimed, and gives
 * no such answer where it is denied. */
void expect_identity_if_claimed(struct peer *peer);
/* A room is made, and told of as agreed, where rooms are claimed; where they
 * are denied no such answer comes. */
void expect_room_if_claimed(struct peer *peer);

/* Asked for the history of a room where this text alone was said, by ALICE, the
 * target tells it where a history is claimed; where it is denied no such answer
 * comes. */
void expect_history_if_claimed(struct peer *peer, const char *room,
                               const char *text);
/* The same of what it tells by itself to one that has just come in. */
void expect_replay_if_claimed(struct peer *peer, const char *room,
                              const char *text);
/* Something of this user's coming and going has been told to `listener` where
 * presence is claimed, and nothing where it is denied. */
void expect_presence_if_claimed(struct peer *listener, enum identity who);

/* A good token is served by each carrier that the manifest names. In any other
 * place it is no credential: of a header, the query, a cookie, a sub-protocol,
 * an early message. */
void expect_agreed_carriers_alone(struct bench *bench);

#endif
