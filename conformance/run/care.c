/* What a run does for its target beside judging it. */
#include "base/clock.h"
#include "manifest/minter.h"
#include "net/hooks.h"
#include "run/target.h"
#include <stdlib.h>

void target_warm_up(const struct target *target)
{
    struct token good = { .literal = NULL };
    struct minting why = { "nobody", "nothing", "none", clock_wall_ms() };

    for (good.key = 0; good.key < target->manifest->key_count; good.key++)
        free(token_mint(target->manifest, &why, &good));
    if (target->kind != TARGET_EXEC) /* workers have children of their own */
        adapter_free(target_adapter(target));
}

enum fault target_restart(const struct target *target)
{
    struct hooks hooks;
    enum fault fault = hooks_init(&hooks, target->manifest);

    if (fault == FAULT_NONE)
        fault = hooks_restart(&hooks);
    hooks_deinit(&hooks);
    return fault;
}

enum fault target_mend(const struct target *target)
{
    static const char *const parts[] = { "decoder",      "store",
                                         "monitor",      "shared",
                                         "shared time",  "shared space",
                                         "shared speed", "node" };
    struct hooks hooks;
    enum fault fault;

    /* It broke in the worker's own memory, or in its child's. */
    if (target->kind == TARGET_MOCK || target->kind == TARGET_EXEC)
        return FAULT_NONE;
    fault = hooks_init(&hooks, target->manifest);
    for (size_t i = 0; i < COUNT(parts) && fault == FAULT_NONE; i++) {
        fault = hooks_breakage(&hooks, parts[i], false);
        fault = fault == FAULT_ABSENT ? FAULT_NONE : fault;
    }
    hooks_deinit(&hooks);
    return fault;
}
