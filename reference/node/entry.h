/* One event of the service as it stands in the log that its servers share: a
 * head, which is a JSON object, and a body, which is what a member said.
 * Strict in reading, though only servers write it: what one of them cannot
 * read, none may act on. */
#ifndef NODE_ENTRY_H
#define NODE_ENTRY_H

#include "core/nodes.h"

enum limits_of_entries {
    NODES_MAX = 64,             /* servers at one time */
    NODE_NUMBER_MAX = 8191,     /* of all that ever were; then from 1 again */
    ENTRY_HEAD_MAX = 64 * 1024, /* bytes */
    SETTINGS_BYTES_MAX = 1024,
};

enum entry_kind {
    ENTRY_BEGIN,    /* a server has come: settings, id = whom it replaces;
 code: 1 when it is the only one */
    ENTRY_BEAT,     /* … is still there; time passes */
    ENTRY_BURY,     /* … has not been heard of: id = its number */
    ENTRY_OPENED,   /* asked */
    ENTRY_RECEIVED, /* code: 1 for text, 0 for binary; body */
    ENTRY_PING,     /* body */
    ENTRY_STIRRED,
    ENTRY_PULSED,       /* a pong */
    ENTRY_OVERLONG,     /* code: 1 for text; size */
    ENTRY_FRAME_FAILED, /* code */
    ENTRY_CLOSE,        /* code */
    ENTRY_CLOSED,       /* code: enum departure */
    ENTRY_PUBLISH,      /* body */
    ENTRY_REVOKE,       /* body: a jti */
    ENTRY_REVOKE_USER,  /* body: a user */
    ENTRY_KINDS,
};

/* What a request said that anybody needs to know. */
struct asked {
    char peer[PEER_BYTES_MAX + 1];
    char path[PATH_BYTES_MAX + 1];
    char query[QUERY_BYTES_MAX + 1]; /* its `room`, no more: there is a token */
    struct vouched vouched;
};

struct entry {
    enum entry_kind kind;
    unsigned node;    /* that it comes from, from 1 */
    connection_id id; /* 0 where it is of no connection */
    int code;
    uint64_t size;                         /* of what was announced, in bytes */
    struct text body;                      /* borrowed */
    char settings[SETTINGS_BYTES_MAX + 1]; /* of ENTRY_BEGIN */
    struct asked asked;                    /* of ENTRY_OPENED */
};

/* Fills the rest, what was found out apart, from a request. */
void entry_ask(struct asked *asked, const struct request *request);
/* The head as text; cJSON_free() it. NULL without memory. */
char *entry_head(const struct entry *entry);
/* False when that is no entry. */
bool entry_read(struct entry *entry, struct text head, struct text body);

#endif
