/* Keeps a server: nothing but signals, waited for one by one. Of two that wait
 * Linux gives the lower number first: whom one tells to let it lie and to start
 * it in one breath does so in that order. */
#include "run/keeper.h"
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ORDERLY_END_S = 2 };

struct keeper {
    char *const *argv;
    pid_t server;     /* 0: there is none */
    bool is_let_down; /* killed by us */
    bool must_start;
    sigset_t signals;
};

static _Noreturn void be_server(const struct keeper *keeper, pid_t parent)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1); /* it was faster in dying */
    execvp(keeper->argv[0], keeper->argv);
    dprintf(STDOUT_FILENO, "{\"error\":\"%s\"}\n", strerror(errno));
    _exit(127);
}

static void start(struct keeper *keeper)
{
    pid_t self = getpid();

    keeper->must_start = keeper->server != 0;
    if (keeper->must_start)
        return; /* once the old one is gone */
    keeper->is_let_down = false;
    keeper->server = fork();
    if (keeper->server == 0)
        be_server(keeper, self);
    if (keeper->server < 0)
        _exit(1);
}

static void tell(const struct keeper *keeper, int number)
{
    if (keeper->server > 0)
        kill(keeper->server, number);
}

static void let_down(struct keeper *keeper)
{
    keeper->must_start = false;
    keeper->is_let_down = true;
    tell(keeper, SIGKILL);
}

/* As the server has ended. */
static _Noreturn void end_like(int status)
{
    sigset_t one;

    if (!WIFSIGNALED(status))
        _exit(WEXITSTATUS(status));
    sigemptyset(&one);
    sigaddset(&one, WTERMSIG(status));
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    _exit(1);
}

static void reap(struct keeper *keeper)
{
    int status = 0;

    if (keeper->server <= 0 ||
        waitpid(keeper->server, &status, WNOHANG) != keeper->server)
        return;
    keeper->server = 0;
    if (!keeper->is_let_down)
        end_like(status);
    if (keeper->must_start)
        start(keeper);
}

static _Noreturn void end(struct keeper *keeper)
{
    struct timespec left = { ORDERLY_END_S, 0 };
    sigset_t child;
    int status = 0;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    tell(keeper, SIGTERM);
    tell(keeper, SIGCONT);
    if (keeper->server > 0) {
        sigtimedwait(&child, NULL, &left);
        tell(keeper, SIGKILL);
        waitpid(keeper->server, &status, 0);
    }
    _exit(0);
}

static void obey(struct keeper *keeper, int number)
{
    switch (number) {
    case SIGCHLD: reap(keeper); break;
    case SIGUSR1: let_down(keeper); break;
    case SIGUSR2: start(keeper); break;
    case SIGTSTP: tell(keeper, SIGSTOP); break;
    case SIGCONT: tell(keeper, SIGCONT); break;
    case SIGTERM: end(keeper);
    default: break;
    }
}

void keeper_run(char *const argv[], pid_t parent)
{
    static const int numbers[] = { SIGCHLD, SIGUSR1, SIGUSR2,
                                   SIGTSTP, SIGCONT, SIGTERM };
    struct keeper keeper = { .argv = argv };

    sigemptyset(&keeper.signals);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        sigaddset(&keeper.signals, numbers[i]);
    sigprocmask(SIG_SETMASK, &keeper.signals, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1); /* it was faster in dying */
    start(&keeper);
    for (;;) {
        int number = sigwaitinfo(&keeper.signals, NULL);
        if (number > 0)
            obey(&keeper, number);
    }
}
