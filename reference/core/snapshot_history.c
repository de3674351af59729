/* What was said in rooms, of all of them in one list, oldest first: of two
 * rooms too, that says which is forgotten first. */
#include "core/history.h"
#include "core/snapshot_parts.h"
#include <cJSON.h>
#include <stdlib.h>

bool history_export(const struct core *core, struct cJSON *part)
{
    const struct histories *histories = core->rooms->histories;
    const struct said *at = histories == NULL ? NULL : histories->oldest;
    struct cJSON *list = put_list(part, "oldest_first");

    for (; at != NULL; at = at->newer) {
        struct cJSON *entry = put_last(list);
        if (!put_text(entry, "room", at->history->id) ||
            !put_text(entry, "user", at->user) ||
            !put_text(entry, "text", at->text) ||
            !put_number(entry, "at_ms", at->at_ms))
            return false;
    }
    return list != NULL;
}

/* `text` has room for the longest that is kept. */
static bool take_said(struct core *core, const struct cJSON *entry, char *text)
{
    char id[ROOM_ID_CHARS_MAX + 1];
    char user[SUBJECT_BYTES_MAX + 1];
    int64_t at_ms;

    return take_text(entry, "room", id, sizeof(id)) &&
           take_text(entry, "user", user, sizeof(user)) &&
           take_text(entry, "text", text, HISTORY_ROOM_BYTES_MAX) &&
           take_time(entry, "at_ms", &at_ms) &&
           room_find(core, text_of(id)) != NULL &&
           history_add(core, id, user, text, at_ms);
}

bool history_import(struct core *core, const struct cJSON *part)
{
    const cJSON *list = take_list(part, "oldest_first", HISTORY_MESSAGES_MAX);
    char *text = malloc(HISTORY_ROOM_BYTES_MAX);
    bool taken = list != NULL && text != NULL;
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        taken = taken && take_said(core, entry, text);
    }
    free(text);
    return taken;
}
