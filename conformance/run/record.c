/* A run as lines of JSON. */
#include "run/record.h"
#include "base/names.h"
#include "bench/result.h"
#include "net/utf8.h"
#include "run/known.h"
#include "run/plan.h"
#include "run/run.h"
#include <cJSON.h>
#include <stdint.h>
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

unsigned record_deviating(const struct record *record, const char *word)
{
    const struct cJSON *line;
    const struct cJSON *one;
    unsigned count = 0;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        cJSON_ArrayForEach(one,
                           cJSON_GetObjectItemCaseSensitive(line, "deviations"))
        {
            count += cJSON_IsString(one) && strcmp(one->valuestring, word) == 0;
        }
    }
    return count;
}

static const struct cJSON *end_member(const struct record *record,
                                      const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(record->end, name);
}

int record_floor(const struct record *record)
{
    struct counts counts = record_count(record);

    if (member_text(record->end, "trouble")[0] != 0 ||
        cJSON_IsTrue(end_member(record, "interrupted")))
        return EXIT_UNSURE;
    if (known_stale(record) > 0)
        return EXIT_STALE;
    if (counts.of[INCONCLUSIVE] > 0 || counts.of[PASS] + counts.of[FAIL] == 0)
        return EXIT_UNSURE;
    return counts.of[FAIL] > known_count(record) ? EXIT_FAIL : EXIT_GOOD;
}

/* --- Reading -------------------------------------------------------------- */

static enum fault refuse(unsigned number, const char *why)
{
    return fault_say(FAULT_PROTOCOL, "line %u of the stream: %s", number, why);
}

/* The verdicts so far, by profile and id; more room than there can be of them,
 * so that each search ends. */
struct reading {
    struct record *record;
    unsigned number; /* of the line */
    int count;       /* of verdicts */
    const struct cJSON **listed;
};

enum { LISTED_ROOM = 4 * RECORD_CRITERIA_MAX };

static uint32_t hash_of(uint32_t hash, const char *text)
{
    for (; *text != 0; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static bool is_same(const struct cJSON *one, const struct cJSON *other)
{
    return strcmp(member_text(one, "id"), member_text(other, "id")) == 0 &&
           strcmp(member_text(one, "profile"), member_text(other, "profile")) ==
               0;
}

/* False: it was there already. */
static bool list_verdict(struct reading *reading, const struct cJSON *line)
{
    uint32_t hash = hash_of(hash_of(2166136261u, member_text(line, "profile")),
                            member_text(line, "id"));
    size_t at = hash % LISTED_ROOM;

    for (; reading->listed[at] != NULL; at = (at + 1) % LISTED_ROOM)
        if (is_same(reading->listed[at], line))
            return false;
    reading->listed[at] = line;
    return true;
}

int member_whole(const struct cJSON *object, const char *name, int least,
                 int most)
{
    const struct cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    double value = cJSON_IsNumber(item) ? item->valuedouble : -1;

    if (!(value >= least && value <= most) || value != (int)value)
        return -1;
    return (int)value;
}

static enum fault take_plan(struct record *record, struct cJSON *line,
                            unsigned number)
{
    if (number != 1)
        return refuse(number, "a second plan; streams do not concatenate");
    if (member_number(line, "schema") != RECORD_SCHEMA)
        return refuse(number, "a schema that this version does not know");
    if (member_whole(line, "criteria", 1, RECORD_CRITERIA_MAX) < 0)
        return refuse(number, "the plan names no number of criteria, or too "
                              "large a one");
    enum fault fault = plan_check(line);
    record->plan = fault == FAULT_NONE ? line : NULL;
    return fault;
}

static enum fault take_verdict(struct reading *reading, struct cJSON *line)
{
    struct record *record = reading->record;
    unsigned number = reading->number;

    if (verdict_named(member_text(line, "verdict")) < 0)
        return refuse(number, "a verdict that there is not");
    if (member_text(line, "id")[0] == 0)
        return refuse(number, "a verdict of no criterion");
    if (verdict_named(member_text(line, "verdict")) != FAIL &&
        cJSON_HasObjectItem(line, "died"))
        return refuse(number, "the service died of it, and it is no failure");
    if (reading->count == (int)member_number(record->plan, "criteria"))
        return refuse(number, "more verdicts than the plan names");
    if (!list_verdict(reading, line))
        return refuse(number, "a second verdict of one criterion");
    reading->count++;
    cJSON_AddItemToArray(record->verdicts, line);
    return FAULT_NONE;
}

/* Takes `line` over, whatever comes of it but a fault. */
static enum fault take_line(struct reading *reading, struct cJSON *line)
{
    struct record *record = reading->record;
    unsigned number = reading->number;
    const char *type = member_text(line, "type");

    if (record->end != NULL)
        return refuse(number, "something behind the end");
    if (number == 1 && strcmp(type, "plan") != 0)
        return refuse(number, "no plan");
    if (strcmp(type, "plan") == 0)
        return take_plan(record, line, number);
    if (strcmp(type, "verdict") == 0)
        return take_verdict(reading, line);
    if (strcmp(type, "end") != 0)
        return refuse(number, "neither plan, verdict nor end");
    record->end = line;
    return FAULT_NONE;
}

static enum fault check_counts(const struct record *record)
{
    struct counts counts = record_count(record);
    const struct cJSON *told = end_member(record, "counts");

    for (int verdict = PASS; verdict <= NOT_APPLICABLE; verdict++) {
        const char *name = verdict_name((enum verdict)verdict);
        const char *key = verdict == NOT_APPLICABLE ? "not_applicable" : name;
        int count = member_whole(told, key, 0, RECORD_CRITERIA_MAX);
        if (count < 0)
            return fault_say(FAULT_PROTOCOL, "the end has no count of %s",
                             name);
        if ((unsigned)count != counts.of[verdict])
            return fault_say(FAULT_PROTOCOL,
                             "the end counts %d %s, the stream has %u", count,
                             name, counts.of[verdict]);
    }
    return FAULT_NONE;
}

static enum fault check_exit(const struct record *record)
{
    int status = member_whole(record->end, "exit", EXIT_GOOD, EXIT_STALE);
    const struct cJSON *stopped = end_member(record, "interrupted");
    const struct cJSON *trouble = end_member(record, "trouble");

    if ((stopped != NULL && !cJSON_IsBool(stopped)) ||
        (trouble != NULL && !cJSON_IsString(trouble)))
        return fault_say(FAULT_PROTOCOL, "the end does not say how it ended");
    if (status < 0)
        return fault_say(FAULT_PROTOCOL, "the end has no exit from %d to %d",
                         EXIT_GOOD, EXIT_STALE);
    if (status < record_floor(record))
        return fault_say(FAULT_PROTOCOL,
                         "the end says exit %d, its verdicts make %d", status,
                         record_floor(record));
    return FAULT_NONE;
}

static enum fault check_whole(const struct record *record)
{
    int total = cJSON_GetArraySize(record->verdicts);
    enum fault fault;

    if (record->plan == NULL)
        return fault_say(FAULT_PROTOCOL, "the stream is empty");
    if (record->end == NULL)
        return fault_say(FAULT_PROTOCOL, "the stream has no end: it was cut");
    if ((int)member_number(record->plan, "criteria") != total)
        return fault_say(FAULT_PROTOCOL,
                         "the plan names %d criteria, the stream has %d",
                         (int)member_number(record->plan, "criteria"), total);
    fault = check_counts(record);
    if (fault == FAULT_NONE)
        fault = known_check(record);
    return fault == FAULT_NONE ? check_exit(record) : fault;
}

static int by_place(const void *one, const void *other)
{
    double a = member_number(*(struct cJSON *const *)one, "place");
    double b = member_number(*(struct cJSON *const *)other, "place");

    return (a > b) - (a < b);
}

/* Verdicts are written as they come; reports have them as planned. */
static void restore_order(struct record *record)
{
    struct cJSON *lines[RECORD_CRITERIA_MAX];
    size_t count = 0;

    while (count < COUNT(lines) && record->verdicts->child != NULL)
        lines[count++] = cJSON_DetachItemFromArray(record->verdicts, 0);
    qsort(lines, count, sizeof(lines[0]), by_place);
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(record->verdicts, lines[i]);
}

/* One object, and nothing behind it. NULL: it is not that. */
static struct cJSON *parse_object(const char *at, size_t length)
{
    const char *end = NULL;
    struct cJSON *line = cJSON_ParseWithLengthOpts(at, length, &end, false);

    if (cJSON_IsObject(line) && end == at + length)
        return line;
    cJSON_Delete(line);
    return NULL;
}

/* What is no UTF-8 is replaced by U+FFFD, byte by byte: reports are text. */
static struct cJSON *parse_repaired(const char *text)
{
    struct buffer whole;

    buffer_init(&whole, 3 * RECORD_BYTES_MAX);
    while (*text != 0) {
        size_t length = utf8_character(text);
        if (length > 0)
            buffer_add(&whole, text, length);
        else
            buffer_add_string(&whole, "\xef\xbf\xbd");
        text += length > 0 ? length : 1;
    }
    struct cJSON *line = parse_object(buffer_string(&whole), whole.length);
    buffer_deinit(&whole);
    return line;
}

static struct cJSON *parse_line(const char *at, size_t length)
{
    struct utf8 utf8 = { 0 };
    struct cJSON *line;

    if (memchr(at, 0, length) != NULL)
        return NULL;
    if (utf8_feed(&utf8, bytes_of(at, length)) && utf8_is_whole(&utf8))
        return parse_object(at, length);

    char *text = strndup(at, length);
    line = text == NULL ? NULL : parse_repaired(text);
    free(text);
    return line;
}

/* What is wrong with a line that is JSON, or NULL. */
static const char *flaw_of(const struct cJSON *line, struct bytes text)
{
    if (nul_is_written(text))
        return "it has U+0000 in a string";
    return names_repeat(line) ? "it has a name twice" : NULL;
}

static enum fault read_lines(struct reading *reading, struct bytes text)
{
    const char *at = text.length == 0 ? "" : (const char *)text.at;
    const char *end = at + text.length;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        reading->number++;
        if (stop == NULL)
            return refuse(reading->number,
                          "it does not end: the stream was cut");
        struct bytes whole = bytes_of(at, (size_t)(stop - at));
        struct cJSON *line = parse_line(at, whole.length);
        if (line == NULL)
            return refuse(reading->number,
                          "no object of JSON, or more than one");
        const char *flaw = flaw_of(line, whole);
        enum fault fault = flaw == NULL ? take_line(reading, line)
                                        : refuse(reading->number, flaw);
        if (fault != FAULT_NONE) {
            cJSON_Delete(line);
            return fault;
        }
        at = stop + 1;
    }
    return FAULT_NONE;
}

enum fault record_read(struct record *record, struct bytes text)
{
    struct reading reading = { .record = record };

    reading.listed = calloc(LISTED_ROOM, sizeof(struct cJSON *));
    if (reading.listed == NULL)
        return fault_say(FAULT_MEMORY, "the stream: out of memory");
    enum fault fault = read_lines(&reading, text);
    free(reading.listed);
    if (fault == FAULT_NONE)
        fault = check_whole(record);
    if (fault != FAULT_NONE)
        return fault;
    restore_order(record);
    return plan_check_verdicts(record->plan, record->verdicts);
}
