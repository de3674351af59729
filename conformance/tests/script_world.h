/* The verdict of one body of verbs against a target that plays a script. */
#ifndef TESTS_SCRIPT_WORLD_H
#define TESTS_SCRIPT_WORLD_H

#include "bench_play.h"

typedef void body(struct bench *bench);

static body *playing;
static uint64_t playing_needs; /* of the criterion */
static uint64_t playing_offers = ~UINT64_C(0);
static const struct adapter_ops *playing_ops = &play_ops;

static inline void play_body(struct bench *bench)
{
    play.bench = bench;
    playing(bench);
}

/* Of a built-in profile, or of a text of its own. */
static inline struct manifest *manifest_of(const char *profile)
{
    struct buffer errors;

    buffer_init(&errors, 65536);
    struct manifest *manifest =
        profile[0] == '{'
            ? manifest_read("t.json", bytes_of_string(profile), NULL, &errors)
            : manifest_read_profile(profile, NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    return manifest;
}

/* What an earlier test left is forgotten; tests may run in one process. */
static inline void begin_play(void)
{
    memset(play.opened, 0, sizeof(play.opened));
    play.script = (struct script){ .nodes = 0 };
    memset(play.is_member, 0, sizeof(play.is_member));
    memset(play.answered, 0, sizeof(play.answered));
    play.head = play.tail = play.looks = 0;
    playing_needs = 0;
    playing_ops = &play_ops;
}

/* Begin with `play` as it should be; all zero admits everybody. */
static inline struct result perform(const char *profile, body *run)
{
    static const struct spec spec = { "trial", MUST, "", "", "", play_body };
    const struct criterion trial = { .spec = &spec, .needs = playing_needs };
    struct world world = { .seed = 7, .index = 3 };
    struct adapter adapter = { .ops = playing_ops,
                               .offers = playing_offers,
                               .is_virtual = true,
                               .nodes = play.script.nodes };
    struct manifest *manifest = manifest_of(profile);
    struct result result;

    playing = run;
    play.now_ms = (int64_t)PLAY_START_S * 1000;
    buffer_init(&play.provisioned, 65536);
    buffer_init(&play.broken, 65536);
    bench_run(&trial, manifest, &adapter, &world, &result);
    manifest_free(manifest);
    return result;
}

/* The same with verbs and offers of its own. */
static inline struct result perform_on(const struct adapter_ops *ops,
                                       uint64_t offers, uint64_t needs,
                                       const char *profile, body *run)
{
    struct result result;

    playing_ops = ops;
    playing_offers = offers;
    playing_needs = needs;
    result = perform(profile, run);
    playing_ops = &play_ops;
    playing_offers = ~UINT64_C(0);
    playing_needs = NOTHING;
    return result;
}

/* One row: what the target does, what is asked, what must come of it. */
struct row {
    const char *label;
    const char *profile;
    body *run;
    enum verdict want;
    const char *seen; /* a part of the evidence */
    struct script script;
};

static inline void check_row(const struct row *row)
{
    const struct adapter_ops *ops = playing_ops;
    uint64_t needs = playing_needs;

    begin_play();
    playing_ops = ops;
    playing_needs = needs;
    play.script = row->script;

    struct result got = perform(row->profile, row->run);
    ck_assert_msg(got.verdict == row->want, "%s: want %s, got %s: %s",
                  row->label, verdict_name(row->want),
                  verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(got.seen, row->seen) != NULL,
                  "%s: \"%s\" is not in \"%s\"", row->label, row->seen,
                  got.seen);
    result_deinit(&got);
}

static inline Suite *rows_suite(const char *name, const TTest *test, int count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);

    tcase_add_loop_test(tcase, test, 0, count);
    suite_add_tcase(suite, tcase);
    return suite;
}

#endif
