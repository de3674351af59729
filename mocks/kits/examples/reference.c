/* The reference core behind wsconform's kit for C: what `wsconform run --mock`
 * drives in its own process, driven through a pipe. Both must come to the same
 * verdicts, which is what proves the pipe.
 *
 *     reference PROFILE [MUTANT [NODES]] */
#include "kits/examples/reference.h"
#include "spec.h"

enum { HEADERS_HELD = 128 };

static double now_ms(void *self)
{
    const struct reference *it = self;

    return (double)it->adapter->ops->now_ms(it->adapter->self);
}

static void fail(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(2);
}

void begin(struct reference *it)
{
    adapter_free(it->adapter);
    it->adapter = adapter_mock_new(it->lab, it->mutant, it->nodes);
    if (it->adapter == NULL)
        fail(fault_reason());
    it->base = -1;
}

static unsigned own(const struct reference *it, int socket)
{
    return (unsigned)(socket - it->base);
}

/* --- What the core does --------------------------------------------------- */

/* The core's bytes end where they end, and not with a NUL. */
static void add_string(cJSON *line, const char *name, struct bytes data)
{
    char *text =
        strndup(data.at == NULL ? "" : (const char *)data.at, data.length);

    cJSON_AddStringToObject(line, name, text == NULL ? "" : text);
    free(text);
}

static bool is_plain(struct bytes data)
{
    for (size_t i = 0; i < data.length; i++)
        if (data.at[i] < ' ' || data.at[i] > '~')
            return false;
    return true;
}

static void add_content(cJSON *line, const struct event *event)
{
    if (event->kind == EVENT_TEXT && is_plain(event->data))
        add_string(line, "data", event->data);
    else
        wsconform_add(line, event->data.at, event->data.length);
    if (event->kind == EVENT_PONG)
        return;
    if (event->compressed)
        cJSON_AddTrueToObject(line, "compressed");
    cJSON_AddNumberToObject(line, "wire", (double)event->wire);
}

static const char *how(enum ending ending)
{
    return ending == ENDING_FIN     ? "fin"
           : ending == ENDING_RESET ? "reset"
                                    : "unreached";
}

static void add_members(cJSON *line, const struct event *event)
{
    switch (event->kind) {
    case EVENT_ACCEPTED:
        if (event->subprotocol != NULL)
            cJSON_AddStringToObject(line, "subprotocol", event->subprotocol);
        cJSON_AddBoolToObject(line, "deflate", event->deflates);
        break;
    case EVENT_REJECTED:
        cJSON_AddNumberToObject(line, "status", event->status);
        break;
    case EVENT_TEXT:
    case EVENT_BINARY:
    case EVENT_PONG: add_content(line, event); break;
    case EVENT_CLOSED:
        cJSON_AddNumberToObject(line, "code", event->code);
        add_string(line, "reason", event->data);
        break;
    case EVENT_GONE:
        cJSON_AddStringToObject(line, "how", how(event->ending));
        break;
    case EVENT_VIOLATION: add_string(line, "what", event->data); break;
    case EVENT_DEVIATION: break; /* nobody tolerates any here */
    }
}

static void tell(struct reference *it, const struct event *event)
{
    static const char *const names[] = {
        [EVENT_ACCEPTED] = "accept", [EVENT_REJECTED] = "reject",
        [EVENT_TEXT] = "text",       [EVENT_BINARY] = "binary",
        [EVENT_PONG] = "pong",       [EVENT_CLOSED] = "close",
        [EVENT_GONE] = "end",        [EVENT_VIOLATION] = "violation",
    };
    static unsigned rejected; /* its end goes without saying */
    cJSON *line;

    if (event->kind == EVENT_GONE &&
        (event->ending == ENDING_OURS || event->socket == rejected))
        return;
    rejected = event->kind == EVENT_REJECTED ? event->socket : 0;
    line = wsconform_event((double)event->at_ms, names[event->kind],
                           (int)event->socket + it->base);
    add_members(line, event);
    wsconform_say(line);
}

static void settle(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    struct event event;
    int got;

    cJSON *settled = wsconform_answer(line, "settled");

    (void)socket;
    while ((got = it->adapter->ops->next_event(it->adapter->self, &event, 0)) >
           0)
        tell(it, &event);
    if (got < 0)
        fail(fault_reason());
    cJSON_AddNumberToObject(settled, "now_ms", now_ms(it));
    wsconform_say(settled);
}

/* --- What clients do ------------------------------------------------------ */

bool is(const char *name, const char *want)
{
    return strcmp(name, want) == 0;
}

/* The headers as a wire would have them, as the adapter wants them. */
static void read_headers(const cJSON *line, struct opening *opening,
                         struct pair headers[HEADERS_HELD])
{
    const cJSON *header;

    opening->headers = headers;
    opening->no_origin = true;
    cJSON_ArrayForEach(header, cJSON_GetObjectItem(line, "headers"))
    {
        const char *name = cJSON_GetArrayItem(header, 0)->valuestring;
        const char *value = cJSON_GetArrayItem(header, 1)->valuestring;
        if (is(name, "Host")) /* the adapter has one of its own */
            continue;
        if (is(name, "Sec-WebSocket-Protocol") &&
            opening->subprotocols == NULL) {
            opening->subprotocols = value;
        } else if (is(name, "Origin") && opening->no_origin) {
            opening->origin = value;
            opening->no_origin = false;
        } else if (opening->header_count < HEADERS_HELD) {
            headers[opening->header_count++] = (struct pair){ name, value };
        }
    }
}

static void open_socket(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    struct pair headers[HEADERS_HELD];
    const char *timezone = wsconform_text(line, "timezone");
    struct opening opening = {
        .path = wsconform_text(line, "path"),
        .query = wsconform_text(line, "query"),
        .source = wsconform_text(line, "ip"),
        .timezone = timezone[0] == 0 ? NULL : timezone,
        .plain = cJSON_IsTrue(cJSON_GetObjectItem(line, "plain")),
        .tight = cJSON_IsTrue(cJSON_GetObjectItem(line, "tight")),
        .node = (unsigned)cJSON_GetObjectItem(line, "node")->valueint,
    };

    if (it->base < 0)
        it->base = socket - 1;
    read_headers(line, &opening, headers);
    if (it->adapter->ops->open(it->adapter->self, own(it, socket), &opening) !=
        FAULT_NONE)
        fail(fault_reason());
}

static void send_content(struct reference *it, int socket, const cJSON *line,
                         enum message_kind kind)
{
    size_t length;
    char *data = wsconform_content(line, &length);

    it->adapter->ops->send(it->adapter->self, own(it, socket), kind, 0,
                           bytes_of(data, length));
    free(data);
}

static void send_text(void *self, int socket, const cJSON *line)
{
    send_content(self, socket, line, SEND_TEXT);
}

static void send_binary(void *self, int socket, const cJSON *line)
{
    send_content(self, socket, line, SEND_BINARY);
}

static void send_ping(void *self, int socket, const cJSON *line)
{
    send_content(self, socket, line, SEND_PING);
}

static void send_part(void *self, int socket, const cJSON *line)
{
    const char *which = wsconform_text(line, "which");

    send_content(self, socket, line,
                 is(which, "first")  ? SEND_FIRST_PART
                 : is(which, "next") ? SEND_NEXT_PART
                                     : SEND_LAST_PART);
}

static void send_bytes(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;
    size_t length;
    char *data = wsconform_content(line, &length);

    it->adapter->ops->send_raw(it->adapter->self, own(it, socket),
                               bytes_of(data, length));
    free(data);
}

static void send_close(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;

    it->adapter->ops->send(it->adapter->self, own(it, socket), SEND_CLOSE,
                           cJSON_GetObjectItem(line, "code")->valueint,
                           bytes_of_string(wsconform_text(line, "reason")));
}

static void go_deaf(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;

    it->adapter->ops->answer_closes(
        it->adapter->self, own(it, socket),
        !cJSON_IsTrue(cJSON_GetObjectItem(line, "deaf")));
}

static void drop(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;

    it->adapter->ops->drop(it->adapter->self, own(it, socket),
                           is(wsconform_text(line, "how"), "reset"));
}

static void elapse(void *self, int socket, const cJSON *line)
{
    struct reference *it = self;

    (void)socket;
    it->adapter->ops->elapse(it->adapter->self,
                             cJSON_GetObjectItem(line, "ms")->valueint);
}

/* --- The service ---------------------------------------------------------- */

static const struct wsconform_verb verbs[] = {
    { "open", open_socket },
    { "text", send_text },
    { "binary", send_binary },
    { "ping", send_ping },
    { "part", send_part },
    { "bytes", send_bytes },
    { "close", send_close },
    { "deaf", go_deaf },
    { "drop", drop },
    { "elapse", elapse },
    { "settle", settle },
    { "reset", on_reset },
    { "publish", on_publish },
    { "inspect", on_inspect },
    { "log", on_tell_log },
    { "fault", on_break_part },
    { "provision", on_provision },
    { "revoke", on_revoke },
    { "ask_without_context", on_ask_without_context },
    { "issue", on_issue },
    { "stored", on_stored },
    { NULL, NULL },
};

static const char introduction[] =
    "{\"on\":\"hello\",\"name\":\"the reference core\",\"clock\":\"virtual\","
    "\"offers\":[\"broadcast\",\"inspect\",\"log\",\"decoder_fault\","
    "\"store_fault\",\"monitor_fault\",%s\"tenants\",\"orders\","
    "\"withdrawal\",\"revocation\",\"user_revocation\",\"issuer\","
    "\"managers\",\"timezones\",\"tight\",\"plain_listener\"],"
    "\"wire\":[\"end\",\"ping\",\"parts\",\"raw\",\"deaf\",\"deflate\","
    "\"violation\"],\"nodes\":%u}";

static const struct mutant *mutant_named(const char *name)
{
    for (size_t i = 0; i < mutants_size; i++)
        if (is(mutants[i].name, name))
            return &mutants[i];
    fail("there is no such mutant");
    return NULL;
}

/* Its own configuration: what a service has, and no harness tells it. */
static void configure(struct reference *it, const char *profile)
{
    struct buffer errors;

    buffer_init(&errors, 64 * 1024);
    it->manifest = manifest_read_profile(profile, NULL, &errors);
    if (it->manifest == NULL)
        fail(buffer_string(&errors));
    buffer_deinit(&errors);
    it->lab = lab_new(it->manifest);
    if (it->lab == NULL)
        fail(fault_reason());
}

int main(int count, char *words[])
{
    char text[sizeof(introduction) + 64];
    struct reference it = { .nodes = 1 };
    struct wsconform service = { text, verbs, now_ms, &it };

    if (count < 2)
        fail("usage: reference PROFILE [MUTANT|- [NODES]]");
    if (count > 2 && !is(words[2], "-"))
        it.mutant = mutant_named(words[2]);
    if (count > 3)
        it.nodes = (unsigned)strtoul(words[3], NULL, 10);
    snprintf(text, sizeof(text), introduction,
             it.nodes > 1 ? "\"shared_fault\",\"node_fault\"," : "", it.nodes);
    configure(&it, words[1]);
    begin(&it);
    int status = wsconform_serve(&service);
    adapter_free(it.adapter);
    lab_free(it.lab);
    manifest_free(it.manifest);
    return status;
}
