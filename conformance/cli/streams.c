/* `report --from FILE…`: one stream, or all shards of one run. */
#include "cli/streams.h"
#include "cli/rendering.h"
#include "cli/verbs.h"
#include "run/merge.h"
#include "run/output.h"
#include "run/run.h"
#include <stdlib.h>

static int write_stream(const struct options *options, struct bytes text)
{
    if (options->ndjson == NULL ||
        output_write(options->ndjson, text) == FAULT_NONE)
        return EXIT_GOOD;
    return unsure_error(fault_reason());
}

static int read_shards(const struct options *options, struct shard *shards)
{
    struct buffer text;
    int status = EXIT_GOOD;

    for (size_t i = 0; i < options->streams.count && status == EXIT_GOOD; i++) {
        buffer_init(&text, RECORD_BYTES_MAX);
        const char *why = read_file(options->streams.at[i], &text);
        if (why != NULL)
            status = usage_error("%s cannot be read: %s",
                                 options->streams.at[i], why);
        else if (shard_read(&shards[i], options->streams.at[i],
                            buffer_view(&text)) != FAULT_NONE)
            status = unsure_error(fault_reason());
        buffer_deinit(&text);
    }
    return status;
}

/* The whole is read as any stream is: what does not add up is refused. */
static int merge(const struct options *options, struct shard *shards,
                 struct record *record)
{
    struct buffer text;
    int status = EXIT_GOOD;

    buffer_init(&text, RECORD_BYTES_MAX);
    if (shards_merge(shards, options->streams.count, &text) != FAULT_NONE ||
        record_read(record, buffer_view(&text)) != FAULT_NONE)
        status = unsure_error(fault_reason());
    if (status == EXIT_GOOD)
        status = write_stream(options, buffer_view(&text));
    buffer_deinit(&text);
    return status;
}

static int read_all(const struct options *options, struct record *record)
{
    struct shard *shards = calloc(options->streams.count, sizeof(*shards));

    if (shards == NULL)
        return unsure_error("out of memory");
    int status = read_shards(options, shards);
    if (status == EXIT_GOOD)
        status = merge(options, shards, record);
    for (size_t i = 0; i < options->streams.count; i++)
        record_deinit(&shards[i].record);
    free(shards);
    return status;
}

static int read_one(const struct options *options, struct record *record)
{
    struct buffer text;
    int status = EXIT_GOOD;

    buffer_init(&text, RECORD_BYTES_MAX);
    const char *why = read_file(options->streams.at[0], &text);
    if (why != NULL)
        status =
            usage_error("%s cannot be read: %s", options->streams.at[0], why);
    else if (record_read(record, buffer_view(&text)) != FAULT_NONE)
        status = unsure_error(fault_reason());
    else
        status = write_stream(options, buffer_view(&text));
    buffer_deinit(&text); /* before the reports need room */
    return status;
}

int streams_read(const struct options *options, struct record *record)
{
    return options->streams.count > 1 ? read_all(options, record)
                                      : read_one(options, record);
}
