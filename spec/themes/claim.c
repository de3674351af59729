/* ICS: what the statement of conformance says of the target is so, both what it
 * claims and what it denies. */
#include "bench.h"
#include "spec.h"

enum { GRACE_MS = 1000, YEAR_S = 365 * 24 * 3600 };

SPEC(carriers_are_claimed_as_they_are, MUST, REQUIREMENTS("ICS-01 ICS-02"),
     "A good token is admitted by each carrier that the manifest names, and is "
     "no credential in any other place: header, query, cookie, sub-protocol, "
     "early message.",
     "Read the credential where your contract has it; whatever else your "
     "framework reads, switch off, or name in credential.carriers.")
{
    expect_agreed_carriers_alone(bench);
}

SPEC(limit_of_a_user_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "The connections of a user are bounded where the manifest claims so, and "
     "are not where it denies it.",
     "Claim per_user, and say limits.per_user and refusals.per_user; or deny "
     "it where there is no such limit.")
{
    for (unsigned i = 0; i < per_user_or_few(bench); i++)
        expect_within_limit(dial_as(bench, ALICE, GOOD_TOKEN), PER_USER);
    expect_refused_if_claimed(dial_as(bench, ALICE, GOOD_TOKEN), PER_USER);
}

SPEC(limit_of_a_message_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "The size of a message is bounded where the manifest claims so, and is "
     "not, there, where it denies it.",
     "Claim message_size, and say limits.message_bytes and refusals.too_big.")
{
    struct peer *member;

    need_message_bytes(bench);
    member = admit(bench, ALICE);
    say_at_length(member, message_bytes(bench) + 1, 1);
    expect_closed_if_claimed(member, MESSAGE_SIZE);
}

SPEC(list_of_origins_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A foreign origin is refused where the manifest claims a list of origins, "
     "and is not where it denies one.",
     "Claim origins, and list them in endpoint.origins with their refusal.")
{
    expect_refused_if_claimed(
        dial(bench, ALICE, GOOD_TOKEN,
             (struct manner){ .origin = "https://foreign.example" }),
        ORIGINS);
}

SPEC(longest_lifetime_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A token of ten years is refused where the manifest claims a longest "
     "lifetime, and is not where it denies one.",
     "Claim max_lifetime, and say credential.max_lifetime_s.")
{
    expect_refused_if_claimed(
        dial_as(bench, ALICE, TOKEN(.expires_in_s = 10L * YEAR_S)),
        MAX_LIFETIME);
}

SPEC(public_keys_are_claimed_as_they_are, MUST, REQUIREMENTS("ICS-01"),
     "A token of an asymmetric key that the manifest has is admitted where it "
     "claims such keys, and is not where it denies them.",
     "Claim public_key, or take the key out of the keys that are trusted.")
{
    need_asymmetric_key(bench);
    expect_served_if_claimed(
        dial_as(bench, ALICE, TOKEN(.key = asymmetric_key(bench))), PUBLIC_KEY);
}

SPEC(end_at_expiry_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A connection ends with its token where the manifest claims so, and lives "
     "on where it denies it.",
     "Claim live_expiry, and say refusals.expired_live.")
{
    struct peer *member = admit_with(bench, ALICE, TOKEN(.expires_in_s = 2),
                                     (struct manner){ .early = NULL });

    wait_for_expiry(member);
    elapse(bench, GRACE_MS);
    expect_closed_if_claimed(member, LIVE_EXPIRY);
}

SPEC(revocation_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A token that hooks.revoke has revoked is refused where the manifest "
     "claims revocation, and is not where it denies it.",
     "Claim revocation: its criteria ask what becomes of a revoked token.")
{
    struct peer *first;

    share_no_credential(bench);
    first = admit(bench, ALICE);
    revoke(first);
    expect_refused_if_claimed(dial_as(bench, ALICE, TOKEN(.same_as = first)),
                              REVOCATION);
}

SPEC(publishing_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "What a member publishes over its own socket is heard where the manifest "
     "claims so, and is not where it denies it.",
     "Claim publisher: its criteria ask who may speak, and who is heard.")
{
    struct peer *speaker = admit(bench, PUBLISHER_PAUL);
    struct peer *listener = admit(bench, PUBLISHER_PAUL);

    expect_published_if_claimed(speaker, listener, canary(bench, "relayed"));
}

SPEC(readers_are_claimed_as_they_are, MUST, REQUIREMENTS("ICS-01"),
     "Where readers are claimed, a member without the role is not heard; where "
     "they are denied, everybody is.",
     "Claim readers, and say in credential.roles whose role may publish.")
{
    struct peer *reader = admit(bench, ALICE);
    struct peer *listener = admit(bench, PUBLISHER_PAUL);

    expect_reader_if_claimed(reader, listener, canary(bench, "said"));
}

SPEC(telling_who_it_is_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A member that asks is told who it is where the manifest claims so, and "
     "is not where it denies it.",
     "Claim whoami: its criteria ask whether anything but the token says who "
     "it is.")
{
    expect_identity_if_claimed(admit(bench, ALICE));
}

SPEC(rooms_are_claimed_as_they_are, MUST, REQUIREMENTS("ICS-01"),
     "A member makes a room where the manifest claims rooms, and none where it "
     "denies them.",
     "Claim rooms: their criteria ask who may enter, speak and rule.")
{
    expect_room_if_claimed(admit(bench, ALICE));
}

SPEC(history_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A member that asks for the history of a room is told what was said there "
     "where the manifest claims a history, and is given none where it denies "
     "one.",
     "Claim history: its criteria ask who may read it, and when it ends.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);

    expect_history_if_claimed(alice, room, speak_for_good(alice, room));
}

SPEC(replay_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "Who joins a room is told what was said there before where the manifest "
     "claims a replay, and is not where it denies it.",
     "Claim replay: its criteria ask whether it is told to members alone.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);
    const char *text = speak_for_good(alice, room);

    arrange(bob, WISH(ROOM_JOIN, room));
    expect_replay_if_claimed(bob, room, text);
}

SPEC(presence_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A member inside a room is told of others who come and go where the "
     "manifest claims presence, and is told nothing of them where it denies "
     "it.",
     "Claim presence: its criteria ask who is told of whom, and what.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_presence_if_claimed(alice, BOB);
}

SPEC(limit_of_attempts_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "The attempts of an address are bounded where the manifest claims so, and "
     "are not where it denies it.",
     "Claim attempts, and say limits.attempts, limits.window_ms and "
     "refusals.attempts; or deny it where there is no such limit.")
{
    hang_up(admit(bench, ALICE));
    expect_attempts_bounded_if_claimed(bench);
}

SPEC(rate_of_a_user_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "The messages of a user are bounded where the manifest claims so, and are "
     "not where it denies it.",
     "Claim message_rate, and say limits.messages and "
     "limits.messages_window_ms; or deny it where there is no such limit.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    expect_messages_bounded_if_claimed(alice, room, bob);
}

SPEC(rate_of_a_room_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "The messages into a room are bounded where the manifest claims so, and "
     "are not where it denies it.",
     "Claim room_rate, and say limits.room_messages; or deny it where there is "
     "no such limit.")
{
    struct manner there = { .tight = has_tight_room(bench) };
    struct peer *speakers[] = { admit_with(bench, ALICE, GOOD_TOKEN, there),
                                admit_with(bench, BOB, GOOD_TOKEN, there),
                                admit_with(bench, CAROL, GOOD_TOKEN, there),
                                admit_with(bench, OWNER, GOOD_TOKEN, there) };
    struct peer *dave = admit_with(bench, DAVE, GOOD_TOKEN, there);
    const char *room = own_room(speakers[0], PUBLIC);

    for (unsigned i = 1; i < sizeof(speakers) / sizeof(*speakers); i++)
        arrange(speakers[i], WISH(ROOM_JOIN, room));
    arrange(dave, WISH(ROOM_JOIN, room));
    expect_room_bounded_if_claimed(
        speakers, sizeof(speakers) / sizeof(*speakers), room, dave);
}

SPEC(limit_of_strangers_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "The connections of an address that have proven nothing are bounded where "
     "the manifest claims so, and are not where it denies it.",
     "Claim strangers, and say limits.strangers and refusals.strangers; or "
     "deny it where there is no such limit.")
{
    hang_up(admit(bench, ALICE));
    expect_strangers_bounded_if_claimed(bench);
}

SPEC(soft_limit_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A message beyond the size that the manifest says is answered by an error "
     "where it claims a soft limit, and by none where it denies one.",
     "Claim soft_limit, and say limits.soft_bytes and messages.error; or deny "
     "it where longer messages are served, or end the connection.")
{
    struct manner there = { .tight = is_soft_at_tight(bench) };
    struct peer *speaker = admit_with(bench, PUBLISHER_PAUL, GOOD_TOKEN, there);

    publish_padded(speaker, canary(bench, "longer"), soft_bytes(bench) + 1);
    expect_soft_refusal_if_claimed(speaker);
}

SPEC(demand_for_a_subprotocol_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "Who offers no sub-protocol is refused where the manifest claims that one "
     "is demanded, and is served where it denies that.",
     "Claim subprotocol_required, and say endpoint.subprotocols and "
     "refusals.no_subprotocol; or deny it where any offer is served.")
{
    struct manner none = { .tight = is_demanded_at_tight(bench),
                           .no_subprotocols = true };

    expect_refused_if_claimed(dial(bench, ALICE, GOOD_TOKEN, none),
                              SUBPROTOCOL_REQUIRED);
}

SPEC(forbidden_resource_is_there, MUST, REQUIREMENTS("ICS-01"),
     "What the manifest says is forbidden to its users is there, and admits "
     "the user who belongs there.",
     "Name in resources.forbidden one that exists, and in identities.mallory "
     "whom it admits: a place that admits nobody proves no right.")
{
    need_owner_of_forbidden(bench);
    admit(bench, ALICE);
    expect_forbidden_admits_its_own(bench);
}
