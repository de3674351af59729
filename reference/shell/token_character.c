/* The characters of a token, RFC 9110 5.6.2. */
#include "shell/handshake.h"
#include <ctype.h>
#include <string.h>

bool is_token_character(char c)
{
    return isalnum((unsigned char)c) != 0 ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}
