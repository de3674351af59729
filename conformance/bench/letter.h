/* A handshake that is being put together, and the credential in it. For the
 * files of this folder, through internal.h. */
#ifndef BENCH_LETTER_H
#define BENCH_LETTER_H

#include "adapter.h"
#include "base/buffer.h"
#include "manifest/manifest.h"

struct manner;
struct peer;
struct token;

/* Texts live as long as it does. */
enum { LETTER_HEADERS = 6 + MANIFEST_HEADERS_MAX };
struct letter {
    struct opening opening;
    struct pair headers[LETTER_HEADERS];
    struct buffer query;
    struct buffer subprotocols;
    struct buffer path;
    char *header_texts[LETTER_HEADERS];
    const char *early[34];
    char *first; /* message, or NULL; it goes out with the handshake where
                    something goes with it, else behind the upgrade */
};
void letter_init(struct letter *letter);
void letter_deinit(struct letter *letter);
void letter_add_header(struct letter *letter, const char *name,
                       const char *prefix, const char *value);
/* Puts the credential where its carriage says. */
void carry(struct peer *peer, const struct token *token,
           const struct manner *manner, struct letter *letter);
void add_encoded(struct buffer *into, const char *text);
/* The first message of this peer, with this token (NULL: none); free() it. */
char *first_message(const struct peer *peer, enum carriage carriage,
                    const char *token, const char *claimed);

#endif
