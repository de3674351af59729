"""The settings of the review, and what counts of them in memory: Redis did it
there, with the same names and no other decisions."""

import time


class Config:
    WS_ALLOWED_ORIGINS = ()  # none: any
    WS_TRUSTED_PROXY = ""
    WS_ATTEMPTS = 500  # of an address in a window; 0: unbounded
    WS_WINDOW_MS = 60_000
    WS_CONNECTIONS = 10_000
    WS_CONNECTIONS_PER_USER = 5
    WS_MESSAGES_PER_SECOND = 100
    WS_ROOM_MESSAGES_PER_SECOND = 500
    WS_ROOM_SIZE = 100
    WS_ROOM_GRACE_MS = 60_000
    WS_MAX_MESSAGE_LENGTH = 1000
    WS_MAX_JSON_SIZE = 512 * 1024
    WS_MAX_JSON_DEPTH = 10
    WS_MAX_ARRAY_SIZE = 1000
    WS_MAX_OBJECT_SIZE = 100
    WS_BUFFER_SIZE = 1_000_000  # of a message, for the transport
    WS_PRESENCE_CHECK_MS = 30_000
    WS_PRESENCE_TIMEOUT_MS = 90_000
    WS_PRESENCE_CLEANUP_MS = 300_000


class Windows:
    """Counts in windows, each of which begins with its first: an entry stands
    only while something is counted."""

    def __init__(self, limit, window_s):
        self.limit = limit
        self.window_s = window_s
        self.entries = {}  # key: [its end, count]; the oldest window first

    def take(self, key):
        """False when it is one too many."""
        now = time.monotonic()
        self.clean(now)
        entry = self.entries.setdefault(key, [now + self.window_s, 0])
        entry[1] += 1
        return not self.limit or entry[1] <= self.limit

    def clean(self, now):
        while self.entries:
            key, (end, _) = next(iter(self.entries.items()))
            if end > now:
                return
            del self.entries[key]

    def tracked(self):
        self.clean(time.monotonic())
        return sorted(self.entries)
