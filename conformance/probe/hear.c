/* What members are told: broadcasts, answers, and what is said in rooms. A
 * message that does not match is shown, and a pattern drawn from it, which is
 * tried before it is proposed. */
#include "probe/steps.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { SWAPS_MAX = 8, TEXT_SIZE = 2048, NAME_SIZE = 128 };

/* --- Broadcasts ----------------------------------------------------------- */

struct hearing {
    bool is_offered;
    bool let_in;
    bool heard;
    char text[64];           /* that was published */
    char message[TEXT_SIZE]; /* in which it came, if it did */
    char bytes[128]; /* the last message in binary; "": there was none */
};

static void copy(char *into, size_t size, const char *text)
{
    snprintf(into, size, "%s", text == NULL ? "" : text);
}

/* Which of several that were published is the one in the message. */
static void find_text(struct hearing *hearing)
{
    size_t length = strlen(hearing->text);
    const char *at = strstr(hearing->message, hearing->text);

    if (at != NULL)
        snprintf(hearing->text + length, sizeof(hearing->text) - length, "%.*s",
                 (int)strspn(at + length, "0123456789"), at + length);
}

static void listen_to(struct bench *bench, void *context)
{
    struct hearing *hearing = context;
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);
    struct buffer bytes;

    hearing->is_offered = is_offered(bench, BROADCAST);
    hearing->let_in = try_admission(peer);
    if (!hearing->is_offered || !hearing->let_in)
        return;
    snprintf(hearing->text, sizeof(hearing->text), "sig-%s-", mark_of(bench));
    publish(bench);
    if (is_stopped(bench))
        return;
    hearing->heard = try_broadcast(peer);
    if (!hearing->heard)
        copy(hearing->message, TEXT_SIZE, heard_with(peer, hearing->text));
    find_text(hearing);
    if (!hearing->heard && hearing->message[0] == 0)
        copy(hearing->message, TEXT_SIZE, heard_last(peer));
    buffer_init(&bytes, sizeof(hearing->bytes) - 1);
    if (has_heard_bytes(peer, &bytes))
        copy(hearing->bytes, sizeof(hearing->bytes), buffer_string(&bytes));
    buffer_deinit(&bytes);
}

/* Is a broadcast heard where the manifest has this value there? */
static bool hears_with(struct probe *probe, const char *path,
                       const struct cJSON *value)
{
    struct cJSON *overlay = cJSON_CreateObject();
    struct hearing hearing = { .heard = false };
    struct manifest *manifest;

    overlay_set(overlay, path, cJSON_Duplicate(value, true));
    manifest = may_search(probe) ? manifest_with(probe, overlay) : NULL;
    if (manifest != NULL) {
        struct result result;
        attempt(probe, manifest, "publish", listen_to, &hearing, &result);
        result_deinit(&result);
    }
    manifest_free(manifest);
    cJSON_Delete(overlay);
    return hearing.heard;
}

/* Nobody has named a hook, and what a member says reaches nobody. */
static void tell_unheard_member(struct probe *probe)
{
    bool is_child = probe->target->kind == TARGET_EXEC;
    struct finding *finding = find(
        probe, FINDING_CHANGE, "publish",
        "a member said messages.publish over its socket, for there is no hook, "
        "and nobody heard it",
        is_child ? "Let the adapter offer broadcast (with a kit: a function "
                   "publish among its hooks); or name the message by which "
                   "your users publish; or say that members may not, and what "
                   "needs a broadcast is not applicable."
                 : "Name a hook that publishes; or the message by which your "
                   "users do; or say that members may not, and what needs a "
                   "broadcast is not applicable.");

    if (!is_child)
        propose(finding, "hooks.publish", NULL);
    propose(finding, "messages.publish", NULL);
    propose(finding, "capabilities.publisher", NULL);
}

/* A hook of the manifest is not asked for what a child offers itself. */
static bool has_hook(const struct probe *probe)
{
    const struct manifest *manifest = probe_manifest(probe);

    return probe->target->kind != TARGET_EXEC &&
           (manifest->publish_hook.present ||
            manifest->publish_to_hook.present);
}

/* Perhaps a text all the same. */
static void tell_bytes(struct probe *probe, const struct hearing *hearing)
{
    struct cJSON *kind = cJSON_CreateString("binary");
    bool tried = kind != NULL && hears_with(probe, "frames", kind);
    struct finding *finding = find_with(
        probe, FINDING_CHANGE, "publish",
        tried ? "Tried: with binary frames it is heard."
              : "Its bytes are told by layouts, for each type of message.",
        "a member received %s, which is no signal as the manifest has it",
        hearing->bytes);

    if (!tried) {
        cJSON_Delete(kind);
        propose(finding, "layouts", NULL);
        return;
    }
    propose(finding, "frames", kind);
    adopt(probe, finding);
}

static void tell_unheard(struct probe *probe, const struct hearing *hearing)
{
    const struct pair known[] = { { "text", hearing->text }, { NULL, NULL } };
    struct cJSON *pattern = pattern_of_message(hearing->message, known);
    struct finding *finding;

    if (hearing->bytes[0] != 0 &&
        strstr(hearing->message, hearing->text) == NULL) {
        cJSON_Delete(pattern);
        tell_bytes(probe, hearing);
        return;
    }
    if (hearing->message[0] == 0 && !has_hook(probe)) {
        tell_unheard_member(probe);
        return;
    }
    if (hearing->message[0] == 0) {
        propose(find(probe, FINDING_CHANGE, "publish",
                     "what was published came to no member",
                     "Does the hook publish to this endpoint, to everybody, "
                     "and the {text} that it is given?"),
                "hooks.publish", NULL);
        return;
    }
    bool tried =
        pattern != NULL && hears_with(probe, "messages.signal", pattern);
    finding = find_with(
        probe, FINDING_CHANGE, "publish",
        tried ? "Tried: with that pattern it is heard."
              : "Its pattern is messages.signal, with \"{text}\" where the "
                "text stands that was published, whole and alone.",
        "a member received %.600s, which is no signal as the manifest has it",
        hearing->message);
    if (!tried) {
        cJSON_Delete(pattern);
        pattern = NULL;
    }
    propose(finding, "messages.signal", pattern);
    if (tried)
        adopt(probe, finding);
}

void probe_broadcast(struct probe *probe)
{
    struct hearing hearing = { .heard = false };
    struct result result;
    bool done = attempt(probe, NULL, "publish", listen_to, &hearing, &result);

    if (!done)
        propose(find(probe, FINDING_CHANGE, "publish",
                     result.seen == NULL ? "" : result.seen,
                     "Nothing was published."),
                "hooks.publish", NULL);
    else if (!hearing.is_offered)
        propose(find(probe, FINDING_ABSENT, "publish",
                     "there is no hook that publishes, and no member may",
                     "Without it nobody can show that strangers hear nothing: "
                     "what needs a broadcast is not applicable."),
                "hooks.publish", NULL);
    else if (hearing.heard)
        find(probe, FINDING_GOOD, "publish",
             "what was published came to a member", NULL);
    else
        tell_unheard(probe, &hearing);
    result_deinit(&result);
}

/* --- Answers -------------------------------------------------------------- */

/* Something said, and the pattern of what has to come of it. */
struct swap {
    char path[PROPOSAL_PATH_SIZE]; /* of the pattern */
    bool answered;
    char sent[TEXT_SIZE];
    char message[TEXT_SIZE]; /* heard in its place; "": nothing */
};

struct swaps {
    const struct manifest *manifest;
    struct swap at[SWAPS_MAX];
    size_t count;
    char user[NAME_SIZE], room[NAME_SIZE], text[NAME_SIZE];
};

/* False: it was not answered, and there is no sense in going on. */
static bool swap(struct swaps *swaps, const char *path, struct peer *speaker,
                 struct peer *listener, const char *sent,
                 const struct cJSON *pattern)
{
    struct swap *swap = &swaps->at[swaps->count++];

    *swap = (struct swap){ .answered = false };
    copy(swap->path, sizeof(swap->path), path);
    copy(swap->sent, TEXT_SIZE, sent);
    if (sent != NULL)
        say(speaker, sent);
    swap->answered = try_reply(listener, pattern);
    if (!swap->answered)
        copy(swap->message, TEXT_SIZE, heard_last(listener));
    return swap->answered;
}

static void ask_identity(struct bench *bench, void *context)
{
    struct swaps *swaps = context;
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);
    char *question = cJSON_PrintUnformatted(swaps->manifest->whoami);

    copy(swaps->user, NAME_SIZE, user_id(bench, ALICE));
    if (is_offered(bench, WHOAMI) && try_admission(peer))
        swap(swaps, "messages.identity", peer, peer, question,
             swaps->manifest->identity);
    cJSON_free(question);
}

static void meet_in_a_room(struct bench *bench, void *context)
{
    struct swaps *swaps = context;
    const struct exchange *rooms = swaps->manifest->rooms;
    const char *room = fresh_room(bench);
    const char *text = canary(bench, "said");
    struct peer *owner;
    struct peer *guest;

    if (!is_offered(bench, ROOMS_MADE) || !is_known(bench, OWNER) ||
        !is_known(bench, BOB))
        return;
    owner = dial_as(bench, OWNER, GOOD_TOKEN);
    guest = dial_as(bench, BOB, GOOD_TOKEN);

    copy(swaps->user, NAME_SIZE, user_id(bench, OWNER));
    copy(swaps->room, NAME_SIZE, room);
    copy(swaps->text, NAME_SIZE, text);
    if (!try_admission(owner) || !try_admission(guest))
        return;
    if (swap(swaps, "rooms.create.answer", owner, owner,
             room_message(bench, WISH(ROOM_CREATE, room, .permission = PUBLIC)),
             rooms[ROOM_CREATE].answer) &&
        swap(swaps, "rooms.join.answer", owner, owner,
             room_message(bench, WISH(ROOM_JOIN, room)),
             rooms[ROOM_JOIN].answer) &&
        swap(swaps, "rooms.join.answer", guest, guest,
             room_message(bench, WISH(ROOM_JOIN, room)),
             rooms[ROOM_JOIN].answer))
        swap(swaps, "rooms.publish.answer", owner, guest,
             room_message(bench, WISH(ROOM_PUBLISH, room, .text = text)),
             rooms[ROOM_PUBLISH].answer);
}

/* "rooms.join" of "rooms.join.answer": what is asked. */
static void path_of_question(const char *path, char into[PROPOSAL_PATH_SIZE])
{
    const char *dot = strrchr(path, '.');

    if (strcmp(path, "messages.identity") == 0)
        snprintf(into, PROPOSAL_PATH_SIZE, "messages.whoami");
    else
        snprintf(into, PROPOSAL_PATH_SIZE, "%.*s.send", (int)(dot - path),
                 path);
}

/* True: adopted, so that the rest can be tried with it. */
static bool tell_swap(struct probe *probe, const char *step,
                      const struct swaps *swaps, const struct swap *swap)
{
    const struct pair known[] = { { "room", swaps->room },
                                  { "user", swaps->user },
                                  { "text", swaps->text },
                                  { "permission", "PUBLIC" },
                                  { NULL, NULL } };
    char question[PROPOSAL_PATH_SIZE];
    struct finding *finding;
    struct cJSON *pattern = pattern_of_message(swap->message, known);

    path_of_question(swap->path, question);
    if (swap->message[0] == 0) {
        propose(find_with(probe, FINDING_CHANGE, step,
                          "Is that what your service understands?",
                          "%.400s is not answered", swap->sent),
                question, NULL);
        return false;
    }
    finding = find_with(probe, FINDING_CHANGE, step,
                        pattern == NULL
                            ? "Is that an error? Then the question is another."
                            : "That is not what the manifest has.",
                        "%.400s is answered %.600s", swap->sent, swap->message);
    propose(finding, pattern == NULL ? question : swap->path, pattern);
    return pattern != NULL && adopt_or_withdraw(probe, finding);
}

/* Each pattern that is adopted may show what is wrong behind it. */
static void probe_swaps(struct probe *probe, const char *step, trial *steps,
                        const char *good)
{
    struct swaps *swaps = calloc(1, sizeof(*swaps));
    const struct swap *last = NULL;
    struct result result;
    bool again = swaps != NULL;

    if (swaps == NULL)
        find(probe, FINDING_UNTRIED, step, "out of memory", NULL);
    for (int round = 0; again && round < SWAPS_MAX; round++) {
        memset(swaps, 0, sizeof(*swaps));
        swaps->manifest = probe_manifest(probe);
        attempt(probe, NULL, step, steps, swaps, &result);
        last = swaps->count == 0 ? NULL : &swaps->at[swaps->count - 1];
        again = last != NULL && !last->answered &&
                tell_swap(probe, step, swaps, last);
        if (last == NULL && result.verdict != PASS)
            find(probe, FINDING_UNTRIED, step,
                 result.seen == NULL ? "" : result.seen, NULL);
        result_deinit(&result);
    }
    if (last != NULL && last->answered)
        find(probe, FINDING_GOOD, step, good, NULL);
    free(swaps);
}

void probe_answers(struct probe *probe)
{
    probe_swaps(probe, "whoami", ask_identity, "a member is told who it is");
}

void probe_rooms(struct probe *probe)
{
    probe_swaps(probe, "rooms", meet_in_a_room,
                "a room is made, two members join it, and what one says there "
                "comes to the other");
}
