/* A client's handshake, as a line to the child. */
#ifndef PIPE_OPENING_H
#define PIPE_OPENING_H

#include "pipe/internal.h"

/* FAULT_ABSENT: no such instance or node. */
enum fault pipe_open(struct implementation *one, unsigned socket,
                     const struct opening *opening);

#endif
