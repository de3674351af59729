/* An in-toto statement (v1): what a certificate says, and of which files.
 *
 *     {"_type":"https://in-toto.io/Statement/v1",
 *      "subject":[{"name":"run.ndjson","digest":{"sha256":"<hex>"}},…],
 *      "predicateType":"urn:x-wsconform:certificate:1",
 *      "predicate":{…}}
 *
 * spec/certificate.schema.json has the members of the predicate, one by one. */
#ifndef CERTIFICATE_STATEMENT_H
#define CERTIFICATE_STATEMENT_H

#include "certificate/folder.h"

#define STATEMENT_TYPE      "https://in-toto.io/Statement/v1"
#define STATEMENT_PREDICATE "urn:x-wsconform:certificate:1"

struct cJSON;

/* Of the files of a folder. FAULT_MEMORY, FAULT_LIMIT. */
enum fault statement_write(const struct folder *folder,
                           const struct cJSON *predicate, struct buffer *into);

/* The statement as it was signed; cJSON_Delete it. NULL with a sentence: of
 * another type, or without subjects that have a name and a digest each. */
struct cJSON *statement_read(struct bytes text);

const struct cJSON *statement_subjects(const struct cJSON *statement);
const struct cJSON *statement_predicate(const struct cJSON *statement);
/* "" where it is none. Borrowed. */
const char *subject_sha256(const struct cJSON *subject);

#endif
