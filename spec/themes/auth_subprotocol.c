/* AUTH where a token may come as a sub-protocol, and where one of the service's
 * own is demanded: what the answer selects, and who is refused. */
#include "bench.h"
#include "spec.h"

SPEC(offered_subprotocol_is_selected_beside_the_token, MUST,
     REQUIREMENTS("AUTH-21"),
     "Of a plain sub-protocol and a token on offer, the plain one is selected, "
     "before or behind the token.",
     "Leave the entry that carries the token out of the choice whenever there "
     "is another.")
{
    struct manner before = { .subprotocols = "chat.v1" };
    struct manner behind = { .subprotocols_after = "chat.v1" };

    for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
        struct token good = TOKEN(.carrier = carrier);

        expect_subprotocol(admit_with(bench, ALICE, good, before), "chat.v1");
        expect_subprotocol(admit_with(bench, BOB, good, behind), "chat.v1");
    }
}

SPEC(selected_subprotocol_was_offered, MUST, REQUIREMENTS("AUTH-21"),
     "The answer selects one of the sub-protocols on offer, and none when none "
     "is on offer.",
     "Select from what the client offered; a fixed name breaks the connection "
     "of each browser that did not offer it (RFC 6455 4.1).")
{
    struct manner several = { .subprotocols = "chat.v1, chat.v2",
                              .subprotocols_after = "graphql-ws" };

    for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
        struct token good = TOKEN(.carrier = carrier);

        expect_subprotocol(dial_as(bench, ALICE, good), NULL);
        expect_subprotocol(dial(bench, BOB, good, several), NULL);
    }
}

SPEC(refused_connection_selects_an_offered_subprotocol, MUST,
     REQUIREMENTS("AUTH-21"),
     "A refusal behind the upgrade selects by the same rule, or a browser "
     "never sees it.",
     "Choose the sub-protocol before the verdict, in one place.")
{
    struct manner plain = { .subprotocols = "chat.v1" };

    for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
        struct peer *forged = dial(
            bench, ALICE,
            TOKEN(.carrier = carrier, .signing = SIGNED_WITH_OTHER_KEY), plain);

        expect_refused(forged, CAUSE_INVALID);
        expect_subprotocol(forged, "chat.v1");
    }
}

SPEC(token_is_not_echoed_beside_a_plain_subprotocol, MUST,
     REQUIREMENTS("AUTH-21 EO-03"),
     "The answer holds no piece of the token when a plain sub-protocol is on "
     "offer.",
     "Echo the plain name: answers end up in the logs of proxies.")
{
    struct manner plain = { .subprotocols = "chat.v1" };

    for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
        struct peer *member =
            admit_with(bench, ALICE, TOKEN(.carrier = carrier), plain);

        fence(bench);
        expect_token_not_echoed(member);
    }
}

SPEC(handshake_that_offers_no_subprotocol_is_refused, SHOULD,
     REQUIREMENTS("HS-20"),
     "Where the service speaks sub-protocols of its own, a handshake that "
     "offers none is refused as agreed, with a good token as well.",
     "Refuse the handshake (HTTP 400), or close with a code of its own, before "
     "anything that is said is read as the protocol that nobody asked for.")
{
    struct manner agreed = { .tight = is_demanded_at_tight(bench) };
    struct manner none = { .tight = agreed.tight, .no_subprotocols = true };

    admit_with(bench, BOB, GOOD_TOKEN, agreed);
    for (unsigned carrier = 0; carrier < carriers(bench); carrier++)
        expect_refused(dial(bench, ALICE, TOKEN(.carrier = carrier), none),
                       CAUSE_UNSPOKEN);
}

SPEC(handshake_that_offers_other_subprotocols_is_refused, SHOULD,
     REQUIREMENTS("HS-20"),
     "Where the service speaks sub-protocols of its own, a handshake that "
     "offers only others is refused like one that offers none.",
     "Look for one that you speak, and not for whether there is an offer; "
     "never go on with a sub-protocol that you do not know.")
{
    struct manner agreed = { .tight = is_demanded_at_tight(bench) };
    struct manner others = { .tight = agreed.tight,
                             .no_subprotocols = true,
                             .subprotocols = "unheard-of.v1",
                             .subprotocols_after = "unheard-of.v2" };

    admit_with(bench, BOB, GOOD_TOKEN, agreed);
    for (unsigned carrier = 0; carrier < carriers(bench); carrier++)
        expect_refused(dial(bench, ALICE, TOKEN(.carrier = carrier), others),
                       CAUSE_UNSPOKEN);
}

SPEC(own_subprotocol_is_selected_among_others, SHOULD, REQUIREMENTS("HS-20"),
     "Where the service speaks sub-protocols of its own, one of them is "
     "selected, before or behind others that it does not speak.",
     "Select the one that you speak; the first on offer is the client's wish, "
     "and none at all makes a browser fail the connection (RFC 6455 4.1).")
{
    struct manner before = { .tight = is_demanded_at_tight(bench),
                             .no_subprotocols = true,
                             .subprotocols = own_subprotocols(bench),
                             .subprotocols_after = "unheard-of.v1" };
    struct manner behind = { .tight = before.tight,
                             .no_subprotocols = true,
                             .subprotocols = "unheard-of.v1",
                             .subprotocols_after = own_subprotocols(bench) };
    struct peer *first = admit_with(bench, ALICE, GOOD_TOKEN, before);
    struct peer *last = dial(bench, BOB, GOOD_TOKEN, behind);

    expect_own_subprotocol(first);
    expect_own_subprotocol(last);
    expect_admitted(last);
}
