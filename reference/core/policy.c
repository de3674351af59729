/* The secure policy: the table, and the decisions about those inside. */
#include "core/secure.h"
#include "core/state.h"

void secure_depart(struct core *core, struct connection *connection,
                   enum departure how)
{
    (void)how; /* gone is gone */
    pool_leave(core, connection);
}

bool secure_may_publish(const struct claims *claims)
{
    return strcmp(claims->role, "publisher") == 0;
}

bool secure_has_outlived(const struct claims *claims, int64_t now_ms)
{
    return secure_is_expired(claims, now_ms);
}

bool secure_may_cut_off(int64_t refused_ms, int64_t now_ms, int close_ms)
{
    return now_ms - refused_ms >= close_ms;
}

const char *secure_error_text(enum message_fault fault, const char *detail)
{
    (void)fault, (void)detail;
    return "Message processing failed";
}

/* An audit event names a user only where a signature has named it before: one
 * whose live token ran out, never one who was turned away at the door. */
void secure_audit_refusal(struct core *core, const struct connection *stranger,
                          enum refusal_cause cause, enum token_fault fault)
{
    static const char *const causes[] = {
        [REFUSED_MISSING] = "missing",
        [REFUSED_INVALID] = "invalid",
        [REFUSED_EXPIRED_LIVE] = "expired_live",
    };
    bool is_known = cause == REFUSED_EXPIRED_LIVE && stranger->member != NULL;

    journal_audit(core, "auth_refused",
                  fault == TOKEN_DECODER_FAILED ? "ERROR" : "WARNING",
                  causes[cause], token_fault_name(fault), stranger,
                  is_known ? stranger->member->claims.subject : "");
}

const struct policy secure_policy = {
    .name = "secure",
    .find_token = secure_find_token,
    .is_missing = secure_is_missing,
    .has_compact_form = secure_has_compact_form,
    .choose_key = secure_choose_key,
    .header_is_understood = secure_header_is_understood,
    .signature_holds = secure_signature_holds,
    .read_claims = secure_read_claims,
    .is_expired = secure_is_expired,
    .is_premature = secure_is_premature,
    .lives_too_long = secure_lives_too_long,
    .is_revoked = secure_is_revoked,
    .admit = secure_admit,
    .greet = secure_greet,
    .refusal = secure_refusal,
    .turn_away = secure_turn_away,
    .decoder_failed = secure_decoder_failed,
    .stranger_spoke = secure_stranger_spoke,
    .join_pool = secure_join_pool,
    .depart = secure_depart,
    .may_publish = secure_may_publish,
    .broadcast = secure_broadcast,
    .has_outlived = secure_has_outlived,
    .may_cut_off = secure_may_cut_off,
    .error_text = secure_error_text,
    .access_line = secure_access_line,
    .clean_line = secure_clean_line,
    .failure_line = secure_failure_line,
    .audit_refusal = secure_audit_refusal,
};

/* Spelled out: a new entry that is not added here shows in the unit test,
 * which leaves each out in turn. */
bool policy_is_complete(const struct policy *policy)
{
    bool has_token =
        policy->find_token && policy->is_missing && policy->has_compact_form &&
        policy->choose_key && policy->header_is_understood &&
        policy->signature_holds && policy->read_claims && policy->is_expired &&
        policy->is_premature && policy->lives_too_long && policy->is_revoked;
    bool has_admission = policy->admit && policy->greet && policy->refusal &&
                         policy->turn_away && policy->decoder_failed &&
                         policy->stranger_spoke;
    bool has_members = policy->join_pool && policy->depart &&
                       policy->may_publish && policy->broadcast &&
                       policy->has_outlived && policy->may_cut_off &&
                       policy->error_text;
    bool has_records = policy->access_line && policy->clean_line &&
                       policy->failure_line && policy->audit_refusal;

    return policy->name != NULL && has_token && has_admission && has_members &&
           has_records;
}
