/* Mints tokens: header, claims, signature (RFC 7519, RFC 7515). What a
 * criterion gives as raw JSON goes in as it stands, sound or not; hence texts
 * are put together here, not trees. */
#include "manifest/minter.h"
#include "adapter.h"
#include "manifest/internal.h"
#include "manifest/signing.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOKEN_PART_BYTES_MAX = 4 * 1024 * 1024 };

/* A text that grows; once something has failed, nothing is added. */
struct draft {
    struct buffer text;
    enum fault fault;
};

static void draft_init(struct draft *draft)
{
    buffer_init(&draft->text, TOKEN_PART_BYTES_MAX);
    draft->fault = FAULT_NONE;
}

static void add(struct draft *draft, const char *text)
{
    if (draft->fault == FAULT_NONE)
        draft->fault =
            text == NULL ? FAULT_MEMORY : buffer_add_string(&draft->text, text);
}

static void add_encoded(struct draft *draft, const struct buffer *bytes)
{
    char *text = base64url_write(buffer_view(bytes));

    add(draft, text);
    free(text);
}

/* --- Objects -------------------------------------------------------------- */

static void add_comma(struct draft *draft)
{
    if (draft->text.length > 1)
        add(draft, ",");
}

/* A member with a value in raw JSON; OMITTED leaves it out. */
static void add_member(struct draft *draft, const char *name, const char *raw)
{
    cJSON *quoted = cJSON_CreateString(name);
    char *text = cJSON_PrintUnformatted(quoted);

    if (strcmp(raw, OMITTED) != 0) {
        add_comma(draft);
        add(draft, text);
        add(draft, ":");
        add(draft, raw);
    }
    cJSON_free(text);
    cJSON_Delete(quoted);
}

/* The end of an object, behind members that the criterion adds. */
static void end_object(struct draft *draft, const char *more)
{
    if (more != NULL && *more != 0) {
        add_comma(draft);
        add(draft, more);
    }
    add(draft, "}");
}

static void write_header(struct draft *header, const struct signer *signer,
                         const struct token *token)
{
    char alg[16];

    snprintf(alg, sizeof(alg), "\"%s\"", signing_alg(signer, token->signing));
    add(header, "{");
    add_member(header, "alg", token->alg != NULL ? token->alg : alg);
    add_member(header, "typ", "\"JWT\"");
    if (signing_brought(token->signing) != NULL)
        add_member(header, "jwk", signing_brought(token->signing));
    end_object(header, token->header_more);
}

/* --- Claims --------------------------------------------------------------- */

/* What the claims of one token say, raw; NULL: the good value. */
struct saying {
    const char *sub;
    const char *exp;
    const char *more;
};

/* The claim that a service takes the user from. */
static const char *subject_name(const cJSON *claims)
{
    const cJSON *claim;

    if (cJSON_GetObjectItemCaseSensitive(claims, "sub") != NULL)
        return "sub";
    cJSON_ArrayForEach(claim, claims)
    {
        if (template_mentions(claim, "user", false))
            return claim->string;
    }
    return "sub";
}

/* False without memory. */
static bool fill_strings(cJSON *value, const struct pair *values)
{
    cJSON *child;

    if (cJSON_IsString(value)) {
        char *filled = template_fill(value->valuestring, values);
        bool is_set =
            filled != NULL && cJSON_SetValuestring(value, filled) != NULL;
        free(filled);
        return is_set;
    }
    cJSON_ArrayForEach(child, value)
    {
        if (!fill_strings(child, values))
            return false;
    }
    return true;
}

/* A claim whose variable has no value is left out. */
static bool has_values(const cJSON *claim, const struct pair *values)
{
    for (; values->name != NULL; values++)
        if (values->value == NULL &&
            template_mentions(claim, values->name, false))
            return false;
    return true;
}

static void add_claim(struct draft *claims, const cJSON *claim,
                      const struct pair *values)
{
    cJSON *copy = cJSON_Duplicate(claim, true);
    char *raw = copy != NULL && fill_strings(copy, values)
                    ? cJSON_PrintUnformatted(copy)
                    : NULL;

    if (raw == NULL)
        claims->fault = FAULT_MEMORY;
    else
        add_member(claims, claim->string, raw);
    cJSON_free(raw);
    cJSON_Delete(copy);
}

static void add_template(struct draft *claims, const struct manifest *manifest,
                         const struct minting *why, const char *sub)
{
    const struct pair values[] = { { "user", why->user },
                                   { "role", why->role },
                                   { "jti", why->jti },
                                   { NULL, NULL } };
    const char *subject = subject_name(manifest->claims);
    const cJSON *claim;

    cJSON_ArrayForEach(claim, manifest->claims)
    {
        if (sub != NULL && strcmp(claim->string, subject) == 0)
            add_member(claims, claim->string, sub);
        else if (has_values(claim, values))
            add_claim(claims, claim, values);
    }
}

/* Whole seconds, rounded down also before 1970. */
static int64_t seconds_of(int64_t ms)
{
    return ms / 1000 - (ms % 1000 < 0);
}

static void write_claims(struct draft *claims, const struct manifest *manifest,
                         const struct minting *why, const struct token *token,
                         const struct saying *saying)
{
    int64_t now = seconds_of(why->now_ms);
    long lives_s =
        token->expires_in_s != 0 ? token->expires_in_s : manifest->lifetime_s;
    char iat[24];
    char exp[24];

    snprintf(iat, sizeof(iat), "%" PRId64, now);
    snprintf(exp, sizeof(exp), "%" PRId64, now + lives_s);
    add(claims, "{");
    add_template(claims, manifest, why, saying->sub);
    add_member(claims, "iat", iat);
    add_member(claims, "exp", saying->exp != NULL ? saying->exp : exp);
    end_object(claims, saying->more);
}

/* --- Tokens --------------------------------------------------------------- */

/* "header.claims" */
static void write_input(struct draft *input, const struct draft *header,
                        const struct draft *claims)
{
    input->fault = header->fault != FAULT_NONE ? header->fault : claims->fault;
    add_encoded(input, &header->text);
    add(input, ".");
    add_encoded(input, &claims->text);
}

static void add_signature(struct draft *token, const struct buffer *signature)
{
    add(token, ".");
    add_encoded(token, signature);
}

/* The claims are written once more where they are to be rewritten behind the
 * back of the signature. */
static void rewrite(struct draft *input, const struct draft *header,
                    const struct manifest *manifest, const struct minting *why,
                    const struct token *token)
{
    struct saying saying = {
        .sub = token->rewrite_sub != NULL ? token->rewrite_sub : token->sub,
        .exp = token->rewrite_exp != NULL ? token->rewrite_exp : token->exp,
        .more = token->claims_more,
    };
    struct draft claims;

    if (token->rewrite_sub == NULL && token->rewrite_exp == NULL)
        return;
    draft_init(&claims);
    write_claims(&claims, manifest, why, token, &saying);
    buffer_clear(&input->text);
    write_input(input, header, &claims);
    buffer_deinit(&claims.text);
}

static char *take(struct draft *token)
{
    if (token->fault == FAULT_NONE)
        return buffer_take(&token->text);
    /* fault_reason() tells already of what went wrong with a signature. */
    if (token->fault == FAULT_MEMORY || token->fault == FAULT_LIMIT)
        (void)fault_say(token->fault, "a token: %s", fault_text(token->fault));
    buffer_deinit(&token->text);
    return NULL;
}

static char *mint(const struct manifest *manifest, const struct minting *why,
                  const struct token *token)
{
    const struct signer *signer = &manifest->keys[token->key];
    struct saying saying = { token->sub, token->exp, token->claims_more };
    struct draft header;
    struct draft claims;
    struct draft whole;
    struct draft signature;

    draft_init(&header);
    draft_init(&claims);
    draft_init(&whole);
    draft_init(&signature);
    write_header(&header, signer, token);
    write_claims(&claims, manifest, why, token, &saying);
    write_input(&whole, &header, &claims);
    if (whole.fault == FAULT_NONE)
        whole.fault = signing_make(signer, token->signing,
                                   buffer_view(&whole.text), &signature.text);
    if (whole.fault == FAULT_NONE)
        rewrite(&whole, &header, manifest, why, token);
    add_signature(&whole, &signature.text);
    buffer_deinit(&header.text);
    buffer_deinit(&claims.text);
    buffer_deinit(&signature.text);
    return take(&whole);
}

char *token_mint(const struct manifest *manifest, const struct minting *why,
                 const struct token *token)
{
    if (token->literal != NULL)
        return strdup(token->literal);
    if (token->key >= manifest->key_count) {
        (void)fault_say(FAULT_MANIFEST, "the manifest has no key %u",
                        token->key);
        return NULL;
    }
    return mint(manifest, why, token);
}
