/* An in-toto statement. */
#include "certificate/statement.h"
#include "certificate/strict.h"
#include "run/record.h"
#include <cJSON.h>

static const struct cJSON *member(const struct cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* --- Writing -------------------------------------------------------------- */

static void add_subject(struct cJSON *subjects, const struct folder_file *file)
{
    struct cJSON *subject = cJSON_CreateObject();

    cJSON_AddStringToObject(subject, "name", file->name);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(subject, "digest"),
                            "sha256", file->sha256);
    cJSON_AddItemToArray(subjects, subject);
}

enum fault statement_write(const struct folder *folder,
                           const struct cJSON *predicate, struct buffer *into)
{
    struct cJSON *statement = cJSON_CreateObject();
    struct cJSON *subjects = NULL;

    cJSON_AddStringToObject(statement, "_type", STATEMENT_TYPE);
    subjects = cJSON_AddArrayToObject(statement, "subject");
    for (size_t i = 0; i < folder->count; i++)
        add_subject(subjects, &folder->files[i]);
    cJSON_AddStringToObject(statement, "predicateType", STATEMENT_PREDICATE);
    cJSON_AddItemToObject(statement, "predicate",
                          cJSON_Duplicate(predicate, true));
    char *text = cJSON_PrintUnformatted(statement);
    enum fault fault = FAULT_NONE;
    if (text == NULL)
        fault = fault_say(FAULT_MEMORY, "the statement: out of memory");
    else if (buffer_add_string(into, text) != FAULT_NONE)
        fault = fault_say(FAULT_LIMIT, "the statement is larger than 8 MiB");
    cJSON_free(text);
    cJSON_Delete(statement);
    return fault;
}

/* --- Reading -------------------------------------------------------------- */

const struct cJSON *statement_subjects(const struct cJSON *statement)
{
    return member(statement, "subject");
}

const struct cJSON *statement_predicate(const struct cJSON *statement)
{
    return member(statement, "predicate");
}

const char *subject_sha256(const struct cJSON *subject)
{
    return member_text(member(subject, "digest"), "sha256");
}

static bool is_digest(const char *text)
{
    return strlen(text) == DIGEST_BYTES - 1 &&
           strspn(text, "0123456789abcdef") == DIGEST_BYTES - 1;
}

static bool are_subjects(const struct cJSON *subjects)
{
    int size = cJSON_GetArraySize(subjects);
    const struct cJSON *one;

    if (!cJSON_IsArray(subjects) || size == 0 || size > FOLDER_FILES_MAX)
        return false;
    cJSON_ArrayForEach(one, subjects)
    {
        if (!folder_is_name(member_text(one, "name")) ||
            !is_digest(subject_sha256(one)))
            return false;
    }
    return true;
}

static const char *flaw_of(const struct cJSON *statement)
{
    static const char *const names[] = { "_type", "subject", "predicateType",
                                         "predicate" };

    if (!strict_members(statement, names, COUNT(names)))
        return "has a member besides those of in-toto";
    if (strcmp(member_text(statement, "_type"), STATEMENT_TYPE) != 0)
        return "is none of in-toto, version 1";
    if (strcmp(member_text(statement, "predicateType"), STATEMENT_PREDICATE) !=
        0)
        return "states something else than " STATEMENT_PREDICATE;
    if (!are_subjects(statement_subjects(statement)))
        return "has no subjects, each with a name and a digest";
    return cJSON_IsObject(statement_predicate(statement)) ? NULL
                                                          : "states nothing";
}

struct cJSON *statement_read(struct bytes text)
{
    struct cJSON *statement = strict_object("the statement", text);
    const char *flaw = statement == NULL ? NULL : flaw_of(statement);

    if (flaw == NULL)
        return statement;
    fault_say(FAULT_PROTOCOL, "the statement %s", flaw);
    cJSON_Delete(statement);
    return NULL;
}
