/* Asks at another door of the target, over HTTP. */
#ifndef NET_DOOR_H
#define NET_DOOR_H

#include "adapter.h"
#include "manifest/manifest.h"

/* Does the door's steps, and while inquiry->meanwhile is called those of its
 * reading. Without a token what mentions {token} is left out: a header, a
 * parameter of the query or of a form, a member of a JSON body; whatever else
 * does so holds nothing in its place. The last step is asked even where one
 * before it is refused. FAULT_HOOK: a step was not answered. */
enum fault door_knock(const struct manifest *manifest,
                      const struct inquiry *inquiry, struct reply *into);

/* This text of a request (a query, a form) without the parameters that mention
 * {token}; free() it. */
char *parameters_without(const char *text);

#endif
