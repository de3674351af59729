/* A hash table of counts. */
#include "shell/crowd.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct crowd_entry {
    struct crowd_entry *next;
    unsigned count;
    char host[];
};

void host_of(const char *peer, char into[HOST_SIZE])
{
    const char *colon = strrchr(peer, ':');
    size_t length = strlen(peer);

    if (strncmp(peer, "unix:", 5) == 0)
        length = strlen("unix");
    else if (colon != NULL)
        length = (size_t)(colon - peer);
    snprintf(into, HOST_SIZE, "%.*s", (int)length, peer);
}

/* FNV-1a. Who could choose its address so freely that many fall into one
 * bucket would need no bucket to be a crowd. */
static size_t bucket_of(const char *host)
{
    uint32_t hash = 2166136261u;

    for (; *host != '\0'; host++)
        hash = (hash ^ (unsigned char)*host) * 16777619u;
    return hash % CROWD_BUCKETS;
}

/* The link to the entry, or to where it would stand. */
static struct crowd_entry **find(struct crowd *crowd, const char *host)
{
    struct crowd_entry **link = &crowd->buckets[bucket_of(host)];

    while (*link != NULL && strcmp((*link)->host, host) != 0)
        link = &(*link)->next;
    return link;
}

bool crowd_has_room(const struct crowd *crowd, const char *host)
{
    const struct crowd_entry *entry = crowd->buckets[bucket_of(host)];

    if (crowd->max == 0 ||
        (crowd->exempt != NULL && strcmp(host, crowd->exempt) == 0))
        return true;
    while (entry != NULL && strcmp(entry->host, host) != 0)
        entry = entry->next;
    return entry == NULL || entry->count < crowd->max;
}

bool crowd_enter(struct crowd *crowd, const char *host)
{
    struct crowd_entry **link = find(crowd, host);

    if (*link == NULL) {
        size_t size = strlen(host) + 1;
        *link = calloc(1, sizeof(**link) + size);
        if (*link == NULL)
            return false;
        memcpy((*link)->host, host, size);
    }
    (*link)->count++;
    return true;
}

void crowd_leave(struct crowd *crowd, const char *host)
{
    struct crowd_entry **link = find(crowd, host);
    struct crowd_entry *entry = *link;

    if (entry == NULL || --entry->count > 0)
        return;
    *link = entry->next;
    free(entry);
}
