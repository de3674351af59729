/* AUTH where a token may come as a sub-protocol: what the answer selects. */
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
