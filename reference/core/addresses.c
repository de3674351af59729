/* What is counted of an address: attempts in a window, strangers at a time. The
 * cleanup starts with the first entry, and goes on while one is left. */
#include "core/secure.h"
#include "core/state.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { CLEANUP_MS_MIN = 100, CLEANUPS_PER_WINDOW = 50 };

/* --- Whose attempt it is -------------------------------------------------- */

/* Without the port; a unix socket has no address but the kind of it. IPv6
 * stands in brackets where a port stands behind it. */
static void copy_host(const char *peer, char into[PEER_BYTES_MAX + 1])
{
    const char *colon = strrchr(peer, ':');
    size_t length = strlen(peer);

    if (strncmp(peer, "unix:", 5) == 0)
        length = strlen("unix");
    else if (colon != NULL && (strchr(peer, ':') == colon || colon[-1] == ']'))
        length = (size_t)(colon - peer);
    snprintf(into, PEER_BYTES_MAX + 1, "%.*s", (int)length, peer);
}

/* The right-most entry of the list: the one that the proxy itself has added. */
static bool copy_forwarded(const struct request *request,
                           char into[PEER_BYTES_MAX + 1])
{
    struct text value = { NULL, 0 };
    const char *at;

    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];
        if (header->name.length == strlen("X-Forwarded-For") &&
            strncasecmp(header->name.at, "X-Forwarded-For",
                        header->name.length) == 0)
            value = header->value;
    }
    at = value.length == 0 ? NULL : memrchr(value.at, ',', value.length);
    if (at != NULL) {
        value.length -= (size_t)(at + 1 - value.at);
        value.at = at + 1;
    }
    while (value.length > 0 && (*value.at == ' ' || *value.at == '\t'))
        value.at++, value.length--;
    while (value.length > 0 && (value.at[value.length - 1] == ' ' ||
                                value.at[value.length - 1] == '\t'))
        value.length--;
    if (value.length == 0 || value.length > PEER_BYTES_MAX)
        return false;
    snprintf(into, PEER_BYTES_MAX + 1, "%.*s", (int)value.length, value.at);
    return true;
}

static bool is_address(const char *text)
{
    return text[strspn(text, "0123456789abcdefABCDEF.:[]")] == 0;
}

/* As the proxy tells it, with a port or without; false: nobody is believed. */
static bool copy_told(const struct settings *settings,
                      const struct request *request,
                      char into[PEER_BYTES_MAX + 1])
{
    char host[PEER_BYTES_MAX + 1];

    copy_host(request->peer, host);
    return settings->trusted_proxy != NULL &&
           strcmp(host, settings->trusted_proxy) == 0 &&
           copy_forwarded(request, into);
}

void secure_address_of(const struct settings *settings,
                       const struct request *request,
                       char into[PEER_BYTES_MAX + 1])
{
    char told[PEER_BYTES_MAX + 1];

    copy_host(copy_told(settings, request, told) ? told : request->peer, into);
}

void peer_of(const struct settings *settings, const struct request *request,
             char into[PEER_BYTES_MAX + 1])
{
    if (!copy_told(settings, request, into) || !is_address(into))
        copy_text(into, PEER_BYTES_MAX + 1, request->peer);
}

/* --- Attempts ------------------------------------------------------------- */

bool secure_window_has_passed(int64_t since_ms, int64_t now_ms, int window_ms)
{
    return now_ms - since_ms >= window_ms || now_ms < since_ms;
}

/* Counted before it is looked at. One that cannot be counted is refused. */
bool secure_may_attempt(struct core *core, const char *address)
{
    unsigned max = core->settings.attempts_max;
    int64_t now_ms = core->port.now_ms(core->port.self);
    struct count *count;

    if (max == 0)
        return true;
    count = count_make(&core->addresses, address);
    if (count == NULL)
        return false;
    if (count->attempts == 0 ||
        core->policy.window_has_passed(count->since_ms, now_ms,
                                       core->settings.window_ms)) {
        count->attempts = 0;
        count->since_ms = now_ms;
    }
    core->policy.plan_cleanup(core);
    if (count->attempts >= max)
        return false;
    count->attempts++;
    return true;
}

/* --- Strangers ------------------------------------------------------------ */

bool secure_may_wait(const struct core *core, const char *address)
{
    const struct count *count = count_find(&core->addresses, address);

    return core->settings.strangers_max == 0 || count == NULL ||
           count->held < core->settings.strangers_max;
}

bool stranger_count(struct core *core, struct connection *stranger)
{
    struct count *count;

    if (core->settings.strangers_max == 0)
        return true;
    count = count_make(&core->addresses, stranger->address);
    if (count == NULL)
        return false;
    count->held++;
    stranger->is_counted = true;
    core->policy.plan_cleanup(core);
    return true;
}

void stranger_uncount(struct core *core, struct connection *stranger)
{
    struct count *count = count_find(&core->addresses, stranger->address);

    if (!stranger->is_counted)
        return;
    stranger->is_counted = false;
    if (count == NULL)
        return;
    count->held--;
    if (count->held == 0 && count->attempts == 0)
        count_remove(&core->addresses, count->key);
}

/* --- Cleanup -------------------------------------------------------------- */

void secure_plan_cleanup(struct core *core)
{
    if (core->cleanup_ms != INT64_MAX ||
        core->users.entries + core->addresses.entries == 0)
        return;
    int pause_ms = core->settings.window_ms / CLEANUPS_PER_WINDOW;

    core->cleanup_ms = core->port.now_ms(core->port.self) +
                       (pause_ms > CLEANUP_MS_MIN ? pause_ms : CLEANUP_MS_MIN);
}

static bool is_stale(const struct count *count, const void *context)
{
    const struct core *core = context;
    int64_t now_ms = core->port.now_ms(core->port.self);

    return count->held == 0 &&
           core->policy.window_has_passed(count->since_ms, now_ms,
                                          core->settings.window_ms);
}

void secure_clean_up(struct core *core)
{
    counts_forget(&core->addresses, is_stale, core);
    counts_forget(&core->users, is_stale, core);
    core->policy.plan_cleanup(core);
}
