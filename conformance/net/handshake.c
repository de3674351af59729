/* Writes the opening handshake's request. */
#include "net/handshake.h"
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <strings.h>

void handshake_key(struct generator *generator, char into[KEY_SIZE])
{
    unsigned char nonce[16];

    generator_fill(generator, nonce, sizeof(nonce));
    EVP_EncodeBlock((unsigned char *)into, nonce, sizeof(nonce));
}

void handshake_accept(const char *key, char into[ACCEPT_SIZE])
{
    unsigned char digest[SHA_DIGEST_LENGTH];
    char text[128];

    snprintf(text, sizeof(text), "%.64s%s", key,
             "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    SHA1((const unsigned char *)text, strlen(text), digest);
    EVP_EncodeBlock((unsigned char *)into, digest, sizeof(digest));
}

const char *opening_header(const struct opening *opening, const char *name)
{
    for (size_t i = 0; i < opening->header_count; i++) {
        if (strcasecmp(opening->headers[i].name, name) == 0)
            return opening->headers[i].value;
    }
    return NULL;
}

static enum fault write_target(const struct url *url,
                               const struct opening *opening,
                               struct buffer *into)
{
    const char *more = opening->query;
    bool has_both = url->query[0] != 0 && more != NULL;
    bool has_any = url->query[0] != 0 || more != NULL;

    return buffer_printf(into, "GET %s%s%s%s%s%s HTTP/1.1\r\n",
                         opening->path == NULL ? url->path : opening->path,
                         opening->path_more == NULL ? "" : opening->path_more,
                         has_any ? "?" : "", url->query, has_both ? "&" : "",
                         more == NULL ? "" : more);
}

/* An origin that is asked for by name stands beside another: two are a test. */
static bool is_replaced(const struct opening *opening, const char *name)
{
    return opening_header(opening, name) != NULL &&
           (opening->origin == NULL || strcmp(name, "Origin") != 0);
}

static enum fault write_own(const struct opening *opening, const char *name,
                            const char *value, struct buffer *into)
{
    if (value == NULL || is_replaced(opening, name))
        return FAULT_NONE;
    return buffer_printf(into, "%s: %s\r\n", name, value);
}

static enum fault write_headers(const struct opening *opening,
                                const struct pair *own, struct buffer *into)
{
    enum fault fault = FAULT_NONE;

    for (; own->name != NULL && fault == FAULT_NONE; own++)
        fault = write_own(opening, own->name, own->value, into);
    for (size_t i = 0; i < opening->header_count && fault == FAULT_NONE; i++)
        fault = buffer_printf(into, "%s: %s\r\n", opening->headers[i].name,
                              opening->headers[i].value);
    return fault == FAULT_NONE ? buffer_add_string(into, "\r\n") : fault;
}

enum fault handshake_write(const struct url *url, const struct opening *opening,
                           const char *origin, const char *key,
                           struct buffer *into)
{
    struct buffer host;
    enum fault fault;

    if (opening->origin != NULL || opening->no_origin)
        origin = opening->origin;
    buffer_init(&host, sizeof(url->host) + 16);
    fault = url_write_host(url, &host);
    const struct pair own[] = {
        { "Host", buffer_string(&host) },
        { "Upgrade", "websocket" },
        { "Connection", "Upgrade" },
        { "Sec-WebSocket-Key", key },
        { "Sec-WebSocket-Version", "13" },
        { "Sec-WebSocket-Protocol", opening->subprotocols },
        { "Origin", origin },
        { NULL, NULL },
    };
    if (fault == FAULT_NONE)
        fault = write_target(url, opening, into);
    if (fault == FAULT_NONE)
        fault = write_headers(opening, own, into);
    buffer_deinit(&host);
    return fault;
}
