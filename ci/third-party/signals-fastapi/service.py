"""The service of the review: a token in the query, a refusal told by a Close
behind the upgrade, signals broadcast to a pool that only members enter."""

import asyncio
import hmac
import json
import logging
import time
from typing import Optional

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Response, WebSocket
from pydantic import BaseModel

from tokens import LIFETIME_MAX_S, Claims

CONNECTIONS_MAX = 10_000
OUTBOX_MAX = 1_024
REVOKED_MAX = 16_384

# The closed list of refusals: no reason is ever built from an exception.
MISSING = (1008, "Authentication required")
INVALID = (1008, "Invalid or expired token")
BUSY = (1013, "Try again later")

access = logging.getLogger("signals.access")
log = logging.getLogger("signals")


class Member:
    """A connection whose token held. Only this can stand in the pool."""

    def __init__(self, websocket: WebSocket, claims: Claims):
        self.websocket = websocket
        self.claims = claims
        self.peer = peer_of(websocket)
        self.outbox = asyncio.Queue(OUTBOX_MAX)
        self.writer = asyncio.create_task(self.write())

    async def write(self):
        while True:
            await self.websocket.send_text(await self.outbox.get())

    def hear(self, message):
        """Never waits: a member that reads too slowly holds up no other."""
        try:
            self.outbox.put_nowait(message)
        except asyncio.QueueFull:
            self.writer.cancel()  # which ends the connection


def peer_of(websocket):
    """The address of the socket itself; it has none once the client has gone."""
    client = websocket.client
    return f"{client.host}:{client.port}" if client else "unknown"


class Service:
    def __init__(self, verifier, journal):
        self.verifier = verifier
        self.journal = journal
        self.pool = {}  # of members, oldest first
        self.revoked = {}  # jti: when no token can bear it any more
        self.connections = 0

    # --- A connection ---------------------------------------------------------

    async def attend(self, websocket, token):
        """The life of one connection, from the upgrade to its end."""
        query = websocket.url.query
        access.info('%s "GET %s?%s"', peer_of(websocket), websocket.url.path, query)
        self.connections += 1
        try:
            await websocket.accept()
            claims = await self.authenticate(websocket, token)
            if claims is not None:
                await self.serve(Member(websocket, claims))
        finally:
            self.connections -= 1

    async def authenticate(self, websocket, token) -> Optional[Claims]:
        """The claims of a token that holds. None: the client has been refused."""
        if self.connections > CONNECTIONS_MAX:
            return await self.refuse(websocket, BUSY, "busy")
        if not token:
            return await self.refuse(websocket, MISSING, "missing")
        try:
            claims = self.verify(token)
        except Exception as fault:  # whatever the decoder does, one answer to all
            detail = type(fault).__name__
            return await self.refuse(websocket, INVALID, "invalid", detail)
        self.journal.audit("auth_ok", "INFO", peer_of(websocket), user=claims.user)
        return claims

    def verify(self, token) -> Claims:
        claims = self.verifier.verify(token)
        if claims.jti in self.revoked:
            raise PermissionError("revoked")
        return claims

    async def refuse(self, websocket, refusal, cause, detail="") -> None:
        peer = peer_of(websocket)
        self.journal.audit("auth_refused", "WARNING", peer, cause=cause, detail=detail)
        await self.close(websocket, refusal)

    async def close(self, websocket, refusal):
        code, reason = refusal
        try:
            await websocket.close(code, reason)
        except Exception as fault:  # uvicorn's, of a client that has gone already
            log.info("gone before its Close %s: %r", peer_of(websocket), fault)

    # --- A member -------------------------------------------------------------

    async def serve(self, member):
        """Until the client leaves, its token expires or its outbox overflows."""
        reader = asyncio.create_task(self.read(member))
        self.join(member)
        try:
            await asyncio.wait(
                {reader, member.writer},
                timeout=max(0, self.verifier.seconds_left(member.claims)),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self.leave(member)
            has_left, is_slow = reader.done(), member.writer.done()
            reader.cancel()
            member.writer.cancel()
            await asyncio.gather(reader, member.writer, return_exceptions=True)
        if not has_left:
            await self.close(member.websocket, BUSY if is_slow else INVALID)

    def join(self, member):
        self.pool[member] = True
        self.journal.pool_changed("add", member.peer, member.claims.user)

    def leave(self, member):
        if self.pool.pop(member, None):
            self.journal.pool_changed("remove", member.peer, member.claims.user)

    async def read(self, member):
        """Answers each message; returns when the client has left."""
        while True:
            message = await member.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                self.obey(member, message.get("text"))
            except Exception as fault:
                peer, user = member.peer, member.claims.user
                log.error("message refused %s user=%s: %r", peer, user, fault)
                await member.outbox.put(self.error_message(fault))

    def obey(self, member, text):
        message = json.loads(text)
        if message["type"] != "publish":
            raise ValueError(f"unknown type {message['type']!r}")
        if member.claims.role != "publisher":
            raise PermissionError("not a publisher")
        if not isinstance(message["text"], str):
            raise TypeError("text is no string")
        self.broadcast(message["text"])

    def error_message(self, fault):
        """The fault goes to the log; the client learns that there was one."""
        return json.dumps({"type": "error", "message": "Message processing failed"})

    def broadcast(self, text):
        text.encode()  # a lone surrogate is no text that a client could read
        signal = json.dumps({"type": "signal", "text": text})
        for member in list(self.pool):
            member.hear(signal)

    # --- For operators --------------------------------------------------------

    def revoke(self, jti):
        """Until the last token that may bear this jti has expired."""
        now = time.time()
        self.revoked = {old: end for old, end in self.revoked.items() if end > now}
        if len(self.revoked) >= REVOKED_MAX:
            raise HTTPException(507)
        self.revoked[jti] = now + LIFETIME_MAX_S

    def inspect(self, since):
        pool = [{"peer": m.peer, "user": m.claims.user} for m in self.pool]
        gauges = {
            "connections": self.connections,
            "strangers": self.connections - len(pool),
            "members": len(pool),
            "pending": 0,
        }
        return {"pool": pool, "gauges": gauges, **self.journal.since(since)}


class Publish(BaseModel):
    text: str


class Revoke(BaseModel):
    jti: str


class Fault(BaseModel):
    what: str
    broken: bool


def application(service, control_token):
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    async def operator(authorization: str = Header(default="")):
        expected = f"Bearer {control_token}"
        if not hmac.compare_digest(authorization.encode(), expected.encode()):
            raise HTTPException(401)

    control = {"dependencies": [Depends(operator)]}
    command = {**control, "status_code": 204, "response_class": Response}

    @app.websocket("/ws")
    async def signals(
        websocket: WebSocket, token: Optional[str] = Query(default=None)
    ) -> None:
        await service.attend(websocket, token)

    @app.post("/control/publish", **command)
    async def publish(body: Publish) -> None:
        service.broadcast(body.text)

    @app.post("/control/revoke", **command)
    async def revoke(body: Revoke) -> None:
        service.revoke(body.jti)

    @app.post("/control/fault", **command)
    async def fault(body: Fault) -> None:
        if body.what != "decoder":
            raise HTTPException(404)
        service.verifier.broken = body.broken

    @app.get("/control/inspect", **control)
    async def inspect(since: int = 0) -> Response:
        found = json.dumps(service.inspect(since))
        return Response(found, media_type="application/json")

    return app
