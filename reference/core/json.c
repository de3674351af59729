/* A strict reader of JSON in front of cJSON, which by itself is lenient: it
 * takes control characters in strings, numbers like 01, the first of two equal
 * names, a byte order mark. What two parsers may read differently is refused
 * here before anybody decides by it. */
#include "core/json.h"
#include "core/jwt.h"
#include <cJSON.h>
#include <stdlib.h>

struct scan {
    const char *at;
    const char *end;
};

static bool value(struct scan *scan, int levels);

static bool peek(const struct scan *scan, char c)
{
    return scan->at < scan->end && *scan->at == c;
}

static bool take(struct scan *scan, char c)
{
    if (!peek(scan, c))
        return false;
    scan->at++;
    return true;
}

static void space(struct scan *scan)
{
    while (peek(scan, ' ') || peek(scan, '\t') || peek(scan, '\n') ||
           peek(scan, '\r'))
        scan->at++;
}

static bool word(struct scan *scan, const char *text)
{
    while (*text != 0)
        if (!take(scan, *text++))
            return false;
    return true;
}

static bool digits(struct scan *scan)
{
    const char *first = scan->at;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
        scan->at++;
    return scan->at > first;
}

static bool exponent(struct scan *scan)
{
    if (!take(scan, 'e') && !take(scan, 'E'))
        return true;
    if (!take(scan, '+'))
        (void)take(scan, '-');
    return digits(scan);
}

static bool number(struct scan *scan)
{
    const char *first = scan->at;

    (void)take(scan, '-');
    if (!take(scan, '0') && !digits(scan))
        return false;
    if (take(scan, '.') && !digits(scan))
        return false;
    return exponent(scan) && scan->at - first <= JSON_NUMBER_BYTES_MAX;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits behind \u, or -1. */
static int code_unit(struct scan *scan)
{
    int unit = 0;

    if (scan->end - scan->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(*scan->at++);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Behind \u: U+0000 would cut a C string short, and a surrogate without its
 * partner is no character at all (RFC 8259 8.2). */
static bool escaped_unit(struct scan *scan)
{
    int unit = code_unit(scan);

    if (unit >= 0xd800 && unit <= 0xdbff) {
        if (!word(scan, "\\u"))
            return false;
        unit = code_unit(scan);
        return unit >= 0xdc00 && unit <= 0xdfff;
    }
    return unit > 0 && (unit < 0xdc00 || unit > 0xdfff);
}

static bool escape(struct scan *scan)
{
    if (take(scan, 'u'))
        return escaped_unit(scan);
    if (scan->at == scan->end || *scan->at == 0)
        return false;
    return strchr("\"\\/bfnrt", *scan->at++) != NULL;
}

static bool string(struct scan *scan)
{
    if (!take(scan, '"'))
        return false;
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at++;
        if (c == '"')
            return true;
        if (c < 0x20 || (c == '\\' && !escape(scan)))
            return false;
    }
    return false;
}

static bool member(struct scan *scan, int levels)
{
    space(scan);
    if (!string(scan))
        return false;
    space(scan);
    return take(scan, ':') && value(scan, levels);
}

/* The inside of an object or array, up to and with its closing bracket. */
static bool items(struct scan *scan, char closing, int levels)
{
    if (levels < 0)
        return false;
    space(scan);
    if (take(scan, closing))
        return true;
    do {
        if (!(closing == '}' ? member(scan, levels) : value(scan, levels)))
            return false;
    } while (take(scan, ','));
    return take(scan, closing);
}

static bool bare_value(struct scan *scan, int levels)
{
    if (take(scan, '{'))
        return items(scan, '}', levels - 1);
    if (take(scan, '['))
        return items(scan, ']', levels - 1);
    if (peek(scan, '"'))
        return string(scan);
    if (peek(scan, 't'))
        return word(scan, "true");
    if (peek(scan, 'f'))
        return word(scan, "false");
    if (peek(scan, 'n'))
        return word(scan, "null");
    return number(scan);
}

/* `levels` is how many may still be opened. */
static bool value(struct scan *scan, int levels)
{
    space(scan);
    if (!bare_value(scan, levels))
        return false;
    space(scan);
    return true;
}

bool json_is_well_formed(struct text from)
{
    struct scan scan = { from.at, from.at + from.length };

    return from.length > 0 && value(&scan, JSON_LEVELS_MAX) &&
           scan.at == scan.end && text_is_utf8(from);
}

struct cJSON *json_read(struct text from)
{
    if (!json_is_well_formed(from))
        return NULL;
    return cJSON_ParseWithLength(from.at, from.length);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Names are compared as cJSON has unescaped them: "\u0073ub" is "sub". */
static bool own_names_are_unique(const struct cJSON *object)
{
    const char *names[JSON_MEMBERS_MAX];
    size_t count = 0;

    for (const cJSON *at = object->child; at != NULL; at = at->next) {
        if (count == JSON_MEMBERS_MAX)
            return false;
        names[count++] = at->string;
    }
    qsort(names, count, sizeof(names[0]), compare_names);
    for (size_t i = 1; i < count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return false;
    return true;
}

bool json_names_are_unique(const struct cJSON *json)
{
    if (cJSON_IsObject(json) && !own_names_are_unique(json))
        return false;
    for (const cJSON *at = json->child; at != NULL; at = at->next)
        if (at->child != NULL && !json_names_are_unique(at))
            return false;
    return true;
}

struct cJSON *json_object_read(struct text from)
{
    struct cJSON *json = json_read(from);

    if (cJSON_IsObject(json) && json_names_are_unique(json))
        return json;
    cJSON_Delete(json);
    return NULL;
}
