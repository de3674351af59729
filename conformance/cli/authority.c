/* Keys and requirement sets of a command line. */
#include "cli/certificate.h"
#include "cli/rendering.h"
#include "cli/verbs.h"
#include "run/run.h"
#include <stdlib.h>

static int add_errata(struct authority *authority, const char *path)
{
    struct buffer text;
    int status = EXIT_GOOD;

    buffer_init(&text, SET_BYTES_MAX);
    const char *why = read_file(path, &text);
    if (why != NULL)
        status = usage_error("%s cannot be read: %s", path, why);
    else if (book_add_errata(authority->book, buffer_view(&text)) != FAULT_NONE)
        status = usage_error("%s: %s", path, fault_reason());
    buffer_deinit(&text);
    return status;
}

static int add_key(struct authority *authority, const char *path,
                   bool is_private)
{
    struct seal *seal =
        is_private ? seal_open_private(path) : seal_open_public(path);

    if (seal == NULL)
        return usage_error("%s", fault_reason());
    for (size_t i = 0; i < authority->count; i++) {
        if (strcmp(seal_id(authority->seals[i]), seal_id(seal)) != 0)
            continue;
        seal_free(seal);
        return usage_error("%s is a key that was named before", path);
    }
    authority->seals[authority->count++] = seal;
    return EXIT_GOOD;
}

int authority_open(struct authority *authority, const struct options *options,
                   bool private_keys)
{
    int status = EXIT_GOOD;

    *authority = (struct authority){ .book = book_open() };
    if (authority->book == NULL)
        return unsure_error(fault_reason());
    for (size_t i = 0; i < options->errata.count && status == EXIT_GOOD; i++)
        status = add_errata(authority, options->errata.at[i]);
    for (size_t i = 0; i < options->keys.count && status == EXIT_GOOD; i++)
        status = add_key(authority, options->keys.at[i], private_keys);
    return status;
}

void authority_close(struct authority *authority)
{
    for (size_t i = 0; i < authority->count; i++)
        seal_free(authority->seals[i]);
    book_free(authority->book);
}

int check_set(const struct book *book, const char *name)
{
    struct buffer names;

    if (name == NULL || book_set(book, name) != NULL)
        return EXIT_GOOD;
    buffer_init(&names, 4096);
    book_names(book, &names);
    usage_error("there is no requirement set %s; there is %s", name,
                buffer_string(&names));
    buffer_deinit(&names);
    return EXIT_USAGE;
}
