/* The steps of a probe from the inside, for the files of this folder alone. */
#ifndef PROBE_STEPS_H
#define PROBE_STEPS_H

#include "bench/trial.h"
#include "probe/probe.h"

/* --- finding.c ------------------------------------------------------------ */

/* `why` may be NULL. Both texts are copied, without the manifest's secrets and
 * control characters. Never NULL. */
struct finding *find(struct probe *probe, enum finding_kind kind,
                     const char *step, const char *seen, const char *why);
struct finding *find_with(struct probe *probe, enum finding_kind kind,
                          const char *step, const char *why, const char *seen,
                          ...) __attribute__((format(printf, 5, 6)));
/* Takes the value, which may be NULL. */
void propose(struct finding *finding, const char *path, struct cJSON *value);
/* From here on the steps are tried with what it proposes. False: that would be
 * no manifest, and nothing has changed. */
bool adopt(struct probe *probe, const struct finding *finding);
/* The same, and where that would be no manifest the values are taken back. */
bool adopt_or_withdraw(struct probe *probe, struct finding *finding);
/* Sets the member at a path like "refusals.missing"; takes the value. */
void overlay_set(struct cJSON *overlay, const char *path, struct cJSON *value);

/* --- attempt.c ------------------------------------------------------------ */

/* Runs a trial in a world of its own, with the manifest of the probe or with
 * `manifest` in its place. False: it could not be done, or was stopped. */
bool attempt(struct probe *probe, const struct manifest *manifest,
             const char *name, trial *steps, void *context,
             struct result *result);
/* The manifest with `overlay` over all else; NULL: that is none. */
struct manifest *manifest_with(const struct probe *probe,
                               const struct cJSON *overlay);
/* Can other manifests than the one of the target be tried? */
bool may_search(const struct probe *probe);

/* --- entry.c, search.c ---------------------------------------------------- */

struct entry {
    struct sight good, none, garbage;
    bool served;     /* the good one */
    bool none_in;    /* open, and not as a refusal may leave it */
    bool garbage_in; /* likewise */
};
/* A good token, none and garbage: struct entry. */
trial try_entry;
void probe_entry(struct probe *probe);
/* An answer other than 101, to which no credential makes a difference. */
bool is_no_websocket(int status);
/* Looks for carriers, paths, … by which a good token is admitted, and garbage
 * is not; adopts them. False: there are none. */
bool search_entry(struct probe *probe, const struct entry *entry);

/* --- refusal.c ------------------------------------------------------------ */

void probe_refusals(struct probe *probe);

/* --- hear.c, look.c ------------------------------------------------------- */

void probe_broadcast(struct probe *probe);
void probe_answers(struct probe *probe);
void probe_rooms(struct probe *probe);
void probe_hooks(struct probe *probe);

/* --- pattern.c ------------------------------------------------------------ */

struct pair;
/* The pattern of a message that was heard: what is known of it by name
 * (NULL-ended), and what tells its type. NULL: nothing of what is known stands
 * in it. */
struct cJSON *pattern_of_message(const char *message, const struct pair *known);

#endif
