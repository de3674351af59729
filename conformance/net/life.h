/* What connection.c and talk.c share, and nobody else. */
#ifndef NET_LIFE_H
#define NET_LIFE_H

#include "base/clock.h"
#include "net/connection.h"

enum { FAREWELL_MAX = 400 }; /* bytes of an EVENT_GONE's remark */

/* connection.c: each may leave the connection GONE. */
void connect_next(struct connection *connection);
void tell(struct connection *connection, struct event event);
void complain(struct connection *connection, const char *sentence);
/* complain, and the end of the connection. */
void violation(struct connection *connection, const char *sentence);
void finish(struct connection *connection, enum ending ending,
            const char *remark);

/* talk.c */
void flush(struct connection *connection);
void receive(struct connection *connection);
/* The handshake's deadline has passed. */
void on_silence(struct connection *connection);

#endif
