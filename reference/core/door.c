/* What is decided before a stranger is let through the upgrade: its origin, and
 * how many there may be. */
#include "core/secure.h"
#include "core/state.h"
#include <strings.h>

bool header_is(const struct header *header, const char *name)
{
    return header->name.length == strlen(name) &&
           strncasecmp(header->name.at, name, header->name.length) == 0;
}

/* RFC 6454 7.3: compared byte by byte with what is listed, whole. A client that
 * sends none is no browser; that proves nothing, and refuses nothing. */
bool secure_origin_is_allowed(const struct settings *settings,
                              const struct request *request)
{
    const struct header *origin = NULL;

    if (settings->origins == NULL)
        return true;
    for (size_t i = 0; i < request->header_count; i++) {
        if (!header_is(&request->headers[i], "Origin"))
            continue;
        if (origin != NULL)
            return false;
        origin = &request->headers[i];
    }
    if (origin == NULL)
        return true;
    for (const char *const *at = settings->origins; *at != NULL; at++)
        if (text_is(origin->value, *at))
            return true;
    return false;
}

bool secure_is_full(const struct core *core)
{
    return core->connection_count >= core->settings.connections_max;
}

static bool is_lower_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* RFC 9562 4, in lower case: one spelling for one id. */
bool secure_is_uuid(struct text text)
{
    if (text.length != UUID_CHARS)
        return false;
    for (size_t i = 0; i < UUID_CHARS; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? text.at[i] != '-' : !is_lower_hex(text.at[i]))
            return false;
    }
    return true;
}

/* Its token would stand on the wire for whoever listens: 403, whatever it is.
 */
bool secure_serves_in_the_clear(const struct core *core)
{
    (void)core;
    return false;
}

bool core_serves_in_the_clear(const struct core *core)
{
    return core->policy.serves_in_the_clear(core);
}

bool secure_reads_head_of(const struct core *core, size_t bytes)
{
    (void)core;
    return bytes <= HEAD_BYTES_MAX;
}

bool core_reads_head_of(const struct core *core, size_t bytes)
{
    return core->policy.reads_head_of(core, bytes);
}
