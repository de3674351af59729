/* Mutants of `signals` whose other way in is held to less account. */
#include "core/latest.h"
#include "mutants.h"
#include "mutants_common.h"
#include <stdio.h>
#include <stdlib.h>

/* --- Who may read --------------------------------------------------------- */

enum token_fault lets_nobody_in_elsewhere(struct core *core, struct text token,
                                          struct claims *claims)
{
    (void)core, (void)token, (void)claims;
    return TOKEN_MALFORMED;
}

enum token_fault asks_for_no_token_elsewhere(struct core *core,
                                             struct text token,
                                             struct claims *claims)
{
    return token.length == 0 ? TOKEN_HOLDS
                             : secure_verify_elsewhere(core, token, claims);
}

enum token_fault looks_at_no_signature_elsewhere(struct core *core,
                                                 struct text token,
                                                 struct claims *claims)
{
    return token.length == 0 ? TOKEN_ABSENT
                             : verify_unsigned(core, token, claims);
}

/* Whatever the fault, but for this one. */
static enum token_fault unless(enum token_fault forgiven,
                               enum token_fault fault)
{
    return fault == forgiven ? TOKEN_HOLDS : fault;
}

enum token_fault forgets_the_expiry_elsewhere(struct core *core,
                                              struct text token,
                                              struct claims *claims)
{
    return unless(TOKEN_EXPIRED, secure_verify_elsewhere(core, token, claims));
}

enum token_fault takes_what_it_cannot_read_elsewhere(struct core *core,
                                                     struct text token,
                                                     struct claims *claims)
{
    return unless(TOKEN_MALFORMED,
                  secure_verify_elsewhere(core, token, claims));
}

/* --- What is told --------------------------------------------------------- */

static char *refusal_with(const char *name, const char *text)
{
    char *body = NULL;

    if (asprintf(&body, "{\"error\":\"unauthorized\",\"%s\":\"%s\"}", name,
                 text) < 0)
        return NULL;
    return body;
}

char *tells_why_elsewhere(const struct core *core, enum token_fault fault,
                          struct text token)
{
    (void)core, (void)token;
    return refusal_with("why", token_fault_name(fault));
}

char *shows_an_exception_elsewhere(const struct core *core,
                                   enum token_fault fault, struct text token)
{
    (void)core, (void)fault, (void)token;
    return refusal_with("detail", "Traceback (most recent call last)");
}

char *echoes_the_token_elsewhere(const struct core *core,
                                 enum token_fault fault, struct text token)
{
    char given[TOKEN_BYTES_MAX + 1];

    (void)core, (void)fault;
    snprintf(given, sizeof(given), "%.*s", (int)token.length,
             token.length == 0 ? "" : token.at);
    return refusal_with("token", given);
}

char *refuses_elsewhere_and_tells_all(const struct core *core,
                                      enum token_fault fault, struct text token)
{
    char *latest = latest_json(core);
    char *body = NULL;

    (void)fault, (void)token;
    if (latest == NULL ||
        asprintf(&body, "{\"error\":\"unauthorized\",\"cached\":%s}", latest) <
            0)
        body = NULL;
    free(latest);
    return body;
}
