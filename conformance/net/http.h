/* HTTP requests to hooks, on libcurl. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "adapter.h"
#include "manifest/manifest.h"

/* A handle to be used again and again. NULL without memory. */
void *http_new(void);
void http_free(void *handle); /* NULL is fine */

/* Makes the hook's request with its {names} filled: percent-encoded in the URL,
 * as JSON strings are written in a body that is JSON, as they are in headers.
 * No proxy, no redirect. `ca_file` as in the manifest, for https.
 * FAULT_DENIED: the answer has a status of 4xx or 5xx. FAULT_HOOK: no other
 * answer of 2xx within answer_ms, or one beyond answer's ceiling.
 */
enum fault http_call(void *handle, const struct hook *hook,
                     const struct pair *values, int answer_ms,
                     const char *ca_file, struct buffer *answer);

#endif
