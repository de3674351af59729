/* HTTP header fields and the lists in them (RFC 9110 5), as borrowed bytes. */
#ifndef NET_FIELD_H
#define NET_FIELD_H

#include "base/bytes.h"
#include <stdbool.h>

/* The next line of *from, without its CR LF. False when none is left. */
bool line_next(struct bytes *from, struct bytes *line);

/* "Name: value" in its two halves, blanks around the value off. False where it
 * is no field: no colon, a blank in the name, a folded line. */
bool field_split(struct bytes line, struct bytes *name, struct bytes *value);

/* The next non-empty item of a comma-separated list, blanks around it off. */
bool list_next(struct bytes *from, struct bytes *item);

/* Up to the first ';', blanks behind off. */
struct bytes before_parameters(struct bytes item);

/* The next parameter of an item, which is shortened: what stands between one
 * ';' and the next, blanks around it off. */
bool parameter_next(struct bytes *item, struct bytes *parameter);

/* Whether the list (NULL: empty) holds exactly this name; parameters do not
 * count, case does. */
bool list_has(const char *list, struct bytes name);

/* Equal but for the case of ASCII letters. */
bool bytes_are(struct bytes bytes, const char *text);

#endif
