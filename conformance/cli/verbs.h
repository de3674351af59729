/* What each verb does. Each returns an enum exit_status. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/options.h"

int verb_list(const struct options *options);
int verb_explain(const struct options *options);
int verb_run(const struct options *options);
int verb_mutants(const struct options *options);
int verb_probe(const struct options *options);
int verb_init(const struct options *options);
int verb_report(const struct options *options);
int verb_keygen(const struct options *options);
int verb_certify(const struct options *options);
int verb_verify(const struct options *options);
int verb_completion(const struct options *options);

struct target_choice;
/* What --mock, --reference, --url, --target and --profile choose. EXIT_GOOD, or
 * EXIT_USAGE with the reason said. */
int read_choice(const struct options *options, struct target_choice *choice);

/* One line on stderr; returns EXIT_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* EXIT_GOOD, or EXIT_USAGE when --jobs is out of range; that has been said. */
int check_jobs(const struct options *options);

/* "A", "AA", "AAA", or NULL for any. */
bool is_level(const char *level);

/* The profile that is meant, one of enum profile; 0 when there is no such, or
 * none of its criteria is written yet (and that has been said). */
unsigned profile_meant(const char *name);
/* The same as a set; NULL means all that are written. */
unsigned profiles_meant(const char *name);

#endif
