/* Starts the command, waits for its end, and sees to it that nothing of it
 * stays. */
#include "pipe/guard.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NEWS = 3, ROUNDS = 10000 };

static _Noreturn void be_command(const char *command)
{
    sigset_t none;

    setpgid(0, 0);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(NEWS);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* The three ends as 0, 1 and 2, the news as 3, and nothing else. */
static void arrange(const int ends[3], int news)
{
    int high[4];

    for (int i = 0; i < 3; i++)
        high[i] = ends[i];
    high[NEWS] = news;
    for (int i = 0; i < 4; i++)
        while (high[i] >= 0 && high[i] < 4)
            high[i] = dup(high[i]);
    for (int i = 0; i < 4; i++)
        dup2(high[i], i);
    close_range(4, ~0u, 0);
}

/* Each child that this process has by now, of whatever group. */
static void kill_children(void)
{
    char text[4096];
    char *at = text;
    char *end = text;
    FILE *list;

    snprintf(text, sizeof(text), "/proc/self/task/%d/children", (int)getpid());
    list = fopen(text, "re");
    if (list == NULL)
        return;
    text[fread(text, 1, sizeof(text) - 1, list)] = 0;
    fclose(list);
    /* A blank stands behind each: what has none may be cut. */
    for (long pid = strtol(at, &end, 10); end != at && *end == ' ' && pid > 1;
         pid = strtol(at, &end, 10)) {
        kill((pid_t)pid, SIGKILL);
        at = end;
    }
}

/* A generation a round: whose parent has died comes to us. */
static void kill_all(pid_t child)
{
    for (int i = 0; i < ROUNDS; i++) {
        kill(-child, SIGKILL);
        kill_children();
        if (waitpid(-1, NULL, 0) < 0)
            return;
    }
}

/* A guard leaves by _exit, so its coverage must be written by hand. */
extern void __gcov_dump(void) __attribute__((weak));

static _Noreturn void depart(pid_t child, int status)
{
    struct departure departure = { .status = status };

    departure.left_processes = waitpid(-1, NULL, WNOHANG) == 0;
    if (write(NEWS, &departure, sizeof(departure)) < 0)
        departure.left_processes = false; /* nobody listens */
    kill_all(child);
    if (__gcov_dump != NULL)
        __gcov_dump();
    _exit(0);
}

static _Noreturn void watch(pid_t child, const sigset_t *signals)
{
    int status = 0;
    pid_t one;

    for (;;) {
        if (sigwaitinfo(signals, NULL) == SIGTERM) {
            kill(-child, SIGKILL);
            kill(child, SIGKILL);
            if (waitpid(child, &status, 0) == child)
                depart(child, status);
        }
        while ((one = waitpid(-1, &status, WNOHANG)) > 0) {
            if (one == child)
                depart(child, status);
        }
    }
}

_Noreturn void guard_run(const char *command, const int ends[3], int news,
                         pid_t parent)
{
    sigset_t signals;
    pid_t child;

    setpgid(0, 0);
    arrange(ends, news);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1); /* it was faster in dying */
    child = fork();
    if (child == 0)
        be_command(command);
    close(0);
    close(1);
    close(2);
    if (child < 0)
        _exit(1);
    watch(child, &signals);
}
