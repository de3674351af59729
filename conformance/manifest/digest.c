/* What a manifest is as a whole, for others: its digest, and its keyring. */
#include "manifest/internal.h"
#include <stdlib.h>

enum { CANONICAL_BYTES_MAX = 16 * MANIFEST_BYTES_MAX };

static int by_name(const void *one, const void *other)
{
    const cJSON *const *a = one;
    const cJSON *const *b = other;

    return strcmp((*a)->string, (*b)->string);
}

static enum fault add_scalar(struct buffer *into, const cJSON *value)
{
    char *text = cJSON_PrintUnformatted(value);
    enum fault fault =
        text == NULL ? FAULT_MEMORY : buffer_add_string(into, text);

    cJSON_free(text);
    return fault;
}

static enum fault add_string(struct buffer *into, const char *string)
{
    cJSON *value = cJSON_CreateString(string);
    enum fault fault = add_scalar(into, value);

    cJSON_Delete(value);
    return fault;
}

static enum fault write_canonical(struct buffer *into, const cJSON *value);

static enum fault write_children(struct buffer *into, const cJSON **children,
                                 size_t count)
{
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < count && fault == FAULT_NONE; i++) {
        if (i > 0)
            fault = buffer_add_string(into, ",");
        if (fault == FAULT_NONE && children[i]->string != NULL) {
            fault = add_string(into, children[i]->string);
            if (fault == FAULT_NONE)
                fault = buffer_add_string(into, ":");
        }
        if (fault == FAULT_NONE)
            fault = write_canonical(into, children[i]);
    }
    return fault;
}

/* Members in the order of their names, and no blanks. */
static enum fault write_canonical(struct buffer *into, const cJSON *value)
{
    size_t size = (size_t)cJSON_GetArraySize(value);
    bool is_object = cJSON_IsObject(value);
    size_t count = 0;
    const cJSON *child;

    if (!is_object && !cJSON_IsArray(value))
        return add_scalar(into, value);
    const cJSON **children = calloc(size + 1, sizeof(*children));
    if (children == NULL)
        return FAULT_MEMORY;
    cJSON_ArrayForEach(child, value)
    {
        children[count++] = child;
    }
    if (is_object)
        qsort(children, count, sizeof(*children), by_name);
    enum fault fault = buffer_add_string(into, is_object ? "{" : "[");
    if (fault == FAULT_NONE)
        fault = write_children(into, children, count);
    if (fault == FAULT_NONE)
        fault = buffer_add_string(into, is_object ? "}" : "]");
    free(children);
    return fault;
}

void manifest_digest(const struct manifest *manifest, char into[DIGEST_BYTES])
{
    struct buffer text;

    buffer_init(&text, CANONICAL_BYTES_MAX);
    into[0] = 0;
    if (write_canonical(&text, manifest->tree) == FAULT_NONE)
        digest_of(buffer_view(&text), into);
    buffer_deinit(&text);
}

static bool add_key(cJSON *array, const struct signer *signer)
{
    cJSON *entry = cJSON_CreateObject();
    bool is_hmac = signer->secret != NULL;

    if (entry == NULL || !cJSON_AddItemToArray(array, entry)) {
        cJSON_Delete(entry);
        return false;
    }
    return cJSON_AddStringToObject(entry, "alg", signer->alg) != NULL &&
           cJSON_AddStringToObject(entry, is_hmac ? "secret" : "public_key",
                                   is_hmac ? signer->secret
                                           : signer->public_key) != NULL;
}

char *manifest_keyring(const struct manifest *manifest)
{
    cJSON *array = cJSON_CreateArray();
    bool is_whole = array != NULL;

    for (size_t i = 0; i < manifest->key_count && is_whole; i++)
        is_whole = add_key(array, &manifest->keys[i]);
    char *text = is_whole ? cJSON_PrintUnformatted(array) : NULL;
    cJSON_Delete(array);
    return text;
}
