/* The command line. */
#include "cli/options.h"
#include "base/bytes.h"
#include "base/nearest.h"
#include "base/revision.h"
#include "run/lines.h"
#include "run/run.h"
#include "spec.h"
#include "version.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { FLAG, SWITCH, TEXT, NUMBER, WORDS };

struct option {
    unsigned verbs;
    const char *name;
    const char *argument;
    size_t member;
    enum kind kind;
    const char *help;
};

static const struct option table[] = {
#define OPTION(verbs, name, argument, member, kind, help)                      \
    { verbs, #name, argument, offsetof(struct options, member), kind, help },
#include "cli/options.def"
#undef OPTION
};

static const struct {
    enum verb verb;
    const char *name;
    const char *operand;
    const char *help;
    const char *more; /* below its options, NULL: nothing */
} verbs[] = {
    { VERB_RUN, "run", "", "judge a target; the exit status is the verdict",
      "One of --mock, --reference, --url, --exec, or a --target that names its "
      "endpoint. FILE\nmay be - for standard output.\n" },
    { VERB_INIT, "init", "", "write a commented manifest to begin with",
      "What you usually have to change stands in it; what the profile says "
      "besides is commented\nout. It is a valid manifest as it stands.\n\n"
      "  wsconform init --profile signals > target.json\n"
      "  wsconform probe --target target.json\n" },
    { VERB_PROBE, "probe", "",
      "try a manifest against its service: what to change, to what",
      "It connects, authenticates, is refused in every way that it can be, "
      "goes to the limits that\nthe manifest names, publishes and listens; it "
      "uses the manifest's hooks, and breaks what\nthey break, so it is for a "
      "staging service, as `run` is. For each step it tells what it\nsaw and, "
      "where that is not what the manifest has, which member to change, and "
      "to what:\n\n"
      "  ok      it is as the manifest has it\n"
      "  change  the manifest is to change; with a value where that could be "
      "seen, or tried\n"
      "  fault   the service is to change: no manifest mends that, and nothing "
      "is proposed\n"
      "  absent  there is nothing to try; what needs it is not applicable\n"
      "  unsure  it could not be tried\n"
      "  gone    nobody answers\n\n"
      "--write keeps the comments and the layout of the manifest, and writes "
      "nothing where the\nfile has changed meanwhile.\n\n"
      "Exit: 0 all is as the manifest has it; 1 something is to change; 2 "
      "usage or manifest;\n3 unsure; 4 gone.\n" },
    { VERB_LIST, "list", "", "the criteria", NULL },
    { VERB_EXPLAIN, "explain", " ID",
      "a criterion, a requirement, or a member of a manifest",
      "ID is a criterion (expired_token_is_kept_out), a requirement (AUTH-07), "
      "a member of a\nmanifest (endpoint.url), or manifest, which is all "
      "members.\n" },
    { VERB_MUTANTS, "mutants", "",
      "break the reference one decision at a time: does each criterion "
      "notice?",
      NULL },
    { VERB_REPORT, "report", "", "render an earlier run", NULL },
    { VERB_KEYGEN, "keygen", "", "a pair of keys for certificates (Ed25519)",
      "Nothing is ever written over. Whoever has the private key can certify "
      "in "
      "your name: keep\nit out of the repository. Publish the other.\n" },
    { VERB_CERTIFY, "certify", "", "a run, and a signed certificate of it",
      "It takes the options of run, or --from FILE. There is no certificate of "
      "a "
      "run where a\ncriterion fails or is inconclusive, where one that the "
      "requirement set has was not asked,\nor fails as a baseline has it.\n\n"
      "  wsconform certify --target target.json --key FILE --out certificate\n"
      "  wsconform verify certificate --key FILE.pub\n\n"
      "Exit: 0 it is written; 1 there is none; 2 usage, a key or the folder; "
      "else that of run.\n" },
    { VERB_VERIFY, "verify", " FOLDER",
      "a certificate, offline, with public keys alone",
      "Everything is computed again: the signatures over the exact bytes, the "
      "digest of every\nfile, counts and claims from the stream, what is "
      "required, expiry. A note is to be known,\nand no objection.\n\n"
      "Exit: 0 it holds; 1 it does not; 2 usage or a key; 3 it could not be "
      "read, or is newer\nthan this tool.\n" },
    { VERB_COMPLETION, "completion", " SHELL",
      "what bash, zsh or fish offers behind Tab",
      "  wsconform completion bash > "
      "~/.local/share/bash-completion/completions/wsconform\n"
      "  wsconform completion zsh > a folder of $fpath/_wsconform\n"
      "  wsconform completion fish > "
      "~/.config/fish/completions/wsconform.fish\n" },
};

static const char *verb_name(enum verb verb)
{
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (verbs[i].verb == verb)
            return verbs[i].name;
    }
    return "?";
}

/* --- Help ----------------------------------------------------------------- */

static int help(void)
{
    puts("wsconform judges whether a WebSocket service keeps strangers out "
         "and users apart.\n");
    for (size_t i = 0; i < COUNT(verbs); i++)
        printf("  wsconform %s%-*s %s\n", verbs[i].name,
               (int)(18 - strlen(verbs[i].name)), verbs[i].operand,
               verbs[i].help);
    puts(
        "\nwsconform VERB --help lists a verb's options; wsconform --version.\n"
        "\nBegin with:\n\n"
        "  wsconform init --profile signals > target.json   a manifest\n"
        "  wsconform probe --target target.json             what to change in "
        "it\n"
        "  wsconform run --target target.json               the verdict\n"
        "\nExit: 0 all pass; 1 a criterion fails; 2 usage or manifest; 3 "
        "inconclusive, or a report\nthat could not be written; 4 target "
        "unreachable or not sane; 5 the baseline is stale.\nThe highest "
        "wins.");
    return EXIT_GOOD;
}

/* certify is a run first. */
static bool is_of(const struct option *option, enum verb verb)
{
    unsigned verbs_of_it =
        verb == VERB_CERTIFY ? VERB_CERTIFY | VERB_RUN : verb;

    return (option->verbs & verbs_of_it) != 0;
}

static const char *operand_of(enum verb verb)
{
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (verbs[i].verb == verb)
            return verbs[i].operand;
    }
    return "";
}

bool verb_nth(size_t n, struct verb_told *told)
{
    if (n >= COUNT(verbs))
        return false;
    *told = (struct verb_told){ verbs[n].verb, verbs[n].name, verbs[n].help };
    return true;
}

bool option_nth(enum verb verb, size_t n, struct option_told *told)
{
    for (size_t i = 0; i < COUNT(table); i++) {
        if (is_of(&table[i], verb) && n-- == 0) {
            *told = (struct option_told){ table[i].name, table[i].argument,
                                          table[i].help };
            return true;
        }
    }
    return false;
}

static int verb_help(enum verb verb)
{
    printf("Usage: wsconform %s%s [options]\n\n", verb_name(verb),
           operand_of(verb));
    for (size_t i = 0; i < COUNT(table); i++) {
        if (!is_of(&table[i], verb))
            continue;
        char left[40];
        snprintf(left, sizeof(left), "--%s %s", table[i].name,
                 table[i].argument == NULL ? "" : table[i].argument);
        printf("  %-21s %s\n", left, table[i].help);
    }
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (verbs[i].verb == verb && verbs[i].more != NULL)
            printf("\n%s", verbs[i].more);
    }
    return EXIT_GOOD;
}

static int say_version(void)
{
    char digest[DIGEST_BYTES];

    catalogue_digest(digest);
    printf("wsconform " WSCONFORM_VERSION "\n"
           "commit     %s (%s)\n"
           "catalogue  sha256:%s (%zu criteria)\n",
           revision_commit(), tree_name(revision_tree()), digest,
           catalogue_size);
    return EXIT_GOOD;
}

/* --- Mistakes ------------------------------------------------------------- */

static bool wrong(int *status, const char *what, const char *word,
                  const char *near)
{
    fprintf(stderr, "wsconform: %s %s", what, word);
    if (near != NULL)
        fprintf(stderr, "; did you mean %s?", near);
    fprintf(stderr, "\n");
    *status = EXIT_USAGE;
    return false;
}

static bool wrong_option(const struct options *options, const char *word,
                         int *status)
{
    const char *names[COUNT(table) + 1];
    size_t count = 0;
    char near[64];

    for (size_t i = 0; i < COUNT(table); i++) {
        if (is_of(&table[i], options->verb))
            names[count++] = table[i].name;
    }
    names[count] = NULL;
    const char *name = nearest_name(word + 2, names);
    snprintf(near, sizeof(near), "--%s", name == NULL ? "" : name);
    return wrong(status, "there is no option", word,
                 name == NULL ? NULL : near);
}

/* --- Parsing -------------------------------------------------------------- */

static const struct option *find(enum verb verb, const char *name,
                                 size_t length)
{
    for (size_t i = 0; i < COUNT(table); i++) {
        if (is_of(&table[i], verb) && strlen(table[i].name) == length &&
            memcmp(table[i].name, name, length) == 0)
            return &table[i];
    }
    return NULL;
}

static bool set_number(long *into, const char *text)
{
    char *end = NULL;

    errno = 0;
    *into = text == NULL ? -1 : strtol(text, &end, 10);
    return errno == 0 && end != NULL && end != text && *end == 0 && *into >= 0;
}

static bool add_word(struct words *words, const char *word, int *status)
{
    if (words->count == COUNT(words->at))
        return wrong(status, "there are too many before", word, NULL);
    words->at[words->count++] = word;
    return true;
}

static bool set(struct options *options, const struct option *option,
                const char *value, int *status)
{
    void *member = (char *)options + option->member;

    if (option->kind == FLAG)
        *(bool *)member = true;
    else if (option->kind == SWITCH)
        *(const char **)member = "";
    else if (option->kind == TEXT)
        *(const char **)member = value;
    else if (option->kind == WORDS)
        return add_word(member, value, status);
    else if (!set_number(member, value))
        return wrong(status, "a whole number is due, not", value, NULL);
    return true;
}

/* One word, or two where the value stands apart. Returns how many; 0: wrong. */
static int take(struct options *options, int count, char *const words[],
                int *status)
{
    const char *name = words[0] + 2;
    size_t length = strcspn(name, "=");
    const struct option *option = find(options->verb, name, length);
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    bool apart = value == NULL;

    if (option == NULL)
        return wrong_option(options, words[0], status);
    if (option->argument == NULL) {
        if (!apart)
            return wrong(status, "no value is due:", words[0], NULL);
        return set(options, option, NULL, status);
    }
    if (apart && count > 1)
        value = words[1];
    if (value == NULL)
        return wrong(status, "a value is due behind", words[0], NULL);
    return set(options, option, value, status) ? 1 + apart : 0;
}

static bool read_verb(struct options *options, const char *word, int *status)
{
    const char *names[COUNT(verbs) + 1] = { NULL };

    for (size_t i = 0; i < COUNT(verbs); i++) {
        names[i] = verbs[i].name;
        if (strcmp(word, verbs[i].name) == 0) {
            options->verb = verbs[i].verb;
            return true;
        }
    }
    return wrong(status, "there is no verb", word, nearest_name(word, names));
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
           strcmp(word, "help") == 0;
}

static bool read_words(struct options *options, int count, char *const words[],
                       int *status)
{
    for (int i = 0; i < count;) {
        if (is_help(words[i])) {
            *status = verb_help(options->verb);
            return false;
        }
        if (strncmp(words[i], "--", 2) == 0) {
            int taken = take(options, count - i, words + i, status);
            if (taken == 0)
                return false;
            i += taken;
        } else if (operand_of(options->verb)[0] != 0 &&
                   options->operand == NULL) {
            options->operand = words[i++];
        } else if (options->verb == VERB_REPORT && options->streams.count > 0) {
            if (!add_word(&options->streams, words[i++], status))
                return false;
        } else {
            return wrong(status, "unexpected:", words[i], NULL);
        }
    }
    return true;
}

bool options_read(struct options *options, int count, char *const words[],
                  int *status)
{
    *options = (struct options){ .jobs = -1,
                                 .repeat = 1,
                                 .max_wait = -1,
                                 .baseline_days = -1,
                                 .days = -1,
                                 .threshold = -1 };
    if (count < 2 || is_help(words[1])) {
        *status = help();
        if (count < 2)
            *status = EXIT_USAGE;
        return false;
    }
    if (strcmp(words[1], "--version") == 0) {
        *status = say_version();
        return false;
    }
    return read_verb(options, words[1], status) &&
           read_words(options, count - 2, words + 2, status);
}
