/* Who has a lane in a sequence chart, and where it is. */
#ifndef REPORT_HTML_LANES_H
#define REPORT_HTML_LANES_H

#include "report/html/page.h"

enum { CLIENTS_MAX = 4, WITNESSES_MAX = 2, LANES_MAX = 8 };

struct lane {
    const char *name;  /* borrowed */
    const char *peer;  /* as steps name it; NULL: the server */
    const char *class; /* "client", "server", "witness", "tool" */
    int x;
};

struct lanes {
    struct lane at[LANES_MAX]; /* from left to right */
    size_t count;
    int server;     /* where its lane is */
    int width;      /* of the chart */
    unsigned steps; /* that have a lane */
};

/* Clients stand left of the server, witnesses right, then the tool. Whom `seen`
 * names has a lane in any case; of others, those that come first. */
void lanes_choose(struct lanes *lanes, const struct cJSON *steps,
                  const char *seen);

/* -1: this peer has no lane. */
int lanes_place(const struct lanes *lanes, const char *peer);

#endif
