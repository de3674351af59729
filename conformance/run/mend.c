/* What a worker that was killed has left broken. */
#include "net/hooks.h"
#include "run/target.h"

enum fault target_mend(const struct target *target)
{
    struct hooks hooks;
    enum fault fault;

    if (target->kind == TARGET_MOCK) /* it broke in the worker's own memory */
        return FAULT_NONE;
    fault = hooks_init(&hooks, target->manifest);
    if (fault == FAULT_NONE)
        fault = hooks_breakage(&hooks, "decoder", false);
    hooks_deinit(&hooks);
    return fault;
}
