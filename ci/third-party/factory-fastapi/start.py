"""The factory service as its options have it, for `serve` and for child.py."""

import os

from common.limits import add_options, limits_of
from common.records import Journal
from common.server import arguments
from common.tokens import Verifier, read_keyring
from faults import FAULTS
from service import Service


def options(description, given=None):
    parser = arguments(description)
    add_options(parser)
    return parser.parse_args(given)


def service_of(args):
    verifier = Verifier(read_keyring(args.keys))
    service = Service(verifier, Journal(), limits_of(args))
    fault = os.environ.get("WSCONFORM_FAULT")
    if fault:
        FAULTS[fault](service)
    return service
