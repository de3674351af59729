/* A plan as streams begin: a few criteria out of nine, of a catalogue that is
 * not this tool's. */
#ifndef TESTS_STREAM_WORLD_H
#define TESTS_STREAM_WORLD_H

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

#endif
