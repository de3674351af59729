/* Opening connections: who dials, with which token, in which manner. */
#include "bench/framing.h"
#include "bench/internal.h"
#include <stdio.h>
#include <stdlib.h>

struct peer *new_peer(struct bench *bench, enum identity who, const char *name)
{
    struct peer *peer = calloc(1, sizeof(*peer));

    if (peer == NULL || bench->sockets == PEERS_MAX) {
        fprintf(stderr, "wsconform: too many peers in one criterion\n");
        abort();
    }
    bench->peers[bench->sockets++] = peer;
    peer->socket = bench->sockets;
    peer->bench = bench;
    peer->who = who;
    peer->answers_close = true;
    buffer_init(&peer->heard, HEARD_BYTES_MAX);
    buffer_init(&peer->talk.said, HEARD_BYTES_MAX);
    buffer_init(&peer->talk.litter, HEARD_BYTES_MAX);
    buffer_init(&peer->talk.aside, HEARD_BYTES_MAX);
    buffer_init(&peer->talk.unread, HEARD_BYTES_MAX);
    assembler_init(&peer->talk.stream.lines);
    buffer_init(&peer->parcel.bytes, BINARY_BYTES_MAX);
    snprintf(peer->name, sizeof(peer->name), "%s-%u", name, peer->socket);
    return peer;
}

/* --- The handshake -------------------------------------------------------- */

static void write_path(const struct peer *peer, const struct manner *manner,
                       struct letter *letter)
{
    struct bench *bench = peer->bench;
    const char *template = bench->manifest->paths[manner->endpoint];
    const char *hole;

    if (manner->door > 0) {
        letter->opening.door = &bench->adapter->doors[manner->door - 1];
        return;
    }
    letter->opening.path_more = manner->path_more;
    letter->opening.path = manner->path;
    if (template == NULL || manner->path != NULL)
        return;
    hole = strstr(template, "{tenant}");
    buffer_printf(
        &letter->path, "%.*s",
        (int)(hole == NULL ? strlen(template) : (size_t)(hole - template)),
        template);
    if (hole != NULL) {
        add_encoded(&letter->path, manner->tenant_id != NULL
                                       ? manner->tenant_id
                                       : tenant_id(bench, manner->tenant));
        buffer_add_string(&letter->path, hole + strlen("{tenant}"));
    }
    letter->opening.path = buffer_string(&letter->path);
}

void source_of(const struct bench *bench, unsigned source, char other[24])
{
    const char *rest = strchr(bench->source, '.');

    rest = rest == NULL ? NULL : strchr(rest + 1, '.');
    snprintf(other, 24, "127.%u%.12s", 208 + source % 40,
             rest == NULL ? ".0.1" : rest);
}

static void choose_source(const struct peer *peer, const struct manner *manner,
                          struct letter *letter, char other[24])
{
    const struct bench *bench = peer->bench;

    if (bench->source[0] == 0)
        return;
    letter->opening.source = bench->source;
    if (manner->from_proxy)
        letter->opening.source = bench->manifest->proxy;
    if (manner->source == 0)
        return;
    source_of(bench, manner->source, other);
    letter->opening.source = other;
}

/* Where no origin is admitted, none is sent of itself. */
static void write_origin(const struct manifest *manifest,
                         const struct manner *manner, struct opening *opening)
{
    opening->origin = manner->origin;
    opening->no_origin =
        manner->no_origin || (manner->tight && manner->origin == NULL &&
                              manifest->tight_without_origins);
}

/* Behind the upgrade, unless something has to go out in one segment with it. */
static void write_early(struct peer *peer, const struct manner *manner,
                        struct letter *letter)
{
    unsigned copies = manner->early_copies == 0 ? 1 : manner->early_copies;
    size_t count = 0;
    const char *early;
    char *filled;

    if (manner->early == NULL)
        return;
    filled = talk_fill(peer, manner->early);
    early = filled == NULL ? manner->early : keep_text(peer->bench, filled);
    framing_demand_text(peer->bench, early);
    if (letter->first != NULL)
        letter->early[count++] = letter->first;
    while (copies-- > 0 && count < COUNT(letter->early)) {
        letter->early[count++] = early;
        talk_said(peer, bytes_of_string(early));
    }
    letter->opening.early_count = count;
}

static void offer(struct letter *letter, const char *subprotocols)
{
    if (subprotocols != NULL)
        buffer_printf(&letter->subprotocols, "%s%s",
                      letter->subprotocols.length > 0 ? ", " : "",
                      subprotocols);
}

/* What goes with every handshake. */
static void write_usual(const struct manifest *manifest,
                        const struct manner *manner, struct letter *letter)
{
    for (size_t i = 0; i < manifest->header_count; i++)
        letter_add_header(letter, manifest->headers[i].name, "",
                          manifest->headers[i].value);
    if (manner->no_subprotocols)
        return;
    offer(letter, manifest->subprotocols);
    if (manner->tight)
        offer(letter, manifest->tight_subprotocol);
}

static void write_letter(struct peer *peer, const struct token *token,
                         const struct manner *manner, struct letter *letter)
{
    struct opening *opening = &letter->opening;

    if (manner->query != NULL)
        buffer_add_string(&letter->query, manner->query);
    offer(letter, manner->subprotocols);
    carry(peer, token, manner, letter);
    offer(letter, manner->subprotocols_after);
    if (manner->header != NULL)
        letter_add_header(letter, manner->header, "", manner->header_value);
    if (manner->behind.name != NULL)
        letter_add_header(letter, manner->behind.name, "",
                          manner->behind.value);
    if (manner->first != NULL || manner->silent) {
        free(letter->first);
        letter->first = manner->first == NULL ? NULL : strdup(manner->first);
    }
    write_path(peer, manner, letter);
    write_origin(peer->bench->manifest, manner, opening);
    write_early(peer, manner, letter);
    opening->timezone = manner->timezone;
    opening->plain = manner->plain;
    opening->tight = manner->tight;
    if (letter->query.length > 0)
        opening->query = buffer_string(&letter->query);
    if (letter->subprotocols.length > 0)
        opening->subprotocols = buffer_string(&letter->subprotocols);
}

/* Another credential before the first, by the carrier behind it or its own. */
static void add_second(struct peer *peer, const struct token *first,
                       const struct manner *manner, struct letter *letter)
{
    struct token second = *manner->second;
    const char *token = peer->token;

    second.carrier = first->carrier + (manner->second_alike ? 0 : 1);
    peer->token = keep_secret(peer->bench, token_made(peer, &second));
    carry(peer, &second, manner, letter);
    peer->token = token;
}

/* In turn: so is every criterion spread over all nodes. An instance of its own
 * has but one. */
static unsigned choose_node(struct bench *bench, const struct manner *manner)
{
    unsigned nodes = bench->adapter->nodes;

    if (nodes < 2 || manner->plain || manner->tight || manner->door > 0 ||
        manner->timezone != NULL)
        return 0;
    if (manner->at != ANYWHERE)
        return ((unsigned)manner->at - FIRST_NODE) % nodes;
    while (!is_alive(bench, bench->turn % nodes))
        bench->turn++;
    return bench->turn++ % nodes;
}

static void report_opening(struct bench *bench, enum fault fault,
                           const struct manner *manner)
{
    if (fault == FAULT_ABSENT)
        decide(bench, NOT_APPLICABLE, "", "no instance %s%s",
               manner->plain   ? "without TLS"
               : manner->tight ? "with tight limits"
                               : "under TZ=",
               manner->timezone == NULL ? "" : manner->timezone);
    else if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "a connection to the target", "%s",
               fault_reason());
}

static void open_socket(struct peer *peer, const struct token *token,
                        const struct manner *manner)
{
    struct bench *bench = peer->bench;
    const struct adapter_ops *ops = bench->adapter->ops;
    struct letter letter;
    char other[24];

    letter_init(&letter);
    write_usual(bench->manifest, manner, &letter);
    if (manner->second != NULL)
        add_second(peer, token, manner, &letter);
    write_letter(peer, token, manner, &letter);
    letter.opening.node = peer->node;
    choose_source(peer, manner, &letter, other);
    if (letter.opening.subprotocols != NULL)
        snprintf(peer->offered, sizeof(peer->offered), "%.*s",
                 (int)sizeof(peer->offered) - 1, letter.opening.subprotocols);
    peer->dialled_ms = ops->now_ms(bench->adapter->self);
    bench->dialled_ms = peer->dialled_ms;
    report_opening(
        bench, ops->open(bench->adapter->self, peer->socket, &letter.opening),
        manner);
    if (manner->never_closes)
        check_wire(bench, ops->answer_closes(bench->adapter->self, peer->socket,
                                             false));
    snprintf(peer->address, sizeof(peer->address), "%s",
             ops->address(bench->adapter->self, peer->socket));
    if (letter.first != NULL && letter.opening.early_count == 0)
        talk_first(peer, letter.first);
    letter_deinit(&letter);
}

/* --- Dialling ------------------------------------------------------------- */

static bool bears_token(const struct token *token)
{
    return token->carriage != CARRIED_NOWHERE &&
           token->carriage != CARRIED_EMPTY && token->carriage != CARRIED_BARE;
}

void dial_with(struct peer *peer, const struct token *token,
               const struct manner *manner)
{
    struct bench *bench = peer->bench;
    char told[640];

    if (!bench->decided && bears_token(token)) {
        peer->token = keep_secret(bench, token_for(peer, token));
        if (peer->token == NULL)
            decide(bench, INCONCLUSIVE, "a token", "it could not be made: %s",
                   fault_reason());
    }
    note(bench, peer, "dials",
         bytes_of_string(describe_token(token, told, sizeof(told))));
    if (manner->early != NULL)
        note(bench, peer, "sends at once", bytes_of_string(manner->early));
    peer->answers_close = !manner->never_closes;
    peer->tenant = manner->tenant;
    peer->endpoint = manner->endpoint;
    peer->is_astray = manner->path != NULL;
    peer->is_mute = manner->no_subprotocols;
    peer->is_long =
        manner->header_value != NULL && bench->manifest->handshake_bytes > 0 &&
        strlen(manner->header_value) > bench->manifest->handshake_bytes;
    peer->is_plain = manner->plain;
    peer->is_elsewhere = manner->tight || manner->timezone != NULL;
    peer->node = choose_node(bench, manner);
    if (!bench->decided)
        open_socket(peer, token, manner);
}

struct peer *dial(struct bench *bench, enum identity who, struct token token,
                  struct manner manner)
{
    struct peer *peer;

    if (bench->before == NULL && !bench->decided && !bench->is_alone)
        bench->before = open_witness(bench, "witness", ANYWHERE);
    bench->strangers++;
    peer = new_peer(bench, who, identity_name(who));
    if (bench->decided)
        return peer;
    name_user(peer);
    make_tenant(bench, manner.tenant);
    make_user(bench, who);
    check_user(peer);
    heed_origin_policy(bench, &token);
    dial_with(peer, &token, &manner);
    return peer;
}

struct peer *dial_as(struct bench *bench, enum identity who, struct token token)
{
    return dial(bench, who, token, (struct manner){ .early = NULL });
}

enum { FIRST_PAUSE_MS = 25 };

struct peer *redial(struct bench *bench, enum identity who, struct token token,
                    struct manner manner)
{
    struct peer *peer = dial(bench, who, token, manner);
    int pause = FIRST_PAUSE_MS;

    for (int left = patience_for_a_place(bench);
         left > 0 && !bench->decided && !is_admitted(peer); left -= pause) {
        await(bench, NULL, NULL, 0, pause);
        peer = dial(bench, who, token, manner);
        pause *= 2;
    }
    return peer;
}

struct peer *admit_with(struct bench *bench, enum identity who,
                        struct token token, struct manner manner)
{
    struct peer *peer = dial(bench, who, token, manner);
    struct buffer seen;

    if (bench->decided || is_admitted(peer))
        return peer;
    buffer_init(&seen, 1024);
    describe_answer(peer, &seen);
    decide(bench, INCONCLUSIVE, "a good token is admitted, as a precondition",
           "%s got %s", peer->name, buffer_string(&seen));
    buffer_deinit(&seen);
    return peer;
}

struct peer *admit(struct bench *bench, enum identity who)
{
    return admit_with(bench, who, GOOD_TOKEN, (struct manner){ .early = NULL });
}
