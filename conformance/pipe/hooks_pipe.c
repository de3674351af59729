/* Hooks that are verbs of the protocol. */
#include "pipe/hooks_pipe.h"
#include "spec.h"
#include <cJSON.h>

/* Asks for what hangs on that need. What is offered and then not supported is
 * no offer: nobody shall take it for "not applicable". */
static enum fault ask_offered(struct implementation *one, uint64_t need,
                              enum saying_kind want)
{
    enum fault fault = ask(one, want);

    if (fault == FAULT_ABSENT && (one->introduction.offers & need) != 0)
        return blame(one, FAULT_PROTOCOL,
                     "it offers \"%s\", and does not support it",
                     need_name(need));
    return fault;
}

enum fault hook_publish(struct implementation *one, const char *text,
                        const char *tenant)
{
    struct speech *speech = ask_verb(one, "publish");

    speech_text(speech, "text", text);
    if (tenant != NULL)
        speech_text(speech, "tenant", tenant);
    return ask_offered(one, BROADCAST, SAYS_DONE);
}

/* The state leaves the line that it came in. */
static struct cJSON *take_state(struct saying *answer)
{
    answer->members[HAS_STATE] = NULL;
    return cJSON_DetachItemFromObjectCaseSensitive(answer->tree, "state");
}

enum fault hook_inspect(struct implementation *one, uint64_t since,
                        struct cJSON **into)
{
    enum fault fault;

    speech_number(ask_verb(one, "inspect"), "since", (int64_t)since);
    fault = ask_offered(one, INSPECT, SAYS_INSPECT);
    if (fault == FAULT_NONE)
        *into = take_state(&one->answer);
    return fault;
}

enum fault hook_breakage(struct implementation *one, const char *what,
                         bool broken)
{
    struct speech *speech = ask_verb(one, "fault");

    speech_text(speech, "what", what);
    speech_flag(speech, "broken", broken);
    return ask(one, SAYS_DONE);
}

enum fault hook_provision(struct implementation *one, const char *what,
                          const struct pair *values)
{
    struct speech *speech = ask_verb(one, "provision");
    bool has_some = false;

    speech_text(speech, "what", what);
    speech_json(speech, "values", "{");
    for (; values->name != NULL; values++) {
        speech_raw(speech, has_some ? "," : "");
        speech_string(speech, bytes_of_string(values->name));
        speech_raw(speech, ":");
        speech_string(speech, bytes_of_string(values->value));
        has_some = true;
    }
    speech_raw(speech, "}");
    return ask(one, SAYS_DONE);
}

enum fault hook_ask_without_context(struct implementation *one, bool *refused,
                                    struct buffer *answer)
{
    enum fault fault;

    ask_verb(one, "ask_without_context");
    fault = ask_offered(one, MANAGERS, SAYS_ANSWER);
    if (fault != FAULT_NONE)
        return fault;
    *refused = saying_flag(&one->answer, HAS_REFUSED);
    return buffer_add_string(answer, saying_text(&one->answer, HAS_TEXT));
}

enum fault hook_revoke(struct implementation *one, const char *jti)
{
    speech_text(ask_verb(one, "revoke"), "jti", jti);
    return ask_offered(one, REVOCATION, SAYS_DONE);
}

enum fault hook_issue(struct implementation *one, const char *user,
                      const char *role, struct buffer *into)
{
    struct speech *speech = ask_verb(one, "issue");
    enum fault fault;

    speech_text(speech, "user", user);
    speech_text(speech, "role", role);
    fault = ask_offered(one, ISSUER, SAYS_TOKEN);
    return fault == FAULT_NONE
               ? buffer_add_string(into, saying_text(&one->answer, HAS_TOKEN))
               : fault;
}

enum fault hook_stored(struct implementation *one, struct buffer *into)
{
    enum fault fault;

    ask_verb(one, "stored");
    fault = ask(one, SAYS_STORED); /* who breaks it may be unable to show it */
    return fault == FAULT_NONE
               ? buffer_add_string(into, saying_text(&one->answer, HAS_TEXT))
               : fault;
}

enum fault hook_log(struct implementation *one, struct buffer *into)
{
    const cJSON *line;
    enum fault fault;

    ask_verb(one, "log");
    fault = ask_offered(one, LOG, SAYS_LOG);
    if (fault != FAULT_NONE)
        return fault;
    cJSON_ArrayForEach(line, one->answer.members[HAS_LINES])
    {
        fault = buffer_printf(into, "%s\n", line->valuestring);
        if (fault != FAULT_NONE)
            return fault_say(fault, "the log: %s", fault_text(fault));
    }
    return fault;
}
