/* Feeds arbitrary bytes as a frame: the message that it is by some layout is
 * that frame again, byte for byte. */
#include "bench/layout.h"
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "{\"a\":[{\"hex\":\"00\"},{\"leb128\":\"n\"},{\"sized\":\"s\"},"
    "{\"inside\":[{\"leb128\":\"m\"},{\"inside\":[{\"sized\":\"u\"},"
    "{\"rest\":\"t\"}]}]},{\"hex\":\"7a\"}],"
    "\"b\":[{\"leb128\":\"n\"},{\"rest\":\"t\"}],"
    "\"c\":[{\"sized\":\"s\"},{\"sized\":\"t\"}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static cJSON *layouts;
    struct buffer frame;

    if (layouts == NULL)
        layouts = cJSON_Parse(text);
    cJSON *message = layout_read(layouts, bytes_of(data, size));
    if (message == NULL)
        return 0;
    buffer_init(&frame, LAYOUT_FRAME_MAX);
    MUST(layout_write(layouts, message, &frame) == FAULT_NONE);
    MUST(frame.length == size);
    MUST(size == 0 || memcmp(frame.at, data, size) == 0);
    buffer_deinit(&frame);
    cJSON_Delete(message);
    return 0;
}
