"""Who may enter which endpoint of which restaurant: the first message says who
comes, the directory what they may. Nothing here knows of sockets."""

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple, Optional

from common.messages import read_object
from common.tokens import Claims

FIRST_MESSAGE_BYTES_MAX = 8 * 1024
MANAGEMENT = "management"
PLATFORM_OWNER = "platform_owner"
MANAGEMENT_ROLES = {"restaurant_owner", "manager", PLATFORM_OWNER}


class Refusal(NamedTuple):
    code: int
    reason: str
    is_told: bool = False  # by a message before the Close


# The closed list: no reason is ever built from an exception.
FAILED = Refusal(4003, "Authentication failed", is_told=True)
MISSING = Refusal(4003, "Authentication required")
NOT_MANAGEMENT = Refusal(4003, "Management access required")
UNEXPECTED = Refusal(4003, "Expected authentication message")
UNREADABLE = Refusal(4003, "Authentication error")
TIMEOUT = Refusal(4003, "Authentication timeout")
DENIED = Refusal(4003, "Access denied")
TOO_BIG = Refusal(1009, "Message too big")
BUSY = Refusal(1013, "Try again later")
TOO_OFTEN = Refusal(1013, "Too many attempts")
TOO_MANY = Refusal(1013, "Too many connections")


@dataclass(frozen=True)
class Place:
    """What a client wants to enter."""

    restaurant: str
    endpoint: str


@dataclass(frozen=True)
class Asked:
    """What a first message presents."""

    token: Optional[str]
    user_id: object = None


class Refused(Exception):
    def __init__(self, refusal, cause, detail="", user=""):
        super().__init__(cause)
        self.refusal = refusal
        self.cause = cause
        self.detail = detail
        self.user = user  # that was presented, or proven


class Admission:
    def __init__(self, directory, verify):
        self.directory = directory
        self.verify = verify

    def admit(self, text, place) -> Claims:
        """Of whom the first message proves, and who may enter. Else Refused."""
        asked = self.read(text)
        claims = self.identify(asked, place)
        try:
            self.check_right(claims.user, place)
        except sqlite3.Error as fault:
            detail = type(fault).__name__
            raise Refused(BUSY, "unavailable", detail, claims.user) from None
        return claims

    # --- What is said ---------------------------------------------------------

    def read(self, text) -> Asked:
        message = self.parse(text)
        if message.get("type") != "authenticate":
            raise Refused(UNEXPECTED, "unexpected")
        token = message.get("token", "")
        if not isinstance(token, str):
            raise Refused(UNREADABLE, "unreadable", "token is no string")
        return Asked(token, message.get("user_id"))

    def parse(self, text):
        if text is None:
            raise Refused(UNREADABLE, "unreadable", "binary")
        if len(text.encode()) > FIRST_MESSAGE_BYTES_MAX:
            raise Refused(TOO_BIG, "too_big")
        try:
            return read_object(text)
        except (ValueError, RecursionError) as fault:
            raise Refused(UNREADABLE, "unreadable", type(fault).__name__) from None

    # --- Who says it ----------------------------------------------------------

    def identify(self, asked, place) -> Claims:
        claimed = asked.user_id if isinstance(asked.user_id, str) else ""
        if not asked.token:
            is_management = place.endpoint == MANAGEMENT
            refusal = MISSING if is_management else FAILED
            raise Refused(refusal, "missing", user=claimed)
        try:
            claims = self.verify(asked.token)
        except Exception as fault:  # whatever the decoder does, one answer to all
            detail = type(fault).__name__
            raise Refused(FAILED, "invalid", detail, claimed) from None
        if not self.is_claim_true(asked.user_id, claims):
            raise Refused(FAILED, "invalid", "another user is claimed", claims.user)
        return claims

    def is_claim_true(self, claimed, claims):
        return claimed is None or claimed == claims.user

    # --- What they may --------------------------------------------------------

    def check_right(self, user_id, place):
        user = self.directory.user(user_id)
        if not self.is_welcome(user, place):
            raise Refused(FAILED, "forbidden", user=user_id)
        if place.endpoint == MANAGEMENT and not self.may_manage(user):
            raise Refused(NOT_MANAGEMENT, "role", user=user_id)

    def is_welcome(self, user, place):
        return (
            user is not None
            and self.directory.is_active(place.restaurant)
            and self.belongs(user, place.restaurant)
        )

    def belongs(self, user, restaurant):
        return user.role == PLATFORM_OWNER or user.restaurant == restaurant

    def may_manage(self, user):
        return user.role in MANAGEMENT_ROLES
