/* One line of the child, read strictly: what stands here fits PROTOCOL.md, or
 * there is nothing. */
#ifndef PIPE_SAYING_H
#define PIPE_SAYING_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>

struct cJSON;

enum {
    SAYING_BYTES_MAX = 8 * 1024 * 1024, /* of one line */
    SAYING_NODES_MAX = 8,
};

enum saying_member {
#define MEMBER(id, name, kind) HAS_##id,
#define SAYS(id, name, must, may)
#include "pipe/shapes.def"
#undef MEMBER
#undef SAYS
    SAYING_MEMBERS
};

enum saying_kind {
#define MEMBER(id, name, kind)
#define SAYS(id, name, must, may) SAYS_##id,
#include "pipe/shapes.def"
#undef MEMBER
#undef SAYS
    SAYING_KINDS
};

struct saying {
    enum saying_kind kind;
    struct cJSON *tree;
    const struct cJSON *members[SAYING_MEMBERS]; /* in the tree; or NULL */
};

/* A line without its '\n'. FAULT_PROTOCOL with a reason, which quotes what is
 * wrong and says what is due; FAULT_MEMORY. saying_deinit it in any case. */
enum fault saying_read(struct saying *saying, struct bytes line);
void saying_deinit(struct saying *saying); /* all zero is fine */

const char *saying_name(enum saying_kind kind); /* "settled" */
bool saying_has(const struct saying *saying, enum saying_member member);
/* NULL, 0 and false where it is absent. */
const char *saying_text(const struct saying *saying, enum saying_member member);
int64_t saying_number(const struct saying *saying, enum saying_member member);
bool saying_flag(const struct saying *saying, enum saying_member member);
/* Appends `data`, or what `base64` stands for. FAULT_MEMORY. */
enum fault saying_content(const struct saying *saying, struct buffer *into);
/* Of `hello`: what it offers (a set of enum need), what of the wire it does
 * itself (a set of enum wire). */
uint64_t saying_offers(const struct saying *saying);
unsigned saying_wire(const struct saying *saying);

enum wire {
    WIRE_END = 1 << 0,
    WIRE_PING = 1 << 1,
    WIRE_PARTS = 1 << 2,
    WIRE_RAW = 1 << 3,
    WIRE_DEAF = 1 << 4,
    WIRE_DEFLATE = 1 << 5,
    WIRE_VIOLATION = 1 << 6,
};

#endif
