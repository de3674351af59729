/* Mutants of `pos` that compare origins as strings of their own liking. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <strings.h>

static bool any_listed(const struct settings *settings, struct text origin,
                       bool (*fits)(struct text origin, const char *listed))
{
    for (const char *const *at = settings->origins; *at != NULL; at++)
        if (fits(origin, *at))
            return true;
    return false;
}

/* The origin decided by `fits`; an absent one is let in as ever. */
static bool allowed_by(const struct settings *settings,
                       const struct request *request,
                       bool (*fits)(struct text origin, const char *listed))
{
    struct text origin = mutant_header(request, "Origin");

    if (settings->origins == NULL || origin.at == NULL)
        return true;
    return any_listed(settings, origin, fits);
}

#define FITS(name, fits)                                                       \
    bool name(const struct settings *settings, const struct request *request)  \
    {                                                                          \
        return allowed_by(settings, request, fits) ||                          \
               secure_origin_is_allowed(settings, request);                    \
    }

static bool begins(struct text origin, const char *listed)
{
    return origin.length >= strlen(listed) &&
           memcmp(origin.at, listed, strlen(listed)) == 0;
}

static bool holds_host(struct text origin, const char *listed)
{
    const char *host = strstr(listed, "://") + 3;

    return memmem(origin.at, origin.length, host, strlen(host)) != NULL;
}

static bool is_null(struct text origin, const char *listed)
{
    (void)listed;
    return text_is(origin, "null");
}

static bool is_empty(struct text origin, const char *listed)
{
    (void)listed;
    return origin.length == 0;
}

/* "No origin is that long." */
static bool is_too_long(struct text origin, const char *listed)
{
    (void)listed;
    return origin.length > 1024;
}

FITS(compares_the_beginning_of_an_origin, begins)
FITS(looks_for_the_host_in_the_origin, holds_host)
FITS(takes_null_for_an_origin, is_null)
FITS(takes_an_empty_origin_for_none, is_empty)
FITS(gives_up_on_a_long_origin, is_too_long)

static bool is_equal(struct text origin, const char *listed)
{
    return text_is(origin, listed);
}
FITS(reads_the_first_of_two_origins, is_equal)

bool warns_of_an_origin_and_goes_on(const struct settings *settings,
                                    const struct request *request)
{
    (void)settings, (void)request;
    return true;
}

bool knows_its_first_origin_only(const struct settings *settings,
                                 const struct request *request)
{
    struct text origin = mutant_header(request, "Origin");

    return secure_origin_is_allowed(settings, request) &&
           (origin.at == NULL || text_is(origin, settings->origins[0]));
}

bool checks_no_origin_in_the_management(const struct settings *settings,
                                        const struct request *request)
{
    return begins(request->path, "/ws/management/") ||
           secure_origin_is_allowed(settings, request);
}

bool believes_a_forwarded_host(const struct settings *settings,
                               const struct request *request)
{
    static const char *const names[] = { "X-Forwarded-Host", "X-Original-Host",
                                         "Forwarded" };
    struct text origin = mutant_header(request, "Origin");
    const char *host =
        origin.length == 0 ? NULL : memmem(origin.at, origin.length, "://", 3);

    for (size_t i = 0; host != NULL && i < sizeof(names) / sizeof(*names);
         i++) {
        struct text value = mutant_header(request, names[i]);
        size_t length = origin.length - (size_t)(host + 3 - origin.at);
        if (value.length > 0 &&
            memmem(value.at, value.length, host + 3, length) != NULL)
            return true;
    }
    return secure_origin_is_allowed(settings, request);
}

/* "Internal client." */
void trusts_who_sends_no_origin(struct core *core, struct connection *stranger,
                                const struct request *request)
{
    static const struct claimed nobody = { .present = false };
    struct claims claims = claims_of("internal");

    if (mutant_header(request, "Origin").at != NULL)
        secure_admit(core, stranger, request);
    else if (stranger_joins(core, stranger, &claims))
        core->policy.welcome(core, stranger, &nobody);
}

void trusts_the_second_listed_origin(struct core *core,
                                     struct connection *stranger,
                                     const struct request *request)
{
    static const struct claimed nobody = { .present = false };
    struct claims claims = claims_of("page");

    if (!text_is(mutant_header(request, "Origin"), core->settings.origins[1]))
        secure_admit(core, stranger, request);
    else if (stranger_joins(core, stranger, &claims))
        core->policy.welcome(core, stranger, &nobody);
}

/* accept, close(4003): the page has its answer, and its connection. */
void tells_of_an_origin_behind_the_upgrade(struct core *core,
                                           const struct connection *stranger,
                                           enum refusal_cause cause,
                                           enum token_fault fault)
{
    secure_audit_refusal(core, stranger, cause, fault);
    if (cause != REFUSED_ORIGIN)
        return;
    core->port.accept(core->port.self, stranger->id, NULL);
    core->port.close(core->port.self, stranger->id, 4003, "Origin not allowed");
}
