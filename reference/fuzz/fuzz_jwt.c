/* Fuzzes everything in the core that eats bytes of strangers: the query, the
 * token, its JSON, the keyring and the log lines. Absence of a crash is the
 * least of it: the input is never signed, so nothing may ever be admitted by
 * it, and no line may hold what a terminal would obey.
 *
 *     clang -fsanitize=fuzzer,address,undefined -Ireference … */
#include "core/json.h"
#include "core/secure.h"
#include "core/state.h"
#include "core/system.h"
#include <cJSON.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

enum { LINE_BYTES = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

static const char ring[] =
    "[{\"alg\":\"HS256\",\"secret\":\"0123456789abcdef0123456789abcdef\"},"
    "{\"alg\":\"EdDSA\",\"public_key\":\"-----BEGIN PUBLIC KEY-----\\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\\n"
    "-----END PUBLIC KEY-----\\n\"}]";

/* Signatures are taken as right, so that the claims are reached as well; only
 * the sound policy must refuse. */
static bool any_signature(const struct key *key, const struct cJSON *header,
                          struct text input, struct text signature)
{
    (void)secure_signature_holds(key, header, input, signature);
    return true;
}

static struct keyring *keys(void)
{
    static struct keyring *keyring;
    const char *why;

    if (keyring == NULL)
        keyring = keyring_read(text_of(ring), &why);
    MUST(keyring != NULL);
    return keyring;
}

static void fuzz_token(struct text token)
{
    const int64_t now_ms = INT64_C(1771754400000);
    struct policy gullible = secure_policy;
    struct claims claims;

    MUST(jwt_verify(&secure_policy, keys(), token, now_ms, 900, &claims) !=
         TOKEN_HOLDS);
    MUST(jwt_verify(&secure_policy, NULL, token, now_ms, 900, &claims) ==
         TOKEN_DECODER_FAILED);
    gullible.signature_holds = any_signature;
    if (jwt_verify(&gullible, keys(), token, now_ms, 900, &claims) !=
        TOKEN_HOLDS)
        return;
    MUST(claims.subject[0] != 0);
    MUST(claims.expires_s * 1000 + claims.expires_ms > now_ms);
    MUST(claims.expires_s <= now_ms / 1000 + 900);
    MUST(text_is_utf8(text_of(claims.subject)));
}

static void fuzz_json(struct text text)
{
    const char *why = NULL;
    struct keyring *keyring = keyring_read(text, &why);
    cJSON *json = json_object_read(text);

    MUST((keyring == NULL) == (why != NULL));
    MUST(keyring == NULL || keyring_count(keyring) > 0);
    MUST(json == NULL || json_is_well_formed(text));
    /* What we take, cJSON takes too. */
    if (json_is_well_formed(text)) {
        cJSON *again = json_read(text);
        MUST(again != NULL);
        cJSON_Delete(again);
    }
    cJSON_Delete(json);
    keyring_free(keyring);
}

/* Reads text as base64url and writes it again: one text has one meaning. */
static void fuzz_base64url(struct text text)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[LINE_BYTES];
    long length = base64url_read(text, bytes, sizeof(bytes));
    size_t at = 0;
    unsigned held = 0;
    unsigned bits = 0;

    for (long i = 0; i < length; i++) {
        held = held << 8 | bytes[i];
        for (bits += 8; bits >= 6; bits -= 6)
            MUST(text.at[at++] == alphabet[held >> (bits - 6) & 63]);
    }
    if (length >= 0 && bits > 0)
        MUST(text.at[at++] == alphabet[held << (6 - bits) & 63]);
    MUST(length < 0 || at == text.length);
}

static void fuzz_presented(const struct presented *presented)
{
    MUST(presented->length <= TOKEN_BYTES_MAX);
    MUST(presented->present || secure_is_missing(presented));
    if (presented->present && !presented->overlong)
        fuzz_token((struct text){ presented->token, presented->length });
}

static void fuzz_carriers(const struct request *request)
{
    static const struct system *const systems[] = { &system_signals,
                                                    &system_factory,
                                                    &system_pos };
    struct presented presented;

    for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++) {
        struct core core = { .system = systems[i] };
        secure_find_token(&core, request, &presented);
        fuzz_presented(&presented);
    }
}

static void fuzz_first_message(struct text message)
{
    struct presented presented;
    struct claimed claimed;

    if (secure_read_first_message(message, true, &presented, &claimed) ==
        FIRST_READ)
        fuzz_presented(&presented);
    MUST(secure_read_first_message(message, false, &presented, &claimed) ==
         FIRST_UNREADABLE);
}

static void fuzz_request(struct text text)
{
    const struct header headers[] = {
        { text_of("authorization"), text },
        { text_of("sec-websocket-protocol"), text },
    };
    struct request request = { text, text, headers, 2, "127.0.0.1:1" };
    char line[LINE_BYTES];
    char clean[LINE_BYTES];

    fuzz_carriers(&request);
    fuzz_first_message(text);
    secure_access_line(&request, line, sizeof(line));
    secure_clean_line(line, clean, sizeof(clean));
    for (const char *at = clean; *at != 0; at++)
        MUST(isprint((unsigned char)*at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text text = { (const char *)data, size };

    fuzz_token(text);
    fuzz_json(text);
    fuzz_base64url(text);
    fuzz_request(text);
    return 0;
}
