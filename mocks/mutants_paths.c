/* Mutants of `signals` that hold who dials by the old path to less account: a
 * handler of its own, into which one check was not copied. */
#include "mutants.h"
#include "mutants_common.h"

static bool is_old(const struct request *request)
{
    return text_is(request->path, "/ws/old");
}

static void admit_by(void (*admit)(struct core *core,
                                   struct connection *stranger,
                                   const struct request *request),
                     struct core *core, struct connection *stranger,
                     const struct request *request)
{
    if (is_old(request))
        admit(core, stranger, request);
    else
        secure_admit(core, stranger, request);
}

void asks_for_no_token_on_its_old_path(struct core *core,
                                       struct connection *stranger,
                                       const struct request *request)
{
    admit_by(takes_the_tokenless_for_anonymous, core, stranger, request);
}

void pools_first_on_its_old_path(struct core *core, struct connection *stranger,
                                 const struct request *request)
{
    admit_by(pools_first_and_forgets_to_remove_the_tokenless, core, stranger,
             request);
}

void lets_nobody_in_on_its_old_path(struct core *core,
                                    struct connection *stranger,
                                    const struct request *request)
{
    admit_by(refuses_everybody, core, stranger, request);
}

/* --- Another verdict on a token ------------------------------------------- */

static void admit_with(enum token_fault (*verify)(struct core *core,
                                                  struct text token,
                                                  struct claims *claims),
                       struct core *core, struct connection *stranger,
                       const struct request *request)
{
    struct policy lax = core->policy;

    if (is_old(request))
        lax.verify_token = verify;
    admit_under(&lax, core, stranger, request);
}

/* Once it is in, it stays. */
static enum token_fault verify_without_expiry(struct core *core,
                                              struct text token,
                                              struct claims *claims)
{
    enum token_fault fault = secure_verify_token(core, token, claims);

    if (fault != TOKEN_EXPIRED)
        return fault;
    claims->expires_s = ETERNITY_S;
    return TOKEN_HOLDS;
}

static enum token_fault verify_what_can_be_read(struct core *core,
                                                struct text token,
                                                struct claims *claims)
{
    enum token_fault fault = secure_verify_token(core, token, claims);

    if (fault != TOKEN_MALFORMED)
        return fault;
    *claims = claims_of("guest");
    return TOKEN_HOLDS;
}

void looks_at_no_signature_on_its_old_path(struct core *core,
                                           struct connection *stranger,
                                           const struct request *request)
{
    admit_with(verify_unsigned, core, stranger, request);
}

void forgets_the_expiry_on_its_old_path(struct core *core,
                                        struct connection *stranger,
                                        const struct request *request)
{
    admit_with(verify_without_expiry, core, stranger, request);
}

void takes_what_it_cannot_read_on_its_old_path(struct core *core,
                                               struct connection *stranger,
                                               const struct request *request)
{
    admit_with(verify_what_can_be_read, core, stranger, request);
}

/* --- Another answer ------------------------------------------------------- */

void tells_why_on_its_old_path(struct core *core, struct connection *stranger,
                               const struct request *request)
{
    struct policy lax = core->policy;

    if (is_old(request))
        lax.refusal = puts_the_cause_into_the_reason;
    admit_under(&lax, core, stranger, request);
}
