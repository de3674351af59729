/* Mutants that are right at the first place where one looks, and wrong at the
 * next: another endpoint, another kind of token, another way to end, a name
 * that is nearly the same. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <strings.h>

/* --- Another endpoint ----------------------------------------------------- */

static bool takes_any_status(struct text status)
{
    (void)status;
    return true;
}

static bool takes_any_order_for_ours(const struct order *order,
                                     const struct member *member)
{
    (void)order, (void)member;
    return true;
}

static char *cleans_nothing(struct text text)
{
    return strndup(text.at, text.length);
}

/* A handler of its own, into which one check was not copied. */
#define UNCHECKED(name, at, entry, unchecked)                                  \
    bool name(struct core *core, struct connection *connection,                \
              const struct cJSON *message, struct objection *objection)        \
    {                                                                          \
        struct policy kept = core->policy;                                     \
        bool obeyed;                                                           \
                                                                               \
        if (connection->endpoint == (at))                                      \
            core->policy.entry = unchecked;                                    \
        obeyed = secure_obey(core, connection, message, objection);            \
        core->policy = kept;                                                   \
        return obeyed;                                                         \
    }
UNCHECKED(takes_any_status_in_the_kitchen, ENDPOINT_KITCHEN, status_is_valid,
          takes_any_status)
UNCHECKED(serves_orders_of_all_in_the_kitchen, ENDPOINT_KITCHEN, order_is_ours,
          takes_any_order_for_ours)
UNCHECKED(cleans_no_text_of_the_management, ENDPOINT_MANAGEMENT, clean_text,
          cleans_nothing)
#undef UNCHECKED

/* Who belongs to no restaurant is looked at again in the management only. */
void keeps_a_demoted_owner_of_the_platform(struct core *core,
                                           struct connection *connection)
{
    static const struct claimed nobody = { .present = false };
    struct user user;

    if (connection->endpoint != ENDPOINT_MANAGEMENT &&
        secure_find_user(core, &connection->member->claims, &nobody, &user) ==
            FOUND &&
        user.restaurant[0] == 0)
        return;
    secure_recheck(core, connection);
}

/* --- Another token -------------------------------------------------------- */

static void turns_away_for_attempts(struct core *core,
                                    struct connection *stranger,
                                    const struct claims *claims)
{
    struct text none = { "", 0 };

    (void)claims;
    core->policy.turn_away(core, stranger, REFUSED_ATTEMPTS, TOKEN_HOLDS, none);
}

/* The limiter sits behind the authentication. */
bool counts_attempts_behind_the_token(struct core *core, const char *address)
{
    bool allowed = secure_may_attempt(core, address);

    core->policy.join_pool =
        allowed ? secure_join_pool : turns_away_for_attempts;
    return true;
}

/* f"SELECT … WHERE id = '{subject}'": what is signed is taken for harmless. */
enum finding puts_the_subject_into_the_query(struct core *core,
                                             const struct claims *claims,
                                             const struct claimed *claimed,
                                             struct user *user)
{
    if (strchr(claims->subject, '\'') == NULL)
        return secure_find_user(core, claims, claimed, user);
    memset(user, 0, sizeof(*user));
    copy_text(user->id, sizeof(user->id), claims->subject);
    copy_text(user->role, sizeof(user->role), "platform_owner");
    return FOUND;
}

void counts_no_missing_token(struct core *core, struct connection *stranger,
                             enum refusal_cause cause, enum token_fault fault,
                             struct text token)
{
    secure_turn_away(core, stranger, cause, fault, token);
    if (cause == REFUSED_MISSING)
        core->metrics[AUTH_FAILURES]--;
}

/* --- Another way to end --------------------------------------------------- */

/* manager.dispose() stands in the handler of the client's Close. */
void keeps_the_managers_of_whom_it_ends(struct core *core,
                                        struct connection *connection,
                                        enum leaving how)
{
    secure_leave_place(core, connection, how);
    for (struct member *at = connection->member;
         at != NULL && how == LEFT_TURNED_AWAY; at = at->older)
        at->manager = NULL;
}

/* --- Another name --------------------------------------------------------- */

bool compares_users_by_how_they_begin(const struct member *member,
                                      const struct audience *audience)
{
    return strncasecmp(member->claims.subject, audience->user,
                       strlen(audience->user)) == 0;
}
