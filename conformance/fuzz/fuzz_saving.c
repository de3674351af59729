/* Feeds arbitrary bytes as the answer to a step, with a pointer or an
 * expression that is taken from its first line: what is saved is a text of the
 * answer's. */
#include "net/steps.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

enum { PLACE_BYTES_MAX = 64 };

static const char *const expressions[] = {
    "value=\"([^\"]+)\"",
    "(a|b)+=([0-9]{1,4})",
    "^([^;]*);",
    "(x*)y",
};

static void check_pointer(const char *answer, const char *pointer)
{
    char *found = pointer_text(answer, pointer);

    free(found);
}

static void check_expression(const char *answer, unsigned which)
{
    char *found = regex_text(answer, expressions[which % COUNT(expressions)]);

    MUST(found == NULL || strstr(answer, found) != NULL);
    free(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    size_t place = text == NULL ? 0 : strcspn(text, "\n");

    if (text == NULL || text[place] == 0 || place > PLACE_BYTES_MAX) {
        free(text);
        return 0;
    }
    text[place] = 0;
    check_pointer(text + place + 1, text);
    check_expression(text + place + 1, (unsigned char)text[0]);
    free(text);
    return 0;
}
