/* Seeded hostile messages: legal frames, hostile content. */
#include "bench/internal.h"
#include <stdio.h>
#include <stdlib.h>

enum { NOISE_BYTES = 512, NESTING = 400 };

static uint64_t next_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t mixed = *state;

    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

static const char *const texts[] = {
    "",
    "{",
    "nul",
    "[]",
    "42",
    "\"text\"",
    "{\"type\":null}",
    "{\"type\":{}}",
    "{\"type\":\"publish\"}",
    "{\"type\":\"publish\",\"text\":5}",
    "{\"type\":\"__proto__\",\"__proto__\":{\"admin\":true}}",
    "{\"type\":\"signal\",\"text\":\"forged\"}",
    "{\"type\":\"publish\",\"type\":\"signal\"}",
    "{\"type\":\"\\ud800\"}",
    "{\"type\":\"a\\u0000b\"}",
    "{\"n\":1e999999}",
    "{\"n\":123456789012345678901234567890123456789012345678901234567890}",
    "\xef\xbb\xbf{}",
    "{} {}",
    "{'type':'publish'}",
    "\xf0\x9f\x92\xa5\xe2\x80\xae\xe2\x80\xa8",
    "{\"type\":\"' OR 1=1 --\"}",
    "<script>alert(1)</script>",
    "%s%s%n",
};

static void say_nested(struct peer *peer, char open)
{
    char text[NESTING];

    memset(text, open, sizeof(text));
    say_bytes(peer, text, sizeof(text), false);
}

static void say_random(struct peer *peer, uint64_t *state)
{
    unsigned char bytes[NOISE_BYTES];
    size_t length = next_random(state) % sizeof(bytes);

    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)next_random(state);
    say_bytes(peer, bytes, length, true);
}

void say_noise(struct peer *peer, unsigned round)
{
    uint64_t state = peer->bench->world.seed ^ ((uint64_t)round << 32);

    if (round % (COUNT(texts) + 3) < COUNT(texts))
        say(peer, texts[round % (COUNT(texts) + 3)]);
    else if (next_random(&state) % 3 == 0)
        say_nested(peer, next_random(&state) % 2 == 0 ? '[' : '{');
    else
        say_random(peer, &state);
}
