/* The control API, for operators and for a bench that looks inside: HTTP on
 * the loopback, with a bearer token, on a listener of its own.
 *
 *     POST /publish {"text":…}   204   to every member; of `pos` with
 * "restaurant" POST /revoke {"jti":…}     204   a token that holds no longer
 *     POST /directory {…}        204   of `pos`: control_directory.h
 *     POST /managers {"user":…}  409   of `factory`: no caller may have one
 *     GET  /inspect?since=N      200   what core_inspect tells
 *     GET  /latest               200   of `signals`, for its users: what was
 *                                      broadcast; 401 without a good token
 *
 * 401 without the token, 404 another path, 405 another method, 411 no length,
 * 413 a body above CONTROL_BODY_MAX, 400 a body that is not exactly what is
 * asked, 503 a directory that cannot be written. */
#ifndef SHELL_CONTROL_H
#define SHELL_CONTROL_H

#include <libwebsockets.h>

enum { CONTROL_BODY_MAX = 64 * 1024 };

/* For the vhost that serves it. Its context's user is the struct server. */
extern const struct lws_protocols control_protocols[2];

struct server;
/* Somebody's request may be answered now: what it waited for has come out of
 * the log, or never will. */
void control_look_again(struct server *server);

#endif
