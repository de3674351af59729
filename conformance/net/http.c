/* HTTP requests to hooks: one easy handle, its connections kept alive. */
#include "net/http.h"
#include <cJSON.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

struct request {
    char *url;
    char *body; /* NULL: none */
    struct curl_slist *headers;
    struct buffer *answer;
};

void *http_new(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    void *handle = curl_easy_init();
    if (handle == NULL)
        curl_global_cleanup();
    return handle;
}

void http_free(void *handle)
{
    if (handle == NULL)
        return;
    curl_easy_cleanup(handle);
    curl_global_cleanup();
}

/* --- Filling templates ---------------------------------------------------- */

static bool is_json(const char *body)
{
    return body[0] == '{' || body[0] == '[';
}

/* As it stands between the quotes of a JSON string; free() it. */
static char *escape_json(const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string);
    size_t length = quoted == NULL ? 0 : strlen(quoted);
    char *inner = length < 2 ? NULL : strndup(quoted + 1, length - 2);

    cJSON_free(quoted);
    cJSON_Delete(string);
    return inner;
}

/* Percent-encoded; free() it. */
static char *escape_url(const char *text)
{
    char *escaped = curl_easy_escape(NULL, text, 0);
    char *copy = escaped == NULL ? NULL : strdup(escaped);

    curl_free(escaped);
    return copy;
}

enum { VALUES_MAX = 80 };

static char *fill_escaped(const char *template, const struct pair *values,
                          char *(*escape)(const char *))
{
    struct pair escaped[VALUES_MAX + 1] = { { NULL, NULL } };
    char *texts[VALUES_MAX] = { NULL };
    char *filled = NULL;
    bool whole = true;

    for (size_t i = 0; i < VALUES_MAX && values[i].name != NULL; i++) {
        texts[i] = escape(values[i].value == NULL ? "" : values[i].value);
        escaped[i] = (struct pair){ values[i].name, texts[i] };
        whole = whole && texts[i] != NULL;
    }
    if (whole)
        filled = template_fill(template, escaped);
    for (size_t i = 0; i < VALUES_MAX; i++)
        free(texts[i]);
    return filled;
}

static bool add_header(struct request *request, const char *line)
{
    struct curl_slist *more = curl_slist_append(request->headers, line);

    if (more != NULL)
        request->headers = more;
    return more != NULL;
}

static bool names_type(const struct hook *hook)
{
    for (const char *const *at = hook->headers; at != NULL && *at != NULL; at++)
        if (strncasecmp(*at, "Content-Type:", 13) == 0)
            return true;
    return false;
}

static bool fill_headers(struct request *request, const struct hook *hook,
                         const struct pair *values)
{
    bool good = add_header(request, "Expect:");

    for (const char *const *at = hook->headers;
         at != NULL && *at != NULL && good; at++) {
        char *line = template_fill(*at, values);
        good = line != NULL && add_header(request, line);
        free(line);
    }
    if (good && !names_type(hook) && request->body != NULL &&
        is_json(request->body))
        good = add_header(request, "Content-Type: application/json");
    return good;
}

static char *fill_body(const struct hook *hook, const struct pair *values,
                       bool is_form)
{
    if (is_json(hook->body))
        return fill_escaped(hook->body, values, escape_json);
    return is_form && !names_type(hook)
               ? fill_escaped(hook->body, values, escape_url)
               : template_fill(hook->body, values);
}

static bool fill(struct request *request, const struct hook *hook,
                 const struct pair *values, bool is_form)
{
    request->url = fill_escaped(hook->url, values, escape_url);
    if (request->url == NULL)
        return false;
    if (hook->body != NULL) {
        request->body = fill_body(hook, values, is_form);
        if (request->body == NULL)
            return false;
    }
    return fill_headers(request, hook, values);
}

/* --- Asking --------------------------------------------------------------- */

static size_t keep(char *at, size_t size, size_t count, void *user)
{
    return buffer_add(user, at, size * count) == FAULT_NONE ? size * count : 0;
}

/* libcurl calls it whenever something happens, and once a second. */
static int wait_on(void *user, curl_off_t down, curl_off_t down_now,
                   curl_off_t up, curl_off_t up_now)
{
    const struct http_terms *terms = user;

    (void)down, (void)down_now, (void)up, (void)up_now;
    terms->meanwhile(terms->self);
    return 0;
}

/* What is of use to who looks closer at an answer. */
static bool watch(CURL *curl, const struct http_terms *terms)
{
    CURLcode code = CURLE_OK;

    if (terms->head != NULL) {
        code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, terms->head);
    }
    if (code == CURLE_OK && terms->meanwhile != NULL) {
        code = curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, wait_on);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)(uintptr_t)terms);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    }
    return code == CURLE_OK;
}

static bool set_options(CURL *curl, const struct request *request,
                        const struct hook *hook, const struct http_terms *terms)
{
    const char *method = hook->method != NULL ? hook->method
                         : hook->body != NULL ? "POST"
                                              : "GET";
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, request->url);

    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)terms->answer_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, request->answer);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->headers);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code == CURLE_OK && request->body != NULL)
        code = curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    if (code == CURLE_OK && terms->ca_file != NULL)
        code = curl_easy_setopt(curl, CURLOPT_CAINFO, terms->ca_file);
    /* A jar without a file; an empty CURLOPT_COOKIEFILE would be lost, and
     * leak, with the next reset. */
    if (code == CURLE_OK && terms->keeps_cookies)
        code = curl_easy_setopt(curl, CURLOPT_COOKIEJAR, (char *)NULL);
    return code == CURLE_OK;
}

/* A hook is named by its URL as the manifest has it, without what may be a
 * secret there: a user, a query. */
static const char *name_of(const struct hook *hook, char into[200])
{
    const char *host = strstr(hook->url, "://");
    const char *from = host == NULL ? hook->url : host + 3;
    const char *user_end = memchr(from, '@', strcspn(from, "/?#"));
    const char *shown = user_end == NULL ? from : user_end + 1;

    snprintf(into, 200, "%.*s%.*s", (int)(from - hook->url), hook->url,
             (int)strcspn(shown, "?#"), shown);
    return into;
}

static enum fault ask(CURL *curl, const struct hook *hook,
                      const struct request *request,
                      const struct http_terms *terms)
{
    char name[200];
    long *told = terms->status;
    long status = 0;
    CURLcode code = curl_easy_perform(curl);

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OPERATION_TIMEDOUT && terms->head != NULL && status != 0)
        code = CURLE_OK;

    if (code == CURLE_WRITE_ERROR)
        return fault_say(FAULT_HOOK, "hook %s: more than %zu bytes",
                         name_of(hook, name), request->answer->limit);
    if (code != CURLE_OK)
        return fault_say(FAULT_HOOK, "hook %s: %s", name_of(hook, name),
                         curl_easy_strerror(code));
    if (told != NULL)
        *told = status;
    else if (status >= 300 && status < 400)
        return fault_say(FAULT_HOOK,
                         "hook %s answered HTTP status %ld: it is not "
                         "followed; name the place that it leads to",
                         name_of(hook, name), status);
    else if (status < 200 || status > 299)
        return fault_say(status >= 400 ? FAULT_DENIED : FAULT_HOOK,
                         "hook %s answered HTTP status %ld: %.200s",
                         name_of(hook, name), status,
                         buffer_string(request->answer));
    return FAULT_NONE;
}

enum fault http_call(void *handle, const struct hook *hook,
                     const struct pair *values, const struct http_terms *terms,
                     struct buffer *answer)
{
    struct request request = { .answer = answer };
    enum fault fault = FAULT_MEMORY;
    char name[200];

    curl_easy_reset(handle); /* keeps its connections */
    if (fill(&request, hook, values, terms->is_form) &&
        set_options(handle, &request, hook, terms) && watch(handle, terms))
        fault = ask(handle, hook, &request, terms);
    else
        fault_say(FAULT_MEMORY, "hook %s: out of memory", name_of(hook, name));
    curl_slist_free_all(request.headers);
    free(request.url);
    free(request.body);
    return fault;
}

/* domain, subdomains?, path, secure?, expires, name, value: a tab between. */
static bool take_cookie(const char *line, const char *name, struct buffer *into)
{
    enum { NAME = 5 };

    for (int i = 0; i < NAME; i++) {
        line = strchr(line, '\t');
        if (line++ == NULL)
            return false;
    }
    size_t length = strcspn(line, "\t");
    if (strlen(name) != length || strncmp(line, name, length) != 0)
        return false;
    buffer_clear(into);
    return buffer_add_string(
               into, line[length] == 0 ? "" : line + length + 1) == FAULT_NONE;
}

bool http_cookie(void *handle, const char *name, struct buffer *into)
{
    struct curl_slist *list = NULL;
    bool found = false;

    curl_easy_getinfo(handle, CURLINFO_COOKIELIST, &list);
    for (const struct curl_slist *at = list; at != NULL; at = at->next)
        found = take_cookie(at->data, name, into) || found;
    curl_slist_free_all(list);
    return found;
}
