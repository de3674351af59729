/* A seeded stream of bytes: SplitMix64 (Steele, Lea, Flood 2014). */
#include "net/generator.h"
#include <string.h>

static uint64_t next(struct generator *generator)
{
    uint64_t z = generator->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void generator_fill(struct generator *generator, void *into, size_t length)
{
    unsigned char *at = into;

    while (length > 0) {
        uint64_t word = next(generator);
        size_t part = length < sizeof(word) ? length : sizeof(word);
        memcpy(at, &word, part);
        at += part;
        length -= part;
    }
}
