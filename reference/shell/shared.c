#include "shell/shared.h"
#include "shell/file_log.h"
#include "shell/redis_log.h"
#include "shell/server.h"
#include <stdio.h>
#include <stdlib.h>

enum { SETTINGS_SIZE = 1024 };

/* One of the two. */
struct shared {
    struct redis_log *redis;
    struct file_log *file;
    uv_loop_t *loop;
    char settings[SETTINGS_SIZE];
};

/* --- Settings ------------------------------------------------------------- */

static void add_setting(char *into, const char *name, long long value)
{
    size_t length = strlen(into);

    snprintf(into + length, SETTINGS_SIZE - length, "%s=%lld ", name, value);
}

static void describe(const struct options *options, char *into)
{
    struct settings settings = options_settings(options);

    into[0] = 0;
#define LIMIT(member, name, lowest, of_settings)                               \
    add_setting(into, name, (long long)settings.of_settings);
#include "shell/limits.def"
#undef LIMIT
}

/* --- Either --------------------------------------------------------------- */

struct shared *shared_new(struct server *server, const char **why)
{
    const struct options *options = &server->options;
    struct shared *shared = calloc(1, sizeof(*shared));

    *why = "out of memory";
    if (shared == NULL)
        return NULL;
    shared->loop = &server->loop;
    describe(options, shared->settings);
    if (options->store != NULL)
        shared->redis = redis_log_new(options->store, why);
    else
        shared->file = file_log_new(options->database, why);
    if (shared->redis != NULL || shared->file != NULL)
        return shared;
    free(shared);
    return NULL;
}

const struct log *shared_log(struct shared *shared)
{
    if (shared == NULL)
        return NULL;
    return shared->redis != NULL ? redis_log_interface(shared->redis)
                                 : file_log_interface(shared->file);
}

const char *shared_settings(const struct shared *shared)
{
    return shared == NULL ? "" : shared->settings;
}

void shared_begin(struct shared *shared, struct node *node)
{
    if (shared == NULL)
        return;
    if (shared->redis != NULL)
        redis_log_begin(shared->redis, shared->loop, node);
    else
        file_log_begin(shared->file, shared->loop, node);
}

void shared_drop(struct shared *shared)
{
    if (shared == NULL)
        return;
    if (shared->redis != NULL)
        redis_log_drop(shared->redis);
    else
        file_log_drop(shared->file);
}

void shared_end(struct shared *shared)
{
    if (shared == NULL)
        return;
    if (shared->redis != NULL)
        redis_log_end(shared->redis);
    else
        file_log_end(shared->file);
}

void shared_free(struct shared *shared)
{
    if (shared == NULL)
        return;
    if (shared->redis != NULL)
        redis_log_free(shared->redis);
    else
        file_log_free(shared->file);
    free(shared);
}
