/* Mutants of `rooms` whose log is silent where it should tell. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/activity.h"
#include <stdio.h>

static bool is_event(const struct activity *activity, const char *event)
{
    return strcmp(activity->event, event) == 0;
}

static bool is_good(const struct activity *activity)
{
    return strcmp(activity->outcome, "ok") == 0;
}

/* The line, unless `silent`. */
static void line_unless(bool silent, const struct connection *connection,
                        const struct activity *activity, char *into,
                        size_t size)
{
    into[0] = 0;
    if (!silent)
        secure_activity_line(connection, activity, into, size);
}

void logs_refusals_only(const struct connection *connection,
                        const struct activity *activity, char *into,
                        size_t size)
{
    line_unless(is_good(activity), connection, activity, into, size);
}

void logs_nobody_who_goes(const struct connection *connection,
                          const struct activity *activity, char *into,
                          size_t size)
{
    line_unless(is_event(activity, "disconnect"), connection, activity, into,
                size);
}

/* "It is in the database anyway." */
void logs_nothing_that_is_said(const struct connection *connection,
                               const struct activity *activity, char *into,
                               size_t size)
{
    line_unless(is_event(activity, "room_message"), connection, activity, into,
                size);
}

void logs_no_rooms(const struct connection *connection,
                   const struct activity *activity, char *into, size_t size)
{
    struct activity roomless = { activity->event, activity->outcome, "" };

    secure_activity_line(connection, &roomless, into, size);
}

void logs_nobodys_name(const struct connection *connection,
                       const struct activity *activity, char *into, size_t size)
{
    (void)connection;
    snprintf(into, size, "info: activity event=%s room=%s outcome=%s",
             activity->event, activity->room, activity->outcome);
}

void logs_no_refused_origin(const struct connection *connection,
                            const struct activity *activity, char *into,
                            size_t size)
{
    line_unless(strcmp(activity->outcome, "origin") == 0, connection, activity,
                into, size);
}

void logs_refusals_as_notes(const struct connection *connection,
                            const struct objection *objection, char *into,
                            size_t size)
{
    snprintf(into, size, "info: message refused %s user=%s event=%s",
             connection->peer, connection->member->claims.subject,
             objection->event == NULL ? "-" : objection->event);
}

/* "One line for each attacker is enough." */
void logs_the_first_refusal_only(const struct connection *connection,
                                 const struct objection *objection, char *into,
                                 size_t size)
{
    struct connection *own = (struct connection *)connection;

    secure_objection_line(connection, objection, into, size);
    if (own->has_claimed) /* nothing else asks for it in `rooms` */
        snprintf(into, size, "debug: refused again");
    own->has_claimed = true;
}

/* The sentence of the failure is there, at a level that nobody reads. */
void logs_strangers_for_developers(const struct connection *connection,
                                   const struct activity *activity, char *into,
                                   size_t size)
{
    secure_activity_line(connection, activity, into, size);
    if (!is_good(activity) && connection->member == NULL)
        snprintf(into, size, "debug: connect %s", connection->peer);
}

static bool is_of_owners(const struct activity *activity)
{
    static const char *const events[] = { "create_room", "update_room",
                                          "delete_room", "invite", "kick" };

    for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
        if (is_event(activity, events[i]))
            return true;
    return false;
}

/* Members are watched, their landlords are not. */
void logs_nothing_of_owners(const struct connection *connection,
                            const struct activity *activity, char *into,
                            size_t size)
{
    line_unless(is_of_owners(activity), connection, activity, into, size);
}

/* "That would fill the disk." */
void logs_nobody_who_is_fast(const struct connection *connection,
                             const struct objection *objection, char *into,
                             size_t size)
{
    secure_objection_line(connection, objection, into, size);
    if (objection->fault == MESSAGE_RATE)
        snprintf(into, size, "debug: too fast");
}
