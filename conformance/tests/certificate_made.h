/* The certificate that a test has made, and what of it is found. */
#ifndef TESTS_CERTIFICATE_MADE_H
#define TESTS_CERTIFICATE_MADE_H

#include "certificate_world.h"

static struct book *book;
static struct seal *seals[2];
static struct folder folder;

static inline void setup(void)
{
    book = small_book(NULL);
    seals[0] = fresh_seal();
    seals[1] = fresh_seal();
}

static inline void teardown(void)
{
    folder_deinit(&folder);
    seal_free(seals[0]);
    seal_free(seals[1]);
    book_free(book);
}

/* A certificate of a scene. `edit` may lie in its predicate. */
static inline void certify(const struct scene *scene,
                           void (*edit)(struct cJSON *predicate),
                           size_t signers)
{
    struct record record;
    struct claim claim;

    claim_scene(scene, &record, book, &claim);
    struct cJSON *predicate = claim_predicate(&claim);
    if (edit != NULL)
        edit(predicate);
    fill_folder(&folder, scene);
    seal_folder(&folder, predicate, seals, signers);
    cJSON_Delete(predicate);
    record_deinit(&record);
}

static inline struct verifying demands(void)
{
    return (struct verifying){
        .book = book, .seals = seals, .seal_count = 1, .now_ms = NOW_MS
    };
}

/* What is found last that is no note, or a note of this text. */
static inline void expect(const char *label, const struct verifying *by,
                          enum outcome_of_check want, const char *check,
                          const char *says)
{
    struct findings findings;
    enum outcome_of_check worst = certificate_verify(&folder, by, &findings);
    const struct finding *last = &findings.at[findings.count - 1];
    bool is_said = check == NULL;

    for (size_t i = 0; i < findings.count; i++)
        is_said = is_said || (strcmp(findings.at[i].check, check) == 0 &&
                              strstr(findings.at[i].says, says) != NULL);
    ck_assert_msg(worst == want, "%s: want %d, got %d (%s: %s)", label,
                  (int)want, (int)worst, last->check, last->says);
    ck_assert_msg(is_said, "%s: \"%s: %s\" is not said; the last is %s: %s",
                  label, check, says, last->check, last->says);
    findings_deinit(&findings);
}

#endif
