"""Holds streams and JSON reports to the schemas that are published for them. On
stdin: the path of the tool. What it writes has to hold, and what differs from it
by a member that is missing, unknown or of another kind must not."""

import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import report_streams

TOKENS = ("--mock", "--seed", "7", "--only", "*token*")
BASELINE = {
    "baseline": 1,
    "known": [
        {
            "criterion": "valid_token_is_admitted",
            "profile": "signals",
            "seen": ["what it does not do"],
            "expires": "2026-12-01",
        }
    ],
}


def schema(name):
    with open(f"spec/{name}.schema.json", encoding="utf-8") as file:
        text = json.load(file)
    jsonschema.Draft202012Validator.check_schema(text)
    return jsonschema.Draft202012Validator(text)


LINE, REPORT = schema("stream"), schema("report")
faults = []


def holds(validator, value, what):
    best = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if best is not None:
        faults.append(f"{what}: {best.json_path}: {best.message[:300]}")


def refused(validator, value, what):
    if validator.is_valid(value):
        faults.append(f"{what} is taken")


def spoiled(value):
    """Every way to spoil one member of an object, or of one within it."""
    for name, member in value.items():
        yield f"without {name}", {k: v for k, v in value.items() if k != name}
        yield f"{name} of another kind", {**value, name: {"a": 1}}
        if isinstance(member, dict):
            for what, inner in spoiled(member):
                yield f"{name} {what}", {**value, name: inner}
    yield "with one that is unknown", {**value, "unknown": 1}


# What may be missing.
OPTIONAL = set(
    "tool target url manifest manifest_sha256 targets adapter own seed command started "
    "baseline transcript at_ms left_out commit tree trouble merged shard file also_seen "
    "deviations known_until known_note known".split()
)


def spoil(validator, value, what):
    for how, spoilt in spoiled(value):
        _, is_missing, name = how.rpartition("without ")
        if not (is_missing and name in OPTIONAL):
            refused(validator, spoilt, f"{what} {how}")


def run(tool, *words, want=(0,)):
    said = subprocess.run([tool, *words], capture_output=True)
    if said.returncode not in want:
        faults.append(f"{words[0]}: exit {said.returncode}: {said.stderr[-300:]}")


def judge(stream, report, what):
    lines = [json.loads(line) for line in stream.read_bytes().splitlines()]
    for line in lines:
        holds(LINE, line, f"{what}, {line['type']} {line.get('id', '')}")
    written = json.loads(report.read_text())
    holds(REPORT, written, f"{what}, the report")
    return lines, written


def judge_runs(tool, folder):
    stream, report = folder / "stream", folder / "report"
    out = ("--quiet", "--ndjson", stream, "--json", report)
    run(tool, "run", *TOKENS, *out)
    lines, written = judge(stream, report, "a run")
    for line in (lines[0], lines[1], lines[-1]):
        spoil(LINE, line, line["type"])
    del written["criteria"][2:]
    spoil(REPORT, written, "the report")
    criterion = copy.deepcopy(written["criteria"][0])
    for how, spoilt in spoiled(criterion):
        refused(REPORT, {**written, "criteria": [spoilt]}, f"a criterion {how}")
    baseline = folder / "known.json"
    baseline.write_text(json.dumps(BASELINE))
    more = ("--max-wait", "1", "--profile", "signals", "--baseline", baseline)
    run(tool, "run", *TOKENS, *more, *out, want=(0, 1, 2, 5))
    judge(stream, report, "a run with a baseline")
    for shard in ("1/2", "2/2"):
        run(tool, "run", *TOKENS, "--shard", shard, "--quiet", "--ndjson", folder / shard[0])
    run(tool, "report", "--from", folder / "1", folder / "2", *out)
    judge(stream, report, "two shards")


def judge_cases(tool, folder):
    for case in report_streams.cases():
        (folder / "in").write_bytes(case.stream)
        words = ("--quiet", "--from", folder / "in", "--json", folder / "report")
        run(tool, "report", *words, want=(case.status,))
        holds(REPORT, json.loads((folder / "report").read_text()), case.name)


def main():
    tool = sys.stdin.read().strip()
    with tempfile.TemporaryDirectory(prefix="wsconform-") as name:
        judge_runs(tool, Path(name))
        judge_cases(tool, Path(name))
    print("\n".join(faults))
    return 1 if faults else 0


sys.exit(main())
