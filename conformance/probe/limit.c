/* Knocks at limits that can be reached, and what befalls a member or its
 * service meanwhile: each so far as the manifest's numbers and hooks allow it
 * to be tried. */
#include "probe/knock.h"
#include "manifest/manifest.h"
#include <stdio.h>

enum {
    CROWD_MAX = 256,
    IDLE_MS_MAX = 5000,
    /* addresses of ours that nothing else is done from */
    TRIER = 2,
    LOITERER = 3,
};

/* --- Limits --------------------------------------------------------------- */

/* Where all addresses are ours: another's would be locked out. */
static void use_up_attempts(struct bench *bench, struct knocks *knocks,
                            struct row_of_peers *row)
{
    const struct manifest *manifest = knocks->manifest;
    bool tight = is_offered(bench, TIGHT) && manifest->tight_attempts > 0;
    unsigned allowed = tight ? manifest->tight_attempts : manifest->attempts;
    struct manner there = { .tight = tight, .source = TRIER };
    struct peer *peers[CROWD_MAX];

    if (!is_offered(bench, SAME_CLOCK | (tight ? TIGHT : ATTEMPTS)) ||
        allowed == 0 || allowed > CROWD_MAX)
        return;
    for (unsigned i = 0; i < allowed; i++)
        peers[i] = dial(bench, ALICE, TOKEN(.literal = "garbage"), there);
    await_answers(peers, allowed, time_to_answer(bench));
    add_knock(knocks, row, CAUSE_ATTEMPTS,
              "one attempt more than an address may make",
              dial(bench, ALICE, GOOD_TOKEN, there));
}

static void loiter(struct bench *bench, struct knocks *knocks,
                   struct row_of_peers *row)
{
    unsigned allowed = knocks->manifest->strangers;
    struct manner silent = { .silent = true, .source = LOITERER };
    struct peer *last = NULL;

    if (!is_offered(bench, SAME_CLOCK | STRANGERS | FIRST_MESSAGE) ||
        allowed == 0 || allowed > CROWD_MAX)
        return;
    for (unsigned i = 0; i < allowed; i++)
        last = dial(bench, ALICE, GOOD_TOKEN, silent);
    (void)try_waiting(last);
    add_knock(knocks, row, CAUSE_STRANGERS,
              "one connection more than an address may have that prove nothing",
              dial(bench, ALICE, GOOD_TOKEN, silent));
}

static bool are_known(const struct bench *bench, unsigned count)
{
    for (unsigned who = ALICE; who < count; who++)
        if (!is_known(bench, (enum identity)who))
            return false;
    return true;
}

/* Of different users, for each may have but a few. */
static void fill(struct bench *bench, struct knocks *knocks,
                 struct row_of_peers *row)
{
    enum { USERS = PLATFORM + 1 };
    unsigned places = knocks->manifest->tight_connections;
    struct manner there = { .tight = true };

    if (!is_offered(bench, TIGHT) || places == 0 || places > CROWD_MAX ||
        !are_known(bench, USERS))
        return;
    for (unsigned i = 0; i < places; i++)
        (void)try_admission(
            dial(bench, (enum identity)(i % USERS), GOOD_TOKEN, there));
    add_knock(knocks, row, CAUSE_FULL,
              "one connection more than there may be in all",
              dial(bench, (enum identity)(places % USERS), GOOD_TOKEN, there));
}

static void try_one(struct bench *bench, struct knocks *knocks,
                    void (*knock)(struct bench *, struct knocks *,
                                  struct row_of_peers *),
                    int ms)
{
    struct row_of_peers row;

    begin_row(&row, knocks);
    knock(bench, knocks, &row);
    look_at_row(bench, knocks, &row, ms);
}

void try_attempts(struct bench *bench, void *context)
{
    try_one(bench, context, use_up_attempts, time_to_answer(bench));
}

void try_places(struct bench *bench, void *context)
{
    try_one(bench, context, fill, time_to_answer(bench));
}

/* Well before the deadline, at which all who prove nothing have to go. */
void try_waiters(struct bench *bench, void *context)
{
    const struct knocks *knocks = context;
    int soon_ms = knocks->manifest->auth_ms / 2;
    int usual_ms = time_to_answer(bench);

    try_one(bench, context, loiter, soon_ms < usual_ms ? soon_ms : usual_ms);
}

/* --- What happens meanwhile ----------------------------------------------- */

static struct peer *member_there(struct bench *bench, enum identity who,
                                 struct manner there)
{
    struct peer *peer = dial(bench, who, GOOD_TOKEN, there);

    (void)try_admission(peer);
    return peer;
}

/* Refused meanwhile, and looked at behind that: nobody else shall find it so.
 */
static void break_the_directory(struct bench *bench, struct knocks *knocks,
                                struct row_of_peers *row)
{
    struct peer *peer;

    if (!is_offered(bench, STORE_FAULT) || !is_known(bench, OWNER))
        return;
    break_store(bench);
    peer = dial_as(bench, OWNER, GOOD_TOKEN);
    await_answers(&peer, 1, time_to_answer(bench));
    mend_store(bench);
    add_knock(knocks, row, CAUSE_UNAVAILABLE,
              "a good token while the directory cannot be asked", peer);
}

void try_changes(struct bench *bench, void *context)
{
    struct knocks *knocks = context;
    int idle_ms = knocks->manifest->tight_session_ttl_ms;
    int ms = time_to_answer(bench);
    struct row_of_peers row;

    begin_row(&row, knocks);
    if (is_offered(bench, TENANTS | WITHDRAWAL)) {
        struct peer *peer = member_there(bench, CAROL, (struct manner){ 0 });
        add_knock(knocks, &row, CAUSE_WITHDRAWN, "a member who is removed",
                  peer);
        remove_user(bench, CAROL);
    }
    if (is_offered(bench, TIGHT | SESSION_TTL) && idle_ms > 0 &&
        idle_ms <= IDLE_MS_MAX) {
        add_knock(knocks, &row, CAUSE_SESSION,
                  "a session that is idle for too long",
                  member_there(bench, ALICE, (struct manner){ .tight = true }));
        ms += 2 * idle_ms;
    }
    break_the_directory(bench, knocks, &row);
    look_at_row(bench, knocks, &row, ms);
}

/* --- What could not be tried ---------------------------------------------- */

static const struct {
    enum cause cause;
    uint64_t claimed; /* else nobody asks for it */
    const char *lacking;
} lacks[] = {
    { CAUSE_TIMEOUT, FIRST_MESSAGE, "limits.auth_ms" },
    { CAUSE_FORBIDDEN, TENANTS, "hooks.tenant and hooks.user, or resources" },
    { CAUSE_MALFORMED, TENANTS, "hooks.tenant and hooks.user, or resources" },
    { CAUSE_ROLE, TENANTS, "hooks.user, or a user dave without the role" },
    { CAUSE_NO_IDENTITY, TENANTS, "endpoint.paths.management" },
    { CAUSE_EXPIRED_LIVE, LIVE_EXPIRY, "credential.keys, and a near clock" },
    { CAUSE_WITHDRAWN, WITHDRAWAL, "hooks.remove_user" },
    { CAUSE_SESSION, SESSION_TTL,
      "endpoint.tight with session_ttl_ms of at most 5000" },
    { CAUSE_PER_USER, PER_USER, "limits.per_user of at most 16" },
    { CAUSE_ATTEMPTS, ATTEMPTS,
      "a target on this machine, with endpoint.tight.attempts or "
      "limits.attempts of at most 256" },
    { CAUSE_STRANGERS, STRANGERS | FIRST_MESSAGE,
      "a target on this machine, with limits.strangers of at most 256" },
    { CAUSE_FULL, TIGHT, "endpoint.tight.connections" },
    { CAUSE_UNAVAILABLE, STORE_FAULT, "hooks.break_store and mend_store" },
    { CAUSE_LOGOUT, LOGOUT, "messages.logout" },
    { CAUSE_WRITING, READERS, "messages.publish" },
    { CAUSE_UNSPOKEN, SUBPROTOCOL_REQUIRED,
      "endpoint.subprotocols, or an instance with endpoint.tight.subprotocol" },
};

void add_untried(const struct manifest *manifest, unsigned tried,
                 struct buffer *into)
{
    for (size_t i = 0; i < COUNT(lacks); i++) {
        enum cause cause = lacks[i].cause;
        if ((tried & 1U << cause) != 0 ||
            manifest->refusals[cause].count == 0 ||
            (manifest->offers & lacks[i].claimed) != lacks[i].claimed)
            continue;
        buffer_printf(into, "%srefusals.%s (it takes %s)",
                      into->length == 0 ? "" : "; ", cause_member(cause),
                      lacks[i].lacking);
    }
}
