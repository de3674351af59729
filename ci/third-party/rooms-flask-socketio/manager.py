"""WebSocketManager: who may knock, who is connected, and how each ends."""

import collections
import logging
import socket
import time

import eventlet

from config import Windows

FORBIDDEN = "403 Forbidden"
TOO_OFTEN = "429 Too Many Requests"
FULL = "503 Service Unavailable"
CLOSE_S = 1.0  # how long a client may take to end TCP once it is put out

access = logging.getLogger("service.access")
log = logging.getLogger("service")


def peer_of(environ):
    return f"{environ['REMOTE_ADDR']}:{environ['REMOTE_PORT']}"


class Connection:
    """One whose token held."""

    def __init__(self, sid, environ, claims):
        self.sid = sid
        self.environ = environ
        self.claims = claims
        self.peer = peer_of(environ)
        self.timer = None  # for the end of its token
        self.since = self.last_activity = time.time()


class WebSocketManager:
    def __init__(self, config, journal):
        self.config = config
        self.journal = journal
        self.attempts = Windows(config.WS_ATTEMPTS, config.WS_WINDOW_MS / 1000)
        self.messages = Windows(config.WS_MESSAGES_PER_SECOND, 1.0)
        self.room_messages = Windows(config.WS_ROOM_MESSAGES_PER_SECOND, 1.0)
        self.pool = {}  # sid: Connection, oldest first
        self.per_user = collections.Counter()
        self.open = 0  # sockets of WebSockets

    # --- Who may knock --------------------------------------------------------

    def validate_origin(self, environ):
        """One that is listed, byte for byte; or none, as of native clients."""
        origin = environ.get("HTTP_ORIGIN")  # two stand there as "a,b"
        allowed = self.config.WS_ALLOWED_ORIGINS
        return origin is None or not allowed or origin in allowed

    def address_of(self, environ):
        """The socket's; what a trusted proxy appended, when it is the proxy's."""
        host = environ["REMOTE_ADDR"]
        forwarded = environ.get("HTTP_X_FORWARDED_FOR")
        proxy = self.config.WS_TRUSTED_PROXY
        if not proxy or host != proxy or not forwarded:
            return host
        return forwarded.rpartition(",")[2].strip() or host

    def refusal(self, environ):
        """The HTTP status by which a client is turned away; None: it is not."""
        if not self.validate_origin(environ):
            return FORBIDDEN, "origin"
        if not self.attempts.take(self.address_of(environ)):
            return TOO_OFTEN, "attempts"
        if self.config.WS_CONNECTIONS and self.open >= self.config.WS_CONNECTIONS:
            return FULL, "full"
        return None

    def middleware(self, app, prefix, ended):
        """WSGI, before Engine.IO. Tells `ended` of each that has been in it."""

        def gate(environ, start_response):
            path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
            if not path.startswith(prefix):
                return app(environ, start_response)
            access.info('%s "GET %s?%s"', peer_of(environ), path, query)
            refusal = self.refusal(environ)
            if refusal is not None:
                return self.turn_away(environ, start_response, *refusal)
            self.open += 1
            try:
                return app(environ, start_response)
            finally:
                self.open -= 1
                ended(environ)

        return gate

    def turn_away(self, environ, start_response, status, cause):
        self.audit_refusal(environ, cause)
        start_response(status, [("Content-Length", "0"), ("Connection", "close")])
        return [b""]

    def audit_refusal(self, environ, cause, detail="", user=""):
        self.journal.audit(
            "auth_refused",
            "WARNING",
            peer_of(environ),
            cause=cause,
            detail=detail,
            user=user,
        )

    # --- Who is connected -----------------------------------------------------

    def has_place(self, user):
        limit = self.config.WS_CONNECTIONS_PER_USER
        return not limit or self.per_user[user] < limit

    def add(self, connection):
        self.per_user[connection.claims.user] += 1
        self.pool[connection.sid] = connection
        self.journal.pool_changed("add", connection.peer, connection.claims.user)

    def remove(self, connection):
        if self.pool.pop(connection.sid, None) is None:
            return
        user = connection.claims.user
        self.per_user[user] -= 1
        if not self.per_user[user]:
            del self.per_user[user]
        self.journal.pool_changed("remove", connection.peer, user)

    def end_later(self, environ):
        """Of one that is refused or put out: the library leaves the transport
        to the client."""
        eventlet.spawn_after(CLOSE_S, self.end, environ)

    @staticmethod
    def end(environ):
        try:
            environ["eventlet.input"].get_socket().shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has gone

    def check_rate_limit(self, user):
        return self.messages.take(user)

    def check_room_rate_limit(self, room):
        return self.room_messages.take(room)

    def inspect(self):
        pool = [{"peer": c.peer, "user": c.claims.user} for c in self.pool.values()]
        gauges = {
            "connections": self.open,
            "strangers": self.open - len(pool),
            "members": len(pool),
            "pending": 0,
            "tracked_addresses": len(self.attempts.tracked()),
            "tracked_users": len(self.per_user),
            "cleanups": 0,
        }
        return {
            "pool": pool,
            "gauges": gauges,
            "addresses": self.attempts.tracked(),
            "senders": self.messages.tracked(),
            "sessions": [self.session(c) for c in self.pool.values()],
        }

    @staticmethod
    def session(connection):
        return {
            "user": connection.claims.user,
            "since": int(1000 * connection.since),
            "last_activity": int(1000 * connection.last_activity),
        }


def seconds_until(moment):
    return max(0, moment - time.time())
