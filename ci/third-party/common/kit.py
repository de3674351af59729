"""Judges a service as a child of a kit, without a port, beside the judgement over
the network: the verdicts have to be the same, criterion by criterion. Where one
may be another, kit.json of the service's folder says why, of the sound service
or of one with a fault: {"sound": {CRITERION: sentence}, FAULT: {…}}; "*" stands
for all criteria but those of the fault's entry. What differs is asked a second
time, of both: with its faults, a service may be slow, and the machine, too."""

import json
import shlex
from pathlib import Path

from common.processes import Failure
from common.tool import run_tool, shown

KITS = Path(__file__).resolve().parents[3] / "mocks" / "kits"
PYTHON_ASGI = ("/usr/bin/python3", KITS / "asgi.py")
ASGI = (*PYTHON_ASGI, "child:config")
NODE_WS = ("node", KITS / "node-ws.mjs", "child.js")
# What the manifest would ask for over HTTP, the child does itself.
NOWHERE = {"address": "127.0.0.1", "control": "http://127.0.0.1", "control_token": ""}


def line_of(words):
    return " ".join(shlex.quote(str(word)) for word in words)


def command_of(bench, name, fault):
    keys, tight = str(bench.folder / "keys.json"), bench.plan.tight_options
    options = ["--keys", keys, "--control-token-file", "/dev/null", *bench.options(name)]
    names = {
        "WSCONFORM_KEYS": keys,
        "WSCONFORM_OPTIONS": json.dumps(options),
        "WSCONFORM_TIGHT": json.dumps([*options, *tight]),
        "WSCONFORM_FAULT": fault,
    }
    setting = " ".join(f"{name}={shlex.quote(value)}" for name, value in names.items())
    return f"cd {shlex.quote(str(bench.plan.home))} && {setting} exec {line_of(bench.plan.kit)}"


def judge(bench, name, fault, zones, selection):
    manifest = {
        "extends": str(bench.plan.home / "manifest.json"),
        "credential": {"keys": bench.signers},
        "vars": NOWHERE,
        "capabilities": {"timezones": bool(zones)},
    }
    path = bench.folder / f"{name}-kit.json"
    path.write_text(json.dumps(manifest, indent=2))
    command = command_of(bench, name, fault)
    run = run_tool(bench.folder, f"{name}-kit", "--target", path, "--exec", command, *selection)
    return run.verdicts


def differences(bench, name, named, network, found):
    """The criteria of which kit.json does not say that they may differ."""
    path = bench.plan.home / "kit.json"
    why = json.loads(path.read_text()).get(name, {}) if path.exists() else {}
    compared = named if "*" in why else network.keys() | found.keys()
    return sorted(
        criterion
        for criterion in compared
        if criterion not in why and network.get(criterion) != found.get(criterion)
    )


def fail_for(different, network, found):
    raise Failure(
        "; ".join(
            f"{name} is {shown(found.get(name))} through the kit, not {shown(network.get(name))}"
            for name in different
        )
    )
