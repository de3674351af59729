/* Issues certificates. */
#include "certificate/issue.h"
#include "base/revision.h"
#include "certificate/claim.h"
#include "certificate/envelope.h"
#include "certificate/statement.h"
#include "certificate/strict.h"
#include "report/report.h"
#include "run/output.h"
#include <cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DAY_MS INT64_C(86400000)

static enum fault page(const struct record *record, struct buffer *into)
{
    return report_html(record, NULL, into);
}

static const struct {
    const char *name;
    enum fault (*make)(const struct record *record, struct buffer *into);
} reports[] = {
    { "report.json", report_json },   { "report.html", page },
    { "report.tap", report_tap },     { "junit.xml", report_junit },
    { "report.sarif", report_sarif }, { "summary.md", report_markdown },
};

enum fault issue_look(const char *folder)
{
    DIR *there = opendir(folder);
    bool is_free = true;
    const struct dirent *entry;

    if (there == NULL && errno == ENOENT)
        return FAULT_NONE;
    if (there == NULL)
        return fault_say(FAULT_OUTPUT, "%s can be no folder: %s", folder,
                         strerror(errno));
    while ((entry = readdir(there)) != NULL)
        is_free &=
            strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(there);
    return is_free ? FAULT_NONE
                   : fault_say(FAULT_OUTPUT,
                               "%s holds something already, and no certificate "
                               "is written over",
                               folder);
}

/* --- Files ---------------------------------------------------------------- */

static enum fault write_file(const char *folder, const char *name,
                             struct bytes text, bool over)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return fault_say(FAULT_MEMORY, "%s: out of memory", name);
    enum fault fault =
        over ? output_write(path, text) : output_write_new(path, text);
    free(path);
    return fault;
}

static enum fault add_file(const char *path, struct folder *folder,
                           const char *name, struct bytes text)
{
    enum fault fault = write_file(path, name, text, false);

    return fault == FAULT_NONE ? folder_add(folder, name, text) : fault;
}

static enum fault add_reports(const char *path, struct folder *folder,
                              const struct record *record)
{
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < COUNT(reports) && fault == FAULT_NONE; i++) {
        struct buffer text;
        buffer_init(&text, REPORT_BYTES_MAX);
        fault = reports[i].make(record, &text);
        fault =
            fault == FAULT_NONE
                ? add_file(path, folder, reports[i].name, buffer_view(&text))
                : fault_say(FAULT_OUTPUT, "%s is too large", reports[i].name);
        buffer_deinit(&text);
    }
    return fault;
}

static void take_back(const char *path, const struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        char *file = NULL;
        if (asprintf(&file, "%s/%s", path, folder->files[i].name) >= 0)
            unlink(file);
        free(file);
    }
}

/* --- What is signed ------------------------------------------------------- */

static enum fault sign_all(const struct issuing *issuing,
                           struct envelope *envelope)
{
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < issuing->seal_count && fault == FAULT_NONE; i++)
        fault = envelope_sign(envelope, issuing->seals[i]);
    return fault;
}

static enum fault write_envelope(const struct issuing *issuing,
                                 const struct envelope *envelope, bool over)
{
    struct buffer text;

    buffer_init(&text, ENVELOPE_BYTES_MAX);
    enum fault fault = envelope_write(envelope, &text);
    fault = fault == FAULT_NONE
                ? write_file(issuing->folder, FOLDER_CERTIFICATE,
                             buffer_view(&text), over)
                : fault_say(FAULT_OUTPUT, "the certificate is too large");
    buffer_deinit(&text);
    return fault;
}

static enum fault certify(const struct issuing *issuing,
                          const struct claim *claim,
                          const struct folder *folder)
{
    struct cJSON *predicate = claim_predicate(claim);
    struct envelope envelope;

    envelope_init(&envelope);
    enum fault fault = statement_write(folder, predicate, &envelope.payload);
    if (fault == FAULT_NONE)
        fault = sign_all(issuing, &envelope);
    if (fault == FAULT_NONE)
        fault = write_envelope(issuing, &envelope, false);
    envelope_deinit(&envelope);
    cJSON_Delete(predicate);
    return fault;
}

static enum fault write_all(const struct issuing *issuing,
                            const struct claim *claim, struct bytes stream)
{
    struct folder folder;

    folder_init(&folder);
    enum fault fault =
        add_file(issuing->folder, &folder, FOLDER_STREAM, stream);
    if (fault == FAULT_NONE)
        fault = add_reports(issuing->folder, &folder, claim->record);
    if (fault == FAULT_NONE)
        fault = certify(issuing, claim, &folder);
    if (fault != FAULT_NONE)
        take_back(issuing->folder, &folder);
    folder_deinit(&folder);
    return fault;
}

/* --- Whether -------------------------------------------------------------- */

static bool is_fit(const char *tree)
{
    return strcmp(tree, tree_name(TREE_CLEAN)) == 0 ||
           strcmp(tree, tree_name(TREE_EXPORT)) == 0;
}

static enum fault check_tree(const struct issuing *issuing,
                             const struct record *record)
{
    const char *judge = claim_tree(record);
    const char *own = tree_name(revision_tree());

    if (issuing->allow_dirty || (is_fit(judge) && is_fit(own)))
        return FAULT_NONE;
    return fault_say(FAULT_DENIED,
                     "the tool was built from a tree that is %s: commit, "
                     "build and run again; or --allow-dirty, which every "
                     "verifier is told of",
                     is_fit(judge) ? own : judge);
}

static enum fault set_times(const struct issuing *issuing, struct claim *claim)
{
    const char *started = member_text(claim->record->plan, "started");
    int64_t start_ms = stamp_read(started);
    int64_t end_ms = start_ms + issuing->days * DAY_MS;

    if (start_ms < 0)
        return fault_say(FAULT_DENIED, "the run does not say when it was");
    if (start_ms > issuing->now_ms + DAY_MS)
        return fault_say(FAULT_DENIED, "the run is of %s, and that is to come",
                         started);
    if (end_ms <= issuing->now_ms)
        return fault_say(FAULT_DENIED,
                         "the run was on %s, and a certificate of %d days from "
                         "then on is over",
                         started, issuing->days);
    /* Clocks of two machines may differ by a little. */
    stamp_write(issuing->now_ms > start_ms ? issuing->now_ms : start_ms,
                claim->issued);
    stamp_write(end_ms, claim->expires);
    return FAULT_NONE;
}

static enum fault make_claim(const struct issuing *issuing, struct claim *claim)
{
    int level = issuing->level == NULL ? claim_level(claim->record)
                                       : level_named(issuing->level);

    claim->book = issuing->book;
    claim->set = book_set(issuing->book, issuing->set);
    if (claim->set == NULL || level < 0)
        return fault_say(FAULT_DENIED,
                         "there is no such requirement set, or level");
    claim->level = (enum level)level;
    enum fault fault = check_tree(issuing, claim->record);
    if (fault == FAULT_NONE)
        fault = set_times(issuing, claim);
    return fault == FAULT_NONE ? claim_check(claim) : fault;
}

/* --- What has come of it ---------------------------------------------------
 */

/* Whether it holds, with so many of the keys. */
static enum fault check_whole(const struct issuing *issuing,
                              const struct folder *folder, size_t seal_count)
{
    const struct verifying by = { .book = issuing->book,
                                  .seals = issuing->seals,
                                  .seal_count = seal_count,
                                  .now_ms = issuing->now_ms,
                                  .allow_dirty = issuing->allow_dirty };
    struct findings findings;
    enum fault fault = FAULT_NONE;

    if (certificate_verify(folder, &by, &findings) > CHECK_NOTE)
        fault = FAULT_DENIED;
    for (size_t i = 0; i < findings.count; i++)
        if (findings.at[i].outcome > CHECK_NOTE)
            fault_say(fault, "%s: %s", findings.at[i].check,
                      findings.at[i].says == NULL ? "" : findings.at[i].says);
    findings_deinit(&findings);
    return fault;
}

/* As a stranger reads it from the disk. */
static enum fault check_written(const struct issuing *issuing)
{
    struct folder folder;

    folder_init(&folder);
    enum fault fault = folder_read(&folder, issuing->folder);
    if (fault == FAULT_NONE)
        fault = check_whole(issuing, &folder, issuing->seal_count);
    folder_deinit(&folder);
    if (fault == FAULT_NONE)
        return FAULT_NONE;
    char why[512];
    snprintf(why, sizeof(why), "%s", fault_reason());
    return fault_say(FAULT_OUTPUT, "what was written to %s does not hold: %s",
                     issuing->folder, why);
}

enum fault issue_certificate(const struct issuing *issuing, struct bytes stream)
{
    struct record record;
    struct claim claim = { .record = &record };

    record_init(&record);
    enum fault fault = record_read(&record, stream);
    if (fault == FAULT_NONE)
        fault = strict_lines("the stream", stream);
    if (fault == FAULT_NONE)
        fault = make_claim(issuing, &claim);
    if (fault == FAULT_NONE)
        fault = issue_look(issuing->folder);
    if (fault == FAULT_NONE)
        fault = write_all(issuing, &claim, stream);
    record_deinit(&record);
    return fault == FAULT_NONE ? check_written(issuing) : fault;
}

/* --- More signatures ------------------------------------------------------ */

/* Nobody signs what does not hold. */
enum fault issue_signatures(const struct issuing *issuing)
{
    struct folder folder;
    struct envelope envelope;

    folder_init(&folder);
    envelope_init(&envelope);
    enum fault fault = folder_read(&folder, issuing->folder);
    if (fault == FAULT_NONE)
        fault = check_whole(issuing, &folder, 0);
    if (fault == FAULT_NONE)
        fault = envelope_read(&envelope, buffer_view(&folder.certificate));
    if (fault == FAULT_NONE)
        fault = sign_all(issuing, &envelope);
    if (fault == FAULT_NONE)
        fault = write_envelope(issuing, &envelope, true);
    envelope_deinit(&envelope);
    folder_deinit(&folder);
    return fault == FAULT_NONE ? check_written(issuing) : fault;
}
