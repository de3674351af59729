"""The service of the review on python-socketio, an ASGI app: a token in the
payload of CONNECT, a refusal told by CONNECT_ERROR and the end of Engine.IO,
signals emitted to a room that only members enter."""

import asyncio
import logging
import sys
import time
from dataclasses import dataclass

sys.modules["eventlet"] = None  # half a second, for a queue of socketio's that is not used
import socketio
from pydantic import BaseModel
from socketio.exceptions import ConnectionRefusedError

from common import control
from common.server import MESSAGE_BYTES_MAX
from common.tokens import LIFETIME_MAX_S, Claims

PATH = "/socket.io/"
ROOM = "members"

# The closed list of refusals: no reason is ever built from an exception.
MISSING = "Authentication required"
INVALID = "Invalid or expired token"

log = logging.getLogger("service")


@dataclass(frozen=True)
class Member:
    peer: str
    claims: Claims


def peer_of(environ):
    return "%s:%s" % environ["asgi.scope"]["client"]


class Service:
    def __init__(self, verifier, journal):
        self.verifier, self.journal = verifier, journal
        self.breakable = {"decoder": verifier}
        self.members = {}  # sid: Member
        self.revoked = {}  # jti: when no token can bear it any more
        self.tasks = set()
        self.sio = socketio.AsyncServer(
            async_mode="asgi",
            transports=["websocket"],
            async_handlers=False,  # the messages of a client are served in order
            cors_allowed_origins="*",
            max_http_buffer_size=MESSAGE_BYTES_MAX,
        )
        self.sio.on("connect", self.connect)
        self.sio.on("disconnect", self.disconnect)
        self.sio.on("publish", self.publish)
        self.sio.on("*", self.anything)

    # --- A connection ---------------------------------------------------------

    async def connect(self, sid, environ, auth=None):
        token = auth.get("token") if isinstance(auth, dict) else None
        peer = peer_of(environ)
        if not token:
            self.refuse(sid, peer, MISSING, "missing")
        try:
            claims = self.verify(token)
        except Exception as fault:  # whatever the decoder does, one answer to all
            self.refuse(sid, peer, INVALID, "invalid", type(fault).__name__)
        self.journal.audit("auth_ok", "INFO", peer, user=claims.user)
        self.join(sid, Member(peer, claims))

    def verify(self, token):
        claims = self.verifier.verify(token)
        if claims.jti in self.revoked:
            raise PermissionError("revoked")
        return claims

    def refuse(self, sid, peer, reason, cause, detail=""):
        self.journal.audit("auth_refused", "WARNING", peer, cause=cause, detail=detail)
        self.later(0, self.end(self.sio.manager.eio_sid_from_sid(sid, "/")))
        raise ConnectionRefusedError(reason)

    def join(self, sid, member):
        self.members[sid] = member
        self.sio.enter_room(sid, ROOM)
        self.journal.pool_changed("add", member.peer, member.claims.user)
        self.later(self.verifier.seconds_left(member.claims), self.dismiss(sid))

    def leave(self, sid):
        member = self.members.pop(sid, None)
        if member:
            self.journal.pool_changed("remove", member.peer, member.claims.user)
        return member

    def disconnect(self, sid):
        self.leave(sid)

    # --- Its end --------------------------------------------------------------

    def later(self, seconds, end):
        async def wait_and_end():
            await asyncio.sleep(max(0, seconds))
            await end

        task = asyncio.ensure_future(wait_and_end())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def end(self, eio_sid):
        if eio_sid in self.sio.eio.sockets:
            await self.sio.eio.disconnect(eio_sid)

    async def dismiss(self, sid):
        if self.leave(sid):
            await self.end(self.sio.manager.eio_sid_from_sid(sid, "/"))

    # --- A member -------------------------------------------------------------

    async def publish(self, sid, message=None):
        member = self.members.get(sid)
        text = message.get("text") if isinstance(message, dict) else None
        if member is None or member.claims.role != "publisher" or not isinstance(text, str):
            return await self.complain(sid, "publish")
        await self.broadcast(text)

    async def anything(self, event, sid, *data):
        if sid in self.members:
            await self.complain(sid, event)

    async def complain(self, sid, event):
        """What was wrong goes to the log; the client learns that something was."""
        log.error("message refused: %r", event)
        await self.sio.emit("error", {"message": "Message processing failed"}, to=sid)

    async def broadcast(self, text):
        await self.sio.emit("signal", {"text": text}, room=ROOM)

    # --- For operators --------------------------------------------------------

    def revoke(self, jti):
        self.revoked[jti] = time.time() + LIFETIME_MAX_S
        for sid, member in self.members.items():
            if member.claims.jti == jti:
                self.later(0, self.dismiss(sid))

    def inspect(self, since):
        pool = [{"peer": one.peer, "user": one.claims.user} for one in self.members.values()]
        connections = len(self.sio.eio.sockets)
        gauges = {
            "connections": connections,
            "strangers": connections - len(pool),
            "members": len(pool),
            "pending": 0,
        }
        return {"pool": pool, "gauges": gauges, **self.journal.since(since)}


class Publish(BaseModel):
    text: str


def application(service, control_token):
    app = control.application()
    router = control.operators(service, control_token)

    @router.post("/publish", **control.COMMAND)
    async def publish(body: Publish) -> None:
        await service.broadcast(body.text)

    app.include_router(router)
    return socketio.ASGIApp(service.sio, app, socketio_path=PATH)
