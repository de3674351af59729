/* Bytes that grow, up to a ceiling. Reaching it is an ordinary fault. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/bytes.h"
#include "base/fault.h"

struct buffer {
    unsigned char *at; /* one NUL stands behind the last byte */
    size_t length;
    size_t room;
    size_t limit;
};

void buffer_init(struct buffer *buffer, size_t limit); /* pair: deinit */
void buffer_deinit(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */

/* FAULT_LIMIT or FAULT_MEMORY leave the buffer as it was. */
enum fault buffer_add(struct buffer *buffer, const void *from, size_t length);
enum fault buffer_add_string(struct buffer *buffer, const char *string);
enum fault buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Drops `length` bytes at the front. */
void buffer_consume(struct buffer *buffer, size_t length);

/* Until the next change. */
struct bytes buffer_view(const struct buffer *buffer);
/* The content as a string, never NULL, until the next change. */
const char *buffer_string(const struct buffer *buffer);
/* The content as a string of its own; free() it. The buffer is empty then. */
char *buffer_take(struct buffer *buffer);

#endif
