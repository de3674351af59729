/* `report --from FILE…`: one stream, or all shards of one run. */
#ifndef CLI_STREAMS_H
#define CLI_STREAMS_H

#include "cli/options.h"
#include "run/record.h"

/* Fills `record`, and writes what --ndjson names. EXIT_GOOD, or EXIT_USAGE or
 * EXIT_UNSURE with all said. */
int streams_read(const struct options *options, struct record *record);

#endif
