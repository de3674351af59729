/* completion: what a shell offers behind Tab, from the table of options. */
#include "base/bytes.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "run/run.h"
#include <stdio.h>

/* What an option's argument is, by the word that --help has for it: the action
 * of bash, zsh and fish. Any other has none. */
static const struct {
    const char *argument;
    const char *bash;
    const char *zsh;
    const char *fish;
} arguments[] = {
    { "FILE", "-f", ":FILE:_files", "-r -F" },
    { "FOLDER", "-d", ":FOLDER:_files -/",
      "-x -a '(__fish_complete_directories)'" },
    { "P", "-W 'signals factory pos rooms'",
      ":profile:(signals factory pos rooms)",
      "-x -a 'signals factory pos rooms'" },
    { "A|AA|AAA", "-W 'A AA AAA'", ":level:(A AA AAA)", "-x -a 'A AA AAA'" },
    { "KIND", "-W 'memory pipe network'", ":kind:(memory pipe network)",
      "-x -a 'memory pipe network'" },
    { "GLOB", "-W \"$(_wsconform_names)\"", ":criterion:($(_wsconform_names))",
      "-x -a '(_wsconform_names)'" },
};
enum { PLAIN = COUNT(arguments) };

static size_t argument_of(const struct option_told *option)
{
    for (size_t i = 0; i < COUNT(arguments); i++) {
        if (option->argument != NULL &&
            strcmp(option->argument, arguments[i].argument) == 0)
            return i;
    }
    return PLAIN;
}

static void print_without(const char *text, const char *special,
                          const char *before)
{
    for (; *text != 0; text++) {
        if (*text == '\'')
            fputs("'\\'", stdout);
        else if (strchr(special, *text) != NULL)
            fputs(before, stdout);
        putchar(*text);
    }
}

/* The names of criteria: they stand indented below their theme. */
static const char NAMES[] = "wsconform list 2>/dev/null | sed -n 's/^  "
                            "\\([a-z0-9_]*\\) .*/\\1/p'";

/* --- bash ----------------------------------------------------------------- */

static void bash_options(const struct verb_told *verb)
{
    struct option_told option;

    printf("        %s) words='", verb->name);
    for (size_t i = 0; option_nth(verb->verb, i, &option); i++)
        printf("--%s ", option.name);
    printf("--help' ;;\n");
}

static void bash_values(const struct verb_told *verb)
{
    struct option_told option;

    for (size_t i = 0; option_nth(verb->verb, i, &option); i++) {
        size_t kind = argument_of(&option);
        if (option.argument == NULL)
            continue;
        printf("        %s:--%s) ", verb->name, option.name);
        if (kind == PLAIN)
            printf("return ;;\n");
        else
            printf("_wsconform_offer %s; return ;;\n", arguments[kind].bash);
    }
}

static void bash(void)
{
    struct verb_told verb;

    printf("# wsconform completion bash\n_wsconform_names() { %s; }\n", NAMES);
    printf("_wsconform_offer() { mapfile -t COMPREPLY < <(compgen \"$@\" -- "
           "\"$word\"); }\n"
           "_wsconform() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} "
           "words=\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then _wsconform_offer -W '");
    for (size_t i = 0; verb_nth(i, &verb); i++)
        printf("%s ", verb.name);
    printf("--help --version'; return; fi\n"
           "    case $verb:${COMP_WORDS[COMP_CWORD - 1]} in\n");
    for (size_t i = 0; verb_nth(i, &verb); i++)
        bash_values(&verb);
    printf("    esac\n    case $verb in\n");
    for (size_t i = 0; verb_nth(i, &verb); i++)
        bash_options(&verb);
    printf("    esac\n"
           "    case $verb:$word in\n"
           "        *:-*) _wsconform_offer -W \"$words\" ;;\n"
           "        explain:*) _wsconform_offer -W \"$(_wsconform_names)\" ;;\n"
           "        verify:*) _wsconform_offer -d ;;\n"
           "        *) _wsconform_offer -W \"$words\" ;;\n"
           "    esac\n"
           "}\n"
           "complete -o filenames -F _wsconform wsconform\n");
}

/* --- zsh ------------------------------------------------------------------ */

static void zsh_verb(const struct verb_told *verb)
{
    struct option_told option;

    printf("        %s) _arguments", verb->name);
    for (size_t i = 0; option_nth(verb->verb, i, &option); i++) {
        size_t kind = argument_of(&option);
        printf(" \\\n            '--%s[", option.name);
        print_without(option.help, "[]:\\", "\\");
        printf("]");
        if (kind < PLAIN)
            printf("'\"%s\"", arguments[kind].zsh);
        else
            printf("%s%s'", option.argument == NULL ? "" : ":",
                   option.argument == NULL ? "" : option.argument);
        if (kind == PLAIN && option.argument != NULL)
            printf("': '");
    }
    if (verb->verb == VERB_EXPLAIN)
        printf(" \\\n            \"1:criterion:($(_wsconform_names))\"");
    if (verb->verb == VERB_VERIFY)
        printf(" \\\n            '1:certificate:_files -/'");
    printf(" ;;\n");
}

static void zsh(void)
{
    struct verb_told verb;

    printf("#compdef wsconform\n_wsconform_names() { %s; }\n"
           "_wsconform() {\n"
           "    local -a verbs=(\n",
           NAMES);
    for (size_t i = 0; verb_nth(i, &verb); i++) {
        printf("        '%s:", verb.name);
        print_without(verb.help, ":\\", "\\");
        printf("'\n");
    }
    printf("    )\n"
           "    if (( CURRENT == 2 )); then _describe verb verbs; return; fi\n"
           "    local verb=$words[2]\n"
           "    shift words; (( CURRENT-- ))\n"
           "    case $verb in\n");
    for (size_t i = 0; verb_nth(i, &verb); i++)
        zsh_verb(&verb);
    printf("    esac\n}\n"
           "if [ \"$funcstack[1]\" = _wsconform ]; then _wsconform \"$@\"\n"
           "else compdef _wsconform wsconform; fi\n");
}

/* --- fish ----------------------------------------------------------------- */

static void fish_verb(const struct verb_told *verb)
{
    struct option_told option;

    printf("complete -c wsconform -n __fish_use_subcommand -a %s -d '",
           verb->name);
    print_without(verb->help, "\\", "\\");
    printf("'\n");
    for (size_t i = 0; option_nth(verb->verb, i, &option); i++) {
        size_t kind = argument_of(&option);
        printf("complete -c wsconform -n '__fish_seen_subcommand_from %s' -l "
               "%s %s -d '",
               verb->name, option.name,
               kind < PLAIN              ? arguments[kind].fish
               : option.argument != NULL ? "-x"
                                         : "");
        print_without(option.help, "\\", "\\");
        printf("'\n");
    }
}

static void fish(void)
{
    struct verb_told verb;

    printf("# wsconform completion fish\n"
           "function _wsconform_names; %s; end\n"
           "complete -c wsconform -f\n",
           NAMES);
    for (size_t i = 0; verb_nth(i, &verb); i++)
        fish_verb(&verb);
    printf("complete -c wsconform -n '__fish_seen_subcommand_from explain' -a "
           "'(_wsconform_names)'\n"
           "complete -c wsconform -n '__fish_seen_subcommand_from verify' -a "
           "'(__fish_complete_directories)'\n");
}

int verb_completion(const struct options *options)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

    for (size_t i = 0; i < COUNT(shells) && options->operand != NULL; i++) {
        if (strcmp(options->operand, shells[i].name) == 0) {
            shells[i].print();
            return EXIT_GOOD;
        }
    }
    return usage_error("completion: for bash, zsh or fish%s%s",
                       options->operand == NULL ? "" : ", not ",
                       options->operand == NULL ? "" : options->operand);
}
