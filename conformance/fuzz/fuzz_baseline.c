/* Feeds arbitrary bytes to the reader of baselines, and to what takes the noise
 * out of reasons. */
#include "manifest/baseline.h"
#include "run/reason.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)
#define NOW_MS INT64_C(1795298400000)

/* What is plain stays as it is. */
static void check_reason(const char *seen)
{
    char *plain = reason_plain(seen);

    MUST(plain != NULL && plain[0] != 0);
    MUST(reason_equals(seen, plain));
    free(plain);
}

static void check_entry(const struct baseline *baseline,
                        const struct known_failure *known)
{
    MUST(known->criterion[0] != 0 && known->profile[0] != 0);
    MUST(strlen(known->expires) == 10 && known->line > 0);
    MUST(known->seen_count >= 1 && known->seen_count <= BASELINE_REASONS_MAX);
    MUST(baseline_find(baseline, known->criterion, known->profile) == known);
    for (size_t i = 0; i < known->seen_count; i++)
        check_reason(known->seen[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer errors;
    char *text = strndup((const char *)data, size);

    buffer_init(&errors, 1024 * 1024);
    struct baseline *baseline =
        baseline_read_text("fuzz.json", bytes_of(data, size), NOW_MS, &errors);
    MUST((baseline != NULL) == (errors.length == 0));
    for (size_t i = 0; baseline != NULL && i < baseline->count; i++)
        check_entry(baseline, &baseline->at[i]);
    if (text != NULL)
        check_reason(text);
    free(text);
    baseline_free(baseline);
    buffer_deinit(&errors);
    return 0;
}
