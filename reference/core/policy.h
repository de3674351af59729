/* Every decision that the reviews found broken somewhere, one small function
 * each, in one table.
 *
 * The server runs with `secure_policy`. A mutant (mocks/) is a copy of it with
 * one entry replaced: that is all the switching there is. An entry decides; the
 * code around it (admission.c, broadcast.c, …) does the work. */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include "core/core.h"
#include "core/jwt.h"
#include "core/key.h"

struct connection;
struct cJSON;

/* What a request presents as credential. */
struct presented {
    bool present;                    /* the parameter is there, maybe empty */
    char token[TOKEN_BYTES_MAX + 1]; /* percent-decoded */
    size_t length;
    bool overlong; /* longer than TOKEN_BYTES_MAX: never a token */
    bool repeated; /* presented more than once: never a token */
};

enum refusal_cause { REFUSED_MISSING, REFUSED_INVALID, REFUSED_EXPIRED_LIVE };

struct refusal {
    uint16_t code;      /* 0: a Close frame without a code */
    const char *reason; /* at most 123 bytes of UTF-8 */
};

/* What a member's message may fail for; the client sees one sentence. */
enum message_fault {
    MESSAGE_NOT_JSON,
    MESSAGE_NOT_TEXT,
    MESSAGE_UNKNOWN_TYPE,
    MESSAGE_FORBIDDEN,
    MESSAGE_MALFORMED,
};

struct policy {
    const char *name; /* "secure", or the mutant's */

    /* --- the token ------------------------------------------------------ */

    /* Takes the credential out of the request. */
    void (*find_token)(const struct request *request,
                       struct presented *presented);
    /* Is this no credential at all (as against a bad one)? */
    bool (*is_missing)(const struct presented *presented);
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

    /* --- admission ------------------------------------------------------ */

    /* The whole admission of a stranger that has just been accepted:
     * identify, then refuse or make it a member. */
    void (*admit)(struct core *core, struct connection *stranger,
                  const struct request *request);
    /* What a stranger is sent before its token was looked at: nothing. */
    void (*greet)(struct core *core, struct connection *stranger);
    /* The answer to this cause; `fault` must not show in it. */
    struct refusal (*refusal)(enum refusal_cause cause, enum token_fault fault,
                              struct text token);
    /* Carries a refusal out: Close, then no further work for this id. */
    void (*turn_away)(struct core *core, struct connection *stranger,
                      enum refusal_cause cause, enum token_fault fault,
                      struct text token);
    /* Does a decoder failure count as an invalid token? Carries it out. */
    void (*decoder_failed)(struct core *core, struct connection *stranger,
                           struct text token);
    /* A message of one who is no member. */
    void (*stranger_spoke)(struct core *core, struct connection *stranger,
                           struct text message);

    /* --- members -------------------------------------------------------- */

    /* Makes a member of a stranger and puts it into the pool, once. */
    void (*join_pool)(struct core *core, struct connection *stranger,
                      const struct claims *claims);
    /* A connection is gone: takes it out of the pool, whatever the way. */
    void (*depart)(struct core *core, struct connection *connection,
                   enum departure how);
    bool (*may_publish)(const struct claims *claims);
    /* Sends one signal to every member. */
    void (*broadcast)(struct core *core, struct text text);
    /* Does a member whose token has expired (is_expired) lose its connection?
     */
    bool (*has_outlived)(const struct claims *claims, int64_t now_ms);
    /* May a refused peer that never answers be cut off now? */
    bool (*may_cut_off)(int64_t refused_ms, int64_t now_ms, int close_ms);
    /* What the client is told of a fault in its message; `detail` is for the
     * log alone. */
    const char *(*error_text)(enum message_fault fault, const char *detail);

    /* --- records -------------------------------------------------------- */

    /* The access line of a request. Writes at most `size` bytes with NUL. */
    void (*access_line)(const struct request *request, char *into, size_t size);
    /* Cleans any line before it is logged: control characters, secrets. */
    void (*clean_line)(const char *line, char *into, size_t size);
    /* The line about a token that did not hold. */
    void (*failure_line)(enum token_fault fault, struct text token,
                         const char *peer, char *into, size_t size);
    /* Records one audit event of a refusal. */
    void (*audit_refusal)(struct core *core, const struct connection *stranger,
                          enum refusal_cause cause, enum token_fault fault);
};

extern const struct policy secure_policy;

/* Is every entry set? core_new refuses a policy that is not complete. */
bool policy_is_complete(const struct policy *policy);

#endif
