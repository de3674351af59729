/* Verifies a certificate. */
#include "certificate/statement.h"
#include "certificate/strict.h"
#include "certificate/verification.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void findings_deinit(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->at[i].says);
    findings->count = 0;
}

bool finding_add(struct verification *self, const char *check,
                 enum outcome_of_check outcome, const char *format, ...)
{
    struct findings *findings = self->findings;
    struct finding *finding = &findings->at[findings->count];
    va_list arguments;

    if (findings->count < VERIFY_FINDINGS_MAX) {
        va_start(arguments, format);
        if (vasprintf(&finding->says, format, arguments) < 0)
            finding->says = NULL;
        va_end(arguments);
        finding->check = check;
        finding->outcome = outcome;
        findings->count++;
    }
    return outcome <= CHECK_NOTE;
}

static bool fails(struct verification *self, const char *check)
{
    return finding_add(self, check, CHECK_FAILS, "%s", fault_reason());
}

/* --- What was signed, and by whom ----------------------------------------- */

static bool check_envelope(struct verification *self)
{
    if (self->folder->certificate.length == 0)
        return finding_add(self, "envelope", CHECK_FAILS, "there is no %s",
                           FOLDER_CERTIFICATE);
    if (envelope_read(&self->envelope,
                      buffer_view(&self->folder->certificate)) != FAULT_NONE)
        return fails(self, "envelope");
    return finding_add(self, "envelope", CHECK_HOLDS,
                       "DSSE, with %zu signature%s", self->envelope.count,
                       self->envelope.count == 1 ? "" : "s");
}

static bool check_signatures(struct verification *self)
{
    const struct verifying *by = self->by;
    size_t due = by->threshold == 0 ? by->seal_count : by->threshold;
    size_t held = 0;

    if (by->seal_count == 0)
        return finding_add(self, "signatures", CHECK_NOTE,
                           "were not looked at");
    for (size_t i = 0; i < by->seal_count; i++) {
        enum signing one = envelope_signing(&self->envelope, by->seals[i]);
        held += one == SIGNATURE_HOLDS;
        if (one == SIGNATURE_BROKEN)
            return finding_add(self, "signatures", CHECK_FAILS,
                               "the signature of key %s does not hold",
                               seal_id(by->seals[i]));
    }
    if (held < due)
        return finding_add(self, "signatures", CHECK_FAILS,
                           "%zu of %zu keys have signed, and %zu are due", held,
                           by->seal_count, due);
    return finding_add(self, "signatures", CHECK_HOLDS,
                       "%zu of %zu keys (%zu due), Ed25519", held,
                       by->seal_count, due);
}

static bool check_statement(struct verification *self)
{
    self->statement = statement_read(buffer_view(&self->envelope.payload));
    if (self->statement == NULL)
        return fails(self, "statement");
    self->predicate = statement_predicate(self->statement);
    return finding_add(self, "statement", CHECK_HOLDS,
                       "in-toto, " STATEMENT_PREDICATE);
}

/* --- The files ------------------------------------------------------------ */

static const char *flaw_of_file(const struct folder *folder,
                                const struct cJSON *subject)
{
    const struct folder_file *file =
        folder_find(folder, member_text(subject, "name"));

    if (file == NULL)
        return "is not there";
    return strcmp(file->sha256, subject_sha256(subject)) == 0
               ? NULL
               : "is not what was signed";
}

static const struct cJSON *subject_named(const struct cJSON *subjects,
                                         const char *name)
{
    const struct cJSON *one;

    cJSON_ArrayForEach(one, subjects)
    {
        if (strcmp(member_text(one, "name"), name) == 0)
            return one;
    }
    return NULL;
}

static bool check_files(struct verification *self)
{
    const struct cJSON *subjects = statement_subjects(self->statement);
    const struct folder *folder = self->folder;
    const struct cJSON *one;

    cJSON_ArrayForEach(one, subjects)
    {
        const char *flaw = flaw_of_file(folder, one);
        if (flaw != NULL)
            return finding_add(self, "files", CHECK_FAILS, "%s %s",
                               member_text(one, "name"), flaw);
    }
    for (size_t i = 0; i < folder->count; i++)
        if (subject_named(subjects, folder->files[i].name) == NULL)
            return finding_add(self, "files", CHECK_FAILS,
                               "%s is in the folder, and nobody has signed it",
                               folder->files[i].name);
    if (folder_find(folder, FOLDER_STREAM) == NULL)
        return finding_add(self, "files", CHECK_FAILS,
                           "there is no " FOLDER_STREAM);
    return finding_add(self, "files", CHECK_HOLDS, "%zu, as they were signed",
                       folder->count);
}

/* --- What they come to ---------------------------------------------------- */

/* A tool that is older than the stream cannot say that it is wrong. */
static bool is_newer(struct bytes stream)
{
    const unsigned char *end =
        stream.length == 0 ? NULL : memchr(stream.at, '\n', stream.length);
    struct cJSON *plan = end == NULL
                             ? NULL
                             : cJSON_ParseWithLength((const char *)stream.at,
                                                     (size_t)(end - stream.at));
    bool newer = member_number(plan, "schema") > RECORD_SCHEMA;

    cJSON_Delete(plan);
    return newer;
}

static bool check_stream(struct verification *self)
{
    struct bytes stream = buffer_view(&self->folder->stream);

    if (is_newer(stream))
        return finding_add(self, "stream", CHECK_UNSURE,
                           "it was written by a tool that is newer than this");
    if (record_read(&self->record, stream) != FAULT_NONE ||
        strict_lines("the stream", stream) != FAULT_NONE)
        return fails(self, "stream");
    struct counts counts = record_count(&self->record);
    return finding_add(
        self, "stream", CHECK_HOLDS,
        "whole: %u pass, %u fail, %u inconclusive, %u not applicable",
        counts.of[0], counts.of[1], counts.of[2], counts.of[3]);
}

static bool check_set(struct verification *self)
{
    const struct cJSON *named =
        cJSON_GetObjectItemCaseSensitive(self->predicate, "requirement_set");
    const char *name = member_text(named, "name");
    const struct set *set = book_set(self->by->book, name);

    self->claim.set = set;
    if (set == NULL)
        return finding_add(
            self, "set", CHECK_UNSURE,
            "this tool does not know the requirement set \"%s\"; a "
            "newer one may",
            name);
    if (strcmp(set->sha256, member_text(named, "sha256")) != 0)
        return finding_add(self, "set", CHECK_FAILS,
                           "the requirement set %s is another than was signed",
                           name);
    return finding_add(self, "set", CHECK_HOLDS, "%s, frozen %s", name,
                       set->frozen);
}

/* All that is said has to follow from the stream. */
static bool check_predicate(struct verification *self)
{
    struct cJSON *again = NULL;
    const struct cJSON *one;
    const char *differs = NULL;
    int level = level_named(member_text(self->predicate, "level"));

    if (level < 0)
        return finding_add(self, "claims", CHECK_FAILS,
                           "there is no such level");
    self->claim.level = (enum level)level;
    snprintf(self->claim.issued, STAMP_BYTES, "%s",
             member_text(self->predicate, "issued"));
    snprintf(self->claim.expires, STAMP_BYTES, "%s",
             member_text(self->predicate, "expires"));
    again = claim_predicate(&self->claim);
    cJSON_ArrayForEach(one, again)
    {
        if (differs == NULL && !cJSON_Compare(one,
                                              cJSON_GetObjectItemCaseSensitive(
                                                  self->predicate, one->string),
                                              true))
            differs = one->string;
    }
    if (differs == NULL &&
        cJSON_GetArraySize(again) != cJSON_GetArraySize(self->predicate))
        differs = "another member";
    bool holds =
        differs == NULL
            ? finding_add(self, "claims", CHECK_HOLDS, "follow from the stream")
            : finding_add(self, "claims", CHECK_FAILS,
                          "%s is not what follows from the stream", differs);
    cJSON_Delete(again);
    return holds;
}

static bool check_required(struct verification *self)
{
    if (claim_check(&self->claim) != FAULT_NONE)
        return fails(self, "required");
    return finding_add(self, "required", CHECK_HOLDS,
                       "nothing is absent of %zu that %s requires at level %s",
                       claim_required(&self->claim), self->claim.set->name,
                       level_name(self->claim.level));
}

/* --- The whole ------------------------------------------------------------ */

static void verify(struct verification *self)
{
    static bool (*const checks[])(struct verification * self) = {
        check_envelope, check_signatures, check_statement, check_files,
        check_stream,   check_set,        check_predicate, check_required,
    };
    for (size_t i = 0; i < COUNT(checks); i++)
        if (!checks[i](self))
            return;
    check_worth(self);
}

enum outcome_of_check certificate_verify(const struct folder *folder,
                                         const struct verifying *verifying,
                                         struct findings *findings)
{
    struct verification self = { .folder = folder,
                                 .by = verifying,
                                 .findings = findings };
    enum outcome_of_check worst = CHECK_HOLDS;

    findings->count = 0;
    envelope_init(&self.envelope);
    record_init(&self.record);
    self.claim.record = &self.record;
    self.claim.book = verifying->book;
    verify(&self);
    for (size_t i = 0; i < findings->count; i++) {
        enum outcome_of_check one = findings->at[i].outcome;
        if (one > worst && one != CHECK_NOTE)
            worst = one;
    }
    cJSON_Delete(self.statement);
    record_deinit(&self.record);
    envelope_deinit(&self.envelope);
    return worst;
}
