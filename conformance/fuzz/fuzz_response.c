/* Feeds arbitrary bytes as the answer to a handshake, whole and byte by byte:
 * the outcome must be the same, and within its ceilings. */
#include "net/handshake.h"
#include "net/response.h"
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

static enum answer read_answer(struct response *response, const uint8_t *data,
                               size_t size, size_t piece, size_t *used)
{
    enum answer answer = ANSWER_MORE;

    *used = 0;
    while (answer == ANSWER_MORE && *used < size) {
        size_t length = size - *used < piece ? size - *used : piece;
        struct bytes from = bytes_of(data + *used, length);
        answer = response_read(response, &from);
        MUST(answer != ANSWER_MORE || from.length == 0);
        *used += length - from.length;
    }
    return answer == ANSWER_MORE ? response_end(response) : answer;
}

static void check(const struct response *response, enum answer answer)
{
    MUST(response->head.length <= RESPONSE_HEAD_MAX);
    MUST(response->body.length <= RESPONSE_BODY_MAX);
    switch (answer) {
    case ANSWER_ACCEPTED:
        MUST(response->status == 101 && response->said.accept_is_right);
        MUST(response->subprotocol[0] == 0 ||
             strcmp(response->subprotocol, "a") == 0 ||
             strcmp(response->subprotocol, "b.c") == 0);
        break;
    case ANSWER_REJECTED:
        MUST(response->status >= 200 && response->status <= 599);
        break;
    case ANSWER_VIOLATION: MUST(response->violation[0] != 0); break;
    case ANSWER_MORE:
    case ANSWER_STARVED: abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct terms terms = { "dGhlIHNhbXBsZSBub25jZQ==", "a, b.c", "x; y=1",
                           NULL };
    struct response whole;
    struct response bytewise;
    size_t used;
    size_t used_bytewise;

    response_init(&whole, terms);
    response_init(&bytewise, terms);
    enum answer answer = read_answer(&whole, data, size, size + 1, &used);
    MUST(answer == read_answer(&bytewise, data, size, 1, &used_bytewise));
    check(&whole, answer);
    MUST(used == used_bytewise);
    MUST(strcmp(whole.violation, bytewise.violation) == 0);
    MUST(strcmp(buffer_string(&whole.body), buffer_string(&bytewise.body)) ==
         0);
    response_deinit(&whole);
    response_deinit(&bytewise);
    return 0;
}
