/* Mutants of `pos` that count addresses and places wrongly. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>
#include <strings.h>

/* --- Attempts ------------------------------------------------------------- */

static struct count *counted(struct core *core, const char *address)
{
    return count_find(&core->addresses, address);
}

/* `count > limit`, tested before it is counted. */
bool allows_one_attempt_more(struct core *core, const char *address)
{
    struct count *count = counted(core, address);
    unsigned max = core->settings.attempts_max;
    bool was_full = count != NULL && count->attempts == max;
    bool allowed = secure_may_attempt(core, address);

    if (was_full && !allowed)
        count->attempts++;
    return allowed || was_full;
}

/* Only failures count. */
bool gives_the_attempt_back(struct core *core, struct connection *connection)
{
    struct count *count = counted(core, connection->address);

    if (count != NULL && count->attempts > 1)
        count->attempts--;
    return secure_take_place(core, connection);
}

bool bans_for_ever(int64_t since_ms, int64_t now_ms, int window_ms)
{
    (void)since_ms, (void)now_ms, (void)window_ms;
    return false;
}

bool prolongs_the_window_with_each_attempt(struct core *core,
                                           const char *address)
{
    bool allowed = secure_may_attempt(core, address);
    struct count *count = counted(core, address);

    if (!allowed && count != NULL)
        count->since_ms = core->port.now_ms(core->port.self);
    return allowed;
}

/* "Block the address": everything from there goes. */
bool throws_out_the_members_of_an_address(struct core *core,
                                          const char *address)
{
    bool allowed = secure_may_attempt(core, address);
    const struct count *count = counted(core, address);

    if (count == NULL || count->attempts < core->settings.attempts_max)
        return allowed;
    for (struct connection *at = core->connections; at != NULL; at = at->next)
        if (at->stage == MEMBER && strcmp(at->address, address) == 0)
            connection_end(core, at);
    return allowed;
}

/* --- Strangers ------------------------------------------------------------ */

bool lets_any_number_wait(const struct core *core, const char *address)
{
    (void)core, (void)address;
    return true;
}

static unsigned waiting(const struct core *core, const char *address,
                        bool with_members)
{
    unsigned count = 0;

    for (const struct connection *at = core->connections; at != NULL;
         at = at->next)
        if (address == NULL || strcmp(at->address, address) == 0)
            count +=
                at->stage == STRANGER || (with_members && at->stage == MEMBER);
    return count;
}

bool counts_strangers_of_all_addresses(const struct core *core,
                                       const char *address)
{
    (void)address;
    return waiting(core, NULL, false) < core->settings.strangers_max;
}

bool counts_members_as_strangers(const struct core *core, const char *address)
{
    return waiting(core, address, true) < core->settings.strangers_max;
}

/* --- Places --------------------------------------------------------------- */

/* user_connections[user_id].add(…): the claimed one, whoever claims it. */
void counts_a_place_for_the_claimed_user(struct core *core,
                                         struct connection *stranger,
                                         struct text message, bool is_text)
{
    struct presented presented;
    struct claimed claimed = { .present = false };
    struct count *count = NULL;

    if (stranger->stage == STRANGER &&
        secure_read_first_message(message, is_text, &presented, &claimed) ==
            FIRST_READ &&
        claimed.user[0] != 0)
        count = count_make(&core->users, claimed.user);
    if (count != NULL)
        count->held++;
    secure_stranger_spoke(core, stranger, message, is_text);
}

bool counts_who_waits_for_a_user(const struct core *core,
                                 const struct claims *claims)
{
    if (strncmp(claims->subject, "witness", 7) == 0)
        return true;
    return secure_has_place(core, claims) &&
           waiting(core, NULL, false) < core->settings.per_user_max;
}

bool counts_places_of_the_main_endpoint(struct core *core,
                                        struct connection *connection)
{
    return connection->endpoint != ENDPOINT_MAIN ||
           secure_take_place(core, connection);
}

static bool has_place_anyway(const struct core *core,
                             const struct claims *claims)
{
    (void)core, (void)claims;
    return true;
}

void counts_places_by_address(struct core *core, struct connection *stranger,
                              struct text message, bool is_text)
{
    struct policy kept = core->policy;
    bool is_first = true;

    for (const struct member *at = core->pool; at != NULL; at = at->next)
        if (strcmp(at->connection->address, stranger->address) == 0)
            is_first = false;
    if (is_first)
        core->policy.has_place = has_place_anyway;
    secure_stranger_spoke(core, stranger, message, is_text);
    core->policy = kept;
}

/* defaultdict(set), whose empty sets stay. */
void keeps_an_entry_for_who_has_left(struct core *core,
                                     struct connection *connection,
                                     enum leaving how)
{
    struct count *count;

    (void)how;
    if (!connection->has_place || connection->member == NULL)
        return;
    connection->has_place = false;
    count = count_find(&core->users, connection->member->claims.subject);
    if (count != NULL)
        count->held--;
}

void keeps_an_entry_for_who_was_refused(struct core *core,
                                        struct connection *stranger,
                                        enum refusal_cause cause,
                                        enum token_fault fault,
                                        struct text token)
{
    struct cJSON *payload = cause == REFUSED_INVALID ? payload_of(token) : NULL;
    const char *subject = member_string(payload, "sub");

    if (subject != NULL)
        (void)count_make(&core->users, subject);
    cJSON_Delete(payload);
    secure_turn_away(core, stranger, cause, fault, token);
}

void keeps_the_place_of_who_has_vanished(struct core *core,
                                         struct connection *connection,
                                         enum leaving how)
{
    if (how != LEFT_ABRUPTLY)
        secure_leave_place(core, connection, how);
}

/* `finally` in five handlers of six. */
void keeps_the_places_of_the_kitchen(struct core *core,
                                     struct connection *connection,
                                     enum leaving how)
{
    if (connection->endpoint != ENDPOINT_KITCHEN)
        secure_leave_place(core, connection, how);
}

void keeps_the_place_of_who_was_revoked(struct core *core,
                                        struct connection *connection,
                                        enum leaving how)
{
    if (connection->member == NULL ||
        !revocation_holds(core, connection->member->claims.jti))
        secure_leave_place(core, connection, how);
}

void keeps_the_place_of_who_has_lost_the_right(struct core *core,
                                               struct connection *connection)
{
    bool had_place = connection->has_place;

    connection->has_place = false;
    secure_recheck(core, connection);
    if (connection->stage == MEMBER)
        connection->has_place = had_place;
}

void keeps_the_place_of_an_overlong_message(struct core *core,
                                            struct connection *connection)
{
    connection->has_place = false;
    secure_overlong(core, connection);
}

void keeps_the_place_of_an_illegal_frame(struct core *core,
                                         struct connection *connection,
                                         uint16_t code)
{
    connection->has_place = false;
    secure_frame_failed(core, connection, code);
}

bool has_five_in_its_code(const struct core *core, const struct claims *claims)
{
    const struct count *count = count_find(&core->users, claims->subject);

    return count == NULL || count->held < 5;
}

bool has_five_hundred_in_its_code(struct core *core, const char *address)
{
    struct settings kept = core->settings;
    bool allowed;

    core->settings.attempts_max = 500;
    allowed = secure_may_attempt(core, address);
    core->settings = kept;
    return allowed;
}

bool has_room_for_all(const struct core *core)
{
    (void)core;
    return false;
}

/* --- Cleanup -------------------------------------------------------------- */

void never_starts_its_cleanup(struct core *core)
{
    (void)core; /* a lazy getter that nobody calls */
}

void cleans_nothing_up(struct core *core)
{
    core->policy.plan_cleanup(core);
}

/* user_connections.clear() */
void empties_its_tables(struct core *core)
{
    counts_free(&core->users);
    counts_free(&core->addresses);
    core->policy.plan_cleanup(core);
}

static void plans_none(struct core *core)
{
    (void)core;
}

/* The task ended with an exception; `is None` never becomes true again. */
void cleans_up_once(struct core *core)
{
    struct policy kept = core->policy;

    core->policy.plan_cleanup = plans_none;
    secure_clean_up(core);
    core->policy = kept;
    core->policy.plan_cleanup = plans_none;
}

/* Kept for statistics. */
void keeps_who_never_authenticated(struct core *core,
                                   struct connection *stranger,
                                   const struct request *request)
{
    secure_admit(core, stranger, request);
    core->pending_count++;
}

/* --- Left to the proxy in front ------------------------------------------- */

bool leaves_origins_to_the_proxy(const struct settings *settings,
                                 const struct request *request)
{
    (void)settings, (void)request;
    return true;
}

bool leaves_attempts_to_the_proxy(struct core *core, const char *address)
{
    (void)core, (void)address;
    return true;
}

size_t leaves_sizes_to_the_proxy(const struct core *core,
                                 const struct connection *connection,
                                 bool is_text)
{
    (void)core, (void)connection, (void)is_text;
    return 1024 * 1024;
}
