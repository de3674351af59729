/* The issuer of `signals`: tokens for whom an operator vouches. It keeps no
 * record of them; what they hold is said by their claims alone. */
#include "core/secure.h"
#include "core/state.h"
#include <cJSON.h>
#include <stdlib.h>

enum { MINUTE_S = 60 };

int64_t secure_token_life_s(const struct settings *settings)
{
    return (int64_t)settings->token_minutes * MINUTE_S;
}

static char *claims_text(const struct core *core, const char *user,
                         const char *role)
{
    int64_t now_s = core->port.now_ms(core->port.self) / 1000;
    int64_t until_s = now_s + core->policy.token_life_s(&core->settings);
    cJSON *claims = cJSON_CreateObject();
    char *text;

    cJSON_AddStringToObject(claims, "sub", user);
    if (role[0] != 0)
        cJSON_AddStringToObject(claims, "role", role);
    cJSON_AddNumberToObject(claims, "iat", (double)now_s);
    cJSON_AddNumberToObject(claims, "exp", (double)until_s);
    text = cJSON_PrintUnformatted(claims);
    cJSON_Delete(claims);
    return text;
}

/* Header, claims and signature, as RFC 7515 7.1 has them. */
static char *sign(const struct key *key, const char *claims)
{
    static const char header[] = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
    unsigned char signature[MAC_BYTES];
    char *token =
        calloc(1, sizeof(header) + BASE64URL_SIZE(strlen(claims)) +
                      sizeof(".") + BASE64URL_SIZE(sizeof(signature)));
    size_t length = strlen(header);

    if (token == NULL)
        return NULL;
    memcpy(token, header, length);
    length += base64url_encode(claims, strlen(claims), token + length);
    if (!key_signs(key, (struct text){ token, length }, signature)) {
        free(token);
        return NULL;
    }
    token[length++] = '.';
    base64url_encode(signature, sizeof(signature), token + length);
    return token;
}

char *core_issue(const struct core *core, const char *user, const char *role)
{
    const struct keyring *keyring = core->port.keyring(core->port.self);
    const struct key *key =
        keyring == NULL ? NULL : keyring_find(keyring, text_of("HS256"));
    char *claims = key == NULL ? NULL : claims_text(core, user, role);
    char *token = claims == NULL ? NULL : sign(key, claims);

    cJSON_free(claims);
    return token;
}
