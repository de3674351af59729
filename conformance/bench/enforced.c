/* What the manifest says of when an end is enforced. It excuses nothing: it is
 * put to the test, and told beside what was seen. */
#include "bench/internal.h"
#include <stdlib.h>

static enum enforcement enforcement_of(const struct bench *bench,
                                       enum cause cause)
{
    if (cause != CAUSE_EXPIRED_LIVE)
        return ENFORCED_LIVE;
    return (bench->criterion->needs & REVOCATION) != 0
               ? bench->manifest->revocation
               : bench->manifest->expiry;
}

/* Does it end when it says something? */
static bool ends_at_its_next_message(struct peer *peer)
{
    struct bench *bench = peer->bench;
    char *message = write_publication(bench, "still-here");

    if (message != NULL)
        say(peer, message);
    free(message);
    return await(bench, has_answer, peer, 0, bench->manifest->answer_ms);
}

void add_declared(struct peer *peer, enum cause cause, struct buffer *expected)
{
    static const char *const when[] = {
        [ENFORCED_AT_NEXT_MESSAGE] = "at the next message alone",
        [ENFORCED_FOR_NEWCOMERS] = "for new connections alone",
        [ENFORCED_NEVER] = "never",
    };
    enum enforcement declared = enforcement_of(peer->bench, cause);

    if (declared == ENFORCED_LIVE)
        return;
    buffer_printf(expected, "; the manifest declares that this is enforced %s",
                  when[declared]);
    if (declared == ENFORCED_AT_NEXT_MESSAGE && !has_answer(peer, 0))
        buffer_add_string(expected, ends_at_its_next_message(peer)
                                        ? ", and so it was"
                                        : ", and then it was not either");
}
