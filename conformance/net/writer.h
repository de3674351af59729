/* Writes frames, and miswrites them: it sends whatever a struct frame says.
 * What is right is the caller's business; the zero value is. */
#ifndef NET_WRITER_H
#define NET_WRITER_H

#include "base/buffer.h"
#include "net/frame.h"
#include "net/generator.h"

/* Appends the frame, masked with a key of the generator's unless it says
 * otherwise. FAULT_LIMIT or FAULT_MEMORY leave `into` as it was. */
enum fault frame_write(const struct frame *frame, struct generator *generator,
                       struct buffer *into);

/* Appends a message as fragments of at most `piece` bytes (at least 1), the
 * last one final. Faults as above, perhaps after some fragments. */
enum fault message_write(enum opcode opcode, struct bytes payload, size_t piece,
                         struct generator *generator, struct buffer *into);

/* Appends a Close with this code (0: without any payload) and reason. Nothing
 * is checked: a code of 1005 or a reason of a kilobyte is sent as it is. */
enum fault close_write(int code, struct bytes reason,
                       struct generator *generator, struct buffer *into);

#endif
