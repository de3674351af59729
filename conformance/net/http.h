/* HTTP requests to hooks, on libcurl. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "adapter.h"
#include "manifest/manifest.h"

/* A handle to be used again and again. NULL without memory. */
void *http_new(void);
void http_free(void *handle); /* NULL is fine */

struct http_terms {
    int answer_ms;
    const char *ca_file; /* as in the manifest, for https */
    bool keeps_cookies;  /* in the handle */
    bool is_form;        /* a body that is no JSON, where no type is named */
    long *status;        /* where the status is told; NULL: 2xx is demanded */
    struct buffer *head; /* where header lines go; NULL: nowhere. An answer that
                            goes on beyond answer_ms is one as far as it came */
    void (*meanwhile)(void *self); /* called while it is waited for; or NULL */
    void *self;
};

/* Makes the hook's request with its {names} filled: percent-encoded in the URL,
 * as JSON strings are written in a body that is JSON, percent-encoded in one
 * that is a form, as they are in headers and in any other. No proxy, no
 * redirect. FAULT_DENIED: the answer has a status of 4xx or 5xx, where 2xx is
 * demanded. FAULT_HOOK: no other answer within answer_ms, or one beyond
 * answer's ceiling. */
enum fault http_call(void *handle, const struct hook *hook,
                     const struct pair *values, const struct http_terms *terms,
                     struct buffer *answer);

/* The value of a cookie that the handle keeps, in place of what `into` holds;
 * false: there is none. */
bool http_cookie(void *handle, const char *name, struct buffer *into);

#endif
