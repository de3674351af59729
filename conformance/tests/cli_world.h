/* The tool as scripts run it: its exit status, and what it says. */
#ifndef TESTS_CLI_WORLD_H
#define TESTS_CLI_WORLD_H

#include "base/buffer.h"
#include "check_program.h"
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 14, OUTPUT_MAX = 4 * 1024 * 1024, DEADLINE_S = 60 };

static char tool[4096];

/* The tool that was built with this program stands two folders up. */
static inline void find_tool(void)
{
    ssize_t length = readlink("/proc/self/exe", tool, sizeof(tool) - 64);

    tool[length < 0 ? 0 : length] = 0;
    for (int up = 0; up < 3; up++) {
        char *slash = strrchr(tool, '/');
        if (slash != NULL)
            *slash = 0;
    }
    strncat(tool, "/wsconform", 16);
}

/* Runs the tool; returns its exit status, or -1 when it was killed. What it
 * says on stderr goes into `said` too, unless `only_stdout`. */
static inline int run_with(const char *const words[], struct buffer *said,
                           bool only_stdout)
{
    const char *arguments[WORDS_MAX + 2] = { tool };
    int ends[2];
    int status = 0;
    char chunk[4096];
    ssize_t length;

    for (int i = 0; i < WORDS_MAX && words[i] != NULL; i++)
        arguments[i + 1] = words[i];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(only_stdout ? open("/dev/null", O_WRONLY) : ends[1],
             STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(tool, (char *const *)arguments);
        _exit(126);
    }
    close(ends[1]);
    while ((length = read(ends[0], chunk, sizeof(chunk))) > 0)
        buffer_add(said, chunk, (size_t)length);
    close(ends[0]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline int run_tool(const char *const words[], struct buffer *said)
{
    return run_with(words, said, false);
}

/* One run: its words, and what must come of it. */
struct cli_row {
    const char *label;
    const char *words[WORDS_MAX];
    int want;
    const char *says;
};

static inline void check_words(const struct cli_row *row)
{
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(row->words, &said);
    ck_assert_msg(status == row->want, "%s: want exit %d, got %d:\n%.2000s",
                  row->label, row->want, status, buffer_string(&said));
    ck_assert_msg(strstr(buffer_string(&said), row->says) != NULL,
                  "%s: \"%s\" is not in:\n%.2000s", row->label, row->says,
                  buffer_string(&said));
    buffer_deinit(&said);
}

#endif
