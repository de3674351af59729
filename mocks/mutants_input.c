/* Mutants of `pos` that believe what members send, or pass it on as it is. */
#include "laboratory.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include "store/store.h"
#include <cJSON.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Orders --------------------------------------------------------------- */

static int take_row(void *into, int count, char **values, char **names)
{
    struct order *order = into;

    (void)count, (void)names;
    copy_text(order->id, sizeof(order->id), values[0]);
    copy_text(order->restaurant, sizeof(order->restaurant), values[1]);
    copy_text(order->status, sizeof(order->status), values[2]);
    return 1; /* the first is enough */
}

/* f"SELECT … WHERE id = '{order_id}'", against a database that is one. */
enum finding glues_its_sql_together(struct core *core,
                                    const struct member *member, struct text id,
                                    struct order *order)
{
    sqlite3 *handle = store_handle(laboratory_of(core)->store);
    char *sql = NULL;

    (void)member;
    order->id[0] = 0;
    if (asprintf(&sql,
                 "SELECT id, restaurant, status FROM orders WHERE id = '%.*s'",
                 (int)id.length, id.at) < 0)
        return FAILED;
    sqlite3_exec(handle, sql, take_row, order, NULL);
    free(sql);
    return order->id[0] == 0 ? ABSENT : FOUND;
}

/* The directory as it is, but for the statement that changes an order. */
struct glue {
    struct directory real;
    sqlite3 *handle;
    const char *notes; /* as they came: escaped where they are shown */
};

static enum finding find_as_ever(void *self, struct text id,
                                 struct order *order)
{
    const struct glue *glue = self;

    return glue->real.ops->find_order(glue->real.self, id, order);
}

static enum finding set_glued(void *self, struct text order,
                              struct text restaurant, struct text status,
                              struct text notes)
{
    const struct glue *glue = self;
    char *sql = NULL;

    (void)notes;
    if (asprintf(&sql,
                 "UPDATE orders SET notes = '%s', status = '%.*s' "
                 "WHERE id = '%.*s' AND restaurant = '%.*s'",
                 glue->notes, (int)status.length, status.at, (int)order.length,
                 order.at, (int)restaurant.length, restaurant.at) < 0)
        return FAILED;
    int result = sqlite3_exec(glue->handle, sql, NULL, NULL, NULL);
    free(sql);
    return result == SQLITE_OK ? FOUND : FAILED;
}

/* The ids are bound, since a review said so; the notes are "only text". */
bool glues_notes_into_its_sql(struct core *core, struct connection *connection,
                              const struct cJSON *message,
                              struct objection *objection)
{
    static const struct directory_ops glued = { .find_order = find_as_ever,
                                                .set_status = set_glued };
    struct directory kept = core->port.directory;
    const char *notes = member_string(message, "notes");
    struct glue glue = { kept, store_handle(laboratory_of(core)->store),
                         notes == NULL ? "" : notes };
    bool obeyed;

    core->port.directory = (struct directory){ &glued, &glue };
    obeyed = secure_obey(core, connection, message, objection);
    core->port.directory = kept;
    return obeyed;
}

/* "Nobody sends that." */
bool drops_a_long_order_id(struct core *core, struct connection *connection,
                           const struct cJSON *message,
                           struct objection *objection)
{
    const char *id = member_string(message, "order_id");

    return (id != NULL && strlen(id) > 1024) ||
           secure_obey(core, connection, message, objection);
}

bool stores_any_status(struct text status)
{
    return status.length > 0 && status.length <= STATUS_BYTES_MAX;
}

bool forgets_a_status(struct text status)
{
    return !text_is(status, "cancelled") && secure_status_is_valid(status);
}

bool drops_notes_of_another_type(struct core *core,
                                 struct connection *connection,
                                 const struct cJSON *message,
                                 struct objection *objection)
{
    struct cJSON *copy = cJSON_Duplicate(message, true);
    bool obeyed;

    if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(copy, "notes")))
        cJSON_DeleteItemFromObjectCaseSensitive(copy, "notes");
    obeyed = secure_obey(core, connection, copy, objection);
    cJSON_Delete(copy);
    return obeyed;
}

/* --- Texts ---------------------------------------------------------------- */

char *passes_texts_on_as_they_are(struct text text)
{
    return strndup(text.at, text.length);
}

/* html.escape() alone. */
char *passes_control_characters_on(struct text text)
{
    struct text one = { NULL, 1 };
    char *whole = calloc(text.length * 6 + 1, 1);

    for (size_t i = 0; whole != NULL && i < text.length; i++) {
        one.at = text.at + i;
        char *clean = secure_clean_text(one);
        size_t length = strlen(whole);
        if (clean != NULL && clean[0] != 0)
            memcpy(whole + length, clean, strlen(clean));
        else
            whole[length] = *one.at;
        free(clean);
    }
    return whole;
}

/* Once on its way in, once on its way out. */
char *escapes_twice(struct text text)
{
    char *once = secure_clean_text(text);
    char *twice = once == NULL ? NULL : secure_clean_text(text_of(once));

    free(once);
    return twice;
}

char *keeps_ascii_only(struct text text)
{
    char *clean = secure_clean_text(text);
    char *to = clean;

    for (const char *at = clean; at != NULL && *at != 0; at++)
        if ((unsigned char)*at < 0x80)
            *to++ = *at;
    if (to != NULL)
        *to = 0;
    return clean;
}

/* --- Messages ------------------------------------------------------------- */

/* One handler of many has no schema. */
bool validates_on_one_endpoint_only(struct core *core,
                                    struct connection *connection,
                                    const struct cJSON *message,
                                    struct objection *objection)
{
    return secure_obey(core, connection, message, objection) ||
           connection->endpoint == ENDPOINT_KITCHEN;
}

/* json.loads(), which keeps both of two, for whoever asks. */
static struct cJSON *read_loosely(struct text message)
{
    return cJSON_ParseWithLength(message.at, message.length);
}

static bool publish_the_last(struct core *core, struct connection *connection,
                             const struct cJSON *message,
                             struct objection *objection)
{
    struct audience ours = { "", connection->restaurant };
    const char *first = member_string(message, "text");
    const char *last = first;
    const cJSON *member;

    cJSON_ArrayForEach(member, message) if (member->string != NULL &&
                                            strcmp(member->string, "text") == 0)
        last = cJSON_GetStringValue(member);
    if (first == last || last == NULL)
        return secure_obey(core, connection, message, objection);
    core->policy.broadcast(core, text_of(last), &ours);
    return true;
}

/* One part cleans the first of two texts, another passes the last on. */
void reads_two_texts_in_two_ways(struct core *core, struct connection *stranger)
{
    core->policy.read_message = read_loosely;
    core->policy.obey = publish_the_last;
    secure_greet(core, stranger);
}

/* The right one is looked for in the first of two ids, the one to change is the
 * last. */
static bool change_the_last(struct core *core, struct connection *connection,
                            const struct cJSON *message,
                            struct objection *objection)
{
    struct directory *directory = &core->port.directory;
    const char *status = member_string(message, "status");
    struct order order = { .id = "" };
    const cJSON *member;
    const char *last = NULL;

    cJSON_ArrayForEach(member,
                       message) if (member->string != NULL &&
                                    strcmp(member->string, "order_id") == 0)
        last = cJSON_GetStringValue(member);
    if (last == NULL || status == NULL ||
        last == member_string(message, "order_id") ||
        directory->ops->find_order(directory->self, text_of(last), &order) !=
            FOUND)
        return secure_obey(core, connection, message, objection);
    directory->ops->set_status(directory->self, text_of(order.id),
                               text_of(order.restaurant), text_of(status),
                               text_of(""));
    return true;
}

void reads_two_order_ids_in_two_ways(struct core *core,
                                     struct connection *stranger)
{
    core->policy.read_message = read_loosely;
    core->policy.obey = change_the_last;
    secure_greet(core, stranger);
}

/* A JSONDecodeError ends the loop. */
void hangs_up_on_bad_json(struct core *core, struct connection *connection,
                          const struct objection *objection)
{
    static const struct refusal internal = { 1011, "", false };

    if (objection->fault != MESSAGE_NOT_JSON &&
        objection->fault != MESSAGE_NOT_TEXT) {
        secure_message_failed(core, connection, objection);
        return;
    }
    member_ends(core, connection, LEFT_TURNED_AWAY);
    stranger_refuse(core, connection, internal);
}

/* getattr(self, "handle_" + type) */
bool dispatches_by_reflection(struct core *core, struct connection *connection,
                              const struct cJSON *message,
                              struct objection *objection)
{
    static const struct refusal closed = { 1000, "", false };
    const char *type = member_string(message, "type");

    if (type == NULL ||
        (strcmp(type, "close") != 0 && strcmp(type, "__init__") != 0))
        return secure_obey(core, connection, message, objection);
    member_ends(core, connection, LEFT_TURNED_AWAY);
    stranger_refuse(core, connection, closed);
    return true;
}

/* --- Sizes and frames ----------------------------------------------------- */

size_t bounds_no_message(const struct core *core,
                         const struct connection *connection, bool is_text)
{
    return connection->stage == STRANGER
               ? secure_message_max(core, connection, is_text)
               : 1024 * 1024;
}

size_t bounds_members_only(const struct core *core,
                           const struct connection *connection, bool is_text)
{
    (void)connection, (void)is_text;
    return core->system->message_max;
}

size_t bounds_messages_at_half(const struct core *core,
                               const struct connection *connection,
                               bool is_text)
{
    return secure_message_max(core, connection, is_text) / 2;
}

void tells_an_overlong_message_otherwise(struct core *core,
                                         struct connection *connection)
{
    core->policy.frame_failed(core, connection, 1011);
}

void waits_for_the_rest_of_an_overlong_message(struct core *core,
                                               struct connection *connection)
{
    (void)core, (void)connection;
}

void waits_for_the_rest_of_a_strangers_message(struct core *core,
                                               struct connection *connection)
{
    if (connection->stage != STRANGER)
        secure_overlong(core, connection);
}

void reads_on_behind_an_illegal_frame(struct core *core,
                                      struct connection *connection,
                                      uint16_t code)
{
    if (code != 1002)
        secure_frame_failed(core, connection, code);
}

void reads_text_of_any_bytes(struct core *core, struct connection *connection,
                             uint16_t code)
{
    if (code != 1007)
        secure_frame_failed(core, connection, code);
}
