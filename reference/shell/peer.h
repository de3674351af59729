/* What a connection's other end is called in the log, in the pool and in the
 * audit trail. */
#ifndef SHELL_PEER_H
#define SHELL_PEER_H

#include "core/core.h"

/* Names the peer of this connected socket: "127.0.0.1:50123", "[::1]:50123",
 * "unix:NAME" by the name that the client bound its socket to ('@' stands for
 * the NUL of an abstract one), and "unix:#N" when it bound none. A character
 * that could disturb a log becomes '?'. */
void peer_name(int socket, uint64_t number, char into[PEER_BYTES_MAX + 1]);

#endif
