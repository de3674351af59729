"""The service of the review: a token in a header or a sub-protocol, a context
made of it once it holds, and a manager made of the context."""

from typing import Optional

from fastapi import WebSocket
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from common import control
from common.limits import Addresses, Gate, address_of
from common.members import Member, Members, log_access, peer_of
from common.messages import read_object
from common.tokens import Claims
from managers import ManagerFactory, TooManyManagers, UserContext

TOKEN_SUBPROTOCOL = "jwt."

# The closed list of refusals: no reason is ever built from an exception.
INVALID = (4001, "Authentication failed")
TOO_MANY = (1013, "Too many connections")
TOO_OFTEN = (1013, "Too many attempts")
BUSY = Members.BUSY


class Service(Members):
    INVALID = INVALID

    def __init__(self, verifier, journal, limits):
        super().__init__(verifier, journal)
        self.limits = limits
        self.addresses = Addresses(limits)
        self.factory = ManagerFactory(limits)
        self.connections = 0
        self.breakable = {"decoder": verifier}

    # --- A connection ---------------------------------------------------------

    async def attend(self, websocket):
        """The life of one connection, from the upgrade to its end."""
        log_access(websocket)
        self.connections += 1
        try:
            claims = await self.receive(websocket)
            if claims is not None:
                await self.manage(websocket, claims)
        finally:
            self.connections -= 1

    async def receive(self, websocket) -> Optional[Claims]:
        """The claims of who may enter. None: it has been refused."""
        address = self.address_of(websocket)
        has_place = self.addresses.stranger_came(address)
        try:
            await self.accept(websocket)
        finally:  # nothing else has to be waited for: its token is here
            self.addresses.stranger_left(address)
        if not has_place:
            return await self.refuse(websocket, TOO_OFTEN, "strangers")
        if self.limits.connections and self.connections > self.limits.connections:
            return await self.refuse(websocket, BUSY, "full")
        return await self.authenticate(websocket)

    async def accept(self, websocket):
        await websocket.accept(self.subprotocol(websocket.scope["subprotocols"]))

    def subprotocol(self, offered):
        """The first that is no token; a token where nothing else is offered,
        since a browser fails the connection otherwise. The one that is spoken,
        where there is one."""
        if self.limits.subprotocol in offered:
            return self.limits.subprotocol
        names = [name for name in offered if name]
        plain = [name for name in names if not name.startswith(TOKEN_SUBPROTOCOL)]
        return next(iter(plain or names), None)

    def address_of(self, websocket):
        return address_of(websocket, self.limits.trusted_proxy)

    # --- Who comes in ---------------------------------------------------------

    async def authenticate(self, websocket) -> Optional[Claims]:
        """The claims of a token that holds. None: the client has been refused."""
        presented = self.credentials(websocket)
        if not presented:
            return await self.refuse(websocket, INVALID, "missing")
        try:
            claims = self.verify_only(presented)
        except Exception as fault:  # whatever the decoder does, one answer to all
            detail = type(fault).__name__
            return await self.refuse(websocket, INVALID, "invalid", detail)
        self.journal.audit("auth_ok", "INFO", peer_of(websocket), user=claims.user)
        return claims

    def credentials(self, websocket):
        """All that are presented, in whatever carrier."""
        return self.bearers(websocket) + self.token_subprotocols(websocket)

    def bearers(self, websocket):
        values = websocket.headers.getlist("authorization")
        headers = [value.partition(" ") for value in values]
        return [token for scheme, _, token in headers if scheme.lower() == "bearer"]

    def token_subprotocols(self, websocket):
        offered = websocket.scope["subprotocols"]
        start = len(TOKEN_SUBPROTOCOL)
        return [name[start:] for name in offered if name.startswith(TOKEN_SUBPROTOCOL)]

    def verify_only(self, presented) -> Claims:
        """Two credentials prove nothing, whether or not they agree."""
        (token,) = presented
        return self.verify(token)

    async def refuse(self, websocket, refusal, cause, detail="") -> None:
        self.note(websocket, cause, detail)
        self.factory.count("auth_failures", refusal == INVALID)
        self.factory.count("limit_violations", refusal != INVALID)
        await self.close(websocket, refusal)

    def note(self, websocket, cause, detail=""):
        peer = peer_of(websocket)
        self.journal.audit("auth_refused", "WARNING", peer, cause=cause, detail=detail)

    def turned_away(self, websocket, cause):
        self.note(websocket, cause)

    async def too_many_attempts(self, websocket):
        await self.accept(websocket)
        await self.refuse(websocket, TOO_OFTEN, "attempts")

    # --- A member -------------------------------------------------------------

    async def manage(self, websocket, claims):
        context = UserContext(claims.user)
        try:
            self.factory.take_place(context)
        except TooManyManagers:
            return await self.refuse(websocket, TOO_MANY, "per_user")
        try:
            member = Member(websocket, claims)
            member.manager = self.factory.manager_create(context, member)
            await self.serve(member)
        finally:
            self.factory.give_place_back(context)

    def leave(self, member):
        super().leave(member)
        self.factory.end(member.manager)

    def obey(self, member, text):
        message = read_object(text, self.limits.soft_bytes)
        manager = member.manager
        if message["type"] == "whoami":
            manager.send({"type": "identity", "user_id": manager.context.user_id})
        elif message["type"] == "publish":
            if not isinstance(message["text"], str):
                raise TypeError("text is no string")
            self.tell_user(manager.context, message["text"])
        else:
            raise ValueError(f"unknown type {message['type']!r}")

    def tell_user(self, context, text):
        own = [manager.member for manager in self.factory.of_user(context.user_id)]
        self.tell(own, {"type": "event", "text": text})

    def broadcast(self, text):
        self.tell(self.pool, {"type": "event", "text": text})

    # --- For operators --------------------------------------------------------

    def manager_without_context(self, user):
        try:
            self.factory.manager_for(user)
        except RuntimeError as loud:
            detail = "a manager was asked for without a context"
            self.journal.audit(
                "contextless_request", "CRITICAL", "control", detail=detail, user=user
            )
            return JSONResponse({"error": str(loud)}, status_code=409)

    def inspect(self, since):
        pool = [{"peer": m.peer, "user": m.claims.user} for m in self.pool]
        gauges = {
            "connections": self.connections,
            "strangers": self.addresses.strangers.total(),
            "members": len(pool),
            "pending": 0,
            "tracked_addresses": self.addresses.tracked(),
            "tracked_users": len(self.factory.users.counts),
            "cleanups": int(self.addresses.cleanup is not None),
        }
        return {
            "pool": pool,
            "managers": self.factory.inspect(),
            "gauges": gauges,
            "metrics": self.factory.metrics,
            **self.journal.since(since),
        }


class Publish(BaseModel):
    text: str


class Ask(BaseModel):
    user: str


def application(service, control_token):
    app = control.application()
    app.add_middleware(Gate, service=service)
    router = control.operators(service, control_token)

    @app.websocket("/factory")
    async def factory(websocket: WebSocket) -> None:
        await service.attend(websocket)

    @router.post("/publish", **control.COMMAND)
    async def publish(body: Publish) -> None:
        service.broadcast(body.text)

    @router.post("/managers")
    async def managers(body: Ask) -> JSONResponse:
        return service.manager_without_context(body.user)

    app.include_router(router)
    return app
