/* A size beyond which a message is answered by an error, and no more. */
#include "bench/claims_internal.h"
#include "bench/layout.h"
#include "sizes.h"
#include <cJSON.h>
#include <stdlib.h>

static bool has_tight_limit(const struct bench *bench)
{
    return bench->manifest->tight_soft_bytes > 0 &&
           (bench->offers & TIGHT) != 0;
}

bool is_soft_at_tight(struct bench *bench)
{
    if (bench->manifest->soft_bytes > 0)
        return false;
    if (!bench->decided && !has_tight_limit(bench))
        decide(bench, NOT_APPLICABLE, "",
               "the manifest has no limits.soft_bytes, and there is no "
               "instance with tight limits that has them");
    return true;
}

size_t soft_bytes(struct bench *bench)
{
    size_t own = bench->manifest->soft_bytes;

    return own > 0 ? own : bench->manifest->tight_soft_bytes;
}

size_t hard_bytes(struct bench *bench)
{
    size_t known = bench->manifest->message_bytes;

    return known > 0 ? known : soft_bytes(bench) + 1;
}

/* Where the wire bears more than the message, or has another form for it, the
 * one is not the other's size; and a text that blanks are put into is another.
 */
static bool can_be_padded(const struct manifest *manifest)
{
    return manifest->codec == CODEC_JSON && cJSON_IsObject(manifest->publish) &&
           layout_of(manifest->layouts, manifest->publish) == NULL;
}

/* Blanks before the brace that closes it. FAULT_MEMORY, FAULT_LIMIT. */
static enum fault pad(const char *message, size_t bytes, struct buffer *into)
{
    size_t length = strlen(message);
    enum fault fault = buffer_add(into, message, length - 1);

    while (fault == FAULT_NONE && into->length + 1 < bytes)
        fault = buffer_add(into, " ", 1);
    return fault == FAULT_NONE ? buffer_add(into, message + length - 1, 1)
                               : fault;
}

void publish_padded(struct peer *peer, const char *text, size_t bytes)
{
    struct bench *bench = peer->bench;
    struct buffer padded;
    char *filled;

    if (!bench->decided && !can_be_padded(bench->manifest))
        decide(bench, NOT_APPLICABLE, "",
               "messages.publish is no JSON object that is sent as it is");
    if (bench->decided)
        return;
    filled = talk_fill(peer, publication(bench, text));
    const char *message = filled == NULL ? publication(bench, text) : filled;

    buffer_init(&padded, bytes + strlen(message));
    if (pad(message, bytes, &padded) == FAULT_NONE)
        say_bytes(peer, padded.at, padded.length, false);
    else
        decide(bench, INCONCLUSIVE, "a long message", "there is no memory");
    buffer_deinit(&padded);
    free(filled);
}

static void fail(struct peer *peer, const char *expected)
{
    struct buffer seen;

    if (peer->bench->decided)
        return;
    buffer_init(&seen, 4096);
    describe_answer(peer, &seen);
    decide(peer->bench, FAIL, expected, "%s got %s", peer->name,
           buffer_string(&seen));
    buffer_deinit(&seen);
}

void expect_soft_refusal(struct peer *peer)
{
    bool is_told = !peer->bench->decided && await_error(peer);

    if (is_told)
        fence(peer->bench); /* a Close may be behind it */
    if (!peer->bench->decided && (!is_told || has_answer(peer, 0)))
        fail(peer, "an error message, and the connection kept");
}

void expect_soft_refusal_if_claimed(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    if (is_claimed(bench, SOFT_SIZE)) {
        expect_soft_refusal(peer);
        return;
    }
    fence(bench);
    if (!bench->decided && !has_answer(peer, 0) &&
        has_reply(peer, bench->manifest->error))
        fail_words(bench, SOFT_SIZE);
}
