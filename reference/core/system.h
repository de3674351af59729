/* What each of the reviewed systems adds: PROTOCOL.md. */
#ifndef CORE_SYSTEM_H
#define CORE_SYSTEM_H

#include "core/state.h"

enum carries {
    CARRIES_QUERY = 1 << 0,
    CARRIES_BEARER = 1 << 1,
    CARRIES_SUBPROTOCOL = 1 << 2,
    CARRIES_FIRST_MESSAGE = 1 << 3,
};

struct system {
    enum served served;
    unsigned carriers;              /* set of enum carries */
    const char *event_type;         /* of a broadcast: "signal", "event" */
    const char *refusal_event;      /* of the audit: "auth_refused", … */
    bool logs_activity;             /* in a line for each that members do */
    const char *refusal_severity;   /* "": by the fault */
    size_t message_max;             /* of a member, in bytes */
    size_t first_message_max;       /* of a stranger */
    const struct refusal *refusals; /* by enum refusal_cause */
    /* Fills endpoint and restaurant. */
    enum route (*find_route)(const struct core *core, struct text path,
                             struct connection *stranger);
    /* Serves one message of a known type; false with an objection. */
    bool (*serve)(struct core *core, struct connection *connection,
                  const char *type, const struct cJSON *message,
                  struct objection *objection);
    /* Adds to an error what its client may know; NULL: nothing. */
    void (*explain)(const struct objection *objection, struct cJSON *error);
};

const struct system *system_for(enum served served);
extern const struct system system_signals;
extern const struct system system_factory;
extern const struct system system_pos;
extern const struct system system_rooms;

/* The name of an endpoint in records: "pos", "kitchen", "management"; "". */
const char *endpoint_name(const struct core *core,
                          const struct connection *connection);

/* --- messages.c ----------------------------------------------------------- */

/* Always false, with the objection filled. */
bool object_to(struct objection *objection, enum message_fault fault,
               const char *detail);
/* The string of that name; NULL when it is none. */
const char *member_string(const struct cJSON *message, const char *name);
/* Sends an object, and deletes it; NULL is fine. */
void send_object(struct core *core, const struct connection *connection,
                 struct cJSON *object);
/* Answers what failed, logs it, and reports what was forbidden. */
void message_answer(struct core *core, struct connection *connection,
                    const struct objection *objection);
/* {"type":"identity","user_id":…} */
bool tell_identity(struct core *core, const struct connection *connection);

/* --- orders.c ------------------------------------------------------------- */

bool order_serve(struct core *core, struct connection *connection,
                 const char *type, const struct cJSON *message,
                 struct objection *objection);

/* --- first_message.c ------------------------------------------------------ */

/* Has the stranger's due time come? Turns it away then. */
void first_message_missed(struct core *core, struct connection *stranger);
void send_auth_error(struct core *core, const struct connection *stranger);

#endif
