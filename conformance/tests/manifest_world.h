/* Manifests for tests: read from text, from files in a folder of their own,
 * and judged by Python, which shares no line with us. */
#ifndef TESTS_MANIFEST_WORLD_H
#define TESTS_MANIFEST_WORLD_H

#include "adapter.h"
#include "check_program.h"
#include "manifest/manifest.h"
#include "spec.h"
#include <cJSON.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "0123456789abcdef0123456789abcdef"

static inline void must(bool holds, const char *what)
{
    ck_assert_msg(holds, "%s", what);
}

/* The manifest, or NULL; what is said of it goes into `errors`. */
static inline struct manifest *read_bytes(struct bytes text, char **errors)
{
    struct buffer buffer;

    buffer_init(&buffer, 1024 * 1024);
    struct manifest *manifest = manifest_read("t.json", text, NULL, &buffer);
    *errors = buffer_take(&buffer);
    return manifest;
}

static inline struct manifest *good_file(const char *path, const char *overlay)
{
    struct buffer errors;
    cJSON *over = overlay == NULL ? NULL : cJSON_Parse(overlay);

    buffer_init(&errors, 1024 * 1024);
    struct manifest *manifest =
        path == NULL ? manifest_read_profile("signals", over, &errors)
                     : manifest_read_file(path, over, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    ck_assert_uint_eq(errors.length, 0);
    buffer_deinit(&errors);
    cJSON_Delete(over);
    return manifest;
}

static inline struct manifest *good_text(const char *text)
{
    char *errors = NULL;
    struct manifest *manifest = read_bytes(bytes_of_string(text), &errors);

    ck_assert_msg(manifest != NULL, "%s", errors);
    free(errors);
    return manifest;
}

/* A line of errors without its folder: files of a test lie anywhere. */
static inline void says(const char *label, const char *errors, const char *want)
{
    ck_assert_msg(strcmp(errors, want) == 0, "%s\n  want: %s\n  got:  %s",
                  label, want, errors);
}

/* Runs a program of Python's with what `input` holds on its stdin. 0: it is
 * satisfied. */
static inline int run_python(const char *program, const char *input)
{
    FILE *file = tmpfile();
    int status = 0;

    must(file != NULL && fputs(input, file) >= 0 && fflush(file) == 0,
         "a file for Python");
    pid_t child = fork();
    if (child == 0) {
        rewind(file);
        dup2(fileno(file), STDIN_FILENO);
        execl("/usr/bin/python3", "python3", "-W", "ignore", "-c", program,
              (char *)NULL);
        _exit(127);
    }
    must(child > 0 && waitpid(child, &status, 0) == child, "a child");
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
