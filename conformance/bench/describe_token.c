/* A token in words. */
#include "bench/internal.h"
#include <stdio.h>

const char *describe_token(const struct token *token, char *into, size_t size)
{
    static const char *const carriages[] = {
        [CARRIED_AS_AGREED] = "a token",
        [CARRIED_NOWHERE] = "no token",
        [CARRIED_EMPTY] = "an empty token",
        [CARRIED_BARE] = "a token parameter without a value",
        [CARRIED_MISNAMED] = "a token under another name",
        [CARRIED_IN_HEADER] = "a token in the Authorization header",
        [CARRIED_IN_QUERY] = "a token in the query",
        [CARRIED_IN_COOKIE] = "a token in a cookie",
    };
    static const char *const signings[] = {
        [SIGNED_RIGHT] = "",
        [SIGNED_WITH_OTHER_KEY] = ", signed with another key",
        [SIGNED_WITH_EMPTY_KEY] = ", signed with an empty key",
        [SIGNED_WITH_BROUGHT_KEY] = ", signed with a key in its header",
        [SIGNED_WITH_BROUGHT_SECRET] = ", signed with a secret in its header",
        [SIGNED_WITH_PUBLIC_KEY] = ", HMAC keyed with the public key",
        [SIGNED_WITH_LONGER_HASH] = ", signed with HS512",
        [SIGNED_NOT_AT_ALL] = ", not signed",
        [SIGNED_THEN_FLIPPED] = ", one bit of its signature flipped",
        [SIGNED_THEN_CUT] = ", its signature cut in half",
    };
    char expiry[48] = "";

    if (token->issued) {
        snprintf(into, size, "with a token of its issuer");
        return into;
    }
    if (token->expires_in_s != 0)
        snprintf(expiry, sizeof(expiry), ", exp in %ld s", token->expires_in_s);
#define TOLD(field, text)                                                      \
    token->field == NULL ? "" : text, token->field == NULL ? "" : token->field
    snprintf(into, size,
             "with %s%s%s%s%.60s%s%.60s%s%.60s%s%.60s%s%.60s%s%.40s",
             carriages[token->carriage], signings[token->signing], expiry,
             TOLD(exp, ", exp "), TOLD(sub, ", sub "), TOLD(alg, ", alg "),
             TOLD(header_more, ", header "), TOLD(rewrite_exp, ", exp made "),
             TOLD(literal, ": "));
#undef TOLD
    return into;
}
