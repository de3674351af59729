/* Trials, and what was seen in them. */
#include "bench/trial.h"
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static void copy_text(char *into, size_t size, struct bench *bench,
                      const char *text)
{
    char *clean = redact(bench, text);

    snprintf(into, size, "%s", clean == NULL ? "" : clean);
    free(clean);
}

static bool reason_leaks(struct peer *peer)
{
    char reason[REASON_MAX + 1] = "";
    char *clean;
    bool leaks;

    memcpy(reason, peer->reason, peer->reason_length);
    clean = redact(peer->bench, reason);
    leaks = clean == NULL || strcmp(clean, reason) != 0 ||
            leak_in(peer->bench, bytes_of(peer->reason, peer->reason_length)) !=
                NULL;
    free(clean);
    return leaks;
}

void sight_take(struct peer *peer, struct sight *sight)
{
    struct buffer words;

    memset(sight, 0, sizeof(*sight));
    buffer_init(&words, 4096);
    describe_answer(peer, &words);
    copy_text(sight->words, sizeof(sight->words), peer->bench,
              buffer_string(&words));
    copy_text(sight->message, sizeof(sight->message), peer->bench,
              last_heard(peer));
    buffer_deinit(&words);
    sight->upgraded = peer->accepts > 0;
    sight->open = peer->accepts > 0 && !has_answer(peer, 0);
    sight->status = peer->status;
    sight->code = peer->closed ? peer->code : 0;
    memcpy(sight->reason, peer->reason, peer->reason_length);
    sight->ended = peer->gone;
    sight->ending = peer->ending;
    sight->welcomes = peer->welcomes;
    sight->frames = peer->data_frames;
    sight->leaks = peer->closed && reason_leaks(peer);
}

void await_answers(struct peer *const peers[], size_t count, int ms)
{
    for (size_t i = 0; i < count; i++) {
        if (!await(peers[i]->bench, has_answer, peers[i], 0, ms))
            ms = 0; /* that was all of it, for the others too */
    }
}

bool try_admission(struct peer *peer)
{
    return !peer->bench->decided && is_served(peer);
}

bool try_waiting(struct peer *peer)
{
    return !peer->bench->decided && stays_open(peer);
}

bool try_broadcast(struct peer *peer)
{
    return !peer->bench->decided && is_admitted(peer);
}

const char *heard_last(const struct peer *peer)
{
    return last_heard(peer);
}

bool has_heard_bytes(const struct peer *peer, struct buffer *into)
{
    if (peer->parcel.count == 0)
        return false;
    describe_binary(peer, into);
    return true;
}

const char *heard_with(const struct peer *peer, const char *text)
{
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    const char *found = NULL;

    for (; at < end; at += strlen(at) + 1)
        found = strstr(at, text) != NULL ? at : found;
    return found;
}

bool try_reply(struct peer *peer, const struct cJSON *pattern)
{
    struct cJSON *reply = await_reply(peer, pattern);
    bool came = reply != NULL;

    cJSON_Delete(reply);
    return came;
}

bool try_publication(struct peer *speaker, struct peer *listener)
{
    const char *text = canary(speaker->bench, "said");

    say(speaker, publication(speaker->bench, text));
    return !speaker->bench->decided && await_text(listener, text);
}

bool has_publish_hook(const struct bench *bench)
{
    return is_offered(bench, BROADCAST) &&
           !publishes_by_itself(bench->manifest, bench->adapter);
}

const char *mark_of(const struct bench *bench)
{
    return bench->id;
}

int time_to_answer(const struct bench *bench)
{
    return bench->manifest->answer_ms;
}

bool is_stopped(const struct bench *bench)
{
    return bench->decided;
}

bool is_offered(const struct bench *bench, uint64_t need)
{
    return (bench->offers & need) == need;
}

bool is_known(const struct bench *bench, enum identity who)
{
    return !bench->manifest->has_identities ||
           bench->manifest->known[who].user != NULL;
}

struct cJSON *try_inspection(struct bench *bench)
{
    return look(bench);
}

long try_log(struct bench *bench)
{
    struct buffer log;
    long length;

    buffer_init(&log, (size_t)64 * 1024 * 1024);
    read_log(bench, &log);
    length = bench->decided ? -1 : (long)log.length;
    buffer_deinit(&log);
    return length;
}

void bench_try(const char *name, trial *steps, void *context,
               const struct manifest *manifest, struct adapter *adapter,
               const struct world *world, struct result *result)
{
    struct spec spec = { .id = name, .keyword = MUST, .requirements = "" };
    struct criterion criterion = { .spec = &spec, .theme = "" };
    struct bench *bench =
        bench_open(&criterion, manifest, adapter, world, result);

    if (bench == NULL)
        return;
    bench->is_alone = true;
    steps(bench, context);
    bench_close(bench, result);
}
