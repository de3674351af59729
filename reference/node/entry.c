/* Entries of the log, written and read. */
#include "node/entry.h"
#include "core/secure.h"
#include "core/snapshot_parts.h"
#include <cJSON.h>
#include <stdlib.h>

static const char *const kinds[ENTRY_KINDS] = {
    [ENTRY_BEGIN] = "begin",
    [ENTRY_BEAT] = "beat",
    [ENTRY_BURY] = "bury",
    [ENTRY_OPENED] = "opened",
    [ENTRY_RECEIVED] = "received",
    [ENTRY_PING] = "ping",
    [ENTRY_STIRRED] = "stirred",
    [ENTRY_PULSED] = "pulsed",
    [ENTRY_OVERLONG] = "overlong",
    [ENTRY_FRAME_FAILED] = "failed",
    [ENTRY_CLOSE] = "close",
    [ENTRY_CLOSED] = "closed",
    [ENTRY_PUBLISH] = "publish",
    [ENTRY_REVOKE] = "revoke",
    [ENTRY_REVOKE_USER] = "revoke_user",
};

/* --- Writing -------------------------------------------------------------- */

static void copy(char *into, size_t size, struct text from)
{
    size_t length = from.length < size ? from.length : 0;

    memcpy(into, from.at, length);
    into[length] = 0;
}

/* The first parameter of that name, as sent. */
static struct text room_of(struct text query)
{
    struct parameter parameter;

    while (query_next(&query, &parameter))
        if (text_is(parameter.name, "room"))
            return (struct text){ parameter.name.at,
                                  (size_t)(parameter.value.at +
                                           parameter.value.length -
                                           parameter.name.at) };
    return text_of("");
}

void entry_ask(struct asked *asked, const struct request *request)
{
    copy_text(asked->peer, sizeof(asked->peer), request->peer);
    copy(asked->path, sizeof(asked->path), request->path);
    copy(asked->query, sizeof(asked->query), room_of(request->query));
}

static bool put_asked(struct cJSON *json, const struct asked *asked)
{
    const struct vouched *vouched = &asked->vouched;

    return put_text(json, "peer", asked->peer) &&
           put_text(json, "path", asked->path) &&
           put_text(json, "query", asked->query) &&
           put_text(json, "address", vouched->address) &&
           put_flag(json, "is_missing", vouched->is_missing) &&
           put_number(json, "fault", vouched->fault) &&
           (vouched->fault != TOKEN_HOLDS ||
            put_claims(put_object(json, "claims"), &vouched->claims));
}

static bool put_entry(struct cJSON *json, const struct entry *entry)
{
    return put_text(json, "event", kinds[entry->kind]) &&
           put_number(json, "node", entry->node) &&
           put_number(json, "id", (int64_t)entry->id) &&
           put_number(json, "code", entry->code) &&
           (entry->kind != ENTRY_OVERLONG ||
            put_number(json, "size", (int64_t)entry->size)) &&
           (entry->kind != ENTRY_BEGIN ||
            put_text(json, "settings", entry->settings)) &&
           (entry->kind != ENTRY_OPENED || put_asked(json, &entry->asked));
}

char *entry_head(const struct entry *entry)
{
    struct cJSON *json = cJSON_CreateObject();
    char *head = put_entry(json, entry) ? cJSON_PrintUnformatted(json) : NULL;

    cJSON_Delete(json);
    return head;
}

/* --- Reading -------------------------------------------------------------- */

static bool take_asked(const struct cJSON *json, struct asked *asked)
{
    struct vouched *vouched = &asked->vouched;
    int64_t fault;

    if (!take_text(json, "peer", asked->peer, sizeof(asked->peer)) ||
        !take_text(json, "path", asked->path, sizeof(asked->path)) ||
        !take_text(json, "query", asked->query, sizeof(asked->query)) ||
        !take_text(json, "address", vouched->address,
                   sizeof(vouched->address)) ||
        !take_flag(json, "is_missing", &vouched->is_missing) ||
        !take_number(json, "fault", TOKEN_HOLDS, TOKEN_ABSENT, &fault))
        return false;
    vouched->fault = (enum token_fault)fault;
    return fault != TOKEN_HOLDS ||
           take_claims(cJSON_GetObjectItemCaseSensitive(json, "claims"),
                       &vouched->claims);
}

static bool take_kind(const struct cJSON *json, enum entry_kind *kind)
{
    char name[16];

    if (!take_text(json, "event", name, sizeof(name)))
        return false;
    for (int i = 0; i < ENTRY_KINDS; i++) {
        *kind = (enum entry_kind)i;
        if (strcmp(kinds[i], name) == 0)
            return true;
    }
    return false;
}

static bool take_entry(const struct cJSON *json, struct entry *entry)
{
    const int64_t id_max = (INT64_C(1) << 53) - 1;
    int64_t node;
    int64_t id;
    int64_t code;

    if (!take_kind(json, &entry->kind) ||
        !take_number(json, "node", 1, NODE_NUMBER_MAX, &node) ||
        !take_number(json, "id", 0, id_max, &id) ||
        !take_number(json, "code", 0, UINT16_MAX, &code))
        return false;
    entry->node = (unsigned)node;
    entry->id = (connection_id)id;
    entry->code = (int)code;
    if (entry->kind == ENTRY_OVERLONG &&
        !take_number(json, "size", INT64_MIN, INT64_MAX, &code))
        return false;
    entry->size = entry->kind == ENTRY_OVERLONG ? (uint64_t)code : 0;
    return (entry->kind != ENTRY_BEGIN ||
            take_text(json, "settings", entry->settings,
                      sizeof(entry->settings))) &&
           (entry->kind != ENTRY_OPENED || take_asked(json, &entry->asked));
}

bool entry_read(struct entry *entry, struct text head, struct text body)
{
    struct cJSON *json =
        head.length <= ENTRY_HEAD_MAX ? json_object_read(head) : NULL;
    bool is_good;

    memset(entry, 0, sizeof(*entry));
    entry->body = body;
    is_good = json != NULL && take_entry(json, entry);
    cJSON_Delete(json);
    return is_good;
}
