/* Runs a command without a shell, under a deadline. */
#include "net/command.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ERRORS_MAX = 16 * 1024 };

enum { CHILD_OUT, CHILD_ERR, CHILD_EXIT, CHILD_FDS };

struct child {
    pid_t pid;
    int fds[CHILD_FDS]; /* our ends of its pipes, and its pidfd */
    struct buffer *output;
    struct buffer errors;
    bool too_much; /* of output */
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Signals as they were before the tool changed them; a group of its own, so
 * that its children can be killed with it. */
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all;
    sigset_t none;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETPGROUP);
}

static int spawn(struct child *child, const char *const *argv,
                 const char *folder, int out, int err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = 0;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    if (folder != NULL)
        error = posix_spawn_file_actions_addchdir_np(&actions, folder);
    set_attributes(&attributes);
    /* exec() takes argv without const and does not touch it. */
    char *const *writable = (char *const *)(uintptr_t)argv;
    if (error == 0)
        error = posix_spawnp(&child->pid, argv[0], &actions, &attributes,
                             writable, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* Zero, or an errno; then there is no child. */
static int start(struct child *child, const char *const *argv,
                 const char *folder)
{
    int out[2] = { -1, -1 };
    int err[2] = { -1, -1 };
    int error = 0;

    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        error = errno;
    if (error == 0)
        error = spawn(child, argv, folder, out[1], err[1]);
    close_fd(&out[1]);
    close_fd(&err[1]);
    child->fds[CHILD_OUT] = out[0];
    child->fds[CHILD_ERR] = err[0];
    if (error != 0)
        return error;
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    child->fds[CHILD_EXIT] = (int)syscall(SYS_pidfd_open, child->pid, 0);
    return 0;
}

/* Up to what is there; beyond the ceiling it is read and forgotten. */
static void drain(struct child *child, int which, struct buffer *into)
{
    char chunk[4096];
    ssize_t count;

    if (child->fds[which] < 0)
        return;
    do {
        count = read(child->fds[which], chunk, sizeof(chunk));
        if (count > 0 && buffer_add(into, chunk, (size_t)count) != FAULT_NONE &&
            which == CHILD_OUT)
            child->too_much = true;
    } while (count > 0 && !child->too_much);
    if (count == 0)
        close_fd(&child->fds[which]);
}

static bool has_exited(const struct child *child)
{
    siginfo_t info = { .si_pid = 0 };

    return waitid(P_PID, (id_t)child->pid, &info,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == child->pid;
}

/* The pidfd wakes us at the exit; where there is none (before Linux 5.3, under
 * valgrind) it is looked for by the clock. */
static void await_news(const struct child *child, int64_t left_ms)
{
    enum { TICK_MS = 10 };
    struct pollfd fds[CHILD_FDS];

    if (child->fds[CHILD_EXIT] < 0 && left_ms > TICK_MS)
        left_ms = TICK_MS;
    for (int i = 0; i < CHILD_FDS; i++)
        fds[i] = (struct pollfd){ .fd = child->fds[i], .events = POLLIN };
    poll(fds, CHILD_FDS, (int)left_ms);
}

/* False when the deadline passed first. */
static bool await_exit(struct child *child, int deadline_ms)
{
    int64_t until = clock_monotonic_ms() + deadline_ms;

    for (;;) {
        int64_t left = until - clock_monotonic_ms();
        if (left <= 0 || child->too_much)
            return false;
        await_news(child, left);
        bool exited = has_exited(child);
        drain(child, CHILD_OUT, child->output);
        drain(child, CHILD_ERR, &child->errors);
        if (exited)
            return true;
    }
}

/* What is shown of stderr: its first line or so. */
static const char *shown(struct child *child)
{
    enum { SHOWN_MAX = 400 };
    struct buffer *errors = &child->errors;

    while (errors->length > 0 && errors->at[errors->length - 1] == '\n')
        errors->at[--errors->length] = 0;
    if (errors->length > SHOWN_MAX)
        errors->at[SHOWN_MAX] = 0;
    return errors->length == 0 ? "(nothing on stderr)" : buffer_string(errors);
}

/* 126 and 127 are what shells, and valgrind, say of what they cannot start. */
enum { CANNOT_START = 126 };

static enum fault judge(struct child *child, const char *name, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return FAULT_NONE;
    if (WIFEXITED(status))
        return fault_say(WEXITSTATUS(status) < CANNOT_START ? FAULT_DENIED
                                                            : FAULT_HOOK,
                         "command \"%.100s\" exited with %d: %s", name,
                         WEXITSTATUS(status), shown(child));
    return fault_say(FAULT_HOOK, "command \"%.100s\" died of signal %d: %s",
                     name, WTERMSIG(status), shown(child));
}

static enum fault finish(struct child *child, const char *name, int deadline_ms)
{
    bool exited = await_exit(child, deadline_ms);
    int status = 0;

    if (!exited) {
        kill(-child->pid, SIGKILL);
        kill(child->pid, SIGKILL);
    }
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child->too_much)
        return fault_say(FAULT_HOOK,
                         "command \"%.100s\" wrote more than %zu bytes", name,
                         child->output->limit);
    if (!exited)
        return fault_say(FAULT_HOOK,
                         "command \"%.100s\" was killed, it took more than %d "
                         "ms (limits.answer_ms; of hooks.restart, "
                         "limits.restart_ms): %s",
                         name, deadline_ms, shown(child));
    return judge(child, name, status);
}

static const char *mend_of(int error)
{
    switch (error) {
    case ENOENT: return ": name it by its path, or put it into PATH";
    case EACCES: return ": make it executable";
    default: return "";
    }
}

enum fault command_run(const char *const *argv, const char *folder,
                       int deadline_ms, struct buffer *output)
{
    struct child child = { .fds = { -1, -1, -1 }, .output = output };
    enum fault fault;

    buffer_init(&child.errors, ERRORS_MAX);
    int error = start(&child, argv, folder);
    if (error != 0)
        fault = fault_say(FAULT_HOOK, "command \"%.100s\": %s%s", argv[0],
                          strerror(error), mend_of(error));
    else
        fault = finish(&child, argv[0], deadline_ms);
    for (int i = 0; i < CHILD_FDS; i++)
        close_fd(&child.fds[i]);
    buffer_deinit(&child.errors);
    return fault;
}
