/* Sentences for faults, and the latest reason. */
#include "base/fault.h"
#include <stdarg.h>
#include <stdio.h>

static char reason[1024] = "no fault yet";

const char *fault_text(enum fault fault)
{
#define FAULT_AS_CASE(name, number, text)                                      \
    case FAULT_##name: return text;
    switch (fault) {
        FAULTS(FAULT_AS_CASE)
    case FAULT_NONE: return "no fault";
    }
    return "unknown fault";
}

enum fault fault_say(enum fault fault, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);
    return fault;
}

const char *fault_reason(void)
{
    return reason;
}
