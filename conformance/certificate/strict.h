/* JSON that is signed, or that signatures stand in: it means one thing to every
 * reader, or it is refused. */
#ifndef CERTIFICATE_STRICT_H
#define CERTIFICATE_STRICT_H

#include "base/buffer.h"
#include <stdbool.h>

struct cJSON;

/* One object of RFC 8259 from the first byte to the last, with no name twice
 * in any object. cJSON_Delete it. NULL with a sentence that begins with `what`.
 */
struct cJSON *strict_object(const char *what, struct bytes text);

/* Lines of such objects, and nothing else. FAULT_PROTOCOL with a sentence. */
enum fault strict_lines(const char *what, struct bytes text);

/* Has the object these members alone? Which of them have to be there is for
 * the caller to see. */
bool strict_members(const struct cJSON *object, const char *const names[],
                    size_t count);

#endif
