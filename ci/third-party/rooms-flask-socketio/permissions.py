"""Rooms: who owns them, whom they admit, who is inside."""

import collections
import enum

import eventlet

from validator import Refused

ROOMS_MAX = 10_000
ROOMS_OF_CONNECTION_MAX = 100
GUESTS_MAX = 1000


class RoomPermission(enum.Enum):
    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"
    RESTRICTED = "RESTRICTED"
    OWNER_ONLY = "OWNER_ONLY"


class Room:
    def __init__(self, room_id, owner, permission, roles, size):
        self.id = room_id
        self.owner = owner  # None: a room of ours, which stays
        self.permission = permission
        self.roles = roles
        self.writers = None  # roles; None: every member writes
        self.size = size
        self.guests = set()
        self.members = {}  # connections, oldest first
        self.timer = None  # while it is empty

    def is_owner(self, claims):
        return self.owner is not None and self.owner == claims.user

    def users(self):
        return [member.claims.user for member in self.members]

    def has_user(self, user):
        return user in self.users()


class Rooms:
    """The records; none of them tells anybody anything."""

    def __init__(self, config):
        self.config = config
        self.by_id = {}
        self.of_connection = collections.defaultdict(set)
        size = config.WS_ROOM_SIZE
        self.initialize_room_permissions(size)

    def initialize_room_permissions(self, size):
        self.make("lobby", None, RoomPermission.PUBLIC, (), size)
        self.make("operations", None, RoomPermission.RESTRICTED, ("admin",), size)
        announcements = self.make("announcements", None, RoomPermission.PUBLIC, (), size)
        announcements.writers = ("admin",)

    def find(self, room_id):
        """A room without a record is closed, and does not come into being."""
        room = self.by_id.get(room_id)
        if room is None:
            raise Refused("refused", "no such room")
        return room

    def make(self, room_id, owner, permission, roles, size):
        if self.is_taken(room_id):
            raise Refused("refused", "the id is taken")
        if len(self.by_id) >= ROOMS_MAX:
            raise Refused("failed", "too many rooms")
        room = self.by_id[room_id] = Room(room_id, owner, permission, roles, size)
        self.forget_later(room)
        return room

    def is_taken(self, room_id):
        return room_id in self.by_id

    def check_room_access(self, room, claims):
        """By the claims of the verified token, never by what a message says."""
        if room.permission is RoomPermission.PUBLIC:
            return True
        if room.permission is RoomPermission.PRIVATE:
            return room.is_owner(claims) or claims.user in room.guests
        if room.permission is RoomPermission.RESTRICTED:
            return claims.role != "" and claims.role in room.roles
        return room.is_owner(claims)

    def may_manage(self, room, claims):
        return room.is_owner(claims) or claims.role == "admin"

    def is_full(self, room):
        return len(room.members) >= room.size

    def enter(self, room, connection):
        if not self.check_room_access(room, connection.claims):
            raise Refused("refused", "not admitted to the room")
        if connection in room.members:
            return
        if self.is_full(room):
            detail = f"room full room={room.id} limit={room.size}"
            raise Refused("refused", detail, "WARNING")
        if len(self.of_connection[connection]) >= ROOMS_OF_CONNECTION_MAX:
            raise Refused("refused", "inside too many rooms")
        self.of_connection[connection].add(room)
        room.members[connection] = True
        self.forget_later(room)

    def leave(self, room, connection):
        room.members.pop(connection, None)
        inside = self.of_connection[connection]
        inside.discard(room)
        if not inside:
            del self.of_connection[connection]
        self.forget_later(room)

    def rooms_of(self, connection):
        return list(self.of_connection.get(connection, ()))

    def remove(self, room):
        for connection in list(room.members):
            self.leave(room, connection)
        if room.timer is not None:
            room.timer.cancel()
        self.by_id.pop(room.id, None)

    def forget_later(self, room):
        """A room that nobody is inside of goes, rules and all."""
        if room.timer is not None:
            room.timer.cancel()
            room.timer = None
        if room.owner is not None and not room.members:
            grace_s = self.config.WS_ROOM_GRACE_MS / 1000
            room.timer = eventlet.spawn_after(grace_s, self.remove, room)

    def inspect(self):
        return [
            {
                "room": room.id,
                "permission": room.permission.value,
                "owner": room.owner or "",
                "members": room.users(),
            }
            for room in self.by_id.values()
        ]
