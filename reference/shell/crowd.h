/* How many connections of each address wait at the door: TCP is there, and no
 * upgrade yet. The core counts those behind it. */
#ifndef SHELL_CROWD_H
#define SHELL_CROWD_H

#include "core/core.h"
#include <stdbool.h>
#include <stddef.h>

enum { CROWD_BUCKETS = 4096, HOST_SIZE = PEER_BYTES_MAX + 1 };

struct crowd_entry;

/* All zero is an empty one. An entry is kept only while it counts something,
 * so that there are never more of them than connections. */
struct crowd {
    struct crowd_entry *buckets[CROWD_BUCKETS];
    unsigned max;       /* of one address; 0: unbounded */
    const char *exempt; /* an address that speaks for many; NULL: none */
};

/* The address of a peer, without its port; all unix sockets are "unix". */
void host_of(const char *peer, char into[HOST_SIZE]);

/* May one more of this host come to the door? */
bool crowd_has_room(const struct crowd *crowd, const char *host);

/* Counts one more; false without memory. */
bool crowd_enter(struct crowd *crowd, const char *host);
void crowd_leave(struct crowd *crowd, const char *host);

#endif
