/* `verify`: a certificate, offline. */
#include "base/clock.h"
#include "certificate/claim.h"
#include "certificate/verify.h"
#include "cli/certificate.h"
#include "cli/rendering.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "run/run.h"
#include <cJSON.h>
#include <stdio.h>
#include <sys/stat.h>

static const char *const outcomes[] = { "ok", "note", "FAIL", "unsure" };
static const int statuses[] = { EXIT_GOOD, EXIT_GOOD, EXIT_FAIL, EXIT_UNSURE };

static bool is_evidence(const char *word)
{
    return word == NULL || strcmp(word, "memory") == 0 ||
           strcmp(word, "pipe") == 0 || strcmp(word, "network") == 0;
}

static int check_options(const struct options *options)
{
    long most = (long)options->keys.count;

    if (options->operand == NULL || options->keys.count == 0)
        return usage_error("verify FOLDER --key FILE.pub: whose signature is "
                           "trusted?");
    if (options->threshold == 0 || options->threshold > most)
        return usage_error("--threshold is 1 to %ld, the number of keys", most);
    if (!is_level(options->level))
        return usage_error("--level is A, AA or AAA, not %s", options->level);
    if (!is_evidence(options->evidence))
        return usage_error("--evidence is memory, pipe or network, not %s",
                           options->evidence);
    return EXIT_GOOD;
}

/* --- What was found ------------------------------------------------------- */

static void print_plainly(const struct findings *findings, const char *folder,
                          int worst)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *one = &findings->at[i];
        struct buffer line;

        buffer_init(&line, 256 * 1024);
        add_plain(&line, one->says == NULL ? "" : one->says);
        printf("%-6s  %-10s  %s\n", outcomes[one->outcome], one->check,
               buffer_string(&line));
        buffer_deinit(&line);
    }
    printf("%s: the certificate %s\n", folder,
           worst == CHECK_HOLDS   ? "holds"
           : worst == CHECK_FAILS ? "DOES NOT HOLD"
                                  : "cannot be judged by this tool");
}

static void print_json(const struct findings *findings, int worst)
{
    struct cJSON *object = cJSON_CreateObject();
    struct cJSON *list = NULL;

    cJSON_AddBoolToObject(object, "holds", worst == CHECK_HOLDS);
    list = cJSON_AddArrayToObject(object, "checks");
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *one = &findings->at[i];
        struct cJSON *line = cJSON_CreateObject();
        cJSON_AddStringToObject(line, "check", one->check);
        cJSON_AddStringToObject(line, "outcome", outcomes[one->outcome]);
        cJSON_AddStringToObject(line, "says",
                                one->says == NULL ? "" : one->says);
        cJSON_AddItemToArray(list, line);
    }
    char *text = cJSON_Print(object);
    puts(text == NULL ? "{}" : text);
    cJSON_free(text);
    cJSON_Delete(object);
}

static int judge(const struct options *options,
                 const struct authority *authority, const struct folder *folder)
{
    const struct verifying by = {
        .book = authority->book,
        .seals = authority->seals,
        .seal_count = authority->count,
        .threshold = options->threshold < 0 ? 0 : (size_t)options->threshold,
        .now_ms = clock_wall_ms(),
        .level = options->level == NULL
                     ? LEVEL_A
                     : (enum level)level_named(options->level),
        .evidence = options->evidence,
        .allow_dirty = options->allow_dirty,
    };
    struct findings findings;
    enum outcome_of_check worst = certificate_verify(folder, &by, &findings);

    if (options->json != NULL)
        print_json(&findings, (int)worst);
    else
        print_plainly(&findings, options->operand, (int)worst);
    findings_deinit(&findings);
    return statuses[worst];
}

/* The folder, where the certificate itself was named. */
static void folder_of(const char *operand, struct buffer *into)
{
    size_t length = strlen(operand);
    size_t name = strlen("/" FOLDER_CERTIFICATE);

    if (length >= name &&
        strcmp(operand + length - name, "/" FOLDER_CERTIFICATE) == 0)
        length -= name;
    else if (strcmp(operand, FOLDER_CERTIFICATE) == 0)
        operand = ".", length = 1;
    buffer_add(into, operand, length);
}

/* What nobody may put into it is no certificate; what cannot be read may be
 * one. */
static int open_and_judge(const struct options *options,
                          const struct authority *authority)
{
    struct folder folder;
    struct buffer path;
    int status = EXIT_GOOD;

    folder_init(&folder);
    buffer_init(&path, 64 * 1024);
    folder_of(options->operand, &path);
    enum fault fault = folder_read(&folder, buffer_string(&path));
    if (fault == FAULT_NONE) {
        status = judge(options, authority, &folder);
    } else {
        unsure_error(fault_reason());
        status = fault == FAULT_SYSTEM ? EXIT_UNSURE : EXIT_FAIL;
    }
    buffer_deinit(&path);
    folder_deinit(&folder);
    return status;
}

int verb_verify(const struct options *options)
{
    struct authority authority = { 0 };
    int status = check_options(options);

    if (status != EXIT_GOOD)
        return status;
    status = authority_open(&authority, options, false);
    if (status == EXIT_GOOD)
        status = open_and_judge(options, &authority);
    authority_close(&authority);
    return status;
}
