/* A strict reader of JSON (RFC 8259) that keeps nothing: it finds the first
 * flaw of a text, or the line of a node. cJSON, which builds the tree
 * afterwards, is too kind, and does not say where. */
#include "manifest/internal.h"
#include "net/utf8.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct scan {
    const unsigned char *at;
    const unsigned char *end;
    const char *expected;       /* at `at`, where something else stands */
    const struct trail *sought; /* or NULL */
    const unsigned char *hit;   /* where it begins */
    const unsigned char *from;  /* its value … */
    const unsigned char *to;    /* … and the end of that */
};

static bool wrong(struct scan *scan, const char *expected)
{
    scan->expected = expected;
    return false;
}

static bool next_is(const struct scan *scan, char byte)
{
    return scan->at < scan->end && *scan->at == (unsigned char)byte;
}

static bool skip(struct scan *scan, char byte)
{
    bool is = next_is(scan, byte);

    scan->at += is;
    return is;
}

static void skip_blanks(struct scan *scan)
{
    while (next_is(scan, ' ') || next_is(scan, '\t') || next_is(scan, '\n') ||
           next_is(scan, '\r'))
        scan->at++;
}

/* --- Strings -------------------------------------------------------------- */

/* The four digits of \uXXXX; -1 when they are not. */
static long hex4(struct scan *scan)
{
    long code = 0;

    for (int i = 0; i < 4; i++, scan->at++) {
        if (scan->at == scan->end || !isxdigit(*scan->at))
            return -1;
        int digit = isdigit(*scan->at) ? *scan->at - '0'
                                       : tolower(*scan->at) - 'a' + 10;
        code = code * 16 + digit;
    }
    return code;
}

/* A C string cannot hold NUL, and half a surrogate pair is no character. */
static bool scan_unicode(struct scan *scan)
{
    const unsigned char *begin = scan->at - 2;
    long code = hex4(scan);

    if (code < 0)
        return wrong(scan, "four hexadecimal digits");
    bool is_good = code != 0 && (code < 0xdc00 || code > 0xdfff);
    if (is_good && code >= 0xd800 && code <= 0xdbff) {
        is_good = skip(scan, '\\') && skip(scan, 'u');
        code = is_good ? hex4(scan) : -1;
        is_good = code >= 0xdc00 && code <= 0xdfff;
    }
    if (is_good)
        return true;
    scan->at = begin;
    return wrong(scan, "a character other than NUL or half of a pair");
}

static bool scan_escape(struct scan *scan)
{
    if (scan->at == scan->end || *scan->at == 0 ||
        strchr("\"\\/bfnrtu", *scan->at) == NULL)
        return wrong(scan, "one of \"\\/bfnrtu behind a backslash");
    return *scan->at++ == 'u' ? scan_unicode(scan) : true;
}

static bool scan_string(struct scan *scan)
{
    scan->at++;
    while (scan->at < scan->end && *scan->at >= 0x20) {
        if (skip(scan, '"'))
            return true;
        if (*scan->at++ == '\\' && !scan_escape(scan))
            return false;
    }
    return wrong(scan, "a closing \" on the same line");
}

/* --- Numbers and words ---------------------------------------------------- */

static bool skip_digits(struct scan *scan)
{
    const unsigned char *begin = scan->at;

    while (scan->at < scan->end && isdigit(*scan->at))
        scan->at++;
    return scan->at > begin;
}

static bool skip_number(struct scan *scan)
{
    skip(scan, '-');
    if (!skip(scan, '0') && !skip_digits(scan))
        return false;
    if (skip(scan, '.') && !skip_digits(scan))
        return false;
    if (skip(scan, 'e') || skip(scan, 'E')) {
        if (!skip(scan, '-'))
            skip(scan, '+');
        return skip_digits(scan);
    }
    return true;
}

static bool scan_number(struct scan *scan)
{
    char copy[NUMBER_BYTES_MAX + 1] = "";
    const unsigned char *begin = scan->at;

    if (!skip_number(scan))
        return wrong(scan, "a digit");
    size_t length = (size_t)(scan->at - begin);
    if (length <= NUMBER_BYTES_MAX)
        memcpy(copy, begin, length);
    if (length <= NUMBER_BYTES_MAX && isfinite(strtod(copy, NULL)))
        return true;
    scan->at = begin;
    return wrong(scan, "a finite number of at most 32 characters");
}

static bool scan_word(struct scan *scan)
{
    static const char *const words[] = { "true", "false", "null" };
    size_t left = (size_t)(scan->end - scan->at);

    for (size_t i = 0; i < COUNT(words); i++) {
        size_t length = strlen(words[i]);
        if (left >= length && memcmp(scan->at, words[i], length) == 0) {
            scan->at += length;
            return true;
        }
    }
    return wrong(scan, "a value");
}

/* --- Values --------------------------------------------------------------- */

static bool scan_value(struct scan *scan, unsigned depth, bool on_trail);

static void note_hit(struct scan *scan, unsigned depth, bool on_trail)
{
    if (on_trail && depth == scan->sought->depth && scan->hit == NULL)
        scan->hit = scan->at;
}

static bool leads_to(const struct scan *scan, unsigned depth, unsigned child)
{
    return depth < scan->sought->depth && scan->sought->step[depth] == child;
}

static bool scan_name(struct scan *scan)
{
    if (!next_is(scan, '"'))
        return wrong(scan, "a name between quotes");
    if (!scan_string(scan))
        return false;
    skip_blanks(scan);
    return skip(scan, ':') || wrong(scan, "a colon");
}

/* An object or an array, up to its `closing`. */
static bool scan_children(struct scan *scan, char closing, unsigned depth,
                          bool on_trail)
{
    bool is_object = closing == '}';

    if (depth >= MANIFEST_DEPTH_MAX)
        return wrong(scan, "at most 32 levels of nesting");
    scan->at++;
    skip_blanks(scan);
    if (skip(scan, closing))
        return true;
    for (unsigned i = 0;; i++) {
        bool leads = on_trail && leads_to(scan, depth, i);
        skip_blanks(scan);
        note_hit(scan, depth + 1, leads);
        if ((is_object && !scan_name(scan)) ||
            !scan_value(scan, depth + 1, leads))
            return false;
        skip_blanks(scan);
        if (skip(scan, closing))
            return true;
        if (!skip(scan, ','))
            return wrong(scan, is_object ? "a comma or }" : "a comma or ]");
    }
}

static bool scan_kind(struct scan *scan, unsigned depth, bool on_trail)
{
    if (next_is(scan, '{'))
        return scan_children(scan, '}', depth, on_trail);
    if (next_is(scan, '['))
        return scan_children(scan, ']', depth, on_trail);
    if (next_is(scan, '"'))
        return scan_string(scan);
    if (next_is(scan, '-') || (scan->at < scan->end && isdigit(*scan->at)))
        return scan_number(scan);
    return scan_word(scan);
}

static bool scan_value(struct scan *scan, unsigned depth, bool on_trail)
{
    skip_blanks(scan);
    note_hit(scan, depth, on_trail);

    const unsigned char *from = scan->at;
    bool is_good = scan_kind(scan, depth, on_trail);
    if (is_good && on_trail && depth == scan->sought->depth) {
        scan->from = from;
        scan->to = scan->at;
    }
    return is_good;
}

static bool scan_all(struct scan *scan)
{
    if (!scan_value(scan, 0, scan->sought != NULL))
        return false;
    skip_blanks(scan);
    return scan->at == scan->end || wrong(scan, "the end of the text");
}

/* --- Flaws and lines ------------------------------------------------------ */

static unsigned line_of(struct bytes text, const unsigned char *at)
{
    unsigned line = 1;

    for (const unsigned char *byte = text.at; byte < at; byte++)
        line += *byte == '\n';
    return line;
}

/* No more than one byte: what follows may be a secret. */
static void describe_byte(const unsigned char *at, const unsigned char *end,
                          struct flaw *flaw)
{
    size_t size = sizeof(flaw->found);

    if (at == end)
        snprintf(flaw->found, size, "the end of the text");
    else if (*at == 0)
        snprintf(flaw->found, size, "a NUL byte");
    else if (*at == '\n' || *at == '\r')
        snprintf(flaw->found, size, "the end of the line");
    else if (*at == '"' || !isprint(*at))
        snprintf(flaw->found, size, "the byte 0x%02x", *at);
    else
        snprintf(flaw->found, size, "\"%c\"", *at);
}

static struct flaw flaw_at(struct bytes text, const unsigned char *at,
                           const char *expected)
{
    struct flaw flaw = { .line = line_of(text, at), .expected = expected };

    describe_byte(at, text.at + text.length, &flaw);
    return flaw;
}

/* The first byte that is not UTF-8, or NULL. */
static const unsigned char *foreign_byte(struct bytes text)
{
    struct utf8 utf8 = { 0 };
    const unsigned char *end = text.at + text.length;

    for (const unsigned char *at = text.at; at < end; at++)
        if (!utf8_feed(&utf8, bytes_of(at, 1)))
            return at;
    return utf8_is_whole(&utf8) ? NULL : end;
}

struct flaw scan_text(struct bytes text)
{
    struct scan scan = { .at = text.at, .end = text.at + text.length };
    const unsigned char *foreign = foreign_byte(text);
    struct flaw none = { 0 };

    if (foreign != NULL)
        return flaw_at(text, foreign, "a continuation of UTF-8");
    if (scan_all(&scan))
        return none;
    return flaw_at(text, scan.at, scan.expected);
}

bool scan_span(struct bytes text, const struct trail *trail, size_t *from,
               size_t *to)
{
    struct scan scan = { .at = text.at,
                         .end = text.at + text.length,
                         .sought = trail };

    (void)scan_all(&scan);
    *from = scan.from == NULL ? 0 : (size_t)(scan.from - text.at);
    *to = scan.to == NULL ? 0 : (size_t)(scan.to - text.at);
    return scan.from != NULL;
}

unsigned scan_line(struct bytes text, const struct trail *trail)
{
    struct scan scan = { .at = text.at,
                         .end = text.at + text.length,
                         .sought = trail };

    (void)scan_all(&scan);
    return scan.hit == NULL ? 1 : line_of(text, scan.hit);
}
