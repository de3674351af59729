/* Which arrival a message that was found is traced to: how it came on the wire.
 */
#include "bench/internal.h"
#include "check_program.h"
#include <stdlib.h>

enum { SIGNAL = 48, DATA = 1025, KEPT = 7 };

static void arrive(struct peer *peer, size_t offset, size_t length)
{
    static const unsigned char nothing[DATA];
    struct event event = { .kind = EVENT_TEXT,
                           .data = { nothing, length },
                           .wire = length };

    peer->heard.length = offset;
    note_arrival(peer, &event);
}

/* Broadcasts are not kept, so they stand at the offset of what follows; the
 * ring may have begun anew anywhere among them. */
static const struct {
    unsigned before;
    unsigned broadcasts; /* right in front of the message … */
    unsigned behind;     /* … and behind it */
    size_t want;
} arrivals[] = {
    { 0, 0, 0, DATA },
    { 0, 1, 0, DATA },
    { ARRIVALS_MAX - 1, 1, 0, DATA },
    { ARRIVALS_MAX - 2, 2, 3, DATA },
    { 0, 3 * ARRIVALS_MAX, 0, DATA },
    { 5, ARRIVALS_MAX, ARRIVALS_MAX - 1, DATA },
    { 0, 0, ARRIVALS_MAX, 0 }, /* too long ago to be known */
};

START_TEST(latest_at_an_offset_is_meant)
{
    struct peer *peer = calloc(1, sizeof(*peer));
    unsigned count = 0;

    ck_assert_ptr_nonnull(peer);
    while (count++ < arrivals[_i].before)
        arrive(peer, 0, SIGNAL);
    for (count = 0; count < arrivals[_i].broadcasts; count++)
        arrive(peer, KEPT, SIGNAL);
    arrive(peer, KEPT, DATA);
    for (count = 0; count < arrivals[_i].behind; count++)
        arrive(peer, KEPT + DATA + 1, SIGNAL);
    note_told(peer, KEPT);
    ck_assert_uint_eq(told_length(peer), arrivals[_i].want);
    free(peer);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench_arrivals");
    TCase *tcase = tcase_create("arrivals");

    tcase_add_loop_test(tcase, latest_at_an_offset_is_meant, 0,
                        COUNT_OF(arrivals));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_arrivals");
}
