/* Opens a socket at the child: all that a server learns of a client before the
 * first message. */
#include "pipe/opening.h"
#include "manifest/manifest.h"
#include "net/url.h"
#include "spec.h"
#include <stdio.h>

/* What the manifest's URL says, or what is usual. */
struct place {
    char path[1024];
    char query[1024]; /* "": none */
    char host[300];
};

static const char *usual_path(unsigned profile)
{
    return profile == FACTORY ? "/factory"
           : profile == ROOMS ? "/rooms"
                              : "/ws";
}

static void find_place(const struct manifest *manifest, const char *wanted,
                       struct place *place)
{
    struct buffer host;
    struct url url;

    snprintf(place->host, sizeof(place->host), "127.0.0.1");
    place->query[0] = 0;
    snprintf(place->path, sizeof(place->path), "%s",
             usual_path(manifest->profile));
    if (wanted == NULL || url_parse(wanted, &url) != FAULT_NONE)
        return;
    memcpy(place->path, url.path, sizeof(place->path));
    memcpy(place->query, url.query, sizeof(place->query));
    buffer_init(&host, sizeof(place->host) - 1);
    if (url_write_host(&url, &host) == FAULT_NONE)
        snprintf(place->host, sizeof(place->host), "%s", buffer_string(&host));
    buffer_deinit(&host);
}

static bool has_instance(const struct implementation *one,
                         const struct opening *opening)
{
    uint64_t offers = one->introduction.offers;

    return (opening->timezone == NULL || (offers & TIMEZONES) != 0) &&
           (!opening->tight || (offers & TIGHT) != 0) &&
           (!opening->plain || (offers & PLAIN_LISTENER) != 0) &&
           opening->node < one->introduction.nodes;
}

static void write_path(struct speech *speech, const char *path,
                       const char *more)
{
    struct buffer whole;

    buffer_init(&whole, SAYING_BYTES_MAX);
    buffer_printf(&whole, "%s%s", path, more == NULL ? "" : more);
    speech_text(speech, "path", buffer_string(&whole));
    buffer_deinit(&whole);
}

static void write_query(struct speech *speech, const char *first,
                        const char *more)
{
    const char *second = more == NULL ? "" : more;
    struct buffer whole;

    buffer_init(&whole, SAYING_BYTES_MAX);
    buffer_printf(&whole, "%s%s%s", first,
                  first[0] != 0 && more != NULL ? "&" : "", second);
    speech_text(speech, "query", buffer_string(&whole));
    buffer_deinit(&whole);
}

static void write_header(struct speech *speech, const char *name,
                         const char *value, bool *has_some)
{
    if (value == NULL)
        return;
    speech_raw(speech, *has_some ? ",[" : "[");
    speech_string(speech, bytes_of_string(name));
    speech_raw(speech, ",");
    speech_string(speech, bytes_of_string(value));
    speech_raw(speech, "]");
    *has_some = true;
}

static void write_headers(struct speech *speech, const struct opening *opening,
                          const char *host, const char *origin)
{
    bool has_some = false;

    speech_json(speech, "headers", "[");
    write_header(speech, "Host", host, &has_some);
    write_header(speech, "Sec-WebSocket-Protocol", opening->subprotocols,
                 &has_some);
    if (!opening->no_origin)
        write_header(speech, "Origin",
                     opening->origin != NULL ? opening->origin : origin,
                     &has_some);
    for (size_t i = 0; i < opening->header_count; i++)
        write_header(speech, opening->headers[i].name,
                     opening->headers[i].value, &has_some);
    speech_raw(speech, "]");
}

/* RFC 6455 11.3.4: between commas, without the blanks around. */
static void write_subprotocols(struct speech *speech, const char *list)
{
    bool has_some = false;

    speech_json(speech, "subprotocols", "[");
    while (list != NULL && *list != 0) {
        size_t length = strcspn(list, ",");
        const char *next = list + length + (list[length] == ',');
        const char *name = list + strspn(list, " \t");
        size_t size = name < list + length ? (size_t)(list + length - name) : 0;
        while (size > 0 && (name[size - 1] == ' ' || name[size - 1] == '\t'))
            size--;
        if (has_some)
            speech_raw(speech, ",");
        if (size > 0)
            speech_string(speech, bytes_of(name, size));
        has_some = size > 0;
        list = next;
    }
    speech_raw(speech, "]");
}

static enum fault say_early(struct implementation *one, unsigned socket,
                            const struct opening *opening)
{
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < opening->early_count && fault == FAULT_NONE; i++) {
        struct speech *speech = say_verb(one, "text");
        speech_number(speech, "socket", one->base + socket);
        speech_content(speech, bytes_of_string(opening->early[i]));
        fault = utter(one);
    }
    return fault;
}

enum fault pipe_open(struct implementation *one, unsigned socket,
                     const struct opening *opening)
{
    const char *source =
        opening->source == NULL ? "127.0.0.1" : opening->source;
    struct speech *speech;
    struct place place;
    enum fault fault;

    if (!has_instance(one, opening))
        return FAULT_ABSENT;
    fault = sockets_open(one, socket, source);
    if (fault != FAULT_NONE)
        return fault;
    find_place(one->manifest,
               opening->door == NULL ? one->manifest->url : opening->door->url,
               &place);
    speech = say_verb(one, "open");
    speech_number(speech, "socket", one->base + socket);
    write_path(speech, opening->path == NULL ? place.path : opening->path,
               opening->path_more);
    write_query(speech, place.query, opening->query);
    write_headers(speech, opening, place.host, one->manifest->origin);
    write_subprotocols(speech, opening->subprotocols);
    speech_text(speech, "ip", source);
    speech_number(speech, "port", PIPE_FIRST_PORT + socket);
    speech_number(speech, "node", opening->node);
    if (opening->timezone != NULL)
        speech_text(speech, "timezone", opening->timezone);
    if (opening->tight)
        speech_flag(speech, "tight", true);
    if (opening->plain)
        speech_flag(speech, "plain", true);
    fault = utter(one);
    return fault == FAULT_NONE ? say_early(one, socket, opening) : fault;
}
