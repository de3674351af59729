/* What the records of a target show: audit events, managers, metrics, gauges,
 * log lines about one peer. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static const char *const refusal_events[] = { "auth_refused", "ACCESS_DENIED" };

/* Looks until there are as many events of its refusal as are wanted. */
static unsigned refusals_of(struct peer *peer, unsigned want)
{
    unsigned found;
    int pause = 0;

    do {
        struct cJSON *tree = look(peer->bench);
        found = 0;
        for (size_t i = 0; i < COUNT(refusal_events); i++)
            found += count_of(tree, "events", peer, "event", refusal_events[i]);
        cJSON_Delete(tree);
    } while (found != want && look_again(peer->bench, &pause));
    return found;
}

void expect_one_audit_event(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (bench->decided || !can_be_found(peer))
        return;
    fence(bench);

    unsigned found = refusals_of(peer, 1);
    if (!bench->decided && found != 1)
        decide(bench, FAIL, "one audit event for a refusal", "%s left %u",
               peer->name, found);
}

void expect_no_audit_event(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (bench->decided || !can_be_found(peer))
        return;
    fence(bench);

    unsigned found = refusals_of(peer, 0);
    if (!bench->decided && found != 0)
        decide(bench, FAIL, "no audit event of a refusal", "%s left %u",
               peer->name, found);
}

static struct cJSON *event_of(const struct peer *peer, const struct cJSON *tree)
{
    struct cJSON *event;

    cJSON_ArrayForEach(event, cJSON_GetObjectItemCaseSensitive(tree, "events"))
    {
        if (text_equals(event, "peer", peer->address) &&
            text_equals(event, "event", "ACCESS_DENIED"))
            return event;
    }
    return NULL;
}

static const char *breach_of_event(const struct peer *peer,
                                   const struct cJSON *event,
                                   const char *detail)
{
    struct bench *bench = peer->bench;
    const char *endpoint = bench->manifest->endpoint_names[peer->endpoint];
    const char *said =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "detail"));

    if (event == NULL)
        return "there is none";
    if (!text_equals(event, "severity", "CRITICAL"))
        return "its severity is another";
    if (!text_equals(event, "restaurant", tenant_id(bench, peer->tenant)))
        return "it names another tenant";
    if (endpoint != NULL && !text_equals(event, "endpoint", endpoint))
        return "it names another endpoint";
    if (detail != NULL &&
        (said == NULL || strncmp(said, detail, strlen(detail)) != 0))
        return "its detail is another";
    return NULL;
}

void expect_access_denied(struct peer *peer, const char *detail)
{
    struct bench *bench = peer->bench;
    const char *breach;

    expect_one_audit_event(peer);

    struct cJSON *tree = look(bench);
    if (tree == NULL)
        return;
    breach = breach_of_event(peer, event_of(peer, tree), detail);
    if (breach != NULL)
        decide(bench, FAIL,
               "one event ACCESS_DENIED, CRITICAL, that names the peer, the "
               "tenant, the endpoint and the cause",
               "of %s: %s", peer->name, breach);
    cJSON_Delete(tree);
}

/* --- Managers ------------------------------------------------------------- */

static const struct peer *peer_at(const struct bench *bench,
                                  const char *address)
{
    for (unsigned i = 0; address != NULL && i < bench->sockets; i++) {
        if (strcmp(bench->peers[i]->address, address) == 0)
            return bench->peers[i];
    }
    return NULL;
}

/* Has this manager a connection of ours that is another user's? */
static bool is_mixed(const struct bench *bench, const struct cJSON *manager)
{
    const struct cJSON *address;

    cJSON_ArrayForEach(address,
                       cJSON_GetObjectItemCaseSensitive(manager, "peers"))
    {
        const struct peer *peer = peer_at(bench, cJSON_GetStringValue(address));
        if (peer != NULL && !text_equals(manager, "user", peer->user))
            return true;
    }
    return false;
}

static unsigned managers_of(struct bench *bench, const char *user)
{
    struct cJSON *tree = look(bench);
    const struct cJSON *manager;
    unsigned count = 0;

    cJSON_ArrayForEach(manager,
                       cJSON_GetObjectItemCaseSensitive(tree, "managers"))
    {
        count += text_equals(manager, "user", user);
        if (is_mixed(bench, manager))
            decide(bench, FAIL, "a manager with connections of its user alone",
                   "that of %s has another's", user);
    }
    cJSON_Delete(tree);
    return count;
}

void expect_managers(struct bench *bench, enum identity who, unsigned count)
{
    const char *user = user_id(bench, who);
    unsigned found = 0;
    int pause = 0;

    fence(bench);
    if (bench->decided)
        return;
    do
        found = managers_of(bench, user);
    while (found != count && look_again(bench, &pause));
    if (!bench->decided && found != count)
        decide(bench, FAIL, "one manager for each connection of a user",
               "%s has %u where %u is right", user, found, count);
}

void expect_loud_refusal_without_context(struct bench *bench)
{
    struct adapter *adapter = bench->adapter;
    struct buffer answer;
    bool refused = false;

    if (bench->decided)
        return;
    buffer_init(&answer, 64 * 1024);
    check_hook(
        bench, "ask for a manager without a context",
        adapter->ops->ask_without_context(adapter->self, &refused, &answer));
    if (!bench->decided &&
        (!refused || strcasestr(buffer_string(&answer), "critical") == NULL ||
         strcasestr(buffer_string(&answer), "create") == NULL))
        decide(bench, FAIL,
               "a refusal that says CRITICAL and what to call instead",
               "%s, and said \"%.300s\"", refused ? "refused" : "given",
               buffer_string(&answer));
    buffer_deinit(&answer);
}

/* --- Addresses ------------------------------------------------------------ */

bool list_names(const struct cJSON *tree, const char *list, const char *text)
{
    const struct cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(tree, list))
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

void expect_address_tracked(struct bench *bench, unsigned source, bool tracked)
{
    char other[24] = "";
    bool found = !tracked;
    int pause = 0;

    if (bench->decided)
        return;
    source_of(bench, source, other);
    do {
        struct cJSON *tree = look(bench);
        found = list_names(tree, "addresses", other);
        cJSON_Delete(tree);
    } while (found != tracked && look_again(bench, &pause));
    if (!bench->decided && found != tracked)
        decide(bench, FAIL,
               "an address is tracked within its window, not after",
               "%s is %s tracked", other, found ? "still" : "not");
}

/* --- Numbers -------------------------------------------------------------- */

static double number_of(const struct cJSON *tree, const char *name)
{
    static const char *const groups[] = { "metrics", "gauges" };
    const struct cJSON *number = NULL;

    for (size_t i = 0; i < COUNT(groups) && number == NULL; i++)
        number = cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(tree, groups[i]), name);
    return cJSON_IsNumber(number) ? number->valuedouble : -1;
}

static bool gauges_agree(const struct cJSON *one, const struct cJSON *other)
{
    return cJSON_Compare(cJSON_GetObjectItemCaseSensitive(one, "gauges"),
                         cJSON_GetObjectItemCaseSensitive(other, "gauges"),
                         true);
}

/* Of the criterion before, some may still be leaving: where two looks agree,
 * nobody is. */
void note_metrics(struct bench *bench)
{
    int pause = 0;
    bool is_calm = is_prompt(bench);

    fence(bench);
    cJSON_Delete(bench->metrics);
    bench->metrics = look(bench);
    while (!is_calm && !bench->decided && look_again(bench, &pause)) {
        struct cJSON *next = look(bench);

        is_calm = gauges_agree(bench->metrics, next);
        cJSON_Delete(bench->metrics);
        bench->metrics = next;
    }
    bench->metrics_witnesses = bench->witnesses;
}

static void expect_number(struct bench *bench, const char *name, double want)
{
    double found = -1;
    int pause = 0;

    if (bench->decided)
        return;
    do {
        struct cJSON *tree = look(bench);
        found = number_of(tree, name);
        cJSON_Delete(tree);
    } while ((long)found != (long)want && look_again(bench, &pause));
    if (!bench->decided && (long)found != (long)want)
        decide(bench, FAIL, "numbers that count what has happened",
               "`%s` is %ld where %ld is right", name, (long)found, (long)want);
}

/* A late witness is a user with a manager too. */
static unsigned share_of_witnesses(const struct bench *bench, const char *name)
{
    bool counts = strcmp(name, "managers_created") == 0 ||
                  strcmp(name, "managers_active") == 0 ||
                  strcmp(name, "tracked_users") == 0;

    return counts ? bench->witnesses - bench->metrics_witnesses : 0;
}

void expect_metric(struct bench *bench, const char *name, long growth)
{
    double before = number_of(bench->metrics, name);

    fence(bench);

    if (!bench->decided && before < 0)
        decide(bench, FAIL, "a metric of that name", "there is no `%s`", name);
    expect_number(bench, name,
                  before + (double)growth + share_of_witnesses(bench, name));
}

void expect_gauge(struct bench *bench, const char *name, long value)
{
    fence(bench);
    expect_number(bench, name, (double)value);
}
