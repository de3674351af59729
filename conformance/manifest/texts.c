/* What a manifest owns beside its tree: anything that malloc gave. */
#include "manifest/internal.h"
#include <stdlib.h>

struct texts {
    void **at;
    size_t count;
    size_t room;
};

struct texts *texts_new(void)
{
    return calloc(1, sizeof(struct texts));
}

void texts_free(struct texts *texts)
{
    if (texts == NULL)
        return;
    for (size_t i = 0; i < texts->count; i++)
        free(texts->at[i]);
    free(texts->at);
    free(texts);
}

void *texts_keep(struct texts *texts, void *at)
{
    if (at != NULL && texts->count == texts->room) {
        size_t room = texts->room == 0 ? 16 : texts->room * 2;
        void **more = realloc(texts->at, room * sizeof(*more));
        if (more == NULL) {
            free(at);
            return NULL;
        }
        texts->at = more;
        texts->room = room;
    }
    if (at != NULL)
        texts->at[texts->count++] = at;
    return at;
}
