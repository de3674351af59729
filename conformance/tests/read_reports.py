"""Reads every report back as those do who read them: GitLab and Jenkins JUnit, a
consumer of TAP 14 its lines, a code-scanning tab SARIF, a runner of GitHub
Actions whatever is printed, a browser the badge. On stdin: the path of the tool.
Prints what they find otherwise than the stream has it, and exits 1 then."""

import html
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

import report_streams
import yaml
from jsonschema import ValidationError
from report_sarif import read_sarif

MARK = re.compile(r"n\d+x")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ANNOTATIONS_MAX = 10


class Fault(Exception):
    pass


def same(found, wanted, what):
    if found != wanted:
        raise Fault(f"{what}: {str(found)[:300]}, not {str(wanted)[:300]}")


def must(holds, otherwise):
    if not holds:
        raise Fault(otherwise)


def mark(text):
    found = MARK.search(text)
    return found.group() if found else None


def without_controls(text, allowed="\n"):
    seen = [c for c in text if (c < " " or "\x7f" <= c <= "\x9f") and c not in allowed]
    same(seen, [], "control characters")
    turns = [c for c in text if "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"]
    same(turns, [], "what turns the order round")


# --- JUnit, as GitLab and Jenkins read it -------------------------------------


def read_junit(case, text):
    root = xml.fromstring(text)  # what XML 1.0 does not know ends it here
    found = {"failure": [], "error": [], "skipped": [], "pass": []}
    names = set()
    for suite in root.iter("testsuite"):
        for one in suite.iter("testcase"):
            name = one.get("classname"), one.get("name")
            must(name[1] and name not in names, f"a case is passed over: {name}")
            names.add(name)
            # GitLab: the first child of these decides, and its text is shown.
            kinds = [k for k in ("failure", "error", "skipped") if one.find(k) is not None]
            child = one.find(kinds[0]) if kinds else None
            if child is not None and kinds[0] != "skipped":
                must((child.text or "").strip(), "GitLab shows no reason")
            if child is not None:
                must(child.get("message") is not None, "Jenkins shows no message")
            found[kinds[0] if kinds else "pass"].append(one)
        for attribute, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            same(int(suite.get(attribute)), len(found[kind]), attribute)
        same(int(suite.get("tests")), len(names), "tests")
    marks = {kind: sorted(filter(None, (mark(c.get("name")) for c in cases))) for kind, cases in found.items()}
    same(marks["failure"], case.of("fail"), "failures")
    same(marks["error"], case.of("inconclusive"), "errors")
    same(marks["skipped"], case.of("not-applicable", "known"), "skipped")
    same(marks["pass"], case.of("pass"), "passes")
    same(len(found["failure"]) - len(marks["failure"]), len(case.stale()), "stale entries")
    same(len(found["error"]) - len(marks["error"]), int(case.trouble != ""), "troubles")


# --- TAP 14 -------------------------------------------------------------------

POINT = re.compile(r"(not )?ok (\d+) - ((?:[^#\\]|\\.)*?)(?: # (SKIP|TODO)\b(.*))?$")


def read_tap(case, text):
    lines = text.split("\n")
    same(lines[0], "TAP version 14", "the version")
    plan = re.fullmatch(r"1\.\.(\d+)", lines[1])
    must(plan, "no plan behind the version")
    found = {"fail": [], "skip": [], "todo": [], "pass": []}
    count, block, bailed = 0, None, False
    for line in lines[2:-1]:
        if block is not None:
            if line == "  ...":
                must(isinstance(yaml.load("\n".join(block), LOADER), dict), "YAML is no map")
                block = None
            else:
                must(line.startswith("  "), f"YAML ends without its end: {line}")
                block.append(line)
        elif line == "  ---":
            block = []
        elif line.startswith("Bail out!"):
            bailed = True
        elif not line.startswith("# "):
            point = POINT.match(line)
            must(point, f"neither point nor comment: {line[:200]}")
            count += 1
            same(int(point[2]), count, "the number of a point")
            kind = {"SKIP": "skip", "TODO": "todo"}.get(point[4]) or ("fail" if point[1] else "pass")
            found[kind].append(mark(point[3]))
    same(count, int(plan[1]), "points")
    same(lines[-1], "", "the last line")
    same(bailed, case.trouble != "", "a bail-out")
    same(sorted(filter(None, found["fail"])), case.of("fail", "inconclusive"), "not ok")
    same(found["fail"].count(None), len(case.stale()), "stale entries")
    same(sorted(found["skip"]), case.of("not-applicable"), "SKIP")
    same(sorted(found["todo"]), case.of("known"), "TODO")
    same(sorted(found["pass"]), case.of("pass"), "ok")


# --- SARIF --------------------------------------------------------------------


def check_sarif(case, text):
    without_controls(text)
    must(len(text) < 10 * 1024 * 1024, "larger than is taken")
    found = read_sarif(case, json.loads(text))
    same(sorted(map(mark, found["open"])), case.of("fail"), "findings")
    same(sorted(map(mark, found["accepted"])), case.of("known"), "accepted findings")
    errors = len(case.of("inconclusive")) + len(case.stale()) + bool(case.trouble)
    same(len(found["errors"]), errors, "errors of the run")


# --- Markdown, where a job is shown -------------------------------------------

LITERAL = re.compile(r"(?:[A-Za-z0-9 \u2026]|[^\x00-\x7f]|&#\d+;)*")
OURS = re.compile(r"#{2,3} [^&<]*|\|[-:|]+\||\*\*[A-Z][a-z ]+:?\*\*|- |\|")


def read_markdown(case, text):
    without_controls(text)
    must(len(text.encode()) < 1024 * 1024, "more than is shown")
    columns = 0
    found = []
    for line in text.split("\n"):
        for literal in re.findall(r"<code>(.*?)</code>", line):
            must(LITERAL.fullmatch(literal), f"not literal: {literal[:200]}")
        rest = re.sub(r"<code>.*?</code>", "", line)
        must("<" not in rest and "](" not in rest and "`" not in rest, f"structure: {rest[:200]}")
        if line.startswith("|"):
            columns = columns or rest.count("|")
            same(rest.count("|"), columns, "cells of a row")
            found.append(mark(html.unescape(line)) if "<code>" in line else None)
        else:
            columns = 0
    shown = [name for name in found if name]
    wanted = case.of("fail", "inconclusive", "known", "not-applicable")
    same(sorted(shown), wanted if len(wanted) <= 50 else sorted(shown), "rows")
    must(len(wanted) <= 50 or f"… and {len(wanted) - 50} more" in text, "what is left out is not counted")


# --- What a runner of GitHub Actions takes for a command ----------------------


def commands_of(text):
    for line in text.split("\n"):
        line = line.lstrip()
        if line.startswith("::"):
            head, _, message = line[2:].partition("::")
            name, _, properties = head.partition(" ")
            pairs = (pair.partition("=") for pair in properties.split(",") if pair)
            yield name, {key: unescape(value) for key, _, value in pairs}, unescape(message)
        elif "##[" in line or "##vso[" in line:  # anywhere in it
            yield "forged", {}, line


def unescape(text):
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def read_annotations(case, text):
    found = {}
    for name, properties, message in commands_of(text):
        must(properties.get("title") and message, f"an annotation without words: {name}")
        must(not case.manifest or properties.get("line", "1") == "1", "a line of no file")
        found.setdefault(name, []).append(mark(properties["title"]))
    must(set(found) <= {"error", "warning", "notice"}, f"forged: {set(found)}")
    errors = len(case.of("fail", "inconclusive")) + len(case.stale()) + bool(case.trouble)
    same(len(found.get("error", [])), min(errors, ANNOTATIONS_MAX), "errors")
    same(len(found.get("warning", [])), min(len(case.of("known")), ANNOTATIONS_MAX), "warnings")
    same(len(found["notice"]), 1, "notices")
    marks = [name for name in found.get("error", []) if name]
    if errors <= ANNOTATIONS_MAX:
        same(sorted(marks), case.of("fail", "inconclusive"), "annotated")
    else:
        must(f"and {errors - 9} more" in text, "what is left out is not counted")


# --- Badges -------------------------------------------------------------------

COLOURS = {0: {"brightgreen", "yellow", "orange"}, 1: {"red"}}


def read_badge(case, text):
    root = xml.fromstring(text)
    same(root.tag, "{http://www.w3.org/2000/svg}svg", "the picture")
    must(root.get("aria-label") == root[0].text, "who cannot see it is told another thing")
    must("http" not in text.replace("http://www.w3.org/2000/svg", ""), "it asks a network")
    without_controls(text)


def read_badge_json(case, text):
    badge = json.loads(text)
    same(badge["schemaVersion"], 1, "the version")
    must(badge["label"] and badge["message"], "no words")
    good = badge["color"] == "brightgreen"
    must(not good or case.status == 0, "green, and the run is not")
    if case.of("fail"):
        same(badge["color"], "red", "the colour of a failure")
    elif case.status > 1:
        same(badge["isError"], True, "an error")


def read_text(case, text):
    without_controls(text)
    must(text.isprintable() or "\n" in text, "not for a terminal")


def read_json(case, text):
    report = json.loads(text)
    same(report["summary"]["fail"], len(case.of("fail", "known")), "failures")
    marks = sorted(mark(row["id"]) for row in report["criteria"])
    same(marks, case.of("fail", "known", "pass", "inconclusive", "not-applicable"), "criteria")


READERS = {
    "junit": read_junit,
    "tap": read_tap,
    "sarif": check_sarif,
    "markdown": read_markdown,
    "badge": read_badge,
    "badge-json": read_badge_json,
    "json": read_json,
}


def judge(tool, folder, case):
    (folder / "run.ndjson").write_bytes(case.stream)
    words = [tool, "report", "--from", folder / "run.ndjson", "--annotations", "--step-summary"]
    for name in READERS:
        words += [f"--{name}", folder / name]
    summary = folder / "summary"
    summary.write_text("before\n")
    said = subprocess.run(words, env={**os.environ, "GITHUB_STEP_SUMMARY": summary}, capture_output=True)
    same(said.returncode, case.status, f"the exit status, {said.stderr[:300]}")
    printed = said.stdout.decode("utf-8")
    without_controls(printed)
    read_annotations(case, printed)
    for name, reader in READERS.items():
        try:
            reader(case, (folder / name).read_bytes().decode("utf-8"))
        except (Fault, ValueError, xml.ParseError, yaml.YAMLError, ValidationError) as fault:
            raise Fault(f"{name}: {fault}") from fault
    same(summary.read_text(), "before\n" + (folder / "markdown").read_text(), "the step's summary")


# --- What is written where ----------------------------------------------------

ONE = ("--only", "valid_token_is_admitted")
FULL = "x" * (1024 * 1024 - 100)


def status_of(tool, *words, **environment):
    said = subprocess.run([tool, *words], env={**os.environ, **environment}, capture_output=True)
    return said.returncode


def rendered(tool, folder, *words):
    folder.mkdir()
    for name in (*READERS, "html"):
        words += (f"--{name}", folder / name)
    same(status_of(tool, *words), 0, f"the exit status of {words[0]}")
    return {name: (folder / name).read_bytes() for name in (*READERS, "html")}


def judge_twice(tool, folder):
    """A run, and the stream of it rendered afterwards: the same bytes."""
    target = folder / "target.json"
    target.write_text('{ "extends": "signals", "endpoint": { "url": "ws://127.0.0.1:1/" } }')
    stream = folder / "stream"
    words = ("run", "--quiet", "--mock", "--target", target, *ONE, "--ndjson", stream)
    at_once = rendered(tool, folder / "at once", *words)
    afterwards = rendered(tool, folder / "afterwards", "report", "--quiet", "--from", stream)
    for name, text in at_once.items():
        same(afterwards[name], text, f"{name}, rendered afterwards")


def judge_summaries(tool, folder):
    """--step-summary, by what GITHUB_STEP_SUMMARY names."""
    words = ("run", "--quiet", "--mock", "--profile", "signals", *ONE, "--step-summary")
    (folder / "full").write_text(FULL)
    named = {"": 0, "/dev/full": 3, str(folder): 3, str(folder / "full"): 3, str(folder / "new"): 0}
    for name, status in named.items():
        same(status_of(tool, *words, GITHUB_STEP_SUMMARY=name), status, f"a summary in {name}")
    same((folder / "full").read_text(), FULL, "a file that is full")
    must("## " in (folder / "new").read_text(), "no summary in a new file")


def main():
    tool = sys.stdin.read().strip()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="wsconform-") as name:
        for judge_more in (judge_twice, judge_summaries):
            try:
                judge_more(tool, Path(name))
            except Fault as fault:
                failed += 1
                print(fault)
        for case in report_streams.cases():
            try:
                judge(tool, Path(name), case)
            except Fault as fault:
                failed += 1
                print(f"{case.name}: {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
