/* The tool's own troubles: one list of small negatives with a sentence each.
 * A fault is never a verdict on a target; the caller decides what it means. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#define FAULTS(X)                                                              \
    X(WAIT, 1, "nothing to read yet")                                          \
    X(ENDED, 2, "the peer ended the stream")                                   \
    X(RESET, 3, "the peer reset the connection")                               \
    X(REFUSED, 4, "nobody listens at this address")                            \
    X(TIMEOUT, 5, "no answer within the deadline")                             \
    X(PROTOCOL, 6, "the peer broke the protocol")                              \
    X(LIMIT, 7, "a size limit was reached")                                    \
    X(MEMORY, 8, "out of memory")                                              \
    X(SYSTEM, 9, "a system call failed")                                       \
    X(TLS, 10, "TLS failed")                                                   \
    X(ABSENT, 11, "the target offers no such hook")                            \
    X(HOOK, 12, "a hook of the target failed")                                 \
    X(MANIFEST, 13, "the manifest is wrong")                                   \
    X(OUTPUT, 14, "a report could not be written")                             \
    X(DENIED, 15, "a hook of the target answered with an error")               \
    X(KEY, 16, "a key is of no use")
#define FAULT_AS_ENUM(name, number, text) FAULT_##name = -(number),
enum fault { FAULT_NONE, FAULTS(FAULT_AS_ENUM) };

/* The sentence of the list above. */
const char *fault_text(enum fault fault);

/* Writes down why, once, where the reason is known, and returns the fault.
 * fault_reason gives the latest text; never NULL. */
enum fault fault_say(enum fault fault, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *fault_reason(void);

#endif
