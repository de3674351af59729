/* Runs one criterion in a world of its own, and says what it came to. */
#include "bench/internal.h"
#include "bench/visits.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

/* FNV-1a over the seed, the world and the criterion: its canary. */
static uint64_t canary_of(const struct world *world, const char *id)
{
    uint64_t hash = 0xcbf29ce484222325u;

    hash = (hash ^ world->seed) * 0x100000001b3u;
    hash = (hash ^ world->index) * 0x100000001b3u;
    for (; *id != 0; id++)
        hash = (hash ^ (unsigned char)*id) * 0x100000001b3u;
    return hash;
}

/* 127.8.0.1 and up, where the target listens on IPv4 loopback. */
static void choose_source(struct bench *bench)
{
    const char *url = bench->manifest->url;
    unsigned index = bench->world.index;

    if (url != NULL && strstr(url, "//127.") == NULL)
        return;
    snprintf(bench->source, sizeof(bench->source), "127.%u.%u.%u",
             8 + index / 62500 % 200, index / 250 % 250, 1 + index % 250);
}

static const char *missing_need(uint64_t needs, uint64_t offers)
{
    for (uint64_t one = 1; one != 0 && one <= needs; one <<= 1) {
        if ((needs & one) != 0 && (offers & one) == 0)
            return need_name(one);
    }
    return NULL;
}

/* No record has this number, so none is sent: only the next one is asked for.
 * The largest that every JSON reader takes for a whole number (RFC 8259 6). */
#define BEHIND_ALL ((UINT64_C(1) << 53) - 1)

static void begin(struct bench *bench)
{
    const struct criterion *criterion = bench->criterion;
    const char *missing = missing_need(criterion->needs, bench->offers);

    snprintf(bench->id, sizeof(bench->id), "%016llx",
             (unsigned long long)canary_of(&bench->world, criterion->spec->id));
    choose_source(bench);
    for (size_t i = 0; i < bench->manifest->key_count; i++) {
        if (bench->manifest->keys[i].secret != NULL)
            mark_secret(bench, bench->manifest->keys[i].secret);
    }
    if (missing != NULL) {
        decide(bench, NOT_APPLICABLE, "", "the target offers no %s", missing);
        return;
    }
    check_users(bench);
    if ((criterion->needs & INSPECT) == 0)
        return;

    struct cJSON *tree = NULL;
    struct adapter *adapter = bench->adapter;
    if (adapter->ops->inspect(adapter->self, BEHIND_ALL, &tree) == FAULT_NONE) {
        const struct cJSON *next =
            cJSON_GetObjectItemCaseSensitive(tree, "next");
        if (cJSON_IsNumber(next) && next->valuedouble >= 1 &&
            next->valuedouble < (double)BEHIND_ALL)
            bench->inspect_since = (uint64_t)next->valuedouble;
    }
    cJSON_Delete(tree);
}

/* Whoever breaks the rules of its adapter proves nothing, be it good or bad. */
static void doubt(struct bench *bench)
{
    const struct adapter *adapter = bench->adapter;

    if (adapter->ops->soundness == NULL || bench->verdict == NOT_APPLICABLE ||
        adapter->ops->soundness(adapter->self) == FAULT_NONE)
        return;
    free(bench->expected);
    free(bench->seen);
    bench->decided = false;
    decide(bench, INCONCLUSIVE, "an adapter that works", "%s", fault_reason());
}

static void finish(struct bench *bench, struct result *result)
{
    mend_all(bench);
    prove_control(bench);
    if (lacks_echo(bench))
        decide(bench, NOT_APPLICABLE, "",
               "nobody is owed their own words (messages.echo), by which this "
               "is told");
    if (!bench->decided)
        decide(bench, PASS, "", "%s", "");
    doubt(bench);
    result->verdict = bench->verdict;
    result->expected = bench->expected;
    result->seen = bench->seen;
    result->deviations = bench->deviations;
    result->causes = bench->causes;
    if (bench->world.keeping == KEPT_WHOLE ||
        (bench->world.keeping == KEPT_UNLESS_PASSED && bench->verdict != PASS))
        result->transcript = transcript_json(bench);
}

static void bench_free(struct bench *bench)
{
    for (unsigned i = 0; i < bench->sockets; i++) {
        talk_deinit(bench->peers[i]);
        buffer_deinit(&bench->peers[i]->heard);
        buffer_deinit(&bench->peers[i]->parcel.bytes);
        free(bench->peers[i]->signals);
        free(bench->peers[i]);
    }
    for (size_t i = 0; i < bench->note_count; i++)
        free(bench->notes[i].text);
    for (size_t i = 0; i < bench->secret_count; i++)
        free(bench->secrets[i]);
    for (size_t i = 0; i < bench->text_count; i++)
        free(bench->texts[i]);
    cJSON_Delete(bench->metrics);
    visits_free(bench->visits);
    free(bench);
}

struct bench *bench_open(const struct criterion *criterion,
                         const struct manifest *manifest,
                         struct adapter *adapter, const struct world *world,
                         struct result *result)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    memset(result, 0, sizeof(*result));
    result->verdict = INCONCLUSIVE;
    if (bench == NULL)
        return NULL;
    bench->criterion = criterion;
    bench->manifest = manifest;
    bench->adapter = adapter;
    bench->world = *world;
    bench->by_socket = publishes_by_itself(manifest, adapter);
    bench->offers =
        manifest->offers & (adapter->offers | OF_MANIFEST |
                            (bench->by_socket ? (uint64_t)BROADCAST : 0));
    begin(bench);
    return bench;
}

void bench_close(struct bench *bench, struct result *result)
{
    finish(bench, result);
    take_leave(bench);
    bench_free(bench);
}

void bench_run(const struct criterion *criterion,
               const struct manifest *manifest, struct adapter *adapter,
               const struct world *world, struct result *result)
{
    struct bench *bench =
        bench_open(criterion, manifest, adapter, world, result);

    if (bench == NULL)
        return;
    if (!bench->decided) /* what is not offered has no numbers to go by */
        criterion->spec->run(bench);
    bench_close(bench, result);
}

void result_deinit(struct result *result)
{
    free(result->expected);
    free(result->seen);
    cJSON_Delete(result->transcript);
    memset(result, 0, sizeof(*result));
}
