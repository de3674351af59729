/* What `explain` tells of a criterion. The exchange and the failure are no
 * prose: they come from a run in memory, made on the spot. */
#include "base/prose.h"
#include "cli/demonstrate.h"
#include "cli/explain.h"
#include "manifest/manual.h"
#include "probe/knock.h"
#include "report/report.h"
#include <stdio.h>

enum {
    COLUMNS = 96,
    LABEL = 12,
    TEXT_MAX = 512 * 1024,
    SOUND_LINES = 24,
    BROKEN_LINES = 8,
    CAUGHT_MAX = 6,
};

/* "Label       text", the lines behind the first indented as far. */
static void tell(const char *label, const char *text)
{
    struct buffer lines;

    buffer_init(&lines, TEXT_MAX);
    add_hanging(&lines, text, LABEL, COLUMNS);
    printf("%-*s%s", LABEL, label, buffer_string(&lines));
    buffer_deinit(&lines);
}

/* The same of a text that somebody else has written. */
static void tell_plainly(const char *label, const char *text)
{
    struct buffer plain;

    buffer_init(&plain, TEXT_MAX);
    add_plain(&plain, text);
    tell(label, buffer_string(&plain));
    buffer_deinit(&plain);
}

static void tell_statement(const char *statement)
{
    struct buffer lines;

    buffer_init(&lines, TEXT_MAX);
    add_wrapped(&lines, "", statement, COLUMNS);
    printf("%s\n", buffer_string(&lines));
    buffer_deinit(&lines);
}

static void tell_requirements(const char *ids)
{
    char head[256];

    for (size_t i = 0; i < requirements_size; i++) {
        const struct requirement *requirement = &requirements[i];
        if (!cites(ids, requirement->id))
            continue;
        snprintf(head, sizeof(head), "%s (%s; %s)", requirement->id,
                 keyword_name(requirement->keyword), requirement->source);
        tell("Proves", head);
        tell("", requirement->sentence);
    }
}

/* What it needs, and which member of a manifest offers that. */
static void tell_needs(uint64_t needs)
{
    char path[64];
    char text[512];
    const char *label = "Needs";

    for (uint64_t one = 1; one != 0 && one <= needs; one <<= 1) {
        if ((needs & one) == 0)
            continue;
        snprintf(path, sizeof(path), "capabilities.%s", need_name(one));
        const char *sentence = manual_sentence(path);
        snprintf(text, sizeof(text), "%s%s%s", need_name(one),
                 sentence == NULL ? "" : ": ",
                 sentence == NULL ? "" : sentence);
        tell(label, text);
        label = "";
    }
}

static void tell_facts(const struct criterion *criterion)
{
    const struct spec *spec = criterion->spec;
    char text[256];

    snprintf(text, sizeof(text), "%s, %s, theme %s",
             level_name(criterion->level), keyword_name(spec->keyword),
             criterion->theme);
    tell("Level", text);
    tell("Evidence", criterion_evidence(criterion));
    tell_needs(criterion->needs);
    snprintf(text, sizeof(text), "%d ms where the clock is real",
             criterion->wait_ms);
    if (criterion->wait_ms > 0)
        tell("Waits", text);
    if (criterion->company == EXCLUSIVE)
        tell("Alone", "no other criterion runs beside it");
}

/* --- What is accepted ----------------------------------------------------- */

static void tell_causes(const struct manifest *manifest, uint32_t causes)
{
    struct buffer words;

    printf("\nAccepted of %s\n", manifest->name);
    for (unsigned cause = 0; cause < CAUSES; cause++) {
        if ((causes & 1u << cause) == 0)
            continue;
        buffer_init(&words, TEXT_MAX);
        buffer_printf(&words, "refusals.%s: ", cause_member((enum cause)cause));
        describe_outcomes(&manifest->refusals[cause], &words);
        tell_plainly("", buffer_string(&words));
        buffer_deinit(&words);
    }
}

/* Where no cause is asked for, its own words, as a failure brings them out. */
static void tell_accepted(const struct manifest *manifest,
                          const struct demonstration *shown)
{
    const char *expected = showing_text(&shown->broken, "expected");

    if (shown->sound.causes != 0) {
        tell_causes(manifest, shown->sound.causes);
    } else if (*expected != 0) {
        printf("\nAccepted\n");
        tell_plainly("", expected);
    }
}

/* --- What happens --------------------------------------------------------- */

static void tell_exchange(const struct demonstration *shown)
{
    const struct showing *sound = &shown->sound;
    struct buffer lines;

    if (sound->line == NULL || sound->verdict != PASS) {
        printf("\nExchange\n");
        tell_plainly("",
                     sound->line != NULL && *showing_text(sound, "seen") != 0
                         ? showing_text(sound, "seen")
                         : sound->trouble);
        tell("", "So it cannot be shown in memory; `wsconform run --reference "
                 "--ndjson FILE` shows it on the network.");
        return;
    }
    buffer_init(&lines, TEXT_MAX);
    exchange_write(sound, SOUND_LINES, 0, &lines);
    printf("\nExchange, with the reference in memory\n%s",
           buffer_string(&lines));
    buffer_deinit(&lines);
}

/* What else fails it, in a line each. */
static void tell_caught(const struct criterion *criterion, unsigned profile,
                        const struct mutant *but)
{
    int count = 0;

    for (size_t i = 0; i < mutants_size; i++) {
        const struct mutant *mutant = &mutants[i];
        if ((mutant->profiles & profile) == 0 || mutant == but ||
            !is_killed_by(mutant, criterion->spec->id))
            continue;
        if (count++ < CAUGHT_MAX)
            tell(count == 1 ? "Catches too" : "", mutant->says);
    }
    if (count > CAUGHT_MAX)
        printf("%*s… and %d more\n", LABEL, "", count - CAUGHT_MAX);
}

static void tell_failure(const struct criterion *criterion,
                         const struct manifest *manifest,
                         const struct demonstration *shown)
{
    const struct showing *broken = &shown->broken;
    struct buffer lines;

    if (broken->line == NULL || broken->verdict != FAIL)
        return;
    buffer_init(&lines, TEXT_MAX);
    exchange_write(broken, 0, BROKEN_LINES, &lines);
    printf("\nA service that fails it\n");
    tell("Does", broken->mutant->says);
    tell_plainly("Expected", showing_text(broken, "expected"));
    tell_plainly("Seen", showing_text(broken, "seen"));
    printf("%s", buffer_string(&lines));
    buffer_deinit(&lines);
    tell_caught(criterion, manifest->profile, broken->mutant);
}

/* As the target's manifest has it, where the reference can be that; else as its
 * profile has it. */
static void demonstrate_for(const struct criterion *criterion,
                            const struct manifest *manifest,
                            struct demonstration *shown)
{
    struct buffer errors;
    struct manifest *profile;

    demonstrate(criterion, manifest, shown);
    if (shown->sound.verdict == PASS)
        return;
    buffer_init(&errors, TEXT_MAX);
    profile =
        manifest_read_profile(profile_name(manifest->profile), NULL, &errors);
    if (profile != NULL) {
        demonstration_deinit(shown);
        demonstrate(criterion, profile, shown);
    }
    manifest_free(profile);
    buffer_deinit(&errors);
}

void explain_criterion(const struct options *options,
                       const struct criterion *criterion,
                       const struct manifest *manifest)
{
    const struct spec *spec = criterion->spec;
    struct demonstration shown;

    demonstrate_for(criterion, manifest, &shown);
    printf("%s\n\n", spec->id);
    tell_statement(spec->statement);
    tell_requirements(spec->requirements);
    tell_facts(criterion);
    tell_accepted(manifest, &shown);
    tell_exchange(&shown);
    tell_failure(criterion, manifest, &shown);
    puts("");
    tell("Mend", spec->mend);
    if (options->target != NULL)
        printf("%-*swsconform run --target %s --only %s\n", LABEL, "Try",
               options->target, spec->id);
    else
        printf("%-*swsconform run --profile %s --mock --only %s\n", LABEL,
               "Try", profile_name(manifest->profile), spec->id);
    demonstration_deinit(&shown);
}
