/* Why a connection is refused, or ended, and how that is told. */
#ifndef CORE_REFUSALS_H
#define CORE_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

enum refusal_cause {
    REFUSED_MISSING,
    REFUSED_INVALID,
    REFUSED_EXPIRED_LIVE,
    REFUSED_REVOKED_LIVE,
    REFUSED_TIMEOUT,
    REFUSED_UNEXPECTED,
    REFUSED_UNREADABLE,
    REFUSED_FORBIDDEN,
    REFUSED_MALFORMED,
    REFUSED_ROLE,
    REFUSED_NO_IDENTITY,
    REFUSED_WITHDRAWN,
    REFUSED_SESSION,
    REFUSED_LOGOUT,
    REFUSED_ORIGIN,
    REFUSED_SUBPROTOCOL,
    REFUSED_PER_USER,
    REFUSED_ATTEMPTS,
    REFUSED_STRANGERS,
    REFUSED_FULL,
    REFUSED_TOO_BIG,
    REFUSED_UNAVAILABLE,
    REFUSAL_CAUSES
};

struct refusal {
    uint16_t code;      /* 0: a Close frame without a code */
    const char *reason; /* at most 123 bytes of UTF-8 */
    bool tells;         /* an auth_error message comes first */
};

#endif
