"""A certificate of a run that was judged, as its owner makes it, and as a stranger
verifies it: from the folder and the public key alone."""

import shutil
import subprocess

from common.processes import Failure
from common.tool import TOOL


def ask(*words, want=0):
    done = subprocess.run([TOOL, *words], capture_output=True, text=True, errors="replace")
    if done.returncode != want:
        last = (done.stdout + done.stderr).strip().splitlines()[-3:]
        raise Failure(f"{words[0]}: exit status {done.returncode}: {' / '.join(last)}")
    return done.stdout


def certify_and_verify(folder, stream):
    """What is to be told of it. The tree that the tool was built from may be any."""
    key, made, away = folder / "key", folder / "certificate", folder / "away"
    ask("keygen", "--out", key)
    ask("certify", "--from", stream, "--key", key, "--out", made, "--allow-dirty")
    away.mkdir()
    shutil.copy(f"{key}.pub", away / "trusted.pub")
    shutil.copytree(made, away / "certificate")
    trusted = (away / "certificate", "--key", away / "trusted.pub", "--allow-dirty")
    ask("verify", *trusted, "--level", "AAA", "--evidence", "network")
    with open(away / "certificate" / "run.ndjson", "ab") as file:
        file.write(b"\n")
    ask("verify", *trusted, want=1)
    return "; certified AAA, and verified elsewhere"
