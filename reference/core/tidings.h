#ifndef CORE_TIDINGS_H
#define CORE_TIDINGS_H

/* What one of several servers was told. */
enum tidings {
    TIDINGS_LIFE, /* it is there, and time passes */
    TIDINGS_COMING,
    TIDINGS_WORDS, /* of a connection */
    TIDINGS_GOING,
    TIDINGS_PUBLISHED,
    TIDINGS_REVOKED,
    TIDINGS_DEATH, /* its own, with all its connections */
};

#endif
