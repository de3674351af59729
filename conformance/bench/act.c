/* What a peer does, and what is done to the target through its hooks. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static void transmit(struct peer *peer, enum message_kind kind, int code,
                     struct bytes data)
{
    struct adapter *adapter = peer->bench->adapter;

    if (adapter->ops->send(adapter->self, peer->socket, kind, code, data) !=
        FAULT_NONE)
        decide(peer->bench, INCONCLUSIVE, "a message that can be sent", "%s",
               fault_reason());
}

void say_bytes(struct peer *peer, const void *at, size_t length, bool binary)
{
    if (peer->bench->decided)
        return;
    note(peer->bench, peer, binary ? "sends bytes" : "sends",
         bytes_of(at, length));
    peer->heard_before = peer->heard.length;
    transmit(peer, binary ? SEND_BINARY : SEND_TEXT, 0, bytes_of(at, length));
}

void say(struct peer *peer, const char *text)
{
    say_bytes(peer, text, strlen(text), false);
}

void hang_up(struct peer *peer)
{
    if (peer->bench->decided)
        return;
    note(peer->bench, peer, "sends Close 1000", bytes_of_string(NULL));
    peer->ended_by_us = true;
    transmit(peer, SEND_CLOSE, 1000, bytes_of_string("done"));
}

void vanish(struct peer *peer)
{
    struct adapter *adapter = peer->bench->adapter;

    if (peer->bench->decided)
        return;
    note(peer->bench, peer, "resets TCP", bytes_of_string(NULL));
    peer->ended_by_us = true;
    adapter->ops->drop(adapter->self, peer->socket, true);
}

static void check_hook(struct bench *bench, const char *what, enum fault fault)
{
    if (fault == FAULT_ABSENT)
        decide(bench, NOT_APPLICABLE, "", "the target offers no hook to %s",
               what);
    else if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "hooks that work", "to %s: %s", what,
               fault_reason());
}

enum fault publish_text(struct bench *bench, const char *text)
{
    struct adapter *adapter = bench->adapter;

    if (!adapter->is_virtual)
        adapter->ops->settle(adapter->self); /* who dialled is on its way in */
    enum fault fault = adapter->ops->publish(adapter->self, text);
    note(bench, NULL, "publishes", bytes_of_string(text));
    if (fault == FAULT_NONE)
        drain(bench); /* or no handshake would move meanwhile */
    return fault;
}

unsigned publish(struct bench *bench)
{
    char text[64];

    if (bench->decided)
        return 0;
    bench->published++;
    snprintf(text, sizeof(text), "sig-%s-%u", bench->id, bench->published);
    check_hook(bench, "publish", publish_text(bench, text));
    return bench->published;
}

void elapse(struct bench *bench, int ms)
{
    if (bench->decided)
        return;
    note(bench, NULL, "lets time pass", bytes_of_string(NULL));
    await(bench, has_ended, NULL, 0, ms);
}

void wait_for_expiry(struct peer *peer)
{
    struct adapter *adapter = peer->bench->adapter;

    if (peer->bench->decided)
        return;
    int64_t left = peer->expires_s * 1000 - adapter->ops->now_ms(adapter->self);
    if (left > 0)
        elapse(peer->bench, (int)left);
}

static void set_decoder(struct bench *bench, bool broken)
{
    struct adapter *adapter = bench->adapter;

    note(bench, NULL, broken ? "breaks the decoder" : "mends the decoder",
         bytes_of_string(NULL));
    check_hook(bench, broken ? "break the decoder" : "mend the decoder",
               adapter->ops->breakage(adapter->self, "decoder", broken));
    bench->decoder_broken = broken;
}

/* The witness must be in before, or nothing could show that the target works
 * but for its decoder. */
void break_decoder(struct bench *bench)
{
    if (bench->decided)
        return;
    if (bench->before == NULL)
        bench->before = open_witness(bench, "witness");
    is_admitted(bench->before);
    set_decoder(bench, true);
}

/* Also after a verdict: the next criterion needs it whole. */
void mend_decoder(struct bench *bench)
{
    if (bench->decoder_broken)
        set_decoder(bench, false);
}

void revoke(struct peer *peer)
{
    struct adapter *adapter = peer->bench->adapter;

    if (peer->bench->decided)
        return;
    note(peer->bench, peer, "has its token revoked", bytes_of_string(NULL));
    check_hook(peer->bench, "revoke a token",
               adapter->ops->revoke(adapter->self, peer->jti));
}

/* Keeps a text until the criterion ends. */
static const char *keep(struct bench *bench, char *text)
{
    if (text == NULL || bench->text_count == TEXTS_MAX) {
        free(text);
        decide(bench, INCONCLUSIVE, "memory", "too many texts, or none left");
        return "";
    }
    bench->texts[bench->text_count++] = text;
    return text;
}

const char *canary(struct bench *bench, const char *name)
{
    char *text = NULL;

    if (asprintf(&text, "%s-%s", name, bench->id) < 0)
        text = NULL;
    for (size_t i = 0; text != NULL && i < bench->text_count; i++) {
        if (strcmp(bench->texts[i], text) == 0) {
            free(text);
            return bench->texts[i];
        }
    }
    return keep(bench, text);
}

const char *woven(struct bench *bench, const char *pattern, const char *text)
{
    const char *hole = strstr(pattern, "{}");
    char *whole = NULL;

    if (hole == NULL || asprintf(&whole, "%.*s%s%s", (int)(hole - pattern),
                                 pattern, text, hole + 2) < 0)
        whole = NULL;
    return keep(bench, whole);
}

const char *publication(struct bench *bench, const char *text)
{
    struct pair values[] = { { "text", text }, { NULL, NULL } };
    char *pattern = cJSON_PrintUnformatted(bench->manifest->publish);
    char *message = pattern == NULL ? NULL : template_fill(pattern, values);

    cJSON_free(pattern);
    return keep(bench, message);
}

unsigned keys(struct bench *bench)
{
    return (unsigned)bench->manifest->key_count;
}

unsigned asymmetric_key(struct bench *bench)
{
    for (unsigned i = 0; i < bench->manifest->key_count; i++) {
        if (bench->manifest->keys[i].private_key != NULL)
            return i;
    }
    return 0;
}
