/* How a credential travels: in the query, a header, a sub-protocol or the first
 * message, and all that a criterion may do to it on the way. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { QUERY_MAX = 1024 * 1024 };

void letter_init(struct letter *letter)
{
    memset(letter, 0, sizeof(*letter));
    buffer_init(&letter->query, QUERY_MAX);
    buffer_init(&letter->subprotocols, QUERY_MAX);
    buffer_init(&letter->path, QUERY_MAX);
    letter->opening.headers = letter->headers;
    letter->opening.early = letter->early;
}

void letter_deinit(struct letter *letter)
{
    buffer_deinit(&letter->query);
    buffer_deinit(&letter->subprotocols);
    buffer_deinit(&letter->path);
    for (size_t i = 0; i < COUNT(letter->header_texts); i++)
        free(letter->header_texts[i]);
    free(letter->first);
}

void letter_add_header(struct letter *letter, const char *name,
                       const char *prefix, const char *value)
{
    size_t place = letter->opening.header_count;
    char *text = NULL;

    if (place == COUNT(letter->headers) ||
        asprintf(&text, "%s%s", prefix, value) < 0)
        return;
    letter->header_texts[place] = text;
    letter->headers[place] = (struct pair){ name, text };
    letter->opening.header_count++;
}

/* Bytes that a query may hold as they are (RFC 3986 2.3). */
static bool is_unreserved(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') ||
           (byte != 0 && strchr("-._~", byte) != NULL);
}

void add_encoded(struct buffer *into, const char *text)
{
    for (; *text != 0; text++) {
        if (is_unreserved(*text))
            buffer_add(into, text, 1);
        else
            buffer_printf(into, "%%%02X", (unsigned char)*text);
    }
}

static void add_parameter(struct letter *letter, const char *prefix,
                          const char *name, const char *value)
{
    struct buffer *query = &letter->query;

    buffer_printf(query, "%s%s%s", query->length > 0 ? "&" : "", prefix, name);
    if (value == NULL)
        return;
    buffer_add_string(query, "=");
    add_encoded(query, value);
}

static void carry_in_query(const char *name, enum carriage carriage,
                           const char *token, struct letter *letter)
{
    bool is_misnamed = carriage == CARRIED_MISNAMED;

    add_parameter(letter, is_misnamed ? "access_" : "", name,
                  carriage == CARRIED_BARE ? NULL : token);
}

/* What no header, and no cookie, can hold is percent-encoded: it is no token
 * either way. A template of the manifest's may have blanks in it. */
static char *header_safe(const char *token)
{
    struct buffer into;
    char *text;

    buffer_init(&into, QUERY_MAX);
    for (; *token != 0; token++) {
        if (*token > ' ' && *token < 0x7f && *token != ',' && *token != ';')
            buffer_add(&into, token, 1);
        else
            buffer_printf(&into, "%%%02X", (unsigned char)*token);
    }
    text = strdup(buffer_string(&into));
    buffer_deinit(&into);
    return text;
}

static void carry_as_bearer(enum carriage carriage, const char *token,
                            struct letter *letter)
{
    const char *prefix = carriage == CARRIED_BARE       ? "Bearer"
                         : carriage == CARRIED_MISNAMED ? "Basic "
                                                        : "Bearer ";
    char *safe = header_safe(token);

    if (safe != NULL)
        letter_add_header(letter, "Authorization", prefix, safe);
    free(safe);
}

/* The value's template up to its {token}, blanks behind off. */
static char *without_token(const char *template)
{
    size_t length = (size_t)(strstr(template, "{token}") - template);

    while (length > 0 && template[length - 1] == ' ')
        length--;
    return strndup(template, length);
}

static void carry_in_header(const struct carrier *carrier,
                            enum carriage carriage, const char *token,
                            struct letter *letter)
{
    char *safe = header_safe(token);
    const struct pair values[] = { { "token", safe }, { NULL, NULL } };
    char *value = carriage == CARRIED_BARE
                      ? without_token(carrier->value)
                      : template_fill(carrier->value, values);
    const char *name = carrier->name;

    if (carriage == CARRIED_MISNAMED)
        name = strcasecmp(name, "X-Access-Token") == 0 ? "X-Other-Token"
                                                       : "X-Access-Token";
    if (safe != NULL && value != NULL)
        letter_add_header(letter, name, "", value);
    free(value);
    free(safe);
}

/* All cookies stand in one header (RFC 6265 5.4). */
static void add_cookie(struct letter *letter, const char *cookie)
{
    for (size_t i = 0; i < letter->opening.header_count; i++) {
        char *whole = NULL;
        if (strcasecmp(letter->headers[i].name, "Cookie") != 0)
            continue;
        if (asprintf(&whole, "%s; %s", letter->headers[i].value, cookie) < 0)
            return;
        free(letter->header_texts[i]);
        letter->headers[i].value = letter->header_texts[i] = whole;
        return;
    }
    letter_add_header(letter, "Cookie", "", cookie);
}

static void carry_in_cookie(const char *name, enum carriage carriage,
                            const char *token, struct letter *letter)
{
    char *safe = header_safe(token);
    char *cookie = NULL;

    if (asprintf(&cookie, "%s%s%s%s",
                 carriage == CARRIED_MISNAMED ? "access_" : "", name,
                 carriage == CARRIED_BARE ? "" : "=",
                 carriage == CARRIED_BARE || safe == NULL ? "" : safe) < 0)
        cookie = NULL;
    if (cookie != NULL)
        add_cookie(letter, cookie);
    free(cookie);
    free(safe);
}

static void offer(struct letter *letter, const char *one, const char *more)
{
    struct buffer *into = &letter->subprotocols;

    buffer_printf(into, "%s%s%s", into->length > 0 ? ", " : "", one, more);
}

static void carry_as_subprotocol(const char *prefix, enum carriage carriage,
                                 const char *token, struct letter *letter)
{
    char *safe = header_safe(token);
    size_t length = strlen(prefix);

    if (safe != NULL && carriage == CARRIED_BARE)
        buffer_printf(&letter->subprotocols, "%s%.*s",
                      letter->subprotocols.length > 0 ? ", " : "",
                      (int)(length > 1 ? length - 1 : length), prefix);
    else if (safe != NULL)
        offer(letter, carriage == CARRIED_MISNAMED ? "token." : prefix, safe);
    free(safe);
}

/* A token under another name stands beside an absent one. */
static char *with_other_name(char *message, const char *token)
{
    char *whole = NULL;
    char *value = quoted(token);
    size_t length = message == NULL ? 0 : strlen(message);

    if (length >= 2 && value != NULL &&
        asprintf(&whole, "%.*s%s\"access_token\":%s}", (int)length - 1, message,
                 length > 2 ? "," : "", value) < 0)
        whole = NULL;
    cJSON_free(value);
    free(message);
    return whole;
}

/* The same where messages are texts. */
static char *with_other_word(char *message, const char *token)
{
    char *whole = NULL;

    if (message == NULL ||
        asprintf(&whole, "%s access_token=%s", message, token) < 0)
        whole = NULL;
    free(message);
    return whole;
}

char *first_message(const struct peer *peer, enum carriage carriage,
                    const char *token, const char *claimed)
{
    char *value = token == NULL ? NULL : quoted(token);
    const char *raw = carriage == CARRIED_BARE                         ? "null"
                      : carriage == CARRIED_EMPTY                      ? "\"\""
                      : carriage != CARRIED_AS_AGREED || value == NULL ? OMITTED
                                                                       : value;
    const struct pair values[] = { { "token", raw },
                                   { "user",
                                     claimed == NULL ? OMITTED : claimed },
                                   { NULL, NULL } };
    char *message = template_write(peer->bench->manifest->authenticate, values);

    if (carriage == CARRIED_MISNAMED && token != NULL)
        message = cJSON_IsString(peer->bench->manifest->authenticate)
                      ? with_other_word(message, token)
                      : with_other_name(message, token);
    cJSON_free(value);
    return message;
}

/* What the client claims beside its token, the message may have no place for.
 */
static void check_claim(const struct peer *peer, const char *claimed)
{
    if (claimed != NULL && *claimed != 0 && strcmp(claimed, "null") != 0 &&
        !template_mentions(peer->bench->manifest->authenticate, "user", false))
        decide(peer->bench, NOT_APPLICABLE, "",
               "messages.authenticate has no place for a user");
}

static void carry_by(const struct peer *peer, const struct carrier *carrier,
                     const struct token *token, const struct manner *manner,
                     struct letter *letter)
{
    const char *text = peer->token == NULL ? "" : peer->token;
    enum carriage carriage = token->carriage;

    switch (carrier->kind) {
    case CARRIER_QUERY:
        carry_in_query(carrier->name, carriage, text, letter);
        break;
    case CARRIER_BEARER: carry_as_bearer(carriage, text, letter); break;
    case CARRIER_SUBPROTOCOL:
        carry_as_subprotocol(carrier->name, carriage, text, letter);
        break;
    case CARRIER_FIRST_MESSAGE:
        check_claim(peer, manner->claims);
        free(letter->first);
        letter->first =
            first_message(peer, carriage, peer->token, manner->claims);
        break;
    case CARRIER_HEADER:
        carry_in_header(carrier, carriage, text, letter);
        break;
    case CARRIER_COOKIE:
        carry_in_cookie(carrier->name, carriage, text, letter);
        break;
    }
}

static bool stands_in(const struct carrier *carrier, enum carriage carriage)
{
    bool is_named =
        carrier->name != NULL && strcmp(carrier->name, "token") == 0;

    switch (carriage) {
    case CARRIED_IN_HEADER: return carrier->kind == CARRIER_BEARER;
    case CARRIED_IN_QUERY: return carrier->kind == CARRIER_QUERY && is_named;
    case CARRIED_IN_COOKIE: return carrier->kind == CARRIER_COOKIE && is_named;
    default: return false;
    }
}

bool is_agreed_place(const struct manifest *manifest, enum carriage carriage)
{
    for (size_t i = 0; i < manifest->carrier_count; i++)
        if (stands_in(&manifest->carriers[i], carriage))
            return true;
    return false;
}

/* A first message is due even where the credential travels another way. */
static bool is_first_message(const struct carrier *carrier)
{
    return carrier->kind == CARRIER_FIRST_MESSAGE;
}

void carry(struct peer *peer, const struct token *token,
           const struct manner *manner, struct letter *letter)
{
    const struct manifest *manifest = peer->bench->manifest;
    const struct carrier *carrier =
        &manifest->carriers[token->carrier % manifest->carrier_count];
    const char *text = peer->token == NULL ? "" : peer->token;

    switch (token->carriage) {
    case CARRIED_NOWHERE: break;
    case CARRIED_IN_HEADER:
        carry_as_bearer(CARRIED_AS_AGREED, text, letter);
        break;
    case CARRIED_IN_QUERY: add_parameter(letter, "", "token", text); break;
    case CARRIED_IN_COOKIE:
        carry_in_cookie("token", CARRIED_AS_AGREED, text, letter);
        break;
    default: carry_by(peer, carrier, token, manner, letter); return;
    }
    if (!is_first_message(carrier))
        return;
    free(letter->first);
    letter->first = first_message(peer, CARRIED_NOWHERE, NULL, manner->claims);
}
