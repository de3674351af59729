/* What a server may agree to of the extensions that were offered. */
#include "net/extension.h"
#include "net/field.h"

/* RFC 7692 7.1: what a server may say of permessage-deflate by itself, a bit
 * each; 0 for anything else. Of the client's window nothing is ever offered. */
static unsigned parameter_bit(struct bytes parameter)
{
    static const char window[] = "server_max_window_bits=";
    size_t length = strlen(window);
    struct bytes name = bytes_of(parameter.at, length);
    struct bytes bits =
        bytes_of(parameter.at + length, parameter.length - length);

    if (bytes_are(parameter, "server_no_context_takeover"))
        return 1;
    if (bytes_are(parameter, "client_no_context_takeover"))
        return 2;
    if (parameter.length <= length || !bytes_are(name, window))
        return 0;
    return (bits.length == 1 && (bits.at[0] == '8' || bits.at[0] == '9')) ||
                   (bits.length == 2 && bits.at[0] == '1' &&
                    bits.at[1] >= '0' && bits.at[1] <= '5')
               ? 4
               : 0;
}

bool extension_agrees(struct response *response, struct bytes item,
                      struct bytes name)
{
    struct bytes parameter;
    unsigned seen = 0;

    if (!bytes_are(name, "permessage-deflate") || response->deflates)
        return false;
    response->deflates = true;
    response->takes_over = true;
    while (parameter_next(&item, &parameter)) {
        unsigned which = parameter_bit(parameter);
        if (which == 0 || (seen & which) != 0)
            return false;
        seen |= which;
    }
    response->takes_over = (seen & 1) == 0;
    return true;
}
