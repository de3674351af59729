/* A plan as streams begin: a few criteria out of nine, of a catalogue that is
 * not this tool's; and how a stream reads. */
#ifndef TESTS_STREAM_WORLD_H
#define TESTS_STREAM_WORLD_H

#include "check_program.h"
#include "run/record.h"
#include <string.h>

#define DIGEST                                                                 \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SELECTION                                                              \
    "\"selection\":{\"only\":\"*\",\"level\":\"\",\"shard\":1,"                \
    "\"shards\":1,\"max_wait_ms\":-1,\"repeat\":1}"
#define CATALOGUE                                                              \
    "\"profile\":\"signals\",\"catalogue_sha256\":\"" DIGEST                   \
    "\",\"catalogue_criteria\":9,\"profile_criteria\":9"
/* Without its closing brace, for what else a plan says. */
#define OPEN_PLAN "{\"type\":\"plan\",\"schema\":2," SELECTION "," CATALOGUE

/* `want`: a part of the reason why it is refused; NULL: it is sound. */
static inline void expect_reading(const char *label, const char *stream,
                                  const char *want)
{
    struct record record;

    record_init(&record);
    enum fault fault = record_read(&record, bytes_of(stream, strlen(stream)));
    ck_assert_msg((fault == FAULT_NONE) == (want == NULL), "%s: %s", label,
                  fault_reason());
    if (want != NULL)
        ck_assert_msg(strstr(fault_reason(), want) != NULL,
                      "%s: want \"%s\", got \"%s\"", label, want,
                      fault_reason());
    record_deinit(&record);
}

#endif
