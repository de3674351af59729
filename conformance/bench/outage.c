/* What befalls a service, and whether it recovers. */
#include "bench/internal.h"
#include <cJSON.h>

enum { FIRST_PAUSE_MS = 25, LAST_PAUSE_MS = 400 };

static const struct {
    const char *what; /* as the adapter calls it */
    const char *begins, *ends;
    const char *hook;
} outages[OUTAGES] = {
    [STORE_STOPPED] = { "shared", "stops the store", "starts the store",
                        "stop and start its store" },
    [STORE_FROZEN] = { "shared time", "freezes the store", "thaws the store",
                       "freeze and thaw its store" },
    [STORE_FULL] = { "shared space", "fills the store", "drains the store",
                     "fill and drain its store" },
    [STORE_SLOW] = { "shared speed", "slows the store down",
                     "lets the store go on", "slow its store down" },
    [NODE_KILLED] = { "node", "kills the last node", "starts the last node",
                      "kill and start a node" },
};

static void set(struct bench *bench, unsigned outage, bool begins)
{
    struct adapter *adapter = bench->adapter;

    note(bench, NULL, begins ? outages[outage].begins : outages[outage].ends,
         bytes_of_string(NULL));
    check_hook(
        bench, outages[outage].hook,
        adapter->ops->breakage(adapter->self, outages[outage].what, begins));
}

enum site last_node(struct bench *bench)
{
    return (enum site)((unsigned)FIRST_NODE + nodes(bench) - 1);
}

bool is_alive(const struct bench *bench, unsigned node)
{
    return (bench->outages & 1u << NODE_KILLED) == 0 ||
           node + 1 < bench->adapter->nodes;
}

/* They have been turned away, or are at a node that is no more. */
static void forget_witnesses(struct bench *bench)
{
    bench->before = NULL;
    bench->after = NULL;
    memset(bench->sentinels, 0, sizeof(bench->sentinels));
    memset(bench->publishers, 0, sizeof(bench->publishers));
}

void begin_outage(struct bench *bench, enum outage outage)
{
    if (bench->decided)
        return;
    bench->outages |= 1u << outage;
    set(bench, outage, true);
    if (outage == NODE_KILLED)
        forget_witnesses(bench);
}

/* The next criterion begins where this one has ended. */
static void await_recovery(struct bench *bench)
{
    struct adapter *adapter = bench->adapter;
    int left = bench->manifest->answer_ms;
    enum fault fault = FAULT_HOOK;

    while (fault == FAULT_HOOK && left > 0 && !adapter->is_virtual) {
        struct cJSON *tree = NULL;
        fault = adapter->ops->inspect(adapter->self, UINT64_C(1) << 52, &tree);
        cJSON_Delete(tree);
        if (fault == FAULT_HOOK)
            await(bench, NULL, NULL, 0, FIRST_PAUSE_MS);
        left -= FIRST_PAUSE_MS;
    }
}

void end_outage(struct bench *bench)
{
    if (bench->outages == 0)
        return;
    for (unsigned i = 0; i < OUTAGES; i++)
        if ((bench->outages & 1u << i) != 0)
            set(bench, i, false);
    bench->outages = 0;
    forget_witnesses(bench);
    await_recovery(bench);
}

static void search_store(struct bench *bench, struct bytes stored,
                         const char *text)
{
    enum { TOKEN_RUN = 12 };

    if (memmem(stored.at, stored.length, text, strlen(text)) == NULL)
        decide(bench, INCONCLUSIVE,
               "what the nodes share, as a positive control",
               "\"%s\" does not stand there", text);
    for (size_t i = 0; i < bench->secret_count && !bench->decided; i++) {
        if (strlen(bench->secrets[i]) >= TOKEN_RUN &&
            run_of(bench->secrets[i], TOKEN_RUN, stored) != NULL)
            decide(bench, FAIL, "no twelve bytes of a token in the store",
                   "the store holds a piece of a token that was sent");
    }
}

void expect_store_without_tokens(struct bench *bench, const char *text)
{
    enum { STORED_BYTES_MAX = 8 * 1024 * 1024 };
    struct adapter *adapter = bench->adapter;
    struct buffer stored;

    if (bench->decided)
        return;
    buffer_init(&stored, STORED_BYTES_MAX);
    check_hook(bench, "show what is in its store",
               adapter->ops->stored == NULL
                   ? FAULT_ABSENT
                   : adapter->ops->stored(adapter->self, &stored));
    if (!bench->decided)
        search_store(bench, buffer_view(&stored), text);
    buffer_deinit(&stored);
}

void expect_turned_away(struct peer *peer, struct wish wish)
{
    struct bench *bench = peer->bench;
    int answer = 0;

    if (!bench->decided && !has_answer(peer, 0)) {
        room_ask(peer, wish);
        answer = room_answer(peer, wish);
    }
    if (!bench->decided && answer > 0)
        decide(bench, FAIL, "an error, or a Close, where nothing can be kept",
               "%s heard \"%.300s\"", peer->name, last_heard(peer));
    if (answer == 0)
        expect_closed_for(peer, CAUSE_UNAVAILABLE);
}

/* Another witness, where the one that there is came too early. */
static struct peer *dial_again(struct bench *bench, enum identity who,
                               enum site site)
{
    if (bench->before != NULL && has_answer(bench->before, 0))
        forget_witnesses(bench);
    return dial(bench, who, GOOD_TOKEN, (struct manner){ .at = site });
}

struct peer *expect_served_again(struct bench *bench, enum identity who,
                                 enum site site)
{
    int left = 2 * bench->manifest->answer_ms;
    int pause = FIRST_PAUSE_MS;

    bench->is_patient = true;
    struct peer *peer = dial_again(bench, who, site);
    while (!bench->decided && !stays_open(peer) && left > 0) {
        await(bench, NULL, NULL, 0, pause);
        left -= pause;
        pause = pause < LAST_PAUSE_MS ? 2 * pause : pause;
        peer = dial_again(bench, who, site);
    }
    expect_admitted(peer);
    bench->is_patient = false;
    if (bench->before != NULL && has_answer(bench->before, 0))
        forget_witnesses(bench);
    return peer;
}
