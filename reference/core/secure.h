/* The entries of secure_policy under their own names, so that a mutant can
 * wrap the one that it breaks; policy.h says what each decides. */
#ifndef CORE_SECURE_H
#define CORE_SECURE_H

#include "core/policy.h"

/* door.c, addresses.c, carriers.c */
enum route secure_find_route(const struct core *core, struct text path,
                             struct connection *stranger);
bool secure_serves_in_the_clear(const struct core *core);
bool secure_reads_head_of(const struct core *core, size_t bytes);
bool secure_origin_is_allowed(const struct settings *settings,
                              const struct request *request);
/* What a connection is called in the log, in events and in the pool: the peer
 * of its socket, or whom the trusted proxy speaks for. */
void peer_of(const struct settings *settings, const struct request *request,
             char into[PEER_BYTES_MAX + 1]);
void secure_address_of(const struct settings *settings,
                       const struct request *request,
                       char into[PEER_BYTES_MAX + 1]);
bool secure_may_attempt(struct core *core, const char *address);
bool secure_window_has_passed(int64_t since_ms, int64_t now_ms, int window_ms);
bool secure_may_wait(const struct core *core, const char *address);
bool secure_is_full(const struct core *core);
bool secure_is_uuid(struct text text);
void secure_choose_subprotocol(const struct request *request, char *into,
                               size_t size);
bool secure_offers_what_is_spoken(const struct settings *settings,
                                  const struct request *request);
void secure_choose_spoken(const struct settings *settings,
                          const struct request *request, char *into,
                          size_t size);
void secure_find_token(const struct core *core, const struct request *request,
                       struct presented *presented);
bool secure_credentials_conflict(const struct presented *presented);
bool secure_is_missing(const struct presented *presented);
void secure_plan_cleanup(struct core *core);
void secure_clean_up(struct core *core);

/* token_policy.c */
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

/* issuer.c */
int64_t secure_token_life_s(const struct settings *settings);

/* latest.c */
enum token_fault secure_verify_elsewhere(struct core *core, struct text token,
                                         struct claims *claims);
char *secure_refusal_elsewhere(const struct core *core, enum token_fault fault,
                               struct text token);

/* admission.c */
enum token_fault secure_verify_token(struct core *core, struct text token,
                                     struct claims *claims);
void secure_admit(struct core *core, struct connection *stranger,
                  const struct request *request);
void secure_greet(struct core *core, struct connection *stranger);
struct refusal secure_refusal(const struct core *core, enum refusal_cause cause,
                              enum token_fault fault, struct text token);
void secure_turn_away(struct core *core, struct connection *stranger,
                      enum refusal_cause cause, enum token_fault fault,
                      struct text token);
void secure_decoder_failed(struct core *core, struct connection *stranger,
                           struct text token);
void secure_join_pool(struct core *core, struct connection *stranger,
                      const struct claims *claims);

/* first_message.c */
void secure_stranger_spoke(struct core *core, struct connection *stranger,
                           struct text message, bool is_text);
enum first_kind secure_read_first_message(struct text message, bool is_text,
                                          struct presented *presented,
                                          struct claimed *claimed);
int64_t secure_first_message_due_ms(const struct connection *stranger,
                                    const struct settings *settings);
void secure_stirred(struct core *core, struct connection *connection);
bool secure_claimed_user_holds(const struct claims *claims,
                               const struct claimed *claimed);
const char *secure_welcome_user(const struct claims *claims,
                                const struct claimed *claimed);
void secure_welcome(struct core *core, struct connection *connection,
                    const struct claimed *claimed);

/* rights.c */
enum access secure_access(struct core *core, const struct connection *stranger,
                          const struct claims *claims,
                          const struct claimed *claimed);
enum finding secure_find_user(struct core *core, const struct claims *claims,
                              const struct claimed *claimed, struct user *user);
enum finding secure_find_restaurant(struct core *core, const char *id);
bool secure_belongs_to(const struct user *user, const char *restaurant);
bool secure_role_may_manage(const char *role);
bool secure_lets_in(enum endpoint endpoint, enum access access);
void secure_directory_failed(struct core *core, struct connection *stranger);
void secure_recheck(struct core *core, struct connection *connection);

/* places.c, managers.c */
bool secure_has_place(const struct core *core, const struct claims *claims);
bool secure_take_place(struct core *core, struct connection *connection);
void secure_leave_place(struct core *core, struct connection *connection,
                        enum leaving how);
struct manager *secure_manager_for(struct core *core,
                                   const struct claims *claims);
const char *secure_without_context(struct core *core);
void secure_count(struct core *core, enum metric metric);
const char *secure_identity_of(const struct member *member);

/* policy.c */
void secure_depart(struct core *core, struct connection *connection,
                   enum departure how);
bool secure_may_publish(const struct claims *claims);
bool secure_has_outlived(const struct claims *claims, int64_t now_ms);
bool secure_ends_with(const struct claims *claims, struct text jti);
bool secure_may_cut_off(int64_t refused_ms, int64_t now_ms, int close_ms);
const char *secure_error_text(enum message_fault fault, const char *detail);
void secure_audit_refusal(struct core *core, const struct connection *stranger,
                          enum refusal_cause cause, enum token_fault fault);
void secure_monitor_failed(struct core *core, const char *peer);

/* broadcast.c, messages.c, orders.c, clean_text.c */
void secure_broadcast(struct core *core, struct text text,
                      const struct audience *audience);
bool secure_may_hear(const struct member *member,
                     const struct audience *audience);
size_t secure_message_max(const struct core *core,
                          const struct connection *connection, bool is_text);
void secure_overlong(struct core *core, struct connection *connection);
void secure_frame_failed(struct core *core, struct connection *connection,
                         uint16_t code);
struct cJSON *secure_read_message(struct text message);
bool secure_obey(struct core *core, struct connection *connection,
                 const struct cJSON *message, struct objection *objection);
void secure_message_failed(struct core *core, struct connection *connection,
                           const struct objection *objection);
enum finding secure_find_order(struct core *core, const struct member *member,
                               struct text id, struct order *order);
bool secure_order_is_ours(const struct order *order,
                          const struct member *member);
bool secure_status_is_valid(struct text status);
bool secure_text_is_short(struct text text);
char *secure_clean_text(struct text text);

/* sizes.c */
bool secure_measure(struct core *core, struct connection *connection,
                    struct text message, struct excess *excess);
bool secure_size_fits(const struct core *core, enum size_kind kind,
                      size_t size);
size_t secure_text_chars(struct text raw);

/* compression.c */
bool secure_agrees_to_deflate(const struct core *core);
bool secure_compresses(bool agreed, size_t length);
size_t secure_inflated_max(const struct core *core,
                           const struct connection *connection, bool is_text);

/* room_binary.c */
struct room *secure_binary_room(struct core *core,
                                struct connection *connection,
                                struct objection *objection);
void secure_relay_binary(struct core *core, const struct room *room,
                         const struct connection *connection,
                         struct text bytes);

/* room_rules.c, rooms.c, room_messages.c */
bool secure_room_id_is_valid(struct text id);
bool secure_room_name_is_valid(struct text name, size_t bytes_max);
bool secure_room_level_read(struct text name, enum room_level *level);
struct room *secure_room_find(struct core *core, struct text id);
bool secure_room_may_make(struct core *core, struct text id);
bool secure_room_may_own(const struct core *core, const char *owner);
bool secure_room_admits(const struct room *room, const struct member *member);
bool secure_room_is_full(const struct room *room);
bool secure_room_enter(const struct core *core, struct room *room,
                       struct connection *connection);
bool secure_room_may_speak(const struct core *core, const struct room *room,
                           const struct connection *connection);
bool secure_room_may_write(const struct room *room,
                           const struct member *member);
bool secure_room_may_hear(const struct core *core, const struct seat *seat);
bool secure_room_may_manage(const struct room *room,
                            const struct member *member);
bool secure_room_may_see(const struct core *core, const struct room *room,
                         const struct member *member);
struct cJSON *secure_room_json(const struct room *room);
void secure_room_changed(struct core *core, struct room *room);
void secure_room_withdrawn(struct core *core, struct seat *seat);
void secure_room_delete(struct core *core, struct room *room);
void secure_rooms_leave(struct core *core, struct connection *connection,
                        enum leaving how);
bool secure_room_is_due(const struct core *core, const struct room *room,
                        int64_t now_ms);

/* redaction.c */
void secure_access_line(const struct request *request, char *into, size_t size);
void secure_clean_line(const char *line, char *into, size_t size);
void secure_failure_line(enum token_fault fault, struct text token,
                         const char *peer, char *into, size_t size);
void secure_objection_line(const struct connection *connection,
                           const struct objection *objection, char *into,
                           size_t size);
void secure_identity_line(const struct connection *connection, char *into,
                          size_t size);

/* carriers.c: what is presented, once or again. */
void presented_clear(struct presented *presented);
void present(struct presented *presented, struct text token);
bool header_is(const struct header *header, const char *name);
bool request_offers(const struct request *request, const char *subprotocol);

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
