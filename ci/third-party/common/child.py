"""What a service needs besides itself to be a child of the kit for ASGI, without
a port: options and a fault from the environment, and what operators do over
HTTP otherwise."""

import json
import os

from common.records import Journal
from common.server import log_to
from common.tokens import Verifier, read_keyring

# Of `serve`; those of the instance with tight limits.
OPTIONS = json.loads(os.environ.get("WSCONFORM_OPTIONS", "[]"))
TIGHT = json.loads(os.environ.get("WSCONFORM_TIGHT", "[]"))


class Hooks:
    """`wsconform_hooks` of mocks/kits/asgi.py."""

    def __init__(self, service, offers=("decoder_fault",)):
        self.service = service
        self.offers = offers

    def revoke(self, jti):
        self.service.revoke(jti)

    def fault(self, what, broken):
        self.service.breakable[what].broken = broken

    def inspect(self, since):
        return self.service.inspect(since)


def sound_or_faulty(make, faults):
    """The service that `make` makes of a verifier and a journal, broken by the
    fault of WSCONFORM_FAULT."""
    log_to(None)
    service = make(Verifier(read_keyring(os.environ["WSCONFORM_KEYS"])), Journal())
    fault = os.environ.get("WSCONFORM_FAULT")
    if fault:
        faults[fault](service)
    return service
