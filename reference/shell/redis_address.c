#include "shell/redis_address.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_name(const char *name)
{
    return strlen(name) <= REDIS_NAMESPACE_MAX &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                             "XYZ0123456789-_.")] == 0;
}

/* HOST:PORT[/NAMESPACE] */
static bool read_tcp(struct redis_address *address, const char *text,
                     const char **name)
{
    const char *colon = strrchr(text, ':');
    char *end;
    long port;

    if (colon == NULL || colon == text || colon - text > REDIS_HOST_MAX)
        return false;
    port = strtol(colon + 1, &end, 10);
    if (end == colon + 1 || port < 1 || port > 65535 ||
        (*end != '/' && *end != 0))
        return false;
    memcpy(address->host, text, (size_t)(colon - text));
    address->port = (int)port;
    *name = *end == 0 ? "" : end + 1;
    return true;
}

/* PATH[?NAMESPACE] */
static bool read_path(struct redis_address *address, const char *text,
                      const char **name)
{
    size_t length = strcspn(text, "?");

    if (length == 0 || length > REDIS_HOST_MAX)
        return false;
    memcpy(address->host, text, length);
    *name = text[length] == 0 ? "" : text + length + 1;
    return true;
}

static bool read_url(struct redis_address *address, const char *url,
                     const char **name)
{
    static const char tcp[] = "redis://";
    static const char local[] = "redis+unix://";

    if (strncmp(url, tcp, strlen(tcp)) == 0)
        return read_tcp(address, url + strlen(tcp), name);
    return strncmp(url, local, strlen(local)) == 0 &&
           read_path(address, url + strlen(local), name);
}

bool redis_address_read(struct redis_address *address, const char *url)
{
    const char *name = "";

    *address = (struct redis_address){ .port = 0 };
    if (!read_url(address, url, &name) || !is_name(name))
        return false;
    snprintf(address->name, sizeof(address->name), "%s",
             name[0] == 0 ? "wsconform" : name);
    return true;
}
