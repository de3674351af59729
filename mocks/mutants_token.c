/* Mutants that look for the token in a wrong place, or take something for a
 * token that is none. */
#include "mutants.h"
#include "mutants_common.h"
#include <ctype.h>
#include <strings.h>

/* --- Where it stands ------------------------------------------------------ */

static bool find_bearer(const struct request *request,
                        struct presented *presented)
{
    static const char scheme[] = "Bearer ";
    size_t skipped = strlen(scheme);

    for (size_t i = 0; i < request->header_count; i++) {
        struct text value = request->headers[i].value;
        if (!header_is(&request->headers[i], "Authorization") ||
            value.length < skipped ||
            strncasecmp(value.at, scheme, skipped) != 0)
            continue;
        present(presented,
                (struct text){ value.at + skipped, value.length - skipped });
        return true;
    }
    return false;
}

static void present_decoded(struct presented *presented, struct text value)
{
    char decoded[TOKEN_BYTES_MAX];
    size_t length = percent_decode(value, decoded, sizeof(decoded));

    present(presented,
            (struct text){ decoded, length > sizeof(decoded) ? sizeof(decoded)
                                                             : length });
}

void reads_the_token_from_the_header_only(const struct core *core,
                                          const struct request *request,
                                          struct presented *presented)
{
    (void)core;
    presented_clear(presented);
    (void)find_bearer(request, presented);
}

void reads_the_token_from_the_header_too(const struct core *core,
                                         const struct request *request,
                                         struct presented *presented)
{
    secure_find_token(core, request, presented);
    if (!presented->present)
        (void)find_bearer(request, presented);
}

void accepts_the_token_under_a_second_name(const struct core *core,
                                           const struct request *request,
                                           struct presented *presented)
{
    struct text query = request->query;
    struct parameter parameter;

    secure_find_token(core, request, presented);
    while (!presented->present && query_next(&query, &parameter))
        if (text_is(parameter.name, "access_token"))
            present_decoded(presented, parameter.value);
}

/* --- Whether it is there -------------------------------------------------- */

bool tells_an_empty_token_from_an_absent_one(const struct presented *presented)
{
    return !presented->present;
}

bool takes_the_word_null_for_absence(const struct presented *presented)
{
    static const char *const words[] = { "null", "undefined", "None" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(presented->token, words[i]) == 0)
            return true;
    return secure_is_missing(presented);
}

void takes_the_tokenless_for_anonymous(struct core *core,
                                       struct connection *stranger,
                                       const struct request *request)
{
    struct claims anonymous = claims_of("anonymous");
    struct presented presented;

    (void)token_in(core, request, &presented);
    if (secure_is_missing(&presented))
        core->policy.join_pool(core, stranger, &anonymous);
    else
        secure_admit(core, stranger, request);
}

/* --- Whether it is one ---------------------------------------------------- */

void refuses_everybody(struct core *core, struct connection *stranger,
                       const struct request *request)
{
    struct presented presented;
    struct text token = token_in(core, request, &presented);

    core->policy.turn_away(core, stranger, REFUSED_INVALID,
                           TOKEN_SIGNATURE_WRONG, token);
}

struct refusal parse_error_escapes_as_1011(const struct core *core,
                                           enum refusal_cause cause,
                                           enum token_fault fault,
                                           struct text token)
{
    struct refusal internal = { 1011, "Internal error", false };

    if (fault == TOKEN_MALFORMED)
        return internal;
    return secure_refusal(core, cause, fault, token);
}

static bool is_decoration(char c)
{
    return c == '=' || isspace((unsigned char)c);
}

/* Python's base64 and `strip` are as friendly as this. */
enum token_fault trims_padding_and_blanks_off_the_token(struct core *core,
                                                        struct text token,
                                                        struct claims *claims)
{
    while (token.length > 1 && is_decoration(token.at[token.length - 1]))
        token.length--;
    while (token.length > 1 && is_decoration(token.at[0])) {
        token.at++;
        token.length--;
    }
    return secure_verify_token(core, token, claims);
}
