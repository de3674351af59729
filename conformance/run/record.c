/* A run as lines of JSON. */
#include "run/record.h"
#include "bench/result.h"
#include <cJSON.h>
#include <stdlib.h>

void record_init(struct record *record)
{
    record->plan = NULL;
    record->verdicts = cJSON_CreateArray();
    record->end = NULL;
}

void record_deinit(struct record *record)
{
    cJSON_Delete(record->plan);
    cJSON_Delete(record->verdicts);
    cJSON_Delete(record->end);
    memset(record, 0, sizeof(*record));
}

const char *member_text(const struct cJSON *object, const char *name)
{
    const struct cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(item) ? item->valuestring : "";
}

double member_number(const struct cJSON *object, const char *name)
{
    const struct cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

struct counts record_count(const struct record *record)
{
    struct counts counts = { { 0 } };
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        int verdict = verdict_named(member_text(line, "verdict"));
        if (verdict >= 0)
            counts.of[verdict]++;
    }
    return counts;
}

/* --- Reading ----------------------------------------------------------------
 */

static enum fault refuse(unsigned number, const char *why)
{
    return fault_say(FAULT_PROTOCOL, "line %u of the stream: %s", number, why);
}

static bool is_listed(const struct record *record, const struct cJSON *line)
{
    const struct cJSON *other;

    cJSON_ArrayForEach(other, record->verdicts)
    {
        if (strcmp(member_text(other, "id"), member_text(line, "id")) == 0 &&
            strcmp(member_text(other, "profile"),
                   member_text(line, "profile")) == 0)
            return true;
    }
    return false;
}

static enum fault take_plan(struct record *record, struct cJSON *line,
                            unsigned number)
{
    if (number != 1)
        return refuse(number, "a second plan; streams do not concatenate");
    if (member_number(line, "schema") != RECORD_SCHEMA)
        return refuse(number, "a schema that this version does not know");
    record->plan = line;
    return FAULT_NONE;
}

static enum fault take_verdict(struct record *record, struct cJSON *line,
                               unsigned number)
{
    if (verdict_named(member_text(line, "verdict")) < 0)
        return refuse(number, "a verdict that there is not");
    if (member_text(line, "id")[0] == 0)
        return refuse(number, "a verdict of no criterion");
    if (is_listed(record, line))
        return refuse(number, "a second verdict of one criterion");
    cJSON_AddItemToArray(record->verdicts, line);
    return FAULT_NONE;
}

/* Takes `line` over, whatever comes of it but a fault. */
static enum fault take_line(struct record *record, struct cJSON *line,
                            unsigned number)
{
    const char *type = member_text(line, "type");

    if (record->end != NULL)
        return refuse(number, "something behind the end");
    if (number == 1 && strcmp(type, "plan") != 0)
        return refuse(number, "no plan");
    if (strcmp(type, "plan") == 0)
        return take_plan(record, line, number);
    if (strcmp(type, "verdict") == 0)
        return take_verdict(record, line, number);
    if (strcmp(type, "end") != 0)
        return refuse(number, "neither plan, verdict nor end");
    record->end = line;
    return FAULT_NONE;
}

static enum fault check_counts(const struct record *record)
{
    struct counts counts = record_count(record);
    const struct cJSON *told =
        cJSON_GetObjectItemCaseSensitive(record->end, "counts");
    int total = cJSON_GetArraySize(record->verdicts);

    if (record->plan == NULL)
        return fault_say(FAULT_PROTOCOL, "the stream is empty");
    if (record->end == NULL)
        return fault_say(FAULT_PROTOCOL, "the stream has no end: it was cut");
    if ((int)member_number(record->plan, "criteria") != total)
        return fault_say(FAULT_PROTOCOL,
                         "the plan names %d criteria, the stream has %d",
                         (int)member_number(record->plan, "criteria"), total);
    for (int verdict = PASS; verdict <= NOT_APPLICABLE; verdict++) {
        const char *name = verdict_name((enum verdict)verdict);
        const char *key = verdict == NOT_APPLICABLE ? "not_applicable" : name;
        if ((unsigned)member_number(told, key) != counts.of[verdict])
            return fault_say(
                FAULT_PROTOCOL, "the end counts %u %s, the stream has %u",
                (unsigned)member_number(told, key), name, counts.of[verdict]);
    }
    return FAULT_NONE;
}

enum fault record_read(struct record *record, struct bytes text)
{
    const char *at = (const char *)text.at;
    const char *end = at + text.length;
    unsigned number = 0;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        number++;
        if (stop == NULL)
            return refuse(number, "it does not end: the stream was cut");
        struct cJSON *line = cJSON_ParseWithLength(at, (size_t)(stop - at));
        if (!cJSON_IsObject(line)) {
            cJSON_Delete(line);
            return refuse(number, "no object of JSON");
        }
        enum fault fault = take_line(record, line, number);
        if (fault != FAULT_NONE) {
            cJSON_Delete(line);
            return fault;
        }
        at = stop + 1;
    }
    return check_counts(record);
}
