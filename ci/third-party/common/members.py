"""Connections whose token held: each is served until its client leaves, its
token expires or is revoked, or its outbox overflows."""

import asyncio
import json
import logging
import time

from fastapi import HTTPException
from starlette.websockets import WebSocket

from common.tokens import LIFETIME_MAX_S, Claims

OUTBOX_MAX = 1_024
REVOKED_MAX = 16_384

access = logging.getLogger("service.access")
log = logging.getLogger("service")


def peer_of(websocket):
    """The address of the socket itself; it has none once the client has gone."""
    client = websocket.client
    return f"{client.host}:{client.port}" if client else "unknown"


def log_access(websocket):
    path, query = websocket.url.path, websocket.url.query
    access.info('%s "GET %s?%s"', peer_of(websocket), path, query)


class Member:
    """A connection whose token held. Only this can stand in the pool."""

    def __init__(self, websocket: WebSocket, claims: Claims):
        self.websocket = websocket
        self.claims = claims
        self.peer = peer_of(websocket)
        self.outbox = asyncio.Queue(OUTBOX_MAX)
        self.writer = asyncio.create_task(self.write())
        self.dismissal = asyncio.get_running_loop().create_future()

    async def write(self):
        while True:
            await self.websocket.send_text(await self.outbox.get())

    def hear(self, message):
        """Never waits: a member that reads too slowly holds up no other."""
        try:
            self.outbox.put_nowait(message)
        except asyncio.QueueFull:
            self.writer.cancel()  # which ends the connection

    def dismiss(self, refusal):
        if not self.dismissal.done():
            self.dismissal.set_result(refusal)


class Members:
    """The pool, and the life of a member. A service adds what is said there."""

    INVALID = (1008, "Invalid or expired token")
    BUSY = (1013, "Try again later")

    def __init__(self, verifier, journal):
        self.verifier = verifier
        self.journal = journal
        self.pool = {}  # of members, oldest first
        self.revoked = {}  # jti: when no token can bear it any more

    def verify(self, token) -> Claims:
        claims = self.verifier.verify(token)
        if claims.jti in self.revoked:
            raise PermissionError("revoked")
        return claims

    async def close(self, websocket, refusal):
        code, reason = refusal
        try:
            await websocket.close(code, reason)
        except Exception as fault:  # uvicorn's, of a client that has gone already
            log.info("gone before its Close %s: %r", peer_of(websocket), fault)

    async def serve(self, member):
        reader = asyncio.create_task(self.read(member))
        self.join(member)
        try:
            await asyncio.wait(
                {reader, member.writer, member.dismissal},
                timeout=max(0, self.verifier.seconds_left(member.claims)),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self.leave(member)
            has_left, is_slow = reader.done(), member.writer.done()
            reader.cancel()
            member.writer.cancel()
            await asyncio.gather(reader, member.writer, return_exceptions=True)
        if has_left:
            return
        if member.dismissal.done():
            refusal = member.dismissal.result()
        else:
            refusal = self.BUSY if is_slow else self.INVALID
        self.dismissed(member, refusal)
        await self.close(member.websocket, refusal)

    def dismissed(self, member, refusal):
        """A service may report it."""

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
        raise NotImplementedError

    def error_message(self, fault):
        """The fault goes to the log; the client learns that there was one."""
        return json.dumps({"type": "error", "message": "Message processing failed"})

    def tell(self, members, message):
        text = json.dumps(message, ensure_ascii=False)
        text.encode()  # a lone surrogate is no text that a client could read
        for member in list(members):
            member.hear(text)

    def revoke(self, jti):
        """Until the last token that may bear this jti has expired."""
        now = time.time()
        self.revoked = {old: end for old, end in self.revoked.items() if end > now}
        if len(self.revoked) >= REVOKED_MAX:
            raise HTTPException(507)
        self.revoked[jti] = now + LIFETIME_MAX_S
        for member in self.pool:
            if member.claims.jti == jti:
                member.dismiss(self.INVALID)
