"""Streams of runs that never were, for pages to be made of."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "conformance/tests"))
from stream_lines import end_of, plan_of, text_of, verdict_of

LEVELS = ("A", "AA", "AAA")

# --- A small run: each standing, two profiles ---------------------------------


def step(at_ms, peer, what, text=""):
    return {"at_ms": at_ms, "peer": peer, "what": what, "text": text}


EXCHANGE = [
    step(0, "witness-1", "dials", "with a token"),
    step(0, "alice-2", "dials", "without a token"),
    step(21, "witness-1", "is accepted"),
    step(21, "alice-2", "is accepted"),
    step(22, "", "publishes", "sig-19356294f4cfc722-1"),
    step(28, "witness-1", "receives", '{"type": "signal", "text": "sig-19356294f4cfc722-1"}'),
    step(29, "alice-2", "receives", '{"type": "signal", "text": "sig-19356294f4cfc722-1"}'),
    step(30, "", "lets time pass"),
    step(530, "alice-2", "receives Close", "1005"),
    step(530, "alice-2", "has ended", "with FIN"),
]

SMALL_ROWS = [
    verdict_of(
        0,
        "absent_token_is_kept_out",
        "fail",
        expected='close 1008 "Authentication required"',
        seen="alice-2 got a signal, then close 1005 (no code)",
        transcript=EXCHANGE,
    ),
    verdict_of(
        1,
        "expired_token_is_kept_out",
        "fail",
        level="AA",
        requirements=["AUTH-07"],
        expected='close 1008 "Invalid or expired token"',
        seen="alice-2 stayed connected",
        transcript=EXCHANGE[:4],
    ),
    verdict_of(
        2,
        "refusal_is_told_with_a_reason",
        "fail",
        theme="CLOSE",
        expected="a reason",
        seen="none",
        baseline="known",
        known_until="2026-12-31",
        known_note="mended in the next release",
    ),
    verdict_of(3, "limit_holds_against_a_race", "inconclusive", theme="CONN", level="AA", seen="the witness was lost"),
    verdict_of(
        4,
        "revoked_token_is_kept_out",
        "not-applicable",
        level="AAA",
        seen="the target offers no revocation",
    ),
    *(
        verdict_of(
            number,
            f"stranger_{number}_hears_nothing",
            theme="POOL",
            level=LEVELS[number % 3],
            profile="signals" if number % 2 else "pos",
            wait_ms=500 if number == 7 else 0,
            ms=620 if number == 7 else 30,
            transcript=EXCHANGE[:4],
        )
        for number in range(5, 24)
    ),
]
SMALL = len(SMALL_ROWS)
SMALL_PASSES = 19
SMALL_HEADLINE = f"2 of {SMALL} criteria fail, besides 1 known failure"
FIRST_FAILURE = "signals/absent_token_is_kept_out"

SEARCHES = [
    ("absent_token", 1),
    ("SENTENCE 11", 1),
    ("auth-07", 1),
    ("stayed connected", 1),
    ("hears nothing", SMALL_PASSES),
    ("hears stranger_1", 10),
    ("nobody has said this", 0),
]


def small_rows(fits):
    return sum(map(fits, SMALL_ROWS))


def small():
    known = {"criterion": "refusal_is_told_with_a_reason", "profile": "signals"}
    gone = {"criterion": "gone", "profile": "signals"}
    baseline = {
        "file": "known.json",
        "entries": [
            {**known, "state": "known", "expires": "2026-12-31", "at": "known.json:4"},
            {
                **gone,
                "state": "unmatched",
                "expires": "2026-12-31",
                "at": "known.json:9",
                "says": 'there is no criterion "gone"',
            },
        ],
    }
    end = end_of(SMALL_ROWS, 5, baseline=baseline)
    return text_of([plan_of(SMALL, "signals, pos"), *SMALL_ROWS, end])


def bare():
    row = verdict_of(0, "valid_token_is_admitted")
    del row["at_ms"]
    return text_of([plan_of(1, "signals"), row, end_of([row], 0)])


def mutants():
    def mutant(name, expected, failed):
        says = f"is the reference, and {name.replace('_', ' ')}"
        return {"name": name, "says": says, "expected": expected, "failed": failed}

    absent, expired = SMALL_ROWS[0]["id"], SMALL_ROWS[1]["id"]
    pooled = [row["id"] for row in SMALL_ROWS[5:]]
    return {
        "mutants": [
            mutant("admits_without_a_token", [absent], [absent]),
            mutant("reads_no_expiry", [expired], [expired, absent]),
            mutant("forgets_the_race", ["limit_holds_against_a_race"], []),
            mutant("pools_everybody", [absent, *pooled], [absent, *pooled]),
        ],
        "unkilled": [],
        "criteria_without_mutant": [],
        "false_alarms": [],
    }


# --- A large one --------------------------------------------------------------


def many(count):
    """One in twenty fails, with its exchange; the others pass."""
    rows = [
        verdict_of(
            number,
            f"criterion_number_{number}_holds_what_it_says",
            theme=("AUTH", "CLOSE", "POOL", "ROOM", "RATE", "SIZE")[number % 6],
            level=LEVELS[number % 3],
            profile=("signals", "factory", "pos", "rooms")[number % 4],
            at_ms=number * 0.4,
        )
        for number in range(count)
    ]
    for row in rows[::20]:
        row.update(
            verdict="fail",
            expected='close 1008 "Invalid or expired token"',
            seen="alice-2 got close 1011",
            transcript=EXCHANGE + EXCHANGE[4:7],
        )
    return text_of([plan_of(count, "signals, factory, pos, rooms"), *rows, end_of(rows, 1)])
