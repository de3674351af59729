/* Does one step behind the other, and keeps what each is to save: a log-in, or
 * what has to be there before the first dial. */
#ifndef NET_STEPS_H
#define NET_STEPS_H

#include "adapter.h"
#include "manifest/manifest.h"
#include "net/call.h"

enum limits_of_steps {
    STEPS_VALUES_MAX =
        IDENTITY_VALUES_MAX + MANIFEST_STEPS_MAX * MANIFEST_SAVES_MAX,
    STEP_ANSWER_MAX = 1024 * 1024,
    SAVED_BYTES_MAX = 16 * 1024, /* of one value */
};

/* Values by name, NULL-named at the end; those that were saved are owned. */
struct values {
    struct pair at[STEPS_VALUES_MAX + 1];
    size_t count;
    size_t given; /* of these, the first, which are borrowed */
};

/* One step behind the other, for who looks at each answer. */
struct walk {
    struct caller caller; /* deinit it */
    struct values *values;
    const char *what;
    size_t number; /* of the step, from 1 */
};

/* As steps_run begins; deinit `values` and the caller in any case. */
enum fault walk_begin(struct walk *walk, const struct manifest *manifest,
                      const char *what, const struct pair *given,
                      struct values *values);
/* FAULT_DENIED: it was answered, with another status than it should, or had
 * nothing to save. FAULT_HOOK: it was not. */
enum fault walk_step(const struct walk *walk, const struct step *step,
                     long *status, struct buffer *answer);

/* Begins with `given` (NULL: none; at most IDENTITY_VALUES_MAX) and a cookie
 * jar that is empty. FAULT_HOOK: a step failed, was answered with another
 * status, or had nothing to save where it should; fault_reason() says which, as
 * "what, step 2: …". Deinit `into` in any case. */
enum fault steps_run(const struct manifest *manifest, const char *what,
                     const struct steps *steps, const struct pair *given,
                     struct values *into);
void values_deinit(struct values *values);

/* What stands at a JSON pointer (RFC 6901): a string, or a number or a boolean
 * as it is written; free() it. NULL: nothing, or no scalar. */
char *pointer_text(const char *json, const char *pointer);
/* The first group of the expression's first match; NULL: no match. free() it.
 */
char *regex_text(const char *text, const char *expression);

#endif
