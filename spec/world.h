/* Who and what a criterion's world holds: users, tenants, endpoints, and the
 * causes of a refusal. The manifest says what each is called. */
#ifndef WORLD_H
#define WORLD_H

/* Users, fresh for each criterion. Where one is not described, it is an
 * ordinary member of HOME. PUBLISHER_PAUL may publish over his own socket. */
enum identity {
    ALICE,
    BOB,
    CAROL,
    DAVE,
    PUBLISHER_PAUL,
    OWNER,    /* owns HOME */
    MANAGER,  /* manages HOME */
    PLATFORM, /* owns the platform, belongs to no tenant */
    NEWCOMER, /* an owner who has no tenant yet */
    MALLORY,  /* owns OTHER */
    CLOSER,   /* owns CLOSED */
    GHOST,    /* has good tokens, and is unknown to the directory */
    IDENTITIES
};

/* Tenants, fresh for each criterion. */
enum tenant {
    HOME,
    OTHER,
    CLOSED,  /* inactive */
    NOWHERE, /* a well-formed id that nobody has */
    TENANTS_COUNT
};

/* Endpoints; where a target has but one, all are that one. */
enum entrance { MAIN, KITCHEN, MANAGEMENT, ENDPOINTS };

/* The nodes of a cluster; where there are fewer, counting begins again. */
enum site { ANYWHERE, FIRST_NODE, SECOND_NODE, THIRD_NODE };

/* What a member may ask about a room. */
enum room_verb {
    ROOM_CREATE,
    ROOM_JOIN,
    ROOM_LEAVE,
    ROOM_UPDATE,
    ROOM_DELETE,
    ROOM_GET,
    ROOM_INVITE,
    ROOM_UNINVITE,
    ROOM_KICK,
    ROOM_PUBLISH,
    ROOM_DATA,
    ROOM_BINARY,
    ROOM_HISTORY,
    ROOM_VERBS
};

/* What a log tells of a member of rooms. */
enum deed {
    DEED_CONNECT,
    DEED_DISCONNECT,
    DEED_JOIN,
    DEED_LEAVE,
    DEED_SAY,
    DEED_CREATE,
    DEED_UPDATE,
    DEED_DELETE,
    DEED_INVITE,
    DEED_KICK,
    DEEDS
};

/* How a message about a room may fail; the manifest may say how each is told.
 */
enum denial {
    DENIED_REFUSED,      /* the sender may not do that … */
    DENIED_READING,      /* … that being to read: never asked for by itself */
    DENIED_WRITING,      /* … or to write: likewise */
    DENIED_MALFORMED,    /* nobody could read it */
    DENIED_TOO_LARGE,    /* a text beyond the ceiling */
    DENIED_RATE_LIMITED, /* too early behind others */
    DENIALS
};

/* What bounds a message by its content. */
enum bound {
    BOUND_TEXT,   /* characters of a text */
    BOUND_BINARY, /* bytes of a binary message */
    BOUND_JSON,   /* bytes of a text message */
    BOUND_DEPTH,  /* levels of JSON, the whole being the first */
    BOUND_ARRAY,  /* elements of an array */
    BOUND_OBJECT, /* members of an object */
    BOUNDS
};

/* Why a connection is refused; the manifest says how each is told. */
enum cause {
    CAUSE_MISSING,      /* no credential */
    CAUSE_INVALID,      /* a credential that does not hold */
    CAUSE_EXPIRED_LIVE, /* a held one that has run out, or was revoked */
    CAUSE_TIMEOUT,      /* no first message in time */
    CAUSE_UNEXPECTED,   /* a first message that is no authentication */
    CAUSE_UNREADABLE,   /* a first message that nobody could read */
    CAUSE_FORBIDDEN,    /* a good credential without a right to the tenant */
    CAUSE_MALFORMED,    /* a tenant id that is none */
    CAUSE_ROLE,         /* a good credential without the role */
    CAUSE_NO_IDENTITY,  /* no credential, where a role is asked for */
    CAUSE_WITHDRAWN,    /* a right that was taken away meanwhile */
    CAUSE_SESSION,      /* a session that was idle for too long */
    CAUSE_LOGOUT,       /* a user that has logged out */
    CAUSE_ORIGIN,       /* an origin that is not listed */
    CAUSE_PER_USER,     /* as many connections as the user may have */
    CAUSE_ATTEMPTS,     /* as many attempts as the address may make */
    CAUSE_STRANGERS,    /* as many unproven ones as the address may have */
    CAUSE_FULL,         /* as many connections as there may be in all */
    CAUSE_ILLEGAL,      /* a frame that breaks the protocol (1002) */
    CAUSE_NOT_UTF8,     /* text that is not UTF-8 (1007) */
    CAUSE_TOO_BIG,      /* a message beyond the ceiling */
    CAUSE_UNAVAILABLE,  /* the directory could not be asked */
    CAUSE_ASTRAY,       /* a path that nobody serves */
    CAUSE_AGAIN,        /* a member that authenticates once more */
    CAUSE_WRITING,      /* a member that publishes without a right to */
    CAUSE_HANDSHAKE,    /* an opening handshake beyond the ceiling */
    CAUSE_UNSPOKEN,     /* no sub-protocol on offer that the service speaks */
    CAUSES
};

#endif
