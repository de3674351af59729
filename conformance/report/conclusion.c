/* What a run came to. */
#include "report/conclusion.h"
#include "bench/result.h"
#include "run/known.h"
#include "run/run.h"
#include <cJSON.h>

static unsigned failures_of(const struct record *record)
{
    return record_count(record).of[FAIL] - known_count(record);
}

enum conclusion conclusion_of(const struct record *record)
{
    if (failures_of(record) > 0)
        return CONCLUSION_FAILS;
    if (member_whole(record->end, "exit", 0, EXIT_STALE) != EXIT_GOOD)
        return CONCLUSION_UNSURE;
    return known_count(record) > 0 ? CONCLUSION_KNOWN : CONCLUSION_PASSES;
}

static const char *unsure_headline(const struct record *record)
{
    if (cJSON_IsTrue(
            cJSON_GetObjectItemCaseSensitive(record->end, "interrupted")))
        return "Not green: the run was interrupted";
    if (member_text(record->end, "trouble")[0] != 0)
        return "Not green: the run came to grief";
    if (known_stale(record) > 0)
        return "The baseline is stale";
    return "No verdict: not everything could be asked";
}

static const char *plural(unsigned count)
{
    return count == 1 ? "" : "s";
}

static void add_failures(const struct record *record, struct buffer *into)
{
    unsigned fails = failures_of(record);
    unsigned known = known_count(record);

    buffer_printf(into, "%u of %d criteria fail%s", fails,
                  cJSON_GetArraySize(record->verdicts), fails == 1 ? "s" : "");
    if (known > 0)
        buffer_printf(into, ", besides %u known failure%s", known,
                      plural(known));
}

static void add_passes(const struct record *record, struct buffer *into)
{
    unsigned absent = record_count(record).of[NOT_APPLICABLE];

    buffer_printf(into, "%s%u criteria pass", absent > 0 ? "" : "All ",
                  (unsigned)cJSON_GetArraySize(record->verdicts) - absent);
    if (absent > 0)
        buffer_printf(into, ", %u %s not applicable", absent,
                      absent == 1 ? "is" : "are");
}

void conclusion_headline(const struct record *record, struct buffer *into)
{
    unsigned known = known_count(record);

    switch (conclusion_of(record)) {
    case CONCLUSION_FAILS: add_failures(record, into); break;
    case CONCLUSION_PASSES: add_passes(record, into); break;
    case CONCLUSION_KNOWN:
        buffer_printf(into, "Green as a gate: %u known failure%s", known,
                      plural(known));
        break;
    default: buffer_add_string(into, unsure_headline(record));
    }
}

bool conclusion_is_part(const struct record *record)
{
    return cJSON_GetArraySize(record->verdicts) <
           member_number(record->plan, "profile_criteria");
}

bool conclusion_spoils(const struct cJSON *verdict)
{
    int kind = verdict_named(member_text(verdict, "verdict"));

    return kind == INCONCLUSIVE || (kind == FAIL && !known_is(verdict));
}

/* What the service died of comes before the rest, and a level before those
 * above it. */
static bool comes_before(const struct cJSON *one, const struct cJSON *other)
{
    bool one_kills = cJSON_HasObjectItem(one, "died");
    bool other_kills = cJSON_HasObjectItem(other, "died");

    if (one_kills != other_kills)
        return one_kills;
    return strlen(member_text(one, "level")) <
           strlen(member_text(other, "level"));
}

const struct cJSON *conclusion_first(const struct record *record)
{
    const struct cJSON *first = NULL;
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (verdict_named(member_text(line, "verdict")) != FAIL ||
            known_is(line))
            continue;
        if (first == NULL || comes_before(line, first))
            first = line;
    }
    return first;
}
