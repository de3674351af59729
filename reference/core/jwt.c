/* The one order in which a token is looked at: shape, header, key, signature,
 * claims. Nothing here decides; the entries of the policy do. */
#include "core/jwt.h"
#include "core/json.h"
#include "core/policy.h"
#include <cJSON.h>

enum { PART_BYTES_MAX = TOKEN_BYTES_MAX / 4 * 3 };

struct parts {
    struct text header;
    struct text payload;
    struct text signature;
    struct text input; /* header.payload: what is signed */
};

static const char *const fault_names[] = {
    [TOKEN_HOLDS] = "holds",
    [TOKEN_MALFORMED] = "malformed",
    [TOKEN_HEADER_REFUSED] = "header_refused",
    [TOKEN_KEY_UNKNOWN] = "key_unknown",
    [TOKEN_SIGNATURE_WRONG] = "signature_wrong",
    [TOKEN_CLAIMS_REFUSED] = "claims_refused",
    [TOKEN_EXPIRED] = "expired",
    [TOKEN_PREMATURE] = "premature",
    [TOKEN_LIVES_TOO_LONG] = "lives_too_long",
    [TOKEN_REVOKED] = "revoked",
    [TOKEN_DECODER_FAILED] = "decoder_failed",
    [TOKEN_ABSENT] = "absent",
};

const char *token_fault_name(enum token_fault fault)
{
    size_t index = (size_t)fault;

    if (index >= sizeof(fault_names) / sizeof(fault_names[0]))
        return "unknown";
    return fault_names[index];
}

/* Cuts the first part off *rest, at its dot; false when there is no dot. */
static bool cut(struct text *rest, struct text *part)
{
    const char *dot =
        rest->length == 0 ? NULL : memchr(rest->at, '.', rest->length);

    if (dot == NULL)
        return false;
    *part = (struct text){ rest->at, (size_t)(dot - rest->at) };
    rest->at = dot + 1;
    rest->length -= part->length + 1;
    return true;
}

static bool split(struct text token, struct parts *parts)
{
    struct text rest = token;

    if (!cut(&rest, &parts->header) || !cut(&rest, &parts->payload))
        return false;
    parts->signature = rest;
    parts->input.at = token.at;
    parts->input.length = token.length - rest.length - 1;
    return true;
}

/* The JSON object in one part, or NULL and the fault: a duplicate name is told
 * as `duplicate`, all else as malformed. */
static struct cJSON *part_read(struct text part, enum token_fault duplicate,
                               enum token_fault *fault)
{
    char bytes[PART_BYTES_MAX];
    long length = base64url_read(part, bytes, sizeof(bytes));
    struct cJSON *json = NULL;

    *fault = TOKEN_MALFORMED;
    if (length > 0)
        json = json_read((struct text){ bytes, (size_t)length });
    if (cJSON_IsObject(json)) {
        *fault = TOKEN_HOLDS;
        if (json_names_are_unique(json))
            return json;
        *fault = duplicate;
    }
    cJSON_Delete(json);
    return NULL;
}

static enum token_fault verify_signature(const struct policy *policy,
                                         const struct keyring *keyring,
                                         const struct cJSON *header,
                                         const struct parts *parts)
{
    char bytes[PART_BYTES_MAX];
    long length = base64url_read(parts->signature, bytes, sizeof(bytes));

    if (length < 0)
        return TOKEN_MALFORMED;
    if (!policy->header_is_understood(header))
        return TOKEN_HEADER_REFUSED;
    const struct key *key = policy->choose_key(keyring, header);
    if (key == NULL)
        return TOKEN_KEY_UNKNOWN;
    struct text signature = { bytes, (size_t)length };
    if (!policy->signature_holds(key, header, parts->input, signature))
        return TOKEN_SIGNATURE_WRONG;
    return TOKEN_HOLDS;
}

static enum token_fault verify_claims(const struct policy *policy,
                                      const struct cJSON *payload,
                                      int64_t now_ms, int max_lifetime_s,
                                      struct claims *claims)
{
    if (!policy->read_claims(payload, claims))
        return TOKEN_CLAIMS_REFUSED;
    if (policy->is_expired(claims, now_ms))
        return TOKEN_EXPIRED;
    if (policy->is_premature(claims, now_ms))
        return TOKEN_PREMATURE;
    if (policy->lives_too_long(claims, max_lifetime_s))
        return TOKEN_LIVES_TOO_LONG;
    return TOKEN_HOLDS;
}

static enum token_fault verify_parts(const struct policy *policy,
                                     const struct keyring *keyring,
                                     const struct parts *parts, int64_t now_ms,
                                     int max_lifetime_s, struct claims *claims)
{
    enum token_fault fault;
    struct cJSON *json = part_read(parts->header, TOKEN_HEADER_REFUSED, &fault);

    if (json != NULL)
        fault = verify_signature(policy, keyring, json, parts);
    cJSON_Delete(json);
    if (fault != TOKEN_HOLDS)
        return fault;

    json = part_read(parts->payload, TOKEN_CLAIMS_REFUSED, &fault);
    if (json != NULL)
        fault = verify_claims(policy, json, now_ms, max_lifetime_s, claims);
    cJSON_Delete(json);
    return fault;
}

enum token_fault jwt_verify(const struct policy *policy,
                            const struct keyring *keyring, struct text token,
                            int64_t now_ms, int max_lifetime_s,
                            struct claims *claims)
{
    struct parts parts;
    struct claims read = { .expires_s = 0 };

    if (keyring == NULL)
        return TOKEN_DECODER_FAILED;
    if (token.length > TOKEN_BYTES_MAX || !policy->has_compact_form(token) ||
        !split(token, &parts))
        return TOKEN_MALFORMED;
    enum token_fault fault =
        verify_parts(policy, keyring, &parts, now_ms, max_lifetime_s, &read);
    if (fault == TOKEN_HOLDS)
        *claims = read;
    return fault;
}
