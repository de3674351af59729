#!/usr/bin/env python3
"""Any ASGI app (FastAPI, Starlette, Django Channels) as a child of wsconform: uvicorn itself, in
this process, without a port, on a clock that costs nothing. It speaks mocks/PROTOCOL.md.

    wsconform run --target my.json --exec "python3 asgi.py MODULE:APP [--factory] [--silence-ms N]"

APP is the app, a uvicorn.Config of it, or, with --factory, what makes the app. What no client can
ask for is done by an object `wsconform_hooks` of MODULE. Its functions, plain or async, so far as
there are any, and each with as many of these arguments as it names:

    publish(text, tenant)    revoke(jti)    inspect(since) -> {"pool": [...], ...}
    issue(user, role) -> token              ask_without_context() -> (is_refused, text)
    fault(what, broken)      provision(what, values)
    offers                   a list of what these two serve: "decoder_fault", "tenants", ...
    tight                    no function: an app, or Config, of the same with tight limits

A line is obeyed when the app is at rest, and time passes on `elapse` alone: asgi_clock.py says
what that means, and who reads that clock. An app with sockets of its own is at rest once they
have been silent for N ms (20). The log is what comes on stdout and stderr. A reset forks anew what
stood when MODULE had been imported, before the app's lifespan began."""

import argparse
import asyncio
import importlib
import json
import os
import sys
import time

from asgi_clock import Loop, clock, next_world, worlds  # before all that reads the time
from asgi_app import Hooks, Log, Server
from asgi_client import Client

READ_BYTES = 64 * 1024
HOME = os.environ.get("TZ", ":/etc/localtime")
WIRE = ["end", "ping", "parts", "raw", "deaf"]


class Kit:
    def __init__(self, options):
        self.options, self.clients, self.lines, self.unread = options, {}, [], b""
        self.doors = []  # the app's; that of the one with tight limits
        self.debts = []  # of the clients
        self.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
        self.log = sys.stdout = sys.stderr = Log()
        self.loop = Loop(self.at_rest, options.silence_ms / 1000)
        self.loop.create_server = self.create_server

    async def create_server(self, new_protocol, **ignored):
        self.doors.append(new_protocol)

    async def serve(self):
        module, _, name = self.options.app.partition(":")
        module = importlib.import_module(module)
        self.hooks = Hooks(module)
        apps = [getattr(module, name), *self.hooks.tight()]
        self.servers = [Server(app, self.options.factory, self.start) for app in apps]
        await self.servers[0].serve(sockets=[None])
        sys.exit("the app has not started")

    async def start(self):
        """Stops short before anything but MODULE has begun: that is where worlds fork."""
        self.loop.count_anyio()
        answer = worlds(self.loop)
        for server in self.servers:
            await server.open()
        self.loop.is_free = False
        if answer:
            self.tell(**answer)

    def owe(self, debt):
        self.debts.append(debt)

    def tell(self, **line):
        self.stdout.write(json.dumps(line) + "\n")

    def at_rest(self):
        while not self.lines:
            self.stdout.flush()
            chunk = os.read(0, READ_BYTES) or os._exit(0)
            *lines, self.unread = (self.unread + chunk).split(b"\n")
            self.lines = [json.loads(line) for line in reversed(lines)]
        if self.debts and self.lines[-1]["do"] != "deaf":
            debts, self.debts = self.debts, []
            for pay in debts:
                pay()
        else:
            self.obey(self.lines.pop())

    def obey(self, line):
        verb, actor = line["do"], self.clients.get(line.get("socket"), self)
        if hasattr(actor, f"do_{verb}"):
            getattr(actor, f"do_{verb}")(line)
        elif self.hooks.serve(verb):
            self.loop.create_task(self.hooks.call(line, self.tell))
        else:
            self.tell(on="unsupported", do=verb, **{k: line[k] for k in ["seq"] if k in line})

    def do_hello(self, line):
        clock.set_ms(line["now_ms"])
        offers = ["log", "timezones", *self.hooks.offers()]
        self.tell(on="hello", nonce=line["nonce"], name=self.options.app, clock="virtual",
                  now_ms=clock.now_ms(), offers=offers, wire=WIRE)  # fmt: skip

    def do_open(self, line):
        os.environ["TZ"] = line.get("timezone", HOME)
        time.tzset()
        door = self.doors[line.get("tight", False)]
        self.clients[line["socket"]] = Client(line, door(), self.tell, self.owe)

    def do_elapse(self, line):
        self.loop.elapse(line["ms"])

    def do_settle(self, line):
        self.tell(on="settled", seq=line["seq"], now_ms=clock.now_ms())

    def do_log(self, line):
        lines = self.log.getvalue().replace("\0", "\ufffd").splitlines()
        self.tell(on="log", seq=line["seq"], lines=lines)

    def do_reset(self, line):
        self.loop.create_task(self.end(next_world, {"on": "done", "seq": line["seq"]}))

    def do_bye(self, line):
        self.loop.create_task(self.end(os._exit, 0))

    async def end(self, way, how):
        for server in self.servers:
            await server.lifespan.shutdown()
        self.stdout.flush()
        way(how)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("app", metavar="MODULE:APP")
    parser.add_argument("--factory", action="store_true", help="APP makes the app")
    parser.add_argument("--silence-ms", type=int, default=20, metavar="N")
    sys.path.insert(0, os.getcwd())
    kit = Kit(parser.parse_args())
    kit.loop.run_until_complete(kit.serve())
