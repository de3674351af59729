/* Mutants of `factory` that verify a token in the sub-protocol by other rules
 * than one in the header. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"

static bool has_subprotocol_token(const struct core *core,
                                  const struct request *request,
                                  struct presented *presented)
{
    find_by_carriers(core, CARRIES_SUBPROTOCOL, request, presented);
    return presented->times == 1;
}

/* Two ways in, of which the younger one has not been looked at as often. */
static void admit_subprotocol_under(const struct policy *lax, struct core *core,
                                    struct connection *stranger,
                                    const struct request *request)
{
    struct presented presented;

    if (has_subprotocol_token(core, request, &presented))
        admit_under(lax, core, stranger, request);
    else
        secure_admit(core, stranger, request);
}

/* The sub-protocol has its own, older way in. */
void does_not_verify_subprotocols(struct core *core,
                                  struct connection *stranger,
                                  const struct request *request)
{
    struct policy lax = core->policy;

    lax.verify_token = verify_unsigned;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void dies_of_an_odd_subprotocol(struct core *core, struct connection *stranger,
                                const struct request *request)
{
    static const struct refusal internal = { 1011, "Internal error", false };
    struct presented presented;
    struct text token;

    (void)has_subprotocol_token(core, request, &presented);
    token = (struct text){ presented.token, presented.length };
    if (presented.times == 1 && !secure_has_compact_form(token))
        stranger_refuse(core, stranger, internal);
    else
        secure_admit(core, stranger, request);
}

/* Whatever follows the third part is cut off. */
void cuts_a_subprotocol_to_size(const struct core *core,
                                const struct request *request,
                                struct presented *presented)
{
    unsigned dots = 0;

    secure_find_token(core, request, presented);
    for (size_t i = 0; i < presented->length; i++) {
        char c = presented->token[i];
        dots += c == '.';
        if (dots > 2 || (c != '.' && !base64url_has(c)))
            presented->length = i;
    }
    presented->token[presented->length] = 0;
}

/* --- What is laxer where a sub-protocol brings the token ------------------ */

void ignores_not_before_of_subprotocols(struct core *core,
                                        struct connection *stranger,
                                        const struct request *request)
{
    struct policy lax = core->policy;

    lax.is_premature = ignores_not_before;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void accepts_any_lifetime_of_subprotocols(struct core *core,
                                          struct connection *stranger,
                                          const struct request *request)
{
    struct policy lax = core->policy;

    lax.lives_too_long = accepts_any_lifetime;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void forgets_revocations_of_subprotocols(struct core *core,
                                         struct connection *stranger,
                                         const struct request *request)
{
    struct policy lax = core->policy;

    lax.is_revoked = forgets_revocations;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void ignores_critical_headers_of_subprotocols(struct core *core,
                                              struct connection *stranger,
                                              const struct request *request)
{
    struct policy lax = core->policy;

    lax.header_is_understood = ignores_critical_headers;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void trusts_a_key_brought_by_a_subprotocol(struct core *core,
                                           struct connection *stranger,
                                           const struct request *request)
{
    struct policy lax = core->policy;

    lax.signature_holds = trusts_a_key_brought_by_the_token;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void looks_the_key_id_of_subprotocols_up_as_a_path(
    struct core *core, struct connection *stranger,
    const struct request *request)
{
    struct policy lax = core->policy;

    lax.signature_holds = looks_the_key_id_up_as_a_path;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void compares_half_the_signature_of_subprotocols(struct core *core,
                                                 struct connection *stranger,
                                                 const struct request *request)
{
    struct policy lax = core->policy;

    lax.verify_token = compares_half_the_signature;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void uses_the_public_key_as_a_secret_for_subprotocols(
    struct core *core, struct connection *stranger,
    const struct request *request)
{
    struct policy lax = core->policy;

    lax.verify_token = uses_the_public_key_as_a_secret;
    admit_subprotocol_under(&lax, core, stranger, request);
}

void believes_the_algorithm_of_a_subprotocol(struct core *core,
                                             struct connection *stranger,
                                             const struct request *request)
{
    struct policy lax = core->policy;

    lax.verify_token = believes_the_algorithm_of_the_token;
    admit_subprotocol_under(&lax, core, stranger, request);
}

/* --- How many there are --------------------------------------------------- */

/* next(p for p in subprotocols if p.startswith("jwt.")) */
void takes_the_first_of_two_subprotocols(const struct core *core,
                                         const struct request *request,
                                         struct presented *presented)
{
    struct presented bearer;

    find_by_carriers(core, CARRIES_BEARER, request, &bearer);
    secure_find_token(core, request, presented);
    if (bearer.times == 0 && presented->times > 0)
        presented->times = 1;
}
