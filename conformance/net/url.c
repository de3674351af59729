/* WebSocket URLs: a strict reader for the few forms that a target may have. */
#include "net/url.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

static const struct {
    const char *prefix;
    enum url_scheme scheme;
    unsigned short port;
} schemes[] = {
    { "ws://", URL_WS, 80 },
    { "wss://", URL_WSS, 443 },
    { "ws+unix://", URL_UNIX, 0 },
};

static enum fault wrong(const char *text, const char *why)
{
    return fault_say(FAULT_MANIFEST, "URL \"%.200s\": %s", text, why);
}

/* False when it does not fit. */
static bool keep(char *into, size_t size, const char *from, size_t length)
{
    if (length >= size)
        return false;
    memcpy(into, from, length);
    into[length] = 0;
    return true;
}

/* Only what may stand in a URL as it is: visible ASCII, no fragment. */
static const char *forbidden_byte(const char *text)
{
    for (const char *at = text; *at != 0; at++) {
        if (*at == '#')
            return "a fragment, which a WebSocket URL must not have "
                   "(RFC 6455 3)";
        if (!isgraph((unsigned char)*at) || *at == '"' || *at == '\\')
            return "a byte that must be percent-encoded";
    }
    return NULL;
}

static enum fault read_target(const char *text, const char *at,
                              struct url *into)
{
    const char *query = strchr(at, '?');
    size_t length = query == NULL ? strlen(at) : (size_t)(query - at);

    if (length == 0)
        keep(into->path, sizeof(into->path), "/", 1);
    else if (!keep(into->path, sizeof(into->path), at, length))
        return wrong(text, "its path is longer than 1023 bytes");
    if (query == NULL)
        query = "?";
    if (!keep(into->query, sizeof(into->query), query + 1, strlen(query + 1)))
        return wrong(text, "its query is longer than 1023 bytes");
    return FAULT_NONE;
}

static bool is_host_name(const char *host)
{
    for (; *host != 0; host++) {
        if (!isalnum((unsigned char)*host) && strchr("-._", *host) == NULL)
            return false;
    }
    return true;
}

/* "[::1]" up to the bracket, or a name up to the colon. NULL: wrong. */
static const char *read_host(const char *at, const char *end, struct url *into)
{
    struct in6_addr ignored;
    const char *stop;

    into->is_ipv6 = *at == '[';
    if (into->is_ipv6) {
        stop = memchr(at, ']', (size_t)(end - at));
        if (stop == NULL || !keep(into->host, sizeof(into->host), at + 1,
                                  (size_t)(stop - at - 1)))
            return NULL;
        return inet_pton(AF_INET6, into->host, &ignored) == 1 ? stop + 1 : NULL;
    }
    stop = memchr(at, ':', (size_t)(end - at));
    if (stop == NULL)
        stop = end;
    if (stop == at ||
        !keep(into->host, sizeof(into->host), at, (size_t)(stop - at)))
        return NULL;
    return is_host_name(into->host) ? stop : NULL;
}

/* ":8000"; nothing keeps the scheme's port. */
static bool read_port(const char *at, const char *end, struct url *into)
{
    unsigned long port = 0;

    if (at == end)
        return true;
    if (*at != ':' || end - at < 2 || end - at > 6)
        return false;
    for (at++; at < end; at++) {
        if (!isdigit((unsigned char)*at))
            return false;
        port = port * 10 + (unsigned long)(*at - '0');
    }
    into->port = (unsigned short)port;
    return port >= 1 && port <= 65535;
}

static enum fault read_authority(const char *text, const char *at,
                                 struct url *into)
{
    const char *end = at + strcspn(at, "/?");
    const char *port;

    if (memchr(at, '@', (size_t)(end - at)) != NULL)
        return wrong(text, "a user name, which a WebSocket URL has no use for");
    port = read_host(at, end, into);
    if (port == NULL)
        return wrong(text, "expected a host name, an IPv4 address or an IPv6 "
                           "address in brackets");
    if (!read_port(port, end, into))
        return wrong(text, "expected a port from 1 to 65535");
    if (*end == '?')
        return wrong(text, "expected '/' before the query");
    return read_target(text, end, into);
}

static enum fault read_unix(const char *text, const char *at, struct url *into)
{
    size_t length = strcspn(at, ":");

    if (*at != '/')
        return wrong(text, "expected an absolute socket path, "
                           "ws+unix:///path/to.sock:/ws");
    if (!keep(into->socket_path, sizeof(into->socket_path), at, length))
        return wrong(text, "its socket path is longer than 107 bytes");
    at += length + (at[length] == ':');
    if (*at != 0 && *at != '/')
        return wrong(text, "expected '/' behind the socket path's colon");
    return read_target(text, at, into);
}

enum fault url_parse(const char *text, struct url *into)
{
    const char *forbidden = forbidden_byte(text);

    memset(into, 0, sizeof(*into));
    if (forbidden != NULL)
        return wrong(text, forbidden);
    for (size_t i = 0; i < COUNT(schemes); i++) {
        size_t length = strlen(schemes[i].prefix);
        if (strncasecmp(text, schemes[i].prefix, length) != 0)
            continue;
        into->scheme = schemes[i].scheme;
        into->port = schemes[i].port;
        return into->scheme == URL_UNIX
                   ? read_unix(text, text + length, into)
                   : read_authority(text, text + length, into);
    }
    return wrong(text, "expected ws://, wss:// or ws+unix://");
}

enum fault url_write_host(const struct url *url, struct buffer *into)
{
    enum fault fault;

    if (url->scheme == URL_UNIX)
        return buffer_add_string(into, "localhost");
    fault = buffer_printf(into, url->is_ipv6 ? "[%s]" : "%s", url->host);
    if (fault != FAULT_NONE || url->port == schemes[url->scheme].port)
        return fault;
    return buffer_printf(into, ":%u", url->port);
}
