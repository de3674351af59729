/* The decisions of one of several servers. */
#ifndef CORE_NODES_POLICY_H
#define CORE_NODES_POLICY_H

#include "core/text.h"
#include <stdbool.h>

struct core;
struct request;

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
    /* What of the query of a request may the others read? */
    struct text (*query_told)(const struct request *request,
                              struct text needed);
    /* Does it serve on, by what it knows, without what they share? */
    bool (*serves_alone)(const struct core *core);
};

#define SECURE_NODES                                                           \
    {                                                                          \
        .hears_of = secure_hears_of, .query_told = secure_query_told,          \
        .serves_alone = secure_serves_alone                                    \
    }

bool secure_hears_of(const struct core *core, enum tidings tidings);
struct text secure_query_told(const struct request *request,
                              struct text needed);
bool secure_serves_alone(const struct core *core);

#endif
