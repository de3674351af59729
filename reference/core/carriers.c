/* How a token may come with the handshake: in the query, as a bearer, as a
 * sub-protocol. One presented twice, by whatever carriers, counts for none. */
#include "core/secure.h"
#include "core/state.h"
#include "core/system.h"
#include <stdio.h>
#include <strings.h>

static const char token_prefix[] = "jwt.";

static bool begins_with(struct text text, const char *prefix)
{
    return text.length >= strlen(prefix) &&
           memcmp(text.at, prefix, strlen(prefix)) == 0;
}

static struct text behind(struct text text, size_t length)
{
    return (struct text){ text.at + length, text.length - length };
}

/* --- Taking one ----------------------------------------------------------- */

void presented_clear(struct presented *presented)
{
    presented->present = presented->overlong = false;
    presented->length = presented->times = 0;
    presented->token[0] = 0;
}

void present(struct presented *presented, struct text token)
{
    size_t length = token.length;

    if (presented->times++ > 0)
        return;
    presented->present = true;
    presented->overlong = length > TOKEN_BYTES_MAX;
    presented->length = presented->overlong ? TOKEN_BYTES_MAX : length;
    if (presented->length > 0)
        memcpy(presented->token, token.at, presented->length);
    presented->token[presented->length] = 0;
}

static bool is_named_token(struct text name)
{
    char decoded[sizeof("token")];

    return percent_decode(name, decoded, sizeof(decoded)) == strlen("token") &&
           memcmp(decoded, "token", strlen("token")) == 0;
}

static void find_in_query(struct text query, struct presented *presented)
{
    char decoded[TOKEN_BYTES_MAX + 1];
    struct parameter parameter;

    while (query_next(&query, &parameter)) {
        if (!is_named_token(parameter.name))
            continue;
        size_t length =
            percent_decode(parameter.value, decoded, sizeof(decoded));
        present(presented, (struct text){ decoded, length > TOKEN_BYTES_MAX
                                                       ? TOKEN_BYTES_MAX + 1
                                                       : length });
    }
}

/* RFC 6750 2.1: the scheme in any case, one blank. Another scheme is no
 * credential of ours. */
static void find_bearer(const struct header *header,
                        struct presented *presented)
{
    struct text value = header->value;
    size_t scheme = strlen("Bearer");

    if (value.length < scheme || strncasecmp(value.at, "Bearer", scheme) != 0)
        return;
    value = behind(value, scheme);
    if (value.length > 0 && *value.at != ' ')
        return;
    present(presented, value.length == 0 ? value : behind(value, 1));
}

/* The next of a list of sub-protocols; false at its end. */
static bool next_of(struct text *list, struct text *one)
{
    while (list->length > 0 &&
           (*list->at == ',' || *list->at == ' ' || *list->at == '\t'))
        *list = behind(*list, 1);
    *one = (struct text){ list->at, 0 };
    while (one->length < list->length && list->at[one->length] != ',')
        one->length++;
    *list = behind(*list, one->length);
    while (one->length > 0 && (one->at[one->length - 1] == ' ' ||
                               one->at[one->length - 1] == '\t'))
        one->length--;
    return one->length > 0;
}

static void find_subprotocols(const struct header *header,
                              struct presented *presented)
{
    struct text list = header->value;
    struct text one;

    while (next_of(&list, &one))
        if (begins_with(one, token_prefix))
            present(presented, behind(one, strlen(token_prefix)));
}

void secure_find_token(const struct core *core, const struct request *request,
                       struct presented *presented)
{
    unsigned carriers = core->system->carriers;

    presented_clear(presented);
    if (carriers & CARRIES_QUERY)
        find_in_query(request->query, presented);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];
        if ((carriers & CARRIES_BEARER) && header_is(header, "Authorization"))
            find_bearer(header, presented);
        if ((carriers & CARRIES_SUBPROTOCOL) &&
            header_is(header, "Sec-WebSocket-Protocol"))
            find_subprotocols(header, presented);
    }
}

/* Which of two counts is for nobody to guess. */
bool secure_credentials_conflict(const struct presented *presented)
{
    return presented->times > 1;
}

bool secure_is_missing(const struct presented *presented)
{
    return !presented->present ||
           (presented->length == 0 && presented->times == 1);
}

/* --- Answering the offer -------------------------------------------------- */

/* The first without a secret; the token's own where nothing else was offered,
 * since a browser fails a connection that selects none (RFC 6455 4.1). */
void secure_choose_subprotocol(const struct request *request, char *into,
                               size_t size)
{
    struct text chosen = { "", 0 };
    bool is_secret = true;
    struct text one;

    for (size_t i = 0; i < request->header_count; i++) {
        struct text list = request->headers[i].value;
        if (!header_is(&request->headers[i], "Sec-WebSocket-Protocol"))
            continue;
        while (next_of(&list, &one)) {
            bool secret = begins_with(one, token_prefix);
            if (chosen.length > 0 && (!is_secret || secret))
                continue;
            chosen = one;
            is_secret = secret;
        }
    }
    snprintf(into, size, "%.*s", (int)chosen.length, chosen.at);
}

/* --- Where one alone is spoken -------------------------------------------- */

/* Compared whole and with regard to case (RFC 6455 11.5). */
bool request_offers(const struct request *request, const char *subprotocol)
{
    struct text one;

    for (size_t i = 0; i < request->header_count; i++) {
        struct text list = request->headers[i].value;
        if (!header_is(&request->headers[i], "Sec-WebSocket-Protocol"))
            continue;
        while (next_of(&list, &one))
            if (text_is(one, subprotocol))
                return true;
    }
    return false;
}

bool secure_offers_what_is_spoken(const struct settings *settings,
                                  const struct request *request)
{
    return settings->subprotocol == NULL ||
           request_offers(request, settings->subprotocol);
}

void secure_choose_spoken(const struct settings *settings,
                          const struct request *request, char *into,
                          size_t size)
{
    bool offered = request_offers(request, settings->subprotocol);

    snprintf(into, size, "%s", offered ? settings->subprotocol : "");
}
