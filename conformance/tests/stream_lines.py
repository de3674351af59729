"""The lines of streams of runs that never were: a plan, verdicts, an end."""

import json

DIGEST = "0123456789abcdef" * 4


def text_of(lines):
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def plan_of(count, profile="signals", **more):
    everything = {"only": "*", "level": "", "shard": 1, "shards": 1}
    return {
        "type": "plan",
        "schema": 2,
        "tool": {"name": "wsconform", "version": "0.1.0"},
        "target": "chat on a rainy day",
        "url": "ws://127.0.0.1:8000/ws?...",
        "manifest_sha256": DIGEST,
        "profile": profile,
        "adapter": "net",
        "seed": "7",
        "command": "wsconform run --target chat.json --seed 7",
        "started": "2026-11-21T10:00:00Z",
        "selection": {**everything, "max_wait_ms": -1, "repeat": 1},
        "catalogue_sha256": DIGEST,
        "catalogue_criteria": count + 1,
        "profile_criteria": count + 1,
        "criteria": count,
        **more,
    }


def verdict_of(place, name, verdict="pass", **more):
    return {
        "type": "verdict",
        "id": name,
        "theme": "AUTH",
        "level": "A",
        "keyword": "MUST",
        "requirements": ["AUTH-02"],
        "evidence": "wire",
        "statement": f"This is sentence {place} of a catalogue.",
        "mend": "Return after the close.",
        "wait_ms": 0,
        "verdict": verdict,
        "expected": "",
        "seen": "",
        "ms": 20.5,
        "profile": "signals",
        "place": place,
        "at_ms": 11.5 * place,
        **more,
    }


def end_of(verdicts, status, **more):
    counts = dict.fromkeys(("pass", "fail", "inconclusive", "not_applicable"), 0)
    for verdict in verdicts:
        counts[verdict["verdict"].replace("-", "_")] += 1
    return {
        "type": "end",
        "counts": counts,
        "exit": status,
        "wall_ms": 4200,
        "cpu_ms": 800,
        "longest_wait_ms": 500,
        "interrupted": False,
        **more,
    }
