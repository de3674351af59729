"""Faults that the verification of tokens had in all of the reviews."""

import time
from datetime import datetime

import jwt

LIFE_S = 600  # of a token that has no end of its own


def signature_unchecked(service):
    service.verifier.options["verify_signature"] = False


def exp_optional(service):
    read = service.verifier.read
    service.verifier.options["require"] = ["sub"]
    service.verifier.read = lambda payload: read(
        {"exp": time.time() + LIFE_S, **payload}
    )


def timezone_naive_expiry(service):
    """Local time on one side of the comparison, UTC on the other."""
    read = service.verifier.read

    def seconds_left(claims):
        expiry_time = datetime.fromtimestamp(claims.exp)
        return (expiry_time - datetime.utcnow()).total_seconds()

    def read_unexpired(payload):
        claims = read(payload)
        if seconds_left(claims) < 0:
            raise jwt.ExpiredSignatureError
        return claims

    service.verifier.options["verify_exp"] = False
    service.verifier.seconds_left = seconds_left
    service.verifier.read = read_unexpired
