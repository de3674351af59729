/* What is said in place of a first message that authenticates. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdlib.h>

static bool is_allowed(const struct bench *bench, const char *text)
{
    const struct dialogue *dialogue = &bench->manifest->dialogue;
    struct cJSON *value = read_message(bench, text);
    bool allowed = false;

    for (size_t i = 0; i < dialogue->allowed_count && value != NULL; i++)
        allowed = allowed || pattern_matches(dialogue->allowed[i].said, value);
    cJSON_Delete(value);
    return allowed;
}

void expect_wrong_first(struct bench *bench, const char *text, enum cause cause)
{
    struct manner manner = { .first = text };

    if (!bench->decided && !is_allowed(bench, text))
        expect_refused(dial(bench, ALICE, GOOD_TOKEN, manner), cause);
}

void expect_no_joining(struct bench *bench, enum cause cause)
{
    static const struct pair nothing[] = { { NULL, NULL } };
    const struct dialogue *dialogue = &bench->manifest->dialogue;

    for (size_t i = 0; i < dialogue->joining_count && !bench->decided; i++)
        expect_wrong_first(
            bench,
            keep_text(bench,
                      template_write(dialogue->joining[i].send, nothing)),
            cause);
    if (!bench->decided && bench->sockets == 0)
        decide(bench, NOT_APPLICABLE, "",
               "dialogue.allowed has all that strangers were to be refused "
               "for");
}

void expect_answered_as(struct peer *member, enum cause cause)
{
    struct bench *bench = member->bench;
    unsigned welcomes = member->welcomes;

    if (bench->manifest->refusals[cause].count > 0)
        expect_closed_for(member, cause);
    else
        expect_sanitized_error(member);
    if (!bench->decided && member->welcomes > welcomes)
        decide(bench, FAIL, "one welcome", "%s was welcomed once more",
               member->name);
}

const char *mistyped_authentication(struct bench *bench, const char *raw)
{
    const struct pair values[] = { { "token", raw },
                                   { "user", OMITTED },
                                   { NULL, NULL } };

    return keep_text(bench,
                     template_write(bench->manifest->authenticate, values));
}
