/* What came of a knock: is it a refusal at all, and how a manifest says it. */
#include "probe/knock.h"
#include <cJSON.h>
#include <ctype.h>

enum { UNAVAILABLE_NOW = 503 };

bool may_be_widened(const struct sight *sight)
{
    return sight->code == 1000 || sight->code == 1001 || sight->code == 1005 ||
           sight->code == 1011;
}

/* Messages that came beside a welcome that was due. */
static unsigned messages_of(const struct knock *knock)
{
    return knock->sight.frames - (knock->inside ? knock->sight.welcomes : 0);
}

/* 503, Service Unavailable, is no failure where it is meant. */
static bool says_later(const struct knock *knock)
{
    switch (knock->cause) {
    case CAUSE_PER_USER:
    case CAUSE_ATTEMPTS:
    case CAUSE_STRANGERS:
    case CAUSE_FULL:
    case CAUSE_UNAVAILABLE: return knock->sight.status == UNAVAILABLE_NOW;
    default: return false;
    }
}

const char *fault_of(const struct knock *knock)
{
    const struct sight *sight = &knock->sight;

    if (sight->open && !knock->inside && sight->welcomes == 0 &&
        sight->frames == 1)
        return "It is sent a message, and stays. If that is the refusal, and "
               "it hears nothing else, say so by hand: { \"message\": the "
               "pattern, "
               "\"open\": true }.";
    if (sight->open)
        return knock->inside ? "It is not closed." : "It is let in.";
    if (sight->welcomes > 0 && !knock->inside)
        return "It is welcomed before.";
    if (sight->status >= 500 && !says_later(knock))
        return "HTTP 5xx says that the service has failed; that is no refusal.";
    if (sight->status != 0 && sight->status < 400)
        return "That HTTP status is no refusal.";
    if (sight->code == 1011)
        return "1011 says that the service has failed; that is no refusal.";
    if (sight->code == 1005)
        return "A Close without a code says nothing at all.";
    if (may_be_widened(sight))
        return "That code says that nothing is wrong.";
    if (sight->status == 0 && sight->code == 0)
        return sight->upgraded
                   ? "The connection ends without a Close (1006): nobody is "
                     "told anything."
                   : "It is not answered.";
    if (sight->leaks)
        return "Its reason shows internals, or a secret.";
    if (messages_of(knock) > 1 && !knock->inside)
        return "It is sent other messages before.";
    return NULL;
}

static bool is_time(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd";

    for (size_t i = 0; form[i] != 0; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)text[i])
                           : text[i] != form[i])
            return false;
    return true;
}

/* As a pattern: all that it holds, but for the time. */
static struct cJSON *message_pattern(const char *message)
{
    struct cJSON *pattern = cJSON_Parse(message);
    struct cJSON *member;
    struct cJSON *next;

    if (!cJSON_IsObject(pattern)) {
        cJSON_Delete(pattern);
        return NULL;
    }
    for (member = pattern->child; member != NULL; member = next) {
        next = member->next;
        if (cJSON_IsString(member) && is_time(member->valuestring))
            cJSON_SetValuestring(member, "{time}");
    }
    return pattern;
}

struct cJSON *outcome_of(const struct knock *knock)
{
    const struct sight *sight = &knock->sight;
    struct cJSON *outcome = cJSON_CreateObject();
    bool told = messages_of(knock) == 1;
    struct cJSON *message = told ? message_pattern(sight->message) : NULL;

    if (sight->status != 0) {
        cJSON_AddNumberToObject(outcome, "http", sight->status);
        cJSON_Delete(message);
        return outcome;
    }
    if (told && message == NULL && !knock->inside) {
        cJSON_Delete(outcome);
        return NULL;
    }
    if (message != NULL)
        cJSON_AddItemToObject(outcome, "message", message);
    cJSON_AddNumberToObject(outcome, "close", sight->code);
    cJSON_AddStringToObject(outcome, "reason", sight->reason);
    return outcome;
}
