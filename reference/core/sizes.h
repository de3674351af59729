/* What bounds the content of a message, beside the transport's own cap. */
#ifndef CORE_SIZES_H
#define CORE_SIZES_H

#include "core/state.h"

enum { TYPE_BYTES = 32 }; /* of a message's type, with NUL */

const char *size_kind_name(enum size_kind kind); /* "array" */

/* Measures it; false with an objection that names kind, size and limit, and
 * nothing of the message. */
bool message_fits(struct core *core, struct connection *connection,
                  struct text message, struct objection *objection);

/* Logs a member's message that the transport reads no further. */
void note_overlong(struct core *core, const struct connection *connection,
                   bool is_text, uint64_t size);

/* The type that the message names at its root, as it stands there, whether or
 * not it is JSON; "" for none, and for one that is longer. */
void message_type(struct text message, char into[TYPE_BYTES]);

#endif
