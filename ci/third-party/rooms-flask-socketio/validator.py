"""WebSocketValidator: what a message may hold."""

import html
import json
import re
import unicodedata

ROOM_ID = re.compile(r"(?!\.)[\w.-]{1,64}", re.ASCII)
USER_BYTES_MAX = 128
ROLES_MAX = 8
ROLE_CHARS_MAX = 64


class Refused(Exception):
    """Why a message fails; the code is told, the detail is for the log."""

    def __init__(self, code, detail, level="ERROR"):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.level = level


class Unreadable:
    """Stands where JSON says two things at once, or none."""

    def __init__(self, members=0):
        self.members = members


def unique(pairs):
    members = dict(pairs)
    return members if len(members) == len(pairs) else Unreadable(len(pairs))


class StrictJson:
    """The json of the Socket.IO server. What cannot be read becomes an event
    that is refused: the library drops without a word what raises."""

    @staticmethod
    def loads(text, **options):
        try:
            return json.loads(
                text,
                object_pairs_hook=unique,
                parse_constant=lambda name: Unreadable(),
            )
        except (ValueError, RecursionError):
            return ["message", Unreadable()]

    @staticmethod
    def dumps(value, **options):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class WebSocketValidator:
    def __init__(self, config):
        self.config = config

    def validate_json_data(self, event, arguments):
        """The one object that an event brings; none counts as an empty one."""
        if len(arguments) > 1 or len(event) > self.config.WS_MAX_MESSAGE_LENGTH:
            raise Refused("malformed", "not one argument")
        data = arguments[0] if arguments else {}
        self.check_value(data, 2)
        self.check_size([event, *arguments])
        if not isinstance(data, dict):
            raise Refused("malformed", "no object")
        return data

    def check_size(self, message):
        size = len(StrictJson.dumps(message).encode())
        if size > self.config.WS_MAX_JSON_SIZE:
            raise self.too_large("json", size, self.config.WS_MAX_JSON_SIZE)

    @staticmethod
    def too_large(kind, size, limit):
        detail = f"too large kind={kind} size={size} limit={limit}"
        return Refused("too_large", detail, "WARNING")

    def check_value(self, value, depth):
        if isinstance(value, Unreadable):
            if value.members > self.config.WS_MAX_OBJECT_SIZE:
                limit = self.config.WS_MAX_OBJECT_SIZE
                raise self.too_large("object", value.members, limit)
            raise Refused("malformed", "two members of one name, or no number")
        if isinstance(value, str):
            self.validate_message(value)
        if isinstance(value, (dict, list)):
            if depth > self.config.WS_MAX_JSON_DEPTH:
                raise self.too_large("depth", depth, self.config.WS_MAX_JSON_DEPTH)
            self.check_members(value, depth)

    def check_members(self, value, depth):
        is_object = isinstance(value, dict)
        kind = "object" if is_object else "array"
        limit = (
            self.config.WS_MAX_OBJECT_SIZE
            if is_object
            else self.config.WS_MAX_ARRAY_SIZE
        )
        if len(value) > limit:
            raise self.too_large(kind, len(value), limit)
        for member in value:
            if is_object:
                self.validate_message(member)
            self.check_value(value[member] if is_object else member, depth + 1)

    def validate_message(self, text):
        limit = self.config.WS_MAX_MESSAGE_LENGTH
        if len(text) > limit:
            raise self.too_large("text", len(text), limit)
        text.encode()  # a lone surrogate is no text: UnicodeEncodeError

    def validate_room(self, data):
        room = data.get("room")
        if not isinstance(room, str) or not ROOM_ID.fullmatch(room):
            raise Refused("malformed", "no room id")
        return room

    def validate_user(self, data):
        user = data.get("user_id")
        if not isinstance(user, str) or not 0 < len(user.encode()) <= USER_BYTES_MAX:
            raise Refused("malformed", "no user id")
        if any(unicodedata.category(c) == "Cc" for c in user):
            raise Refused("malformed", "a control character in a user id")
        return user

    def validate_text(self, data):
        text = data.get("text")
        if not isinstance(text, str):
            raise Refused("malformed", "no text")
        return self.sanitize(text)

    def sanitize(self, value):
        """Of a text, or of all texts in a value, names aside."""
        if isinstance(value, dict):
            return {name: self.sanitize(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.sanitize(member) for member in value]
        if not isinstance(value, str):
            return value
        shown = (c for c in value if c in "\n\t" or unicodedata.category(c) != "Cc")
        return html.escape("".join(shown)).replace("&#x27;", "&#39;")

    def validate_roles(self, data):
        roles = data.get("roles", [])
        good = isinstance(roles, list) and len(roles) <= ROLES_MAX
        if not good or not all(self.is_role(role) for role in roles):
            raise Refused("malformed", "no roles")
        return tuple(roles)

    @staticmethod
    def is_role(role):
        return isinstance(role, str) and 0 < len(role) <= ROLE_CHARS_MAX

    def validate_room_size(self, data):
        size = data.get("size", self.config.WS_ROOM_SIZE)
        if type(size) is not int or not 1 <= size <= self.config.WS_ROOM_SIZE:
            raise Refused("malformed", "no size")
        return size
