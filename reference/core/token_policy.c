/* Decisions about a token before its claims: what shape it has, which key it
 * may be held against. */
#include "core/secure.h"
#include <cJSON.h>
#include <strings.h>

/* RFC 7515 7.1: three parts of base64url between two dots. The signature may
 * be empty here: that is for signature_holds to refuse. */
bool secure_has_compact_form(struct text token)
{
    size_t dots = 0;
    size_t since_dot = 0;

    for (size_t i = 0; i < token.length; i++) {
        if (token.at[i] == '.') {
            if (since_dot == 0 || ++dots > 2)
                return false;
            since_dot = 0;
        } else if (base64url_has(token.at[i])) {
            since_dot++;
        } else {
            return false;
        }
    }
    return dots == 2;
}

const struct key *secure_choose_key(const struct keyring *keyring,
                                    const struct cJSON *header)
{
    const char *name =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(header, "alg"));

    return name == NULL ? NULL : keyring_find(keyring, text_of(name));
}

static bool has(const struct cJSON *header, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(header, name) != NULL;
}

/* RFC 7515 4.1.11: we understand no extension, so any `crit` is too much.
 * `b64` (RFC 7797) and `cty` (a nested token) would change what was signed;
 * another `typ` is another kind of token (RFC 8725 3.11). Whatever key or
 * address of a key the header brings (jwk, jku, x5c, kid, …) counts for
 * nothing: trust comes from the keyring alone. */
bool secure_header_is_understood(const struct cJSON *header)
{
    const cJSON *typ = cJSON_GetObjectItemCaseSensitive(header, "typ");
    const cJSON *kid = cJSON_GetObjectItemCaseSensitive(header, "kid");

    if (has(header, "crit") || has(header, "b64") || has(header, "cty"))
        return false;
    if (kid != NULL && !cJSON_IsString(kid))
        return false;
    return typ == NULL ||
           (cJSON_IsString(typ) && strcasecmp(typ->valuestring, "JWT") == 0);
}

bool secure_signature_holds(const struct key *key, const struct cJSON *header,
                            struct text input, struct text signature)
{
    (void)header; /* the key knows its algorithm */
    return key_verifies(key, input, signature);
}
