"""What members say: events to their restaurant, and the orders of it."""

import re

from common.messages import read_object

STATUSES = {"pending", "preparing", "ready", "completed", "cancelled"}
TEXT_CHARS_MAX = 1000
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
HARMLESS = str.maketrans({**{chr(c): None for c in CONTROLS if c not in (9, 10)}, **MARKUP})


def is_uuid(text):
    return isinstance(text, str) and UUID.fullmatch(text) is not None


def sanitized(text):
    """Escaped once, for whatever page shows it, and without control characters."""
    if not isinstance(text, str) or len(text) > TEXT_CHARS_MAX:
        raise ValueError("no text, or too long a one")
    return text.translate(HARMLESS)


class Orders:
    """Answers the messages of members; `tell_restaurant` reaches their colleagues."""

    def __init__(self, directory, tell_restaurant, bytes_max=0):
        self.directory = directory
        self.bytes_max = bytes_max
        self.tell_restaurant = tell_restaurant
        self.sanitized = sanitized
        self.statuses = STATUSES
        self.actions = {
            "whoami": self.whoami,
            "publish": self.publish,
            "order_status": self.set_status,
            "get_order": self.get_order,
        }

    def answer(self, member, text):
        message = read_object(text, self.bytes_max)
        self.action(message["type"])(member, message)

    def action(self, name):
        return self.actions[name]

    def whoami(self, member, message):
        member.send({"type": "identity", "user_id": member.claims.user})

    def publish(self, member, message):
        text = self.sanitized(message["text"])
        self.tell_restaurant(member.place.restaurant, {"type": "event", "text": text})

    def set_status(self, member, message):
        order = self.order_id(message)
        status, restaurant = message["status"], member.place.restaurant
        notes = self.sanitized(message.get("notes", ""))
        notes.encode()  # a lone surrogate is no text
        if not self.is_status(status):
            raise ValueError("no status")
        if not self.directory.set_order_status(order, restaurant, status, notes):
            raise LookupError("no such order")
        news = {"order_id": order, "status": status, "notes": notes}
        self.tell_restaurant(restaurant, {"type": "order_updated", **news})

    def is_status(self, status):
        return isinstance(status, str) and status in self.statuses

    def get_order(self, member, message):
        order = self.order_id(message)
        status = self.directory.order_status(order, member.place.restaurant)
        if status is None:
            raise LookupError("no such order")
        member.send({"type": "order", "order_id": order, "status": status})

    def order_id(self, message):
        if not is_uuid(message["order_id"]):
            raise ValueError("order_id is no UUID")
        return message["order_id"]
