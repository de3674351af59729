/* Mutants of `factory` that look for the credential, or the user, where they
 * should not, or not where they should. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>

/* The secure search, as if some carriers did not exist. */
static void find_by(const struct core *core, unsigned carriers,
                    const struct request *request, struct presented *presented)
{
    struct system system = *core->system;
    struct core other = *core;

    system.carriers = carriers;
    other.system = &system;
    secure_find_token(&other, request, presented);
}

void reads_the_bearer_only(const struct core *core,
                           const struct request *request,
                           struct presented *presented)
{
    find_by(core, CARRIES_BEARER, request, presented);
}

void reads_the_subprotocol_only(const struct core *core,
                                const struct request *request,
                                struct presented *presented)
{
    find_by(core, CARRIES_SUBPROTOCOL, request, presented);
}

void reads_the_query_too(const struct core *core, const struct request *request,
                         struct presented *presented)
{
    secure_find_token(core, request, presented);
    if (!presented->present)
        find_by(core, CARRIES_QUERY, request, presented);
}

void reads_the_cookie_too(const struct core *core,
                          const struct request *request,
                          struct presented *presented)
{
    secure_find_token(core, request, presented);
    for (size_t i = 0; i < request->header_count && !presented->present; i++) {
        struct text value = request->headers[i].value;
        if (header_is(&request->headers[i], "Cookie") && value.length > 6 &&
            memcmp(value.at, "token=", 6) == 0)
            present(presented, (struct text){ value.at + 6, value.length - 6 });
    }
}

/* `header or subprotocol`: the other one is never looked at. */
void takes_the_first_of_two_credentials(const struct core *core,
                                        const struct request *request,
                                        struct presented *presented)
{
    find_by(core, CARRIES_BEARER, request, presented);
    if (!presented->present)
        find_by(core, CARRIES_SUBPROTOCOL, request, presented);
    presented->times = 1;
}

void takes_two_that_agree_for_one(const struct core *core,
                                  const struct request *request,
                                  struct presented *presented)
{
    struct presented other;

    find_by(core, CARRIES_BEARER, request, &other);
    find_by(core, CARRIES_SUBPROTOCOL, request, presented);
    if (other.times == 1 && presented->times == 1 &&
        strcmp(other.token, presented->token) == 0)
        return;
    secure_find_token(core, request, presented);
}

/* headers.get("authorization") */
void takes_the_first_of_two_headers(const struct core *core,
                                    const struct request *request,
                                    struct presented *presented)
{
    struct header headers[HEADERS_MAX];
    struct request one = *request;
    bool seen = false;

    one.header_count = 0;
    one.headers = headers;
    for (size_t i = 0; i < request->header_count; i++) {
        bool is_bearer = header_is(&request->headers[i], "Authorization");
        if (!is_bearer || !seen)
            headers[one.header_count++] = request->headers[i];
        seen = seen || is_bearer;
    }
    secure_find_token(core, &one, presented);
}

/* Each in turn, until one holds. */
void tries_each_credential(struct core *core, struct connection *stranger,
                           const struct request *request)
{
    struct presented presented;
    struct claims claims;
    enum token_fault fault;

    find_by(core, CARRIES_BEARER, request, &presented);
    fault = core->policy.verify_token(
        core, (struct text){ presented.token, presented.length }, &claims);
    if (fault == TOKEN_HOLDS && presented.times == 1)
        (void)stranger_joins(core, stranger, &claims);
    else
        secure_admit(core, stranger, request);
}

static bool has_subprotocol_token(const struct core *core,
                                  const struct request *request,
                                  struct presented *presented)
{
    find_by(core, CARRIES_SUBPROTOCOL, request, presented);
    return presented->times == 1;
}

/* The sub-protocol has its own, older way in. */
void does_not_verify_subprotocols(struct core *core,
                                  struct connection *stranger,
                                  const struct request *request)
{
    struct presented presented;
    struct policy lax = core->policy;

    if (has_subprotocol_token(core, request, &presented))
        lax.verify_token = verify_unsigned;
    admit_under(&lax, core, stranger, request);
}

void dies_of_an_odd_subprotocol(struct core *core, struct connection *stranger,
                                const struct request *request)
{
    static const struct refusal internal = { 1011, "Internal error", false };
    struct presented presented;
    struct text token;

    (void)has_subprotocol_token(core, request, &presented);
    token = (struct text){ presented.token, presented.length };
    if (presented.times == 1 && !secure_has_compact_form(token))
        stranger_refuse(core, stranger, internal);
    else
        secure_admit(core, stranger, request);
}

/* Whatever follows the third part is cut off. */
void cuts_a_subprotocol_to_size(const struct core *core,
                                const struct request *request,
                                struct presented *presented)
{
    unsigned dots = 0;

    secure_find_token(core, request, presented);
    for (size_t i = 0; i < presented->length; i++) {
        char c = presented->token[i];
        dots += c == '.';
        if (dots > 2 || (c != '.' && !base64url_has(c)))
            presented->length = i;
    }
    presented->token[presented->length] = 0;
}

/* --- Who it is ------------------------------------------------------------ */

/* The secure admission, after which the member is somebody else; who would be
 * waited for is one at once. */
static void admit_as(struct core *core, struct connection *stranger,
                     const struct request *request, const char *user)
{
    struct claims claims = claims_of(user);

    secure_admit(core, stranger, request);
    if (stranger->stage == STRANGER && user[0] != 0)
        (void)stranger_joins(core, stranger, &claims);
    if (stranger->stage == MEMBER && user[0] != 0)
        copy_text(stranger->member->claims.subject,
                  sizeof(stranger->member->claims.subject), user);
}

void takes_the_user_from_the_query(struct core *core,
                                   struct connection *stranger,
                                   const struct request *request)
{
    struct text query = request->query;
    struct parameter parameter;
    char user[SUBJECT_BYTES_MAX + 1] = "";

    while (query_next(&query, &parameter))
        if (text_is(parameter.name, "user_id"))
            snprintf(user, sizeof(user), "%.*s", (int)parameter.value.length,
                     parameter.value.at);
    admit_as(core, stranger, request, user);
}

void takes_the_user_from_a_header(struct core *core,
                                  struct connection *stranger,
                                  const struct request *request)
{
    char user[SUBJECT_BYTES_MAX + 1] = "";

    for (size_t i = 0; i < request->header_count; i++)
        if (header_is(&request->headers[i], "X-User-ID") ||
            header_is(&request->headers[i], "X-Forwarded-User"))
            snprintf(user, sizeof(user), "%.*s",
                     (int)request->headers[i].value.length,
                     request->headers[i].value.at);
    admit_as(core, stranger, request, user);
}

bool takes_the_user_from_another_claim(const struct cJSON *payload,
                                       struct claims *claims)
{
    const char *user = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(payload, "user_id"));

    if (!secure_read_claims(payload, claims))
        return false;
    if (user != NULL)
        copy_text(claims->subject, sizeof(claims->subject), user);
    return true;
}

/* @router.websocket("/factory/{user_id}") */
enum route keeps_the_route_with_a_user_id(const struct core *core,
                                          struct text path,
                                          struct connection *stranger)
{
    static const char prefix[] = "/factory/";

    if (path.length > strlen(prefix) &&
        memcmp(path.at, prefix, strlen(prefix)) == 0)
        return ROUTE_GOOD;
    return secure_find_route(core, path, stranger);
}

/* --- What is selected ----------------------------------------------------- */

void answers_a_fixed_subprotocol(const struct request *request, char *into,
                                 size_t size)
{
    secure_choose_subprotocol(request, into, size);
    if (into[0] != 0)
        copy_text(into, size, "jwt-auth");
}

void selects_no_subprotocol(const struct request *request, char *into,
                            size_t size)
{
    (void)request, (void)size;
    into[0] = 0;
}

/* The one that it has read. */
void selects_the_token(const struct request *request, char *into, size_t size)
{
    static const char prefix[] = "jwt.";

    secure_choose_subprotocol(request, into, size);
    for (size_t i = 0; i < request->header_count; i++) {
        struct text value = request->headers[i].value;
        const char *at = value.length == 0
                             ? NULL
                             : memmem(value.at, value.length, prefix, 4);
        if (!header_is(&request->headers[i], "Sec-WebSocket-Protocol") ||
            at == NULL)
            continue;
        size_t left = value.length - (size_t)(at - value.at);
        const char *comma = memchr(at, ',', left);
        snprintf(into, size, "%.*s",
                 (int)(comma == NULL ? left : (size_t)(comma - at)), at);
    }
}
