/* Which criteria a run is about. */
#include "run/run.h"
#include "spec.h"
#include <fnmatch.h>
#include <string.h>

static bool is_chosen(const struct criterion *criterion,
                      const struct selection *selection, unsigned profiles)
{
    if ((criterion->profiles & profiles) == 0)
        return false;
    if (selection->only != NULL &&
        fnmatch(selection->only, criterion->spec->id, FNM_EXTMATCH) != 0)
        return false;
    return selection->level == NULL ||
           strlen(level_name(criterion->level)) <= strlen(selection->level);
}

size_t run_select(const struct selection *selection, unsigned profiles,
                  const struct criterion **chosen)
{
    size_t count = 0;
    unsigned number = 0;

    for (size_t i = 0; i < catalogue_size; i++) {
        if (!is_chosen(&catalogue[i], selection, profiles))
            continue;
        if (number++ % selection->shards == selection->shard - 1)
            chosen[count++] = &catalogue[i];
    }
    return count;
}
