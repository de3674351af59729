/* The query of a request, read as a WHATWG form would be, except that '+' is
 * itself: a credential has no spaces to hide. */
#include "core/secure.h"

bool query_next(struct text *query, struct parameter *parameter)
{
    if (query->length == 0)
        return false;
    const char *end = query->at + query->length;
    const char *stop = memchr(query->at, '&', query->length);
    if (stop == NULL)
        stop = end;
    const char *equals = memchr(query->at, '=', (size_t)(stop - query->at));

    parameter->has_value = equals != NULL;
    if (equals == NULL)
        equals = stop;
    parameter->name = (struct text){ query->at, (size_t)(equals - query->at) };
    parameter->value = (struct text){ stop, 0 };
    if (parameter->has_value)
        parameter->value =
            (struct text){ equals + 1, (size_t)(stop - equals - 1) };
    query->at = stop == end ? end : stop + 1;
    query->length = (size_t)(end - query->at);
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "%XX" stands for, or -1. */
static int escaped_byte(struct text at)
{
    if (at.length < 3 || at.at[0] != '%' || hex_digit(at.at[1]) < 0 ||
        hex_digit(at.at[2]) < 0)
        return -1;
    return hex_digit(at.at[1]) * 16 + hex_digit(at.at[2]);
}

size_t percent_decode(struct text from, char *into, size_t size)
{
    size_t length = 0;

    while (from.length > 0) {
        int byte = escaped_byte(from);
        size_t step = byte < 0 ? 1 : 3;
        if (length < size)
            into[length] = byte < 0 ? from.at[0] : (char)byte;
        length++;
        from.at += step;
        from.length -= step;
    }
    return length;
}
