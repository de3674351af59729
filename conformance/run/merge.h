/* The shards of one run, put together again. A part that is missing, there
 * twice, or of another run is refused: what was not asked is never green. */
#ifndef RUN_MERGE_H
#define RUN_MERGE_H

#include "base/buffer.h"
#include "base/digest.h"
#include "run/record.h"

struct shard {
    const char *name; /* of its file; borrowed */
    struct record record;
    char sha256[DIGEST_BYTES]; /* of its stream */
};

/* Reads the stream of one; record_deinit() its record whatever comes of it.
 * FAULT_PROTOCOL with a sentence that names the file. */
enum fault shard_read(struct shard *shard, const char *name, struct bytes text);

/* Writes the stream of the whole, which says what it was made of. Takes the
 * verdicts out of the records, and sorts the shards. FAULT_PROTOCOL with a
 * sentence. */
enum fault shards_merge(struct shard *shards, size_t count,
                        struct buffer *into);

/* How many shards the run had that this record is one of; 1: it is whole. */
unsigned shards_of(const struct record *record);
/* Which of them it is, from 1. */
unsigned shard_of(const struct record *record);

#endif
