/* The first steps: does anybody answer, does it speak WebSocket here, and is a
 * good token admitted? */
#include "probe/steps.h"
#include <cJSON.h>
#include <stdlib.h>

enum { NOT_FOUND = 404 };

void try_entry(struct bench *bench, void *context)
{
    struct entry *entry = context;
    struct peer *good = dial_as(bench, ALICE, GOOD_TOKEN);
    struct peer *strangers[] = {
        dial_as(bench, ALICE, NO_TOKEN),
        dial_as(bench, ALICE, TOKEN(.literal = "garbage")),
    };

    await_answers(strangers, COUNT(strangers), time_to_answer(bench));
    entry->served = try_admission(good);
    sight_take(good, &entry->good);
    sight_take(strangers[0], &entry->none);
    sight_take(strangers[1], &entry->garbage);
    entry->none_in =
        entry->none.open && !is_refused_as(strangers[0], CAUSE_MISSING);
    entry->garbage_in =
        entry->garbage.open && !is_refused_as(strangers[1], CAUSE_INVALID);
}

/* --- Does anybody answer? ------------------------------------------------- */

static bool is_unreached(const struct sight *sight)
{
    return sight->ended && sight->ending == ENDING_UNREACHED;
}

static const char *url_of(const struct probe *probe)
{
    const char *url = probe_manifest(probe)->url;

    if (probe->target->kind == TARGET_EXEC)
        return "the implementation behind the pipe";
    return url == NULL ? "the reference in memory" : url;
}

bool is_no_websocket(int status)
{
    return status != 0 && status != 401 && status != 403 && status != 429 &&
           status != 503;
}

static void tell_unreached(struct probe *probe, const char *seen,
                           const char *why)
{
    propose(find(probe, FINDING_UNREACHED, "connect", seen, why),
            "endpoint.url", NULL);
}

/* An open door, and nobody behind it. */
static bool is_silent(const struct sight *sight, const struct result *result)
{
    if (result->verdict != PASS)
        return result->seen != NULL &&
               strstr(result->seen, "no answer to the handshake") != NULL;
    return !sight->upgraded && sight->status == 0 && !sight->ended;
}

/* "to alice-1: it speaks no HTTP": who is Alice? */
static const char *without_name(const char *seen)
{
    const char *colon =
        strncmp(seen, "to ", 3) == 0 ? strstr(seen, ": ") : NULL;

    return colon == NULL ? seen : colon + 2;
}

/* What came in the place of an upgrade; false: that did. */
static bool is_stranger_to_us(struct probe *probe, const struct entry *entry,
                              const struct result *result)
{
    const struct sight *good = &entry->good;
    const char *seen = result->seen == NULL ? "" : result->seen;

    if (is_unreached(good) || is_unreached(&entry->none))
        tell_unreached(probe, seen,
                       "Is it started? Is this its address and its port?");
    else if (is_silent(good, result))
        tell_unreached(probe,
                       "it takes the connection, and does not answer the "
                       "handshake",
                       "Is it the right port, and ws for wss? If it is slow, "
                       "raise limits.answer_ms.");
    else if (result->verdict != PASS && !good->upgraded && good->status == 0)
        propose(find(probe, FINDING_CHANGE, "connect", without_name(seen),
                     "What listens there does not speak WebSocket. Is it "
                     "another port, or ws for wss?"),
                "endpoint.url", NULL);
    else
        return false;
    return true;
}

/* Another answer than an upgrade or a refusal: is it at another path? */
static bool is_elsewhere(struct probe *probe, const struct entry *entry)
{
    int status = entry->good.status;

    if (!is_no_websocket(status) || entry->none.upgraded)
        return false;
    if (search_entry(probe, entry))
        return true;
    const char *path = probe_manifest(probe)->paths[MAIN];
    propose(find_with(probe, FINDING_CHANGE, "connect",
                      status == NOT_FOUND
                          ? "There is nothing at this path. Name the path "
                            "of the WebSocket endpoint."
                          : "That is an HTTP server, and no WebSocket "
                            "endpoint at this path, or not with these headers.",
                      "%s%s%s answers HTTP %d", url_of(probe),
                      path == NULL ? "" : ", at the path ",
                      path == NULL ? "" : path, status),
            path == NULL ? "endpoint.url" : "endpoint.paths", NULL);
    return true;
}

/* --- What does it speak? -------------------------------------------------- */

/* The packet that an Engine.IO server opens with, Socket.IO's way to travel. */
static bool greets_as_engine_io(const struct sight *sight)
{
    static const char greeting[] = "0{\"sid\":";

    return strncmp(sight->message, greeting, sizeof(greeting) - 1) == 0;
}

/* False: it does not, or the manifest knows. */
static bool speaks_socketio(struct probe *probe, const struct entry *entry)
{
    struct finding *finding;

    if (probe_manifest(probe)->codec == CODEC_SOCKETIO ||
        (!greets_as_engine_io(&entry->good) &&
         !greets_as_engine_io(&entry->none)))
        return false;
    finding =
        find(probe, FINDING_CHANGE, "connect",
             "what it says first is the greeting of Engine.IO",
             "So it speaks Socket.IO: messages are events with a name "
             "then, and their names the types of the profile's messages.");
    propose(finding, "codec", cJSON_CreateString("socketio"));
    if (adopt_or_withdraw(probe, finding))
        probe_entry(probe);
    return true;
}

/* --- Who is let in? ------------------------------------------------------- */

static bool is_same(const struct sight *one, const struct sight *other)
{
    return one->upgraded == other->upgraded && one->status == other->status &&
           one->code == other->code && one->open == other->open &&
           strcmp(one->reason, other->reason) == 0;
}

/* By the name of it, in whatever spelling. */
static bool asks_for_a_subprotocol(const struct sight *sight)
{
    return strcasestr(sight->reason, "subprotocol") != NULL ||
           strcasestr(sight->reason, "sub-protocol") != NULL;
}

static const char *explain_refusal(const struct entry *entry)
{
    bool as_none = is_same(&entry->good, &entry->none);
    bool as_garbage = is_same(&entry->good, &entry->garbage);

    if (entry->good.code == 1011 || entry->good.status >= 500)
        return "The service has failed. What does its log say?";
    if (asks_for_a_subprotocol(&entry->good))
        return "So is everybody: it asks for a sub-protocol. Name those that "
               "your clients offer.";
    if (as_none && as_garbage && entry->good.status == 403)
        return "So is who has no token, and who has garbage. Is the path "
               "right? Some frameworks (Starlette, FastAPI, Channels) answer "
               "403 where they have none. If it is: where does your service "
               "look for a token, and which key does it verify with? Where "
               "users log in, credential.source says how.";
    if (as_none && as_garbage)
        return "So is who has no token, and who has garbage: either it is not "
               "looked for where we put it, or it does not hold. Where does "
               "your service look for it, and which key does it verify with? "
               "Where users log in, credential.source says how.";
    if (as_none)
        return "So is who has no token, and not who has garbage: it is not "
               "looked for where we put it.";
    if (as_garbage)
        return "So is who has garbage, and not who has no token: it was seen, "
               "and does not hold. Is it the right key? Does your service ask "
               "for other claims (credential.claims), or for a shorter life "
               "(credential.lifetime_s)?";
    return "Not as who has no token, or garbage: the token holds, and its user "
           "has no right. Does the service know these users, and their roles?";
}

static const char *field_to_blame(const struct entry *entry)
{
    bool as_none = is_same(&entry->good, &entry->none);
    bool as_garbage = is_same(&entry->good, &entry->garbage);

    if (asks_for_a_subprotocol(&entry->good))
        return "endpoint.subprotocols";
    if (as_none && !as_garbage)
        return "credential.carriers";
    return as_garbage ? "credential.keys" : "credential.roles";
}

static void tell_refused(struct probe *probe, const struct entry *entry)
{
    struct finding *finding;

    if (search_entry(probe, entry))
        return;
    finding =
        find_with(probe, FINDING_CHANGE, "authenticate", explain_refusal(entry),
                  "a good token is refused: %s", entry->good.words);
    propose(finding, field_to_blame(entry), NULL);
    if (is_same(&entry->good, &entry->none) &&
        is_same(&entry->good, &entry->garbage) &&
        !asks_for_a_subprotocol(&entry->good)) {
        propose(finding, "credential.carriers", NULL);
        if (entry->good.status == 403)
            propose(finding, "endpoint.url", NULL);
    }
}

/* It stays open, and is not welcomed. */
static void tell_unwelcome(struct probe *probe, const struct entry *entry)
{
    const struct pair known[] = { { NULL, NULL } };

    if (entry->good.message[0] == 0)
        propose(find(probe, FINDING_CHANGE, "authenticate",
                     "a good token is neither refused nor welcomed",
                     "Is messages.authenticate what your service reads as a "
                     "first message?"),
                "messages.authenticate", NULL);
    else
        propose(find_with(probe, FINDING_CHANGE, "authenticate",
                          "That is no welcome as messages.welcome has it.",
                          "a good token is answered %s", entry->good.message),
                "messages.welcome",
                pattern_of_message(entry->good.message, known));
}

/* A good token proves nothing where everybody comes in. */
static void tell_served(struct probe *probe, const struct entry *entry)
{
    probe->let_in = true;
    if (entry->none_in)
        find(probe, FINDING_FAULT, "authenticate",
             "a good token is admitted, and so is who has none",
             "The service lets strangers in. No manifest mends that.");
    else if (entry->garbage_in)
        find(probe, FINDING_FAULT, "authenticate",
             "a good token is admitted, and so is garbage in its place",
             "The service does not verify tokens. No manifest mends that.");
    else
        find(probe, FINDING_GOOD, "authenticate",
             "a good token is admitted, garbage and none are not", NULL);
}

static bool is_entry_whole(const struct result *result,
                           const struct entry *entry)
{
    return result->verdict == PASS || entry->good.upgraded ||
           entry->good.status != 0;
}

static void judge_entry(struct probe *probe, const struct entry *entry,
                        const struct result *result)
{
    if (is_stranger_to_us(probe, entry, result) || is_elsewhere(probe, entry) ||
        speaks_socketio(probe, entry))
        return;
    if (entry->good.upgraded)
        find_with(probe, FINDING_GOOD, "connect", NULL, "%s answers HTTP 101",
                  url_of(probe));
    else
        find_with(probe, FINDING_GOOD, "connect", NULL, "%s answers HTTP %d",
                  url_of(probe), entry->good.status);
    if (entry->served)
        tell_served(probe, entry);
    else if (!is_entry_whole(result, entry) || entry->good.open)
        tell_unwelcome(probe, entry);
    else
        tell_refused(probe, entry);
}

void probe_entry(struct probe *probe)
{
    struct entry entry = { .served = false };
    struct result result;

    attempt(probe, NULL, "connect", try_entry, &entry, &result);
    if (entry.good.words[0] == 0)
        find(probe, FINDING_UNTRIED, "connect",
             result.seen == NULL ? "nothing could be tried" : result.seen,
             "That is no word about the service: the tool, or a hook of the "
             "manifest, has failed.");
    else
        judge_entry(probe, &entry, &result);
    result_deinit(&result);
}
