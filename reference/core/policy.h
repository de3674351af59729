/* Every decision that the reviews found broken somewhere, one small function
 * each, in one table.
 *
 * The server runs with `secure_policy`. A mutant (mocks/) is a copy of it with
 * one entry replaced: that is all the switching there is. An entry decides; the
 * code around it (admission.c, rights.c, …) does the work. */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include "core/activity_policy.h"
#include "core/core.h"
#include "core/jwt.h"
#include "core/key.h"
#include "core/history_policy.h"
#include "core/nodes_policy.h"
#include "core/presence_policy.h"
#include "core/rates_policy.h"
#include "core/refusals.h"
#include "core/sessions_policy.h"
#include "core/sizes_policy.h"

struct audience;
struct manager;
struct objection;

enum { UUID_SIZE = UUID_CHARS + 1 };

/* What a request, or a first message, presents as credential. */
struct presented {
    bool present;                    /* the place is there, maybe empty */
    char token[TOKEN_BYTES_MAX + 1]; /* decoded */
    size_t length;
    bool overlong;  /* longer than TOKEN_BYTES_MAX: never a token */
    unsigned times; /* presented, over all carriers */
};

/* The user id that a first message names besides its token. */
struct claimed {
    bool present;                     /* it is there, and not null */
    bool is_text;                     /* it is a string */
    char user[SUBJECT_BYTES_MAX + 1]; /* "" when it is no string, or too long */
};

/* What a first message is. */
enum first_kind { FIRST_READ, FIRST_UNREADABLE, FIRST_UNEXPECTED };

/* What a member's message may fail for; the client sees one sentence. */
enum message_fault {
    MESSAGE_NOT_JSON,
    MESSAGE_NOT_TEXT,
    MESSAGE_UNKNOWN_TYPE,
    MESSAGE_FORBIDDEN,
    MESSAGE_MALFORMED,
    MESSAGE_TOO_LARGE, /* read, yet longer than may be */
    MESSAGE_RATE,      /* more than may come in that time */
    MESSAGE_FAILED,    /* the directory could not be asked */
};

enum endpoint { ENDPOINT_MAIN, ENDPOINT_KITCHEN, ENDPOINT_MANAGEMENT };

/* What the directory says of a user at an endpoint. */
enum access {
    ACCESS_GRANTED,
    ACCESS_DENIED,  /* unknown, foreign, or the restaurant is not open */
    ACCESS_NO_ROLE, /* of the restaurant, without the role */
    ACCESS_UNKNOWN, /* the directory could not be asked */
};

/* How a member's place comes to be free. */
enum leaving { LEFT_CLEANLY, LEFT_ABRUPTLY, LEFT_TURNED_AWAY };

/* Whom a room admits: 003 §3. */
enum room_level {
    ROOM_PUBLIC,
    ROOM_PRIVATE,
    ROOM_RESTRICTED,
    ROOM_OWNER_ONLY,
    ROOM_LEVELS,
};

/* What a path leads to. */
enum route { ROUTE_GOOD, ROUTE_UNKNOWN, ROUTE_MALFORMED };

enum metric {
    MANAGERS_CREATED,
    MANAGERS_ENDED,
    AUTH_FAILURES,
    LIMIT_VIOLATIONS,
    CONTEXTLESS_REQUESTS,
    METRICS
};

struct policy {
    const char *name; /* "secure", or the mutant's */

    /* --- at the door ---------------------------------------------------- */

    /* Without TLS, where others have it. */
    bool (*serves_in_the_clear)(const struct core *core);
    /* A handshake of so many bytes. */
    bool (*reads_head_of)(const struct core *core, size_t bytes);
    /* Where the path leads; fills endpoint and restaurant. */
    enum route (*find_route)(const struct core *core, struct text path,
                             struct connection *stranger);
    bool (*origin_is_allowed)(const struct settings *settings,
                              const struct request *request);
    /* Whose allowance this attempt is counted against; without its port. */
    void (*address_of)(const struct settings *settings,
                       const struct request *request,
                       char into[PEER_BYTES_MAX + 1]);
    /* Counts one attempt of the address; false beyond its allowance. */
    bool (*may_attempt)(struct core *core, const char *address);
    bool (*window_has_passed)(int64_t since_ms, int64_t now_ms, int window_ms);
    /* May one more of this address wait unproven? */
    bool (*may_wait)(const struct core *core, const char *address);
    bool (*is_full)(const struct core *core);
    bool (*is_uuid)(struct text text);
    /* The sub-protocol to select, "" for none. */
    void (*choose_subprotocol)(const struct request *request, char *into,
                               size_t size);
    /* Where one sub-protocol alone is spoken: is it on offer? */
    bool (*offers_what_is_spoken)(const struct settings *settings,
                                  const struct request *request);
    /* … and what to select there, "" for none. */
    void (*choose_spoken)(const struct settings *settings,
                          const struct request *request, char *into,
                          size_t size);

    /* --- the token ------------------------------------------------------ */

    /* Takes the credential out of the request. */
    void (*find_token)(const struct core *core, const struct request *request,
                       struct presented *presented);
    bool (*credentials_conflict)(const struct presented *presented);
    /* Is this no credential at all (as against a bad one)? */
    bool (*is_missing)(const struct presented *presented);
    /* The verdict on a token by the entries below, revocation included. */
    enum token_fault (*verify_token)(struct core *core, struct text token,
                                     struct claims *claims);
    /* Has the text the shape of a compact JWS? */
    bool (*has_compact_form)(struct text token);
    /* The trusted key for this header; NULL when none. */
    const struct key *(*choose_key)(const struct keyring *keyring,
                                    const struct cJSON *header);
    /* Does every header member hold that we must understand (crit, typ)? */
    bool (*header_is_understood)(const struct cJSON *header);
    bool (*signature_holds)(const struct key *key, const struct cJSON *header,
                            struct text input, struct text signature);
    /* Fills subject, role, jti and times; false when one required is absent,
     * empty or of a wrong type. */
    bool (*read_claims)(const struct cJSON *payload, struct claims *claims);
    bool (*is_expired)(const struct claims *claims, int64_t now_ms);
    bool (*is_premature)(const struct claims *claims, int64_t now_ms);
    bool (*lives_too_long)(const struct claims *claims, int max_lifetime_s);
    bool (*is_revoked)(const struct core *core, const struct claims *claims);
    /* How long a token lives that is issued here. */
    int64_t (*token_life_s)(const struct settings *settings);

    /* The verdict on a token ("": none) that is brought over HTTP, to where
     * broadcasts can be read. */
    enum token_fault (*verify_elsewhere)(struct core *core, struct text token,
                                         struct claims *claims);
    /* The body for whom it refuses; `fault` must not show in it. free() it. */
    char *(*refusal_elsewhere)(const struct core *core, enum token_fault fault,
                               struct text token);

    /* --- admission ------------------------------------------------------ */

    /* The whole admission of a stranger that has just been accepted: identify,
     * then refuse or make it a member; or wait for its first message. */
    void (*admit)(struct core *core, struct connection *stranger,
                  const struct request *request);
    /* What a stranger is sent before its token was looked at: nothing. */
    void (*greet)(struct core *core, struct connection *stranger);
    /* The answer to this cause; `fault` must not show in it. */
    struct refusal (*refusal)(const struct core *core, enum refusal_cause cause,
                              enum token_fault fault, struct text token);
    /* Carries a refusal out: Close, then no further work for this id. */
    void (*turn_away)(struct core *core, struct connection *stranger,
                      enum refusal_cause cause, enum token_fault fault,
                      struct text token);
    /* Does a decoder failure count as an invalid token? Carries it out. */
    void (*decoder_failed)(struct core *core, struct connection *stranger,
                           struct text token);
    /* A message of one who is no member. */
    void (*stranger_spoke)(struct core *core, struct connection *stranger,
                           struct text message, bool is_text);

    /* --- the first message ---------------------------------------------- */

    enum first_kind (*read_first_message)(struct text message, bool is_text,
                                          struct presented *presented,
                                          struct claimed *claimed);
    /* When it is due, in ms since 1970. */
    int64_t (*first_message_due_ms)(const struct connection *stranger,
                                    const struct settings *settings);
    /* A frame came that is no message yet: a ping, a fragment. */
    void (*stirred)(struct core *core, struct connection *connection);
    bool (*claimed_user_holds)(const struct claims *claims,
                               const struct claimed *claimed);
    /* The user that the welcome names. */
    const char *(*welcome_user)(const struct claims *claims,
                                const struct claimed *claimed);
    /* Greets a new member. */
    void (*welcome)(struct core *core, struct connection *connection,
                    const struct claimed *claimed);

    /* --- rights --------------------------------------------------------- */

    enum access (*access)(struct core *core, const struct connection *stranger,
                          const struct claims *claims,
                          const struct claimed *claimed);
    enum finding (*find_user)(struct core *core, const struct claims *claims,
                              const struct claimed *claimed, struct user *user);
    /* FOUND when it exists and is active. */
    enum finding (*find_restaurant)(struct core *core, const char *id);
    bool (*belongs_to)(const struct user *user, const char *restaurant);
    bool (*role_may_manage)(const char *role);
    /* Does this verdict let somebody in at this endpoint? */
    bool (*lets_in)(enum endpoint endpoint, enum access access);
    /* The directory cannot be asked: carries out what follows. */
    void (*directory_failed)(struct core *core, struct connection *stranger);
    /* The directory may say something else of this member now. */
    void (*recheck)(struct core *core, struct connection *connection);

    /* --- places and managers -------------------------------------------- */

    bool (*has_place)(const struct core *core, const struct claims *claims);
    /* Counts a member's place, or gives it back; false when it cannot be
     * counted: nobody stays inside then. */
    bool (*take_place)(struct core *core, struct connection *connection);
    void (*leave_place)(struct core *core, struct connection *connection,
                        enum leaving how);
    /* The manager of a new member; NULL without memory. */
    struct manager *(*manager_for)(struct core *core,
                                   const struct claims *claims);
    /* The answer to who asks for a manager without a context. */
    const char *(*without_context)(struct core *core);
    void (*count)(struct core *core, enum metric metric);

    /* --- members -------------------------------------------------------- */

    /* Makes a member of a stranger and puts it into the pool, once. */
    void (*join_pool)(struct core *core, struct connection *stranger,
                      const struct claims *claims);
    /* A connection is gone: takes it out of the pool, whatever the way. */
    void (*depart)(struct core *core, struct connection *connection,
                   enum departure how);
    bool (*may_publish)(const struct claims *claims);
    /* Is this member one of those whom it is for? */
    bool (*may_hear)(const struct member *member,
                     const struct audience *audience);
    /* Sends one signal to every member of the audience. */
    void (*broadcast)(struct core *core, struct text text,
                      const struct audience *audience);
    const char *(*identity_of)(const struct member *member);
    /* Does a member whose token has expired (is_expired) lose its connection?
     */
    bool (*has_outlived)(const struct claims *claims, int64_t now_ms);
    /* Does a member lose it when this jti is revoked? */
    bool (*ends_with)(const struct claims *claims, struct text jti);
    /* May a refused peer that never answers be cut off now? */
    bool (*may_cut_off)(int64_t refused_ms, int64_t now_ms, int close_ms);

    /* --- what members send ---------------------------------------------- */

    /* The longest message, in bytes. */
    size_t (*message_max)(const struct core *core,
                          const struct connection *connection, bool is_text);
    void (*overlong)(struct core *core, struct connection *connection);
    void (*frame_failed)(struct core *core, struct connection *connection,
                         uint16_t code);
    /* A strict object, or NULL. */
    struct cJSON *(*read_message)(struct text message);
    /* Does what the type asks for; false with an objection. */
    bool (*obey)(struct core *core, struct connection *connection,
                 const struct cJSON *message, struct objection *objection);
    /* FOUND for an order that this member may see. */
    enum finding (*find_order)(struct core *core, const struct member *member,
                               struct text id, struct order *order);
    bool (*order_is_ours)(const struct order *order,
                          const struct member *member);
    bool (*status_is_valid)(struct text status);
    bool (*text_is_short)(struct text text);
    /* What others are shown of a text; malloc'd. */
    char *(*clean_text)(struct text text);
    /* What the client is told of a fault; `detail` is for the log alone. */
    const char *(*error_text)(enum message_fault fault, const char *detail);
    /* Answers a message that failed. */
    void (*message_failed)(struct core *core, struct connection *connection,
                           const struct objection *objection);

    /* --- rooms ---------------------------------------------------------- */

    bool (*room_id_is_valid)(struct text id);
    /* May that be the id of a user, or the name of a role? */
    bool (*room_name_is_valid)(struct text name, size_t bytes_max);
    bool (*room_level_read)(struct text name, enum room_level *level);
    /* NULL: there is none. */
    struct room *(*room_find)(struct core *core, struct text id);
    /* Is the id free? */
    bool (*room_may_make)(struct core *core, struct text id);
    bool (*room_may_own)(const struct core *core, const char *owner);
    /* Do the rules let this member in? */
    bool (*room_admits)(const struct room *room, const struct member *member);
    bool (*room_is_full)(const struct room *room);
    /* Takes the one seat that an admitted connection has; false: none. */
    bool (*room_enter)(const struct core *core, struct room *room,
                       struct connection *connection);
    bool (*room_may_speak)(const struct core *core, const struct room *room,
                           const struct connection *connection);
    /* Of one who is inside. */
    bool (*room_may_write)(const struct room *room,
                           const struct member *member);
    bool (*room_may_hear)(const struct core *core, const struct seat *seat);
    bool (*room_may_manage)(const struct room *room,
                            const struct member *member);
    /* May this member read the rules? */
    bool (*room_may_see)(const struct core *core, const struct room *room,
                         const struct member *member);
    struct cJSON *(*room_json)(const struct room *room);
    /* The rules, or the guests, have changed. */
    void (*room_changed)(struct core *core, struct room *room);
    /* Tells one that it is no member any more. */
    void (*room_withdrawn)(struct core *core, struct seat *seat);
    void (*room_delete)(struct core *core, struct room *room);
    /* A connection ends: takes it out of its rooms. */
    void (*rooms_leave)(struct core *core, struct connection *connection,
                        enum leaving how);
    /* May this empty room go? */
    bool (*room_is_due)(const struct core *core, const struct room *room,
                        int64_t now_ms);

    /* --- presence, rates, sessions -------------------------------------- */

    struct presence_policy presence;
    struct rates_policy rates;
    struct sessions_policy sessions;
    struct deflate_policy deflate;
    struct sizes_policy sizes;

    /* --- what was said in rooms ----------------------------------------- */

    struct history_policy history;

    /* --- records -------------------------------------------------------- */

    /* The access line of a request. Writes at most `size` bytes with NUL. */
    void (*access_line)(const struct request *request, char *into, size_t size);
    /* Cleans any line before it is logged: control characters, secrets. */
    void (*clean_line)(const char *line, char *into, size_t size);
    /* The line about a token that did not hold. */
    void (*failure_line)(enum token_fault fault, struct text token,
                         const char *peer, char *into, size_t size);
    /* The line about a message that failed. */
    void (*objection_line)(const struct connection *connection,
                           const struct objection *objection, char *into,
                           size_t size);
    /* The line about an identity that came from the token alone; "" for none.
     */
    void (*identity_line)(const struct connection *connection, char *into,
                          size_t size);
    /* Records one audit event of a refusal. */
    void (*audit_refusal)(struct core *core, const struct connection *stranger,
                          enum refusal_cause cause, enum token_fault fault);
    /* The security monitor did not take an event. */
    void (*monitor_failed)(struct core *core, const char *peer);
    struct activity_policy activity;

    struct nodes_policy nodes;

    /* --- cleanup -------------------------------------------------------- */

    /* Sees to it that one is due while anything is counted. */
    void (*plan_cleanup)(struct core *core);
    void (*clean_up)(struct core *core);
};

extern const struct policy secure_policy;

/* Is every entry set? core_new refuses a policy that is not complete. */
bool policy_is_complete(const struct policy *policy);

#endif
