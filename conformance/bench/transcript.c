/* What happened, line by line, under ceilings; and what must not show in it. */
#include "bench/internal.h"
#include <cJSON.h>
#include <ctype.h>
#include <stdlib.h>

enum { SECRET_RUN = 12, VARIABLE_BYTES_MIN = 8, GRAM_BYTES = 4 };

void note(struct bench *bench, const struct peer *peer, const char *what,
          struct bytes text)
{
    if (bench->world.keeping == KEPT_NEVER ||
        bench->note_count == TRANSCRIPT_LINES_MAX)
        return;
    if (peer != NULL && peer->lines >= TRANSCRIPT_PEER_LINES_MAX)
        return;

    size_t length =
        text.length < TRANSCRIPT_TEXT_MAX ? text.length : TRANSCRIPT_TEXT_MAX;
    char *copy = malloc(length + 1);
    if (copy == NULL)
        return;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = text.at[i];
        copy[i] = byte >= ' ' && byte < 0x7f ? (char)byte : '.';
    }
    copy[length] = 0;

    struct note *line = &bench->notes[bench->note_count++];
    line->at_ms = bench->adapter->ops->now_ms(bench->adapter->self);
    line->peer = peer;
    line->what = what;
    line->text = copy;
    if (peer != NULL)
        ((struct peer *)peer)->lines++;
}

static uint32_t gram_of(const char *at)
{
    uint32_t gram;

    memcpy(&gram, at, GRAM_BYTES);
    return gram * 2654435761u >> (32 - GRAM_BITS);
}

void mark_secret(struct bench *bench, const char *secret)
{
    size_t length = strlen(secret);

    for (size_t i = 0; i + GRAM_BYTES <= length; i++) {
        uint32_t gram = gram_of(secret + i);
        bench->grams[gram / 8] |= (uint8_t)(1u << gram % 8);
    }
}

/* A run of a secret is a row of its grams. True is no proof, false is. */
static bool may_hold_a_run(const struct bench *bench, const char *at,
                           size_t length)
{
    size_t row = 0;

    for (size_t i = 0; i + GRAM_BYTES <= length; i++) {
        uint32_t gram = gram_of(at + i);
        bool is_there = (bench->grams[gram / 8] & 1u << gram % 8) != 0;
        row = is_there ? row + 1 : 0;
        if (row == SECRET_RUN - GRAM_BYTES + 1)
            return true;
    }
    return false;
}

const char *keep_secret(struct bench *bench, char *token)
{
    if (token == NULL || bench->secret_count == SECRETS_MAX) {
        free(token);
        return NULL;
    }
    bench->secrets[bench->secret_count++] = token;
    mark_secret(bench, token);
    return token;
}

/* Slides a window of `run` bytes over one text and looks it up in the other;
 * the window goes over the shorter one, for that takes fewer looks. */
const char *run_of(const char *secret, size_t run, struct bytes text)
{
    struct bytes whole = bytes_of_string(secret);
    bool text_is_shorter = text.length < whole.length;
    struct bytes slid = text_is_shorter ? text : whole;
    struct bytes searched = text_is_shorter ? whole : text;

    for (size_t i = 0; i + run <= slid.length; i++) {
        const char *at = memmem(searched.at, searched.length, slid.at + i, run);
        if (at != NULL)
            return text_is_shorter ? (const char *)slid.at + i : at;
    }
    return NULL;
}

static bool is_token_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || byte == '-' ||
           byte == '.' || byte == '=';
}

/* A value of the manifest's `vars`, other than an address. */
static bool is_variable(const struct bench *bench, const char *at,
                        size_t length)
{
    const struct cJSON *value;

    cJSON_ArrayForEach(
        value, cJSON_GetObjectItemCaseSensitive(bench->manifest->tree, "vars"))
    {
        const char *text = cJSON_GetStringValue(value);
        if (text != NULL && strlen(text) >= VARIABLE_BYTES_MIN &&
            strncmp(text, "http", 4) != 0 &&
            memmem(at, length, text, strlen(text)) != NULL)
            return true;
    }
    return false;
}

static bool is_secret(const struct bench *bench, const char *at, size_t length)
{
    if (is_variable(bench, at, length))
        return true;
    if (!may_hold_a_run(bench, at, length))
        return false;
    for (size_t i = 0; i < bench->secret_count; i++) {
        const char *secret = bench->secrets[i];
        if (strlen(secret) >= SECRET_RUN &&
            run_of(secret, SECRET_RUN, bytes_of(at, length)) != NULL)
            return true;
    }
    for (size_t i = 0; i < bench->manifest->key_count; i++) {
        const char *secret = bench->manifest->keys[i].secret;
        if (secret != NULL &&
            run_of(secret, SECRET_RUN, bytes_of(at, length)) != NULL)
            return true;
    }
    return false;
}

char *redact(const struct bench *bench, const char *text)
{
    struct buffer out;

    buffer_init(&out, 64 * 1024);
    while (*text != 0) {
        size_t length = 0;
        while (is_token_byte(text[length]))
            length++;
        if (length >= VARIABLE_BYTES_MIN && is_secret(bench, text, length))
            buffer_add_string(&out, "<secret>");
        else
            buffer_add(&out, text, length > 0 ? length : 1);
        text += length > 0 ? length : 1;
    }
    return buffer_take(&out);
}

struct cJSON *transcript_json(const struct bench *bench)
{
    struct cJSON *lines = cJSON_CreateArray();
    int64_t start = bench->note_count > 0 ? bench->notes[0].at_ms : 0;

    for (size_t i = 0; i < bench->note_count; i++) {
        const struct note *from = &bench->notes[i];
        struct cJSON *line = cJSON_CreateObject();
        char *text = redact(bench, from->text);

        cJSON_AddNumberToObject(line, "at_ms", (double)(from->at_ms - start));
        cJSON_AddStringToObject(line, "peer",
                                from->peer == NULL ? "" : from->peer->name);
        cJSON_AddStringToObject(line, "what", from->what);
        cJSON_AddStringToObject(line, "text", text == NULL ? "" : text);
        free(text);
        cJSON_AddItemToArray(lines, line);
    }
    return lines;
}
