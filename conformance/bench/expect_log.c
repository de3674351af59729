/* What only a log can show. A log that tells nothing of our own connections
 * proves nothing by what it lacks, so a line about one of them is waited for
 * first: a log may be written late, and it is shared with others. */
#include "bench/internal.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
    TOKEN_RUN = 12,
    MASK_RUN = 4, /* of a token, and what stands there is no mask */
    FIRST_LOOK_MS = 2,
    LOG_BYTES_MAX = 16 * 1024 * 1024,
};

/* --- Lines ---------------------------------------------------------------- */

/* Of `line`, whether it is the one that is looked for. */
typedef bool (*line_condition)(const struct peer *peer, struct bytes line);

static bool any_line(struct bytes log, line_condition holds,
                     const struct peer *peer)
{
    const unsigned char *at = log.at;
    const unsigned char *end = at + log.length;

    while (at < end) {
        const unsigned char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        if (holds(peer, bytes_of(at, length)))
            return true;
        at += length + 1;
    }
    return false;
}

/* `text` in the line as a word of its own: port 4012 is not in 40123. */
bool holds_word(struct bytes line, const char *text)
{
    size_t length = strlen(text);
    const unsigned char *end = line.at + line.length;

    if (length == 0)
        return false;
    for (const unsigned char *at = line.at;
         (at = memmem(at, (size_t)(end - at), text, length)) != NULL; at++) {
        bool begins = at == line.at || !isalnum(at[-1]);
        if (begins && (at + length == end || !isalnum(at[length])))
            return true;
    }
    return false;
}

static bool is_of_peer(const struct peer *peer, struct bytes line)
{
    return holds_word(line, peer->address) || holds_word(line, peer->jti);
}

/* A line that our canary is in (all our users bear it), the address that we
 * alone dial from, or a peer of ours. */
static bool is_ours(const struct peer *peer, struct bytes line)
{
    const struct bench *bench = peer->bench;

    if (memmem(line.at, line.length, bench->id, strlen(bench->id)) != NULL ||
        holds_word(line, bench->source))
        return true;
    for (unsigned i = 0; i < bench->sockets; i++) {
        if (is_of_peer(bench->peers[i], line))
            return true;
    }
    return false;
}

/* Something stands behind `name=`, and it is no piece of the token. */
static bool is_mask(const struct peer *peer, const char *value, size_t length)
{
    size_t run = length < MASK_RUN ? length : MASK_RUN;

    return length > 0 &&
           (peer->token == NULL || strncmp(peer->token, value, run) != 0);
}

static bool holds_mask(const struct peer *peer, struct bytes line)
{
    const char *name = query_name(peer->bench);
    size_t length = strlen(name);
    const unsigned char *end = line.at + line.length;

    for (const unsigned char *at = line.at;
         (at = memmem(at, (size_t)(end - at), name, length)) != NULL; at++) {
        const unsigned char *value = at + length;
        size_t span = 0;
        if (value == end || *value++ != '=' ||
            (at > line.at && (isalnum(at[-1]) || at[-1] == '_')))
            continue;
        while (value + span < end && strchr(" \t\r\"'&;", value[span]) == NULL)
            span++;
        if (is_mask(peer, (const char *)value, span))
            return true;
    }
    return false;
}

static bool is_masked_access(const struct peer *peer, struct bytes line)
{
    return is_of_peer(peer, line) && holds_mask(peer, line);
}

/* --- The log -------------------------------------------------------------- */

/* The log since this criterion began; false when there is none. */
static bool copy_log(struct bench *bench, struct buffer *into)
{
    buffer_clear(into);
    enum fault fault = bench->adapter->ops->log(bench->adapter->self, into);
    if (fault == FAULT_ABSENT)
        decide(bench, NOT_APPLICABLE, "", "the target's log cannot be read");
    else if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "a log that can be read", "%s",
               fault_reason());
    return !bench->decided;
}

/* Reads the log, ever later, until it has such a line. False: it never had. */
static bool read_until(struct peer *peer, line_condition holds,
                       struct buffer *into)
{
    struct bench *bench = peer->bench;
    int left = bench->manifest->answer_ms;

    for (int pause = FIRST_LOOK_MS; copy_log(bench, into); pause *= 2) {
        if (any_line(buffer_view(into), holds, peer))
            return true;
        if (left <= 0 || is_prompt(bench))
            return false;
        await(bench, has_ended, NULL, 0, pause < left ? pause : left);
        left -= pause;
    }
    return false;
}

/* Who dialled last is written last: behind its line, all of ours are there. */
void read_log(struct bench *bench, struct buffer *into)
{
    buffer_init(into, LOG_BYTES_MAX);
    fence(bench);
    if (!bench->decided)
        read_until(bench->after == NULL ? bench->before : bench->after,
                   is_of_peer, into);
}

/* The positive control, for where nothing was found. */
bool is_shown(struct bench *bench, const struct buffer *log)
{
    if (!bench->decided && !any_line(buffer_view(log), is_ours, bench->before))
        decide(bench, INCONCLUSIVE, "a log that tells of our own connections",
               "none of its %zu bytes do", log->length);
    return !bench->decided;
}

/* The name of its cookie or header is no secret, though the target may have put
 * it into the token. */
static bool is_public(const struct bench *bench, const char *run)
{
    const struct manifest *manifest = bench->manifest;

    for (size_t i = 0; i < manifest->carrier_count; i++) {
        const char *name = manifest->carriers[i].name;
        if (name != NULL && memmem(name, strlen(name), run, TOKEN_RUN) != NULL)
            return true;
    }
    return false;
}

static bool holds_a_piece(const struct bench *bench, struct bytes log,
                          const char *secret)
{
    for (size_t at = 0; log.length > 0 && at + TOKEN_RUN <= strlen(secret);
         at++)
        if (memmem(log.at, log.length, secret + at, TOKEN_RUN) != NULL &&
            !is_public(bench, secret + at))
            return true;
    return false;
}

static void search_tokens(struct bench *bench, struct bytes log)
{
    for (size_t i = 0; i < bench->secret_count; i++) {
        if (holds_a_piece(bench, log, bench->secrets[i])) {
            decide(bench, FAIL, "no twelve bytes of a token in any log line",
                   "the log holds a piece of a token that was sent");
            return;
        }
    }
}

/* --- Expecting ------------------------------------------------------------ */

void expect_log_without_tokens(struct bench *bench)
{
    struct buffer log;

    read_log(bench, &log);
    search_tokens(bench, buffer_view(&log));
    is_shown(bench, &log);
    buffer_deinit(&log);
}

void expect_masked_access_log(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct buffer log;

    read_log(bench, &log);
    bool masked = !bench->decided && read_until(peer, is_masked_access, &log);
    search_tokens(bench, buffer_view(&log));
    if (!masked && is_shown(bench, &log))
        decide(bench, FAIL, "an access line with a masked token",
               "no log line about %s, %s, holds `%s=` and a mask", peer->name,
               peer->address, query_name(bench));
    buffer_deinit(&log);
}

/* --- Levels --------------------------------------------------------------- */

/* Names of one level begin alike. */
static const char *const levels[] = { "trace", "debug", "info", "notice",
                                      "warn",  "err",   "crit", "fatal" };

/* What may stand in one word with a level and makes another of it: the logger
 * `uvicorn.error`, the member `auth_error`. */
static bool joins(char c)
{
    return c != 0 && (isalnum((unsigned char)c) || strchr("._-/", c) != NULL);
}

static bool is_level_word(const char *word, size_t length, const char *level)
{
    static const char *const rests[] = { "", "or", "ing", "ical", "rmation" };
    size_t stem = strlen(level);

    if (length < stem || strncasecmp(word, level, stem) != 0)
        return false;
    for (size_t i = 0; i < COUNT(rests); i++) {
        if (strlen(rests[i]) == length - stem &&
            strncasecmp(word + stem, rests[i], length - stem) == 0)
            return true;
    }
    return false;
}

/* The first level named from here on; NULL when none is. */
static const char *first_level(const char *at)
{
    while (*at != 0) {
        size_t length = 0;
        while (joins(at[length]))
            length++;
        while (length > 0 && at[length - 1] == '.')
            length--;
        for (size_t i = 0; i < COUNT(levels); i++) {
            if (is_level_word(at, length, levels[i]))
                return levels[i];
        }
        at += length == 0 ? 1 : length;
    }
    return NULL;
}

/* The level of a line is what its member `level` or `severity` says, or else
 * the first level that it names: what follows may be about errors. */
static const char *level_of(const char *line)
{
    const char *member = strcasestr(line, "\"level");

    if (member == NULL)
        member = strcasestr(line, "\"severity\"");
    if (member != NULL)
        member = strchr(member, ':');
    return first_level(member == NULL ? line : member);
}

bool is_of_level(struct bytes bytes, const char *level)
{
    char *line = strndup((const char *)bytes.at, bytes.length);
    const char *found = line == NULL ? NULL : level_of(line);
    bool is_it = found != NULL && is_level_word(level, strlen(level), found);

    free(line);
    return is_it;
}

static bool tells_of_line(const struct peer *peer, struct bytes bytes,
                          const char *level, const char *text)
{
    char *line = strndup((const char *)bytes.at, bytes.length);
    bool tells = line != NULL && is_of_level(bytes, level) &&
                 (text == NULL || strcasestr(line, text) != NULL) &&
                 is_of_peer(peer, bytes);

    free(line);
    return tells;
}

/* Has a line about the peer this level, and this text? */
static bool tells_of(const struct peer *peer, struct bytes log,
                     const char *level, const char *text)
{
    const unsigned char *at = log.at;
    const unsigned char *end = at + log.length;
    bool tells = false;

    while (at < end && !tells) {
        const unsigned char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        tells = tells_of_line(peer, bytes_of(at, length), level, text);
        at += length + 1;
    }
    return tells;
}

void expect_logged(struct peer *peer, const char *level, const char *text)
{
    struct bench *bench = peer->bench;
    struct buffer log;

    read_log(bench, &log);
    if (is_shown(bench, &log) &&
        !tells_of(peer, buffer_view(&log), level, text))
        decide(bench, FAIL, "a log line of that level that tells of it",
               "none about %s has the level \"%s\"%s%s", peer->name, level,
               text == NULL ? "" : " and ", text == NULL ? "" : text);
    buffer_deinit(&log);
}

/* --- Control characters --------------------------------------------------- */

/* Is what stands before `at` a control character, or one that some readers
 * take for the end of a line? */
static bool follows_control(const unsigned char *log, const unsigned char *at)
{
    size_t room = (size_t)(at - log);

    if (room == 0 || at[-1] < 0x20 || at[-1] == 0x7f)
        return true;
    if (room >= 2 && at[-2] == 0xc2 && at[-1] >= 0x80 && at[-1] < 0xa0)
        return true; /* C1, as UTF-8 */
    return room >= 3 && at[-3] == 0xe2 && at[-2] == 0x80 &&
           (at[-1] == 0xa8 || at[-1] == 0xa9); /* U+2028, U+2029 */
}

void expect_log_line_unforged(struct bench *bench, const char *forged)
{
    size_t length = strlen(forged);
    struct buffer log;

    read_log(bench, &log);
    struct bytes all = buffer_view(&log);
    const unsigned char *at = all.at;
    while (!bench->decided && at != NULL) {
        size_t left = all.length - (size_t)(at - all.at);
        at = left == 0 ? NULL : memmem(at, left, forged, length);
        if (at != NULL && follows_control(all.at, at))
            decide(bench, FAIL, "no control character of a client (CWE-117)",
                   "text of a client stands behind a raw one, or began a log "
                   "line of its own");
        at = at == NULL ? NULL : at + 1;
    }
    is_shown(bench, &log);
    buffer_deinit(&log);
}

void expect_not_logged(struct bench *bench, const char *text)
{
    struct buffer log;

    read_log(bench, &log);
    if (!bench->decided && log.length > 0 &&
        memmem(log.at, log.length, text, strlen(text)) != NULL)
        decide(bench, FAIL, "a log without this text", "it holds \"%s\"", text);
    is_shown(bench, &log);
    buffer_deinit(&log);
}
