"""The security monitor: each refusal is an event, in the journal and in a file
of operators' choice. It never stands in the way of the refusal itself."""

import json
import logging

ERRORS = {"invalid", "unavailable"}  # causes; the others are worth a warning

log = logging.getLogger("service")


class Monitor:
    def __init__(self, journal, file=None):
        self.journal = journal
        self.file = file
        self.broken = False

    def log_access_denied(self, peer, cause, detail, user, restaurant, endpoint):
        event = self.journal.audit(
            "ACCESS_DENIED",
            "CRITICAL",
            peer,
            cause=cause,
            detail=detail,
            user=user,
            level="ERROR" if cause in ERRORS else "WARNING",
            restaurant=restaurant,
            endpoint=endpoint,
        )
        try:
            self.write(event)
        except OSError as fault:
            log.error("the audit file cannot be written: %r", fault)

    def write(self, event):
        if self.broken:
            raise OSError("the audit file does not answer")
        if self.file:
            with open(self.file, "a", encoding="utf-8") as file:
                file.write(json.dumps(event) + "\n")
