/* Which offer of permessage-deflate is taken: RFC 7692 7.1, RFC 6455 9.1.
 *
 *     extension *( ";" name [ "=" token ] ) *( "," … )
 *
 * A value in quotes is an odd one: it spoils its offer, and what follows. */
#include "shell/deflate.h"
#include "shell/handshake.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum parameter_bit {
    SERVER_NO_CONTEXT = 1 << 0,
    CLIENT_NO_CONTEXT = 1 << 1,
    SERVER_WINDOW = 1 << 2,
    CLIENT_WINDOW = 1 << 3,
};

static void skip_blanks(struct text *from)
{
    while (from->length > 0 && (*from->at == ' ' || *from->at == '\t')) {
        from->at++;
        from->length--;
    }
}

static struct text take_token(struct text *from)
{
    struct text token = { from->at, 0 };

    while (token.length < from->length &&
           is_token_character(token.at[token.length]))
        token.length++;
    from->at += token.length;
    from->length -= token.length;
    return token;
}

static bool take(struct text *from, char c)
{
    skip_blanks(from);
    if (from->length == 0 || *from->at != c)
        return false;
    from->at++;
    from->length--;
    return true;
}

static bool is_named(struct text token, const char *name)
{
    return token.length == strlen(name) &&
           strncasecmp(token.at, name, token.length) == 0;
}

/* "8" to "15", without a leading zero; 0 for anything else. */
static int window_bits(struct text value)
{
    if (value.length == 1 && (value.at[0] == '8' || value.at[0] == '9'))
        return value.at[0] - '0';
    if (value.length == 2 && value.at[0] == '1' && value.at[1] >= '0' &&
        value.at[1] <= '5')
        return 10 + value.at[1] - '0';
    return 0;
}

/* Of one offer, as far as it has been read. */
struct offer {
    unsigned seen; /* set of enum parameter_bit */
    bool holds;
    int window_bits;
};

/* zlib writes no raw stream with a window of 256 bytes: that is declined. */
static bool honour(struct offer *offer, enum parameter_bit which,
                   bool has_value, struct text value)
{
    int bits = has_value ? window_bits(value) : 0;

    if ((offer->seen & which) != 0)
        return false;
    offer->seen |= which;
    if (which == SERVER_WINDOW) {
        offer->window_bits = bits;
        return bits >= 9;
    }
    if (which == CLIENT_WINDOW)
        return !has_value || bits > 0;
    return !has_value;
}

static bool honour_named(struct offer *offer, struct text name, bool has_value,
                         struct text value)
{
    static const struct {
        const char *name;
        enum parameter_bit which;
    } known[] = {
        { "server_no_context_takeover", SERVER_NO_CONTEXT },
        { "client_no_context_takeover", CLIENT_NO_CONTEXT },
        { "server_max_window_bits", SERVER_WINDOW },
        { "client_max_window_bits", CLIENT_WINDOW },
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (is_named(name, known[i].name))
            return honour(offer, known[i].which, has_value, value);
    return false;
}

/* Reads one offer off the front; false when the list cannot be read on. */
static bool take_offer(struct text *from, struct offer *offer)
{
    struct text name;

    skip_blanks(from);
    name = take_token(from);
    *offer = (struct offer){ .holds = is_named(name, "permessage-deflate"),
                             .window_bits = 15 };
    while (take(from, ';')) {
        struct text value = { "", 0 };
        skip_blanks(from);
        struct text parameter = take_token(from);
        bool has_value = take(from, '=');
        skip_blanks(from);
        if (has_value)
            value = take_token(from);
        if (parameter.length == 0 || (has_value && value.length == 0))
            return false;
        offer->holds =
            honour_named(offer, parameter, has_value, value) && offer->holds;
    }
    skip_blanks(from);
    return name.length > 0 && (from->length == 0 || *from->at == ',');
}

bool deflate_choose(struct text offers, struct deflate_terms *terms)
{
    struct offer offer;
    int count = 0;

    do {
        if (!take_offer(&offers, &offer) || ++count > DEFLATE_OFFERS_MAX)
            return false;
        if (offer.holds) {
            terms->window_bits = offer.window_bits;
            return true;
        }
    } while (take(&offers, ','));
    return false;
}

void deflate_write_answer(const struct deflate_terms *terms,
                          char into[DEFLATE_ANSWER_SIZE])
{
    int length = snprintf(into, DEFLATE_ANSWER_SIZE,
                          "permessage-deflate; server_no_context_takeover; "
                          "client_no_context_takeover");

    if (terms->window_bits < 15)
        snprintf(into + length, DEFLATE_ANSWER_SIZE - (size_t)length,
                 "; server_max_window_bits=%d", terms->window_bits);
}
