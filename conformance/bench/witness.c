/* The bench's own members, by whom it proves that the target works. */
#include "bench/internal.h"

struct peer *open_witness(struct bench *bench, const char *name, enum site at)
{
    struct peer *peer = new_peer(bench, ALICE, name);
    struct token good = GOOD_TOKEN;
    struct manner manner = { .at = at };

    if (bench->decided)
        return peer;
    bench->witnesses++;
    make_tenant(bench, HOME);
    make_witness(peer);
    dial_with(peer, &good, &manner);
    return peer;
}
