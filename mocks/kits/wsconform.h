/* wsconform's kit for C: a service behind a table of callbacks is judged
 * without a network. In one file, fill in a struct wsconform and call
 * wsconform_serve(); then `wsconform run --target … --exec ./it`. Needs cJSON:
 * cc -I mocks/kits it.c -o it $(pkg-config --cflags --libs libcjson)
 * ../PROTOCOL.md says what the verbs are, and what each line holds. */
#pragma once

#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wsconform_verb {
    const char *name; /* "open", "text", "close", "elapse", "publish", … */
    /* Acts on the line, of which it keeps nothing. What has a "seq" it answers:
     * wsconform_say(wsconform_answer(line, "done")); "settle" by "settled" with
     * "now_ms", once all that has begun is finished and told. */
    void (*act)(void *self, int socket, const cJSON *line);
};

struct wsconform {
    /* {"on":"hello","name":"…","clock":"virtual","offers":["broadcast"]} */
    const char *introduction;
    const struct wsconform_verb *verbs; /* ended by one without a name */
    double (*now_ms)(void *self);       /* since 1970 */
    void *self;
};

static inline const char *wsconform_text(const cJSON *line, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(line, name));

    return text == NULL ? "" : text;
}

/* Says the line, and frees it. */
static inline void wsconform_say(cJSON *line)
{
    char *text = cJSON_PrintUnformatted(line);

    if (text == NULL || printf("%s\n", text) < 0)
        exit(1);
    cJSON_free(text);
    cJSON_Delete(line);
}

/* {"on":"done","seq":…} in answer to that line, to add to and to say. */
static inline cJSON *wsconform_answer(const cJSON *to, const char *on)
{
    cJSON *line = cJSON_CreateObject();
    cJSON *seq = cJSON_GetObjectItem(to, "seq");

    cJSON_AddStringToObject(line, "on", on);
    cJSON_AddItemToObject(line, "seq", cJSON_Duplicate(seq, 0));
    return line;
}

/* {"on":"accept","socket":7,"at_ms":…}, likewise. */
static inline cJSON *wsconform_event(double now_ms, const char *on, int socket)
{
    cJSON *line = cJSON_CreateObject();

    cJSON_AddStringToObject(line, "on", on);
    cJSON_AddNumberToObject(line, "socket", socket);
    cJSON_AddNumberToObject(line, "at_ms", now_ms);
    return line;
}

static const char wsconform_64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* "base64": of a binary message, or of a text that holds a NUL. */
static inline void wsconform_add(cJSON *line, const void *data, size_t length)
{
    const unsigned char *at = data;
    char *text = calloc(length / 3 + 2, 4);

    for (size_t i = 0; text != NULL && i < length; i += 3) {
        unsigned bits = at[i] * 65536u +
                        (i + 1 < length ? at[i + 1] * 256u : 0) +
                        (i + 2 < length ? at[i + 2] : 0);
        for (size_t k = 0; k < 4; k++)
            text[i / 3 * 4 + k] =
                i + k > length ? '=' : wsconform_64[bits >> (18 - 6 * k) & 63];
    }
    cJSON_AddStringToObject(line, "base64", text == NULL ? "" : text);
    free(text);
}

/* "data", or what "base64" stands for; a NUL stands behind it. free() it. */
static inline char *wsconform_content(const cJSON *line, size_t *length)
{
    const char *from = wsconform_text(line, "base64");
    char *data = strdup(*from == 0 ? wsconform_text(line, "data") : from);
    unsigned bits = 0, count = 0;

    if (data == NULL)
        exit(1);
    *length = *from == 0 ? strlen(data) : 0;
    for (; *from != 0 && *from != '='; from++) {
        bits = bits << 6 | (strcspn(wsconform_64, (char[]){ *from, 0 }) & 63);
        if ((count += 6) >= 8)
            data[(*length)++] = (char)(bits >> (count -= 8));
    }
    data[*length] = 0;
    return data;
}

static inline void wsconform_know(const struct wsconform *it, const cJSON *to)
{
    const char *verb = wsconform_text(to, "do");
    int greets = strcmp(verb, "hello") == 0;
    cJSON *line = greets ? cJSON_Parse(it->introduction)
                         : wsconform_answer(to, "unsupported");

    if (greets)
        cJSON_AddNumberToObject(line, "now_ms", it->now_ms(it->self));
    cJSON_AddStringToObject(line, greets ? "nonce" : "do",
                            greets ? wsconform_text(to, "nonce") : verb);
    wsconform_say(line);
}

/* Until `bye` or the end of stdin. The exit status of a main(). */
static inline int wsconform_serve(const struct wsconform *it)
{
    char *text = NULL;
    size_t room = 0;

    for (int goes_on = 1; goes_on && getline(&text, &room, stdin) > 0;) {
        cJSON *line = cJSON_Parse(text);
        const cJSON *socket = cJSON_GetObjectItem(line, "socket");
        const char *verb = wsconform_text(line, "do");
        int number = socket == NULL ? 0 : socket->valueint;
        const struct wsconform_verb *one = it->verbs;

        while (one->name != NULL && strcmp(one->name, verb) != 0)
            one++;
        goes_on = strcmp(verb, "bye") != 0;
        if (one->name != NULL)
            one->act(it->self, number, line);
        else if (goes_on)
            wsconform_know(it, line);
        if (socket == NULL)
            fflush(stdout);
        cJSON_Delete(line);
    }
    free(text);
    return 0;
}
