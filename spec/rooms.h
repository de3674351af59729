/* What a criterion asks of rooms, and expects of them. Part of bench.h. */
#ifndef ROOMS_H
#define ROOMS_H

#include "world.h"
#include <stdbool.h>

struct bench;
struct peer;

/* What is asked about a room. */
struct wish {
    enum room_verb verb;
    const char *room;       /* as it stands; or … */
    const char *raw_room;   /* … raw JSON in its place */
    const char *permission; /* raw JSON: "\"PRIVATE\""; NULL: none */
    const char *roles;      /* raw JSON: "[\"manager\"]"; NULL: none */
    unsigned size;          /* members; 0: not said */
    unsigned limit;         /* messages; 0: not said */
    const char *user;       /* as it stands; NULL: none */
    const char *text;       /* as it stands; NULL: none */
    const char *field;      /* "room", "permission", "roles", "size", "user" or
                               "text": that member … */
    const char *raw;        /* … is this raw JSON; OMITTED leaves it out */
    const char *message;    /* this text in place of the whole message */
    const char *data;       /* raw JSON; NULL: none */
    const char *more;       /* members behind the others, raw; NULL: none */
};
/* WISH(ROOM_CREATE, room, .permission = PUBLIC) */
#define WISH(verb_, ...) ((struct wish){ .verb = (verb_), .room = __VA_ARGS__ })
#define PUBLIC           "\"PUBLIC\""
#define PRIVATE          "\"PRIVATE\""
#define RESTRICTED       "\"RESTRICTED\""
#define OWNER_ONLY       "\"OWNER_ONLY\""

/* A room id that occurs nowhere else. */
const char *fresh_room(struct bench *bench);
/* Does such a request name this field? */
bool room_is_asked(struct bench *bench, enum room_verb verb, const char *field);
/* The message that asks for it. */
const char *room_message(struct bench *bench, struct wish wish);
/* A precondition: the verdict is inconclusive when it is not granted. */
void arrange(struct peer *peer, struct wish wish);
/* A fresh room of this member's: empty, so that it is forgotten after a while.
 */
const char *make_room(struct peer *owner, const char *permission);
/* The same with its owner inside: it stays. */
const char *own_room(struct peer *owner, const char *permission);
/* The agreed answer comes. */
void expect_granted(struct peer *peer, struct wish wish);
/* The same, asked anew for up to a second: so long may a place take to be free.
 * In memory once. */
void expect_granted_soon(struct peer *peer, struct wish wish);
/* An error comes instead, and the connection stays. */
void expect_denied(struct peer *peer, struct wish wish);
/* … the one that is agreed for this cause, where one is. */
void expect_denied_as(struct peer *peer, struct wish wish, enum denial denial);
/* … the only one, and it names nothing that the message did not. What others
 * do meanwhile may be told as well. */
void expect_lone_denial(struct peer *peer, struct wish wish,
                        enum denial denial);
/* All ask to join at once: `places` of them are granted it, the others denied.
 */
void expect_exactly_inside(struct peer *const peers[], unsigned count,
                           const char *room, unsigned places);
/* Says this text into the room. */
void speak_text(struct peer *peer, const char *room, const char *text);
/* Says a text into the room that occurs nowhere else, and returns it. */
const char *speak(struct peer *peer, const char *room);
/* It is told of this text as of one in that room. */
void expect_told(struct peer *peer, const char *room, const char *text);
/* It has not been told of this text as of one in that room, whatever it was
 * told in others. No fence needed. */
void expect_not_told(struct peer *peer, const char *room, const char *text);
/* `speaker` speaks until `listener` is told. */
void expect_reached_in_room(struct peer *speaker, const char *room,
                            struct peer *listener);
/* Asked for the rules, the target tells this permission (no quotes) and owner.
 */
void expect_rules(struct peer *peer, const char *room, const char *permission,
                  enum identity owner);
/* Inspected, the room has these members, by user, in any order; count -1: there
 * is no such room. Waits a while for it. */
void expect_members(struct bench *bench, const char *room,
                    const enum identity *members, int count);
const char *role_of(struct bench *bench, enum identity who);
/* Rooms that are there from the start, for everybody and for PLATFORM's role;
 * not applicable where the manifest names none. */
const char *open_room(struct bench *bench);
const char *role_room(struct bench *bench);
/* … and one that everybody reads, and PLATFORM's role alone writes to. */
const char *read_only_room(struct bench *bench);
/* Goes in: a precondition, where the target says that one is inside. */
void go_in(struct peer *peer, const char *room);
/* The query by which a handshake names this room. */
const char *room_query(struct bench *bench, const char *room);
/* The log has a record of what this peer did, with its time, the peer or its
 * user, and the room (NULL: any). */
void expect_deed_logged(struct peer *peer, enum deed deed, const char *room);
/* … and so many, as warnings or worse, of what it was refused. */
void expect_refusals_logged(struct peer *peer, enum deed deed, unsigned count);
/* … one at least, of whatever it was refused. */
void expect_refusal_logged(struct peer *peer);
unsigned rooms_per_user(struct bench *bench); /* that one may own */
void elapse_grace(struct bench *bench);       /* until an empty room is gone */

#endif
