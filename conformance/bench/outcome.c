/* Is what a peer got one of the ways in which the manifest has it refused? */
#include "bench/internal.h"
#include "bench/matcher.h"
#include <cJSON.h>

/* The message that comes before this close, and no other such. */
static bool message_fits(const struct outcome *outcome, const struct peer *peer)
{
    struct cJSON *value;
    bool fits;

    if (outcome->message == NULL)
        return peer->refusal_messages == 0;
    value = read_message(peer->bench, last_heard(peer));
    fits =
        peer->refusal_messages == 1 && pattern_is_all(outcome->message, value);
    cJSON_Delete(value);
    return fits;
}

static bool reason_fits(const struct outcome *outcome, const struct peer *peer)
{
    char reason[REASON_MAX + 1];

    if (outcome->reason_like != NULL) {
        memcpy(reason, peer->reason, peer->reason_length);
        reason[peer->reason_length] = 0;
        return strlen(reason) == peer->reason_length &&
               regex_finds(outcome->reason_like, reason);
    }
    return outcome->reason == NULL ||
           (strlen(outcome->reason) == peer->reason_length &&
            memcmp(outcome->reason, peer->reason, peer->reason_length) == 0);
}

static bool cut_fits(const struct outcome *outcome, const struct peer *peer)
{
    if (!peer->gone || peer->closed || peer->status != 0)
        return false;
    switch (outcome->cut) {
    case NOT_CUT: return false;
    case CUT_BY_FIN: return peer->ending == ENDING_FIN;
    case CUT_BY_RESET: return peer->ending == ENDING_RESET;
    case CUT_ANYHOW:
        return peer->ending == ENDING_FIN || peer->ending == ENDING_RESET;
    }
    return false;
}

static bool end_fits(const struct outcome *outcome, const struct peer *peer)
{
    if (outcome->cut != NOT_CUT)
        return cut_fits(outcome, peer);
    return peer->closed && peer->code == outcome->close &&
           reason_fits(outcome, peer);
}

/* The body of a rejection is the last that was heard. */
static bool outcome_fits(const struct outcome *outcome, const struct peer *peer)
{
    if (outcome->status != 0)
        return peer->status == outcome->status &&
               (outcome->body_like == NULL ||
                regex_finds(outcome->body_like, last_heard(peer)));
    if (!message_fits(outcome, peer))
        return false;
    if (outcome->is_open && peer->accepts > 0 && !has_answer(peer, 0))
        return true;
    return (!outcome->is_open || outcome->until_ms > 0) &&
           end_fits(outcome, peer);
}

bool any_outcome_fits(const struct outcomes *outcomes, const struct peer *peer)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        if (outcome_fits(&outcomes->at[i], peer))
            return true;
    }
    return false;
}

bool may_concern(const struct peer *peer, enum cause cause)
{
    if (cause == CAUSE_ASTRAY)
        return peer->is_astray;
    if (cause == CAUSE_UNSPOKEN)
        return peer->is_mute;
    if (cause == CAUSE_HANDSHAKE)
        return peer->is_long;
    if (cause == CAUSE_WRITING)
        return peer->wrote;
    return cause != CAUSE_AGAIN || peer->welcomes > 0;
}

bool refusal_is_listed(const struct peer *peer)
{
    const struct manifest *manifest = peer->bench->manifest;

    for (unsigned cause = 0; cause < CAUSES; cause++) {
        if (may_concern(peer, (enum cause)cause) &&
            any_outcome_fits(&manifest->refusals[cause], peer))
            return true;
    }
    return false;
}

bool reason_is_spelled_out(const struct peer *peer)
{
    const struct manifest *manifest = peer->bench->manifest;

    for (unsigned cause = 0; cause < CAUSES; cause++) {
        const struct outcomes *outcomes = &manifest->refusals[cause];
        for (size_t i = 0;
             i < outcomes->count && may_concern(peer, (enum cause)cause); i++)
            if (outcomes->at[i].reason != NULL &&
                outcome_fits(&outcomes->at[i], peer))
                return true;
    }
    return false;
}

/* --- Refused, and left open ----------------------------------------------- */

/* Does any cause have it, with a message or without one? */
static bool may_stay_open(const struct manifest *manifest, bool told)
{
    for (unsigned cause = 0; cause < CAUSES; cause++) {
        const struct outcomes *outcomes = &manifest->refusals[cause];
        for (size_t i = 0; i < outcomes->count; i++)
            if (outcomes->at[i].is_open &&
                (outcomes->at[i].message != NULL) == told)
                return true;
    }
    return false;
}

bool is_told_and_open(const struct peer *peer)
{
    return peer->refusal_messages > 0 &&
           may_stay_open(peer->bench->manifest, true) &&
           refusal_is_listed(peer);
}

int patience_for_refusals(const struct bench *bench)
{
    enum { SILENT_MS = 500 };
    int answer_ms = bench->manifest->answer_ms;

    return may_stay_open(bench->manifest, false) && answer_ms > SILENT_MS
               ? SILENT_MS
               : answer_ms;
}

int open_until_ms(const struct peer *peer)
{
    const struct manifest *manifest = peer->bench->manifest;
    int ms = 0;

    for (unsigned cause = 0; cause < CAUSES; cause++) {
        const struct outcomes *outcomes = &manifest->refusals[cause];
        for (size_t i = 0; i < outcomes->count; i++)
            if (outcomes->at[i].is_open && outcomes->at[i].until_ms > ms &&
                may_concern(peer, (enum cause)cause) &&
                outcome_fits(&outcomes->at[i], peer))
                ms = outcomes->at[i].until_ms;
    }
    return ms;
}

bool is_left_out(const struct peer *peer)
{
    return refusal_is_listed(peer) &&
           peer->data_frames == peer->refusal_messages;
}
