"""The service of the review: a token in the query, a refusal told by a Close
behind the upgrade, signals broadcast to a pool that only members enter."""

import json
from typing import Optional

from fastapi import Query, WebSocket
from pydantic import BaseModel

from common import control
from common.members import Member, Members, log_access, peer_of
from common.tokens import Claims

CONNECTIONS_MAX = 10_000

# The closed list of refusals: no reason is ever built from an exception.
MISSING = (1008, "Authentication required")
INVALID = Members.INVALID
BUSY = Members.BUSY


class Service(Members):
    def __init__(self, verifier, journal):
        super().__init__(verifier, journal)
        self.connections = 0
        self.breakable = {"decoder": verifier}

    # --- A connection ---------------------------------------------------------

    async def attend(self, websocket, token):
        """The life of one connection, from the upgrade to its end."""
        log_access(websocket)
        self.connections += 1
        try:
            await websocket.accept()
            claims = await self.authenticate(websocket, token)
            if claims is not None:
                await self.serve(Member(websocket, claims))
        finally:
            self.connections -= 1

    async def attend_old(self, websocket, token):
        """The same by the old path."""
        await self.attend(websocket, token)

    async def authenticate(self, websocket, token) -> Optional[Claims]:
        """The claims of a token that holds. None: the client has been refused."""
        if self.connections > CONNECTIONS_MAX:
            return await self.refuse(websocket, BUSY, "busy")
        if not token:
            return await self.refuse(websocket, MISSING, "missing")
        if len(websocket.query_params.getlist("token")) > 1:
            return await self.refuse(websocket, INVALID, "invalid", "token given twice")
        try:
            claims = self.verify(token)
        except Exception as fault:  # whatever the decoder does, one answer to all
            detail = type(fault).__name__
            return await self.refuse(websocket, INVALID, "invalid", detail)
        self.journal.audit("auth_ok", "INFO", peer_of(websocket), user=claims.user)
        return claims

    async def refuse(self, websocket, refusal, cause, detail="") -> None:
        peer = peer_of(websocket)
        self.journal.audit("auth_refused", "WARNING", peer, cause=cause, detail=detail)
        await self.close(websocket, refusal)

    # --- A member -------------------------------------------------------------

    def obey(self, member, text):
        message = json.loads(text)
        if message["type"] != "publish":
            raise ValueError(f"unknown type {message['type']!r}")
        if member.claims.role != "publisher":
            raise PermissionError("not a publisher")
        if not isinstance(message["text"], str):
            raise TypeError("text is no string")
        self.broadcast(message["text"])

    def broadcast(self, text):
        self.tell(self.pool, {"type": "signal", "text": text})

    # --- For operators --------------------------------------------------------

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


def application(service, control_token):
    app = control.application()
    router = control.operators(service, control_token)

    @app.websocket("/ws")
    async def signals(
        websocket: WebSocket, token: Optional[str] = Query(default=None)
    ) -> None:
        await service.attend(websocket, token)

    # For clients of the year before.
    @app.websocket("/ws/old")
    async def signals_of_old(
        websocket: WebSocket, token: Optional[str] = Query(default=None)
    ) -> None:
        await service.attend_old(websocket, token)

    @router.post("/publish", **control.COMMAND)
    async def publish(body: Publish) -> None:
        service.broadcast(body.text)

    app.include_router(router)
    return app
