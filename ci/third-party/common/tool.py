"""The judge, `wsconform run`, and what it has found. WSCONFORM names it,
$BUILD/wsconform (build/wsconform) by default."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from common.processes import Failure, children

BUILD = os.environ.get("BUILD", "build")
TOOL = os.environ.get("WSCONFORM") or f"{BUILD}/wsconform"
JUDGE_S = 300
FAILED, UNSURE, NOT_SANE = 1, 3, 4  # exit statuses


class Verdict(str):
    """A word of the report, which knows why."""

    why = ""

    @classmethod
    def of(cls, row):
        verdict = cls(row["verdict"])
        if row.get("seen"):
            wanted = f"wanted {row['expected']}; " if row["expected"] else ""
            verdict.why = f" ({wanted}seen: {row['seen']})"
        return verdict


def shown(verdict):
    """For a message, one that is absent too."""
    return f"{verdict}{getattr(verdict, 'why', '')}"


@dataclass
class Run:
    status: int
    rows: list  # of the report: {"id", "verdict", "expected", "seen", …}

    @property
    def verdicts(self):
        return {row["id"]: Verdict.of(row) for row in self.rows}


def must_be_there():
    if shutil.which(TOOL) is None:
        sys.exit(f"{TOOL} is not there: build it, or name it in WSCONFORM")


def run_tool(folder, name, *arguments):
    """Its report stands in the folder, under that name."""
    report = folder / f"{name}-report.json"
    command = [TOOL, "run", *arguments, "--json", report]
    with children.one(command) as tool:
        try:
            said, _ = tool.communicate(timeout=JUDGE_S)
        except subprocess.TimeoutExpired:
            raise Failure(f"no end after {JUDGE_S} s") from None
    try:
        criteria = json.loads(report.read_text())["criteria"]
    except (OSError, ValueError) as fault:
        text = said.decode(errors="replace").strip()
        raise Failure(f"no report ({fault}): {text}") from None
    return Run(tool.returncode, criteria)


def differences(found, wanted):
    for name in sorted(found.keys() | wanted.keys()):
        if found.get(name) != wanted.get(name):
            yield f"{name} is {shown(found.get(name))}, not {wanted.get(name)}"
