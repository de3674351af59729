"""Who is there: online, away, or offline; told to those who share a room."""

import time

import eventlet

from validator import Refused


class Record:
    def __init__(self):
        self.status = "offline"
        self.since = self.active = time.time()
        self.connections = {}  # oldest first
        self.is_lost = False  # silent for too long, though connected


class Presence:
    def __init__(self, module):
        self.module = module
        self.records = {}

    # --- Records --------------------------------------------------------------

    def arrive(self, connection):
        record = self.records.setdefault(connection.claims.user, Record())
        record.connections[connection] = True
        self.wake(connection.claims.user)

    def depart(self, connection):
        """The status first, while it is known whom to tell."""
        user = connection.claims.user
        record = self.records[user]
        if self.is_last(record, connection):
            self.set(user, "offline")
        self.module.leave_all(connection)
        del record.connections[connection]
        record.active = time.time()

    def is_last(self, record, connection):
        return list(record.connections) == [connection]

    def wake(self, user):
        record = self.records[user]
        record.active = time.time()
        if record.status == "offline":
            self.set(user, "online")
        if record.is_lost:
            record.is_lost = False
            self.tell_rooms(user, "user_joined")

    def set(self, user, status):
        record = self.records[user]
        if record.status != status:
            record.status, record.since = status, time.time()
            self.tell_status(user, record)

    # --- Time -----------------------------------------------------------------

    def watch(self):
        config = self.module.manager.config
        eventlet.spawn(self.every, config.WS_PRESENCE_CHECK_MS, self.check)
        eventlet.spawn(self.every, config.WS_PRESENCE_CLEANUP_MS, self.clean)

    @staticmethod
    def every(interval_ms, act):
        while True:
            eventlet.sleep(interval_ms / 1000)
            act()

    def check(self):
        timeout_s = self.module.manager.config.WS_PRESENCE_TIMEOUT_MS / 1000
        for user, record in list(self.records.items()):
            silent_s = time.time() - record.active
            if record.connections and not record.is_lost and silent_s > timeout_s:
                record.is_lost = True
                self.set(user, "offline")
                self.tell_rooms(user, "user_left")

    def clean(self):
        gone = [user for user, record in self.records.items() if not record.connections]
        for user in gone:
            del self.records[user]

    # --- Telling --------------------------------------------------------------

    def rooms_of(self, user):
        """Each once, however many connections are inside."""
        rooms = {}
        for connection in self.records[user].connections:
            rooms.update(dict.fromkeys(self.module.rooms.rooms_of(connection)))
        return list(rooms)

    def tell_status(self, user, record):
        """To the others in all rooms of the user, each connection once."""
        listeners = {}
        for room in self.rooms_of(user):
            listeners.update(dict.fromkeys(room.members))
        for listener in listeners:
            if listener.claims.user != user:
                news = {"user_id": user, "status": record.status}
                self.module.tell(listener, "presence_update", news)

    def left(self, room, user):
        """With the last connection; of one that was lost it has been told already."""
        record = self.records.get(user)
        if not room.has_user(user) and not (record and record.is_lost):
            self.module.tell_presence(room, "user_left", user)

    def tell_rooms(self, user, event):
        for room in self.rooms_of(user):
            self.module.tell_presence(room, event, user)

    # --- Events ---------------------------------------------------------------

    def on_set(self, connection, data):
        """One's own, whatever the message names."""
        status = data.get("status")
        if status not in ("online", "away"):  # offline is found, not said
            raise Refused("malformed", "no status to be set")
        self.set(self.subject(connection, data), status)

    def subject(self, connection, data):
        return connection.claims.user

    def on_get(self, connection, data):
        user = self.module.validator.validate_user(data)
        if user not in self.records or not self.may_see(connection, user):
            raise Refused("refused", "nobody that is known")
        told = {"user_id": user, "status": self.records[user].status}
        self.module.tell(connection, "presence", told)

    def may_see(self, connection, user):
        """Oneself, and who is in a room with one."""
        asker = connection.claims.user
        return user == asker or not set(self.rooms_of(asker)).isdisjoint(
            self.rooms_of(user)
        )

    def inspect(self):
        return [
            {"user": user, "status": record.status, "since": int(1000 * record.since)}
            for user, record in self.records.items()
        ]
