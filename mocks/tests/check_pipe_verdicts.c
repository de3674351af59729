/* One core, two ways to it: in this process, and through a pipe behind the kit
 * for C. Each criterion has to come to the same verdict, in the same words, on
 * the secure core and on broken ones. */
#include "bench/result.h"
#include "check_program.h"
#include "lab.h"
#include "pipe/adapter_pipe.h"
#include "pipe/implementation.h"
#include "run/reason.h"
#include "spec.h"
#include <libgen.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEED = 20260511, EVERY_NTH_MUTANT = 60 };

static const char *const systems[] = { "signals", "factory", "pos", "rooms" };

struct pair_of_targets {
    struct manifest *manifest;
    struct lab *lab;
    const struct mutant *mutant;
    unsigned nodes;
    const char *filter; /* behind the child's stdout; NULL: none */
    char command[1024];
    char lines[64]; /* folder: what was said, each way; "": not kept */
    struct implementation *implementation;
};

static void open_pair(struct pair_of_targets *pair, const char *system,
                      const struct mutant *mutant, unsigned nodes)
{
    const char *lie = mutant == NULL ? "-" : mutant->name;
    struct buffer errors;
    char self[400] = "";

    ck_assert_int_gt(readlink("/proc/self/exe", self, sizeof(self) - 1), 0);
    if (pair->lines[0] == 0)
        snprintf(pair->command, sizeof(pair->command),
                 "exec %s/../kits/examples/reference %s %s %u%s", dirname(self),
                 system, lie, nodes, pair->filter == NULL ? "" : pair->filter);
    else
        snprintf(pair->command, sizeof(pair->command),
                 "tee %s/to | %s/../kits/examples/reference %s %s %u | "
                 "tee %s/from",
                 pair->lines, dirname(self), system, lie, nodes, pair->lines);
    buffer_init(&errors, 65536);
    pair->manifest = manifest_read_profile(system, NULL, &errors);
    ck_assert_msg(pair->manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    pair->mutant = mutant;
    pair->nodes = nodes;
    pair->lab = lab_new(pair->manifest);
    pair->implementation =
        implementation_new(pair->manifest, pair->command, false);
    ck_assert_ptr_nonnull(pair->lab);
    ck_assert_ptr_nonnull(pair->implementation);
}

static void close_pair(struct pair_of_targets *pair)
{
    ck_assert_msg(implementation_end(pair->implementation) == FAULT_NONE, "%s",
                  fault_reason());
    implementation_free(pair->implementation);
    lab_free(pair->lab);
    manifest_free(pair->manifest);
}

static void keep_lines(struct pair_of_targets *pair)
{
    snprintf(pair->lines, sizeof(pair->lines), "/tmp/wsconform-pipe-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(pair->lines));
}

/* Every line of both ways is of the schema's. */
static void judge_lines(const struct pair_of_targets *pair)
{
    char to[80];
    char from[80];
    int status = -1;

    snprintf(to, sizeof(to), "%s/to", pair->lines);
    snprintf(from, sizeof(from), "%s/from", pair->lines);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/usr/bin/python3", "/usr/bin/python3", "-W", "ignore",
              "mocks/tests/judge_lines.py", to, from, (char *)NULL);
        _exit(126);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    unlink(to);
    unlink(from);
    rmdir(pair->lines);
    ck_assert_int_eq(status, 0);
}

static void judge(const struct criterion *criterion,
                  const struct pair_of_targets *pair, struct adapter *adapter,
                  struct result *result)
{
    struct world world = { SEED, 7, KEPT_NEVER };

    ck_assert_msg(adapter != NULL, "%s: %s", criterion->spec->id,
                  fault_reason());
    bench_run(criterion, pair->manifest, adapter, &world, result);
    adapter_free(adapter);
}

static void compare(const struct criterion *criterion,
                    const struct pair_of_targets *pair)
{
    const char *lie = pair->mutant == NULL ? "secure" : pair->mutant->name;
    struct result in_memory;
    struct result by_pipe;

    judge(criterion, pair,
          adapter_mock_new(pair->lab, pair->mutant, pair->nodes), &in_memory);
    judge(criterion, pair, adapter_pipe_new(pair->implementation), &by_pipe);
    ck_assert_msg(in_memory.verdict == by_pipe.verdict &&
                      reason_equals(in_memory.seen, by_pipe.seen) &&
                      strcmp(in_memory.expected, by_pipe.expected) == 0,
                  "%s, %s\n  in memory: %s: %s\n  by pipe: %s: %s",
                  criterion->spec->id, lie, verdict_name(in_memory.verdict),
                  in_memory.seen, verdict_name(by_pipe.verdict), by_pipe.seen);
    result_deinit(&in_memory);
    result_deinit(&by_pipe);
}

/* A child has no other way in, and reads no handshake's bytes. */
static bool is_beside(const struct criterion *criterion)
{
    return (criterion->needs & (OTHER_DOOR | HANDSHAKE_SIZE)) != 0;
}

/* Megabytes on their way through base64 are asked for by one. */
static bool is_heavy(const struct criterion *criterion)
{
    return (criterion->needs & ROOM_BINARIES) != 0 &&
           strcmp(criterion->spec->id,
                  "binary_at_its_limit_reaches_the_room") != 0;
}

START_TEST(secure_core_has_the_same_verdicts)
{
    unsigned profile = profile_named(systems[_i]);
    struct pair_of_targets pair = { .lines = "" };

    keep_lines(&pair);
    open_pair(&pair, systems[_i], NULL, 1);
    for (size_t i = 0; i < catalogue_size; i++)
        if ((catalogue[i].profiles & profile) != 0 &&
            !is_heavy(&catalogue[i]) && !is_beside(&catalogue[i]))
            compare(&catalogue[i], &pair);
    close_pair(&pair);
    judge_lines(&pair);
}
END_TEST

START_TEST(nodes_have_the_same_verdicts)
{
    struct pair_of_targets pair = { .lines = "" };

    keep_lines(&pair);
    open_pair(&pair, "rooms", NULL, 3);
    for (size_t i = 0; i < catalogue_size; i++)
        if ((catalogue[i].profiles & ROOMS) != 0 &&
            (catalogue[i].needs & (NODES | SHARED_FAULT | NODE_FAULT)) != 0)
            compare(&catalogue[i], &pair);
    close_pair(&pair);
    judge_lines(&pair);
}
END_TEST

/* What it names, and what it does not: the first criterion of the catalogue. */
START_TEST(broken_core_has_the_same_verdicts)
{
    const struct mutant *mutant = &mutants[_i * EVERY_NTH_MUTANT];
    struct pair_of_targets pair = { .lines = "" };

    for (int s = 0; s < COUNT_OF(systems); s++) {
        unsigned profile = profile_named(systems[s]);
        if ((mutant->profiles & profile) == 0)
            continue;
        open_pair(&pair, systems[s], mutant, 1);
        for (size_t i = 0; i < catalogue_size; i++)
            if ((catalogue[i].profiles & profile) != 0 &&
                !is_beside(&catalogue[i]) &&
                (i == 0 || is_killed_by(mutant, catalogue[i].spec->id)))
                compare(&catalogue[i], &pair);
        close_pair(&pair);
    }
}
END_TEST

/* What a child does not tell of is not held against its service. */
START_TEST(untold_compression_is_not_applicable)
{
    struct pair_of_targets pair = {
        .filter = " | sed -u 's/\"deflate\",//; s/,\"deflate\":true//'"
    };
    unsigned asked = 0;

    open_pair(&pair, "rooms", NULL, 1);
    for (size_t i = 0; i < catalogue_size; i++) {
        struct result result;
        if (strstr(catalogue[i].spec->id, "compressed") == NULL ||
            (catalogue[i].profiles & ROOMS) == 0 || is_heavy(&catalogue[i]))
            continue;
        judge(&catalogue[i], &pair, adapter_pipe_new(pair.implementation),
              &result);
        ck_assert_msg(result.verdict == NOT_APPLICABLE, "%s: %s, %s",
                      catalogue[i].spec->id, verdict_name(result.verdict),
                      result.seen);
        result_deinit(&result);
        asked++;
    }
    ck_assert_uint_ge(asked, 3);
    close_pair(&pair);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("pipe verdicts");
    TCase *secure = tcase_create("secure");
    TCase *broken = tcase_create("broken");
    int count = (int)((mutants_size + EVERY_NTH_MUTANT - 1) / EVERY_NTH_MUTANT);

    tcase_set_timeout(secure, 120);
    tcase_add_loop_test(secure, secure_core_has_the_same_verdicts, 0,
                        COUNT_OF(systems));
    tcase_add_test(secure, nodes_have_the_same_verdicts);
    tcase_add_test(secure, untold_compression_is_not_applicable);
    tcase_set_timeout(broken, 60);
    tcase_add_loop_test(broken, broken_core_has_the_same_verdicts, 0, count);
    suite_add_tcase(suite, secure);
    suite_add_tcase(suite, broken);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_pipe_verdicts");
}
