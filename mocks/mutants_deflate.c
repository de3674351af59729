/* Mutants of `rooms`: compressed messages. */
#include "mutants.h"
#include "mutants_common.h"

bool compresses_for_everybody(bool agreed, size_t length)
{
    (void)agreed;
    return secure_compresses(true, length);
}

bool compresses_nothing(bool agreed, size_t length)
{
    (void)agreed, (void)length;
    return false;
}

bool compresses_whatever_is_small(bool agreed, size_t length)
{
    return agreed && length >= 1024;
}

bool agrees_to_no_compression(const struct core *core)
{
    (void)core;
    return false;
}

/* The library asks for a limit of what comes; of what becomes of it, it never
 * asked. */
size_t measures_messages_before_they_inflate(
    const struct core *core, const struct connection *connection, bool is_text)
{
    (void)core, (void)connection, (void)is_text;
    return 64 * 1024 * 1024;
}
