/* The hooks of the reference core, asked for through the kit. */
#include "kits/examples/reference.h"

enum { TEXT_HELD = 4096, LOG_HELD = 8 * 1024 * 1024 };

/* What came of it, in answer to that line. */
static void answer(const cJSON *to, enum fault fault, cJSON *line)
{
    if (fault == FAULT_NONE) {
        wsconform_say(line);
        return;
    }
    cJSON_Delete(line);
    line =
        wsconform_answer(to, fault == FAULT_ABSENT ? "unsupported" : "failed");
    if (fault == FAULT_ABSENT)
        cJSON_AddStringToObject(line, "do", wsconform_text(to, "do"));
    else
        cJSON_AddStringToObject(line, "why", fault_reason());
    wsconform_say(line);
}

void on_reset(void *self, int socket, const cJSON *line)
{
    (void)socket;
    begin(self);
    answer(line, FAULT_NONE, wsconform_answer(line, "done"));
}

void on_publish(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    const cJSON *tenant = cJSON_GetObjectItem(line, "tenant");

    (void)socket;
    answer(line,
           it->adapter->ops->publish(it->adapter->self,
                                     wsconform_text(line, "text"),
                                     cJSON_GetStringValue(tenant)),
           wsconform_answer(line, "done"));
}

void on_inspect(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    cJSON *into = wsconform_answer(line, "inspect");
    cJSON *state = NULL;
    double since = cJSON_GetObjectItem(line, "since")->valuedouble;
    enum fault fault =
        it->adapter->ops->inspect(it->adapter->self, (uint64_t)since, &state);

    (void)socket;
    cJSON_AddItemToObject(into, "state", state);
    answer(line, fault, into);
}

void on_break_part(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    bool broken = cJSON_IsTrue(cJSON_GetObjectItem(line, "broken"));

    (void)socket;
    answer(line,
           it->adapter->ops->breakage(it->adapter->self,
                                      wsconform_text(line, "what"), broken),
           wsconform_answer(line, "done"));
}

void on_provision(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    struct pair values[8] = { { NULL, NULL } };
    const cJSON *value;
    size_t count = 0;

    (void)socket;
    cJSON_ArrayForEach(value, cJSON_GetObjectItem(line, "values"))
    {
        if (count + 1 < COUNT(values))
            values[count++] =
                (struct pair){ value->string, value->valuestring };
    }
    answer(line,
           it->adapter->ops->provision(it->adapter->self,
                                       wsconform_text(line, "what"), values),
           wsconform_answer(line, "done"));
}

void on_revoke(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;

    (void)socket;
    answer(line,
           it->adapter->ops->revoke(it->adapter->self,
                                    wsconform_text(line, "jti")),
           wsconform_answer(line, "done"));
}

void on_ask_without_context(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    cJSON *into = wsconform_answer(line, "answer");
    struct buffer text;
    bool refused = false;

    (void)socket;
    buffer_init(&text, TEXT_HELD);
    enum fault fault = it->adapter->ops->ask_without_context(it->adapter->self,
                                                             &refused, &text);
    cJSON_AddBoolToObject(into, "refused", refused);
    cJSON_AddStringToObject(into, "text", buffer_string(&text));
    answer(line, fault, into);
    buffer_deinit(&text);
}

/* Whatever is appended to a buffer, as a member of the answer. */
static void answer_text(const cJSON *line, enum fault fault,
                        struct buffer *text, const char *on, const char *member)
{
    cJSON *into = wsconform_answer(line, on);

    cJSON_AddStringToObject(into, member, buffer_string(text));
    answer(line, fault, into);
    buffer_deinit(text);
}

void on_issue(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    struct buffer text;

    (void)socket;
    buffer_init(&text, TEXT_HELD);
    answer_text(line,
                it->adapter->ops->issue(it->adapter->self,
                                        wsconform_text(line, "user"),
                                        wsconform_text(line, "role"), &text),
                &text, "token", "token");
}

void on_tell_log(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    cJSON *into = wsconform_answer(line, "log");
    cJSON *lines = cJSON_AddArrayToObject(into, "lines");
    struct buffer text;

    (void)socket;
    buffer_init(&text, LOG_HELD);
    enum fault fault = it->adapter->ops->log(it->adapter->self, &text);
    char *rest = NULL;
    for (char *one = strtok_r((char *)text.at, "\n", &rest); one != NULL;
         one = strtok_r(NULL, "\n", &rest))
        cJSON_AddItemToArray(lines, cJSON_CreateString(one));
    answer(line, fault, into);
    buffer_deinit(&text);
}

void on_stored(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    struct buffer text;

    (void)socket;
    buffer_init(&text, LOG_HELD);
    answer_text(line, it->adapter->ops->stored(it->adapter->self, &text), &text,
                "stored", "text");
}
