/* What a member may publish, the hooks that show the inside, and the issuer. */
#include "probe/steps.h"
#include <cJSON.h>
#include <stdlib.h>

enum { HOOKS_MAX = 4 };

struct look {
    bool is_offered;
    bool good;
    long bytes;
};

/* Without a hook it is what `publish` has tried. */
static void let_a_member_publish(struct bench *bench, void *context)
{
    struct look *look = context;

    look->is_offered = is_offered(bench, PUBLISHER) &&
                       has_publish_hook(bench) &&
                       is_known(bench, PUBLISHER_PAUL);
    if (!look->is_offered)
        return;
    struct peer *speaker = dial_as(bench, PUBLISHER_PAUL, GOOD_TOKEN);
    struct peer *listener = dial_as(bench, PUBLISHER_PAUL, GOOD_TOKEN);
    look->good = try_admission(speaker) && try_admission(listener) &&
                 try_publication(speaker, listener);
}

static void inspect(struct bench *bench, void *context)
{
    struct look *look = context;
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    look->is_offered = is_offered(bench, INSPECT);
    if (!look->is_offered || !try_admission(peer))
        return;
    struct cJSON *tree = try_inspection(bench);
    look->good = cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(tree, "pool"));
    cJSON_Delete(tree);
}

static void read_the_log(struct bench *bench, void *context)
{
    struct look *look = context;
    struct peer *peer = dial_as(bench, ALICE, GOOD_TOKEN);

    look->is_offered = is_offered(bench, LOG);
    if (!look->is_offered || !try_admission(peer))
        return;
    hang_up(peer);
    look->bytes = try_log(bench);
    look->good = look->bytes > 0;
}

static void ask_the_issuer(struct bench *bench, void *context)
{
    struct look *look = context;

    look->is_offered = is_offered(bench, ISSUER);
    if (look->is_offered)
        look->good =
            try_admission(dial_as(bench, ALICE, TOKEN(.issued = true)));
}

static const struct {
    const char *step;
    const char *path;
    trial *steps;
    const char *good;
    const char *bad;
    const char *why;
} looks[] = {
    { "member", "capabilities.publisher", let_a_member_publish,
      "what a member says, as messages.publish has it, is heard",
      "a member said messages.publish over its socket, and nobody heard it",
      "Is that how your users publish? Where they may not, set it to false." },
    { "inspect", "hooks.inspect", inspect, "the inside can be looked at",
      "the hook answers, and its answer has no list \"pool\"",
      "It is to answer a JSON object with \"pool\", a list of the members; "
      "reference/PROTOCOL.md has the form." },
    { "log", "hooks.log_file", read_the_log, "the log grows",
      "a connection has come and gone, and the log has not grown",
      "Is that the file that your service writes to, at once?" },
    { "issuer", "hooks.issue_token", ask_the_issuer,
      "a token of the service's own issuer is admitted",
      "a token of the service's own issuer is not admitted",
      "Does the hook answer a token for the user that it is asked for?" },
};

void probe_hooks(struct probe *probe)
{
    for (size_t i = 0; i < COUNT(looks); i++) {
        struct look look = { .bytes = 0 };
        struct result result;
        bool done =
            attempt(probe, NULL, looks[i].step, looks[i].steps, &look, &result);
        if (!look.is_offered && done) {
            result_deinit(&result);
            continue;
        }
        if (look.good)
            find(probe, FINDING_GOOD, looks[i].step, looks[i].good, NULL);
        else
            propose(find(probe, FINDING_CHANGE, looks[i].step,
                         done ? looks[i].bad
                              : (result.seen == NULL ? "" : result.seen),
                         done ? looks[i].why : NULL),
                    looks[i].path, NULL);
        result_deinit(&result);
    }
}
