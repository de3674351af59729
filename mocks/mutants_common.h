/* What several mutants do wrong in the same way. */
#ifndef MOCKS_MUTANTS_COMMON_H
#define MOCKS_MUTANTS_COMMON_H

#include "core/policy.h"
#include "core/secure.h"
#include "core/state.h"

struct cJSON;

/* The last second that a date can name: a token until then is eternal. */
#define ETERNITY_S INT64_C(253402300799)

/* An eternal member of this name and no role, whom nobody has verified. */
struct claims claims_of(const char *subject);

/* The secure admission under another policy, for this one stranger. */
void admit_under(const struct policy *lax, struct core *core,
                 struct connection *stranger, const struct request *request);

/* The secure search, as if the system had these carriers. */
void find_by_carriers(const struct core *core, unsigned carriers,
                      const struct request *request,
                      struct presented *presented);

/* The secure verdict on a token under another policy, for this one token. */
enum token_fault verify_under(const struct policy *lax, struct core *core,
                              struct text token, struct claims *claims);

/* The token that the request presents, into *presented; empty when none. */
struct text token_in(const struct core *core, const struct request *request,
                     struct presented *presented);
/* The first HTTP header of this name (in any case); {NULL, 0} when none. */
struct text mutant_header(const struct request *request, const char *name);
/* The header or the claims of a token, read without a look at the signature;
 * NULL when that cannot be. cJSON_Delete it. */
struct cJSON *header_of(struct text token);
struct cJSON *payload_of(struct text token);
/* Its `alg`, copied; "" when it has none. */
void algorithm_of(struct text token, char *into, size_t size);

/* The secure verdict, but for the signature (and the choice of its key), which
 * is not looked at. */
enum token_fault verify_unsigned(struct core *core, struct text token,
                                 struct claims *claims);

/* Whoever sits in a room hears and speaks there, whatever its rules say now. */
bool hears_whoever_sits(const struct core *core, const struct seat *seat);
bool lets_whoever_sits_speak(const struct core *core, const struct room *room,
                             const struct connection *connection);
/* The room that the message asks to join, unchecked; NULL when it does not. */
struct room *room_to_join(const struct core *core, const struct cJSON *message);

#endif
