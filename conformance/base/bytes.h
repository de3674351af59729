/* Bytes that somebody else owns: a pointer and a length. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <string.h>

struct bytes {
    const unsigned char *at;
    size_t length;
};

static inline struct bytes bytes_of(const void *at, size_t length)
{
    struct bytes bytes = { at, length };

    return bytes;
}

static inline struct bytes bytes_of_string(const char *string)
{
    return bytes_of(string, string == NULL ? 0 : strlen(string));
}

#define COUNT(array) (sizeof(array) / sizeof(0 [array]))

#endif
