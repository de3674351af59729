"""The service of the reviews: restaurants, their points of sale, kitchens and
management. The first message says who comes, within a deadline."""

import asyncio
import json
import logging
import sqlite3
from datetime import datetime, timezone
from typing import Optional

from fastapi import HTTPException, WebSocket
from pydantic import BaseModel

from admission import (
    BUSY,
    DENIED,
    FAILED,
    TIMEOUT,
    TOO_BIG,
    TOO_MANY,
    TOO_OFTEN,
    Admission,
    Place,
    Refused,
)
from common import control
from common.limits import Addresses, Gate, Users, address_of
from common.members import Member as AnyMember
from common.members import Members, log_access, peer_of
from orders import Orders, is_uuid

ENDPOINTS = ("pos", "kitchen", "management")

log = logging.getLogger("service")


def timestamp():
    now = datetime.now(timezone.utc)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Member(AnyMember):
    def __init__(self, websocket, claims, place):
        super().__init__(websocket, claims)
        self.place = place

    def send(self, message):
        self.hear(json.dumps(message))


class Service(Members):
    INVALID = FAILED
    BUSY = BUSY

    def __init__(self, verifier, journal, limits, directory, monitor, auth_ms=5000):
        super().__init__(verifier, journal)
        self.limits = limits
        self.auth_s = auth_ms / 1000
        self.addresses = Addresses(limits)
        self.users = Users(limits)
        self.directory = directory
        self.monitor = monitor
        self.admission = Admission(directory, lambda token: self.verify(token))
        self.orders = Orders(directory, self.tell_restaurant, limits.soft_bytes)
        self.connections = 0
        self.breakable = {"decoder": verifier, "store": directory, "monitor": monitor}

    # --- A connection ---------------------------------------------------------

    async def attend(self, websocket, place):
        """The life of one connection, from the upgrade to its end."""
        log_access(websocket)
        self.connections += 1
        try:
            claims = await self.receive(websocket, place)
            if claims is not None:
                await self.seat(websocket, claims, place)
        finally:
            self.connections -= 1

    async def receive(self, websocket, place):
        """The claims of who may enter. None: it has been refused, or left."""
        try:
            return await self.prove(websocket, place)
        except Refused as refused:
            await self.refuse(websocket, place, refused)
        except ConnectionError:
            pass

    async def prove(self, websocket, place):
        """Of one that has proven nothing yet."""
        address = self.address_of(websocket)
        has_place = self.addresses.stranger_came(address)
        try:
            await self.accept(websocket)
            self.check_room(has_place, place)
            text = await self.first_message(websocket)
            return self.admission.admit(text, place)
        finally:
            self.addresses.stranger_left(address)

    def check_room(self, has_place, place):
        if not has_place:
            raise Refused(TOO_OFTEN, "strangers")
        if self.limits.connections and self.connections > self.limits.connections:
            raise Refused(BUSY, "full")
        if not is_uuid(place.restaurant):
            raise Refused(DENIED, "malformed")

    async def first_message(self, websocket):
        """Due within a time that nothing prolongs, pings and fragments included."""
        try:
            async with asyncio.timeout(self.auth_s):
                message = await websocket.receive()
        except TimeoutError:
            raise Refused(TIMEOUT, "timeout") from None
        if message["type"] == "websocket.disconnect":
            if websocket.scope.get("too_big"):
                raise Refused(TOO_BIG, "too_big")
            raise ConnectionError
        return message.get("text")

    def address_of(self, websocket):
        return address_of(websocket, self.limits.trusted_proxy)

    # --- Refusals -------------------------------------------------------------

    async def refuse(self, websocket, place, refused):
        self.note(websocket, place, refused)
        await self.close(websocket, refused.refusal)

    def note(self, websocket, place, refused):
        detail = refused.detail or refused.cause
        if not refused.user:
            detail = f"Missing user_id: {detail}"
        restaurant = place.restaurant if is_uuid(place.restaurant) else ""
        self.monitor.log_access_denied(
            peer_of(websocket),
            refused.cause,
            detail,
            refused.user,
            restaurant,
            place.endpoint,
        )

    async def close(self, websocket, refusal):
        if refusal.is_told:
            await self.tell_failure(websocket)
        await super().close(websocket, (refusal.code, refusal.reason))

    async def tell_failure(self, websocket):
        failure = {"type": "auth_error", "error": "Authentication failed"}
        try:
            await websocket.send_json({**failure, "timestamp": timestamp()})
        except Exception:  # uvicorn's: it has gone, as the Close will find too
            pass

    def turned_away(self, websocket, cause):
        self.note(websocket, place_of(websocket), Refused(DENIED, cause))

    async def accept(self, websocket):
        """With the sub-protocol that is spoken, where it is on offer."""
        spoken = self.limits.subprotocol
        offered = websocket.scope["subprotocols"]
        await websocket.accept(spoken if spoken in offered else None)

    async def too_many_attempts(self, websocket):
        await self.accept(websocket)
        refused = Refused(TOO_OFTEN, "attempts")
        await self.refuse(websocket, place_of(websocket), refused)

    # --- A member -------------------------------------------------------------

    async def seat(self, websocket, claims, place):
        if not self.users.take(claims.user):
            refused = Refused(TOO_MANY, "per_user", user=claims.user)
            return await self.refuse(websocket, place, refused)
        try:
            member = Member(websocket, claims, place)
            log.info("admitted %s user=%s by the token", member.peer, claims.user)
            member.send(self.welcome(member))
            await self.serve(member)
        finally:
            self.users.give_back(claims.user)

    def welcome(self, member):
        return {
            "type": "auth_success",
            "user_id": member.claims.user,
            "restaurant_id": member.place.restaurant,
            "timestamp": timestamp(),
        }

    def obey(self, member, text):
        self.check_still_welcome(member)
        self.orders.answer(member, text)

    def check_still_welcome(self, member):
        try:
            self.admission.check_right(member.claims.user, member.place)
        except Refused:
            member.dismiss(DENIED)
            raise

    def dismissed(self, member, refusal):
        cause = {DENIED: "withdrawn", FAILED: "expired"}.get(refusal)
        if cause is not None:
            refused = Refused(refusal, cause, user=member.claims.user)
            self.note(member.websocket, member.place, refused)

    def tell_restaurant(self, restaurant, message):
        colleagues = [m for m in self.pool if m.place.restaurant == restaurant]
        self.tell(colleagues, message)

    # --- For operators --------------------------------------------------------

    def publish(self, text, restaurant):
        event = {"type": "event", "text": text}
        if restaurant is None:
            self.tell(self.pool, event)
        else:
            self.tell_restaurant(restaurant, event)

    def directory_changed(self):
        """Who has lost its right goes."""
        for member in list(self.pool):
            try:
                self.check_still_welcome(member)
            except Refused:
                pass  # dismissed
            except sqlite3.Error as fault:  # judged by its next message
                log.error("rights unknown %s: %r", member.peer, fault)

    def inspect(self, since):
        pool = [
            {
                "peer": m.peer,
                "user": m.claims.user,
                "restaurant": m.place.restaurant,
                "endpoint": m.place.endpoint,
            }
            for m in self.pool
        ]
        gauges = {
            "connections": self.connections,
            "strangers": self.addresses.strangers.total(),
            "members": len(pool),
            "pending": 0,
            "tracked_addresses": len(self.addresses.tracked()),
            "tracked_users": len(self.users.counts),
            "cleanups": int(self.addresses.cleanup is not None),
        }
        return {
            "pool": pool,
            "gauges": gauges,
            "addresses": self.addresses.tracked(),
            **self.journal.since(since),
        }


def place_of(websocket):
    """What a path names, for those who come no further."""
    endpoint, _, restaurant = websocket.url.path[len("/ws/") :].partition("/")
    return Place(restaurant, endpoint if endpoint in ENDPOINTS else "")


class Publish(BaseModel):
    text: str
    restaurant: Optional[str] = None


class Restaurant(BaseModel):
    id: str
    active: bool


class User(BaseModel):
    id: str
    role: str
    restaurant: str


class Order(BaseModel):
    id: str
    restaurant: str
    status: str


class Change(BaseModel):
    restaurant: Optional[Restaurant] = None
    user: Optional[User] = None
    remove_user: Optional[str] = None
    order: Optional[Order] = None


def apply(change, directory):
    if change.restaurant:
        directory.put_restaurant(**change.restaurant.dict())
    elif change.user:
        directory.put_user(**change.user.dict())
    elif change.remove_user is not None:
        directory.remove_user(change.remove_user)
    elif change.order:
        directory.put_order(**change.order.dict())
    else:
        raise HTTPException(400)


def application(service, control_token):
    app = control.application()
    app.add_middleware(Gate, service=service)
    router = control.operators(service, control_token)

    @app.websocket("/ws/pos/{restaurant_id}")
    async def pos(websocket: WebSocket, restaurant_id: str) -> None:
        await service.attend(websocket, Place(restaurant_id, "pos"))

    @app.websocket("/ws/kitchen/{restaurant_id}")
    async def kitchen(websocket: WebSocket, restaurant_id: str) -> None:
        await service.attend(websocket, Place(restaurant_id, "kitchen"))

    @app.websocket("/ws/management/{restaurant_id}")
    async def management(websocket: WebSocket, restaurant_id: str) -> None:
        await service.attend(websocket, Place(restaurant_id, "management"))

    @router.post("/publish", **control.COMMAND)
    async def publish(body: Publish) -> None:
        service.publish(body.text, body.restaurant)

    @router.post("/directory", **control.COMMAND)
    async def directory(body: Change) -> None:
        apply(body, service.directory)
        service.directory_changed()

    app.include_router(router)
    return app
