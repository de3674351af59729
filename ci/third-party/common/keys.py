"""Keys for one run: what the judge signs with, and what the service trusts."""

import json
import secrets

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa


def make_keys(folder, algorithms):
    """Fresh ones for each run: the keyring into a file, what the tool signs
    with as the return value."""
    signers = [{"alg": "HS256", "secret": secrets.token_urlsafe(32)}]
    keyring = list(signers)
    for alg, key in (
        ("RS256", rsa.generate_private_key(65537, 2048)),
        ("ES256", ec.generate_private_key(ec.SECP256R1())),
        ("EdDSA", ed25519.Ed25519PrivateKey.generate()),
    ):
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
        signers.append({"alg": alg, "private_key": private.decode()})
        keyring.append({"alg": alg, "public_key": public.decode()})
    keyring = [key for key in keyring if key["alg"] in algorithms]
    (folder / "keys.json").write_text(json.dumps(keyring))
    (folder / "control-token").write_text(secrets.token_urlsafe(32))
    return [key for key in signers if key["alg"] in algorithms]
