/* One field of a snapshot, written and read. */
#include "core/json.h"
#include "core/snapshot_parts.h"
#include <cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_BYTES = 24 };

static const int64_t latest_ms = INT64_C(1) << 53;

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '%';
}

/* `into` has room for three bytes of each, and NUL. */
static void escape(const char *text, char *into)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *text != 0; text++) {
        unsigned char byte = (unsigned char)*text;
        if (is_plain(*text)) {
            *into++ = *text;
            continue;
        }
        *into++ = '%';
        *into++ = digits[byte >> 4];
        *into++ = digits[byte & 15];
    }
    *into = 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of the text, and how many it took there; 0: none. */
static size_t unescape_one(const char *text, char *byte)
{
    int high = *text == '%' ? hex_value(text[1]) : -1;
    int low = high < 0 ? -1 : hex_value(text[2]);

    if (is_plain(*text)) {
        *byte = *text;
        return 1;
    }
    *byte = (char)(high * 16 + low);
    return low < 0 || *byte == 0 || is_plain(*byte) ? 0 : 3;
}

bool put_text(struct cJSON *object, const char *name, const char *text)
{
    char *escaped = malloc(3 * strlen(text) + 1);
    bool put = false;

    if (escaped != NULL) {
        escape(text, escaped);
        put = cJSON_AddStringToObject(object, name, escaped) != NULL;
    }
    free(escaped);
    return put;
}

bool take_text(const struct cJSON *object, const char *name, char *into,
               size_t size)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    if (text == NULL)
        return false;
    while (*text != 0) {
        size_t taken = size > 1 ? unescape_one(text, into) : 0;
        if (taken == 0)
            return false;
        text += taken;
        into++;
        size--;
    }
    *into = 0;
    return true;
}

bool put_number(struct cJSON *object, const char *name, int64_t number)
{
    char text[NUMBER_BYTES];

    snprintf(text, sizeof(text), "%" PRId64, number);
    return cJSON_AddStringToObject(object, name, text) != NULL;
}

/* One number has one spelling: what does not come out again as it went in is
 * none. */
bool take_number(const struct cJSON *object, const char *name, int64_t min,
                 int64_t max, int64_t *into)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    char again[NUMBER_BYTES];
    int64_t number;

    if (text == NULL || strlen(text) >= NUMBER_BYTES)
        return false;
    number = strtoll(text, NULL, 10);
    snprintf(again, sizeof(again), "%" PRId64, number);
    if (strcmp(text, again) != 0 || number < min || number > max)
        return false;
    *into = number;
    return true;
}

bool put_flag(struct cJSON *object, const char *name, bool flag)
{
    return cJSON_AddBoolToObject(object, name, flag) != NULL;
}

bool take_flag(const struct cJSON *object, const char *name, bool *into)
{
    const cJSON *flag = cJSON_GetObjectItemCaseSensitive(object, name);

    if (!cJSON_IsBool(flag))
        return false;
    *into = cJSON_IsTrue(flag);
    return true;
}

bool take_time(const struct cJSON *object, const char *name, int64_t *into)
{
    return take_number(object, name, 0, latest_ms, into);
}

bool take_due(const struct cJSON *object, const char *name, int64_t *into)
{
    return take_number(object, name, INT64_MAX, INT64_MAX, into) ||
           take_time(object, name, into);
}

struct connection *take_connection(const struct core *core,
                                   const struct cJSON *object, const char *name)
{
    int64_t id;

    return take_number(object, name, INT64_MIN, INT64_MAX, &id)
               ? connection_find(core, (connection_id)id)
               : NULL;
}

/* --- Lists ---------------------------------------------------------------- */

struct cJSON *put_object(struct cJSON *object, const char *name)
{
    return cJSON_AddObjectToObject(object, name);
}

struct cJSON *put_list(struct cJSON *object, const char *name)
{
    return cJSON_AddArrayToObject(object, name);
}

const struct cJSON *take_list(const struct cJSON *object, const char *name,
                              size_t max)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsArray(list) && (size_t)cJSON_GetArraySize(list) <= max
               ? list
               : NULL;
}

struct cJSON *put_last(struct cJSON *list)
{
    cJSON *entry = cJSON_CreateObject();

    if (cJSON_AddItemToArray(list, entry))
        return entry;
    cJSON_Delete(entry);
    return NULL;
}

struct cJSON *put_first(struct cJSON *list)
{
    cJSON *entry = cJSON_CreateObject();

    if (entry != NULL && list != NULL &&
        cJSON_InsertItemInArray(list, 0, entry))
        return entry;
    cJSON_Delete(entry);
    return NULL;
}
