/* RATE: how many attempts, and how many strangers, an address may have. */
#include "bench.h"
#include "spec.h"

enum { BURST = 50, NEXT = 100, SOURCES = 3 };

/* Another address, at the instance whose allowance is used up soonest. */
static struct manner at(struct bench *bench, unsigned source)
{
    return (struct manner){ .source = source,
                            .tight = has_tight_to_itself(bench) };
}

/* The same behind the proxy, which tells `address`. */
static struct manner behind_proxy(struct bench *bench, const char *address)
{
    return (struct manner){ .from_proxy = true,
                            .tight = has_tight_to_itself(bench),
                            .header = "X-Forwarded-For",
                            .header_value = address };
}

static unsigned allowance(struct bench *bench, struct manner there)
{
    return there.tight ? tight_attempts(bench) : attempts(bench);
}

/* So many attempts from there, none of which gets in. The last one of each
 * burst, at each node, is waited for: they do not pile up as strangers, and all
 * have been counted when the next comes. */
static void spend(struct bench *bench, unsigned count, struct manner from)
{
    begin_attempts(bench);
    for (unsigned i = 1; i <= count; i++) {
        struct peer *bad = dial(bench, BOB, TOKEN(.literal = "a.b.c"), from);

        if (from.tight || i % BURST == 0 || i % BURST > BURST - nodes(bench) ||
            i + nodes(bench) > count)
            expect_kept_out(bad);
    }
}

SPEC(address_gets_its_allowance_of_attempts, MUST,
     REQUIREMENTS("RATE-01 RX-01"),
     "The last attempt of an address's allowance is admitted, and the next "
     "hundred are refused with the agreed code and reason, whatever they "
     "bring.",
     "Count each attempt before you look at it; compare with the limit "
     "itself, not with one more or less.")
{
    struct manner there = { .source = 1 };
    struct manner silent = { .source = 1, .silent = true };
    struct token tokens[] = { GOOD_TOKEN, TOKEN(.literal = "a.b.c"), NO_TOKEN };
    struct peer *next[NEXT];

    spend(bench, attempts(bench) - 1, there);
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, there));
    for (unsigned i = 0; i < NEXT; i++)
        next[i] = dial(bench, ALICE, tokens[i % 3],
                       may_come_first(bench) && i % 4 == 0 ? silent : there);
    for (unsigned i = 0; i < NEXT; i++)
        expect_refused(next[i], CAUSE_ATTEMPTS);
}

SPEC(good_attempts_count_as_well, MUST, REQUIREMENTS("RATE-01 RX-01"),
     "An admitted connection that has left again has used up an attempt.",
     "Count attempts, not failures and not open connections.")
{
    struct manner there = at(bench, 1);

    hang_up(admit_with(bench, ALICE, GOOD_TOKEN, there));
    spend(bench, allowance(bench, there) - 1, there);
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_ATTEMPTS);
}

SPEC(address_is_admitted_again_when_its_window_has_passed, MUST,
     REQUIREMENTS("RATE-02"),
     "An address that has used up its attempts is admitted again once the "
     "window has passed, though it went on trying.",
     "Let the window end by itself; do not prolong it by refused attempts.")
{
    struct manner there = at(bench, 1);

    spend(bench, allowance(bench, there), there);
    elapse_half_window(bench);
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_ATTEMPTS);
    elapse_half_window(bench);
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, there));
}

SPEC(address_uses_up_no_other_allowance, MUST, REQUIREMENTS("RATE-03 RX-01"),
     "An address that has used up its attempts leaves another address its "
     "own, for the same user too.",
     "Count by address; one counter for all is a switch that anybody can "
     "turn.")
{
    struct manner there = at(bench, 1);
    struct manner elsewhere = at(bench, 2);

    spend(bench, allowance(bench, there), there);
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_ATTEMPTS);
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, elsewhere));
}

SPEC(members_outlive_the_allowance_of_their_address, MUST,
     REQUIREMENTS("RATE-01 RX-01 ERR-09"),
     "A member stays and is served when its address has used up its attempts.",
     "Refuse the new attempt; leave the old connections alone.")
{
    struct manner there = at(bench, 1);
    struct peer *member = admit_with(bench, ALICE, GOOD_TOKEN, there);

    spend(bench, allowance(bench, there), there);
    expect_admitted(member);
}

SPEC(claimed_address_evades_no_limit, MUST, REQUIREMENTS("RATE-04 RX-03"),
     "A header that claims another address gives nobody a new allowance.",
     "Count by the address of the socket; believe such a header from a proxy "
     "that you have configured, and from nobody else.")
{
    static const char *const headers[] = { "X-Forwarded-For", "X-Real-IP",
                                           "CF-Connecting-IP", "True-Client-IP",
                                           "X-Client-IP" };
    struct manner there = at(bench, 1);

    spend(bench, allowance(bench, there), there);
    for (unsigned i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        there.header = headers[i];
        there.header_value = claimed_address(bench, i);
        expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_ATTEMPTS);
    }
    there.header = "Forwarded";
    there.header_value = woven(bench, "for={}", claimed_address(bench, 0));
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_ATTEMPTS);
}

SPEC(claimed_address_uses_up_no_other_allowance, MUST,
     REQUIREMENTS("RATE-04 RX-03"),
     "Attempts that claim the address of another are not put down to it.",
     "Count by the address of the socket.")
{
    struct manner lying = at(bench, 1);
    struct manner proxied = behind_proxy(bench, claimed_address(bench, 0));

    lying.header = proxied.header;
    lying.header_value = proxied.header_value;
    spend(bench, allowance(bench, lying), lying);
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, proxied));
}

SPEC(proxy_tells_the_address_by_its_last_entry, MUST,
     REQUIREMENTS("RATE-04 RX-03"),
     "Behind a trusted proxy the right-most address counts, whatever the "
     "client has put before it.",
     "Walk the list from the right, and stop at the first address that is not "
     "a proxy of yours.")
{
    const char *spent = claimed_address(bench, 0);
    const char *fresh = claimed_address(bench, 1);
    struct manner proxied = behind_proxy(bench, spent);

    spend(bench, allowance(bench, proxied), proxied);
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, proxied), CAUSE_ATTEMPTS);
    proxied.header_value = woven(bench, "192.0.2.7, {}", spent);
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, proxied), CAUSE_ATTEMPTS);
    proxied.header_value = woven(bench, "192.0.2.7, {}", fresh);
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, proxied));
}

SPEC(
    last_line_of_a_proxy_counts, MUST, REQUIREMENTS("RATE-04 RX-03"),
    "Of two lines X-Forwarded-For behind a trusted proxy, the last one counts.",
    "Read all lines as one list (RFC 9110 5.3); most frameworks return the "
    "first, which is the client's own.")
{
    const char *spent = claimed_address(bench, 0);
    const char *fresh = claimed_address(bench, 1);
    struct manner proxied = behind_proxy(bench, spent);

    spend(bench, allowance(bench, proxied), proxied);
    proxied.header_value = fresh;
    proxied.behind = (struct heading){ "X-Forwarded-For", spent };
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, proxied), CAUSE_ATTEMPTS);
    proxied.header_value = spent;
    proxied.behind = (struct heading){ "X-Forwarded-For", fresh };
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, proxied));
}

SPEC(header_that_a_proxy_passes_on_evades_no_limit, MUST,
     REQUIREMENTS("RATE-04 RX-03"),
     "Behind a trusted proxy, another header of the client's that claims an "
     "address gives no new allowance.",
     "Believe the one header that your proxy writes itself; it passes all "
     "others on as they come.")
{
    static const char *const headers[] = { "X-Real-IP", "CF-Connecting-IP",
                                           "True-Client-IP", "X-Client-IP" };
    struct manner proxied = behind_proxy(bench, claimed_address(bench, 0));

    spend(bench, allowance(bench, proxied), proxied);
    for (unsigned i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        proxied.behind =
            (struct heading){ headers[i], claimed_address(bench, i + 1) };
        expect_refused(dial(bench, ALICE, GOOD_TOKEN, proxied), CAUSE_ATTEMPTS);
    }
    proxied.behind =
        (struct heading){ "Forwarded",
                          woven(bench, "for={}", claimed_address(bench, 1)) };
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, proxied), CAUSE_ATTEMPTS);
}

SPEC(strangers_of_an_address_are_bounded, MUST, REQUIREMENTS("CONN-03 PA-08"),
     "An address has as many unproven connections as agreed, and the next is "
     "refused at once.",
     "Count accepted connections that have yet to authenticate, by address.")
{
    struct manner silent = { .silent = true, .source = 1 };
    struct peer *last = NULL;

    for (unsigned i = 0; i < strangers_allowed(bench); i++)
        last = dial(bench, ALICE, GOOD_TOKEN, silent);
    expect_pending(last);
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, silent), CAUSE_STRANGERS);
}

SPEC(strangers_hinder_nobody_elsewhere, MUST, REQUIREMENTS("CONN-03 PA-08"),
     "An address full of unproven connections keeps no user of another address "
     "out, and those of its own may still prove themselves.",
     "Bound strangers by address, apart from the members.")
{
    struct manner silent = { .silent = true, .source = 1 };
    struct peer *last = NULL;

    for (unsigned i = 0; i < strangers_allowed(bench); i++)
        last = dial(bench, ALICE, GOOD_TOKEN, silent);
    expect_pending(last);
    expect_admitted(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .source = 2 }));
    say(last, authentication(last, GOOD_TOKEN));
    expect_admitted(last);
}

SPEC(member_is_no_stranger_any_more, MUST, REQUIREMENTS("CONN-03 PA-08"),
     "A connection that has proven itself gives its place among the strangers "
     "back.",
     "Move the count over with the success.")
{
    struct manner silent = { .silent = true, .source = 1 };
    struct peer *last = NULL;

    for (unsigned i = 0; i < strangers_allowed(bench); i++)
        last = dial(bench, ALICE, GOOD_TOKEN, silent);
    expect_pending(last);
    say(last, authentication(last, GOOD_TOKEN));
    expect_admitted(last);
    expect_pending(dial(bench, BOB, GOOD_TOKEN, silent));
}

SPEC(strangers_are_forgotten_behind_the_deadline, MUST,
     REQUIREMENTS("CONN-03 PA-08 PA-11"),
     "When the unproven connections of an address have run out of time, others "
     "are accepted in their place.",
     "Give the place back where the deadline closes the connection.")
{
    struct manner silent = { .silent = true, .source = 1 };
    struct peer *last = NULL;

    for (unsigned i = 0; i < strangers_allowed(bench); i++)
        last = dial(bench, ALICE, GOOD_TOKEN, silent);
    expect_pending(last);
    elapse_past_deadline(last);
    expect_kept_out(last);
    expect_admitted(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .source = 1 }));
}

SPEC(addresses_are_forgotten_behind_their_window, MUST,
     REQUIREMENTS("RATE-02 CONN-05 CONN-06"),
     "The table of addresses holds an entry for each address within its "
     "window, and none for those whose window has passed.",
     "Let the cleanup delete what has run out; a counter that nobody deletes "
     "is a leak with a remote control.")
{
    admit(bench, ALICE);
    for (unsigned source = 1; source <= SOURCES; source++)
        spend(bench, 1, (struct manner){ .source = source });
    for (unsigned source = 1; source <= SOURCES; source++)
        expect_address_tracked(bench, source, true);
    elapse_window(bench);
    for (unsigned source = 1; source <= SOURCES; source++)
        expect_address_tracked(bench, source, false);
}

SPEC(cleanup_forgets_nobody_who_is_there, MUST, REQUIREMENTS("CONN-06"),
     "A user's connections count on when the cleanup has run.",
     "Delete what has run out, entry by entry; never empty a table.")
{
    for (unsigned i = 0; i < per_user(bench); i++)
        admit(bench, ALICE);
    elapse_window(bench);
    expect_refused(dial_as(bench, ALICE, GOOD_TOKEN), CAUSE_PER_USER);
}
