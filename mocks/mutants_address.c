/* Mutants that put an attempt down to the wrong address. */
#include "mutants.h"
#include "mutants_common.h"
#include <stdio.h>

static void claim(const struct request *request, const char *name, bool is_last,
                  char into[PEER_BYTES_MAX + 1])
{
    struct text value = mutant_header(request, name);
    const char *comma;

    if (value.length == 0 || value.length > PEER_BYTES_MAX)
        return;
    comma = is_last ? NULL : memchr(value.at, ',', value.length);
    if (comma != NULL)
        value.length = (size_t)(comma - value.at);
    snprintf(into, PEER_BYTES_MAX + 1, "%.*s", (int)value.length, value.at);
}

void believes_who_says_where_it_comes_from(const struct settings *settings,
                                           const struct request *request,
                                           char into[PEER_BYTES_MAX + 1])
{
    secure_address_of(settings, request, into);
    claim(request, "X-Forwarded-For", false, into);
}

static bool comes_from_the_proxy(const struct settings *settings,
                                 const struct request *request)
{
    char host[PEER_BYTES_MAX + 1];
    struct settings blind = *settings;

    blind.trusted_proxy = NULL;
    secure_address_of(&blind, request, host);
    return settings->trusted_proxy != NULL &&
           strcmp(host, settings->trusted_proxy) == 0;
}

void believes_the_first_entry_of_a_proxy(const struct settings *settings,
                                         const struct request *request,
                                         char into[PEER_BYTES_MAX + 1])
{
    secure_address_of(settings, request, into);
    if (comes_from_the_proxy(settings, request))
        claim(request, "X-Forwarded-For", false, into);
}

/* headers.get("x-forwarded-for") */
void reads_the_first_line_of_a_proxy(const struct settings *settings,
                                     const struct request *request,
                                     char into[PEER_BYTES_MAX + 1])
{
    struct header line = { text_of("X-Forwarded-For"),
                           mutant_header(request, "X-Forwarded-For") };
    struct request one = *request;

    one.headers = &line;
    one.header_count = line.value.length > 0;
    secure_address_of(settings, &one, into);
}

void believes_a_real_ip_behind_a_proxy(const struct settings *settings,
                                       const struct request *request,
                                       char into[PEER_BYTES_MAX + 1])
{
    secure_address_of(settings, request, into);
    if (comes_from_the_proxy(settings, request))
        claim(request, "X-Real-IP", true, into);
}

void counts_all_addresses_together(const struct settings *settings,
                                   const struct request *request,
                                   char into[PEER_BYTES_MAX + 1])
{
    (void)settings, (void)request;
    copy_text(into, PEER_BYTES_MAX + 1, "everybody");
}
