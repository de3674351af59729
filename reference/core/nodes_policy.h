/* The decisions of one of several servers. */
#ifndef CORE_NODES_POLICY_H
#define CORE_NODES_POLICY_H

#include <stdbool.h>

struct core;

/* What one of them was told. */
enum tidings {
    TIDINGS_LIFE, /* it is there, and time passes */
    TIDINGS_COMING,
    TIDINGS_WORDS, /* of a connection */
    TIDINGS_GOING,
    TIDINGS_PUBLISHED,
    TIDINGS_REVOKED,
    TIDINGS_DEATH, /* its own, with all its connections */
};

struct nodes_policy {
    /* Is what another was told acted on here as well? */
    bool (*hears_of)(const struct core *core, enum tidings tidings);
    /* Does it serve on, by what it knows, without what they share? */
    bool (*serves_alone)(const struct core *core);
};

#define SECURE_NODES                                                           \
    {                                                                          \
        .hears_of = secure_hears_of, .serves_alone = secure_serves_alone       \
    }

bool secure_hears_of(const struct core *core, enum tidings tidings);
bool secure_serves_alone(const struct core *core);

#endif
