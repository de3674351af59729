/* Bytes that grow, up to a ceiling. */
#include "base/buffer.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buffer_init(struct buffer *buffer, size_t limit)
{
    memset(buffer, 0, sizeof(*buffer));
    buffer->limit = limit;
}

void buffer_deinit(struct buffer *buffer)
{
    free(buffer->at);
    buffer_init(buffer, buffer->limit);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->at != NULL)
        buffer->at[0] = 0;
}

static enum fault make_room(struct buffer *buffer, size_t more)
{
    if (more > buffer->limit || buffer->length > buffer->limit - more)
        return FAULT_LIMIT;

    size_t need = buffer->length + more + 1;
    if (need <= buffer->room)
        return FAULT_NONE;

    size_t room = buffer->room == 0 ? 64 : buffer->room;
    while (room < need)
        room *= 2;

    unsigned char *at = realloc(buffer->at, room);
    if (at == NULL)
        return FAULT_MEMORY;
    buffer->at = at;
    buffer->room = room;
    return FAULT_NONE;
}

enum fault buffer_add(struct buffer *buffer, const void *from, size_t length)
{
    enum fault fault = make_room(buffer, length);

    if (fault != FAULT_NONE)
        return fault;
    if (length > 0)
        memcpy(buffer->at + buffer->length, from, length);
    buffer->length += length;
    buffer->at[buffer->length] = 0;
    return FAULT_NONE;
}

enum fault buffer_add_string(struct buffer *buffer, const char *string)
{
    return buffer_add(buffer, string, strlen(string));
}

enum fault buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return FAULT_SYSTEM;

    enum fault fault = make_room(buffer, (size_t)length);
    if (fault != FAULT_NONE)
        return fault;
    va_start(arguments, format);
    vsnprintf((char *)buffer->at + buffer->length, (size_t)length + 1, format,
              arguments);
    va_end(arguments);
    buffer->length += (size_t)length;
    return FAULT_NONE;
}

void buffer_consume(struct buffer *buffer, size_t length)
{
    if (length >= buffer->length) {
        buffer_clear(buffer);
        return;
    }
    buffer->length -= length;
    memmove(buffer->at, buffer->at + length, buffer->length + 1);
}

struct bytes buffer_view(const struct buffer *buffer)
{
    return bytes_of(buffer->at, buffer->length);
}

const char *buffer_string(const struct buffer *buffer)
{
    return buffer->at == NULL ? "" : (const char *)buffer->at;
}

char *buffer_take(struct buffer *buffer)
{
    char *string = (char *)buffer->at;

    if (string == NULL)
        string = calloc(1, 1);
    buffer->at = NULL;
    buffer->length = 0;
    buffer->room = 0;
    return string;
}
