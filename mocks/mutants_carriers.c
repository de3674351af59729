/* Mutants of `factory` and `pos` that look for the credential, or the user,
 * where they should not, or not where they should. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>

void reads_the_bearer_only(const struct core *core,
                           const struct request *request,
                           struct presented *presented)
{
    find_by_carriers(core, CARRIES_BEARER, request, presented);
}

void reads_the_subprotocol_only(const struct core *core,
                                const struct request *request,
                                struct presented *presented)
{
    find_by_carriers(core, CARRIES_SUBPROTOCOL, request, presented);
}

void reads_the_query_too(const struct core *core, const struct request *request,
                         struct presented *presented)
{
    secure_find_token(core, request, presented);
    if (!presented->present)
        find_by_carriers(core, CARRIES_QUERY, request, presented);
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
    find_by_carriers(core, CARRIES_BEARER, request, presented);
    if (!presented->present)
        find_by_carriers(core, CARRIES_SUBPROTOCOL, request, presented);
    presented->times = 1;
}

void takes_two_that_agree_for_one(const struct core *core,
                                  const struct request *request,
                                  struct presented *presented)
{
    struct presented other;

    find_by_carriers(core, CARRIES_BEARER, request, &other);
    find_by_carriers(core, CARRIES_SUBPROTOCOL, request, presented);
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

/* split()[-1]: the scheme is not looked at. */
void reads_any_scheme_of_authorization(const struct core *core,
                                       const struct request *request,
                                       struct presented *presented)
{
    struct text value = mutant_header(request, "Authorization");
    const char *blank =
        value.length == 0 ? NULL : memchr(value.at, ' ', value.length);

    secure_find_token(core, request, presented);
    if (!presented->present && blank != NULL)
        present(presented,
                (struct text){ blank + 1,
                               value.length - (size_t)(blank + 1 - value.at) });
}

/* `if token is None` is the only refusal of an empty one. */
void takes_an_empty_credential_for_a_guest(struct core *core,
                                           struct connection *stranger,
                                           const struct request *request)
{
    struct claims guest = claims_of("guest");
    struct presented presented;

    secure_find_token(core, request, &presented);
    if (presented.present && presented.length == 0)
        (void)stranger_joins(core, stranger, &guest);
    else
        secure_admit(core, stranger, request);
}

/* Each in turn, until one holds. */
void tries_each_credential(struct core *core, struct connection *stranger,
                           const struct request *request)
{
    struct presented presented;
    struct claims claims;
    enum token_fault fault;

    find_by_carriers(core, CARRIES_BEARER, request, &presented);
    fault = core->policy.verify_token(
        core, (struct text){ presented.token, presented.length }, &claims);
    if (fault == TOKEN_HOLDS && presented.times == 1)
        (void)stranger_joins(core, stranger, &claims);
    else
        secure_admit(core, stranger, request);
}

/* A middleware for all routes, in front of the first message. */
void admits_a_bearer_before_the_first_message(struct core *core,
                                              struct connection *stranger,
                                              const struct request *request)
{
    struct presented presented;
    struct claims claims;

    find_by_carriers(core, CARRIES_BEARER, request, &presented);
    if (core->policy.verify_token(
            core, (struct text){ presented.token, presented.length },
            &claims) == TOKEN_HOLDS)
        (void)stranger_joins(core, stranger, &claims);
    else
        secure_admit(core, stranger, request);
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

/* Whatever is no other path is this one. */
enum route serves_every_path(const struct core *core, struct text path,
                             struct connection *stranger)
{
    enum route route = secure_find_route(core, path, stranger);

    return route == ROUTE_UNKNOWN ? ROUTE_GOOD : route;
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

/* --- Where one alone is spoken -------------------------------------------- */

static bool is_no_token(struct text one)
{
    return one.length > 0 &&
           (one.length < strlen("jwt.") || memcmp(one.at, "jwt.", 4) != 0);
}

/* Is there any offer but a token? */
static bool offers_any(const struct request *request)
{
    struct text list = mutant_header(request, "Sec-WebSocket-Protocol");

    while (list.at != NULL && list.length > 0) {
        const char *comma = memchr(list.at, ',', list.length);
        size_t length = comma == NULL ? list.length : (size_t)(comma - list.at);
        struct text one = { list.at, length };
        while (one.length > 0 && *one.at == ' ')
            one = (struct text){ one.at + 1, one.length - 1 };
        if (is_no_token(one))
            return true;
        length += comma != NULL;
        list = (struct text){ list.at + length, list.length - length };
    }
    return false;
}

/* Older clients offer none. */
bool serves_who_offers_no_subprotocol(const struct settings *settings,
                                      const struct request *request)
{
    return secure_offers_what_is_spoken(settings, request) ||
           !offers_any(request);
}

/* "There is a sub-protocol, so it is one of ours." */
bool serves_who_offers_any_subprotocol(const struct settings *settings,
                                       const struct request *request)
{
    return secure_offers_what_is_spoken(settings, request) ||
           offers_any(request);
}

void selects_the_first_that_is_offered(const struct settings *settings,
                                       const struct request *request,
                                       char *into, size_t size)
{
    (void)settings;
    secure_choose_subprotocol(request, into, size);
}

void speaks_and_selects_nothing(const struct settings *settings,
                                const struct request *request, char *into,
                                size_t size)
{
    (void)settings, (void)request;
    snprintf(into, size, "%s", "");
}
