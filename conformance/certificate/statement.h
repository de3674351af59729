/* An in-toto statement (v1): what a certificate says, and of which files.
 *
 *     {"_type":"https://in-toto.io/Statement/v1",
 *      "subject":[{"name":"run.ndjson","digest":{"sha256":"<hex>"}},…],
 *      "predicateType":"urn:x-wsconform:certificate:1",
 *      "predicate":{…}}
 *
 * The members of the predicate, all of which are there:
 *
 *     tool             name, version, commit, tree (clean, dirty, export)
 *     targets          profile, name, URL without its query, digest of the
 *                      manifest and what that widens, as the stream has them
 *     selection        what was asked, as the stream has it
 *     catalogue        digest and size of what was asked from
 *     requirement_set  name and digest
 *     level            A, AA or AAA
 *     evidence         memory, pipe or network
 *     counts           of verdicts
 *     not_applicable   criterion, profile and why, one by one
 *     known_failures   the same, with what was seen; never a required one
 *     tolerated        deviations from RFC 6455 that the manifest passes over
 *     seed, started    of the run
 *     issued, expires  when the certificate was, and does; from the start of
 *                      the run it lasts, however late it is issued */
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
