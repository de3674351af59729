/* Feeds arbitrary lines as those of a child: what is taken fits, is taken again
 * when it is written anew, and of a socket that is over nothing is told. */
#include "pipe/internal.h"
#include <cJSON.h>
#include <stdlib.h>

enum { SOCKETS = 3, CONTENT_MAX = 1024 * 1024, WIRES = 128 };

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

static void read_again(const struct saying *saying)
{
    char *text = cJSON_PrintUnformatted(saying->tree);
    struct saying again;

    MUST(text != NULL);
    MUST(saying_read(&again, bytes_of_string(text)) == FAULT_NONE);
    MUST(again.kind == saying->kind);
    for (int i = 0; i < SAYING_MEMBERS; i++)
        MUST(saying_has(saying, (enum saying_member)i) ==
             saying_has(&again, (enum saying_member)i));
    saying_deinit(&again);
    cJSON_free(text);
}

static void read_content(const struct saying *saying)
{
    struct buffer content;

    if (saying->kind != SAYS_TEXT && saying->kind != SAYS_BINARY)
        return;
    buffer_init(&content, CONTENT_MAX);
    MUST(saying_content(saying, &content) == FAULT_NONE);
    buffer_deinit(&content);
}

static void feed(struct implementation *one, struct bytes line)
{
    struct saying saying;

    if (saying_read(&saying, line) == FAULT_NONE) {
        read_again(&saying);
        read_content(&saying);
        if (saying_has(&saying, HAS_SOCKET))
            take_event(one, &saying);
    }
    saying_deinit(&saying);
}

static void check_told(struct implementation *one)
{
    bool over[SOCKETS + 1] = { false };
    struct event event;

    while (events_take(&one->events, &event)) {
        MUST(event.socket >= 1 && event.socket <= SOCKETS);
        MUST(!over[event.socket]);
        over[event.socket] = event.kind == EVENT_GONE;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says what the child does itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct implementation one = { .now_ms = 1000, .settled_ms = 500 };
    size_t at = 1;

    if (size == 0)
        return 0;
    one.introduction.wire = data[0] % WIRES;
    one.introduction.is_virtual = data[0] >= WIRES;
    buffer_init(&one.waiting_pings, CONTENT_MAX);
    for (unsigned i = 1; i <= SOCKETS; i++)
        MUST(sockets_open(&one, i, NULL) == FAULT_NONE);
    while (at < size) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - data) - at;
        feed(&one, bytes_of(data + at, length));
        at += length + 1;
    }
    MUST(after_settling(&one) == FAULT_NONE);
    check_told(&one);
    sockets_clear(&one);
    buffer_deinit(&one.waiting_pings);
    free(one.sockets);
    return 0;
}
