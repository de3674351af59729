/* The six questions of `init`. An answer is a few words; what it means for the
 * manifest is laid over the profile, and the manifest's own checks say whether
 * it can be. */
#include "cli/interview.h"
#include "base/buffer.h"
#include "manifest/manifest.h"
#include "spec.h"
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"

enum { ANSWER_SIZE = 4096, ERRORS_MAX = 256 * 1024, WORDS = 16 };

/* One answer on its way into the manifest. */
struct answer {
    struct interview *interview;
    struct cJSON *over; /* what was said so far, and it */
    char *words[WORDS + 1];
    int count;
    const char *whole;
};

/* Puts it into `over`; NULL, or what is wrong with it. An empty one is never
 * given: that means the default. */
typedef const char *taking(struct answer *answer);

struct question {
    const char *asked;
    const char *choices; /* lines, each with two blanks in front */
    const char *otherwise;
    taking *take;
};

/* What stands behind so many words, blanks and all. */
static const char *behind(const struct answer *answer, int words)
{
    const char *at = answer->whole + strspn(answer->whole, BLANKS);

    for (; words > 0; words--) {
        at += strcspn(at, BLANKS);
        at += strspn(at, BLANKS);
    }
    return at;
}

/* --- What answers mean ---------------------------------------------------- */

static struct cJSON *section(struct answer *answer, const char *name)
{
    struct cJSON *there = cJSON_GetObjectItemCaseSensitive(answer->over, name);

    return there != NULL ? there : cJSON_AddObjectToObject(answer->over, name);
}

static void set(struct cJSON *object, const char *name, struct cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    cJSON_AddItemToObject(object, name, value);
}

static void claim(struct answer *answer, const char *name, bool holds)
{
    set(section(answer, "capabilities"), name, cJSON_CreateBool(holds));
}

static bool is_word(const struct answer *answer, const char *word, int count)
{
    return strcmp(answer->words[0], word) == 0 && answer->count >= count;
}

static const char *take_profile(struct answer *answer)
{
    if (profile_named(answer->whole) == 0)
        return "there are signals, factory, pos and rooms";
    snprintf(answer->interview->profile, sizeof(answer->interview->profile),
             "%s", answer->whole);
    return NULL;
}

static const char *take_url(struct answer *answer)
{
    set(section(answer, "endpoint"), "url", cJSON_CreateString(answer->whole));
    return NULL;
}

static struct cJSON *carrier_of(const struct answer *answer)
{
    struct cJSON *carrier = cJSON_CreateObject();
    const char *name = answer->count > 1 ? answer->words[1] : "token";

    if (is_word(answer, "query", 1))
        cJSON_AddStringToObject(carrier, "query", name);
    else if (is_word(answer, "cookie", 2))
        cJSON_AddStringToObject(carrier, "cookie", name);
    else if (is_word(answer, "subprotocol", 2))
        cJSON_AddStringToObject(carrier, "subprotocol", name);
    else if (is_word(answer, "bearer", 1))
        cJSON_AddTrueToObject(carrier, "bearer");
    else if (is_word(answer, "message", 1))
        cJSON_AddTrueToObject(carrier, "first_message");
    else if (is_word(answer, "header", 2)) {
        struct cJSON *header = cJSON_AddObjectToObject(carrier, "header");
        cJSON_AddStringToObject(header, "name", name);
        cJSON_AddStringToObject(header, "value", "{token}");
    }
    return carrier;
}

static const char *take_carrier(struct answer *answer)
{
    struct cJSON *carrier = carrier_of(answer);
    struct cJSON *list = cJSON_CreateArray();
    bool known = carrier->child != NULL;

    cJSON_AddItemToArray(list, carrier);
    set(section(answer, "credential"), "carriers", list);
    claim(answer, "second_carrier", false);
    claim(answer, "subprotocol", is_word(answer, "subprotocol", 2));
    if (!is_word(answer, "message", 1))
        claim(answer, "first_message", false);
    return known ? NULL : "it is one of those above, with its name behind it";
}

static void set_key(struct answer *answer, const char *alg, const char *name,
                    const char *value)
{
    struct cJSON *list = cJSON_CreateArray();
    struct cJSON *key = cJSON_CreateObject();

    cJSON_AddStringToObject(key, "alg", alg);
    cJSON_AddStringToObject(key, name, value);
    cJSON_AddItemToArray(list, key);
    set(section(answer, "credential"), "keys", list);
}

static bool holds(const struct answer *answer, struct buffer *errors)
{
    struct manifest *manifest =
        manifest_read_profile(answer->interview->profile, answer->over, errors);

    manifest_free(manifest);
    return manifest != NULL;
}

/* Which algorithm a key is for, the key says itself. */
static void set_key_file(struct answer *answer)
{
    static const char *const algs[] = { "ES256", "EdDSA", "RS256" };
    bool good = false;

    for (size_t i = 0; i < sizeof(algs) / sizeof(*algs) && !good; i++) {
        struct buffer errors;
        buffer_init(&errors, ERRORS_MAX);
        set_key(answer, algs[i], "private_key_file", answer->words[1]);
        good = holds(answer, &errors);
        buffer_deinit(&errors);
    }
}

static const char too_long[] =
    "a command has at most 15 words here; put it into a script";

static struct cJSON *command_of(const struct answer *answer)
{
    return cJSON_CreateStringArray((const char *const *)answer->words + 1,
                                   answer->count - 1);
}

/* A step that yields a credential, and where in its answer that stands. */
static void set_source(struct answer *answer, struct cJSON *step,
                       const char *kind, const char *where)
{
    struct cJSON *source = cJSON_CreateObject();
    struct cJSON *steps = cJSON_AddArrayToObject(source, "steps");
    struct cJSON *save = cJSON_AddObjectToObject(step, "save");

    cJSON_AddStringToObject(source, "token", "{credential}");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(save, "credential"), kind,
                            where);
    cJSON_AddItemToArray(steps, step);
    set(section(answer, "credential"), "source", source);
}

static void set_login(struct answer *answer)
{
    struct cJSON *step = cJSON_CreateObject();
    struct cJSON *users = section(answer, "identities");
    struct cJSON *alice = cJSON_CreateObject();

    cJSON_AddStringToObject(step, "method", "POST");
    cJSON_AddStringToObject(step, "url", answer->words[1]);
    cJSON_AddStringToObject(step, "body",
                            "username={user}&password={password}");
    set_source(answer, step, "json", "/access_token");
    cJSON_AddStringToObject(alice, "user", answer->words[2]);
    cJSON_AddStringToObject(alice, "password", answer->words[3]);
    set(users, "alice", alice);
}

static const char *take_token(struct answer *answer)
{
    if (is_word(answer, "secret", 2)) {
        set_key(answer, "HS256", "secret", behind(answer, 1));
    } else if (is_word(answer, "key", 2)) {
        set_key_file(answer);
    } else if (is_word(answer, "command", 2)) {
        if (*behind(answer, WORDS) != 0)
            return too_long;
        struct cJSON *step = cJSON_CreateObject();
        cJSON_AddItemToObject(step, "command", command_of(answer));
        set_source(answer, step, "regex", "([^[:space:]]+)");
    } else if (is_word(answer, "login", 4)) {
        set_login(answer);
    } else {
        return "it is one of those above, with what belongs to it";
    }
    return NULL;
}

/* The same for both; `probe` tells them apart where the service does. */
static const char *take_refusal(struct answer *answer)
{
    struct cJSON *outcome = cJSON_CreateObject();
    struct cJSON *list = cJSON_CreateArray();
    char *end = NULL;
    long number = answer->count > 1 ? strtol(answer->words[1], &end, 10) : 0;
    bool is_close = is_word(answer, "close", 2);

    cJSON_AddNumberToObject(outcome, is_close ? "close" : "http",
                            (double)number);
    if (answer->count > 2 && is_close)
        cJSON_AddStringToObject(outcome, "reason", behind(answer, 2));
    cJSON_AddItemToArray(list, outcome);
    set(section(answer, "refusals"), "invalid", cJSON_Duplicate(list, true));
    set(section(answer, "refusals"), "missing", list);
    return (is_close || is_word(answer, "http", 2)) && end != NULL && *end == 0
               ? NULL
               : "it is close or http, and a number";
}

static const char *take_publish(struct answer *answer)
{
    struct cJSON *hook = cJSON_CreateObject();

    if (is_word(answer, "no", 1))
        claim(answer, "publisher", false);
    bool is_long = is_word(answer, "command", 2) && *behind(answer, WORDS) != 0;
    if (is_long || is_word(answer, "no", 1) || is_word(answer, "socket", 1)) {
        cJSON_Delete(hook);
        return is_long ? too_long : NULL;
    }
    if (is_word(answer, "post", 2)) {
        cJSON_AddStringToObject(hook, "method", "POST");
        cJSON_AddStringToObject(hook, "url", answer->words[1]);
        cJSON_AddStringToObject(cJSON_AddObjectToObject(hook, "headers"),
                                "Content-Type", "application/json");
        cJSON_AddStringToObject(hook, "body", "{\"text\":\"{text}\"}");
    } else if (is_word(answer, "command", 2)) {
        cJSON_AddItemToObject(hook, "command", command_of(answer));
    }
    set(section(answer, "hooks"), "publish", hook);
    return hook->child != NULL ? NULL : "it is one of those above";
}

static const char *take_look(struct answer *answer)
{
    struct cJSON *hook;

    if (is_word(answer, "no", 1))
        return NULL;
    if (is_word(answer, "log", 2)) {
        set(section(answer, "hooks"), "log_file",
            cJSON_CreateString(answer->words[1]));
        return NULL;
    }
    if (!is_word(answer, "inspect", 2))
        return "it is one of those above";
    hook = cJSON_CreateObject();
    cJSON_AddStringToObject(hook, "url", answer->words[1]);
    set(section(answer, "hooks"), "inspect", hook);
    return NULL;
}

/* --- The questions -------------------------------------------------------- */

static const struct question questions[] = {
#include "cli/questions.def"
};

/* --- Asking --------------------------------------------------------------- */

static void split(struct answer *answer, char *line)
{
    char *rest = line;
    char *word;

    while ((word = strsep(&rest, BLANKS)) != NULL && answer->count < WORDS)
        if (*word != 0)
            answer->words[answer->count++] = word;
}

/* Without where it stands: nobody has seen a command line. */
static void complain(FILE *to, const char *errors)
{
    static const char ours[] = "command line: ";

    while (*errors != 0) {
        size_t length = strcspn(errors, "\n");
        const char *line = errors;
        if (strncmp(line, ours, strlen(ours)) == 0)
            line += strlen(ours);
        fprintf(to, "  That cannot be: %.*s\n",
                (int)(length - (size_t)(line - errors)), line);
        errors += length + (errors[length] == '\n');
    }
}

/* True: it holds, and is said now. */
static bool take(struct interview *interview, const struct question *question,
                 const char *line, FILE *to)
{
    char *copy = strdup(line);
    struct answer answer = { .interview = interview,
                             .over = cJSON_Duplicate(interview->said, true),
                             .whole = line };
    struct buffer errors;
    const char *why;

    buffer_init(&errors, ERRORS_MAX);
    split(&answer, copy);
    why = answer.count == 0 ? "it is empty" : question->take(&answer);
    bool good = why == NULL && holds(&answer, &errors);
    if (why != NULL)
        fprintf(to, "  That cannot be: %s\n", why);
    complain(to, buffer_string(&errors));
    buffer_deinit(&errors);
    cJSON_Delete(good ? interview->said : answer.over);
    if (good)
        interview->said = answer.over;
    free(copy);
    return good;
}

/* Where a line alone is no answer, Enter leaves the profile as it is. */
static bool ask(struct interview *interview, const struct question *question,
                FILE *from, FILE *to)
{
    char line[ANSWER_SIZE];
    bool is_value = strchr(question->otherwise, ' ') == NULL;

    fprintf(to, "\n%s\n%s", question->asked, question->choices);
    for (;;) {
        fprintf(to, "[%s] ", question->otherwise);
        fflush(to);
        if (fgets(line, sizeof(line), from) == NULL)
            return false;
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] == 0 && !is_value)
            return true;
        if (take(interview, question, line[0] == 0 ? question->otherwise : line,
                 to))
            return true;
    }
}

bool interview_hold(struct interview *interview, FILE *from, FILE *to)
{
    interview->said = cJSON_CreateObject();
    snprintf(interview->profile, sizeof(interview->profile), "signals");
    fprintf(to, "Six questions, and a profile; Enter takes what stands between "
                "brackets.\n");
    for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
        if (!ask(interview, &questions[i], from, to)) {
            cJSON_Delete(interview->said);
            interview->said = NULL;
            return false;
        }
    }
    fputs("\n", to);
    return true;
}
