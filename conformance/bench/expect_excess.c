/* What a log has to tell of a message over a limit. */
#include "bench/internal.h"
#include <ctype.h>
#include <stdio.h>

enum { RECORD_BYTES_MAX = 1024 };

/* Is this the inside of a number of several parts: a time, an address? */
static bool joins_numbers(const unsigned char *at, const unsigned char *digit)
{
    return *at != 0 && strchr(":-./", *at) != NULL && isdigit(*digit);
}

/* The number in the line, by itself. */
static bool holds_number(struct bytes line, const char *number)
{
    size_t length = strlen(number);
    const unsigned char *end = line.at + line.length;
    const unsigned char *at = line.at;

    while ((at = memmem(at, (size_t)(end - at), number, length)) != NULL) {
        const unsigned char *behind = at + length;
        bool begins = at == line.at || !isalnum(at[-1]);
        bool ends = behind == end || !isalnum(*behind);
        if (begins && ends &&
            !(at - line.at >= 2 && joins_numbers(at - 1, at - 2)) &&
            !(end - behind >= 2 && joins_numbers(behind, behind + 1)))
            return true;
        at++;
    }
    return false;
}

/* A line about that user with both numbers. */
static bool tells(struct bytes line, const char *const words[3])
{
    return holds_word(line, words[0]) && holds_number(line, words[1]) &&
           holds_number(line, words[2]);
}

/* Lines that tell of it, and the longest of them. */
static unsigned count_lines(struct bytes log, const char *const words[3],
                            size_t *longest)
{
    const unsigned char *at = log.at;
    const unsigned char *end = at + log.length;
    unsigned count = 0;

    while (at < end) {
        const unsigned char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        if (tells(bytes_of(at, length), words)) {
            count++;
            *longest = length > *longest ? length : *longest;
        }
        at += length + 1;
    }
    return count;
}

void expect_excess_logged(struct peer *peer, size_t size, size_t limit)
{
    struct bench *bench = peer->bench;
    char numbers[2][24];
    const char *const words[3] = { peer->user, numbers[0], numbers[1] };
    struct buffer log;
    size_t longest = 0;

    snprintf(numbers[0], sizeof(numbers[0]), "%zu", size);
    snprintf(numbers[1], sizeof(numbers[1]), "%zu", limit);
    read_log(bench, &log);
    unsigned count = count_lines(buffer_view(&log), words, &longest);
    if (!is_shown(bench, &log) || (count == 1 && longest <= RECORD_BYTES_MAX)) {
        buffer_deinit(&log);
        return;
    }
    decide(bench, FAIL, "one record, with user, size and limit, and no payload",
           "%u lines name %s, %s and %s; the longest has %zu bytes", count,
           peer->name, numbers[0], numbers[1], longest);
    buffer_deinit(&log);
}
