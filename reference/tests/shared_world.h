/* Servers of `rooms` that share a Redis, or keep a file, and members of them.
 * Whoever waits waits for a frame. */
#ifndef SHARED_WORLD_H
#define SHARED_WORLD_H

#include "tests/shell_world.h"
#include <ftw.h>
#include <sys/stat.h>

/* --- Members -------------------------------------------------------------- */

static inline void ask_in(struct client client, const char *user,
                          const char *room)
{
    char target[1200] = "/rooms?token=";
    char query[80];

    mint_for(user, 60, target + strlen(target));
    snprintf(query, sizeof(query), "&room=%s", room);
    strncat(target, query, sizeof(target) - strlen(target) - 1);
    ask(client, target);
}

/* The next text; or the code of a Close, whose frame is eaten; 0: the end. */
static inline int hear_next(struct client client, char text[HEARD_SIZE])
{
    size_t length;
    uint8_t first = hear_frame(client, text, &length);

    if (first == 0x88)
        return (uint8_t)text[0] << 8 | (uint8_t)text[1];
    return 0;
}

/* Frames up to one that holds this; a Close fails. */
static inline void hear_text(struct client client, const char *wanted)
{
    static char text[HEARD_SIZE];

    do {
        int code = hear_next(client, text);
        ck_assert_msg(code == 0, "closed with %d before %s", code, wanted);
    } while (strstr(text, wanted) == NULL);
}

static inline int hear_close(struct client client)
{
    static char text[HEARD_SIZE];
    int code;

    do
        code = hear_next(client, text);
    while (code == 0);
    return code;
}

/* Inside `room`; or the code that it was turned away with. */
static inline int try_room(const struct world *world, const char *user,
                           const char *room, struct client *client)
{
    static char text[HEARD_SIZE];
    char head[1024];
    int code;

    *client = dial(world->port);
    ask_in(*client, user, room);
    hear_head(*client, head, sizeof(head));
    ck_assert_msg(strncmp(head, "HTTP/1.1 101 ", 13) == 0, "%s", head);
    do
        code = hear_next(*client, text);
    while (code == 0 && strstr(text, "\"joined\"") == NULL &&
           strstr(text, "\"error\"") == NULL);
    if (code != 0)
        hang_up(*client);
    return code;
}

static inline struct client enter_room(const struct world *world,
                                       const char *user, const char *room)
{
    struct client client;

    ck_assert_int_eq(try_room(world, user, room, &client), 0);
    return client;
}

/* Tries until it is let in: who has lost what is shared gets it again. */
static inline struct client enter_again(const struct world *world,
                                        const char *user, const char *room)
{
    int64_t end_ms = clock_steady_ms() + WORLD_WAIT_MS;
    struct client client;
    int code;

    while ((code = try_room(world, user, room, &client)) != 0) {
        ck_assert_int_eq(code, 1013);
        ck_assert_msg(clock_steady_ms() < end_ms, "never admitted again");
    }
    return client;
}

static inline void say_text(struct client client, const char *text)
{
    say_frame(client, 0x81, text, strlen(text));
}

/* --- Servers -------------------------------------------------------------- */

static inline struct options shared_prepare(struct world *world,
                                            const char *store)
{
    struct options options = world_prepare(world);

    options.served = SERVES_ROOMS;
    options.store = store;
    return options;
}

static inline void kill_server(struct world *world)
{
    kill(world->pid, SIGKILL);
    waitpid(world->pid, NULL, 0);
    world->pid = 0;
}

static inline int remove_one(const char *path, const struct stat *status,
                             int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(path);
}

static inline void remove_tree(const char *path)
{
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* With all that stands in its folder. It ends in order, if it is there. */
static inline void end_server(struct world *world)
{
    int status = 0;

    if (world->pid != 0) {
        kill(world->pid, SIGTERM);
        waitpid(world->pid, &status, 0);
    }
    remove_tree(world->folder);
    ck_assert_int_eq(status, 0);
}

static inline bool log_holds(const struct world *world, const char *text)
{
    static char log[HEARD_SIZE];
    FILE *file = fopen(world->log, "re");

    ck_assert_ptr_nonnull(file);
    size_t length = fread(log, 1, sizeof(log) - 1, file);
    fclose(file);
    log[length] = 0;
    return strstr(log, text) != NULL;
}

/* --- Redis ---------------------------------------------------------------- */

struct redis {
    pid_t pid;
    int port;
    char folder[64];
    char url[64];
};

static inline int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static inline void redis_exec(const struct redis *redis, int out)
{
    char port[16];

    snprintf(port, sizeof(port), "%d", redis->port);
    dup2(out, STDOUT_FILENO);
    execlp("redis-server", "redis-server", "--bind", "127.0.0.1", "--port",
           port, "--dir", redis->folder, "--save", "", "--appendonly", "yes",
           "--appendfsync", "no", (char *)NULL); /* no power is lost */
    _exit(127);
}

/* It says so when it is ready. */
static inline void redis_wait(int out)
{
    static char text[HEARD_SIZE];
    size_t length = 0;

    do {
        ck_assert_msg(wait_readable(out), "redis-server does not begin");
        ssize_t got = read(out, text + length, sizeof(text) - length - 1);
        ck_assert_msg(got > 0, "redis-server does not begin; is it installed? "
                               "ci/setup does that");
        length += (size_t)got;
        text[length] = 0;
    } while (strstr(text, "Ready to accept connections") == NULL);
}

static inline void redis_start(struct redis *redis)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    redis->pid = fork();
    if (redis->pid == 0)
        redis_exec(redis, ends[1]);
    close(ends[1]);
    redis_wait(ends[0]);
    close(ends[0]);
}

static inline struct redis redis_new(void)
{
    struct redis redis = { .folder = "/tmp/wsconform-XXXXXX" };

    ck_assert_ptr_nonnull(mkdtemp(redis.folder));
    redis.port = free_port();
    snprintf(redis.url, sizeof(redis.url), "redis://127.0.0.1:%d", redis.port);
    redis_start(&redis);
    return redis;
}

static inline void redis_kill(struct redis *redis)
{
    kill(redis->pid, SIGKILL);
    waitpid(redis->pid, NULL, 0);
}

static inline void redis_end(struct redis *redis)
{
    redis_kill(redis);
    remove_tree(redis->folder);
}

/* One command; its answer begins like this. */
static inline void redis_command(const struct redis *redis, const char *command,
                                 const char *answer)
{
    struct client client = dial(redis->port);
    char heard[1024];

    say(client, command, strlen(command));
    say(client, "\r\n", 2);
    heard[hear(client, heard, sizeof(heard) - 1)] = 0;
    ck_assert_msg(strncmp(heard, answer, strlen(answer)) == 0, "%s: %s",
                  command, heard);
    hang_up(client);
}

#endif
