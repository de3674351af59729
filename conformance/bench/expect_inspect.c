/* What only an inspection hook can show: the pool, its history, audit events.
 * The pool is shared with other criteria, so everything is
 * found by the address of the peer in question. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_LOOK_MS = 2 };

/* NULL when a verdict stands or came of it. cJSON_Delete it. */
struct cJSON *look(struct bench *bench)
{
    struct cJSON *tree = NULL;

    if (bench->decided)
        return NULL;
    enum fault fault = bench->adapter->ops->inspect(
        bench->adapter->self, bench->inspect_since, &tree);
    if (fault == FAULT_ABSENT)
        decide(bench, NOT_APPLICABLE, "", "the target offers no inspection");
    else if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "an inspection hook that works", "%s",
               fault_reason());
    return tree;
}

bool text_equals(const struct cJSON *object, const char *name, const char *want)
{
    const struct cJSON *text = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(text) && strcmp(text->valuestring, want) == 0;
}

static double number_in(const struct cJSON *object, const char *name)
{
    const struct cJSON *number = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(number) ? number->valuedouble : -1;
}

/* Entries of the array `list` that are this peer's, and have `name` = `want`
 * where `name` is not NULL. */
unsigned count_of(const struct cJSON *tree, const char *list,
                  const struct peer *peer, const char *name, const char *want)
{
    const struct cJSON *entry;
    unsigned count = 0;

    cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(tree, list))
    {
        if (text_equals(entry, "peer", peer->address) &&
            (name == NULL || text_equals(entry, name, want)))
            count++;
    }
    return count;
}

bool can_be_found(struct peer *peer)
{
    if (peer->address[0] == 0)
        decide(peer->bench, INCONCLUSIVE, "a peer that the server can name",
               "the address of %s is not known", peer->name);
    return !peer->bench->decided;
}

bool look_again(struct bench *bench, int *pause)
{
    int next = *pause == 0 ? FIRST_LOOK_MS : *pause * 2;

    if (bench->decided || is_prompt(bench) || next > bench->manifest->answer_ms)
        return false;
    *pause = next;
    await(bench, has_ended, NULL, 0, next);
    return true;
}

/* Looks again, ever later, until `list` holds `want` entries of the peer. */
unsigned settle_on(struct peer *peer, const char *list, const char *name,
                   const char *value, unsigned want)
{
    unsigned count;
    int pause = 0;

    do {
        struct cJSON *tree = look(peer->bench);
        count = count_of(tree, list, peer, name, value);
        cJSON_Delete(tree);
    } while (count != want && look_again(peer->bench, &pause));
    return count;
}

/* The positive control of absence: a pool that names no member by its address
 * (behind a proxy, say) shows nothing of a stranger's either. */
static bool witness_is_shown(struct bench *bench)
{
    if (!bench->decided && settle_on(bench->before, "pool", NULL, NULL, 1) == 0)
        decide(bench, INCONCLUSIVE,
               "an inspection that names each member by its address",
               "the %s, %s, is a member and not shown in the pool",
               bench->before->name, bench->before->address);
    return !bench->decided;
}

void expect_pool_entries(struct peer *peer, unsigned count)
{
    struct bench *bench = peer->bench;

    if (bench->decided || !can_be_found(peer))
        return;
    fence(bench);
    if (count == 0 && !witness_is_shown(bench))
        return;

    unsigned found = settle_on(peer, "pool", NULL, NULL, count);
    if (found != count)
        decide(bench, FAIL, "one pool entry for a member, none for others",
               "%s has %u pool entries where %u is right", peer->name, found,
               count);
}

static bool history_is_whole(struct bench *bench, const struct cJSON *tree)
{
    if (number_in(tree, "first") <= (double)bench->inspect_since + 1 ||
        bench->inspect_since == 0)
        return true;
    decide(bench, INCONCLUSIVE, "a history that reaches back far enough",
           "the target has dropped entries of it");
    return false;
}

void expect_never_pooled(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (bench->decided || !can_be_found(peer))
        return;
    fence(bench);
    if (!witness_is_shown(bench))
        return;

    struct cJSON *tree = look(bench);
    if (tree == NULL)
        return;
    if (count_of(tree, "history", bench->before, "what", "add") +
            count_of(tree, "history",
                     bench->after == NULL ? bench->before : bench->after,
                     "what", "add") ==
        0)
        decide(bench, INCONCLUSIVE, "a history that shows each member's entry",
               "it shows none of the witnesses'");
    unsigned added = count_of(tree, "history", peer, "what", "add");
    unsigned held = count_of(tree, "pool", peer, NULL, NULL);
    if (history_is_whole(bench, tree) && added + held > 0)
        decide(bench, FAIL, "no pool entry before authentication, ever",
               "%s was added to the pool %u times; %u entries are left",
               peer->name, added, held);
    cJSON_Delete(tree);
}

/* Connections that are not members, and whatever waits to be forgotten. */
static double residue_of(struct bench *bench)
{
    struct cJSON *tree = look(bench);
    const struct cJSON *gauges =
        cJSON_GetObjectItemCaseSensitive(tree, "gauges");
    double connections = number_in(gauges, "connections");
    double members = number_in(gauges, "members");
    double pending = number_in(gauges, "pending");

    if (!bench->decided && (members < 1 || connections < members))
        decide(bench, INCONCLUSIVE, "gauges that count connections and members",
               "%.0f connections, %.0f members, with a witness connected",
               connections, members);
    cJSON_Delete(tree);
    return connections - members + (pending > 0 ? pending : 0);
}

void expect_no_residue(struct bench *bench)
{
    int left = bench->manifest->close_ms;

    fence(bench);
    double residue = residue_of(bench);
    if (!bench->residue_noted) {
        bench->residue_noted = true;
        bench->residue = residue;
        return;
    }
    for (int pause = FIRST_LOOK_MS; residue > bench->residue && left > 0;
         pause *= 2) {
        await(bench, has_ended, NULL, 0, pause);
        left -= pause;
        residue = residue_of(bench);
    }
    if (!bench->decided && residue > bench->residue)
        decide(bench, FAIL, "nothing kept of refused connections",
               "%.0f records more than before", residue - bench->residue);
}
