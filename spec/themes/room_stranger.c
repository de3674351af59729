/* Strangers at the door of a service of rooms, and members who would be
 * somebody else. */
#include "bench.h"
#include "spec.h"

enum { LINGERERS = 200 };

SPEC(message_of_a_stranger_reaches_no_room, MUST,
     REQUIREMENTS("DATA-04 PA-02 PA-03"),
     "What a refused connection says, with its handshake or behind the "
     "refusal, makes no room, lets nobody in and is told in none.",
     "Start reading behind authentication, not beside it.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = make_room(alice, PUBLIC);
    const char *made = fresh_room(bench);
    const char *text = canary(bench, "stolen");
    struct wish making = WISH(ROOM_CREATE, made, .permission = PUBLIC);
    struct wish joining = WISH(ROOM_JOIN, room);
    struct wish saying = WISH(ROOM_PUBLISH, room, .text = text);
    struct manner maker = { .early = room_message(bench, making) };
    struct manner speaker = { .early = room_message(bench, joining),
                              .never_closes = true };
    struct token forged = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);
    struct peer *strangers[4];

    arrange(alice, WISH(ROOM_JOIN, room));
    strangers[0] = dial(bench, BOB, forged, maker);
    strangers[1] = dial(bench, BOB, NO_TOKEN, maker);
    strangers[2] = dial(bench, BOB, forged, speaker);
    strangers[3] = dial(bench, BOB, NO_TOKEN, speaker);
    for (unsigned i = 2; i < 4; i++)
        say(strangers[i], room_message(bench, saying));
    expect_nobody_heard(bench, text);
    for (unsigned i = 0; i < 4; i++)
        expect_received_nothing(strangers[i]);
    expect_denied(alice, WISH(ROOM_JOIN, made));
    expect_told(alice, room, speak(alice, room));
}

SPEC(refused_connection_ends_in_time_whatever_it_sends, MUST,
     REQUIREMENTS("PA-01"),
     "A connection that has proven nothing ends in the agreed time, though it "
     "goes on sending messages.",
     "Start one timer with the refusal, and let nothing that comes touch it.")
{
    struct peer *stranger =
        dial(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY),
             (struct manner){ .never_closes = true });

    expect_kept_out(stranger);
    pester(stranger, "{\"type\":\"whoami\"}");
    expect_ended_by_now(stranger);
}

SPEC(strangers_take_no_place_of_members, MUST, REQUIREMENTS("PA-08"),
     "Connections that were refused and linger take no place of a member, "
     "however many they are.",
     "Count those who have proven nothing apart from the members.")
{
    struct token forged = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);
    struct manner lingering = { .never_closes = true, .source = 1 };
    unsigned count = affordable(bench, LINGERERS);

    for (unsigned i = 0; i < count; i++)
        dial(bench, ALICE, forged, lingering);
    for (unsigned i = 0; i < per_user(bench); i++)
        expect_admitted(
            dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .source = 2 }));
}

SPEC(token_in_a_message_changes_no_user, MUST, REQUIREMENTS("PA-05 AUTH-35"),
     "A member that sends the token of another, as a message of its own or "
     "beside a request, stays who it was.",
     "Know one authentication, at the handshake; refuse each later one.")
{
    static const char *const patterns[] = {
        "{\"type\":\"authenticate\",\"token\":\"{}\"}",
        "{\"type\":\"auth\",\"token\":\"{}\"}",
        "{\"type\":\"refresh\",\"token\":\"{}\"}",
        "{\"type\":\"whoami\",\"token\":\"{}\"}",
    };
    const char *bob = woven(bench, "\"{}\"", user_id(bench, BOB));
    struct peer *member = admit(bench, ALICE);
    const char *token = token_text(member, TOKEN(.sub = bob));

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        say(member, woven(bench, patterns[i], token));
        expect_no_other_user(member);
    }
}

SPEC(lost_right_ends_each_connection_of_a_user, MUST,
     REQUIREMENTS("SL-05 ROOM-09"),
     "A user who loses the right to a room hears nothing more of it by any of "
     "his connections, and is heard by none.",
     "Walk all members of the room, not the one connection that you know.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bobs[] = { admit(bench, BOB), admit(bench, BOB) };
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PRIVATE);
    const char *guest = user_id(bench, BOB);
    const char *secret, *said[2];

    arrange(alice, WISH(ROOM_INVITE, room, .user = guest));
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, CAROL)));
    arrange(bobs[0], WISH(ROOM_JOIN, room));
    arrange(bobs[1], WISH(ROOM_JOIN, room));
    arrange(carol, WISH(ROOM_JOIN, room));
    expect_told(bobs[0], room, speak(bobs[1], room));
    expect_granted(alice, WISH(ROOM_UNINVITE, room, .user = guest));
    secret = speak(alice, room);
    said[0] = speak(bobs[0], room);
    said[1] = speak(bobs[1], room);
    expect_told(carol, room, secret);
    fence(bench);
    for (unsigned i = 0; i < 2; i++) {
        expect_not_heard(bobs[i], secret);
        expect_not_heard(carol, said[i]);
    }
}
