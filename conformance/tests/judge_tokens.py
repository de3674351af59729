"""Verifies tokens with PyJWT. Each line on stdin is
[label, token, algorithm, key, whether it should hold]; those that are not as
they should be are printed. A key "MAC:…" is for an HMAC that PyJWT refuses to
compute: keyed with a public key."""

import base64
import hmac
import json
import sys

import jwt


def mac_holds(token, algorithm, key):
    signed, _, signature = token.rpartition(".")
    made = hmac.digest(key.encode(), signed.encode(), "sha" + algorithm[2:])
    return base64.urlsafe_b64encode(made).decode().rstrip("=") == signature


def holds(token, algorithm, key):
    if key.startswith("MAC:"):
        return mac_holds(token, algorithm, key[4:])
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.InvalidTokenError:
        return False
    return claims["sub"] == "alice" and claims["exp"] - claims["iat"] == 600


lines = [json.loads(line) for line in sys.stdin]
wrong = [
    label
    for label, token, algorithm, key, should_hold in lines
    if holds(token, algorithm, key) != should_hold
]
print("".join(label + "\n" for label in wrong), end="")
sys.exit(len(wrong) != 0 or not lines)
