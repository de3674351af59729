/* Tests that wait, mostly for nothing to come: they wait together, each in a
 * process of its own, which tells what is wrong. */
#ifndef TESTS_SIDE_BY_SIDE_H
#define TESTS_SIDE_BY_SIDE_H

#include "base/buffer.h"
#include "check_program.h"
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 8, WRONG_MAX = 4 * 1024 * 1024 };

struct job {
    void (*run)(int index, struct buffer *wrong);
    int index;
    pid_t pid;
    int news; /* what is wrong; the end of it */
};

static inline void begin_job(struct job *job)
{
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    job->pid = fork();
    if (job->pid == 0) {
        struct buffer wrong;
        buffer_init(&wrong, WRONG_MAX);
        job->run(job->index, &wrong);
        ssize_t length = write(ends[1], wrong.at, wrong.length);
        _exit(length == (ssize_t)wrong.length ? 0 : 1);
    }
    close(ends[1]);
    job->news = ends[0];
}

static inline void end_job(const struct job *job, struct buffer *wrong)
{
    char chunk[4096];
    ssize_t length;
    int status = -1;

    while ((length = read(job->news, chunk, sizeof(chunk))) > 0)
        buffer_add(wrong, chunk, (size_t)length);
    close(job->news);
    waitpid(job->pid, &status, 0);
    if (status != 0)
        buffer_printf(wrong, "the test itself ended with %d\n", status);
}

static inline void run_jobs(struct job *jobs, size_t count)
{
    struct buffer wrong;

    buffer_init(&wrong, WRONG_MAX);
    for (size_t i = 0; i < count + AT_ONCE; i++) {
        if (i >= AT_ONCE)
            end_job(&jobs[i - AT_ONCE], &wrong);
        if (i < count)
            begin_job(&jobs[i]);
    }
    ck_assert_msg(wrong.length == 0, "%.3000s", buffer_string(&wrong));
    buffer_deinit(&wrong);
}

#endif
