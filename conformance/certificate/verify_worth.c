/* What a certificate is worth to whoever relies on it. */
#include "certificate/verification.h"
#include "run/lines.h"
#include <cJSON.h>

enum { SAYS_BYTES_MAX = 64 * 1024 };

#define DAY_MS INT64_C(86400000)

/* --- What it is worth ----------------------------------------------------- */

static void tell_targets(struct verification *self)
{
    const struct cJSON *list =
        cJSON_GetObjectItemCaseSensitive(self->predicate, "targets");
    const struct cJSON *one;

    cJSON_ArrayForEach(one, list)
    {
        finding_add(self, "target", CHECK_HOLDS,
                    "%s, %s, profile %s, manifest sha256:%s",
                    member_text(one, "target"), member_text(one, "url"),
                    member_text(one, "profile"),
                    member_text(one, "manifest_sha256"));
    }
}

static void check_level(struct verification *self)
{
    if (self->claim.level < self->by->level)
        finding_add(self, "level", CHECK_FAILS, "%s, and %s is due",
                    level_name(self->claim.level), level_name(self->by->level));
    else
        finding_add(self, "level", CHECK_HOLDS, "%s",
                    level_name(self->claim.level));
}

static void check_evidence(struct verification *self)
{
    const char *due = self->by->evidence;
    const char *is = claim_evidence(&self->record);

    if (due != NULL && strcmp(due, is) != 0)
        finding_add(self, "evidence", CHECK_FAILS, "%s, and %s is due", is,
                    due);
    else
        finding_add(self, "evidence", CHECK_HOLDS, "%s", is);
}

static void check_times(struct verification *self)
{
    int64_t started = stamp_read(member_text(self->record.plan, "started"));
    int64_t issued = stamp_read(self->claim.issued);
    int64_t expires = stamp_read(self->claim.expires);
    const char *flaw = NULL;

    if (started < 0 || issued < 0 || expires < 0)
        flaw = "no time stands there";
    else if (issued < started || expires <= started)
        flaw = "it was issued, or expires, before its run";
    else if (expires - started > CERTIFICATE_DAYS_MAX * DAY_MS)
        flaw = "it lasts longer than three years";
    else if (issued > self->by->now_ms + DAY_MS)
        flaw = "it was issued in the future";
    if (flaw != NULL)
        finding_add(self, "expiry", CHECK_FAILS, "%s", flaw);
    else if (self->by->now_ms >= expires)
        finding_add(self, "expiry", CHECK_FAILS, "it expired on %s",
                    self->claim.expires);
    else
        finding_add(self, "expiry", CHECK_HOLDS, "good until %s",
                    self->claim.expires);
}

static void check_tool(struct verification *self)
{
    const struct cJSON *tool =
        cJSON_GetObjectItemCaseSensitive(self->predicate, "tool");
    const char *tree = claim_tree(&self->record);
    bool is_known = strcmp(tree, "clean") == 0 || strcmp(tree, "export") == 0;

    finding_add(self, "tool",
                is_known                ? CHECK_HOLDS
                : self->by->allow_dirty ? CHECK_NOTE
                                        : CHECK_FAILS,
                "wsconform %s, commit %s, tree %s%s",
                member_text(tool, "version"), member_text(tool, "commit"), tree,
                is_known ? "" : ": nobody can tell what judged");
}

/* --- What whoever relies on it is to know --------------------------------- */

static void note_catalogue(struct verification *self)
{
    char own[DIGEST_BYTES];

    catalogue_digest(own);
    if (strcmp(own, member_text(self->record.plan, "catalogue_sha256")) != 0)
        finding_add(self, "catalogue", CHECK_NOTE,
                    "another than this tool's: it was superseded, or is newer");
    const struct set *newest = book_set(self->by->book, NULL);
    if (newest != self->claim.set)
        finding_add(self, "set", CHECK_NOTE, "superseded by %s", newest->name);
}

static void note_errata(struct verification *self)
{
    const struct book *book = self->by->book;

    for (size_t i = 0; i < book->erratum_count; i++) {
        const struct erratum *one = &book->errata[i];
        if (strcmp(one->set, self->claim.set->name) == 0)
            finding_add(
                self, "errata", CHECK_NOTE,
                "%s was withdrawn on %s, and its verdict proves nothing: %s",
                one->criterion, one->date, one->why);
    }
}

static void note_list(struct verification *self, const char *name,
                      const char *member, const char *what)
{
    const struct cJSON *list =
        cJSON_GetObjectItemCaseSensitive(self->predicate, name);
    struct buffer names;
    const struct cJSON *one;

    if (cJSON_GetArraySize(list) == 0)
        return;
    buffer_init(&names, SAYS_BYTES_MAX);
    cJSON_ArrayForEach(one, list)
    {
        buffer_printf(&names, "%s%s", names.length == 0 ? "" : ", ",
                      member_text(one, member));
    }
    finding_add(self, "limits", CHECK_NOTE, "%d %s: %s",
                cJSON_GetArraySize(list), what, buffer_string(&names));
    buffer_deinit(&names);
}

/* What the manifest of a target lists under this name. */
static void note_texts(struct verification *self, const struct cJSON *target,
                       const char *name, const char *what)
{
    const struct cJSON *one;

    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(target, name))
    {
        if (cJSON_IsString(one))
            finding_add(self, "limits", CHECK_NOTE, "%s %s", what,
                        one->valuestring);
    }
}

static void note_targets(struct verification *self)
{
    const struct cJSON *list =
        cJSON_GetObjectItemCaseSensitive(self->predicate, "targets");
    const struct cJSON *target;

    cJSON_ArrayForEach(target, list)
    {
        note_texts(self, target, "tolerates", "the manifest tolerates");
        note_texts(self, target, "widened", "the manifest widens");
        note_texts(self, target, "other_doors",
                   "another way in was not asked:");
    }
}

static void note_limits(struct verification *self)
{
    note_list(self, "not_applicable", "criterion", "not applicable");
    note_list(self, "known_failures", "criterion",
              "known to fail, and not required");
    note_list(self, "tolerated", "deviation",
              "deviations from RFC 6455 met, and tolerated");
    note_targets(self);
}

void check_worth(struct verification *self)
{
    check_level(self);
    check_evidence(self);
    check_times(self);
    check_tool(self);
    tell_targets(self);
    note_catalogue(self);
    note_errata(self);
    note_limits(self);
}
