/* What is said beside the messages of the service itself: greetings, what a
 * member says to take part, heartbeats; and what a message takes up again of
 * what was heard in it. */
#include "manifest/internal.h"
#include "bench/matcher.h"
#include "spec.h"
#include <stdio.h>

enum { NAMES_MAX = 32, PATH_BYTES = 256 };

/* The names of what is captured; space-separated, as rules have them. */
struct names {
    char text[NAMES_MAX * VARIABLE_SIZE];
    size_t length;
};

static void add_name(struct names *names, struct bytes name)
{
    if (name.length >= VARIABLE_SIZE ||
        names->length + VARIABLE_SIZE + 1 >= sizeof(names->text))
        return;
    names->length += (size_t)snprintf(names->text + names->length,
                                      sizeof(names->text) - names->length,
                                      "%s%.*s", names->length == 0 ? "" : " ",
                                      (int)name.length, (const char *)name.at);
}

static void collect(struct names *names, const cJSON *pattern)
{
    const char *text = cJSON_GetStringValue(pattern);
    const cJSON *member;
    struct bytes name;

    if (text != NULL && template_variable(text, &name) == text &&
        text[name.length + 2] == 0 && !cites("any id", pattern->valuestring))
        add_name(names, name);
    if (text != NULL && pattern->string != NULL &&
        strcmp(pattern->string, "$as") == 0)
        add_name(names, bytes_of_string(text));
    cJSON_ArrayForEach(member, pattern)
    {
        collect(names, member);
    }
}

/* --- A template without its variable -------------------------------------- */

/* Where a member has a name of its own the mistake is told of it. */
static void check_variables(struct building *building, const cJSON *template,
                            const char *path, const char *known)
{
    char found[FOUND_BYTES];
    char expected[FOUND_BYTES];
    char inside[PATH_BYTES];
    const cJSON *member;

    if (cJSON_IsString(template) &&
        foreign_variable(template->valuestring, known, found)) {
        write_variables(known, expected);
        build_mistake(building, path, found, expected);
    }
    cJSON_ArrayForEach(member, template)
    {
        snprintf(inside, sizeof(inside), "%s.%s", path,
                 member->string == NULL ? "" : member->string);
        check_variables(building, member,
                        member->string == NULL ? path : inside, known);
    }
}

static void check_message(struct building *building, const cJSON *message,
                          const char *path, const struct names *names,
                          const char *own)
{
    char known[sizeof(names->text) + 64];

    snprintf(known, sizeof(known), "%s%s%s", own, names->length > 0 ? " " : "",
             names->text);
    if (message != NULL)
        check_variables(building, message, path, known);
}

/* --- The parts ------------------------------------------------------------ */

static void build_greetings(struct building *building, struct names *names)
{
    struct dialogue *dialogue = &building->manifest->dialogue;
    const cJSON *element;

    cJSON_ArrayForEach(element, build_at(building, "dialogue.greeting"))
    {
        dialogue->greetings[dialogue->greeting_count++] = element;
        collect(names, element);
    }
}

static void build_allowed(struct building *building)
{
    struct dialogue *dialogue = &building->manifest->dialogue;
    const cJSON *element;

    cJSON_ArrayForEach(element, build_at(building, "dialogue.allowed"))
    {
        struct allowance *one = &dialogue->allowed[dialogue->allowed_count++];
        one->said = cJSON_GetObjectItemCaseSensitive(element, "said");
        one->answer = cJSON_GetObjectItemCaseSensitive(element, "answer");
    }
}

static void build_joining(struct building *building, struct names *names)
{
    struct dialogue *dialogue = &building->manifest->dialogue;
    const cJSON *element;

    cJSON_ArrayForEach(element, build_at(building, "dialogue.joining"))
    {
        struct exchange *exchange =
            &dialogue->joining[dialogue->joining_count++];
        exchange->send = cJSON_GetObjectItemCaseSensitive(element, "send");
        exchange->answer = cJSON_GetObjectItemCaseSensitive(element, "answer");
        check_message(building, exchange->send, "dialogue.joining", names,
                      "id user");
        collect(names, exchange->answer);
    }
}

static void build_heartbeats(struct building *building)
{
    struct dialogue *dialogue = &building->manifest->dialogue;
    const cJSON *element;

    cJSON_ArrayForEach(element, build_at(building, "dialogue.heartbeats"))
    {
        struct heartbeat *beat =
            &dialogue->heartbeats[dialogue->heartbeat_count++];
        struct names names = { "", 0 };
        beat->on = cJSON_GetObjectItemCaseSensitive(element, "on");
        beat->send = cJSON_GetObjectItemCaseSensitive(element, "send");
        collect(&names, beat->on);
        dialogue->takes_up = dialogue->takes_up || names.length > 0;
        check_message(building, beat->send, "dialogue.heartbeats", &names,
                      "id user");
    }
}

/* --- Patterns that swallow what they should not --------------------------- */

static void check_one(struct building *building, const char *path,
                      const cJSON *pattern, const cJSON *other,
                      const char *name)
{
    const char *wrong =
        pattern == NULL ? NULL : pattern_mistake(pattern, other);
    char found[FOUND_BYTES];

    if (wrong == NULL)
        return;
    snprintf(found, sizeof(found), "%s%s%s", wrong,
             strcmp(wrong, "a pattern that matches") == 0 ? " " : "",
             strcmp(wrong, "a pattern that matches") == 0 ? name : "");
    build_mistake(building, path, found,
                  "one that matches what it stands for alone");
}

static void check_patterns(struct building *building)
{
    const struct manifest *manifest = building->manifest;
    const struct dialogue *dialogue = &manifest->dialogue;
    const cJSON *signal = manifest->signal;

    check_one(building, "messages.error", manifest->error, signal,
              "messages.signal");
    check_one(building, "messages.welcome", manifest->welcome, signal,
              "messages.signal");
    for (size_t i = 0; i < dialogue->greeting_count; i++)
        check_one(building, "dialogue.greeting", dialogue->greetings[i], signal,
                  "messages.signal");
    for (size_t i = 0; i < dialogue->heartbeat_count; i++)
        check_one(building, "dialogue.heartbeats", dialogue->heartbeats[i].on,
                  signal, "messages.signal");
    for (size_t i = 0; i < dialogue->joining_count; i++)
        check_one(building, "dialogue.joining", dialogue->joining[i].answer,
                  signal, "messages.signal");
}

/* Strangers must not be allowed what only members may say. */
static void check_allowed(struct building *building)
{
    const struct manifest *manifest = building->manifest;
    const struct dialogue *dialogue = &manifest->dialogue;

    for (size_t i = 0; i < dialogue->allowed_count; i++) {
        const cJSON *allowed = dialogue->allowed[i].said;
        check_one(building, "dialogue.allowed", dialogue->allowed[i].answer,
                  manifest->signal, "messages.signal");
        check_one(building, "dialogue.allowed", dialogue->allowed[i].answer,
                  manifest->welcome, "messages.welcome");
        check_one(building, "dialogue.allowed", allowed, manifest->publish,
                  "messages.publish");
        check_one(building, "dialogue.allowed", allowed, manifest->authenticate,
                  "messages.authenticate");
        for (size_t k = 0; k < dialogue->joining_count; k++)
            check_one(building, "dialogue.allowed", allowed,
                      dialogue->joining[k].send, "dialogue.joining");
    }
}

static void check_refusals(struct building *building)
{
    const struct manifest *manifest = building->manifest;

    for (size_t cause = 0; cause < CAUSES; cause++) {
        const struct outcomes *outcomes = &manifest->refusals[cause];
        for (size_t i = 0; i < outcomes->count; i++)
            check_one(building, cause_paths[cause], outcomes->at[i].message,
                      manifest->signal, "messages.signal");
    }
}

/* Each is told from what is said in a room, and from any other broadcast. */
static void check_denials(struct building *building)
{
    const struct manifest *manifest = building->manifest;
    const cJSON *entered = manifest->rooms[ROOM_JOIN].answer;
    const cJSON *said = manifest->rooms[ROOM_PUBLISH].answer;

    for (size_t i = 0; i < DENIALS; i++) {
        const cJSON *denial = manifest->denials[i];
        check_one(building, denial_paths[i], denial, manifest->signal,
                  "messages.signal");
        if (said != NULL)
            check_one(building, denial_paths[i], denial, said,
                      "rooms.publish.answer");
    }
    if (entered != NULL)
        check_one(building, denial_paths[DENIED_READING],
                  manifest->denials[DENIED_READING], entered,
                  "rooms.join.answer");
}

/* Members are told from strangers by what they are told themselves. */
static bool tells_members(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->dialogue.joining_count; i++)
        if (manifest->dialogue.joining[i].answer != NULL)
            return true;
    return manifest->welcome != NULL;
}

static void build_pings(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const char *whose =
        cJSON_GetStringValue(build_at(building, "dialogue.pings"));

    manifest->dialogue.pings_of_members =
        whose != NULL && strcmp(whose, "members") == 0;
    if (manifest->dialogue.pings_of_members && !tells_members(manifest))
        build_mistake(building, "dialogue.pings",
                      "members, who are told nothing",
                      "messages.welcome or an answer to dialogue.joining, by "
                      "which they are known");
}

void build_dialogue(struct building *building)
{
    struct manifest *manifest = building->manifest;
    struct dialogue *dialogue = &manifest->dialogue;
    struct names names = { "", 0 };

    build_greetings(building, &names);
    build_allowed(building);
    check_message(building, manifest->authenticate, "messages.authenticate",
                  &names, "token user id");
    build_joining(building, &names);
    check_message(building, manifest->publish, "messages.publish", &names,
                  "text id");
    check_message(building, manifest->whoami, "messages.whoami", &names, "id");
    check_message(building, manifest->logout, "messages.logout", &names, "id");
    build_heartbeats(building);
    if (names.length > 0 || template_mentions(manifest->tree, "id", false))
        dialogue->takes_up = true;
    build_pings(building);
    check_patterns(building);
    check_allowed(building);
    check_refusals(building);
    check_denials(building);
}
