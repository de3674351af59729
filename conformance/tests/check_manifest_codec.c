/* Messages that are events: as a manifest writes them, and as it inherits them.
 */
#include "manifest_world.h"

static struct manifest *good(const char *text)
{
    struct buffer errors;
    struct manifest *manifest;

    buffer_init(&errors, 65536);
    manifest = manifest_read("t.json", bytes_of_string(text), NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    return manifest;
}

static void is(const struct cJSON *value, const char *want)
{
    char *text = cJSON_PrintUnformatted(value);

    ck_assert_str_eq(text, want);
    cJSON_free(text);
}

START_TEST(messages_are_frames_by_default)
{
    struct manifest *manifest = good("{\"extends\":\"rooms\"}");

    ck_assert_int_eq(manifest->codec, CODEC_JSON);
    is(manifest->rooms[ROOM_LEAVE].send,
       "{\"type\":\"leave_room\",\"room\":\"{room}\"}");
    manifest_free(manifest);
}
END_TEST

START_TEST(inherited_type_is_the_name_of_an_event)
{
    struct manifest *manifest =
        good("{\"extends\":\"rooms\",\"codec\":\"socketio\"}");

    ck_assert_int_eq(manifest->codec, CODEC_SOCKETIO);
    ck_assert_str_eq(manifest->namespace, "/");
    ck_assert_str_eq(manifest->event, "message");
    is(manifest->rooms[ROOM_LEAVE].send,
       "[\"leave_room\",{\"room\":\"{room}\"}]");
    is(manifest->whoami, "[\"whoami\",{}]");
    is(manifest->denials[DENIED_MALFORMED],
       "[\"error\",{\"code\":\"malformed\"}]");
    manifest_free(manifest);
}
END_TEST

START_TEST(events_are_taken_as_they_are)
{
    struct manifest *manifest = good(
        "{\"extends\":\"rooms\",\"codec\":\"socketio\",\"socketio\":{"
        "\"namespace\":\"/r\",\"event\":\"say\"},\"messages\":{\"whoami\":["
        "\"me\"],\"authenticate\":{\"token\":\"{token}\"}},\"rooms\":{\"join\":"
        "{"
        "\"send\":[\"in\",\"{room}\"],\"answer\":[\"inside\",\"{room}\",{\"n\":"
        "1}]}},\"refusals\":{\"missing\":[{\"close\":1005,\"widened\":\"no "
        "code\","
        "\"message\":[\"connect_error\",{\"message\":\"no\"}]},{\"close\":4001,"
        "\"message\":{\"type\":\"bye\",\"why\":1}}]}}");

    ck_assert_str_eq(manifest->namespace, "/r");
    ck_assert_str_eq(manifest->event, "say");
    is(manifest->whoami, "[\"me\"]");
    is(manifest->authenticate, "{\"token\":\"{token}\"}");
    is(manifest->rooms[ROOM_JOIN].send, "[\"in\",\"{room}\"]");
    is(manifest->rooms[ROOM_JOIN].answer, "[\"inside\",\"{room}\",{\"n\":1}]");
    is(manifest->refusals[CAUSE_MISSING].at[0].message,
       "[\"connect_error\",{\"message\":\"no\"}]");
    is(manifest->refusals[CAUSE_MISSING].at[1].message,
       "[\"bye\",{\"why\":1}]");
    manifest_free(manifest);
}
END_TEST

START_TEST(acknowledgements_are_taken_as_they_are)
{
    struct manifest *manifest =
        good("{\"extends\":\"rooms\",\"codec\":\"socketio\",\"messages\":{"
             "\"whoami\":{\"ack\":\"{id}\",\"event\":[\"me\"]},\"identity\":"
             "{\"ack\":\"{id}\",\"data\":[\"{user}\"]}}}");

    is(manifest->whoami, "{\"ack\":\"{id}\",\"event\":[\"me\"]}");
    is(manifest->identity, "{\"ack\":\"{id}\",\"data\":[\"{user}\"]}");
    manifest_free(manifest);
}
END_TEST

/* What a profile says in JSON is not there; what rooms are neither. */
START_TEST(texts_are_taken_as_they_are)
{
    struct manifest *manifest = good(
        "{\"extends\":\"signals\",\"codec\":\"text\",\"messages\":{\"signal\":"
        "\"> {text}\",\"publish\":\"say {text}\"},\"refusals\":{\"missing\":[{"
        "\"close\":4001,\"message\":\"go away\"}]}}");

    ck_assert_int_eq(manifest->codec, CODEC_TEXT);
    is(manifest->signal, "\"> {text}\"");
    is(manifest->publish, "\"say {text}\"");
    ck_assert_ptr_null(manifest->error);
    is(manifest->refusals[CAUSE_MISSING].at[0].message, "\"go away\"");
    ck_assert_ptr_nonnull(manifest->claims);
    manifest_free(manifest);
}
END_TEST

START_TEST(rooms_of_a_profile_are_not_told_in_texts)
{
    struct manifest *manifest =
        good("{\"extends\":\"rooms\",\"codec\":\"text\",\"messages\":{"
             "\"signal\":\"{text}\",\"publish\":\"{text}\"},\"capabilities\":{"
             "\"rooms\":false,\"presence\":false,\"history\":false,\"replay\":"
             "false,\"binary\":false,\"handshake_room\":false,\"room_quota\":"
             "false,\"room_rights\":false,\"room_rate\":false,\"whoami\":false,"
             "\"logout\":false}}");

    ck_assert_ptr_null(manifest->rooms[ROOM_LEAVE].send);
    ck_assert_ptr_null(manifest->set_presence);
    manifest_free(manifest);
}
END_TEST

START_TEST(tolerances_are_a_set)
{
    struct manifest *manifest =
        good("{\"extends\":\"signals\",\"tolerate\":[\"cut_reason\","
             "\"second_close\",\"cut_reason\"]}");

    ck_assert_uint_eq(manifest->tolerated, 1u << DEVIATION_SECOND_CLOSE |
                                               1u << DEVIATION_CUT_REASON);
    manifest_free(manifest);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("manifest codec");
    TCase *tcase = tcase_create("codec");

    tcase_add_test(tcase, messages_are_frames_by_default);
    tcase_add_test(tcase, inherited_type_is_the_name_of_an_event);
    tcase_add_test(tcase, events_are_taken_as_they_are);
    tcase_add_test(tcase, acknowledgements_are_taken_as_they_are);
    tcase_add_test(tcase, texts_are_taken_as_they_are);
    tcase_add_test(tcase, rooms_of_a_profile_are_not_told_in_texts);
    tcase_add_test(tcase, tolerances_are_a_set);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_manifest_codec");
}
