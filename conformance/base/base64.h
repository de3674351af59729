/* Base64 with its padding (RFC 4648 4). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buffer.h"
#include <stdbool.h>

bool is_base64(const char *text);
/* Appends what `text`, which is_base64, stands for. FAULT_LIMIT, FAULT_MEMORY.
 */
enum fault base64_decode(const char *text, struct buffer *into);
enum fault base64_encode(struct bytes bytes, struct buffer *into);

#endif
