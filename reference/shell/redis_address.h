/* Where a Redis is, and what our keys in it begin with. */
#ifndef SHELL_REDIS_ADDRESS_H
#define SHELL_REDIS_ADDRESS_H

#include <stdbool.h>

enum { REDIS_HOST_MAX = 255, REDIS_NAMESPACE_MAX = 64 };

struct redis_address {
    char host[REDIS_HOST_MAX + 1]; /* or a path, where the port is 0 */
    int port;
    char name[REDIS_NAMESPACE_MAX + 1]; /* "wsconform" unless another is said */
};

/* redis://HOST:PORT[/NAMESPACE] or redis+unix://PATH[?NAMESPACE]; a namespace
 * is of letters, digits, '-', '_' and '.'. */
bool redis_address_read(struct redis_address *address, const char *url);

#endif
