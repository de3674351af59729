/* Fuzzes the reader of the opening handshake (libFuzzer). Whole and byte by
 * byte must agree, and what is legal must keep what it promises. */
#include "shell/handshake.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_legal(const struct handshake *handshake)
{
    struct header headers[HEADERS_MAX];
    struct request request;
    char answer[ANSWER_SIZE];

    handshake_request(handshake, "peer", headers, &request);
    require(request.path.length > 0 && request.path.at[0] == '/');
    require(request.path.length <= PATH_BYTES_MAX);
    require(request.query.length <= QUERY_BYTES_MAX);
    for (size_t i = 0; i < request.header_count; i++) {
        struct text value = headers[i].value;
        require(headers[i].name.length > 0);
        require(memchr(value.at, '\r', value.length) == NULL);
        require(memchr(value.at, '\n', value.length) == NULL);
        require(memchr(value.at, '\0', value.length) == NULL);
    }
    size_t written = handshake_write_accept(handshake, NULL, answer);
    require(written > 0 && written == strlen(answer));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct handshake whole = { 0 };
    struct handshake slow = { 0 };
    size_t taken = handshake_feed(&whole, (const char *)bytes, length);
    size_t crawled = 0;

    for (size_t i = 0; i < length; i++)
        crawled += handshake_feed(&slow, (const char *)bytes + i, 1);
    require(taken == crawled && whole.status == slow.status);
    require(whole.size <= HANDSHAKE_BYTES_MAX);
    require(whole.status == HANDSHAKE_UNFINISHED ||
            whole.status == HANDSHAKE_LEGAL ||
            (whole.status >= 400 && whole.status < 600));
    if (whole.status == HANDSHAKE_LEGAL)
        check_legal(&whole);
    handshake_deinit(&whole);
    handshake_deinit(&slow);
    return 0;
}
