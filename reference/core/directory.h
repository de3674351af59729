/* What the core asks of the directory: users, restaurants and orders of the
 * `pos` system. A store (reference/store) answers; the core knows no SQL. */
#ifndef CORE_DIRECTORY_H
#define CORE_DIRECTORY_H

#include "core/jwt.h"
#include "core/text.h"
#include <stdbool.h>
#include <stdint.h>

enum limits_of_directories {
    UUID_CHARS = 36,
    STATUS_BYTES_MAX = 16,
    NOTES_CHARS_MAX = 1000,
};

/* FAILED: the store could not be asked. Whoever needed the answer refuses. */
enum finding { FOUND, ABSENT, FAILED };

struct user {
    char id[SUBJECT_BYTES_MAX + 1];
    char role[ROLE_BYTES_MAX + 1];   /* "" when it has none */
    char restaurant[UUID_CHARS + 1]; /* "" when it has none */
};
struct restaurant {
    char id[UUID_CHARS + 1];
    bool active;
};
struct order {
    char id[UUID_CHARS + 1];
    char restaurant[UUID_CHARS + 1];
    char status[STATUS_BYTES_MAX + 1];
};

struct directory_ops {
    /* Fill the last argument only when FOUND. */
    enum finding (*find_user)(void *self, struct text id, struct user *user);
    enum finding (*find_restaurant)(void *self, struct text id,
                                    struct restaurant *restaurant);
    enum finding (*find_order)(void *self, struct text id, struct order *order);
    /* FOUND once it is stored; ABSENT where no such order is. */
    enum finding (*set_status)(void *self, struct text order,
                               struct text restaurant, struct text status,
                               struct text notes);
    /* A number that differs whenever anything may have changed, by whomsoever;
     * 0 when the store cannot be asked. */
    uint64_t (*version)(void *self);
};
struct directory {
    const struct directory_ops *ops; /* NULL: there is none */
    void *self;
};

#endif
