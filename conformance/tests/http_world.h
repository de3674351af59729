/* An HTTP server for tests, a request at a time. */
#ifndef TESTS_HTTP_WORLD_H
#define TESTS_HTTP_WORLD_H

#include "net_world.h"

static inline size_t content_length(const char *head)
{
    char value[32];

    header_of(head, "Content-Length: ", value, sizeof(value));
    return strtoul(value, NULL, 10);
}

/* The request as a string: head and body. */
static inline bool read_request(int fd, char request[REQUEST_SIZE])
{
    read_head(fd, request);
    const char *end = strstr(request, "\r\n\r\n");
    if (end == NULL)
        return false;
    size_t length = strlen(request);
    size_t whole = (size_t)(end + 4 - request) + content_length(request);
    while (length < whole && whole < REQUEST_SIZE) {
        ssize_t count = read(fd, request + length, whole - length);
        if (count <= 0)
            return false;
        length += (size_t)count;
        request[length] = 0;
    }
    return true;
}

static inline void answer_with(int fd, const char *status, const char *body)
{
    char head[256];

    snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n",
             status, strlen(body));
    write_all(fd, head, strlen(head));
    write_all(fd, body, strlen(body));
}

#endif
