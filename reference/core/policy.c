/* The secure policy: the table, and the decisions about those inside. */
#include "core/history.h"
#include "core/presence.h"
#include "core/activity.h"
#include "core/rates.h"
#include "core/secure.h"
#include "core/sessions.h"
#include "core/system.h"
#include <stdio.h>

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

bool secure_ends_with(const struct claims *claims, struct text jti)
{
    return text_is(jti, claims->jti);
}

static const char *const cause_names[REFUSAL_CAUSES] = {
    [REFUSED_MISSING] = "missing",
    [REFUSED_INVALID] = "invalid",
    [REFUSED_EXPIRED_LIVE] = "expired_live",
    [REFUSED_REVOKED_LIVE] = "revoked_live",
    [REFUSED_TIMEOUT] = "timeout",
    [REFUSED_UNEXPECTED] = "unexpected",
    [REFUSED_UNREADABLE] = "unreadable",
    [REFUSED_FORBIDDEN] = "forbidden",
    [REFUSED_MALFORMED] = "malformed",
    [REFUSED_ROLE] = "role",
    [REFUSED_NO_IDENTITY] = "no_identity",
    [REFUSED_WITHDRAWN] = "withdrawn",
    [REFUSED_SESSION] = "session",
    [REFUSED_LOGOUT] = "logout",
    [REFUSED_ORIGIN] = "origin",
    [REFUSED_SUBPROTOCOL] = "subprotocol",
    [REFUSED_PER_USER] = "per_user",
    [REFUSED_ATTEMPTS] = "attempts",
    [REFUSED_STRANGERS] = "strangers",
    [REFUSED_FULL] = "full",
    [REFUSED_TOO_BIG] = "too_big",
    [REFUSED_UNAVAILABLE] = "unavailable",
};

/* Neither a user id nor a token that holds was presented. */
static bool lacks_identity(const struct core *core,
                           const struct connection *stranger,
                           enum token_fault fault)
{
    return (core->system->carriers & CARRIES_FIRST_MESSAGE) != 0 &&
           stranger->member == NULL && !stranger->has_claimed &&
           fault != TOKEN_HOLDS;
}

static const char *severity_of(const struct core *core, enum token_fault fault)
{
    if (core->system->refusal_severity[0] != 0)
        return core->system->refusal_severity;
    return fault == TOKEN_DECODER_FAILED ? "ERROR" : "WARNING";
}

/* An audit event names a user only where a signature has named it before: one
 * whose live token holds no longer, never one who was turned away at the door.
 */
void secure_audit_refusal(struct core *core, const struct connection *stranger,
                          enum refusal_cause cause, enum token_fault fault)
{
    bool was_inside = cause == REFUSED_EXPIRED_LIVE ||
                      cause == REFUSED_REVOKED_LIVE ||
                      cause == REFUSED_WITHDRAWN || cause == REFUSED_SESSION ||
                      cause == REFUSED_LOGOUT;
    bool is_known = was_inside && stranger->member != NULL;
    char detail[64];

    snprintf(detail, sizeof(detail), "%s%s",
             lacks_identity(core, stranger, fault)
                 ? "Missing user_id and no valid token: "
                 : "",
             token_fault_name(fault));
    journal_audit(core, core->system->refusal_event, severity_of(core, fault),
                  cause_names[cause], detail, stranger,
                  is_known ? stranger->member->claims.subject : "");
    journal_activity(core, stranger, was_inside ? "stay" : "connect",
                     cause_names[cause], "");
}

void secure_monitor_failed(struct core *core, const char *peer)
{
    char line[PEER_BYTES_MAX + 64];

    snprintf(line, sizeof(line), "error: the monitor took no event peer=%s",
             peer);
    journal_log(core, line);
}

const struct policy secure_policy = {
    .name = "secure",
    .serves_in_the_clear = secure_serves_in_the_clear,
    .reads_head_of = secure_reads_head_of,
    .find_route = secure_find_route,
    .origin_is_allowed = secure_origin_is_allowed,
    .address_of = secure_address_of,
    .may_attempt = secure_may_attempt,
    .window_has_passed = secure_window_has_passed,
    .may_wait = secure_may_wait,
    .is_full = secure_is_full,
    .is_uuid = secure_is_uuid,
    .choose_subprotocol = secure_choose_subprotocol,
    .offers_what_is_spoken = secure_offers_what_is_spoken,
    .choose_spoken = secure_choose_spoken,
    .find_token = secure_find_token,
    .credentials_conflict = secure_credentials_conflict,
    .is_missing = secure_is_missing,
    .verify_token = secure_verify_token,
    .has_compact_form = secure_has_compact_form,
    .choose_key = secure_choose_key,
    .header_is_understood = secure_header_is_understood,
    .signature_holds = secure_signature_holds,
    .read_claims = secure_read_claims,
    .is_expired = secure_is_expired,
    .is_premature = secure_is_premature,
    .lives_too_long = secure_lives_too_long,
    .is_revoked = secure_is_revoked,
    .token_life_s = secure_token_life_s,
    .verify_elsewhere = secure_verify_elsewhere,
    .refusal_elsewhere = secure_refusal_elsewhere,
    .admit = secure_admit,
    .greet = secure_greet,
    .refusal = secure_refusal,
    .turn_away = secure_turn_away,
    .decoder_failed = secure_decoder_failed,
    .stranger_spoke = secure_stranger_spoke,
    .read_first_message = secure_read_first_message,
    .first_message_due_ms = secure_first_message_due_ms,
    .stirred = secure_stirred,
    .claimed_user_holds = secure_claimed_user_holds,
    .welcome_user = secure_welcome_user,
    .welcome = secure_welcome,
    .access = secure_access,
    .find_user = secure_find_user,
    .find_restaurant = secure_find_restaurant,
    .belongs_to = secure_belongs_to,
    .role_may_manage = secure_role_may_manage,
    .lets_in = secure_lets_in,
    .directory_failed = secure_directory_failed,
    .recheck = secure_recheck,
    .has_place = secure_has_place,
    .take_place = secure_take_place,
    .leave_place = secure_leave_place,
    .manager_for = secure_manager_for,
    .without_context = secure_without_context,
    .count = secure_count,
    .join_pool = secure_join_pool,
    .depart = secure_depart,
    .may_publish = secure_may_publish,
    .may_hear = secure_may_hear,
    .broadcast = secure_broadcast,
    .identity_of = secure_identity_of,
    .has_outlived = secure_has_outlived,
    .ends_with = secure_ends_with,
    .may_cut_off = secure_may_cut_off,
    .message_max = secure_message_max,
    .sizes = { .measure = secure_measure,
               .size_fits = secure_size_fits,
               .text_chars = secure_text_chars,
               .binary_room = secure_binary_room,
               .relay_binary = secure_relay_binary },
    .deflate = { .agrees = secure_agrees_to_deflate,
                 .compresses = secure_compresses,
                 .inflated_max = secure_inflated_max },
    .overlong = secure_overlong,
    .frame_failed = secure_frame_failed,
    .read_message = secure_read_message,
    .obey = secure_obey,
    .find_order = secure_find_order,
    .order_is_ours = secure_order_is_ours,
    .status_is_valid = secure_status_is_valid,
    .text_is_short = secure_text_is_short,
    .clean_text = secure_clean_text,
    .error_text = secure_error_text,
    .message_failed = secure_message_failed,
    .room_id_is_valid = secure_room_id_is_valid,
    .room_name_is_valid = secure_room_name_is_valid,
    .room_level_read = secure_room_level_read,
    .room_find = secure_room_find,
    .room_may_make = secure_room_may_make,
    .room_may_own = secure_room_may_own,
    .room_admits = secure_room_admits,
    .room_is_full = secure_room_is_full,
    .room_enter = secure_room_enter,
    .room_may_speak = secure_room_may_speak,
    .room_may_write = secure_room_may_write,
    .room_may_hear = secure_room_may_hear,
    .room_may_manage = secure_room_may_manage,
    .room_may_see = secure_room_may_see,
    .room_json = secure_room_json,
    .room_changed = secure_room_changed,
    .room_withdrawn = secure_room_withdrawn,
    .room_delete = secure_room_delete,
    .rooms_leave = secure_rooms_leave,
    .room_is_due = secure_room_is_due,
    .presence = SECURE_PRESENCE,
    .rates = SECURE_RATES,
    .sessions = SECURE_SESSIONS,
    .history = SECURE_HISTORY,
    .access_line = secure_access_line,
    .clean_line = secure_clean_line,
    .failure_line = secure_failure_line,
    .objection_line = secure_objection_line,
    .identity_line = secure_identity_line,
    .audit_refusal = secure_audit_refusal,
    .monitor_failed = secure_monitor_failed,
    .activity = SECURE_ACTIVITY,
    .nodes = SECURE_NODES,
    .plan_cleanup = secure_plan_cleanup,
    .clean_up = secure_clean_up,
};

/* Spelled out: a new entry that is not added here shows in the unit test,
 * which leaves each out in turn. */
static bool has_door(const struct policy *policy)
{
    return policy->serves_in_the_clear && policy->reads_head_of &&
           policy->find_route && policy->origin_is_allowed &&
           policy->address_of && policy->may_attempt &&
           policy->window_has_passed && policy->may_wait && policy->is_full &&
           policy->is_uuid && policy->choose_subprotocol &&
           policy->offers_what_is_spoken && policy->choose_spoken;
}

static bool has_token(const struct policy *policy)
{
    return policy->find_token && policy->credentials_conflict &&
           policy->is_missing && policy->verify_token &&
           policy->has_compact_form && policy->choose_key &&
           policy->header_is_understood && policy->signature_holds &&
           policy->read_claims && policy->is_expired && policy->is_premature &&
           policy->lives_too_long && policy->is_revoked &&
           policy->token_life_s && policy->verify_elsewhere &&
           policy->refusal_elsewhere;
}

static bool has_admission(const struct policy *policy)
{
    return policy->admit && policy->greet && policy->refusal &&
           policy->turn_away && policy->decoder_failed &&
           policy->stranger_spoke;
}

static bool has_first_message(const struct policy *policy)
{
    return policy->read_first_message && policy->first_message_due_ms &&
           policy->stirred && policy->claimed_user_holds &&
           policy->welcome_user && policy->welcome;
}

static bool has_rights(const struct policy *policy)
{
    return policy->access && policy->find_user && policy->find_restaurant &&
           policy->belongs_to && policy->role_may_manage && policy->lets_in &&
           policy->directory_failed && policy->recheck;
}

static bool has_places_and_managers(const struct policy *policy)
{
    return policy->has_place && policy->take_place && policy->leave_place &&
           policy->manager_for && policy->without_context && policy->count;
}

static bool has_members(const struct policy *policy)
{
    return policy->join_pool && policy->depart && policy->may_publish &&
           policy->may_hear && policy->broadcast && policy->identity_of &&
           policy->has_outlived && policy->ends_with && policy->may_cut_off;
}

static bool has_sizes(const struct policy *policy)
{
    return policy->sizes.measure && policy->sizes.size_fits &&
           policy->sizes.text_chars && policy->sizes.binary_room &&
           policy->sizes.relay_binary && policy->deflate.agrees &&
           policy->deflate.compresses && policy->deflate.inflated_max;
}

static bool has_what_members_send(const struct policy *policy)
{
    return policy->message_max && policy->overlong && policy->frame_failed &&
           policy->read_message && policy->obey && policy->find_order &&
           policy->order_is_ours && policy->status_is_valid &&
           policy->text_is_short && policy->clean_text && policy->error_text &&
           policy->message_failed;
}

static bool has_history(const struct history_policy *history)
{
    return history->keep && history->is_over && history->forget &&
           history->may_read && history->json && history->replay;
}

static bool has_rooms(const struct policy *policy)
{
    return policy->room_id_is_valid && policy->room_name_is_valid &&
           policy->room_level_read && policy->room_find &&
           policy->room_may_make && policy->room_may_own &&
           policy->room_admits && policy->room_is_full && policy->room_enter &&
           policy->room_may_speak && policy->room_may_write &&
           policy->room_may_hear && policy->room_may_manage &&
           policy->room_may_see && policy->room_json && policy->room_changed &&
           policy->room_withdrawn && policy->room_delete &&
           policy->rooms_leave && policy->room_is_due;
}

static bool has_presence(const struct presence_policy *policy)
{
    return policy->is_coming && policy->is_parting && policy->event &&
           policy->tell_room && policy->tell_status && policy->status_read &&
           policy->subject && policy->is_news && policy->may_see &&
           policy->stirred && policy->is_gone && policy->is_silent &&
           policy->check && policy->clean;
}

static bool has_rates(const struct rates_policy *policy)
{
    return policy->may_send && policy->room_may_take && policy->has_passed;
}

static bool has_sessions(const struct sessions_policy *policy)
{
    return policy->touch && policy->due_ms && policy->expire &&
           policy->log_out && policy->is_logged_out;
}

static bool has_records(const struct policy *policy)
{
    return policy->access_line && policy->clean_line && policy->failure_line &&
           policy->objection_line && policy->identity_line &&
           policy->audit_refusal && policy->monitor_failed &&
           policy->activity.line;
}

static bool has_the_rest(const struct policy *policy)
{
    return policy->nodes.hears_of && policy->nodes.query_told &&
           policy->nodes.serves_alone && policy->plan_cleanup &&
           policy->clean_up;
}

bool policy_is_complete(const struct policy *policy)
{
    return policy->name != NULL && has_door(policy) && has_token(policy) &&
           has_admission(policy) && has_first_message(policy) &&
           has_rights(policy) && has_places_and_managers(policy) &&
           has_members(policy) && has_what_members_send(policy) &&
           has_sizes(policy) && has_rooms(policy) &&
           has_presence(&policy->presence) && has_rates(&policy->rates) &&
           has_sessions(&policy->sessions) && has_history(&policy->history) &&
           has_records(policy) && has_the_rest(policy);
}
