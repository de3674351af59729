/* Which sources this program was made of. */
#ifndef BASE_REVISION_H
#define BASE_REVISION_H

#include "base/bytes.h"

enum tree {
    TREE_UNKNOWN,
    TREE_CLEAN,
    TREE_DIRTY,  /* something was changed, added or deleted since the commit */
    TREE_EXPORT, /* nobody can tell */
};

/* Takes the line of ci/revision. Once, before anybody asks; what is no such
 * line leaves all unknown. */
void revision_take(struct bytes line);

const char *revision_commit(void); /* "unknown", or in hex */
enum tree revision_tree(void);
const char *tree_name(enum tree one); /* "clean" */

#endif
