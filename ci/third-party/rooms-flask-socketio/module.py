"""WebSocketModule: the events of Socket.IO, and who may do what by them."""

import logging
import time

import eventlet
from flask import request
from flask_socketio import ConnectionRefusedError, Namespace

from common.tokens import LIFETIME_MAX_S
from manager import Connection, peer_of, seconds_until
from permissions import RoomPermission, Rooms
from presence import Presence
from validator import Refused

MISSING = "Authentication required"
INVALID = "Invalid or expired token"
TOO_MANY = "Too many connections"
REVOKED_MAX = 16_384
BEARER = "bearer "

log = logging.getLogger("service")


class WebSocketModule(Namespace):
    def __init__(self, verifier, manager, validator, namespace="/"):
        super().__init__(namespace)
        self.verifier = verifier
        self.manager = manager
        self.validator = validator
        self.rooms = Rooms(manager.config)
        self.presence = Presence(self)
        self.revoked = {}  # jti: when no token can bear it any more
        self.handlers = {
            "whoami": self.whoami,
            "create_room": self.create_room,
            "update_room": self.update_room_permissions,
            "delete_room": self.delete_room,
            "get_room": self.get_room_permissions,
            "invite": self.invite,
            "uninvite": self.uninvite,
            "kick": self.kick,
            "join_room": self.join_room,
            "leave_room": self.leave_room,
            "room_message": self.room_message,
            "room_data": self.room_data,
            "presence": self.presence.on_set,
            "get_presence": self.presence.on_get,
        }

    # --- A connection ---------------------------------------------------------

    def tokens(self):
        """By either way, and there may be several."""
        carried = request.headers.get("Authorization", "")
        bearer = carried[len(BEARER) :] if carried.lower().startswith(BEARER) else None
        return request.args.getlist("token") + ([] if bearer is None else [bearer])

    def _validate_token(self, token):
        claims = self.verifier.verify(token)
        if claims.jti in self.revoked:
            raise PermissionError("revoked")
        return claims

    def authenticate(self):
        """The claims of a token that holds."""
        tokens = self.tokens()
        if len(tokens) > 1:
            return self.refuse(INVALID, "invalid", "two tokens")
        if not tokens or not tokens[0]:
            return self.refuse(MISSING, "missing")
        try:
            return self._validate_token(tokens[0])
        except Exception as fault:  # whatever the decoder does, one answer to all
            return self.refuse(INVALID, "invalid", repr(fault))

    def refuse(self, message, cause, detail="", user=""):
        self.manager.audit_refusal(request.environ, cause, detail, user)
        self.manager.end_later(request.environ)
        raise ConnectionRefusedError(message)

    def on_connect(self, auth=None):
        claims = self.authenticate()
        if not self.manager.has_place(claims.user):
            self.refuse(TOO_MANY, "per_user", user=claims.user)
        connection = Connection(request.sid, request.environ, claims)
        self.manager.add(connection)
        self.presence.arrive(connection)
        connection.timer = eventlet.spawn_after(
            seconds_until(claims.exp), self.dismiss, connection
        )
        self.note(connection, "connect")
        room = request.args.get("room")
        if room is not None:  # behind the answer to CONNECT
            eventlet.spawn_after(
                0, self.serve, connection, "join_room", [{"room": room}]
            )

    def on_disconnect(self):
        connection = self.manager.pool.get(request.sid)
        if connection is not None:
            self.depart(connection)

    def transport_ended(self, environ):
        """Engine.IO forgets a session whose packet it could not read, and waits
        for its next ping."""
        for connection in list(self.manager.pool.values()):
            if connection.peer == peer_of(environ):
                self.socketio.server.disconnect(connection.sid)

    def depart(self, connection):
        connection.timer.cancel()
        self.note(connection, "disconnect")
        self.manager.remove(connection)
        self.presence.depart(connection)

    def leave_all(self, connection):
        for room in self.rooms.rooms_of(connection):
            self.leave(room, connection)

    def dismiss(self, connection):
        self.manager.end_later(connection.environ)
        self.socketio.server.disconnect(connection.sid)

    # --- Events ---------------------------------------------------------------

    def trigger_event(self, event, sid, *arguments):
        if event in ("connect", "disconnect"):
            return super().trigger_event(event, sid, *arguments)
        connection = self.manager.pool.get(sid)
        if connection is not None:
            self.serve(connection, event, arguments)
        return None

    @staticmethod
    def note(connection, event, room="-"):
        """Who did what, and no word of what was said."""
        told = (connection.peer, connection.claims.user, event, room)
        log.info("activity %s user=%s event=%s room=%s outcome=ok", *told)

    def serve(self, connection, event, arguments):
        connection.last_activity = time.time()
        self.presence.wake(connection.claims.user)
        try:
            self.obey(connection, event, arguments)
        except Exception as fault:
            level = logging.getLevelName(getattr(fault, "level", "ERROR"))
            peer, user = connection.peer, connection.claims.user
            named = event if event in self.handlers else "-"
            text = "message refused %s user=%s event=%s: %r"
            log.log(level, text, peer, user, named, fault)
            self.tell(connection, "error", self.error_message(event, fault))

    def obey(self, connection, event, arguments):
        if not self.manager.check_rate_limit(connection.claims.user):
            raise Refused("rate_limited", "messages of a user")
        data = self.validator.validate_json_data(event, arguments)
        if event not in self.handlers:
            raise Refused("malformed", "no event that we know")
        self.handlers[event](connection, data)
        self.note(connection, event, data.get("room", "-"))

    def error_message(self, event, fault):
        """The fault goes to the log; the client learns that there was one."""
        code = getattr(fault, "code", "failed")
        if isinstance(fault, UnicodeEncodeError):
            code = "malformed"
        named = {"event": event} if event in self.handlers and code != "rate_limited" else {}
        return {"message": "Message processing failed", "code": code, **named}

    def tell(self, connection, event, data):
        self.socketio.server.emit(event, data, to=connection.sid)

    def tell_room(self, room, event, data):
        for member in self.audience(room):
            self.tell(member, event, data)

    def audience(self, room):
        return list(room.members)

    def confirm(self, connection, event, room):
        self.tell(connection, event, {"room": room.id})

    def whoami(self, connection, data):
        self.tell(connection, "identity", {"user_id": connection.claims.user})

    # --- Coming, going, speaking ----------------------------------------------

    def join_room(self, connection, data):
        room = self.rooms.find(self.validator.validate_room(data))
        is_known = room.has_user(connection.claims.user)
        self.rooms.enter(room, connection)
        self.confirm(connection, "joined", room)
        if not is_known:
            self.tell_presence(room, "user_joined", connection.claims.user)

    def tell_presence(self, room, event, user):
        for member in list(room.members):
            if member.claims.user != user:
                self.tell(member, event, {"room": room.id, "user_id": user})

    def leave(self, room, connection):
        self.rooms.leave(room, connection)
        self.presence.left(room, connection.claims.user)

    def leave_room(self, connection, data):
        room = self.rooms.find(self.validator.validate_room(data))
        if connection not in room.members:
            raise Refused("refused", "not in the room")
        self.confirm(connection, "left", room)
        self.leave(room, connection)

    def room_of_speaker(self, connection, data):
        room = self.rooms.find(self.validator.validate_room(data))
        if not self.may_speak(room, connection):
            raise Refused("refused", "not in the room")
        if not self.may_write(room, connection.claims):
            raise Refused("refused", "reads the room only")
        return room

    def may_write(self, room, claims):
        return room.writers is None or claims.role in room.writers

    def may_speak(self, room, connection):
        return connection in room.members

    def say(self, connection, room, event, said):
        if not self.manager.check_room_rate_limit(room.id):
            raise Refused("rate_limited", "messages into a room")
        who = {"room": room.id, "user_id": connection.claims.user}
        self.tell_room(room, event, {**who, **said})

    def room_message(self, connection, data):
        room = self.room_of_speaker(connection, data)
        text = self.validator.validate_text(data)
        self.say(connection, room, "room_message", {"text": text})

    def room_data(self, connection, data):
        room = self.room_of_speaker(connection, data)
        if "data" not in data:
            raise Refused("malformed", "no data")
        clean = self.validator.sanitize(data["data"])
        self.say(connection, room, "room_data", {"data": clean})

    # --- Ruling ---------------------------------------------------------------

    def read_rules(self, data):
        try:
            permission = RoomPermission(data.get("permission"))
        except ValueError:
            raise Refused("malformed", "no such permission") from None
        roles = self.validator.validate_roles(data)
        return permission, roles, self.validator.validate_room_size(data)

    def create_room(self, connection, data):
        room_id = self.validator.validate_room(data)
        rules = self.read_rules(data)
        room = self.rooms.make(room_id, connection.claims.user, *rules)
        self.confirm(connection, "room_created", room)

    def managed(self, connection, data):
        room = self.rooms.find(self.validator.validate_room(data))
        if not self.rooms.may_manage(room, connection.claims):
            raise Refused("refused", "not the owner of the room")
        return room

    def update_room_permissions(self, connection, data):
        room = self.managed(connection, data)
        permission, roles, size = self.read_rules(data)
        room.permission = permission
        if "roles" in data:
            room.roles = roles
        if "size" in data:
            room.size = size
        self.confirm(connection, "room_updated", room)
        self.recheck(room)

    def get_room_permissions(self, connection, data):
        room = self.rooms.find(self.validator.validate_room(data))
        if not self.may_see(room, connection.claims):
            raise Refused("refused", "not admitted to the room")
        self.tell(connection, "room", self.description(room))

    def description(self, room):
        return {
            "room": room.id,
            "permission": room.permission.value,
            "owner": room.owner or "",
            "size": room.size,
            "roles": list(room.roles),
            "invited": sorted(room.guests),
            "members": room.users(),
        }

    def may_see(self, room, claims):
        admitted = self.rooms.check_room_access(room, claims)
        return admitted or self.rooms.may_manage(room, claims)

    def delete_room(self, connection, data):
        room = self.managed(connection, data)
        if room.owner is None:
            raise Refused("refused", "a room of ours stays")
        self.confirm(connection, "room_deleted", room)
        self.put_out(room, list(room.members))
        self.rooms.remove(room)

    def invite(self, connection, data):
        room = self.managed(connection, data)
        user = self.validator.validate_user(data)
        if len(room.guests) >= 1000:
            raise Refused("failed", "too many guests")
        room.guests.add(user)
        self.confirm(connection, "invited", room)

    def uninvite(self, connection, data):
        room = self.managed(connection, data)
        room.guests.discard(self.validator.validate_user(data))
        self.confirm(connection, "uninvited", room)
        self.recheck(room)

    def kick(self, connection, data):
        """Out, and no guest any more."""
        room = self.managed(connection, data)
        user = self.validator.validate_user(data)
        room.guests.discard(user)
        self.confirm(connection, "kicked", room)
        self.put_out(room, [m for m in room.members if m.claims.user == user])

    def recheck(self, room):
        """Ends the stay of everybody whom the rules admit no longer."""
        admits = self.rooms.check_room_access
        self.put_out(room, [m for m in room.members if not admits(room, m.claims)])

    def put_out(self, room, members):
        for member in members:
            self.confirm(member, "removed", room)
            self.leave(room, member)

    # --- For operators --------------------------------------------------------

    def publish(self, text):
        for connection in list(self.manager.pool.values()):
            self.tell(connection, "event", {"text": text})

    def revoke(self, jti, now):
        """Until the last token that may bear this jti has expired."""
        self.revoked = {old: end for old, end in self.revoked.items() if end > now}
        if len(self.revoked) >= REVOKED_MAX:
            raise ValueError("too many revocations")
        self.revoked[jti] = now + LIFETIME_MAX_S
        for connection in list(self.manager.pool.values()):
            if connection.claims.jti == jti:
                self.dismiss(connection)

    def inspect(self, since):
        return {
            **self.manager.inspect(),
            **self.manager.journal.since(since),
            "rooms": self.rooms.inspect(),
            "presence": self.presence.inspect(),
        }
