/* Claims and denials about who is let in: attempts, and other resources. */
#include "bench/claims_internal.h"
#include "claims.h"

/* ATTEMPTS_MAX are over within a second; who is denied a limit has often no
 * number to go by. */
enum { ATTEMPTS_MAX = 200, ATTEMPTS_UNSAID = 100, AT_ONCE = 50 };

/* --- Attempts ------------------------------------------------------------- */

/* From there, whatever becomes of them. The last of each few is waited for:
 * they do not pile up as strangers, and all are counted when the next comes. */
static void spend_attempts(struct bench *bench, unsigned count,
                           struct manner from)
{
    begin_attempts(bench);
    for (unsigned i = 1; i <= count && !bench->decided; i++) {
        struct peer *bad = dial(bench, BOB, TOKEN(.literal = "a.b.c"), from);

        if (i % AT_ONCE == 0 || i % AT_ONCE > AT_ONCE - nodes(bench) ||
            i + nodes(bench) > count)
            await(bench, has_answer, bad, 0, patience_of(bench));
    }
}

void expect_attempts_bounded_if_claimed(struct bench *bench)
{
    struct manner there = { .source = 1, .tight = has_tight_to_itself(bench) };
    struct measure measure = { .said = there.tight ? tight_attempts(bench)
                                                   : attempts(bench),
                               .unsaid = ATTEMPTS_UNSAID,
                               .most = ATTEMPTS_MAX };
    unsigned count = number_to_try(bench, ATTEMPTS, measure);

    if (bench->decided)
        return;
    if (bench->source[0] == 0)
        decide(bench, NOT_APPLICABLE, "",
               "the target is dialled from one address only, whose attempts "
               "are everybody's");
    spend_attempts(bench, count, there);
    expect_refused_if_claimed(dial(bench, ALICE, GOOD_TOKEN, there), ATTEMPTS);
    need_enough_tried(bench, ATTEMPTS, measure, count);
}

/* --- Resources ------------------------------------------------------------ */

void need_owner_of_forbidden(struct bench *bench)
{
    if (!bench->decided && !manifest_names_who_may(bench->manifest))
        decide(bench, NOT_APPLICABLE, "",
               "unproven: the manifest names nobody whom resources.forbidden "
               "admits (identities.mallory)");
}

/* What is published in a resource that is given may be heard there by nobody of
 * ours but its owner: then it is enough that it is not refused. */
static bool is_let_in(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (!bench->manifest->has_resources)
        return is_admitted(peer);
    return !await(bench, has_answer, peer, 0, patience_of(bench)) &&
           !is_told_and_open(peer);
}

void expect_forbidden_admits_its_own(struct bench *bench)
{
    struct manner there = { .tenant = OTHER };
    struct peer *owner = dial(bench, MALLORY, GOOD_TOKEN, there);

    if (!bench->decided && !is_let_in(owner))
        fail_claim(owner, TENANTS,
                   "a forbidden resource that admits who belongs there");
}
