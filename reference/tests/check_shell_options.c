/* The command line: what it makes of the server, and the one line that says
 * what is wrong with it. */
#include "check_program.h"
#include "shell/options.h"
#include <getopt.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 8, WORD_SIZE = 64, TOLD_SIZE = 8 * 1024 };

/* --- reading one ---------------------------------------------------------- */

static char words[ORIGINS_MAX * 2 + WORDS_MAX][WORD_SIZE];
static char *argv[ORIGINS_MAX * 2 + WORDS_MAX + 1];
static int argc;

static void add_word(const char *word)
{
    snprintf(words[argc], WORD_SIZE, "%s", word);
    argv[argc] = words[argc];
    argv[++argc] = NULL;
}

static void begin_line(void)
{
    argc = 0;
    add_word("wsconform-reference");
}

static void add_words(const char *const *from)
{
    for (int i = 0; i < WORDS_MAX && from[i] != NULL; i++)
        add_word(from[i]);
}

/* `told` is what it says on stderr. */
static enum command read_line(struct options *options, char told[TOLD_SIZE])
{
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);

    ck_assert(file != NULL && before >= 0);
    dup2(fileno(file), STDERR_FILENO);
    enum command command = options_read(options, argc, argv);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    told[fread(told, 1, TOLD_SIZE - 1, file)] = '\0';
    fclose(file);
    return command;
}

static void expect_one_line(const char *told)
{
    static const char begin[] = "wsconform-reference: ";
    static const char end[] = " (see --help)\n";

    ck_assert_msg(strncmp(told, begin, sizeof(begin) - 1) == 0, "%s", told);
    ck_assert_msg(strlen(told) > sizeof(begin) + sizeof(end) &&
                      strcmp(told + strlen(told) - strlen(end), end) == 0 &&
                      strchr(told, '\n') == told + strlen(told) - 1,
                  "%s", told);
}

/* --- right and wrong ------------------------------------------------------ */

static const struct {
    const char *words[WORDS_MAX];
    enum command want;
} lines[] = {
    { { "--keys", "k" }, COMMAND_RUN },
    { { "--keys", "k", "--profile", "signals" }, COMMAND_RUN },
    { { "--keys", "k", "--host", "::1", "--port", "0" }, COMMAND_RUN },
    { { "--tls", "c", "p", "--keys", "k" }, COMMAND_RUN },
    { { "--tls", "c", "p", "--keys", "k", "--plain-port", "0" }, COMMAND_RUN },
    { { "--keys", "k", "--plain-port", "0" }, COMMAND_WRONG },
    { { "--tls", "c", "p", "--keys", "k", "--plain-port", "x" },
      COMMAND_WRONG },
    { { "--keys", "k", "--token-minutes", "7" }, COMMAND_RUN },
    { { "--keys", "k", "--token-minutes", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--control-port", "0", "--control-token-file", "t" },
      COMMAND_RUN },
    { { "--keys=k", "--max-lifetime=0", "--close-ms=5", "--unix=u" },
      COMMAND_RUN },
    { { "--help" }, COMMAND_HELP },
    { { NULL }, COMMAND_WRONG },
    { { "--keys" }, COMMAND_WRONG },
    { { "--keys", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--profile", "chats" }, COMMAND_WRONG },
    { { "--keys", "k", "--db", "d" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "65536" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "-1" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "80x" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--close-ms", "99999999999" }, COMMAND_WRONG },
    { { "--keys", "k", "--host", "localhost" }, COMMAND_WRONG },
    { { "--keys", "k", "--tls", "c" }, COMMAND_WRONG },
    { { "--keys", "k", "--control-port", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--control-token-file", "t" }, COMMAND_WRONG },
    { { "--keys", "k", "--unknown" }, COMMAND_WRONG },
    { { "--keys", "k", "surplus" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", " 80" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "+80" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "0x50" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "-0" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "99999999999999999999" }, COMMAND_WRONG },
    { { "--keys", "k", "--port", "65535" }, COMMAND_RUN },
    { { "--keys", "k", "--host", "127.0.0.1:80" }, COMMAND_WRONG },
    { { "--keys", "k", "--host", "[::1]" }, COMMAND_WRONG },
    { { "--keys", "k", "--host", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--trusted-proxy", "proxy" }, COMMAND_WRONG },
    { { "--keys", "k", "--trusted-proxy", "10.0.0.0/8" }, COMMAND_WRONG },
    { { "--keys", "k", "--trusted-proxy", "10.0.0.1" }, COMMAND_RUN },
    { { "--keys", "k", "--subprotocol", "app.v1" }, COMMAND_RUN },
    { { "--keys", "k", "--subprotocol", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--subprotocol", "a, b" }, COMMAND_WRONG },
    { { "--keys", "k", "--subprotocol", "jwt.v1" }, COMMAND_WRONG },
    { { "--keys", "k", "--window-ms", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--presence-timeout-ms", "30000" }, COMMAND_RUN },
    { { "--keys", "k", "--presence-timeout-ms", "29999" }, COMMAND_WRONG },
    { { "--keys", "k", "--presence-check-ms", "90001" }, COMMAND_WRONG },
    { { "--keys", "k", "--json-depth", "16" }, COMMAND_RUN },
    { { "--keys", "k", "--json-depth", "17" }, COMMAND_WRONG },
    { { "--keys", "k", "--json-depth", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--object-max", "256" }, COMMAND_RUN },
    { { "--keys", "k", "--object-max", "257" }, COMMAND_WRONG },
    { { "--keys", "k", "--json-bytes", "1048576" }, COMMAND_RUN },
    { { "--keys", "k", "--json-bytes", "1048577" }, COMMAND_WRONG },
    { { "--keys", "k", "--binary-bytes", "67108864" }, COMMAND_RUN },
    { { "--keys", "k", "--binary-bytes", "67108865" }, COMMAND_WRONG },
    { { "--keys", "k", "--message-chars", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--array-max", "1" }, COMMAND_RUN },
    { { "--keys", "k", "--connections", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--auth-ms", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--handshake-ms", "0" }, COMMAND_WRONG },
    { { "--keys", "k", "--per-user", "0" }, COMMAND_RUN },
    { { "--keys", "k", "--strangers", "86400001" }, COMMAND_WRONG },
    { { "--keys", "k", "--strangers", "many" }, COMMAND_WRONG },
    { { "--keys", "k", "--log", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--audit", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--unix", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--profile", "pos", "--db", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--profile", "pos", "--db", "d" }, COMMAND_RUN },
    { { "--keys", "k", "--profile", "" }, COMMAND_WRONG },
    { { "--keys", "k", "--profile", "POS" }, COMMAND_WRONG },
    { { "--keys", "k", "--die-with-parent=1" }, COMMAND_WRONG },
    { { "--keys", "k", "-x" }, COMMAND_WRONG },
    { { "--keys", "k", "--" }, COMMAND_RUN },
    { { "surplus", "--keys", "k" }, COMMAND_WRONG },
};

START_TEST(command_lines)
{
    struct options options;
    char told[TOLD_SIZE];

    begin_line();
    add_words(lines[_i].words);
    ck_assert_msg(read_line(&options, told) == lines[_i].want, "%s",
                  lines[_i].words[argc > 3 ? 3 : 0]);
    if (lines[_i].want == COMMAND_WRONG)
        expect_one_line(told);
    else
        ck_assert_str_eq(told, "");
}
END_TEST

/* --- origins -------------------------------------------------------------- */

/* One that no browser ever sends would keep out whom it was to let in. */
static const struct {
    const char *origin;
    bool holds;
} origins[] = {
    { "https://till.example", true },
    { "http://localhost:3000", true },
    { "https://[::1]:8443", true },
    { "https://127.0.0.1", true },
    { "chrome-extension://abcdefgh", true },
    { "https://xn--tll-6na.example", true },
    { "http://till.example:443", true },
    { "https://till.example:80", true },
    { "", false },
    { "*", false },
    { "null", false },
    { "till.example", false },
    { "//till.example", false },
    { "://till.example", false },
    { "https://", false },
    { "https://till.example/", false },
    { "https://till.example/path", false },
    { "https://till.example?q", false },
    { "https://till.example#f", false },
    { "https://till.example ", false },
    { "https://till.example,https://b.example", false },
    { "https://user@till.example", false },
    { "https://*.example", false },
    { "https://Till.example", false },
    { "HTTPS://till.example", false },
    { "https://till.example:443", false },
    { "http://till.example:80", false },
    { "https://till.example:", false },
    { "https://till.ex\xc3\xa4mple", false },
    { "https://till.example\t", false },
};

START_TEST(origins_are_as_browsers_send_them)
{
    struct options options;
    char told[TOLD_SIZE];

    begin_line();
    add_words((const char *[]){ "--keys", "k", "--origin", origins[_i].origin,
                                NULL });
    enum command command = read_line(&options, told);
    ck_assert_msg((command == COMMAND_RUN) == origins[_i].holds, "%s: %s",
                  origins[_i].origin, told);
    if (!origins[_i].holds)
        expect_one_line(told);
    else
        ck_assert_str_eq(options.origins[0], origins[_i].origin);
}
END_TEST

START_TEST(sixty_four_origins_and_no_more)
{
    struct options options;
    char told[TOLD_SIZE];
    char origin[WORD_SIZE];

    begin_line();
    add_words((const char *[]){ "--keys", "k", NULL });
    for (int i = 0; i < ORIGINS_MAX; i++) {
        snprintf(origin, sizeof(origin), "https://till-%d.example", i);
        add_words((const char *[]){ "--origin", origin, NULL });
    }
    ck_assert_int_eq(read_line(&options, told), COMMAND_RUN);
    ck_assert_ptr_null(options.origins[ORIGINS_MAX]);
    ck_assert_str_eq(options.origins[ORIGINS_MAX - 1],
                     "https://till-63.example");
    ck_assert_ptr_eq(options_settings(&options).origins, options.origins);
    add_words((const char *[]){ "--origin", "https://one-more.example", NULL });
    ck_assert_int_eq(read_line(&options, told), COMMAND_WRONG);
    expect_one_line(told);
}
END_TEST

/* --- what it makes of the server ------------------------------------------ */

static struct settings settings_of(const char *const *from)
{
    static struct options options;
    char told[TOLD_SIZE];

    begin_line();
    add_words((const char *[]){ "--keys", "k", NULL });
    add_words(from);
    ck_assert_msg(read_line(&options, told) == COMMAND_RUN, "%s", told);
    return options_settings(&options);
}

START_TEST(without_options_the_profile_counts)
{
    static const char *const names[] = { "signals", "factory", "pos" };

    for (int i = 0; i < COUNT_OF(names); i++) {
        struct settings want = settings_for((enum served)i);
        struct settings got =
            settings_of((const char *[]){ "--profile", names[i], NULL });

        ck_assert_int_eq(got.served, i);
        ck_assert_int_eq(got.max_lifetime_s, want.max_lifetime_s);
        ck_assert_int_eq(got.close_ms, want.close_ms);
        ck_assert_int_eq(got.auth_ms, want.auth_ms);
        ck_assert_int_eq(got.window_ms, want.window_ms);
        ck_assert_uint_eq(got.connections_max, want.connections_max);
        ck_assert_uint_eq(got.per_user_max, want.per_user_max);
        ck_assert_uint_eq(got.attempts_max, want.attempts_max);
        ck_assert_uint_eq(got.strangers_max, want.strangers_max);
        ck_assert_ptr_null(got.origins);
        ck_assert_ptr_null(got.trusted_proxy);
    }
}
END_TEST

START_TEST(each_limit_goes_where_it_belongs)
{
    struct settings got = settings_of((const char *[]){
        "--profile=pos", "--max-lifetime=11", "--close-ms=12", "--auth-ms=13",
        "--window-ms=14", "--connections=15", "--per-user=16", NULL });

    ck_assert_int_eq(got.max_lifetime_s, 11);
    ck_assert_int_eq(got.close_ms, 12);
    ck_assert_int_eq(got.auth_ms, 13);
    ck_assert_int_eq(got.window_ms, 14);
    ck_assert_uint_eq(got.connections_max, 15);
    ck_assert_uint_eq(got.per_user_max, 16);
    got = settings_of((const char *[]){ "--profile=pos", "--attempts=17",
                                        "--strangers=18",
                                        "--trusted-proxy=10.0.0.1", NULL });
    ck_assert_uint_eq(got.attempts_max, 17);
    ck_assert_uint_eq(got.strangers_max, 18);
    ck_assert_str_eq(got.trusted_proxy, "10.0.0.1");
    got =
        settings_of((const char *[]){ "--profile=pos", "--attempts=0",
                                      "--strangers=0", "--per-user=0", NULL });
    ck_assert_uint_eq(got.attempts_max, 0);
    ck_assert_uint_eq(got.strangers_max, 0);
    ck_assert_uint_eq(got.per_user_max, 0);
}
END_TEST

/* What is asked for twice is what was asked for last. */
START_TEST(paths_and_ports_are_kept)
{
    struct options options;
    char told[TOLD_SIZE];

    begin_line();
    add_words((const char *[]){ "--keys=k", "--log=l", "--audit=a", "--unix=u",
                                "--handshake-ms=9", "--die-with-parent",
                                "--port=1", NULL });
    add_words((const char *[]){ "--tls", "c", "p", "--port=2",
                                "--control-port=3", "--control-token-file=t",
                                NULL });
    ck_assert_int_eq(read_line(&options, told), COMMAND_RUN);
    ck_assert_str_eq(options.keys, "k");
    ck_assert_str_eq(options.log, "l");
    ck_assert_str_eq(options.audit, "a");
    ck_assert_str_eq(options.unix_path, "u");
    ck_assert_str_eq(options.certificate, "c");
    ck_assert_str_eq(options.private_key, "p");
    ck_assert_str_eq(options.control_token_file, "t");
    ck_assert_int_eq(options.port, 2);
    ck_assert_int_eq(options.control_port, 3);
    ck_assert_int_eq(options.handshake_ms, 9);
    ck_assert(options.die_with_parent);
}
END_TEST

/* --- help ----------------------------------------------------------------- */

START_TEST(help_fits_a_terminal)
{
    static char help[TOLD_SIZE];
    FILE *file = tmpfile();
    size_t column = 0;

    ck_assert_ptr_nonnull(file);
    options_print_help(file);
    rewind(file);
    size_t length = fread(help, 1, sizeof(help) - 1, file);
    fclose(file);
    ck_assert_uint_lt(length, sizeof(help) - 1);
    for (size_t i = 0; i < length; i++) {
        bool is_first_byte = ((unsigned char)help[i] & 0xc0) != 0x80;
        column = help[i] == '\n' ? 0 : column + is_first_byte;
        ck_assert_msg(column <= 80, "%.80s", help + i - column);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: options");
    TCase *tcase = tcase_create("command line");

    tcase_add_loop_test(tcase, command_lines, 0, COUNT_OF(lines));
    tcase_add_loop_test(tcase, origins_are_as_browsers_send_them, 0,
                        COUNT_OF(origins));
    tcase_add_test(tcase, sixty_four_origins_and_no_more);
    tcase_add_test(tcase, without_options_the_profile_counts);
    tcase_add_test(tcase, each_limit_goes_where_it_belongs);
    tcase_add_test(tcase, paths_and_ports_are_kept);
    tcase_add_test(tcase, help_fits_a_terminal);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_options");
}
