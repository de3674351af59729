/* Prints the requirements as JSON, for ci/coverage_md. It reads the list
 * itself, so that it can say what the tool's own verbs do not. */
#include "spec.h"

#include <stdio.h>

static const struct requirement rows[] = {
#define REQUIREMENT(id, profiles, keyword, level, kind, evidence, source,      \
                    sentence, state, note)                                     \
    { id,       profiles, keyword,  level, kind,                               \
      evidence, source,   sentence, state, note },
#include "requirements.def"
#undef REQUIREMENT
};

static const char *const states[] = { "proven", "planned", "excluded" };

static void print_string(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void print_member(const char *name, const char *text, const char *after)
{
    printf("\"%s\": ", name);
    print_string(text);
    fputs(after, stdout);
}

static void print_row(const struct requirement *row)
{
    fputs(row == rows ? "[\n{" : ",\n{", stdout);
    print_member("id", row->id, ", ");
    print_member("source", row->source, ", ");
    print_member("sentence", row->sentence, ", ");
    print_member("state", states[row->state], ", ");
    print_member("note", row->note, "}");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        print_row(&rows[i]);
    puts("\n]");
    return ferror(stdout) != 0;
}
