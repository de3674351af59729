/* `probe`: a manifest tried against its service, and mended where that can be
 * done by itself. */
#include "probe/probe.h"
#include "base/prose.h"
#include "cli/rendering.h"
#include "cli/shell.h"
#include "cli/verbs.h"
#include "manifest/edit.h"
#include "manifest/secrets.h"
#include "pipe/smoke.h"
#include "report/report.h"
#include "run/run.h"
#include <cJSON.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>

enum {
    LINE_MAX_BYTES = 64 * 1024,
    ERRORS_MAX_BYTES = 256 * 1024,
    USUAL_COLUMNS = 100,
    MOST_COLUMNS = 110,
    INDENT = 24,
};

/* How a probe is shown. */
struct show {
    const struct probe *probe;
    const struct edit *edit; /* of its manifest; NULL: a bare profile */
    const char *file;
    const char *command; /* of a child, or NULL */
    bool colour;
    size_t columns;
};

static const struct {
    const char *label;
    const char *paint;
} kinds[] = {
    [FINDING_GOOD] = { "ok", "\033[32m" },
    [FINDING_CHANGE] = { "change", "\033[1;33m" },
    [FINDING_FAULT] = { "fault", "\033[1;31m" },
    [FINDING_UNTRIED] = { "unsure", "\033[1;33m" },
    [FINDING_ABSENT] = { "absent", "\033[2m" },
    [FINDING_UNREACHED] = { "gone", "\033[1;31m" },
};

/* --- Showing -------------------------------------------------------------- */

static size_t columns_of(FILE *to)
{
    struct winsize size = { .ws_col = 0 };

    if (ioctl(fileno(to), TIOCGWINSZ, &size) != 0 || size.ws_col < 60)
        return USUAL_COLUMNS;
    return size.ws_col < MOST_COLUMNS ? size.ws_col : MOST_COLUMNS;
}

/* What it is to be, in one line without secrets. */
static void add_value(const struct show *show, const struct cJSON *value,
                      struct buffer *into)
{
    char *text = cJSON_PrintUnformatted(value);
    char *clean =
        text == NULL ? NULL : secrets_redact(probe_manifest(show->probe), text);

    add_plain(into, clean == NULL ? "" : clean);
    free(clean);
    cJSON_free(text);
}

static void show_proposal(const struct show *show,
                          const struct proposal *proposal)
{
    struct buffer line;
    bool is_there = false;

    buffer_init(&line, LINE_MAX_BYTES);
    if (show->edit != NULL)
        buffer_printf(&line, "%s:%u: ", show->file,
                      edit_line(show->edit, proposal->path, &is_there));
    buffer_printf(&line, "$.%s", proposal->path);
    if (show->edit != NULL && !is_there)
        buffer_add_string(&line, " (not said there yet)");
    if (proposal->value != NULL) {
        buffer_add_string(&line, ": ");
        add_value(show, proposal->value, &line);
    }
    printf("%*s%s%s%s\n", INDENT, "", show->colour ? "\033[1m" : "",
           buffer_string(&line), show->colour ? "\033[0m" : "");
    buffer_deinit(&line);
}

static void show_finding(const struct show *show, const struct finding *finding)
{
    struct buffer text;
    char blanks[INDENT + 1];

    snprintf(blanks, sizeof(blanks), "%*s", INDENT, "");
    buffer_init(&text, LINE_MAX_BYTES);
    add_hanging(&text, finding->seen, INDENT, show->columns);
    if (finding->why != NULL)
        add_wrapped(&text, blanks, finding->why, show->columns - INDENT);
    printf("%s%-8s%s%-16s%s", show->colour ? kinds[finding->kind].paint : "",
           kinds[finding->kind].label, show->colour ? "\033[0m" : "",
           finding->step, buffer_string(&text));
    for (size_t i = 0; i < finding->proposal_count; i++)
        show_proposal(show, &finding->proposals[i]);
    buffer_deinit(&text);
}

/* --- What comes of it ----------------------------------------------------- */

static size_t count_of_kind(const struct probe *probe, enum finding_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < probe->count; i++)
        count += probe->findings[i].kind == kind;
    return count;
}

/* Values that can be put in without anybody's help. */
static size_t count_of_values(const struct probe *probe)
{
    size_t count = 0;

    for (size_t i = 0; i < probe->count; i++)
        for (size_t j = 0; j < probe->findings[i].proposal_count; j++)
            count += probe->findings[i].kind == FINDING_CHANGE &&
                     probe->findings[i].proposals[j].value != NULL;
    return count;
}

static int status_of(const struct probe *probe)
{
    if (count_of_kind(probe, FINDING_UNREACHED) > 0)
        return EXIT_UNREACHED;
    if (count_of_kind(probe, FINDING_UNTRIED) > 0)
        return EXIT_UNSURE;
    return count_of_kind(probe, FINDING_CHANGE) > 0 ||
                   count_of_kind(probe, FINDING_FAULT) > 0
               ? EXIT_FAIL
               : EXIT_GOOD;
}

static void show_counts(const struct show *show)
{
    const struct probe *probe = show->probe;
    size_t good = count_of_kind(probe, FINDING_GOOD);
    size_t change = count_of_kind(probe, FINDING_CHANGE);
    size_t fault = count_of_kind(probe, FINDING_FAULT);

    printf("\n%zu step%s fine", good, good == 1 ? " is" : "s are");
    if (change > 0)
        printf("; %zu %s the manifest to change", change,
               change == 1 ? "asks" : "ask");
    if (fault > 0)
        printf("; %zu %s of the service", fault,
               fault == 1 ? "is a fault" : "are faults");
    if (count_of_kind(probe, FINDING_UNREACHED) > 0)
        printf("; nobody answers");
    puts(".");
}

static void show_next(const struct show *show, bool written)
{
    const struct probe *probe = show->probe;
    struct buffer words;

    if (show->file == NULL)
        return;
    buffer_init(&words, REPEAT_BYTES_MAX);
    shell_add(&words, "--target", show->file);
    shell_add(&words, "--exec", show->command);
    if (!written && count_of_values(probe) > 0)
        printf("Next: wsconform probe%s --write    puts in what is proposed\n",
               buffer_string(&words));
    else if (status_of(probe) == EXIT_GOOD)
        printf("Next: wsconform run%s\n", buffer_string(&words));
    buffer_deinit(&words);
}

/* --- One probe ------------------------------------------------------------ */

static int write_proposals(const struct probe *probe, const char *file,
                           size_t *written)
{
    struct edit edit;
    enum fault fault = edit_open(&edit, file);

    for (size_t i = 0; i < probe->count; i++) {
        const struct finding *finding = &probe->findings[i];
        for (size_t j = 0; j < finding->proposal_count; j++) {
            const struct proposal *proposal = &finding->proposals[j];
            if (fault == FAULT_NONE && proposal->value != NULL &&
                finding->kind == FINDING_CHANGE)
                fault = edit_set(&edit, proposal->path, proposal->value);
        }
    }
    *written = edit.changes;
    if (fault == FAULT_NONE && edit.changes > 0)
        fault = edit_save(&edit);
    edit_deinit(&edit);
    if (fault == FAULT_NONE)
        return EXIT_GOOD;
    usage_error("%s", fault_reason());
    return fault == FAULT_MANIFEST ? EXIT_USAGE : EXIT_UNSURE;
}

static int open_target(struct target *target,
                       const struct target_choice *choice)
{
    struct buffer errors;
    int status = EXIT_GOOD;

    buffer_init(&errors, ERRORS_MAX_BYTES);
    enum fault fault = target_open(target, choice, &errors);
    if (fault == FAULT_MANIFEST) {
        fputs(buffer_string(&errors), stderr);
        status = EXIT_USAGE;
    } else if (fault != FAULT_NONE) {
        usage_error("%s", fault_reason());
        status = EXIT_UNSURE;
    }
    buffer_deinit(&errors);
    return status;
}

static int probe_and_show(const struct target *target,
                          const struct target_choice *choice, bool write,
                          size_t *written)
{
    struct probe probe;
    struct edit edit = { .path = NULL };
    struct progress look;
    struct show show = { .probe = &probe,
                         .file = choice->file,
                         .command = choice->command,
                         .columns = columns_of(stdout) };
    int status;

    progress_init(&look, stdout);
    show.colour = look.colour;
    progress_init(&look, stderr);
    probe_init(&probe, target, choice->file, choice->url);
    probe.progress = look.live ? stderr : NULL;
    probe_all(&probe);
    if (choice->file != NULL && edit_open(&edit, choice->file) == FAULT_NONE)
        show.edit = &edit;
    for (size_t i = 0; i < probe.count; i++)
        show_finding(&show, &probe.findings[i]);
    show_counts(&show);
    status = status_of(&probe);
    *written = 0;
    if (write && count_of_values(&probe) > 0) {
        int failed = write_proposals(&probe, choice->file, written);
        status = failed != EXIT_GOOD ? failed : status;
    }
    show_next(&show, *written > 0 || write);
    edit_deinit(&edit);
    probe_free(&probe);
    return status;
}

static int probe_once(const struct target_choice *choice, bool write,
                      size_t *written)
{
    struct target target;
    int status = open_target(&target, choice);

    *written = 0;
    if (status == EXIT_GOOD)
        status = probe_and_show(&target, choice, write, written);
    target_close(&target);
    return status;
}

/* What the adapter does wrong is no word about the service behind it. */
static int try_adapter(const struct target_choice *choice)
{
    struct buffer text;
    struct manifest *manifest;
    bool good = false;

    buffer_init(&text, ERRORS_MAX_BYTES);
    manifest = choice->file != NULL
                   ? manifest_read_file(choice->file, NULL, &text)
                   : manifest_read_profile(choice->profile, NULL, &text);
    if (manifest == NULL) {
        fputs(buffer_string(&text), stderr);
        buffer_deinit(&text);
        return EXIT_USAGE;
    }
    good = adapter_smoke(manifest, choice->command, &text);
    printf("The adapter\n\n%s%s", buffer_string(&text),
           good ? "\nThe service behind it\n\n" : "");
    manifest_free(manifest);
    buffer_deinit(&text);
    return good ? EXIT_GOOD : EXIT_UNSURE;
}

int verb_probe(const struct options *options)
{
    struct target_choice choice;
    size_t written = 0;
    int status;

    if (options->target == NULL && options->profile == NULL)
        return usage_error("probe what? --target FILE, or --profile P with "
                           "--url URL, --exec CMD, --reference or --mock");
    status = read_choice(options, &choice);
    if (status != EXIT_GOOD)
        return status;
    if (choice.profile != NULL && profile_meant(choice.profile) == 0)
        return EXIT_USAGE;
    if (options->write && choice.file == NULL)
        return usage_error("--write goes with --target FILE: that is written");
    signal(SIGPIPE, SIG_IGN);
    if (choice.kind == TARGET_EXEC)
        status = try_adapter(&choice);
    if (status != EXIT_GOOD)
        return status;
    status = probe_once(&choice, options->write, &written);
    if (written == 0)
        return status;
    printf("\n%zu value%s put into %s. Once more with %s:\n\n", written,
           written == 1 ? " is" : "s are", choice.file,
           written == 1 ? "it" : "them");
    return probe_once(&choice, false, &written);
}
