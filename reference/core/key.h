/* Verification keys, each bound to one algorithm for its whole life
 * (RFC 8725 3.1): there is no call that verifies with a key and an algorithm
 * of the token's choosing. */
#ifndef CORE_KEY_H
#define CORE_KEY_H

#include "core/text.h"
#include <stdbool.h>

enum algorithm { ALGORITHM_NONE, HS256, RS256, ES256, EDDSA };

struct key;
struct keyring;

enum limits_of_keys { KEYS_MAX = 16 };

/* Reads a keyring: JSON, an array of {"alg":"HS256","secret":"…"} or
 * {"alg":"RS256"|"ES256"|"EdDSA","public_key":"-----BEGIN PUBLIC KEY…"}, at
 * most KEYS_MAX and one for each algorithm. An HS256 secret is at least 32
 * bytes (RFC 7518 3.2), an RSA key at least 2048 bits. NULL, and *why (a static
 * text), when it is not. */
struct keyring *keyring_read(struct text json, const char **why);
void keyring_free(struct keyring *keyring); /* NULL is fine */

/* The first key whose algorithm has this JOSE name, exactly; else NULL. */
const struct key *keyring_find(const struct keyring *keyring, struct text name);
size_t keyring_count(const struct keyring *keyring);
const struct key *keyring_at(const struct keyring *keyring, size_t index);

enum algorithm key_algorithm(const struct key *key);

/* Does `signature` (raw bytes) hold for `input` under this key? Constant time
 * for HS256. ES256 takes exactly 64 bytes r||s (RFC 7518 3.4). */
bool key_verifies(const struct key *key, struct text input,
                  struct text signature);

/* HS256 alone: the key of a public half cannot sign. False otherwise, or where
 * OpenSSL fails. */
enum { MAC_BYTES = 32 };
bool key_signs(const struct key *key, struct text input,
               unsigned char into[MAC_BYTES]);

#endif
