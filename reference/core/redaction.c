/* What may be written about a request: no credential, and nothing that a
 * terminal or a reader of lines could take for more than text (CWE-117,
 * CWE-532). */
#include "core/secure.h"
#include "core/state.h"
#include <stdio.h>
#include <strings.h>

enum {
    JSON_START_RUN = 12, /* "eyJ" and so much in all is a JSON part */
    DOTTED_RUN = 24,     /* two dots in so much is a compact token */
    NAME_BYTES_MAX = 16,
};

static const char mask[] = "***";

/* --- What is a secret --------------------------------------------------- */

static bool is_secret_name(struct text name)
{
    static const char *const secrets[] = {
        "token",   "access_token", "id_token", "refresh_token", "auth_token",
        "jwt",     "bearer",       "auth",     "authorization", "ticket",
        "api_key", "apikey",       "key",      "secret",        "password",
        "session", "sid",          "code",     "signature",     "sig",
    };
    char decoded[NAME_BYTES_MAX + 1];
    size_t length = percent_decode(name, decoded, NAME_BYTES_MAX);

    if (length > NAME_BYTES_MAX)
        return false;
    decoded[length] = 0;
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        if (strcasecmp(decoded, secrets[i]) == 0)
            return true;
    return false;
}

/* The characters of a token, spelled or percent-encoded. */
static bool is_run_character(char c)
{
    return base64url_has(c) || c == '.' || c == '%' || c == '+';
}

static size_t dots_in(struct text run)
{
    size_t dots = 0;

    for (size_t i = 0; i < run.length; i++)
        if (run.at[i] == '.' ||
            (run.length - i >= 3 && strncasecmp(run.at + i, "%2e", 3) == 0))
            dots++;
    return dots;
}

/* A JSON object in base64url begins with "eyJ", for `{"`. */
static bool looks_like_token(struct text run)
{
    return (run.length >= JSON_START_RUN &&
            memmem(run.at, run.length, "eyJ", 3) != NULL) ||
           (run.length >= DOTTED_RUN && dots_in(run) >= 2);
}

/* --- Writing ------------------------------------------------------------ */

/* Appends whole pieces; from the first that does not fit on, nothing. */
struct writer {
    char *at;
    size_t left; /* with the NUL; 0: full */
};

static struct writer writer_of(char *into, size_t size)
{
    struct writer writer = { into, size };

    if (size > 0)
        into[0] = 0;
    return writer;
}

static void append(struct writer *writer, const char *at, size_t length)
{
    if (length >= writer->left) {
        writer->left = 0;
        return;
    }
    memcpy(writer->at, at, length);
    writer->at += length;
    writer->left -= length;
    *writer->at = 0;
}

static void append_string(struct writer *writer, const char *text)
{
    append(writer, text, strlen(text));
}

static void append_clean(struct writer *writer, char c)
{
    unsigned char byte = (unsigned char)c;
    char escaped[5];

    if (byte >= 0x20 && byte < 0x7f) {
        append(writer, &c, 1);
        return;
    }
    snprintf(escaped, sizeof(escaped), "\\x%02x", byte);
    append_string(writer, escaped);
}

/* As sent, but for NUL, which would end the line here. */
static void append_text(struct writer *writer, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == 0)
            append_clean(writer, 0);
        else
            append(writer, &text.at[i], 1);
    }
}

/* --- Lines -------------------------------------------------------------- */

static void append_parameter(struct writer *writer,
                             const struct parameter *parameter)
{
    append_text(writer, parameter->name);
    if (!parameter->has_value)
        return;
    append(writer, "=", 1);
    if (is_secret_name(parameter->name) || looks_like_token(parameter->value))
        append_string(writer, mask);
    else
        append_text(writer, parameter->value);
}

void secure_access_line(const struct request *request, char *into, size_t size)
{
    struct writer writer = writer_of(into, size);
    struct text query = request->query;
    struct parameter parameter;
    const char *separator = "?";

    append_string(&writer, "access ");
    append_string(&writer, request->peer);
    append_string(&writer, " GET ");
    append_text(&writer, request->path);
    while (query_next(&query, &parameter)) {
        append_string(&writer, separator);
        append_parameter(&writer, &parameter);
        separator = "&";
    }
}

static struct text run_at(const char *line)
{
    struct text run = { line, 0 };

    while (is_run_character(line[run.length]))
        run.length++;
    return run;
}

/* Appends the run, or the mask in its place. Returns where to go on: behind
 * `name=value` where the name is a secret's. */
static const char *append_run(struct writer *writer, struct text run)
{
    const char *next = run.at + run.length;

    if (*next == '=' && is_secret_name(run)) {
        append(writer, run.at, run.length + 1);
        append_string(writer, mask);
        return next + 1 + strcspn(next + 1, "& \"'#;,");
    }
    if (looks_like_token(run))
        append_string(writer, mask);
    else
        append(writer, run.at, run.length);
    return next;
}

void secure_clean_line(const char *line, char *into, size_t size)
{
    struct writer writer = writer_of(into, size);

    while (*line != 0) {
        struct text run = run_at(line);
        if (run.length > 0)
            line = append_run(&writer, run);
        else
            append_clean(&writer, *line++);
    }
}

/* Neither the token nor anything read out of it: it proves nothing. */
void secure_failure_line(enum token_fault fault, struct text token,
                         const char *peer, char *into, size_t size)
{
    bool is_fault = fault != TOKEN_ABSENT && fault != TOKEN_HOLDS;

    (void)token;
    snprintf(into, size, "%s: auth refused %s: %s",
             is_fault ? "error" : "warning", peer, token_fault_name(fault));
}

void secure_objection_line(const struct connection *connection,
                           const struct objection *objection, char *into,
                           size_t size)
{
    bool is_known = objection->event != NULL;

    snprintf(into, size, "error: message refused %s user=%s%s%s: %s: %s",
             connection->peer, connection->member->claims.subject,
             is_known ? " event=" : "", is_known ? objection->event : "",
             message_fault_name(objection->fault), objection->detail);
}

void secure_identity_line(const struct connection *connection, char *into,
                          size_t size)
{
    snprintf(into, size, "info: user id taken from the token %s user=%s",
             connection->peer, connection->member->claims.subject);
}
