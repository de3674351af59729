"""What a service writes down: log lines without secrets, and a bounded
journal of pool changes and audit events for operators."""

import collections
import logging
import re
import time
from datetime import datetime, timezone

RECORDS_MAX = 8192
LINE_CHARS_MAX = 16 * 1024

# The value of any query parameter, and JSON in base64url wherever it stands.
PARAMETER = re.compile(r"([?&][^=&\s\"]+=)[^&\s\"]+")
TOKEN = re.compile(r"eyJ[\w%-]{8,}(?:\.[\w%-]*)*")
CONTROL = re.compile(r"[^\x20-\x7e]")

log = logging.getLogger("service")


class OneLine(logging.Formatter):
    """One event, one line, tracebacks and hostile text included (CWE-117), and
    no credential in it (CWE-532). A formatter, since a filter sees no traceback."""

    converter = time.gmtime

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record):
        line = CONTROL.sub(lambda m: f"\\x{ord(m[0]):02x}", super().format(record))
        return self.mask(line)[:LINE_CHARS_MAX]

    def mask(self, line):
        return TOKEN.sub("***", PARAMETER.sub(r"\1***", line))


class Journal:
    def __init__(self):
        self.history = collections.deque(maxlen=RECORDS_MAX)
        self.events = collections.deque(maxlen=RECORDS_MAX)
        self.next = 1

    def _keep(self, ring, record):
        ring.append({"seq": self.next, **record})
        self.next += 1

    def pool_changed(self, what, peer, user):
        self._keep(self.history, {"what": what, "peer": peer, "user": user})

    def audit(
        self, event, severity, peer, *, cause="", detail="", user="", level="", **more
    ):
        """`detail` is for operators alone: it tells what no client may know. The
        log line has the event's severity, or the `level`."""
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        record = {
            "time": now,
            "event": event,
            "severity": severity,
            "cause": cause,
            "detail": detail,
            "peer": peer,
            "user": user,
            **more,
        }
        self._keep(self.events, record)
        number = logging.getLevelName(level or severity)
        log.log(number, "%s %s user=%s %s %s", event, peer, user, cause, detail)
        return record

    def since(self, seq):
        return {
            "history": [record for record in self.history if record["seq"] >= seq],
            "events": [record for record in self.events if record["seq"] >= seq],
            "next": self.next,
            "first": max(1, self.next - RECORDS_MAX),
        }
