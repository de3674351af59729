/* Counts by a text, in a hash table with a ceiling. */
#include "core/state.h"
#include <stdlib.h>

/* FNV-1a; what an attacker can do with collisions is bounded by COUNTS_MAX. */
static struct count **bucket_of(const struct counts *counts, const char *key)
{
    uint32_t hash = 2166136261u;

    for (; *key != 0; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    return &counts->buckets[hash % COUNT_BUCKETS];
}

struct count *count_find(const struct counts *counts, const char *key)
{
    struct count *count =
        counts->buckets == NULL ? NULL : *bucket_of(counts, key);

    while (count != NULL && strcmp(count->key, key) != 0)
        count = count->next;
    return count;
}

struct count *count_make(struct counts *counts, const char *key)
{
    struct count *count = count_find(counts, key);
    size_t size = strlen(key) + 1;

    if (count != NULL || counts->entries == COUNTS_MAX)
        return count;
    if (counts->buckets == NULL)
        counts->buckets = calloc(COUNT_BUCKETS, sizeof(counts->buckets[0]));
    if (counts->buckets == NULL)
        return NULL;
    count = calloc(1, sizeof(*count) + size);
    if (count == NULL)
        return NULL;
    memcpy(count->key, key, size);
    count->next = *bucket_of(counts, key);
    *bucket_of(counts, key) = count;
    counts->entries++;
    return count;
}

static void drop(struct counts *counts, struct count **link)
{
    struct count *count = *link;

    *link = count->next;
    counts->entries--;
    free(count);
}

void counts_forget(struct counts *counts,
                   bool (*is_stale)(const struct count *count,
                                    const void *context),
                   const void *context)
{
    size_t left = counts->entries; /* to be looked at */

    for (size_t i = 0; left > 0 && i < COUNT_BUCKETS; i++) {
        struct count **link = &counts->buckets[i];
        for (; *link != NULL; left--) {
            if (is_stale(*link, context))
                drop(counts, link);
            else
                link = &(*link)->next;
        }
    }
}

void count_remove(struct counts *counts, const char *key)
{
    struct count **link =
        counts->buckets == NULL ? NULL : bucket_of(counts, key);

    while (link != NULL && *link != NULL && strcmp((*link)->key, key) != 0)
        link = &(*link)->next;
    if (link == NULL || *link == NULL)
        return;
    drop(counts, link);
}

static bool is_any(const struct count *count, const void *context)
{
    (void)count, (void)context;
    return true;
}

void counts_free(struct counts *counts)
{
    counts_forget(counts, is_any, NULL);
    free(counts->buckets);
    counts->buckets = NULL;
}
