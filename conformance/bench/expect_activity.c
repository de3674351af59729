/* What a log has to tell of those who use rooms. */
#include "bench/internal.h"
#include <ctype.h>

/* What a line is looked for by. */
struct trace {
    const struct peer *peer; /* by its address, its token's id, or its user */
    const char *word;        /* a word of the line begins so; NULL: any */
    const char *room;        /* NULL: any */
    bool is_refusal;         /* it is a warning, or worse */
};

static bool begins_a_word(struct bytes line, const char *word)
{
    const unsigned char *end = line.at + line.length;
    size_t length = strlen(word);

    for (const unsigned char *at = line.at;
         (at = memmem(at, (size_t)(end - at), word, length)) != NULL; at++)
        if (at == line.at || !isalnum(at[-1]))
            return true;
    return false;
}

/* hh:mm:ss, or seconds since 1970. */
static bool holds_time(struct bytes line)
{
    enum { SECONDS_DIGITS = 10 };
    size_t digits = 0;

    for (size_t i = 0; i < line.length; i++) {
        digits = isdigit(line.at[i]) ? digits + 1 : 0;
        if (digits >= SECONDS_DIGITS ||
            (digits == 2 && i >= 7 && line.at[i - 2] == ':' &&
             line.at[i - 5] == ':' && isdigit(line.at[i - 7])))
            return true;
    }
    return false;
}

static bool is_a_warning(struct bytes line)
{
    static const char *const levels[] = { "warn", "err", "crit" };

    for (size_t i = 0; i < COUNT(levels); i++)
        if (is_of_level(line, levels[i]))
            return true;
    return false;
}

static bool tells(const struct trace *trace, struct bytes line)
{
    const struct peer *peer = trace->peer;

    return (holds_word(line, peer->address) || holds_word(line, peer->jti) ||
            holds_word(line, peer->user)) &&
           (trace->word == NULL || begins_a_word(line, trace->word)) &&
           (trace->room == NULL || holds_word(line, trace->room)) &&
           (!trace->is_refusal || is_a_warning(line)) && holds_time(line);
}

static unsigned count_lines(struct bytes log, const struct trace *trace)
{
    const unsigned char *at = log.at;
    const unsigned char *end = at + log.length;
    unsigned count = 0;

    while (at < end) {
        const unsigned char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        count += tells(trace, bytes_of(at, length));
        at += length + 1;
    }
    return count;
}

/* So many lines at least, waited for. */
static void expect_lines(struct bench *bench, const struct trace *trace,
                         unsigned want)
{
    struct buffer log;
    unsigned count;
    bool shown;
    int pause = 0;

    do {
        read_log(bench, &log);
        count = count_lines(buffer_view(&log), trace);
        shown = count >= want || is_shown(bench, &log);
        buffer_deinit(&log);
    } while (count < want && shown && look_again(bench, &pause));
    if (count < want && !bench->decided)
        decide(bench, FAIL,
               "a record with time, user or peer, event and outcome of each "
               "that happened",
               "%u lines of %u tell of %s%s%s%s%s", count, want,
               trace->peer->name, trace->word == NULL ? "" : " and ",
               trace->word == NULL ? "" : trace->word,
               trace->room == NULL ? "" : " and ",
               trace->room == NULL ? "" : trace->room);
}

static const char *word_of(const struct bench *bench, enum deed deed)
{
    static const char *const usual[DEEDS] = {
        [DEED_CONNECT] = "connect",  [DEED_DISCONNECT] = "disconnect",
        [DEED_JOIN] = "join",        [DEED_LEAVE] = "leave",
        [DEED_SAY] = "room_message", [DEED_CREATE] = "create",
        [DEED_UPDATE] = "update",    [DEED_DELETE] = "delete",
        [DEED_INVITE] = "invite",    [DEED_KICK] = "kick",
    };
    const char *own = bench->manifest->deeds[deed];

    return own == NULL ? usual[deed] : own;
}

void expect_deed_logged(struct peer *peer, enum deed deed, const char *room)
{
    struct trace trace = { peer, word_of(peer->bench, deed), room, false };

    if (!peer->bench->decided)
        expect_lines(peer->bench, &trace, 1);
}

void expect_refusals_logged(struct peer *peer, enum deed deed, unsigned count)
{
    struct trace trace = { peer, word_of(peer->bench, deed), NULL, true };

    if (!peer->bench->decided)
        expect_lines(peer->bench, &trace, count);
}

void expect_refusal_logged(struct peer *peer)
{
    struct trace trace = { peer, NULL, NULL, true };

    if (!peer->bench->decided)
        expect_lines(peer->bench, &trace, 1);
}
