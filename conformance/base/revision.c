/* Which sources this program was made of. */
#include "base/revision.h"
#include <stdbool.h>
#include <stdio.h>

enum { COMMIT_BYTES_MAX = 64 };

static const char *const names[] = { "unknown", "clean", "dirty", "export" };
static char commit[COMMIT_BYTES_MAX + 1] = "unknown";
static enum tree tree = TREE_UNKNOWN;

/* Is the text that word? */
static bool is_word(const char *at, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(at, word, length) == 0;
}

void revision_take(struct bytes line)
{
    const char *at = (const char *)line.at;
    size_t end = line.length;
    size_t length = 0;

    while (end > 0 && at[end - 1] == '\n')
        end--;
    while (length < end && strchr("0123456789abcdef", at[length]) != NULL &&
           at[length] != 0)
        length++;
    if (length == 0 || length > COMMIT_BYTES_MAX || length + 1 >= end ||
        at[length] != ' ')
        return;
    for (size_t i = 1; i < COUNT(names); i++) {
        if (!is_word(at + length + 1, end - length - 1, names[i]))
            continue;
        snprintf(commit, sizeof(commit), "%.*s", (int)length, at);
        tree = (enum tree)i;
    }
}

const char *revision_commit(void)
{
    return commit;
}

enum tree revision_tree(void)
{
    return tree;
}

const char *tree_name(enum tree one)
{
    return names[one];
}
