/* What becomes of a text on its way from one member to another. */
#include "bench/internal.h"
#include <cJSON.h>
#include <ctype.h>
#include <stdlib.h>

void expect_not_heard(struct peer *peer, const char *text)
{
    if (!peer->bench->decided && has_been_told(peer, text))
        decide(peer->bench, FAIL, "a text that stays among those it is for",
               "%s has heard it", peer->name);
}

/* --- Unharmed ------------------------------------------------------------- */

static const struct {
    const char *escape;
    char byte;
} escapes[] = {
    { "&amp;", '&' },   { "&lt;", '<' },   { "&gt;", '>' },
    { "&quot;", '"' },  { "&#39;", '\'' }, { "&#x27;", '\'' },
    { "&apos;", '\'' },
};

/* Each escape once; free() it. */
static char *unescape(const char *text)
{
    char *plain = malloc(strlen(text) + 1);
    char *to = plain;

    while (plain != NULL && *text != 0) {
        size_t length = 1;
        *to = *text;
        for (size_t i = 0; i < COUNT(escapes); i++) {
            if (strncmp(text, escapes[i].escape, strlen(escapes[i].escape)) !=
                0)
                continue;
            *to = escapes[i].byte;
            length = strlen(escapes[i].escape);
        }
        to++;
        text += length;
    }
    if (plain != NULL)
        *to = 0;
    return plain;
}

bool is_same_text(const char *found, const char *text)
{
    char *plain = unescape(found);
    bool same =
        strcmp(found, text) == 0 || (plain != NULL && strcmp(plain, text) == 0);

    free(plain);
    return same;
}

static bool any_string(const struct cJSON *value, const char *text,
                       bool (*holds)(const char *found, const char *text))
{
    const struct cJSON *child;

    if (cJSON_IsString(value))
        return holds(value->valuestring, text);
    cJSON_ArrayForEach(child, value)
    {
        if (any_string(child, text, holds))
            return true;
    }
    return false;
}

/* Is there a message with a string of which that holds? */
static bool any_heard(const struct peer *peer, const char *text,
                      bool (*holds)(const char *found, const char *text))
{
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    bool found = false;

    for (; at < end && !found; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        found = any_string(value, text, holds);
        cJSON_Delete(value);
    }
    return found;
}

static bool await_heard(struct peer *peer, const char *text,
                        bool (*holds)(const char *found, const char *text))
{
    const struct bench *bench = peer->bench;
    int patience = patience_of(bench);

    while (!any_heard(peer, text, holds) && hears_more(peer, patience))
        continue;
    return any_heard(peer, text, holds);
}

void expect_heard_unharmed(struct peer *peer, const char *text)
{
    if (!peer->bench->decided && !await_heard(peer, text, is_same_text))
        decide(peer->bench, FAIL,
               "the text as it was sent, or escaped once for HTML",
               "%s heard \"%.300s\"", peer->name, last_heard(peer));
}

/* --- Harmless ------------------------------------------------------------- */

/* A '<' before a letter, '/', '!' or '?' begins markup (HTML 13.2.5.6). */
static bool has_markup(const char *text)
{
    for (; *text != 0; text++) {
        if (*text == '<' && (isalpha((unsigned char)text[1]) ||
                             (text[1] != 0 && strchr("/!?", text[1]) != NULL)))
            return true;
    }
    return false;
}

static bool has_control(const char *text)
{
    for (; *text != 0; text++) {
        unsigned char byte = (unsigned char)*text;
        bool is_c1 = byte == 0xc2 && (unsigned char)text[1] >= 0x80 &&
                     (unsigned char)text[1] <= 0x9f;
        if ((byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f ||
            is_c1)
            return true;
    }
    return false;
}

static bool has_harm(const char *found, const char *marker)
{
    (void)marker;
    return has_markup(found) || has_control(found);
}

static bool has_marker(const char *found, const char *marker)
{
    return strstr(found, marker) != NULL;
}

void expect_heard_harmless(struct peer *peer, const char *marker)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    if (any_heard(peer, marker, has_marker) && any_heard(peer, "", has_harm))
        decide(bench, FAIL, "no active markup and no control character",
               "%s heard \"%.300s\"", peer->name, last_heard(peer));
}
