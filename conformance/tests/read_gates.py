"""Runs the templates of ci/templates as their hosts do, against services that
conform, fail, are not there: the gate is red where it has to be, with the exit
status of the tool, and the reports are kept. On stdin: the path of the tool."""

import json
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

import gate_hosts

FAILS = "missing_token_is_told_with_the_agreed_code_and_reason"
ONE = ("--mock", "--only", "missing_token_*")
GOOD = {"name": "good", "extends": "signals", "endpoint": {"url": "ws://127.0.0.1:1/ws"}}
BAD = {**GOOD, "name": "bad", "refusals": {"missing": [{"close": 4999}]}}
KINDS = ("ndjson", "json", "junit", "tap", "sarif", "markdown", "html", "svg")
REPORTS = sorted(f"wsconform.{kind}" for kind in KINDS)

# (what it is, target, options, exit status)
CASES = (
    ("a service that conforms", "good.json", ONE, 0),
    ("a service that fails", "bad.json", ONE, 1),
    ("a word with spaces and signs", "good.json", (*ONE[:-1], "missing_token_*[!$ `;]*"), 0),
    ("no manifest", "no such.json", ONE, 2),
    ("no service", "good.json", ONE[1:], 4),
)
faults = []


def check(holds, otherwise):
    if not holds:
        faults.append(otherwise)


def check_kept(name, job, folder, failing):
    check(set(REPORTS) <= set(job.kept), f"{name}: kept are {job.kept}")
    report = folder / "wsconform-report"
    cases = list(xml.parse(report / "wsconform.junit").getroot().iter("testcase"))
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    check(failed == [FAILS] * failing, f"{name}: JUnit has {failed}")
    results = json.loads((report / "wsconform.sarif").read_text())["runs"][0]["results"]
    check(len(results) == failing, f"{name}: SARIF has {len(results)}")


def run(host, tool, folder, what, **given):
    name = f"{type(host).__name__}, {what}"
    folder.mkdir()
    for file, manifest in (("good.json", GOOD), ("bad.json", BAD)):
        (folder / file).write_text(json.dumps(manifest))
    try:
        return name, host.run(folder, tool, **given)
    except gate_hosts.Broken as fault:
        faults.append(f"{name}: {fault}")
        return name, None


def judge(host, tool, folder):
    for number, (what, target, options, status) in enumerate(CASES):
        # A hook has its options on one line.
        if isinstance(host, gate_hosts.Git) and any(" " in word for word in options):
            continue
        here = folder / str(number)
        name, job = run(host, tool, here, what, target=target, options=options)
        if job is None:
            continue
        check(job.status == status, f"{name}: ended with {job.status}: {job.said[-600:]}")
        if status in (0, 1) and not isinstance(host, gate_hosts.Git):
            check_kept(name, job, here, status)
    judge_nothing(host, folder / "nothing")


def judge_nothing(host, folder):
    """A gate without a tool is red."""
    tool = Path("/no/such/wsconform")
    name, job = run(host, tool, folder, "no tool", target="good.json", options=ONE)
    check(job is not None and job.status != 0, f"{name}: green")


def judge_code_scanning(host, tool, folder):
    given = {"target": "bad.json", "options": ONE, "code-scanning": "true"}
    name, job = run(host, tool, folder, "code scanning", **given)
    if job is None:
        return
    check("wsconform.sarif" in job.kept, f"{name}: not uploaded")
    check("::error" in job.said, f"{name}: no annotation")
    check("## :x:" in (folder / "summary").read_text(), f"{name}: no summary")


def judge_baseline(host, tool, folder):
    """A failure that is known is green; the same gate without it is red."""
    folder.mkdir()
    given = {"target": "bad.json", "options": (*ONE, "--write-baseline", "known.json", "--quiet")}
    name, job = run(host, tool, folder / "first", "a baseline is made", **given)
    known = folder / "first/known.json"
    check(known.exists(), f"{name}: {job and job.said[-300:]}")
    given = {"target": "bad.json", "options": ONE, "baseline": str(known)}
    name, job = run(host, tool, folder / "then", "a known failure", **given)
    check(job is not None and job.status == 0, f"{name}: {job and job.said[-300:]}")


def judge_pushes(host, tool, folder):
    """A hook that nobody has set up lets a push through, and says so."""
    name, job = run(host, tool, folder, "no manifest named", target="", options=())
    check(job.status == 0 and "nothing is judged" in job.said, f"{name}: {job.said}")
    host.git(folder, "config", "wsconform.target", "bad.json")
    status, said = host.git(folder, "push", "-q", "far", ":main")
    check(status == 0, f"{name}: a deletion is held up: {said}")


def main():
    tool = Path(sys.stdin.read().strip()).resolve()
    with tempfile.TemporaryDirectory(prefix="wsconform-") as name:
        folder = Path(name)
        for kind in (gate_hosts.Github, gate_hosts.Gitlab, gate_hosts.Jenkins, gate_hosts.Git):
            here = folder / kind.__name__
            here.mkdir()
            try:
                host = kind()
            except gate_hosts.Broken as fault:
                faults.append(f"{kind.template}: {fault}")
                continue
            judge(host, tool, here)
            judge_baseline(host, tool, here / "baseline")
            if kind is gate_hosts.Github:
                judge_code_scanning(host, tool, here / "scanning")
            if kind is gate_hosts.Git:
                judge_pushes(host, tool, here / "pushes")
    print("\n".join(faults))
    return 1 if faults else 0


sys.exit(main())
