/* The verbs that a criterion may use.
 *
 * Failure sticks: once a verdict exists, every verb is a no-op and every value
 * it returns is harmless, so a criterion needs no `if`. `expect_*` decides,
 * never prints. Nothing here sleeps: absence is proven by a fence, and
 * `elapse` is for time that a requirement itself names.
 *
 * Each criterion has a world of its own: fresh user names, random canaries and
 * a source address that no other criterion uses.
 *
 * Ownership: a peer belongs to the bench and lives until the criterion ends.
 * Strings passed in are copied. */
#ifndef BENCH_H
#define BENCH_H

#include "history.h"
#include "doors.h"
#include "issuer.h"
#include "claims.h"
#include "first.h"
#include "cluster.h"
#include "presence.h"
#include "rates.h"
#include "rooms.h"
#include "sessions.h"
#include "sizes.h"
#include "texts.h"
#include "world.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench;
struct peer;

/* How a token is carried. */
enum carriage {
    CARRIED_AS_AGREED, /* by the carrier `token.carrier` of the manifest */
    CARRIED_NOWHERE,   /* no credential; a first message without a token */
    CARRIED_EMPTY,     /* the agreed place, empty: `?token=`, "token":"" */
    CARRIED_BARE,      /* the agreed name without a value: `?token`, null */
    CARRIED_MISNAMED,  /* a look-alike place: `?access_token=` */
    CARRIED_IN_HEADER, /* `Authorization: Bearer`, agreed or not … */
    CARRIED_IN_QUERY,  /* … `?token=` … */
    CARRIED_IN_COOKIE, /* … `Cookie: token=` */
};

/* Which signature a minted token bears. */
enum signing {
    SIGNED_RIGHT,
    SIGNED_WITH_OTHER_KEY,
    SIGNED_WITH_EMPTY_KEY,
    SIGNED_WITH_BROUGHT_KEY, /* an RSA key that stands in the header as jwk */
    SIGNED_WITH_BROUGHT_SECRET, /* a secret that stands there */
    SIGNED_WITH_PUBLIC_KEY,     /* HMAC keyed with our own public key, as PEM */
    SIGNED_WITH_LONGER_HASH,    /* HS512 in place of HS256, right secret */
    SIGNED_NOT_AT_ALL,          /* empty third part */
    SIGNED_THEN_FLIPPED,        /* one bit of the signature changed */
    SIGNED_THEN_CUT,            /* the signature shortened to its first half */
};

/* A token, as edits of the good one. All zero is the good one: right key,
 * fresh, all claims. The texts are raw JSON, so `"\"soon\""` is a string and
 * OMITTED leaves the member out; NULL keeps the good value. */
#define OMITTED ""
struct token {
    long expires_in_s; /* from now; 0: the profile's default lifetime */
    const char *exp;   /* raw JSON in place of the number */
    const char *sub;
    const char *alg;
    const char *header_more; /* members added to the header: `"kid":"x"` */
    const char *claims_more; /* members added to the claims */
    const char *rewrite_exp; /* claim replaced after signing */
    const char *rewrite_sub;
    const char *literal;        /* this text in place of any token */
    const char *prefix;         /* put before the finished token */
    const char *suffix;         /* put behind it */
    const struct peer *same_as; /* the very token of this peer */
    bool issued;                /* by the target's own issuer */
    bool no_role;               /* without the claim that names one */
    enum signing signing;
    enum carriage carriage;
    unsigned key;     /* index among the manifest's keys */
    unsigned carrier; /* index among the manifest's carriers */
};
#define TOKEN(...)                                                             \
    (struct token)                                                             \
    {                                                                          \
        __VA_ARGS__                                                            \
    }
#define GOOD_TOKEN TOKEN(.literal = NULL)
#define NO_TOKEN   TOKEN(.carriage = CARRIED_NOWHERE)

struct heading {
    const char *name, *value;
};

/* The rest of a handshake. All zero is the usual one. */
struct manner {
    const char *early;     /* a text message in the same segment as the
                              handshake, before any answer */
    unsigned early_copies; /* that message so many times; 0 means once */
    const char *timezone;  /* dial the instance that runs under this TZ */
    bool never_closes;     /* leaves the server's Close unanswered */
    bool plain;            /* dial where there is no TLS, beside where it is */
    bool tight;            /* dial the instance with the tight limits */
    enum site at;          /* which node of a cluster; all zero: the next one */
    unsigned
        door; /* another WebSocket: number among the doors, from 1; 0: no */

    enum entrance endpoint;
    enum tenant tenant;
    const char *tenant_id; /* this text in its place, as it stands */
    const char *path;      /* this one in place of the endpoint's */
    const char *path_more; /* put behind the path: "/bob" */
    const char *query;     /* percent-encoded, beside the credential's */
    const char *origin;    /* this Origin; "" sends an empty one */
    bool no_origin;        /* none, where the manifest has one */
    const char *header;    /* one header more: "X-Forwarded-For" … */
    const char *header_value;
    struct heading behind;    /* … and another behind it */
    const char *subprotocols; /* offered before the token's, comma-separated */
    const char *subprotocols_after; /* … and behind it */
    bool no_subprotocols; /* without those that every handshake offers; what
                             carries a token goes all the same */
    unsigned source;      /* another address of ours: 1, 2, …; 0: the usual */
    bool from_proxy;      /* from the address that the target trusts as proxy */
    const char *claims; /* the first message's user id, raw JSON; NULL: none */
    const char *first;  /* this text in place of the first message */
    bool silent;        /* sends no first message by itself */
    struct token *second; /* another credential by the next carrier … */
    bool second_alike;    /* … or by the same one */
};

/* --- Dialling ----------------------------------------------------------- */

/* The criterion is about a place where no token counts: not applicable where
 * the manifest agrees on this one. */
void need_no_carrier(struct bench *bench, enum carriage place);
/* Not applicable where no credential travels in the query as `token`. */
void need_query(struct bench *bench);

/* Opens a connection and does not wait for its outcome. Never NULL. */
struct peer *dial_as(struct bench *bench, enum identity who,
                     struct token token);
struct peer *dial(struct bench *bench, enum identity who, struct token token,
                  struct manner manner);

/* Dials, and where that is not admitted dials anew for up to a second: so long
 * may a place take to be free again (CONN-02). In memory once. What came of the
 * last one is for the caller to expect. */
struct peer *redial(struct bench *bench, enum identity who, struct token token,
                    struct manner manner);

/* dial_as with the good token, and waits until it is a member: it has received
 * a broadcast of ours, or answered a ping where we cannot broadcast. The
 * verdict is inconclusive when it is not: this is a precondition. */
struct peer *admit(struct bench *bench, enum identity who);
/* The same with an odd, yet valid, token or manner. */
struct peer *admit_with(struct bench *bench, enum identity who,
                        struct token token, struct manner manner);

/* Waits for the second in which this peer's token expires. */
void wait_for_expiry(struct peer *peer);

/* --- Acting ------------------------------------------------------------- */

void say(struct peer *peer, const char *text); /* one text message */
/* Publishes this text, which it has no right to do. */
void publish_without_right(struct peer *reader, const char *text);
void say_bytes(struct peer *peer, const void *at, size_t length, bool binary);
void say_noise(struct peer *peer, unsigned round); /* seeded hostile message */
void hang_up(struct peer *peer); /* Close 1000, then the end */
void vanish(struct peer *peer);  /* TCP reset, no Close */

/* Publishes to the pool through the manifest's hook: a signal with a text that
 * occurs nowhere else. Returns its number in this criterion, from 1. */
unsigned publish(struct bench *bench);

/* Publishes to one tenant alone, where there are tenants. */
unsigned publish_to(struct bench *bench, enum tenant tenant);

/* Lets time pass: virtually where the adapter can, else really. */
void elapse(struct bench *bench, int ms);
/* Until shortly before this peer's first message is due, and until shortly
 * behind that: 100 ms on a virtual clock, a second on a real one. */
void elapse_before_deadline(struct peer *peer);
void elapse_past_deadline(struct peer *peer);
/* The attempts that follow must come within one window. A target that is too
 * slow for that is not judged: until the window is let pass by the calls below,
 * what fails after its time is inconclusive. */
void begin_attempts(struct bench *bench);
/* Until the window of attempts that began before this call has passed. */
void elapse_window(struct bench *bench);
void elapse_half_window(struct bench *bench); /* twice is a whole one */

/* The text of a token of this peer's. */
const char *token_text(struct peer *peer, struct token token);
/* The message by which this peer authenticates with `token`: to be said by a
 * silent one. */
const char *authentication(struct peer *peer, struct token token);
/* The message of one whose token is this JSON: 7, [], true. */
const char *mistyped_authentication(struct bench *bench, const char *raw);
/* Sends `text` in fragments of one byte, `ms` apart, until it is refused or
 * `limit_ms` have passed. */
void dribble(struct peer *peer, const char *text, int ms, int limit_ms);
/* Says `text` again and again, until the server has ended the connection or the
 * time is over in which it has to. */
void pester(struct peer *peer, const char *text);
/* One message of `length` bytes of spaces and letters, as `count` fragments. */
void say_at_length(struct peer *peer, size_t length, unsigned count);
/* Bytes that are put on the wire as they are: frames of a client that knows
 * no rules. Only networks have such; elsewhere the criterion is not
 * applicable. */
void say_raw(struct peer *peer, const void *at, size_t length);

/* Waits until every effect of what was done before has arrived: a marked
 * broadcast has reached a member that dialled before the strangers and one
 * that dialled after, twice over; then each open peer has answered a ping and
 * each refused one has been read to its end. */
void fence(struct bench *bench);

void break_decoder(struct bench *bench); /* until mended or the end */
void mend_decoder(struct bench *bench);
void break_store(struct bench *bench); /* the directory */
void mend_store(struct bench *bench);
void break_monitor(struct bench *bench); /* the security monitor's sink */
void mend_monitor(struct bench *bench);
void revoke(struct peer *peer); /* the token it dialled with */

/* The directory, where the target has one. */
void remove_user(struct bench *bench, enum identity who);
void give_role(struct bench *bench, enum identity who, const char *role);
void give_tenant(struct bench *bench, enum identity who, enum tenant tenant);
void close_tenant(struct bench *bench, enum tenant tenant); /* inactive */
/* A fresh order of this tenant, with the first status of the list: its id. */
const char *order(struct bench *bench, enum tenant tenant);

/* --- Expecting: the connection ------------------------------------------ */

/* It is a member and stays one. Fails when it is not. One at an instance that
 * our broadcasts do not reach (tight limits, another time zone) answers pings,
 * and has been welcomed where that is the custom. */
void expect_admitted(struct peer *peer);

/* It sends no origin: it is admitted or, where the manifest says that one is
 * required, kept out. */
void expect_native_client(struct peer *peer);

/* A member was closed by the server in a way that the manifest accepts for
 * this cause. */
void expect_closed_for(struct peer *peer, enum cause cause);

/* It was turned away, in whatever form but a crash (1011, HTTP 5xx, an end
 * without a Close behind the upgrade, where the manifest lists none of them),
 * and was neither welcomed nor in the pool before. What else it was sent on the
 * way is the subject of expect_received_nothing. */
void expect_kept_out(struct peer *peer);

/* It was turned away in exactly one of the ways that the manifest accepts for
 * this cause: close code and reason, or HTTP status; and it was sent the
 * message that belongs to it, or none, and nothing else. */
void expect_refused(struct peer *peer, enum cause cause);
/* The same where a requirement leaves the choice between two causes. */
void expect_refused_either(struct peer *peer, enum cause one, enum cause other);

/* The same for every peer of this criterion that dialled without a token. */
void expect_refused_all(struct bench *bench, enum cause cause);

/* The refusal is a Close frame behind a completed upgrade. */
void expect_refused_after_upgrade(struct peer *peer);

/* Both got the same answer: upgrade, frames, code and reason. */
void expect_same_answer(struct peer *one, struct peer *other);

/* Nothing was upgraded, whatever else came of it: an HTTP status, an end, or
 * nobody there. For who dials where there is no TLS. */
void expect_never_upgraded(struct peer *peer);

/* The server ended the connection itself within its declared close time. */
void expect_ended_by_server(struct peer *peer);

/* Close reasons seen by this peer are at most 123 bytes, and one of those that
 * the manifest lists; a refusal before the upgrade holds no internals, neither
 * in its head nor in its body. */
void expect_harmless_reason(struct peer *peer);

/* The answer bears one of the sub-protocols that this peer offered, or none
 * when it offered none; `wanted`: this one (NULL: any offered). */
void expect_subprotocol(struct peer *peer, const char *wanted);
/* It bears one of own_subprotocols. */
void expect_own_subprotocol(struct peer *peer);
/* The server has ended the connection already, without a further wait. */
void expect_ended_by_now(struct peer *peer);
/* It has been refused already, without a further wait. */
void expect_closed_by_now(struct peer *peer);
/* It is accepted and has no other answer yet. */
void expect_pending(struct peer *peer);
/* How many of these peers are members: exactly `count`; the others are
 * refused for `cause`. */
void expect_exactly_admitted(struct peer *const peers[], unsigned count,
                             unsigned admitted, enum cause cause);
/* How many of them are members now, the others gone in whatever way: no more
 * than `most`. */
void expect_at_most_admitted(struct peer *const peers[], unsigned count,
                             unsigned most);

/* --- Expecting: messages ------------------------------------------------ */

void expect_received(struct peer *peer, unsigned signal);
void expect_received_nothing(struct peer *peer);
/* Each signal from `first` to `last`, once, whole, in order; no fence needed.
 */
void expect_received_in_order(struct peer *peer, unsigned first, unsigned last);
/* It received a broadcast with this text, as a positive control: inconclusive
 * when it did not. */
void expect_heard(struct peer *peer, const char *text);
/* The same as a demand of its own: fails when it did not. */
void expect_reached(struct peer *peer, const char *text);
/* Nobody has received a broadcast with this text, members included. Whom the
 * target denies the right to say it may find it quoted in that denial. */
void expect_nobody_heard(struct bench *bench, const char *text);
/* No frame, reason or header to this peer holds eight bytes of its token. */
void expect_token_not_echoed(struct peer *peer);
/* It answered with an error, not with internals; nothing sent to this peer
 * matches the leak patterns (stack traces, paths, SQL, library names). */
void expect_sanitized_error(struct peer *peer);
/* Exactly one upgrade was answered, and the stream behind it is sound. */
void expect_accepted_once(struct peer *peer);
/* It has received nothing that matches the manifest's error. */
void expect_received_no_error(struct peer *peer);
/* It has not received this text, whatever others have. No fence needed. */
void expect_not_heard(struct peer *peer, const char *text);
/* It received a broadcast with `text`, as it is or with its markup escaped
 * once: html-unescaped once it is `text`. */
void expect_heard_unharmed(struct peer *peer, const char *text);
/* What it has received with `marker` in it, if anything, holds neither active
 * markup nor a control character: to refuse a text is to make it harmless. */
void expect_heard_harmless(struct peer *peer, const char *marker);
/* The welcome came first, has exactly the agreed members, names the verified
 * user and the tenant, and its time is UTC and now. */
void expect_welcome(struct peer *peer);
/* Asked who it is, the target names the user of `who`. */
void expect_identity(struct peer *peer, enum identity who);
/* It was turned away, or has been closed since without a crash; or it is served
 * as the user of its good token: so say the welcome, and the target when it is
 * asked. */
void expect_no_other_user(struct peer *peer);
/* `peer`, a member, asks: the order has this status. */
void expect_order(struct peer *peer, const char *order, const char *status);
/* The next error that this peer receives is exactly the agreed one, equal as
 * JSON; each call is about one more. */
void expect_exact_error(struct peer *peer);
/* Says `text`, to which the agreed error is the whole answer. What comes by
 * itself now and then is none: it is said anew until it comes alone, thrice at
 * most. */
void expect_lone_error(struct peer *peer, const char *text);
/* Both were answered alike: equal errors, and both are still open. */
void expect_same_error(struct peer *one, struct peer *other);

/* --- Expecting: what only an inspection hook can show -------------------- */

/* Pool entries of this peer, now. */
void expect_pool_entries(struct peer *peer, unsigned count);
/* This peer never was in the pool, not even between two broadcasts. */
void expect_never_pooled(struct peer *peer);
/* Connections that the server still keeps record of, beyond those at the time
 * of the first call in this criterion. */
void expect_no_residue(struct bench *bench);
/* Exactly one audit event tells of this peer's refusal. */
void expect_one_audit_event(struct peer *peer);
/* That event is ACCESS_DENIED and CRITICAL, has the peer's own address, this
 * tenant and endpoint, and a detail that begins with `detail` (NULL: any). */
void expect_access_denied(struct peer *peer, const char *detail);
/* No audit event tells of this peer's refusal. */
void expect_no_audit_event(struct peer *peer);
/* Some log line about this peer has this level ("info", "warn", "err", under
 * any of its names) and holds `text` (NULL: any), letter case aside. */
void expect_logged(struct peer *peer, const char *level, const char *text);
/* No log line holds this text. */
void expect_not_logged(struct bench *bench, const char *text);
/* Managers of this user, now; each has connections of this user alone. */
void expect_managers(struct bench *bench, enum identity who, unsigned count);
/* The metric or gauge has grown by `growth` since note_metrics; what the
 * bench's own witnesses add to it does not count. expect_gauge: its value. */
void note_metrics(struct bench *bench);
void expect_metric(struct bench *bench, const char *name, long growth);
void expect_gauge(struct bench *bench, const char *name, long value);
/* Asking for a manager without a context is refused loudly: an error, and a
 * text that says what to call instead. */
void expect_loud_refusal_without_context(struct bench *bench);
/* No log line holds twelve bytes of a token of this criterion. */
void expect_log_without_tokens(struct bench *bench);
/* Some log line tells of the handshake, with `token=` and a mask behind it. */
void expect_masked_access_log(struct peer *peer);
/* Wherever this text stands in the log, no raw control character stands before
 * it: it has been sent behind each, and has begun no line of its own. */
void expect_log_line_unforged(struct bench *bench, const char *forged);

#endif
