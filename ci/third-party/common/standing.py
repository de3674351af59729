"""Judges services that others have written, as they stand: the verdicts on each
have to be those of its expected.json, criterion by criterion, and each that is
not a pass has a sentence there that says why; what is tolerated of it, too. Prints a row for each, then "N
passed, N failed"; exits 1 when one failed.

    run [-v] [--keep DIR]    -v: what was seen where a verdict is another one;
                             --keep: manifest, report and log stay, in DIR

A service's `serve --folder DIR [--keys FILE]` keeps all that it writes in that
folder, and prints one line of JSON once it accepts connections: what of the
manifest is known only then, {"endpoint": {"url": …}, "vars": {…}, …}. It is laid
over manifest.json. SIGTERM ends it, and all that it has started."""

import argparse
import concurrent.futures
import contextlib
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from common.keys import make_keys
from common.processes import Failure, children, ready_line
from common.tool import FAILED, NOT_SANE, UNSURE, Run, differences, must_be_there, run_tool

SIDE_BY_SIDE = 2
COLUMNS = ("pass", "fail", "inconclusive", "not-applicable")


@dataclass
class Service:
    home: Path  # its folder
    name: str = ""  # of its row; that of the folder, if none
    adapter: str = "network"
    algorithms: tuple = ()  # of the tokens that it verifies; none: no keys
    options: tuple = ()  # of `serve`
    arguments: tuple = ()  # of `wsconform run`, beside the target; {folder}: ours
    manifest: str = "manifest.json"
    expected: str = "expected.json"
    apart: str = ""  # of the same form: where this one is to differ from that
    served: bool = True  # no: `serve` is not needed, the arguments start it
    # `wsconform run` of the same thing otherwise: its verdicts are expected, and
    # expected.json has those that are others.
    twin: tuple = ()

    @property
    def title(self):
        return self.name or self.home.name


# --- One service --------------------------------------------------------------


def lay_over(manifest, more):
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(manifest.get(name), dict):
            lay_over(manifest[name], value)
        else:
            manifest[name] = value


def write_manifest(service, folder, signers, ready):
    manifest = {"extends": str(service.home / service.manifest)}
    if signers:
        manifest["credential"] = {"keys": signers}
    lay_over(manifest, ready)
    path = folder / "target.json"
    path.write_text(json.dumps(manifest, indent=2))
    return path


@contextlib.contextmanager
def running(service, folder):
    """What it says of itself."""
    if not service.served:
        yield {}
        return
    command = [service.home / "serve", "--folder", folder, *service.options]
    if service.algorithms:
        command += ["--keys", folder / "keys.json"]
    path = folder / "service.log"
    with open(path, "wb") as log, children.one(command, errors=log) as process:
        try:
            ready = ready_line(process)
        except Failure as failure:
            last = path.read_text(errors="replace").strip().splitlines()[-1:]
            raise Failure(" ".join([str(failure), *last])) from None
        yield ready


def judge(service, folder):
    signers = make_keys(folder, service.algorithms) if service.algorithms else []
    with running(service, folder) as ready:
        target = write_manifest(service, folder, signers, ready)
        arguments = [word.format(folder=folder) for word in service.arguments]
        return run_sure(service, folder, "judge", "--target", target, *arguments)


def expected_of(service):
    expected = json.loads((service.home / service.expected).read_text())
    if service.apart:
        lay_over(expected, json.loads((service.home / service.apart).read_text()))
    return expected


def run_sure(service, folder, name, *arguments):
    """What was inconclusive, unexpectedly, is asked once more: a busy machine
    spreads attempts over more than their window, and the tool says so."""
    expected = expected_of(service)["verdicts"]
    run = run_tool(folder, name, *arguments)
    unsure = [
        criterion
        for criterion, verdict in run.verdicts.items()
        if verdict == "inconclusive" and expected.get(criterion) != verdict
    ]
    if not unsure or run.status != wanted_status(run.verdicts):
        return run
    again = run_tool(folder, name, *arguments, "--only", f"@({'|'.join(unsure)})")
    if again.status != wanted_status(again.verdicts):
        return run
    rows = {row["id"]: row for row in [*run.rows, *again.rows]}
    merged = Run(0, list(rows.values()))
    return Run(wanted_status(merged.verdicts), merged.rows)


def judge_both(service, folder):
    """(the run, the verdicts of its twin)"""
    if not service.twin:
        return judge(service, folder), {}
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        twin = pool.submit(run_sure, service, folder, "twin", *service.twin)
        return judge(service, folder), twin.result().verdicts


# --- What is checked ----------------------------------------------------------


def unexplained(verdicts, why, twin):
    """Sentences that are missing, or that explain nothing."""
    for name, verdict in verdicts.items():
        if verdict != twin.get(name, "pass") and not why.get(name):
            yield f"{name} is {verdict}, and no sentence says why"
    for name in why:
        if verdicts.get(name, "pass") == twin.get(name, "pass"):
            yield f"a sentence explains {name}, which is {verdicts.get(name)}"


def wanted_status(verdicts):
    found = set(verdicts.values())
    return UNSURE if "inconclusive" in found else FAILED if "fail" in found else 0


def deviations_of(run):
    return sorted({word for row in run.rows for word in row.get("deviations", ())})


def breaches(run, expected, twin):
    yield from differences(run.verdicts, {**twin, **expected["verdicts"]})
    found, wanted = deviations_of(run), sorted(expected.get("deviations", ()))
    if found != wanted:
        yield f"tolerated are {', '.join(found)}, not {', '.join(wanted)}"
    yield from unexplained(expected["verdicts"], expected.get("why", {}), twin)
    wanted = wanted_status(run.verdicts)
    if run.status != wanted:
        yield f"the exit status is {run.status}, not {wanted}"


def seen_otherwise(run, wanted):
    for row in run.rows:
        if row["verdict"] != wanted.get(row["id"]):
            yield f"    {row['id']}: {row['verdict']}, expected {row['expected']}, seen {row['seen']}"


def check(service, folder, verbose):
    """(good, the row's lines)"""
    folder.mkdir()
    began = time.monotonic()
    run, twin = judge_both(service, folder)
    wall_s = time.monotonic() - began
    expected = expected_of(service)
    counts = Counter(run.verdicts.values())
    cells = "".join(f" {counts[column]:>4}" for column in COLUMNS)
    lines = [f"{service.title:28} {service.adapter:8}{cells} {wall_s:7.1f} s"]
    if run.status == NOT_SANE:
        seen = run.rows[0]["seen"] if run.rows else "nothing"
        lines.append(f"  FAILED: it could not be asked: {seen}")
    else:
        lines += [f"  FAILED: {breach}" for breach in breaches(run, expected, twin)]
    good = len(lines) == 1
    if verbose and not good and run.status != NOT_SANE:
        lines += seen_otherwise(run, {**twin, **expected["verdicts"]})
    return good, lines


def attempt(service, folder, verbose):
    try:
        return check(service, folder, verbose)
    except Failure as failure:
        return False, [f"{service.title:28} {service.adapter:8} FAILED: {failure}"]


def rows(services, folder, verbose):
    pool = concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE)
    try:
        futures = [
            pool.submit(attempt, service, folder / service.title.replace(" ", "-"), verbose)
            for service in services
        ]
        for future in futures:
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        children.end()
        pool.shutdown()


@contextlib.contextmanager
def folder_of(keep):
    if keep:
        keep.mkdir(parents=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="wsconform-") as name:
        yield Path(name)


def main(*services):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description="Judges services as they stand.")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="a new folder")
    args = parser.parse_args()
    must_be_there()
    passed = 0
    print(f"{'service':28} {'adapter':8} pass fail   ?? n.a.      wall", flush=True)
    with folder_of(args.keep) as folder:
        for good, lines in rows(services, folder, args.verbose):
            passed += good
            print("\n".join(lines), flush=True)
    print(f"{passed} passed, {len(services) - passed} failed")
    return 0 if passed == len(services) else 1
