"""The processes that a run of ours starts, none of which outlives it."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import threading

READY_S = 20
STOP_S = 5


class Failure(Exception):
    """One line for the reader."""


class Children:
    """Every process that runs. Each leads a group of its own, which ends with
    it: a service may have processes of its own."""

    def __init__(self):
        self.alive = set()
        self.lock = threading.Lock()
        self.ended = False

    @contextlib.contextmanager
    def one(self, command, environment=None, errors=subprocess.STDOUT):
        with self.lock:
            if self.ended:
                raise Failure("interrupted")
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                start_new_session=True,
            )
            self.alive.add(child)
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.communicate(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                kill_group(child)
                child.communicate()
            kill_group(child)
            self.alive.discard(child)

    def end(self):
        with self.lock:
            self.ended = True
            for child in list(self.alive):
                kill_group(child)


children = Children()


def kill_group(child):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def ready_line(process):
    """What a service says once it accepts connections: one line of JSON."""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(READY_S) else b""
    if not line.startswith(b"{"):
        said = line.decode(errors="replace").strip()
        raise Failure(f"the service did not start: {said or 'it says nothing'}")
    return json.loads(line)
