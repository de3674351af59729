/* What of a manifest must not be shown. */
#include "manifest/secrets.h"
#include "adapter.h"
#include <cJSON.h>
#include <stdlib.h>

enum { VALUE_MIN = 4, KEY_RUN = 12 };

/* Which bytes of a text are to be hidden. */
struct mask {
    struct bytes text;
    bool *hidden;
};

static void hide(struct mask *mask, size_t from, size_t length)
{
    for (size_t i = 0; i < length; i++)
        mask->hidden[from + i] = true;
}

static void hide_all(struct mask *mask, struct bytes secret)
{
    const unsigned char *at = mask->text.at;
    const unsigned char *end = at + mask->text.length;

    while ((at = memmem(at, (size_t)(end - at), secret.at, secret.length)) !=
           NULL) {
        hide(mask, (size_t)(at - mask->text.at), secret.length);
        at++;
    }
}

/* What is shown is cut somewhere; a quotation mark may stand behind the cut. */
static void hide_cut(struct mask *mask, struct bytes secret)
{
    size_t end = mask->text.length;

    if (end > 0 && mask->text.at[end - 1] == '"')
        end--;
    for (size_t left = VALUE_MIN; left < secret.length && left <= end; left++) {
        if (memcmp(mask->text.at + end - left, secret.at, left) == 0)
            hide(mask, end - left, left);
    }
}

static void hide_value(struct mask *mask, struct bytes secret)
{
    if (secret.length < VALUE_MIN)
        return;
    hide_all(mask, secret);
    hide_cut(mask, secret);
}

/* An address is none, but for who calls there and with what. */
static void hide_url(struct mask *mask, const char *url)
{
    const char *host = strstr(url, "://");
    size_t length = strcspn(url, "?");

    host = host == NULL ? url : host + 3;
    const char *user_end = memchr(host, '@', strcspn(host, "/?"));
    if (user_end != NULL)
        hide_value(mask, bytes_of(host, (size_t)(user_end - host)));
    if (url[length] != 0)
        hide_value(mask, bytes_of_string(url + length + 1));
}

static void hide_vars(struct mask *mask, const struct manifest *manifest)
{
    const struct cJSON *value;

    cJSON_ArrayForEach(value,
                       cJSON_GetObjectItemCaseSensitive(manifest->tree, "vars"))
    {
        const char *text = cJSON_GetStringValue(value);
        if (text != NULL && strncmp(text, "http", 4) == 0)
            hide_url(mask, text);
        else if (text != NULL)
            hide_value(mask, bytes_of_string(text));
    }
}

/* What is said of the users, but for their names, and credentials that are
 * given. */
static void hide_given(struct mask *mask, const struct manifest *manifest)
{
    for (size_t i = 0; i < COUNT(manifest->known); i++) {
        const struct pair *value = manifest->known[i].values;
        for (; value != NULL && value->name != NULL; value++)
            if (strcmp(value->name, "user") != 0 && value->value != NULL)
                hide_value(mask, bytes_of_string(value->value));
    }
    if (manifest->supply.token != NULL &&
        strchr(manifest->supply.token, '{') == NULL)
        hide_value(mask, bytes_of_string(manifest->supply.token));
}

static void hide_key(struct mask *mask, const char *key)
{
    struct bytes whole = bytes_of_string(key);

    for (size_t i = 0; i + KEY_RUN <= whole.length; i++)
        hide_all(mask, bytes_of(whole.at + i, KEY_RUN));
}

static char *without_hidden(const struct mask *mask)
{
    struct buffer out;

    buffer_init(&out, 16 * mask->text.length + 16);
    for (size_t i = 0; i < mask->text.length; i++) {
        if (!mask->hidden[i])
            buffer_add(&out, mask->text.at + i, 1);
        else if (i == 0 || !mask->hidden[i - 1])
            buffer_add_string(&out, "<secret>");
    }
    return buffer_take(&out);
}

char *secrets_redact(const struct manifest *manifest, const char *text)
{
    struct mask mask = { .text = bytes_of_string(text) };

    mask.hidden = calloc(mask.text.length + 1, sizeof(*mask.hidden));
    if (mask.hidden == NULL)
        return NULL;
    hide_vars(&mask, manifest);
    hide_given(&mask, manifest);
    for (size_t i = 0; i < manifest->key_count; i++) {
        hide_key(&mask, manifest->keys[i].secret);
        hide_key(&mask, manifest->keys[i].private_key);
    }
    char *clean = without_hidden(&mask);
    free(mask.hidden);
    return clean;
}
