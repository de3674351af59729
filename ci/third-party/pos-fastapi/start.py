"""The pos service as its options have it, for `serve` and for child.py."""

import os

from common.limits import add_options, limits_of
from common.records import Journal
from common.server import arguments
from common.tokens import Verifier, read_keyring
from faults import FAULTS
from monitor import Monitor
from service import Service


def options(description, given=None):
    parser = arguments(description)
    add_options(parser)
    parser.add_argument("--auth-ms", type=int, default=5000)
    parser.add_argument("--db", metavar="FILE", help="in memory by default")
    parser.add_argument("--audit", metavar="FILE", help="for security events")
    return parser.parse_args(given)


def service_of(args, directory):
    journal = Journal()
    service = Service(
        Verifier(read_keyring(args.keys)),
        journal,
        limits_of(args),
        directory,
        Monitor(journal, args.audit),
        args.auth_ms,
    )
    fault = os.environ.get("WSCONFORM_FAULT")
    if fault:
        FAULTS[fault](service)
    return service
