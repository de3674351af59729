/* Waits for the nodes of the reference. */
#include "run/nodes.h"
#include "base/clock.h"
#include "net/http.h"
#include <poll.h>
#include <stdio.h>

enum { LOOK_MS = 5, ANSWER_MAX = 1024 * 1024 };

/* A node that has lost its store, or has yet to find it, shows nothing. */
static bool shows_its_state(void *curl, const struct server *server,
                            const char *token, int left_ms)
{
    const char *headers[2] = { NULL, NULL };
    char url[320], bearer[96];
    struct hook hook = { .method = "GET", .url = url, .headers = headers };
    const struct pair none = { NULL, NULL };
    struct buffer answer;

    snprintf(url, sizeof(url), "%s/inspect?since=0", server->control);
    snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", token);
    headers[0] = bearer;
    buffer_init(&answer, ANSWER_MAX);
    struct http_terms terms = { .answer_ms = left_ms };
    enum fault fault = http_call(curl, &hook, &none, &terms, &answer);
    buffer_deinit(&answer);
    return fault == FAULT_NONE;
}

static enum fault await_one(void *curl, const struct server *server,
                            const char *token, int64_t until_ms)
{
    int64_t left_ms;

    while ((left_ms = until_ms - clock_monotonic_ms()) > 0) {
        if (shows_its_state(curl, server, token, (int)left_ms))
            return FAULT_NONE;
        poll(NULL, 0, LOOK_MS);
    }
    return fault_say(FAULT_TIMEOUT, "%s has not found its store", server->name);
}

enum fault nodes_await(const struct target *target, const char *token,
                       int deadline_ms)
{
    int64_t until_ms = clock_monotonic_ms() + deadline_ms;
    void *curl = http_new();
    enum fault fault = curl == NULL ? FAULT_MEMORY : FAULT_NONE;

    if (fault == FAULT_NONE)
        fault = await_one(curl, &target->servers[0], token, until_ms);
    for (size_t i = target->node_start;
         i < target->server_count && fault == FAULT_NONE; i++)
        fault = await_one(curl, &target->servers[i], token, until_ms);
    http_free(curl);
    return fault;
}
