/* Knocks at the door, and misdeeds inside. */
#include "probe/knock.h"
#include "manifest/manifest.h"
#include <cJSON.h>
#include <ctype.h>
#include <stdio.h>

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
    [CAUSE_HANDSHAKE] = "handshake",
};
_Static_assert(COUNT(members) == CAUSES, "each cause has a name");

const char *cause_member(enum cause cause)
{
    return members[cause];
}

/* --- The trials ----------------------------------------------------------- */

/* Who has knocked, beside what is to be told of it. */
struct row_of_peers {
    struct peer *peers[KNOCKS_MAX];
    size_t first; /* of the knocks that these are */
};

static void begin_row(struct row_of_peers *row, const struct knocks *knocks)
{
    row->first = knocks->count;
}

static void add(struct knocks *knocks, struct row_of_peers *row,
                enum cause cause, const char *did, struct peer *peer)
{
    if (knocks->count == KNOCKS_MAX)
        return;
    row->peers[knocks->count - row->first] = peer;
    knocks->at[knocks->count++] = (struct knock){
        .cause = cause,
        .did = did,
        .inside = cause == CAUSE_EXPIRED_LIVE || cause == CAUSE_TOO_BIG ||
                  cause == CAUSE_ILLEGAL || cause == CAUSE_NOT_UTF8 ||
                  cause == CAUSE_LOGOUT || cause == CAUSE_AGAIN,
    };
}

/* Where the users are given, there may be but one. */
static enum identity someone(const struct bench *bench, enum identity who)
{
    return is_known(bench, who) ? who : ALICE;
}

/* Waits for all, looks at each, and at one who may come in. */
static void look_at_all(struct bench *bench, struct knocks *knocks,
                        struct row_of_peers *row, int ms)
{
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

void try_strangers(struct bench *bench, void *context)
{
    struct knocks *knocks = context;
    struct row_of_peers row;

    begin_row(&row, knocks);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!is_offered(bench, rows[i].needs) ||
            !is_known(bench, rows[i].who) ||
            (rows[i].manner.endpoint == MANAGEMENT &&
             knocks->manifest->paths[MANAGEMENT] == NULL))
            continue;
        add(knocks, &row, rows[i].cause, rows[i].did,
            dial(bench, rows[i].who, rows[i].token, rows[i].manner));
    }
    look_at_all(bench, knocks, &row, time_for_strangers(bench, knocks));
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
    add(knocks, row, CAUSE_PER_USER, "one connection more than a user may have",
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
        add(knocks, &row, CAUSE_TOO_BIG, "a message one byte too long", peer);
        say_at_length(peer, message_bytes(bench) + 1, 1);
    }
    if (is_offered(bench, HANDSHAKE_SIZE)) {
        struct manner twice = { .header = "X-Filler",
                                .header_value = repeated(
                                    bench, "x", 2 * handshake_bytes(bench)) };
        add(knocks, &row, CAUSE_HANDSHAKE,
            "a handshake twice as long as is agreed",
            dial(bench, ALICE, GOOD_TOKEN, twice));
    }
    if (knocks->has_wire && is_listed(knocks, CAUSE_ILLEGAL)) {
        struct peer *peer = member(bench, BOB);
        add(knocks, &row, CAUSE_ILLEGAL, "a frame with a reserved opcode",
            peer);
        say_raw(peer, reserved, sizeof(reserved));
    }
    if (knocks->has_wire && is_listed(knocks, CAUSE_NOT_UTF8)) {
        struct peer *peer = member(bench, CAROL);
        add(knocks, &row, CAUSE_NOT_UTF8, "a text that is not UTF-8", peer);
        say_bytes(peer, "\xff\xfe", 2, false);
    }
    if (is_offered(bench, FIRST_MESSAGE) && is_listed(knocks, CAUSE_AGAIN)) {
        struct peer *peer = member(bench, ALICE);
        add(knocks, &row, CAUSE_AGAIN, "a member that authenticates once more",
            peer);
        say(peer, authentication(peer, GOOD_TOKEN));
    }
    if (is_offered(bench, LOGOUT)) {
        struct peer *peer = member(bench, OWNER);
        add(knocks, &row, CAUSE_LOGOUT, "a user that logs out", peer);
        log_out(peer);
    }
    if (knocks->count > row.first)
        look_at_all(bench, knocks, &row, time_to_answer(bench));
    else
        knocks->control = true;
}

/* --- What a sight is ------------------------------------------------------ */

bool may_be_widened(const struct sight *sight)
{
    return sight->code == 1000 || sight->code == 1001 || sight->code == 1005 ||
           sight->code == 1011;
}

/* Messages that came beside a welcome that was due. */
static unsigned messages_of(const struct knock *knock)
{
    return knock->sight.frames - (knock->inside ? knock->sight.welcomes : 0);
}

const char *fault_of(const struct knock *knock)
{
    const struct sight *sight = &knock->sight;

    if (sight->open && !knock->inside && sight->welcomes == 0 &&
        sight->frames == 1)
        return "It is sent a message, and stays. If that is the refusal, and "
               "it hears nothing else, say so by hand: { \"message\": the "
               "pattern, "
               "\"open\": true }.";
    if (sight->open)
        return knock->inside ? "It is not closed." : "It is let in.";
    if (sight->welcomes > 0 && !knock->inside)
        return "It is welcomed before.";
    if (sight->status >= 500)
        return "HTTP 5xx says that the service has failed; that is no refusal.";
    if (sight->status != 0 && sight->status < 400)
        return "That HTTP status is no refusal.";
    if (sight->code == 1011)
        return "1011 says that the service has failed; that is no refusal.";
    if (sight->code == 1005)
        return "A Close without a code says nothing at all.";
    if (may_be_widened(sight))
        return "That code says that nothing is wrong.";
    if (sight->status == 0 && sight->code == 0)
        return sight->upgraded
                   ? "The connection ends without a Close (1006): nobody is "
                     "told anything."
                   : "It is not answered.";
    if (sight->leaks)
        return "Its reason shows internals, or a secret.";
    if (messages_of(knock) > 1 && !knock->inside)
        return "It is sent other messages before.";
    return NULL;
}

static bool is_time(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd";

    for (size_t i = 0; form[i] != 0; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)text[i])
                           : text[i] != form[i])
            return false;
    return true;
}

/* As a pattern: all that it holds, but for the time. */
static struct cJSON *message_pattern(const char *message)
{
    struct cJSON *pattern = cJSON_Parse(message);
    struct cJSON *member;
    struct cJSON *next;

    if (!cJSON_IsObject(pattern)) {
        cJSON_Delete(pattern);
        return NULL;
    }
    for (member = pattern->child; member != NULL; member = next) {
        next = member->next;
        if (cJSON_IsString(member) && is_time(member->valuestring))
            cJSON_SetValuestring(member, "{time}");
    }
    return pattern;
}

struct cJSON *outcome_of(const struct knock *knock)
{
    const struct sight *sight = &knock->sight;
    struct cJSON *outcome = cJSON_CreateObject();
    bool told = messages_of(knock) == 1;
    struct cJSON *message = told ? message_pattern(sight->message) : NULL;

    if (sight->status != 0) {
        cJSON_AddNumberToObject(outcome, "http", sight->status);
        cJSON_Delete(message);
        return outcome;
    }
    if (told && message == NULL && !knock->inside) {
        cJSON_Delete(outcome);
        return NULL;
    }
    if (message != NULL)
        cJSON_AddItemToObject(outcome, "message", message);
    cJSON_AddNumberToObject(outcome, "close", sight->code);
    cJSON_AddStringToObject(outcome, "reason", sight->reason);
    return outcome;
}
