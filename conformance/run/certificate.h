/* A throw-away TLS certificate for the loopback. */
#ifndef RUN_CERTIFICATE_H
#define RUN_CERTIFICATE_H

#include "base/fault.h"

/* Writes a self-signed certificate for 127.0.0.1, ::1 and localhost, good for
 * a day, and its key, as PEM. */
enum fault certificate_write(const char *certificate_path,
                             const char *key_path);

#endif
