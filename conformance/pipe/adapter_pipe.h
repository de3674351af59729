/* The adapter for an implementation in a child process. */
#ifndef PIPE_ADAPTER_PIPE_H
#define PIPE_ADAPTER_PIPE_H

#include "adapter.h"

struct implementation;

/* A fresh world of the implementation, which outlives it and has one at a
 * time. NULL with fault_reason(), which begins with "adapter: " where the
 * child is at fault. */
struct adapter *adapter_pipe_new(struct implementation *one);

#endif
