/* The one extension that is understood: permessage-deflate, RFC 7692. */
#ifndef NET_EXTENSION_H
#define NET_EXTENSION_H

#include "net/response.h"

/* Takes one item of Sec-WebSocket-Extensions, whose name is `name`; false where
 * a server may not say that. */
bool extension_agrees(struct response *response, struct bytes item,
                      struct bytes name);

#endif
