/* Runs a command of the manifest's: no shell, a deadline, no leftovers. */
#ifndef NET_COMMAND_H
#define NET_COMMAND_H

#include "base/buffer.h"

/* Runs argv (NULL-ended, found on PATH) in `folder` (NULL: ours), with nothing
 * on its stdin and at most deadline_ms to exit; then its process group is
 * killed and reaped. What it has started in the background and left behind by
 * the time of an orderly exit is let live.
 *
 * `output` gets its stdout up to that buffer's ceiling; stderr is shown in
 * fault_reason(). FAULT_DENIED: it exited with another status than 0.
 * FAULT_HOOK: it could not be started, was too slow, said too much, or died. */
enum fault command_run(const char *const *argv, const char *folder,
                       int deadline_ms, struct buffer *output);

#endif
