/* Time that a worker is granted beyond its deadline, because it waits for what
 * is not its own: a hook takes as long as its target pleases. Parent and worker
 * share the account; elsewhere there is none, and grants come to nothing. */
#ifndef BASE_GRACE_H
#define BASE_GRACE_H

#include <stdint.h>

enum { GRACE_MS_MAX = 10 * 60 * 1000 };

struct grace;

/* In the parent, before it forks. NULL without memory: then there are none. */
struct grace *grace_open(void);
void grace_close(struct grace *grace); /* NULL is fine */
/* What has been granted, at most GRACE_MS_MAX. */
int64_t grace_ms(const struct grace *grace);

/* In the worker: grants go to this account from now on. */
void grace_use(struct grace *grace);
/* Grants so much before the wait begins; below zero it takes back what was not
 * needed. */
void grace_grant(int64_t ms);

#endif
