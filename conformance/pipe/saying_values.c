/* What the members of a line may be. */
#include "pipe/saying_values.h"
#include "base/base64.h"
#include "pipe/saying.h"
#include "spec.h"
#include <cJSON.h>
#include <math.h>

#define WHOLE_MAX 9007199254740991.0 /* RFC 8259 6 */

static const struct {
    const char *name;
    uint64_t bit;
} wires[] = {
    { "end", WIRE_END },
    { "ping", WIRE_PING },
    { "parts", WIRE_PARTS },
    { "raw", WIRE_RAW },
    { "deaf", WIRE_DEAF },
    { "deflate", WIRE_DEFLATE },
    { "violation", WIRE_VIOLATION },
};

static const uint64_t offered[] = {
    BROADCAST,       INSPECT,        LOG,          DECODER_FAULT,
    STORE_FAULT,     MONITOR_FAULT,  SHARED_FAULT, NODE_FAULT,
    TENANTS,         ORDERS,         WITHDRAWAL,   REVOCATION,
    USER_REVOCATION, ISSUER,         MANAGERS,     TIMEZONES,
    TIGHT,           PLAIN_LISTENER,
};

static bool is_whole(const cJSON *value, double least, double most)
{
    return cJSON_IsNumber(value) && value->valuedouble >= least &&
           value->valuedouble <= most &&
           floor(value->valuedouble) == value->valuedouble;
}

static bool is_word(const cJSON *value)
{
    size_t length = cJSON_IsString(value) ? strlen(value->valuestring) : 0;

    return length >= 1 && length <= 32 &&
           strspn(value->valuestring,
                  "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

/* In characters, as a schema counts. */
static bool is_name(const cJSON *value)
{
    size_t count = 0;

    if (!cJSON_IsString(value))
        return false;
    for (const char *at = value->valuestring; *at != 0; at++)
        count += ((unsigned char)*at & 0xc0) != 0x80;
    return count >= 1 && count <= 200;
}

static bool is_strings(const cJSON *value)
{
    const cJSON *one;

    if (!cJSON_IsArray(value))
        return false;
    cJSON_ArrayForEach(one, value)
    {
        if (!cJSON_IsString(one))
            return false;
    }
    return true;
}

static bool is_one_of(const cJSON *value, const char *a, const char *b,
                      const char *c)
{
    const char *text = cJSON_GetStringValue(value);

    return text != NULL && (strcmp(text, a) == 0 || strcmp(text, b) == 0 ||
                            strcmp(text, c) == 0);
}

static uint64_t offer_named(const char *name)
{
    for (size_t i = 0; i < COUNT(offered); i++) {
        if (strcmp(need_name(offered[i]), name) == 0)
            return offered[i];
    }
    return 0;
}

static uint64_t wire_named(const char *name)
{
    for (size_t i = 0; i < COUNT(wires); i++) {
        if (strcmp(wires[i].name, name) == 0)
            return wires[i].bit;
    }
    return 0;
}

/* The set that the names stand for. False: one stands for nothing. */
static bool read_set(const cJSON *names, uint64_t (*named)(const char *name),
                     uint64_t *into)
{
    const cJSON *one;

    *into = 0;
    if (!is_strings(names))
        return false;
    cJSON_ArrayForEach(one, names)
    {
        uint64_t bit = named(one->valuestring);
        if (bit == 0)
            return false;
        *into |= bit;
    }
    return true;
}

bool value_fits(enum value_kind kind, const cJSON *value)
{
    uint64_t set;

    switch (kind) {
    case IS_SOCKET: return is_whole(value, 1, INT32_MAX);
    case IS_NUMBER: return is_whole(value, 0, WHOLE_MAX);
    case IS_COUNT: return is_whole(value, 0, INT32_MAX);
    case IS_STATUS: return is_whole(value, 100, 599);
    case IS_CODE: return is_whole(value, 0, UINT16_MAX);
    case IS_NODES: return is_whole(value, 1, SAYING_NODES_MAX);
    case IS_STRING: return cJSON_IsString(value);
    case IS_NAME: return is_name(value);
    case IS_WORD: return is_word(value);
    case IS_BASE64:
        return cJSON_IsString(value) && is_base64(value->valuestring);
    case IS_BOOLEAN: return cJSON_IsBool(value);
    case IS_OBJECT: return cJSON_IsObject(value);
    case IS_STRINGS: return is_strings(value);
    case IS_ENDING: return is_one_of(value, "fin", "reset", "unreached");
    case IS_CLOCK: return is_one_of(value, "virtual", "real", "real");
    case IS_OFFERS: return read_set(value, offer_named, &set);
    case IS_WIRE: return read_set(value, wire_named, &set);
    }
    return false;
}

const char *value_due(enum value_kind kind)
{
    switch (kind) {
    case IS_SOCKET: return "a whole number from 1 to 2147483647";
    case IS_NUMBER: return "a whole number from 0 to 2^53 - 1";
    case IS_COUNT: return "a whole number from 0 to 2147483647";
    case IS_STATUS: return "a whole number from 100 to 599";
    case IS_CODE: return "a whole number from 0 to 65535";
    case IS_NODES: return "a whole number from 1 to 8";
    case IS_STRING: return "a string";
    case IS_NAME: return "a string of 1 to 200 characters";
    case IS_WORD: return "a string of 1 to 32 of a-z, 0-9 and _";
    case IS_BASE64: return "base64 with its padding";
    case IS_BOOLEAN: return "true or false";
    case IS_OBJECT: return "an object";
    case IS_STRINGS: return "a list of strings";
    case IS_ENDING: return "\"fin\", \"reset\" or \"unreached\"";
    case IS_CLOCK: return "\"virtual\" or \"real\"";
    case IS_OFFERS: return "a list of offers as PROTOCOL.md names them";
    case IS_WIRE: return "a list of the names under wire in PROTOCOL.md";
    }
    return "something else";
}

uint64_t value_offers(const cJSON *names)
{
    uint64_t set = 0;

    read_set(names, offer_named, &set);
    return set;
}

uint64_t value_wire(const cJSON *names)
{
    uint64_t set = 0;

    read_set(names, wire_named, &set);
    return set;
}
