/* Messages that are bytes on the wire, in layouts that a manifest names: an
 * object of parts in their order, for each type of message.
 *
 *     layouts  "publish": [{ "hex": "00 02" }, { "sized": "text" }]
 *     message  {"type":"publish","text":"hi"}
 *     frame    00 02 02 68 69
 *
 *     hex       these bytes
 *     leb128    a whole number up to 2^53 - 1, seven bits a byte, the lowest
 *               first (LEB128, unsigned, without needless bytes)
 *     sized     a text in UTF-8, behind its length in bytes, in LEB128
 *     rest      a text up to the end
 *     inside    parts, behind the length in bytes of them all, in LEB128
 *
 * Each but hex and inside names the member that it is. What a message says
 * makes its frame again, byte for byte; but what stands in numbers and in hex
 * is no text of it any more, so who watches for texts looks at both. */
#ifndef BENCH_LAYOUT_H
#define BENCH_LAYOUT_H

#include "base/buffer.h"

struct cJSON;

enum { LAYOUT_DEPTH_MAX = 4, LAYOUT_FRAME_MAX = 16 * 1024 * 1024 };

/* The frame as the message that it is by the first layout which holds all of
 * it; NULL: by none, or there is no memory. cJSON_Delete it. A text with a NUL
 * in it is none. */
struct cJSON *layout_read(const struct cJSON *layouts, struct bytes frame);

/* The parts of the message's type; NULL: it is laid out by none. */
const struct cJSON *layout_of(const struct cJSON *layouts,
                              const struct cJSON *message);

/* Appends the frame. FAULT_PROTOCOL, with the reason said: a member that the
 * layout has is not in the message, or no text or number as it wants it, or the
 * message has one that the layout lacks. FAULT_LIMIT, FAULT_MEMORY. */
enum fault layout_write(const struct cJSON *layouts,
                        const struct cJSON *message, struct buffer *into);

#endif
