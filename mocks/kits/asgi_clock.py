"""asyncio on a clock that stands still, for asgi.py: a loop that asks what to do next once it is
at rest, and lets time pass when it is told to.

At rest is a loop whose tasks have gone as far as they go without time, whose calls in threads
(run_in_executor, asyncio.to_thread, anyio, Django's sync_to_async) have returned, and whose own
sockets (a database), if it has any, have been silent for a while.

The clock is that of asyncio, time.time, time.monotonic and datetime.now, in all modules that are
imported after this one; hence of PyJWT, Starlette and Django. It is not that of time.sleep, nor
of C that asks the system itself. Where it stands it stands: no code takes any time."""

import asyncio
import concurrent.futures.thread  # it, queue and threading keep the machine's clock
import datetime
import json
import mmap
import os
import queue
import selectors
import sys
import threading
import time

STUCK_S = 1  # a call in a thread that takes longer waits for something
LEGACY_BYTES = 64 * 1024  # what a world may leave to the next
NEXT_WORLD = 75  # the exit status that asks for one


class Clock:
    us = 10**11  # of time.monotonic
    to_1970_us = time.time_ns() // 1000 - us

    def now_us(self):
        return self.us + self.to_1970_us

    def now_ms(self):
        return self.now_us() // 1000

    def set_ms(self, now_ms):
        self.to_1970_us = now_ms * 1000 - self.us


class AnyDatetime(type):
    """Those that C makes are of the class, too."""

    __instancecheck__ = lambda cls, one, real=datetime.datetime: isinstance(one, real)
    __subclasscheck__ = lambda cls, kind, real=datetime.datetime: issubclass(kind, real)


class Datetime(datetime.datetime, metaclass=AnyDatetime):
    now = classmethod(lambda cls, tz=None: cls.fromtimestamp(time.time(), tz))
    utcnow = classmethod(lambda cls: cls.utcfromtimestamp(time.time()))
    today = classmethod(lambda cls: cls.now())


class Rest(selectors.PollSelector):
    """A loop asks it for events: at once when something is ready, else for so long as nothing is
    due. It answers from threads and sockets first."""

    def __init__(self, loop):
        super().__init__()
        self.loop = loop

    def select(self, timeout=None):
        has_sockets = len(self.get_map()) > 1  # one is the loop's own
        if timeout == 0:
            return super().select(0) if has_sockets else []
        wait_s = STUCK_S if self.loop.away else self.loop.silence_s if has_sockets else 0
        events = super().select(wait_s)
        if not events:
            self.loop.pass_time(timeout)
        return events


class Loop(asyncio.SelectorEventLoop):
    """`at_rest()` is called once there is nothing to do; it may wait for as long as it likes."""

    def __init__(self, at_rest, silence_s):
        super().__init__(Rest(self))
        self.at_rest, self.silence_s = at_rest, silence_s
        self.away = 0  # calls in threads
        self.until_us = clock.us
        self.is_free = True  # at the start: what waits does not have to

    def elapse(self, ms):
        self.until_us = clock.us + ms * 1000

    def pass_time(self, timeout):
        """`timeout`: seconds to the next timer, or None."""
        due_us = clock.us + max(1, round(timeout * 1e6)) if timeout is not None else float("inf")
        if self.is_free and timeout is not None:
            clock.to_1970_us -= due_us - clock.us
            clock.us = self.until_us = due_us
        elif due_us <= self.until_us:
            clock.us = due_us
        else:
            clock.us = self.until_us
            self.at_rest()

    def run_in_executor(self, executor, function, *args):
        return self.count(super().run_in_executor(executor, function, *args))

    def count(self, future):
        self.away += 1
        future.add_done_callback(lambda _: setattr(self, "away", self.away - 1))
        return future

    def count_anyio(self):
        """Its threads are its own: to be asked for once it has been imported."""
        threads = sys.modules.get("anyio.to_thread")
        if threads:
            run_sync = threads.run_sync
            threads.run_sync = lambda *a, **k: self.count(self.create_task(run_sync(*a, **k)))


def worlds(loop):
    """Forks. Returns in each world, with what the one before has left to it (None: the first was
    none); the process itself goes when a world goes without asking for the next."""
    while os.fork():
        status = os.waitstatus_to_exitcode(os.wait()[1])
        if status != NEXT_WORLD:
            os._exit(status & 255)
    asyncio._set_running_loop(loop)  # which is not inherited
    left = json.loads(legacy[:].rstrip(b"\0") or b"null")
    if left:
        clock.us, clock.to_1970_us = left["clock"]
    return left and left["rest"]


def next_world(rest):
    """Ends this one. `rest`: JSON."""
    text = json.dumps({"clock": [clock.us, clock.to_1970_us], "rest": rest}).encode()
    legacy[:] = text.ljust(LEGACY_BYTES, b"\0")
    os._exit(NEXT_WORLD)


clock = Clock()
legacy = mmap.mmap(-1, LEGACY_BYTES)  # anonymous, and shared by all that fork
time.time = lambda: clock.now_us() / 1e6
time.time_ns = lambda: clock.now_us() * 1000
time.monotonic = lambda: clock.us / 1e6
time.monotonic_ns = lambda: clock.us * 1000
datetime.datetime = Datetime
