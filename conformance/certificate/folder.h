/* The folder of a certificate: the envelope, the stream, and the reports of it,
 * by name and digest. */
#ifndef CERTIFICATE_FOLDER_H
#define CERTIFICATE_FOLDER_H

#include "base/buffer.h"
#include "base/digest.h"
#include <stdbool.h>

#define FOLDER_CERTIFICATE "certificate.dsse.json"
#define FOLDER_STREAM      "run.ndjson"

enum {
    FOLDER_FILES_MAX = 32,
    FOLDER_NAME_BYTES = 64,
    FOLDER_FILE_BYTES_MAX = 128 * 1024 * 1024,
};

struct folder_file {
    char name[FOLDER_NAME_BYTES];
    char sha256[DIGEST_BYTES];
};

struct folder {
    struct folder_file files[FOLDER_FILES_MAX]; /* without the certificate */
    size_t count;
    struct buffer certificate; /* empty: there is none */
    struct buffer stream;
};

void folder_init(struct folder *folder);
void folder_deinit(struct folder *folder);

/* As a file of this name and content. FAULT_PROTOCOL with a sentence: a name
 * that is none of ours, one too many, or one too large. */
enum fault folder_add(struct folder *folder, const char *name,
                      struct bytes text);

/* All of a folder on disk. FAULT_SYSTEM: it cannot be read. FAULT_PROTOCOL: it
 * holds what no certificate has: a folder, a link, a device. */
enum fault folder_read(struct folder *folder, const char *path);

/* NULL: there is no such. */
const struct folder_file *folder_find(const struct folder *folder,
                                      const char *name);

/* A name of at most 63 letters, digits, dots, dashes and underscores, that
 * begins with a letter or a digit. */
bool folder_is_name(const char *name);

#endif
