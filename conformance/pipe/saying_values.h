/* What the members of a line may be; for saying.c. */
#ifndef PIPE_SAYING_VALUES_H
#define PIPE_SAYING_VALUES_H

#include <stdbool.h>
#include <stdint.h>

struct cJSON;

enum value_kind {
    IS_SOCKET,
    IS_NUMBER,
    IS_COUNT,
    IS_STATUS,
    IS_CODE,
    IS_NODES,
    IS_STRING,
    IS_NAME,
    IS_WORD,
    IS_BASE64,
    IS_BOOLEAN,
    IS_OBJECT,
    IS_STRINGS,
    IS_ENDING,
    IS_CLOCK,
    IS_OFFERS,
    IS_WIRE,
};

bool value_fits(enum value_kind kind, const struct cJSON *value);
const char *value_due(enum value_kind kind); /* "an object" */
/* Of a list that fits: a set of enum need, of enum wire. */
uint64_t value_offers(const struct cJSON *names);
uint64_t value_wire(const struct cJSON *names);

#endif
