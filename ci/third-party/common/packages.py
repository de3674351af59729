"""What the services in JavaScript need from npm, and what they offer."""

import json
import os
import subprocess
import sys
from pathlib import Path

from common.tool import BUILD

INSTALL_S = 120
# What jsonwebtoken verifies: it knows no EdDSA (tokens.js).
ALGORITHMS = ("HS256", "RS256", "ES256")
COMMAND = "npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1"
LIST_FAULTS = "JSON.stringify(Object.keys(require('./faults').FAULTS))"


def install(home):
    """What package-lock.json of that folder names, outside the source tree."""
    folder = Path(BUILD).resolve() / "third-party" / home.name
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_bytes((home / name).read_bytes())
    try:
        subprocess.run(
            COMMAND.split(),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=INSTALL_S,
            check=True,
        )
    except subprocess.SubprocessError as fault:
        said = (fault.output or b"").decode(errors="replace")
        errors = [line for line in said.splitlines() if line.startswith("npm e")]
        sys.exit(f"npm has not installed what package-lock.json names: {(errors or [fault])[0]}")
    except OSError as fault:
        sys.exit(f"npm is not there, ci/setup installs it: {fault}")
    os.environ["NODE_PATH"] = str(folder / "node_modules")


def faults(home):
    """Their names, as faults.js has them."""
    listed = subprocess.check_output(["node", "-p", LIST_FAULTS], cwd=home)
    return dict.fromkeys(json.loads(listed))
