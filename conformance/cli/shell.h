/* Words of a command that somebody is to type. */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

#include "base/buffer.h"

/* " OPTION WORD", as a shell reads it, in printable ASCII; nothing where the
 * word is NULL. A word of more than 1024 bytes is cut. */
void shell_add(struct buffer *into, const char *option, const char *word);

#endif
