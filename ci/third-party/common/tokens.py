"""Verifies JWTs: each key serves one algorithm, and what is odd is refused."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.utils import base64url_decode, base64url_encode

TOKEN_CHARS_MAX = 4096
USER_BYTES_MAX = 128
JTI_BYTES_MAX = 64
LIFETIME_MAX_S = 900
LATEST_DATE_S = 253402300799  # the end of the year 9999
SECRET_BYTES_MIN = 32  # RFC 7518 3.2

COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


@dataclass(frozen=True)
class Claims:
    """What a token says, once it holds."""

    user: str
    exp: float
    role: str = ""
    jti: str = ""


def read_key(entry):
    """(algorithm, key) of one entry of a keyring."""
    alg = entry["alg"]
    if alg == "HS256":
        secret = entry["secret"].encode()
        if len(secret) < SECRET_BYTES_MIN:
            raise ValueError("an HS256 secret has at least 32 bytes")
        return alg, secret
    key = load_pem_public_key(entry["public_key"].encode())
    if not {
        "RS256": lambda: isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048,
        "ES256": lambda: isinstance(key, ec.EllipticCurvePublicKey)
        and isinstance(key.curve, ec.SECP256R1),
        "EdDSA": lambda: isinstance(key, ed25519.Ed25519PublicKey),
    }[alg]():
        raise ValueError(f"this key does not serve {alg}")
    return alg, key


def read_keyring(path):
    """{algorithm: key} of a JSON file: [{"alg", "secret" | "public_key"}, …]."""
    keys = [read_key(entry) for entry in json.loads(Path(path).read_text())]
    if len(dict(keys)) != len(keys) or not keys:
        raise ValueError("a keyring has one key for each algorithm, and one at least")
    return dict(keys)


def is_date(value):
    """RFC 7519 2: a number, and neither NaN nor beyond all calendars."""
    return type(value) in (int, float) and 0 < value <= LATEST_DATE_S


def is_text(value, bytes_max):
    return isinstance(value, str) and 0 < len(value.encode()) <= bytes_max


class Verifier:
    def __init__(self, keys):
        self.keys = keys
        self.broken = False
        self.options = {
            "require": ["exp", "sub"],
            "verify_signature": True,
            "verify_exp": True,
            "verify_nbf": True,
            "verify_iat": True,
            "verify_aud": True,
        }

    def verify(self, token):
        """The claims of a token that holds; raises whatever for any other."""
        if self.broken:
            raise RuntimeError("the key store does not answer")
        self.check_form(token)
        header = jwt.get_unverified_header(token)
        if "crit" in header:  # we understand no extension (RFC 7515 4.1.11)
            raise jwt.InvalidTokenError("crit")
        key, algorithms = self.choose_key(header)
        return self.read(
            jwt.decode(token, key, algorithms=algorithms, options=self.options)
        )

    def check_form(self, token):
        """Three parts in the one spelling that base64url has for each."""
        if len(token) > TOKEN_CHARS_MAX or not COMPACT.fullmatch(token):
            raise jwt.DecodeError("not in compact form")
        for part in token.encode().split(b"."):
            if base64url_encode(base64url_decode(part)) != part:
                raise jwt.DecodeError("not canonical")

    def choose_key(self, header):
        """The token names an algorithm; ours is the table that has a key for it."""
        alg = header.get("alg")
        if alg not in self.keys:
            raise jwt.InvalidAlgorithmError("no key for this algorithm")
        return self.keys[alg], [alg]

    def read(self, payload):
        """PyJWT takes `"exp": "9999999999"` and `"sub": {}`: we do not."""
        user, exp, role, jti = (payload.get(n) for n in ("sub", "exp", "role", "jti"))
        dates = [payload[name] for name in ("exp", "nbf", "iat") if name in payload]
        if not is_text(user, USER_BYTES_MAX) or not all(map(is_date, dates)):
            raise jwt.InvalidTokenError("a claim of a wrong type")
        if role is not None and not isinstance(role, str):
            raise jwt.InvalidTokenError("role")
        if jti is not None and not is_text(jti, JTI_BYTES_MAX):
            raise jwt.InvalidTokenError("jti")
        if exp - payload.get("iat", time.time()) > LIFETIME_MAX_S:
            raise jwt.InvalidTokenError("lives too long")
        return Claims(user, exp, role or "", jti or "")

    def seconds_left(self, claims):
        return claims.exp - time.time()
