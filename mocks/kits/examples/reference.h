/* The example's own: the core and what stands around it. */
#ifndef EXAMPLES_REFERENCE_H
#define EXAMPLES_REFERENCE_H

#include "adapter.h"
#include "kits/wsconform.h"
#include "lab.h"
#include "manifest/manifest.h"

struct reference {
    struct manifest *manifest;
    struct lab *lab;
    const struct mutant *mutant;
    unsigned nodes;
    struct adapter *adapter;
    int base; /* our number of a socket is the line's without it; -1: unknown */
};

bool is(const char *name, const char *want);
/* A fresh world. */
void begin(struct reference *it);

/* reference_hooks.c: verbs, see struct wsconform_verb. */
void on_publish(void *self, int socket, const cJSON *line);
void on_inspect(void *self, int socket, const cJSON *line);
void on_tell_log(void *self, int socket, const cJSON *line);
void on_break_part(void *self, int socket, const cJSON *line);
void on_provision(void *self, int socket, const cJSON *line);
void on_revoke(void *self, int socket, const cJSON *line);
void on_ask_without_context(void *self, int socket, const cJSON *line);
void on_issue(void *self, int socket, const cJSON *line);
void on_stored(void *self, int socket, const cJSON *line);
void on_reset(void *self, int socket, const cJSON *line);

#endif
