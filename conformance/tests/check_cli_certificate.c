/* Certificates as scripts see them: exit statuses and clear words; and others,
 * who know DSSE and Ed25519 from elsewhere, come to the same. */
#include "certificate/sets.h"
#include "cli_world.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char folder[] = "/tmp/wsconform-cli-XXXXXX";
static char key[64], public_key[64], made[64];

/* want: the exit status; says: what stands in what is said. */
static void expect(const char *const words[], int want, const char *says)
{
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    ck_assert_msg(status == want, "%s: want exit %d, got %d:\n%.3000s",
                  words[0], want, status, buffer_string(&said));
    ck_assert_msg(strstr(buffer_string(&said), says) != NULL,
                  "%s: \"%s\" is not in:\n%.3000s", words[0], says,
                  buffer_string(&said));
    buffer_deinit(&said);
}
#define EXPECT(want, says, ...)                                                \
    expect((const char *const[WORDS_MAX]){ __VA_ARGS__ }, want, says)

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(key, sizeof(key), "%s/key", folder);
    snprintf(public_key, sizeof(public_key), "%s/key.pub", folder);
    snprintf(made, sizeof(made), "%s/made", folder);
    EXPECT(0, "key id", "keygen", "--out", key);
}

/* All of the set but one criterion of a profile, withdrawn: a certificate of
 * one is enough for much. */
static const char *write_errata(void)
{
    static char path[72];
    struct book *book = book_open();
    const struct set *set = book_set(book, "2026.1");
    const char *comma = "";

    snprintf(path, sizeof(path), "%s/errata.json", folder);
    FILE *to = fopen(path, "we");
    ck_assert_ptr_nonnull(to);
    fputs("{\"errata\":[", to);
    for (size_t i = 0; i < set->count; i++) {
        if (set->at[i].profile != SIGNALS ||
            strcmp(set->at[i].id, "valid_token_is_admitted") == 0)
            continue;
        fprintf(to,
                "%s{\"set\":\"2026.1\",\"criterion\":\"%s\",\"date\":\"d\","
                "\"why\":\"w\"}",
                comma, set->at[i].id);
        comma = ",";
    }
    fputs("]}", to);
    ck_assert_int_eq(fclose(to), 0);
    book_free(book);
    return path;
}

static int run_program(const char *const words[])
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        execv(words[0], (char *const *)words);
        _exit(126);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void teardown(void)
{
    run_program((const char *const[]){ "/bin/rm", "-rf", folder, NULL });
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

/* Of a run in memory; the tree that this is built from may be any. */
static void certify(void)
{
    EXPECT(0, "certificate: ", "certify", "--mock", "--profile", "signals",
           "--key", key, "--out", made, "--allow-dirty");
}

static void in_folder(char *into, size_t size, const char *name)
{
    snprintf(into, size, "%s/%s", made, name);
}

START_TEST(run_is_certified_and_verified)
{
    char path[128];

    certify();
    EXPECT(0, "the certificate holds", "verify", made, "--key", public_key,
           "--allow-dirty");
    in_folder(path, sizeof(path), "certificate.dsse.json");
    EXPECT(0, "\"holds\":\ttrue", "verify", path, "--key", public_key, "--json",
           "--allow-dirty", "--level", "AAA", "--evidence", "memory");
    EXPECT(1, "memory, and network is due", "verify", made, "--key", public_key,
           "--allow-dirty", "--evidence", "network");
    EXPECT(2, "holds something already", "certify", "--mock", "--profile",
           "signals", "--key", key, "--out", made);
    in_folder(path, sizeof(path), "junit.xml");
    ck_assert_int_eq(truncate(path, 10), 0);
    EXPECT(1, "junit.xml is not what was signed", "verify", made, "--key",
           public_key, "--allow-dirty");
}
END_TEST

START_TEST(several_sign)
{
    char other[72], its_public[80];

    snprintf(other, sizeof(other), "%s.2", key);
    snprintf(its_public, sizeof(its_public), "%s.pub", other);
    EXPECT(0, "key id", "keygen", "--out", other);
    certify();
    EXPECT(1, "1 of 2 keys have signed, and 2 are due", "verify", made, "--key",
           public_key, "--key", its_public, "--allow-dirty");
    EXPECT(0, "1 of 2 keys", "verify", made, "--key", public_key, "--key",
           its_public, "--threshold", "1", "--allow-dirty");
    EXPECT(0, "", "certify", "--add-signature", made, "--key", other,
           "--allow-dirty");
    EXPECT(2, "has signed already", "certify", "--add-signature", made, "--key",
           other, "--allow-dirty");
    EXPECT(0, "2 of 2 keys", "verify", made, "--key", public_key, "--key",
           its_public, "--allow-dirty");
    EXPECT(2, "named before", "verify", made, "--key", public_key, "--key",
           public_key);
}
END_TEST

START_TEST(nobody_signs_what_does_not_hold)
{
    char path[128];

    certify();
    in_folder(path, sizeof(path), "report.html");
    ck_assert_int_eq(unlink(path), 0);
    EXPECT(1, "report.html is not there", "certify", "--add-signature", made,
           "--key", key, "--allow-dirty");
    ck_assert_int_eq(symlink("/etc/hostname", path), 0);
    EXPECT(1, "is a link", "verify", made, "--key", public_key);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    EXPECT(1, "is no file", "verify", made, "--key", public_key);
}
END_TEST

static int run_python(const char *verb)
{
    return run_program((const char *const[]){
        "/usr/bin/python3", "conformance/tests/judge_certificate.py", verb,
        made, public_key, NULL });
}

/* What we sign, others hold for signed; and the other way about. */
START_TEST(others_come_to_the_same)
{
    certify();
    ck_assert_int_eq(run_python("verify"), 0);
    ck_assert_int_eq(run_python("sign"), 0);
    EXPECT(0, "1 of 1 keys (1 due), Ed25519", "verify", made, "--key",
           public_key, "--allow-dirty");
}
END_TEST

/* A run that is not green leaves no certificate, and keeps its own status. */
START_TEST(no_certificate_of_less)
{
    char stream[72];

    EXPECT(1, "require", "certify", "--mock", "--only", "valid_token_*",
           "--profile", "signals", "--key", key, "--out", made,
           "--allow-dirty");
    EXPECT(4, "no certificate of such a run", "certify", "--profile", "signals",
           "--url", "ws://127.0.0.1:1/ws", "--only", "valid_token_*", "--key",
           key, "--out", made);
    EXPECT(1, "one shard", "certify", "--mock", "--shard", "1/2", "--profile",
           "signals", "--key", key, "--out", made, "--allow-dirty");
    ck_assert_int_ne(access(made, F_OK), 0);
    snprintf(stream, sizeof(stream), "%s.ndjson", key);
    EXPECT(0, "", "run", "--mock", "--profile", "signals", "--ndjson", stream,
           "--quiet");
    struct stat status;
    ck_assert_int_eq(stat(stream, &status), 0);
    ck_assert_int_eq(truncate(stream, status.st_size - 3), 0);
    EXPECT(3, "cut", "certify", "--from", stream, "--key", key, "--out", made,
           "--allow-dirty");
    ck_assert_int_ne(access(made, F_OK), 0);
}
END_TEST

/* What it would state is over before it is made. */
START_TEST(run_of_long_ago_is_not_certified)
{
    static const char before[] = "\"started\":\"";
    char stream[72];
    char head[4096];

    snprintf(stream, sizeof(stream), "%s.ndjson", key);
    EXPECT(0, "", "run", "--mock", "--profile", "signals", "--only",
           "valid_token_*", "--quiet", "--ndjson", stream);
    FILE *file = fopen(stream, "r+e");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(head, sizeof(head), file));
    const char *year = strstr(head, before);
    ck_assert_ptr_nonnull(year);
    fseek(file, year + strlen(before) - head, SEEK_SET);
    fputs("2020", file);
    ck_assert_int_eq(fclose(file), 0);
    EXPECT(1, "and a certificate of 1 days from then on is over\n", "certify",
           "--from", stream, "--days", "1", "--key", key, "--out", made,
           "--allow-dirty", "--errata", write_errata());
    ck_assert_int_ne(access(made, F_OK), 0);
}
END_TEST

/* A disk that is full midway leaves nothing that looks like a certificate. */
START_TEST(nothing_is_left_of_half)
{
    const struct rlimit small = { 20 * 1024, 20 * 1024 };
    char stream[72];

    snprintf(stream, sizeof(stream), "%s.ndjson", key);
    EXPECT(0, "", "run", "--mock", "--profile", "signals", "--only",
           "valid_token_*", "--quiet", "--ndjson", stream);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    EXPECT(3, "report.html.part could not be written", "certify", "--from",
           stream, "--key", key, "--out", made, "--allow-dirty", "--errata",
           write_errata());
    EXPECT(3, "could not be written", "certify", "--from", stream, "--key", key,
           "--out", "/proc/wsconform", "--allow-dirty", "--errata",
           write_errata());
    ck_assert_int_eq(rmdir(made), 0); /* it is empty */
}
END_TEST

#define KEY "--key", "/no/such/key"

static const struct cli_row rows[] = {
    { "no key", { "certify", "--mock" }, 2, "certify --key FILE" },
    { "no such key",
      { "certify", "--mock", "--out", "/tmp/wsconform-no", KEY },
      2,
      "/no/such/key cannot be read" },
    { "nowhere to put it", { "certify", "--mock", KEY }, 2, "--out FOLDER" },
    { "a file for a folder",
      { "certify", "--mock", KEY, "--out", "/etc/hostname" },
      2,
      "/etc/hostname can be no folder" },
    { "for ever",
      { "certify", "--mock", KEY, "--out", "/tmp/wsconform-no", "--days",
        "1096" },
      2,
      "--days is 1 to 1095" },
    { "a run and a stream",
      { "certify", "--mock", "--from", "x", KEY, "--out", "/tmp/wsconform-no" },
      2,
      "--from names a run that is over" },
    { "a level that is none",
      { "certify", "--mock", KEY, "--level", "B", "--out", "/tmp/x" },
      2,
      "--level is A" },
    { "a stream on standard output",
      { "certify", "--mock", KEY, "--out", "/tmp/wsconform-no", "--ndjson",
        "-" },
      2,
      "goes into its folder" },
    { "nobody's key", { "verify", "/tmp" }, 2, "whose signature" },
    { "no folder", { "verify", KEY }, 2, "whose signature" },
    { "a threshold above all",
      { "verify", "/tmp", KEY, "--threshold", "2" },
      2,
      "--threshold is 1 to 1" },
    { "evidence of hearsay",
      { "verify", "/tmp", KEY, "--evidence", "hearsay" },
      2,
      "memory, pipe or network" },
    { "help of verify", { "verify", "--help" }, 0, "verify FOLDER [options]" },
    { "help of certify", { "certify", "--help" }, 0, "--baseline FILE" },
    { "a set", { "list", "--set", "2026.1", "--profile", "pos" }, 0, "AUTH" },
    { "no such set",
      { "list", "--set", "1.1" },
      2,
      "there is no requirement set 1.1; there is 2026.1" },
};

START_TEST(status_and_words)
{
    check_words(&rows[_i]);
}
END_TEST

START_TEST(keys_and_folders_that_are_none)
{
    EXPECT(3, "cannot be read", "verify", "/no/such", "--key", public_key);
    EXPECT(1, "there is no certificate.dsse.json", "verify", folder, "--key",
           public_key);
    EXPECT(2, "a public key is due", "verify", folder, "--key", key);
    EXPECT(2, "a private key is due", "certify", "--mock", "--out", made,
           "--key", public_key);
    ck_assert_int_eq(chmod(key, 0644), 0);
    EXPECT(2, "open to others (mode 644)", "certify", "--mock", "--out", made,
           "--key", key);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli_certificate");
    TCase *tcase = tcase_create("cli_certificate");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_loop_test(tcase, status_and_words, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("with keys");
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, run_is_certified_and_verified);
    tcase_add_test(tcase, several_sign);
    tcase_add_test(tcase, nobody_signs_what_does_not_hold);
    tcase_add_test(tcase, others_come_to_the_same);
    tcase_add_test(tcase, no_certificate_of_less);
    tcase_add_test(tcase, run_of_long_ago_is_not_certified);
    tcase_add_test(tcase, nothing_is_left_of_half);
    tcase_add_test(tcase, keys_and_folders_that_are_none);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_cli_certificate");
}
