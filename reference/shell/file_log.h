/* The log of one server alone, in a file of SQLite: what has been answered is
 * not lost when the process is killed. */
#ifndef SHELL_FILE_LOG_H
#define SHELL_FILE_LOG_H

#include "node/node.h"
#include <uv.h>

struct file_log;

/* Opens or makes the file. NULL with what is wrong with it; another server's
 * that has it open, too. */
struct file_log *file_log_new(const char *path, const char **why);
const struct log *file_log_interface(struct file_log *file);
/* Tells the node all that the file holds. When it cannot be written any more,
 * the node loses it, and it is tried again every now and then. */
void file_log_begin(struct file_log *file, uv_loop_t *loop, struct node *node);
void file_log_drop(struct file_log *file);
void file_log_end(struct file_log *file);
void file_log_free(struct file_log *file);

#endif
