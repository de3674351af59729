/* Feeds arbitrary bytes to the reader of manifests, and what it takes to all
 * that is made of a manifest. */
#include "adapter.h"
#include "manifest/internal.h"
#include "manifest/minter.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

/* Lines, each with its source; as many as are told, at least one. */
static void check_errors(const struct buffer *errors)
{
    const char *at = buffer_string(errors);
    unsigned lines = 0;

    for (; *at != 0; lines++) {
        const char *end = strchr(at, '\n');
        MUST(end != NULL);
        MUST(strncmp(at, "fuzz.json:", 10) == 0);
        MUST(memmem(at, (size_t)(end - at), ": $", 3) != NULL);
        MUST(memmem(at, (size_t)(end - at), ": found ", 8) != NULL);
        at = end + 1;
    }
    MUST(lines >= 1 && lines <= MISTAKES_MAX);
}

/* Three texts with a dot between. */
static void check_token(const struct manifest *manifest, unsigned key)
{
    struct minting why = { "alice", NULL, "j", 1700000000000 };
    struct token token = TOKEN(.key = key);
    char *text = token_mint(manifest, &why, &token);

    MUST(text != NULL);
    const char *dot = strchr(text, '.');
    MUST(dot != NULL && strchr(dot + 1, '.') != NULL);
    free(text);
}

static void check_manifest(const struct manifest *manifest)
{
    char digest[DIGEST_BYTES];
    char *keyring = manifest_keyring(manifest);
    cJSON *keys = cJSON_Parse(keyring);

    manifest_digest(manifest, digest);
    MUST(strlen(digest) == 64);
    MUST(cJSON_GetArraySize(keys) == (int)manifest->key_count);
    MUST(manifest->carrier_count > 0 && manifest->profile != 0);
    MUST(manifest->answer_ms > 0 && manifest->close_ms > 0);
    for (unsigned i = 0; i < manifest->key_count; i++)
        check_token(manifest, i);
    cJSON_Delete(keys);
    free(keyring);
}

/* Without values a template is what it was. */
static void check_template(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    char *filled = text == NULL ? NULL : template_fill(text, NULL);

    MUST(filled == NULL || strcmp(text, filled) == 0);
    free(filled);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer errors;

    buffer_init(&errors, 1024 * 1024);
    struct manifest *manifest =
        manifest_read("fuzz.json", bytes_of(data, size), NULL, &errors);
    MUST((manifest != NULL) == (errors.length == 0));
    if (manifest == NULL)
        check_errors(&errors);
    else
        check_manifest(manifest);
    manifest_free(manifest);
    buffer_deinit(&errors);
    check_template(data, size);
    return 0;
}
