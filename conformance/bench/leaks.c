/* What tells of the inside of a service: what every service would, and what the
 * manifest says of this one. */
#include "bench/internal.h"
#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <strings.h>

/* An expression is tried on so much at a time; what it finds may begin up to
 * OVERLAP bytes before the end of that. */
enum { WINDOW = 64 * 1024, OVERLAP = 4 * 1024 };

/* What the inside of a service looks like from outside: traces, paths, SQL,
 * and the names that languages give their errors. */
static const char *const leaks[] = {
    "Traceback",
    "File \"",
    ".py\"",
    ".py:",
    ".js:",
    ".java:",
    ".go:",
    ".rb:",
    ".c:",
    ".php:",
    ".internal",
    ":5432",
    ":3306",
    "/usr/",
    "/home/",
    "/app/",
    "/var/",
    "/srv/",
    "/opt/",
    "C:\\",
    "site-packages",
    "node_modules",
    "Exception",
    "Error:",
    "DecodeError",
    "KeyError",
    "TypeError",
    "ValueError",
    "SyntaxError",
    "Expecting value",
    "Unexpected token",
    "has no attribute",
    "undefined is not",
    "NullPointer",
    "stack trace",
    "goroutine ",
    "panic:",
    "SELECT ",
    "INSERT INTO",
    "sqlite",
    "psycopg",
    "sqlalchemy",
    "errno",
    "libwebsockets",
    "cJSON",
    "OpenSSL",
    "Signature verification",
};

static const char *builtin_leak(struct bytes bytes)
{
    for (size_t i = 0; bytes.length > 0 && i < COUNT(leaks); i++) {
        if (memmem(bytes.at, bytes.length, leaks[i], strlen(leaks[i])) != NULL)
            return leaks[i];
    }
    return NULL;
}

/* --- The manifest's ------------------------------------------------------- */

/* A string that holds it, line by line where there are messages. */
static bool window_holds(const regex_t *regex, struct bytes bytes, char *room)
{
    memcpy(room, bytes.at, bytes.length);
    room[bytes.length] = 0;
    for (size_t i = 0; i < bytes.length; i++)
        if (room[i] == 0)
            room[i] = '\n';
    return regexec(regex, room, 0, NULL, 0) == 0;
}

static bool finds(const char *expression, struct bytes bytes)
{
    char *room = malloc(WINDOW + 1);
    bool found = false;
    regex_t regex;

    if (room == NULL || regcomp(&regex, expression,
                                REG_EXTENDED | REG_NEWLINE | REG_NOSUB) != 0) {
        free(room);
        return false;
    }
    while (bytes.length > 0 && !found) {
        size_t size = bytes.length < WINDOW ? bytes.length : (size_t)WINDOW;
        size_t step = size < WINDOW ? size : (size_t)(WINDOW - OVERLAP);
        found = window_holds(&regex, bytes_of(bytes.at, size), room);
        bytes = bytes_of(bytes.at + step, bytes.length - step);
    }
    regfree(&regex);
    free(room);
    return found;
}

static const char *manifest_leak(const struct manifest *manifest,
                                 struct bytes bytes)
{
    for (size_t i = 0; bytes.length > 0 && i < manifest->leak_count; i++)
        if (finds(manifest->leaks[i], bytes))
            return manifest->leaks[i];
    return NULL;
}

const char *leak_in(const struct bench *bench, struct bytes bytes)
{
    const char *leak = builtin_leak(bytes);

    return leak != NULL ? leak : manifest_leak(bench->manifest, bytes);
}

/* --- HTTP ----------------------------------------------------------------- */

/* What leads a client on is a path of the site, not one of its disks. */
static bool leads_on(struct bytes line)
{
    static const char *const names[] = {
        "Location:", "Content-Location:", "Link:",
        "Refresh:",  "Set-Cookie:",       "Content-Security-Policy:",
    };

    for (size_t i = 0; i < COUNT(names); i++)
        if (line.length >= strlen(names[i]) &&
            strncasecmp((const char *)line.at, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static const char *leak_in_head(const struct bench *bench, struct bytes head)
{
    const char *leak = manifest_leak(bench->manifest, head);

    while (head.length > 0 && leak == NULL) {
        const unsigned char *end = memchr(head.at, '\n', head.length);
        size_t length = end == NULL ? head.length : (size_t)(end - head.at) + 1;
        struct bytes line = bytes_of(head.at, length);
        if (!leads_on(line))
            leak = builtin_leak(line);
        head = bytes_of(head.at + length, head.length - length);
    }
    return leak;
}

/* Of a page the paths that its links have are not looked at: href="/app/". */
static char *without_links(struct bytes body, size_t *length)
{
    char *text = malloc(body.length + 1);
    size_t kept = 0;

    for (size_t i = 0; text != NULL && i < body.length;) {
        bool is_link = i >= 2 && body.at[i] == '/' &&
                       (body.at[i - 1] == '"' || body.at[i - 1] == '\'') &&
                       body.at[i - 2] == '=';
        while (is_link && i < body.length && body.at[i] != '"' &&
               body.at[i] != '\'' && !isspace(body.at[i]))
            i++;
        if (i < body.length)
            text[kept++] = (char)body.at[i++];
    }
    *length = kept;
    return text;
}

const char *leak_in_refusal(const struct bench *bench, struct bytes head,
                            struct bytes body)
{
    const char *leak = leak_in_head(bench, head);
    size_t length;
    char *text;

    if (leak == NULL)
        leak = manifest_leak(bench->manifest, body);
    if (leak != NULL || body.length == 0)
        return leak;
    text = without_links(body, &length);
    leak = text == NULL ? NULL : builtin_leak(bytes_of(text, length));
    free(text);
    return leak;
}

const char *leak_in_litter(const struct bench *bench, struct bytes litter)
{
    const unsigned char *gap =
        litter.length == 0 ? NULL
                           : memmem(litter.at, litter.length, "\r\n\r\n", 4);
    size_t head = gap == NULL ? litter.length : (size_t)(gap - litter.at) + 4;

    if (litter.length == 0)
        return NULL;
    return leak_in_refusal(bench, bytes_of(litter.at, head),
                           bytes_of(litter.at + head, litter.length - head));
}
