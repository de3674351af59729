"""Judges a service: sound, its verdicts are those of expected.json and those of
the reference in memory; with each fault of faults.json, one at a time, the
criteria named there fail. Prints a table of what caught what, then "N passed,
N failed"; exits 1 when one failed.

A fault's entry is the list of its criteria; or {"alone": CRITERION}, where only
that one is run, since the fault takes from all others the broadcasts by which
they prove anything; or {"locks_out": [CRITERION…]}, where the tool, too, finds
itself locked out at the end; or "sanity", where nothing can be asked at all. A
fault is judged by the criteria of its entry: all of them take up to a minute and a
half for each, most of which they wait.

    run [-v]            everything; -v: with the names of all that failed
    run [-v] NAME…      these only: "sound", or names of faults
    run --whole         with each fault every criterion is asked, over the network and
                        through the kit, and not only those of its entry"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from common import certificate, kit
from common.keys import make_keys
from common.processes import Failure, children, ready_line
from common.tool import FAILED, NOT_SANE, UNSURE, differences, must_be_there, run_tool, shown

TIMEZONES = ("Asia/Tokyo", "America/New_York")
FAULTY_ANSWER_MS = 1500  # what the service lets in, a criterion waits for so long
SIDE_BY_SIDE = 3
DOUBTFUL_MAX = 3
THRICE = ("--repeat", "3")


@dataclass
class Plan:
    """What differs between the services that are judged."""

    home: Path  # its folder
    profile: str
    faults: dict  # {name: function}
    options: tuple = ()  # of `serve`; {folder}: of all instances of a judgement
    tight: dict = field(default_factory=dict)  # {option: limit}; none: no instance
    algorithms: tuple = ("HS256", "RS256", "ES256", "EdDSA")  # that it verifies
    kit: tuple = ()  # the command of its kit (kit.py); none: the network alone
    kit_faults: tuple = ()  # by which the kit, too, is tried; none: all
    certified: bool = False  # a certificate is made of it, sound, and verified

    @property
    def tight_options(self):
        return [f"--{option}={limit}" for option, limit in self.tight.items()]


# --- The service --------------------------------------------------------------


@dataclass
class Bench:
    """One run of ours."""

    plan: Plan
    folder: Path
    signers: list
    verbose: bool = False
    whole: bool = False  # each fault by every criterion
    named: tuple = ()  # on the command line

    def asks_kit(self, name):
        """Every fault through a kit, criterion by criterion, takes a minute."""
        chosen = self.plan.kit_faults
        return self.plan.kit and (not chosen or name in ("sound", *chosen, *self.named))

    def shared(self, name):
        """What belongs to all instances of one judgement."""
        folder = self.folder / f"{name.partition('.')[0]}.d"
        folder.mkdir(exist_ok=True)
        return folder

    def options(self, name):
        return [option.format(folder=self.shared(name)) for option in self.plan.options]

    @contextlib.contextmanager
    def instance(self, name, fault="", timezone="UTC", options=()):
        """A running service: its {"url", "control"}, and its log's name."""
        log = self.folder / f"{name}.log"
        command = [
            *(self.plan.home / "serve", "--keys", self.folder / "keys.json"),
            *("--control-token-file", self.folder / "control-token", "--log", log),
            *self.options(name),
            *options,
        ]
        environment = {**os.environ, "TZ": timezone, "WSCONFORM_FAULT": fault}
        with children.one(command, environment) as process:
            yield {**ready_line(process), "log": str(log)}

    @contextlib.contextmanager
    def tight_instance(self, name, fault):
        """The URL of one with tight limits; None where there is none."""
        if not self.plan.tight:
            yield None
            return
        limits = self.plan.tight_options
        with self.instance(f"{name}.tight", fault, options=limits) as tight:
            yield tight["url"]


# --- The judge ----------------------------------------------------------------


def write_manifest(bench, name, home, elsewhere, tight, faulty):
    """manifest.json, completed with what is known of the running instances."""
    manifest = {
        "extends": str(bench.plan.home / "manifest.json"),
        "endpoint": {
            "url": home["url"],
            "timezones": {zone: there["url"] for zone, there in elsewhere.items()},
        },
        "credential": {"keys": bench.signers},
        "capabilities": {"timezones": bool(elsewhere)},
        "hooks": {"log_file": home["log"]},
        "vars": {
            "address": home["url"].split("/")[2],
            "control": home["control"],
            "control_token": (bench.folder / "control-token").read_text(),
        },
    }
    if tight:
        manifest["endpoint"]["tight"] = {"url": tight}
    if faulty:
        manifest["limits"] = {"answer_ms": FAULTY_ANSWER_MS}
    path = bench.folder / f"{name}-target.json"
    path.write_text(json.dumps(manifest, indent=2))
    return path


def stream_of(bench):
    return bench.folder / "sound.ndjson"


def selection_of(only):
    return ("--only", f"@({'|'.join(only)})") if only else ()


def judge(bench, name, fault="", only=(), zones=(), more=()):
    """The same of a service that is started for it, here and, where that
    matters, in other time zones and with tight limits."""
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(bench.instance(name, fault))
        tight = stack.enter_context(bench.tight_instance(name, fault))
        elsewhere = {
            zone: stack.enter_context(bench.instance(f"{name}.{number}", fault, zone))
            for number, zone in enumerate(zones)
        }
        manifest = write_manifest(bench, name, home, elsewhere, tight, bool(fault))
        stream = ("--ndjson", stream_of(bench)) if name == "sound" else ()
        run = run_tool(bench.folder, name, "--target", manifest, *selection_of(only), *stream, *more)
    return run.status, run.verdicts


# --- What is checked ----------------------------------------------------------


def check_kit(bench, name, network, fault="", only=(), zones=(), named=()):
    """What is to be told of it."""
    if not bench.asks_kit(name):
        return ""
    found = kit.judge(bench, name, fault, zones, selection_of(only))
    different = kit.differences(bench, name, named, network, found)
    if different:
        _, network = judge(bench, f"{name}.again", fault, different, zones)
        found = kit.judge(bench, name, fault, zones, selection_of(different))
        different = kit.differences(bench, name, different, network, found)
    if different:
        kit.fail_for(different, network, found)
    return "; through the kit, the same"


def ask_again(bench, found, wanted):
    """(the verdicts, what is to be told of it). A few that are otherwise on a busy
    machine have to be as they should three times in a row, and it is told."""
    doubtful = [name for name, verdict in wanted.items() if found.get(name) != verdict]
    if not 0 < len(doubtful) <= DOUBTFUL_MAX:
        return found, ""
    _, again = judge(bench, "sound.again", only=doubtful, zones=TIMEZONES, more=THRICE)
    first = ", ".join(f"{name} was {shown(found.get(name))}" for name in doubtful)
    return {**found, **again}, f"; asked again: {first}"


def check_sound(bench):
    _, found = judge(bench, "sound", zones=TIMEZONES)
    profile = ("--profile", bench.plan.profile)
    memory = run_tool(bench.folder, "memory", *profile, "--mock").verdicts
    expected = json.loads((bench.plan.home / "expected.json").read_text())
    same = {name: v for name, v in memory.items() if name not in expected["why"]}
    found, doubts = ask_again(bench, found, {**same, **expected["verdicts"]})
    breaches = list(differences(found, expected["verdicts"]))
    breaches += [
        f"{line} as in memory"
        for line in differences({name: found.get(name) for name in same}, same)
    ]
    if breaches:
        raise Failure("; ".join(breaches) + doubts)
    passed = sum(verdict == "pass" for verdict in found.values())
    more = check_kit(bench, "sound", found, zones=TIMEZONES)
    if bench.plan.certified:
        more += certificate.certify_and_verify(bench.folder, stream_of(bench))
    return f"{passed} of {len(found)} criteria pass, as expected and as in memory{more}{doubts}"


def check_sanity(bench, fault):
    status, found = judge(bench, fault, fault)
    if status != NOT_SANE or "pass" in found.values():
        raise Failure(f"taken for sane: exit status {status}")
    return "the sanity check" + check_kit(bench, fault, found, fault)


def read_entry(entry):
    """(alone, locks out, criteria)"""
    if isinstance(entry, list):
        return False, False, entry
    if "alone" in entry:
        return True, False, [entry["alone"]]
    return False, True, entry["locks_out"]


def check_fault(bench, fault, entry):
    if entry == "sanity":
        return check_sanity(bench, fault)
    alone, locks_out, named = read_entry(entry)
    only = () if bench.whole and not alone else named
    zones = TIMEZONES if any("timezone" in name for name in named) else ()
    status, found = judge(bench, fault, fault, only, zones)
    failed = [name for name, verdict in found.items() if verdict == "fail"]
    missed = [f"{name} is {shown(found.get(name))}" for name in named if name not in failed]
    if missed:
        also = f"; {', '.join(failed)} failed" if bench.verbose else ""
        raise Failure(f"not caught: {', '.join(missed)}{also}")
    wanted = UNSURE if "inconclusive" in found.values() else FAILED
    if status != (NOT_SANE if locks_out else wanted):
        raise Failure(f"caught, and yet the exit status is {status}")
    more = [name for name in failed if name not in named]
    if bench.whole:
        told_of_kit = check_kit(bench, fault, found, fault, only, zones, named)
    else:
        named_verdicts = {name: found[name] for name in named}
        told_of_kit = check_kit(bench, fault, named_verdicts, fault, named, zones, named)
    return told(named, more, bench.verbose) + told_of_kit


def told(named, more, verbose):
    if verbose or not more:
        return ", ".join([*named, *more])
    return f"{', '.join(named)} and {len(more)} more"


def attempt(check, *arguments):
    try:
        return True, check(*arguments)
    except Failure as failure:
        return False, f"FAILED: {failure}"


def rows(bench, chosen, entries):
    """(name, good, text) of each row of the table, in order."""
    pool = concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE)
    try:
        futures = {
            name: pool.submit(attempt, check_sound, bench)
            if name == "sound"
            else pool.submit(attempt, check_fault, bench, name, entries[name])
            for name in chosen
        }
        for name, future in futures.items():
            yield name, *future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        children.end()
        pool.shutdown()


def entries_of(plan):
    entries = json.loads((plan.home / "faults.json").read_text())
    odd = entries.keys() ^ plan.faults.keys()
    if odd:
        sys.exit(f"in one of faults.py, faults.json only: {', '.join(sorted(odd))}")
    return entries


def main(plan):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description=f"Judges {plan.home.name}.")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("names", nargs="*", help='"sound", or names of faults')
    args = parser.parse_args()
    entries = entries_of(plan)
    chosen = list(dict.fromkeys(args.names)) or ["sound", *entries]
    unknown = set(chosen) - {"sound", *entries}
    if unknown:
        sys.exit(f"no such fault: {', '.join(unknown)}")
    must_be_there()
    passed = 0
    with tempfile.TemporaryDirectory(prefix="wsconform-") as name:
        folder = Path(name)
        keys = make_keys(folder, plan.algorithms)
        bench = Bench(plan, folder, keys, args.verbose, args.whole, tuple(args.names))
        for name, good, text in rows(bench, chosen, entries):
            passed += good
            print(f"{name:36} {text}", flush=True)
    print(f"{passed} passed, {len(chosen) - passed} failed")
    return 0 if passed == len(chosen) else 1
