/* Which frames messages are: texts, unless the manifest has layouts for them,
 * or has all of them in binary frames. For the files of this folder alone. */
#ifndef BENCH_FRAMING_H
#define BENCH_FRAMING_H

#include "base/bytes.h"
#include <stdbool.h>

struct bench;
struct event;
struct peer;

/* Did this message go out in a binary frame? Then nothing is left to do, nor
 * where it could not, which decides. */
bool framing_said(struct peer *peer, struct bytes message);

/* Was this binary frame a message? Then it has been taken. */
bool framing_took(struct peer *peer, const struct event *event);

/* What goes out in pieces, with the handshake or compressed by us is a text: a
 * criterion that asks for it of a message in bytes is not applicable. NULL: of
 * any message. */
void framing_demand_text(struct bench *bench, const char *message);

#endif
