/* Manifests for tests: read from text, from files in a folder of their own,
 * and judged by Python, which shares no line with us. */
#ifndef TESTS_MANIFEST_WORLD_H
#define TESTS_MANIFEST_WORLD_H

#include "adapter.h"
#include "check_program.h"
#include "manifest/manifest.h"
#include "spec.h"
#include <cJSON.h>
#include <string.h>

/* unistd.h, behind these two, has a revoke of its own. */
#define revoke revoke_of_terminals
#include <spawn.h>
#include <sys/wait.h>
#undef revoke

#define SECRET "0123456789abcdef0123456789abcdef"

/* One that says something of everything. */
#define FULL_MANIFEST                                                          \
    "\xef\xbb\xbf{ /* a target */ \"extends\": \"signals\", \"name\": "        \
    "\"t//\",\n"                                                               \
    "\"endpoint\": {\"url\": \"ws://127.0.0.1:8000/ws\", \"origin\": "         \
    "\"https://o\", \"ca_file\": \"ca.pem\",\n"                                \
    "  \"timezones\": {\"Asia/Tokyo\": \"wss://[::1]/ws\", \"UTC\": "          \
    "\"ws+unix:///s:/ws\"}},\n"                                                \
    "\"credential\": {\"keys\": [{\"alg\": \"HS256\", \"secret\": \"" SECRET   \
    "\"}], \"max_lifetime_s\": 0, \"roles\": {\"default\": \"guest\"},\n"      \
    "  \"claims\": {\"aud\": [\"{role}\"]}},\n"                                \
    "\"refusals\": {\"missing\": [{\"http\": 401}, {\"close\": 1005, "         \
    "\"widened\": \"no code in its library\"}]},\n"                            \
    "\"other_closes\": [],\n"                                                  \
    "\"messages\": {\"signal\": {\"event\": {\"t\": \"{text}\"}}},\n"          \
    "\"capabilities\": {\"log\": false},\n"                                    \
    "\"hooks\": {\"publish\": {\"url\": \"{control}/p\", \"headers\": "        \
    "{\"A\": \"B {pw}\", \"C\": \"\"}, \"body\": \"{\\\"text\\\":"             \
    "\\\"{text}\\\"}\"},\n"                                                    \
    "  \"break_decoder\": {\"command\": [\"mv\", \"{pw}\", \"{what}\"]},\n"    \
    "  \"log_file\": \"{pw}.log\"},\n"                                         \
    "\"vars\": {\"control\": \"http://c\", \"pw\": \"s3\"} } // end"

/* One that says what only the newer systems have. */
#define TENANTS_MANIFEST                                                       \
    "{\"extends\": \"pos\", \"name\": \"t\", \"endpoint\": {"                  \
    "\"url\": \"ws://127.0.0.1:8000\", \"proxy\": \"127.0.0.9\",\n"            \
    " \"tight\": {\"url\": \"ws://127.0.0.1:8001\", \"attempts\": 29}},\n"     \
    "\"credential\": {\"carriers\": [{\"first_message\": true}, {\"query\": "  \
    "\"t\"}], \"roles\": {\"mallory\": \"thief\"}},\n"                         \
    "\"refusals\": {\"forbidden\": [{\"http\": 404}, {\"close\": 1011, "       \
    "\"message\": {\"at\": \"{time}\"}, \"widened\": \"its library\"}]},\n"    \
    "\"messages\": {\"welcome\": {\"hello\": \"{user}\"}},\n"                  \
    "\"orders\": {\"statuses\": [\"new\", \"old\"]},\n"                        \
    "\"limits\": {\"strangers\": 0}, \"capabilities\": {\"strangers\": "       \
    "false},\n"                                                                \
    "\"hooks\": {\"publish_to\": {\"url\": \"http://c/{tenant}\", \"body\": "  \
    "\"{text}\"},\n"                                                           \
    " \"tenant\": {\"command\": [\"t\", \"{tenant}\", \"{active}\"]},\n"       \
    " \"user\": {\"command\": [\"{user}\", \"{role}\", \"{tenant}\"]},\n"      \
    " \"remove_user\": {\"command\": [\"rm\", \"{user}\"]},\n"                 \
    " \"order\": {\"command\": [\"{order}{tenant}{status}\"]},\n"              \
    " \"break_store\": {\"command\": [\"bs\"]},\n"                             \
    " \"mend_store\": {\"command\": [\"ms\"]},\n"                              \
    " \"break_monitor\": {\"command\": [\"bm\"]},\n"                           \
    " \"mend_monitor\": {\"command\": [\"mm\", \"{what}\"]},\n"                \
    " \"ask_without_context\": {\"url\": \"http://c/a\"}}}"

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

static inline struct manifest *good_profile(const char *name)
{
    struct buffer errors;

    buffer_init(&errors, 1024 * 1024);
    struct manifest *manifest = manifest_read_profile(name, NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
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

static inline void says(const char *label, const char *errors, const char *want)
{
    ck_assert_msg(strcmp(errors, want) == 0, "%s\n  want: %s\n  got:  %s",
                  label, want, errors);
}

/* Runs a file of Python's with `input` on its stdin. 0: it is satisfied. Tests
 * run at the root of the tree. */
static inline int run_python(const char *program, const char *input)
{
    char *const argv[] = { "/usr/bin/python3", "-W", "ignore", (char *)program,
                           NULL };
    char *const environment[] = { NULL };
    posix_spawn_file_actions_t actions;
    FILE *file = tmpfile();
    int status = -1;
    pid_t child;

    must(file != NULL && fputs(input, file) >= 0, "a file for Python");
    rewind(file);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(file), 0);
    must(posix_spawn(&child, argv[0], &actions, NULL, argv, environment) == 0,
         "Python");
    must(waitpid(child, &status, 0) == child, "its end");
    posix_spawn_file_actions_destroy(&actions);
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Whatever may be said beside the messages, and every way to be refused. */
#define DIALOGUE_MANIFEST                                                      \
    "{\"extends\":\"signals\",\"refusals\":{\"invalid\":["                     \
    "{\"close\":4001,\"reason_like\":\"^In\"},"                                \
    "{\"http\":403,\"body_like\":\"denied\"},"                                 \
    "{\"end\":\"rst\",\"widened\":\"a\"},"                                     \
    "{\"open\":true,\"message\":{\"denied\":\"{any}\"},\"widened\":\"b\"}]},"  \
    "\"dialogue\":{\"greeting\":[{\"hello\":{\"$regex\":\"^v[0-9]+ (.*)$\","   \
    "\"$as\":\"sid\"}}],\"joining\":[{\"send\":[\"join\",\"{sid}\",\"{id}\"]," \
    "\"answer\":[\"joined\",\"{id}\",\"{room}\"]},"                            \
    "{\"send\":{\"ready\":\"{room}\",\"as\":\"{user}\"}}],"                    \
    "\"heartbeats\":[{\"on\":{\"ping\":\"{n}\"},\"send\":{\"pong\":\"{n}\"}}," \
    "{\"on\":{\"tick\":\"{any}\"}}],"                                          \
    "\"allowed\":[{\"said\":{\"type\":\"ping\"},\"answer\":{\"pong\":1}}]}}"

#endif
