/* Texts that a criterion says: canaries, and messages in the target's own
 * vocabulary. They live until the criterion ends. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

const char *keep_text(struct bench *bench, char *text)
{
    if (text == NULL || bench->text_count == TEXTS_MAX) {
        free(text);
        decide(bench, INCONCLUSIVE, "memory", "too many texts, or none left");
        return "";
    }
    bench->texts[bench->text_count++] = text;
    return text;
}

const char *keep_once(struct bench *bench, char *text)
{
    for (size_t i = 0; text != NULL && i < bench->text_count; i++) {
        if (strcmp(bench->texts[i], text) == 0) {
            free(text);
            return bench->texts[i];
        }
    }
    return keep_text(bench, text);
}

const char *canary(struct bench *bench, const char *name)
{
    char *text = NULL;

    if (asprintf(&text, "%s-%s", name, bench->id) < 0)
        text = NULL;
    return keep_once(bench, text);
}

const char *woven(struct bench *bench, const char *pattern, const char *text)
{
    const char *hole = strstr(pattern, "{}");
    char *whole = NULL;

    if (hole == NULL || asprintf(&whole, "%.*s%s%s", (int)(hole - pattern),
                                 pattern, text, hole + 2) < 0)
        whole = NULL;
    return keep_text(bench, whole);
}

char *write_publication(const struct bench *bench, const char *text)
{
    char *raw = quoted(text);
    const struct pair values[] = { { "text", raw }, { NULL, NULL } };
    char *message =
        raw == NULL ? NULL : template_write(bench->manifest->publish, values);

    cJSON_free(raw);
    return message;
}

const char *publication(struct bench *bench, const char *text)
{
    return keep_text(bench, write_publication(bench, text));
}

const char *token_text(struct peer *peer, struct token token)
{
    const char *text = keep_secret(peer->bench, token_for(peer, &token));

    return text == NULL ? "" : text;
}

const char *authentication(struct peer *peer, struct token token)
{
    char *text =
        token.carriage == CARRIED_NOWHERE ? NULL : token_for(peer, &token);
    char *message = first_message(peer, token.carriage, text, NULL);

    keep_secret(peer->bench, text);
    return keep_text(peer->bench, message);
}

const char *status_change(struct bench *bench, const char *order,
                          const char *status, const char *notes)
{
    const struct pair values[] = { { "order", order },
                                   { "status", status },
                                   { "notes", notes },
                                   { NULL, NULL } };

    return keep_once(bench,
                     template_write(bench->manifest->set_status, values));
}

const char *order_request(struct bench *bench, const char *order)
{
    const struct pair values[] = { { "order", order }, { NULL, NULL } };

    return keep_once(bench, template_write(bench->manifest->get_order, values));
}
