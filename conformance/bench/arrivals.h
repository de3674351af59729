/* How messages came to a peer; part of internal.h. */
#ifndef BENCH_ARRIVALS_H
#define BENCH_ARRIVALS_H

#include "base/buffer.h"
#include <stdbool.h>

/* How a data message came, by where it stands in `heard`. */
enum { ARRIVALS_MAX = 64 };
struct arrival {
    size_t offset;
    size_t length;
    size_t wire;
    bool compressed;
};

/* The latest binary message, and what stood in front of it. */
struct parcel {
    unsigned count;      /* of binary messages */
    struct buffer bytes; /* of the latest */
    size_t head;         /* where in `heard` the text before it stands */
    bool is_fresh;       /* nothing has come behind the text at `next_head` */
    bool was_fresh;      /* … when the binary message came */
    size_t next_head;
};

#endif
