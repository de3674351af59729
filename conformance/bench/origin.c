/* Near misses of an origin: what is one character off, and what a substring
 * test takes for the same. */
#include "bench/internal.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* The parts of an origin, RFC 6454 4. */
struct parts {
    char scheme[16];
    char host[256];
    char port[8]; /* ":8443", or "" */
};

static void take_apart(const char *origin, struct parts *parts)
{
    size_t scheme = strcspn(origin, ":");
    const char *host = origin + scheme;
    size_t length;

    host += strncmp(host, "://", 3) == 0 ? 3 : 0;
    length = strcspn(host, ":");
    snprintf(parts->scheme, sizeof(parts->scheme), "%.*s", (int)scheme, origin);
    snprintf(parts->host, sizeof(parts->host), "%.*s", (int)length, host);
    snprintf(parts->port, sizeof(parts->port), "%s", host + length);
}

static void add_upper(struct buffer *into, const char *text)
{
    for (; *text != 0; text++) {
        char upper = (char)toupper((unsigned char)*text);
        buffer_add(into, &upper, 1);
    }
}

static void add_undotted(struct buffer *into, const char *host)
{
    size_t dot = strcspn(host, ".");

    buffer_printf(into, "%.*s%s%s", (int)dot, host, host[dot] == 0 ? "" : "x",
                  host[dot] == 0 ? "" : host + dot + 1);
}

static void add_part(struct buffer *into, const struct parts *parts,
                     const char *name)
{
    bool is_safe = strcmp(parts->scheme, "https") == 0;
    const char *dot = strchr(parts->host, '.');

    if (strcmp(name, "scheme") == 0)
        buffer_add_string(into, parts->scheme);
    else if (strcmp(name, "SCHEME") == 0)
        add_upper(into, parts->scheme);
    else if (strcmp(name, "other") == 0)
        buffer_add_string(into, is_safe ? "http" : "https");
    else if (strcmp(name, "host") == 0)
        buffer_add_string(into, parts->host);
    else if (strcmp(name, "HOST") == 0)
        add_upper(into, parts->host);
    else if (strcmp(name, "parent") == 0)
        buffer_add_string(into, dot == NULL ? "localhost" : dot + 1);
    else if (strcmp(name, "undotted") == 0)
        add_undotted(into, parts->host);
    else if (strcmp(name, "port") == 0)
        buffer_add_string(into, parts->port);
    else if (strcmp(name, "default") == 0)
        buffer_add_string(into, is_safe ? ":443" : ":80");
}

static bool is_listed(struct bench *bench, const char *text)
{
    for (unsigned i = 0; i < origins(bench); i++) {
        if (strcmp(origin(bench, i), text) == 0)
            return true;
    }
    return false;
}

const char *origin_like(struct bench *bench, const char *pattern)
{
    struct parts parts;
    struct buffer into;
    const char *text;

    take_apart(origin(bench, 0), &parts);
    buffer_init(&into, 64 * 1024);
    while (*pattern != 0) {
        size_t length = strcspn(pattern, "{");
        size_t name = pattern[length] == 0 ? 0 : strcspn(pattern + length, "}");
        char word[16];
        buffer_add(&into, pattern, length);
        pattern += length;
        if (name == 0)
            continue;
        snprintf(word, sizeof(word), "%.*s", (int)name - 1, pattern + 1);
        add_part(&into, &parts, word);
        pattern += name + (pattern[name] == 0 ? 0 : 1);
    }
    text = keep_once(bench, strdup(buffer_string(&into)));
    buffer_deinit(&into);
    if (is_listed(bench, text))
        decide(bench, INCONCLUSIVE, "an origin that is not listed", "\"%s\" is",
               text);
    return text;
}

const char *claimed_address(struct bench *bench, unsigned index)
{
    unsigned seed = (unsigned)strtoul(bench->id + 8, NULL, 16) + index;
    char *text = NULL;

    /* 198.18.0.0/15 is nobody's (RFC 2544). */
    if (asprintf(&text, "198.%u.%u.%u", 18 + (seed >> 16 & 1), seed >> 8 & 0xff,
                 seed & 0xff) < 0)
        text = NULL;
    return keep_once(bench, text);
}

void need_empty_list_of_origins(struct bench *bench)
{
    if (!bench->manifest->tight_without_origins)
        decide(bench, NOT_APPLICABLE, "",
               "no instance with an empty list of origins is declared");
}

void expect_native_client(struct peer *peer)
{
    if (peer->bench->manifest->origin_policy == ORIGIN_REQUIRED)
        expect_kept_out(peer);
    else
        expect_admitted(peer);
}

/* Where an origin counts beside a cookie alone, a cookie has to carry the
 * credential of whoever is asked about origins. */
void heed_origin_policy(struct bench *bench, struct token *token)
{
    const struct manifest *manifest = bench->manifest;

    if (manifest->origin_policy != ORIGIN_WITH_COOKIE ||
        (bench->criterion->needs & ORIGINS) == 0 ||
        token->carriage == CARRIED_NOWHERE)
        return;
    for (size_t i = 0; i < manifest->carrier_count; i++) {
        if (manifest->carriers[i].kind == CARRIER_COOKIE) {
            token->carrier = (unsigned)i;
            return;
        }
    }
    decide(bench, NOT_APPLICABLE, "",
           "an origin counts beside a cookie alone, and no cookie is among "
           "credential.carriers");
}
