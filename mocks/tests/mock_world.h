/* A mock in a fresh world for each test, and what its events tell in words. */
#ifndef MOCKS_TESTS_MOCK_WORLD_H
#define MOCKS_TESTS_MOCK_WORLD_H

#include "adapter.h"
#include "check_program.h"
#include "core/core.h"
#include "lab.h"
#include "manifest/minter.h"
#include "spec.h"
#include <cJSON.h>

static struct manifest *manifest;
static struct lab *lab;
static struct adapter *adapter;
static char told[4096]; /* all events since the last look, in words */

static inline const struct mutant *mutant_named(const char *name)
{
    for (size_t i = 0; name != NULL && i < mutants_size; i++)
        if (strcmp(mutants[i].name, name) == 0)
            return &mutants[i];
    ck_assert_msg(name == NULL, "no mutant %s", name);
    return NULL;
}

static inline void begin_with(const char *mutant)
{
    struct buffer errors;

    buffer_init(&errors, 65536);
    manifest = manifest_read_profile("signals", NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    lab = lab_new(manifest);
    ck_assert_msg(lab != NULL, "%s", fault_reason());
    adapter = adapter_mock_new(lab, mutant_named(mutant), 1);
    ck_assert_msg(adapter != NULL, "%s", fault_reason());
}

static inline void begin(void)
{
    begin_with(NULL);
}

static inline void finish(void)
{
    adapter_free(adapter);
    lab_free(lab);
    manifest_free(manifest);
}

static inline void begin_again_with(const char *mutant)
{
    finish();
    begin_with(mutant);
}

static inline const char *describe(const struct event *event, char *into,
                                   size_t size)
{
    static const char *const endings[] = { "fin", "reset", "ours",
                                           "unreached" };
    int length = (int)event->data.length;
    const char *data = length == 0 ? "" : (const char *)event->data.at;

    switch (event->kind) {
    case EVENT_ACCEPTED: snprintf(into, size, "accepted"); break;
    case EVENT_REJECTED:
        snprintf(into, size, "rejected %d", event->status);
        break;
    case EVENT_TEXT: snprintf(into, size, "text %.*s", length, data); break;
    case EVENT_BINARY: snprintf(into, size, "binary"); break;
    case EVENT_PONG: snprintf(into, size, "pong %.*s", length, data); break;
    case EVENT_CLOSED:
        snprintf(into, size, "closed %d %.*s", event->code, length, data);
        break;
    case EVENT_GONE:
        snprintf(into, size, "gone %s", endings[event->ending]);
        break;
    case EVENT_VIOLATION: snprintf(into, size, "violation"); break;
    case EVENT_DEVIATION: snprintf(into, size, "deviation"); break;
    }
    return into;
}

/* Takes all events: "1 accepted; 1 closed 1008 …; ". */
static inline const char *all_told(void)
{
    size_t length = 0;
    struct event event;
    char words[512];

    told[0] = 0;
    while (adapter->ops->next_event(adapter->self, &event, 0) == 1 &&
           length < sizeof(told) - sizeof(words))
        length += (size_t)snprintf(told + length, sizeof(told) - length,
                                   "%u %s; ", event.socket,
                                   describe(&event, words, sizeof(words)));
    return told;
}

static inline char *query_with(struct token token, const char *role)
{
    struct minting why = {
        .user = "alice",
        .role = role,
        .jti = "j-1",
        .now_ms = adapter->ops->now_ms(adapter->self),
    };
    char *minted = token_mint(manifest, &why, &token);
    char *query = NULL;

    ck_assert_msg(minted != NULL, "%s", fault_reason());
    ck_assert_int_gt(asprintf(&query, "token=%s", minted), 0);
    free(minted);
    return query;
}

static inline enum fault open_as(unsigned socket, const struct opening *opening)
{
    return adapter->ops->open(adapter->self, socket, opening);
}

static inline void open_query(unsigned socket, const char *query)
{
    struct opening opening = { .query = query, .source = "127.8.0.3" };

    ck_assert_int_eq(open_as(socket, &opening), FAULT_NONE);
}

static inline void open_member(unsigned socket, long expires_in_s)
{
    char *query = query_with(TOKEN(.expires_in_s = expires_in_s), "publisher");

    open_query(socket, query);
    free(query);
}

static inline void send_text(unsigned socket, const char *text)
{
    ck_assert_int_eq(adapter->ops->send(adapter->self, socket, SEND_TEXT, 0,
                                        bytes_of_string(text)),
                     FAULT_NONE);
}

static inline cJSON *look(void)
{
    cJSON *tree = NULL;

    ck_assert_int_eq(adapter->ops->inspect(adapter->self, 0, &tree),
                     FAULT_NONE);
    return tree;
}

static inline int count_in(const char *list)
{
    cJSON *tree = look();
    int count =
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, list));

    cJSON_Delete(tree);
    return count;
}

#define REFUSED_AS(reason) "1 accepted; 1 closed 1008 " reason "; 1 gone fin; "
#define MISSING            "Authentication required"
#define INVALID            "Invalid or expired token"

#endif
