/* A port that does nothing, for a core or a node that is fed strangers' bytes:
 * every effect is taken, none is kept. The clock and `self` are the fuzzer's.
 */
#ifndef FUZZ_DEAF_PORT_H
#define FUZZ_DEAF_PORT_H

#include "core/port.h"

static inline void deaf_accept(void *self, connection_id id,
                               const char *subprotocol)
{
    (void)self, (void)id, (void)subprotocol;
}

static inline void deaf_reject(void *self, connection_id id, int status)
{
    (void)self, (void)id, (void)status;
}

static inline bool deaf_send(void *self, connection_id id, struct text text)
{
    (void)self, (void)id;
    return text.length > 0;
}

static inline void deaf_close(void *self, connection_id id, uint16_t code,
                              const char *reason)
{
    (void)self, (void)id, (void)code, (void)reason;
}

static inline void deaf_id(void *self, connection_id id)
{
    (void)self, (void)id;
}

static inline void deaf_line(void *self, const char *line)
{
    (void)self, (void)line;
}

static inline const struct keyring *deaf_keyring(void *self)
{
    (void)self;
    return NULL;
}

static inline bool deaf_event(void *self, const char *event)
{
    (void)self, (void)event;
    return true;
}

static inline struct port deaf_port(void *self, int64_t (*now_ms)(void *self))
{
    return (struct port){ .accept = deaf_accept,
                          .reject = deaf_reject,
                          .send = deaf_send,
                          .send_binary = deaf_send,
                          .close = deaf_close,
                          .end = deaf_id,
                          .log = deaf_line,
                          .now_ms = now_ms,
                          .keyring = deaf_keyring,
                          .monitor = deaf_event,
                          .self = self };
}

#endif
