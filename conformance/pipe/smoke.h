/* The smoke test of an adapter: does the child speak the protocol at all? It
 * tells nothing of the service behind it. */
#ifndef PIPE_SMOKE_H
#define PIPE_SMOKE_H

#include "base/buffer.h"
#include <stdbool.h>

struct manifest;

/* Starts the command and drives it through hello, an unknown verb, open, text,
 * elapse (on a virtual clock), the questions that it offers to answer, reset
 * and bye. Appends a line for each step that went well ("ok    open: accepted")
 * and, for the first that did not, "adapter: …", what was sent, what came and
 * what to mend; all redacted. True: every step went well. */
bool adapter_smoke(const struct manifest *manifest, const char *command,
                   struct buffer *report);
/* Likewise; `hello_ms` is how long hello may take beside limits.answer_ms. */
bool adapter_smoke_within(const struct manifest *manifest, const char *command,
                          int hello_ms, struct buffer *report);

#endif
