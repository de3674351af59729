/* What operators may ask for over the control API: PROTOCOL.md. */
#ifndef SHELL_ACTIONS_H
#define SHELL_ACTIONS_H

struct server;
struct cJSON;

/* Each takes the body of a POST, NULL where that is no strict object, and
 * returns an HTTP status; it may set *answer, a JSON text to be free'd. */
typedef int action(struct server *server, const struct cJSON *body,
                   char **answer);

action action_publish;
action action_revoke;
action action_directory;
action action_managers;

#endif
