"""Who may knock, how often, and how many stay: origins, the attempts of an
address in a window, its connections that have proven nothing, all of them."""

import asyncio
import collections
import time
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketClose

FORBIDDEN = 1008  # as Close before the upgrade: HTTP 403


@dataclass
class Limits:
    """0 is unbounded."""

    origins: tuple = ()  # none: any
    trusted_proxy: str = ""
    attempts: int = 500
    window_ms: int = 60_000
    strangers: int = 240
    connections: int = 10_000
    per_user: int = 5
    subprotocol: str = ""  # the one that is spoken; none: any
    soft_bytes: int = 0  # of a member's message


def add_options(parser):
    parser.add_argument("--origin", action="append", default=[])
    parser.add_argument("--trusted-proxy", default="", metavar="ADDRESS")
    parser.add_argument("--subprotocol", default="", metavar="NAME")
    for name in ("attempts", "window_ms", "strangers", "connections", "per_user", "soft_bytes"):
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=int, default=getattr(Limits, name))


def limits_of(args):
    return Limits(
        tuple(args.origin),
        args.trusted_proxy,
        args.attempts,
        args.window_ms,
        args.strangers,
        args.connections,
        args.per_user,
        args.subprotocol,
        args.soft_bytes,
    )


class Addresses:
    """An entry stands only while something of its address is counted."""

    def __init__(self, limits):
        self.limits = limits
        self.windows = {}  # address: (its end, attempts in it)
        self.strangers = collections.Counter()
        self.cleanup = None

    def attempt(self, address):
        """Counts it; False when it is one too many."""
        if not self.limits.attempts:
            return True
        now = time.monotonic()
        end, count = self.windows.get(address, (now, 0))
        if now >= end:
            end, count = now + self.limits.window_ms / 1000, 0
        self.windows[address] = (end, count + 1)
        self.clean_later()
        return count < self.limits.attempts

    def clean_later(self):
        if self.windows and not self.cleanup:
            delay = min(end for end, _ in self.windows.values()) - time.monotonic()
            loop = asyncio.get_running_loop()
            self.cleanup = loop.call_later(max(delay, 0.1), self.clean)

    def clean(self):
        now = time.monotonic()
        self.cleanup = None
        self.windows = {a: w for a, w in self.windows.items() if w[0] > now}
        self.clean_later()

    def stranger_came(self, address):
        """Counts it; False when it is one too many. Either way it leaves once."""
        self.strangers[address] += 1
        limit = self.limits.strangers
        return not limit or self.strangers[address] <= limit

    def stranger_left(self, address):
        self.strangers[address] -= 1
        if not self.strangers[address]:
            del self.strangers[address]

    def tracked(self):
        return sorted(self.windows.keys() | self.strangers.keys())


class Users:
    """How many connections each user has."""

    def __init__(self, limits):
        self.limits = limits
        self.counts = collections.Counter()

    def take(self, user):
        if self.limits.per_user and self.counts[user] >= self.limits.per_user:
            return False
        self.counts[user] += 1
        return True

    def give_back(self, user):
        self.counts[user] -= 1
        if not self.counts[user]:
            del self.counts[user]


class Gate:
    """ASGI middleware before everything else. Of whom it turns away it tells
    `service`, which knows how to tell the client."""

    def __init__(self, app, service):
        self.app = app
        self.service = service

    async def __call__(self, scope, receive, send):
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        scope["path"] = scope["raw_path"]  # as sent: %2F is no slash
        websocket = WebSocket(scope, receive, send)
        if not self.origin_holds(websocket):
            self.service.turned_away(websocket, "origin")
            return await WebSocketClose(FORBIDDEN)(scope, receive, send)
        if not self.service.addresses.attempt(self.service.address_of(websocket)):
            return await self.service.too_many_attempts(websocket)
        if not self.is_spoken(websocket):
            self.service.turned_away(websocket, "subprotocol")
            return await WebSocketClose(FORBIDDEN)(scope, receive, send)
        await self.app(scope, receive, send)

    def is_spoken(self, websocket):
        """Is the one on offer that is spoken?"""
        spoken = self.service.limits.subprotocol
        return not spoken or spoken in websocket.scope["subprotocols"]

    def origin_holds(self, websocket):
        """One that is listed, byte for byte; or none, as of native clients."""
        allowed = self.service.limits.origins
        origins = websocket.headers.getlist("origin")
        return not allowed or not origins or (len(origins) == 1 and origins[0] in allowed)


def address_of(websocket, trusted_proxy):
    """The socket's; what a trusted proxy appended, when it is the proxy's."""
    host = websocket.client.host if websocket.client else "unknown"
    forwarded = websocket.headers.getlist("x-forwarded-for")
    if not trusted_proxy or host != trusted_proxy or not forwarded:
        return host
    return forwarded[-1].rpartition(",")[2].strip() or host
