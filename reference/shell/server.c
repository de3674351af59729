/* Start, turn, stop: everything around one libuv loop. */
#include "shell/server.h"
#include "core/policy.h"
#include "shell/clock.h"
#include "shell/control.h"
#include "shell/shared.h"
#include <libwebsockets.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Wall time may be set forward while we wait for an expiry: look again after
 * this long at the latest. */
enum { LONGEST_WAIT_MS = 1000 };

static int64_t at_least(int64_t value, int64_t floor)
{
    return value < floor ? floor : value;
}

/* Milliseconds until the next deadline of all; INT64_MAX when there is none. */
static int64_t next_wait_ms(const struct server *server)
{
    int64_t now_ms = clock_steady_ms();
    int64_t tick_ms = node_wait_ms(server->node, clock_wall_ms());
    int64_t deadline_ms = sessions_next_deadline(&server->sessions);
    int64_t wait_ms = INT64_MAX;

    if (server->stopping && server->stop_ms < deadline_ms)
        deadline_ms = server->stop_ms;
    if (deadline_ms != INT64_MAX)
        wait_ms = at_least(deadline_ms - now_ms, 0);
    if (tick_ms < wait_ms)
        wait_ms = tick_ms;
    if (wait_ms != INT64_MAX && wait_ms > LONGEST_WAIT_MS)
        wait_ms = LONGEST_WAIT_MS;
    return wait_ms;
}

static void on_wake(uv_timer_t *timer)
{
    struct server *server = timer->data;

    node_ticked(server->node);
    sessions_sweep(&server->sessions);
    if (server->stopping && clock_steady_ms() >= server->stop_ms)
        uv_stop(&server->loop);
}

/* Whatever has happened since the last wait may have moved a deadline. */
static void on_turn(uv_prepare_t *turn)
{
    struct server *server = turn->data;
    int64_t wait_ms = next_wait_ms(server);

    if (wait_ms == INT64_MAX)
        uv_timer_stop(&server->wake);
    else
        uv_timer_start(&server->wake, on_wake, (uint64_t)wait_ms, 0);
}

void server_session_gone(struct server *server)
{
    if (server->stopping && server->sessions.count == 0)
        uv_stop(&server->loop);
}

/* A second signal does not wait for anybody. */
static void on_signal(uv_signal_t *signal, int number)
{
    struct server *server = signal->data;

    (void)number;
    if (server->stopping || server->sessions.count == 0)
        uv_stop(&server->loop);
    if (server->stopping)
        return;
    server->stopping = true;
    server->stop_ms = clock_steady_ms() + GRACE_MS;
    sessions_abandon_handshakes(&server->sessions);
    node_shutdown(server->node);
}

static void loop_open(struct server *server)
{
    uv_loop_init(&server->loop);
    uv_prepare_init(&server->loop, &server->turn);
    uv_timer_init(&server->loop, &server->wake);
    uv_signal_init(&server->loop, &server->terminate);
    uv_signal_init(&server->loop, &server->interrupt);
    server->turn.data = server;
    server->wake.data = server;
    server->terminate.data = server;
    server->interrupt.data = server;
    uv_prepare_start(&server->turn, on_turn);
    uv_signal_start(&server->terminate, on_signal, SIGTERM);
    uv_signal_start(&server->interrupt, on_signal, SIGINT);
}

/* One more signal while we end must not turn an orderly end into a death by
 * signal: from here on they stay pending until the process is gone. */
static void hold_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

/* On a loop of ours libwebsockets goes in two steps: the first call begins to
 * close its handles, and once the loop has seen them off the second frees. */
static void loop_close(struct server *server)
{
    uv_close((uv_handle_t *)&server->turn, NULL);
    uv_close((uv_handle_t *)&server->wake, NULL);
    uv_close((uv_handle_t *)&server->terminate, NULL);
    uv_close((uv_handle_t *)&server->interrupt, NULL);
    if (server->context != NULL)
        lws_context_destroy(server->context);
    while (uv_run(&server->loop, UV_RUN_NOWAIT) != 0)
        ;
    if (server->context != NULL)
        lws_context_destroy(server->context);
    uv_loop_close(&server->loop);
}

static int complain(const char *what, const char *path, int status)
{
    fprintf(stderr, "wsconform-reference: %s%s%s\n", what,
            path == NULL ? "" : ": ", path == NULL ? "" : path);
    return status;
}

/* The token is the file's first line. */
static int read_control_token(struct server *server)
{
    const char *path = server->options.control_token_file;
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    char *token = server->control_token;

    if (path == NULL)
        return 0;
    if (file == NULL)
        return complain("cannot read the control token", path, 2);
    if (fgets(token, CONTROL_TOKEN_MAX + 1, file) == NULL)
        token[0] = '\0';
    fclose(file);
    token[strcspn(token, "\r\n")] = '\0';
    if (strlen(token) < CONTROL_TOKEN_MIN)
        return complain("a control token has at least 16 characters", path, 2);
    return 0;
}

/* Says so where that is fewer than was asked for. */
static size_t connections_of(struct server *server, size_t asked)
{
    size_t max = server->sessions.max - server->sessions.max / 8;
    char line[128];

    if (asked <= max)
        return asked;
    snprintf(line, sizeof(line),
             "connections: at most %zu, not %zu, of %zu descriptors", max,
             asked, server->descriptors.limit);
    logfile_say(&server->log, line);
    return max;
}

static struct core *new_core(void *self)
{
    struct server *server = self;
    struct port port = server_port(server);
    struct settings settings = options_settings(&server->options);

    if (server->shared == NULL) /* else all servers must count alike */
        settings.connections_max =
            connections_of(server, settings.connections_max);
    server->crowd.max = settings.strangers_max;
    server->crowd.exempt = settings.trusted_proxy;
    return core_new(&secure_policy, &port, &settings);
}

static int64_t steady_ms(void *self)
{
    (void)self;
    return clock_steady_ms();
}

static void abandon(void *self)
{
    struct server *server = self;

    sessions_turn_away(&server->sessions);
    control_look_again(server);
    shared_drop(server->shared);
}

static void pong(void *self, connection_id id, struct text payload)
{
    struct server *server = self;
    struct session *session = sessions_find(&server->sessions, id);

    if (session != NULL)
        session_pong(session, payload);
}

static void came_back(void *self, connection_id id)
{
    struct server *server = self;
    struct session *session = sessions_find(&server->sessions, id);

    if (session != NULL)
        session_came_back(session);
    control_look_again(server);
}

static void say(void *self, const char *line)
{
    struct server *server = self;

    logfile_say(&server->log, line);
}

static struct node *new_node(struct server *server)
{
    struct surroundings surroundings = {
        .new_core = new_core,
        .steady_ms = steady_ms,
        .abandon = abandon,
        .pong = pong,
        .came_back = came_back,
        .say = say,
        .settings = shared_settings(server->shared),
        .self = server,
    };
    struct patience patience = { BEAT_MS, DEAD_MS, LOG_MS };

    return node_new(&surroundings, shared_log(server->shared), &patience);
}

static bool announce_listeners(const struct server *server, int announce)
{
    char line[PATH_MAX + 256];
    int length = listeners_describe(server, line, sizeof(line));

    return length > 0 && (size_t)length < sizeof(line) &&
           write(announce, line, (size_t)length) == length;
}

static void on_patience(uv_timer_t *timer)
{
    bool *is_over = timer->data;

    *is_over = true;
}

/* Who is told where we listen may dial at once, unless what we share with
 * others cannot be had: then it is told that. */
static void wait_until_ready(struct server *server)
{
    uv_timer_t timer;
    bool is_over = node_is_ready(server->node);

    uv_timer_init(&server->loop, &timer);
    timer.data = &is_over;
    uv_timer_start(&timer, on_patience, LOG_MS, 0);
    while (!is_over && !server->stopping && !node_is_ready(server->node))
        uv_run(&server->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&server->loop, UV_RUN_NOWAIT);
}

static int serve(struct server *server, int announce)
{
    int status = 1;

    loop_open(server);
    if (listeners_open(server)) {
        shared_begin(server->shared, server->node);
        wait_until_ready(server);
        if (announce_listeners(server, announce)) {
            uv_run(&server->loop, UV_RUN_DEFAULT);
            status = 0;
        } else {
            complain("cannot say where it listens", NULL, 1);
        }
    }
    server->stopping = true;
    hold_signals();
    listeners_forget(server);
    listeners_close(server);
    shared_end(server->shared);
    loop_close(server);
    return status;
}

/* Of `rooms` alone, whose state an event of the log may rebuild. */
static bool is_shared(const struct options *options)
{
    return options->served == SERVES_ROOMS &&
           (options->store != NULL || options->database != NULL);
}

static int start(struct server *server, int announce)
{
    const char *why;
    int status = read_control_token(server);

    if (status != 0)
        return status;
    if (server->descriptors.sessions == 0)
        return complain("too few descriptors; raise RLIMIT_NOFILE", NULL, 1);
    if (!logfile_open(&server->log, server->options.log))
        return complain("cannot open the log", server->options.log, 2);
    keyfile_init(&server->keys, server->options.keys);
    if (keyfile_keyring(&server->keys, &why) == NULL)
        logfile_say(&server->log, why); /* it may still come */
    if (server->options.served == SERVES_POS) {
        server->store = store_open(server->options.database, &why);
        if (server->store == NULL)
            return complain(why, server->options.database, 2);
    }
    if (is_shared(&server->options)) {
        server->shared = shared_new(server, &why);
        if (server->shared == NULL)
            return complain(why, NULL, 2);
    }
    server->node = new_node(server);
    if (server->node == NULL)
        return complain("out of memory", NULL, 1);
    return serve(server, announce);
}

int server_run(const struct options *options, int announce)
{
    struct server *server = calloc(1, sizeof(*server));

    if (server == NULL)
        return complain("out of memory", NULL, 1);
    server->options = *options;
    server->log.fd = -1;
    server->descriptors = descriptors_share();
    sessions_init(&server->sessions, server->descriptors.sessions < SESSIONS_MAX
                                         ? server->descriptors.sessions
                                         : SESSIONS_MAX);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a log at its limit is a lost line */
    lws_set_log_level(LLL_ERR, NULL);

    int status = start(server, announce);
    shared_free(server->shared);
    node_free(server->node);
    store_close(server->store);
    keyfile_deinit(&server->keys);
    logfile_close(&server->log);
    deflate_cache_deinit(&server->deflated);
    OPENSSL_cleanse(server->control_token, sizeof(server->control_token));
    free(server);
    return status;
}
