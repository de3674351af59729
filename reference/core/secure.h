/* The entries of secure_policy under their own names, so that a mutant can
 * wrap the one that it breaks; policy.h says what each decides. */
#ifndef CORE_SECURE_H
#define CORE_SECURE_H

#include "core/policy.h"

/* token_policy.c */
void secure_find_token(const struct request *request,
                       struct presented *presented);
bool secure_is_missing(const struct presented *presented);
bool secure_has_compact_form(struct text token);
const struct key *secure_choose_key(const struct keyring *keyring,
                                    const struct cJSON *header);
bool secure_header_is_understood(const struct cJSON *header);
bool secure_signature_holds(const struct key *key, const struct cJSON *header,
                            struct text input, struct text signature);

/* claims.c */
bool secure_read_claims(const struct cJSON *payload, struct claims *claims);
bool secure_is_expired(const struct claims *claims, int64_t now_ms);
bool secure_is_premature(const struct claims *claims, int64_t now_ms);
bool secure_lives_too_long(const struct claims *claims, int max_lifetime_s);
bool secure_is_revoked(const struct core *core, const struct claims *claims);

/* admission.c */
void secure_admit(struct core *core, struct connection *stranger,
                  const struct request *request);
void secure_greet(struct core *core, struct connection *stranger);
struct refusal secure_refusal(enum refusal_cause cause, enum token_fault fault,
                              struct text token);
void secure_turn_away(struct core *core, struct connection *stranger,
                      enum refusal_cause cause, enum token_fault fault,
                      struct text token);
void secure_decoder_failed(struct core *core, struct connection *stranger,
                           struct text token);
void secure_stranger_spoke(struct core *core, struct connection *stranger,
                           struct text message);
void secure_join_pool(struct core *core, struct connection *stranger,
                      const struct claims *claims);

/* policy.c */
void secure_depart(struct core *core, struct connection *connection,
                   enum departure how);
bool secure_may_publish(const struct claims *claims);
bool secure_has_outlived(const struct claims *claims, int64_t now_ms);
bool secure_may_cut_off(int64_t refused_ms, int64_t now_ms, int close_ms);
const char *secure_error_text(enum message_fault fault, const char *detail);
void secure_audit_refusal(struct core *core, const struct connection *stranger,
                          enum refusal_cause cause, enum token_fault fault);

/* broadcast.c */
void secure_broadcast(struct core *core, struct text text);

/* redaction.c */
void secure_access_line(const struct request *request, char *into, size_t size);
void secure_clean_line(const char *line, char *into, size_t size);
void secure_failure_line(enum token_fault fault, struct text token,
                         const char *peer, char *into, size_t size);

/* Is this a character of base64url? */
bool base64url_has(char c);

/* query.c: the parameters of a query, in order. */
struct parameter {
    struct text name; /* as sent, still percent-encoded */
    struct text value;
    bool has_value; /* there is a '=' */
};
/* Takes the next parameter off the front of *query; false at its end. */
bool query_next(struct text *query, struct parameter *parameter);
/* Percent-decodes into at most `size` bytes, without NUL; '+' stays, and so
 * does a '%' that no two hex digits follow. The whole decoded length is
 * returned, even where it did not fit. */
size_t percent_decode(struct text from, char *into, size_t size);

#endif
