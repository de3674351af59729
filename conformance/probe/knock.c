/* Knocks at the door, and misdeeds inside. */
#include "probe/knock.h"
#include "manifest/manifest.h"

enum { PLACES_MAX = 16, SHORT_LIFE_S = 2 };

static const struct {
    enum cause cause;
    uint64_t needs;
    const char *did;
    enum identity who;
    struct token token;
    struct manner manner;
} rows[] = {
    { CAUSE_MISSING,
      NOTHING,
      "no token",
      ALICE,
      { .carriage = CARRIED_NOWHERE },
      { .early = NULL } },
    { CAUSE_INVALID,
      NOTHING,
      "garbage for a token",
      ALICE,
      { .literal = "garbage" },
      { .early = NULL } },
    { CAUSE_INVALID,
      NOTHING,
      "an expired token",
      ALICE,
      { .expires_in_s = -3600 },
      { .early = NULL } },
    { CAUSE_INVALID,
      MINT,
      "a token signed with another key",
      ALICE,
      { .signing = SIGNED_WITH_OTHER_KEY },
      { .early = NULL } },
    { CAUSE_INVALID,
      MAX_LIFETIME | MINT,
      "a token that lives for ten years",
      ALICE,
      { .expires_in_s = 10L * 365 * 86400 },
      { .early = NULL } },
    { CAUSE_ORIGIN,
      ORIGINS,
      "a foreign Origin",
      BOB,
      { .exp = NULL },
      { .origin = "https://foreign.invalid" } },
    { CAUSE_ASTRAY,
      ROUTES,
      "a path that nobody serves",
      ALICE,
      { .exp = NULL },
      { .path = "/nowhere/that/is/served" } },
    { CAUSE_UNSPOKEN,
      SUBPROTOCOL_REQUIRED,
      "no sub-protocol",
      ALICE,
      { .exp = NULL },
      { .no_subprotocols = true } },
    { CAUSE_UNSPOKEN,
      SUBPROTOCOL_REQUIRED,
      "another sub-protocol",
      ALICE,
      { .exp = NULL },
      { .no_subprotocols = true, .subprotocols = "unheard-of.v1" } },
    { CAUSE_TIMEOUT,
      FIRST_MESSAGE,
      "no first message",
      ALICE,
      { .carriage = CARRIED_NOWHERE },
      { .silent = true } },
    { CAUSE_UNEXPECTED,
      FIRST_MESSAGE,
      "a first message that is no authentication",
      ALICE,
      { .carriage = CARRIED_NOWHERE },
      { .first = "{\"type\":\"hello\"}" } },
    { CAUSE_UNREADABLE,
      FIRST_MESSAGE,
      "a first message that is no JSON",
      ALICE,
      { .carriage = CARRIED_NOWHERE },
      { .first = "{" } },
    { CAUSE_FORBIDDEN,
      TENANTS,
      "a user of another tenant",
      MALLORY,
      { .exp = NULL },
      { .early = NULL } },
    { CAUSE_MALFORMED,
      TENANTS,
      "a tenant's id that is none",
      CAROL,
      { .exp = NULL },
      { .tenant_id = "1" } },
    { CAUSE_ROLE,
      TENANTS,
      "a user without the role",
      DAVE,
      { .exp = NULL },
      { .endpoint = MANAGEMENT } },
    { CAUSE_NO_IDENTITY,
      TENANTS,
      "no token, where a role is asked for",
      OWNER,
      { .carriage = CARRIED_NOWHERE },
      { .endpoint = MANAGEMENT } },
    { CAUSE_EXPIRED_LIVE,
      LIVE_EXPIRY | SAME_CLOCK | MINT,
      "a token that expires meanwhile",
      ALICE,
      { .expires_in_s = SHORT_LIFE_S },
      { .early = NULL } },
};

static const char *const members[] = {
    [CAUSE_MISSING] = "missing",
    [CAUSE_INVALID] = "invalid",
    [CAUSE_EXPIRED_LIVE] = "expired_live",
    [CAUSE_TIMEOUT] = "timeout",
    [CAUSE_UNEXPECTED] = "unexpected",
    [CAUSE_UNREADABLE] = "unreadable",
    [CAUSE_FORBIDDEN] = "forbidden",
    [CAUSE_MALFORMED] = "malformed",
    [CAUSE_ROLE] = "role",
    [CAUSE_NO_IDENTITY] = "no_identity",
    [CAUSE_WITHDRAWN] = "withdrawn",
    [CAUSE_SESSION] = "session",
    [CAUSE_LOGOUT] = "logout",
    [CAUSE_ORIGIN] = "origin",
    [CAUSE_PER_USER] = "per_user",
    [CAUSE_ATTEMPTS] = "attempts",
    [CAUSE_STRANGERS] = "strangers",
    [CAUSE_FULL] = "full",
    [CAUSE_ILLEGAL] = "illegal",
    [CAUSE_NOT_UTF8] = "not_utf8",
    [CAUSE_TOO_BIG] = "too_big",
    [CAUSE_UNAVAILABLE] = "unavailable",
    [CAUSE_ASTRAY] = "unknown_path",
    [CAUSE_AGAIN] = "second_authentication",
    [CAUSE_WRITING] = "forbidden_write",
    [CAUSE_HANDSHAKE] = "handshake",
    [CAUSE_UNSPOKEN] = "no_subprotocol",
};
_Static_assert(COUNT(members) == CAUSES, "each cause has a name");

const char *cause_member(enum cause cause)
{
    return members[cause];
}

/* --- The trials ----------------------------------------------------------- */

void begin_row(struct row_of_peers *row, const struct knocks *knocks)
{
    row->first = knocks->count;
}

/* Where a refusal is the end of what was a member's. */
static bool is_within(enum cause cause)
{
    return cause == CAUSE_EXPIRED_LIVE || cause == CAUSE_TOO_BIG ||
           cause == CAUSE_ILLEGAL || cause == CAUSE_NOT_UTF8 ||
           cause == CAUSE_LOGOUT || cause == CAUSE_WITHDRAWN ||
           cause == CAUSE_SESSION || cause == CAUSE_AGAIN ||
           cause == CAUSE_WRITING;
}

/* What a manifest claims where it is asked for at all; NULL: everybody has to.
 */
static const char *claim_behind(enum cause cause)
{
    switch (cause) {
    case CAUSE_EXPIRED_LIVE: return "live_expiry";
    case CAUSE_ORIGIN: return "origins";
    case CAUSE_PER_USER: return "per_user";
    case CAUSE_TOO_BIG: return "message_size";
    case CAUSE_LOGOUT: return "logout";
    case CAUSE_WITHDRAWN: return "withdrawal";
    case CAUSE_SESSION: return "session_ttl";
    case CAUSE_ATTEMPTS: return "attempts";
    case CAUSE_STRANGERS: return "strangers";
    case CAUSE_FULL: return "tight";
    case CAUSE_UNAVAILABLE: return "store_fault";
    case CAUSE_ASTRAY: return "routes";
    case CAUSE_WRITING: return "readers";
    case CAUSE_UNSPOKEN: return "subprotocol_required";
    default: return NULL;
    }
}

void add_knock(struct knocks *knocks, struct row_of_peers *row,
               enum cause cause, const char *did, struct peer *peer)
{
    if (knocks->count == KNOCKS_MAX)
        return;
    row->peers[knocks->count - row->first] = peer;
    knocks->at[knocks->count++] = (struct knock){
        .cause = cause,
        .did = did,
        .claim = claim_behind(cause),
        .inside = is_within(cause),
    };
}

/* Where the users are given, there may be but one. */
static enum identity someone(const struct bench *bench, enum identity who)
{
    return is_known(bench, who) ? who : ALICE;
}

void look_at_row(struct bench *bench, struct knocks *knocks,
                 struct row_of_peers *row, int ms)
{
    if (knocks->count == row->first) {
        knocks->control = true; /* there is nothing to compare it with */
        return;
    }
    await_answers(row->peers, knocks->count - row->first, ms);
    for (size_t i = row->first; i < knocks->count; i++) {
        struct peer *peer = row->peers[i - row->first];
        sight_take(peer, &knocks->at[i].sight);
        knocks->at[i].fits = knocks->at[i].inside
                                 ? is_closed_as(peer, knocks->at[i].cause)
                                 : is_refused_as(peer, knocks->at[i].cause);
    }
    knocks->control =
        try_admission(dial(bench, someone(bench, PUBLISHER_PAUL), GOOD_TOKEN,
                           (struct manner){ .source = 1 }));
}

/* Some of them are refused for the time that they take. */
static int time_for_strangers(const struct bench *bench,
                              const struct knocks *knocks)
{
    int ms = time_to_answer(bench);

    if (is_offered(bench, FIRST_MESSAGE))
        ms += knocks->manifest->auth_ms;
    if (is_offered(bench, LIVE_EXPIRY | SAME_CLOCK))
        ms += 1000 * SHORT_LIFE_S;
    return ms;
}

static bool can_be_asked(const struct bench *bench,
                         const struct manifest *manifest, size_t row)
{
    const struct manner *manner = &rows[row].manner;

    if (!is_offered(bench, rows[row].needs) || !is_known(bench, rows[row].who))
        return false;
    if (manner->no_subprotocols && manifest->subprotocols == NULL)
        return manifest->tight_subprotocol != NULL && is_offered(bench, TIGHT);
    return manner->endpoint != MANAGEMENT ||
           manifest->paths[MANAGEMENT] != NULL;
}

/* A sub-protocol is left out where one is offered. */
static struct manner manner_of(const struct manifest *manifest, size_t row)
{
    struct manner manner = rows[row].manner;

    manner.tight = manner.no_subprotocols && manifest->subprotocols == NULL;
    return manner;
}

void try_strangers(struct bench *bench, void *context)
{
    struct knocks *knocks = context;
    struct row_of_peers row;

    begin_row(&row, knocks);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!can_be_asked(bench, knocks->manifest, i))
            continue;
        add_knock(knocks, &row, rows[i].cause, rows[i].did,
                  dial(bench, rows[i].who, rows[i].token,
                       manner_of(knocks->manifest, i)));
        if ((rows[i].needs & MAX_LIFETIME) != 0)
            knocks->at[knocks->count - 1].claim =
                knocks->at[knocks->count - 1].step = "max_lifetime";
    }
    look_at_row(bench, knocks, &row, time_for_strangers(bench, knocks));
}

/* As many connections as a user may have, and one more. */
static void crowd(struct bench *bench, struct knocks *knocks,
                  struct row_of_peers *row)
{
    unsigned places = knocks->manifest->per_user;

    if (!is_offered(bench, PER_USER) || places == 0 || places > PLACES_MAX)
        return;
    for (unsigned i = 0; i < places; i++)
        (void)try_admission(dial_as(bench, someone(bench, DAVE), GOOD_TOKEN));
    add_knock(knocks, row, CAUSE_PER_USER,
              "one connection more than a user may have",
              dial_as(bench, someone(bench, DAVE), GOOD_TOKEN));
}

static bool is_listed(const struct knocks *knocks, enum cause cause)
{
    return knocks->manifest->refusals[cause].count > 0;
}

static struct peer *member(struct bench *bench, enum identity who)
{
    struct peer *peer = dial_as(bench, someone(bench, who), GOOD_TOKEN);

    (void)try_admission(peer);
    return peer;
}

void try_members(struct bench *bench, void *context)
{
    static const unsigned char reserved[] = { 0x83, 0x80, 0, 0, 0, 0 };
    struct knocks *knocks = context;
    struct row_of_peers row;

    begin_row(&row, knocks);
    crowd(bench, knocks, &row);
    if (is_offered(bench, MESSAGE_SIZE)) {
        struct peer *peer = member(bench, ALICE);
        add_knock(knocks, &row, CAUSE_TOO_BIG, "a message one byte too long",
                  peer);
        say_at_length(peer, message_bytes(bench) + 1, 1);
    }
    if (is_offered(bench, HANDSHAKE_SIZE)) {
        struct manner twice = { .header = "X-Filler",
                                .header_value = repeated(
                                    bench, "x", 2 * handshake_bytes(bench)) };
        add_knock(knocks, &row, CAUSE_HANDSHAKE,
                  "a handshake twice as long as is agreed",
                  dial(bench, ALICE, GOOD_TOKEN, twice));
    }
    if (knocks->has_wire && is_listed(knocks, CAUSE_ILLEGAL)) {
        struct peer *peer = member(bench, BOB);
        add_knock(knocks, &row, CAUSE_ILLEGAL, "a frame with a reserved opcode",
                  peer);
        say_raw(peer, reserved, sizeof(reserved));
    }
    if (knocks->has_wire && is_listed(knocks, CAUSE_NOT_UTF8)) {
        struct peer *peer = member(bench, CAROL);
        add_knock(knocks, &row, CAUSE_NOT_UTF8, "a text that is not UTF-8",
                  peer);
        say_bytes(peer, "\xff\xfe", 2, false);
    }
    if (is_offered(bench, FIRST_MESSAGE) && is_listed(knocks, CAUSE_AGAIN)) {
        struct peer *peer = member(bench, ALICE);
        add_knock(knocks, &row, CAUSE_AGAIN,
                  "a member that authenticates once more", peer);
        say(peer, authentication(peer, GOOD_TOKEN));
    }
    if (is_offered(bench, READERS | PUBLISHER) &&
        is_listed(knocks, CAUSE_WRITING)) {
        struct peer *peer = member(bench, ALICE);
        add_knock(knocks, &row, CAUSE_WRITING,
                  "a member that publishes without the right to", peer);
        publish_without_right(peer, canary(bench, "unheard"));
    }
    if (is_offered(bench, LOGOUT)) {
        struct peer *peer = member(bench, OWNER);
        add_knock(knocks, &row, CAUSE_LOGOUT, "a user that logs out", peer);
        log_out(peer);
    }
    look_at_row(bench, knocks, &row, time_to_answer(bench));
}
