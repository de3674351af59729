"""DSSE, in-toto and Ed25519 by others' hands: python3-cryptography and openssl.

    judge_certificate.py verify FOLDER PUBLIC   does what wsconform signed hold?
    judge_certificate.py sign FOLDER PUBLIC     sign its payload anew, with a key
                                                of our own that PUBLIC becomes"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

NAME = "certificate.dsse.json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


def pae(kind, body):
    head = f"DSSEv1 {len(kind.encode())} {kind} {len(body)} "
    return head.encode() + body


def openssl_holds(public, signed, signature):
    with tempfile.TemporaryDirectory() as folder:
        text, seal = Path(folder, "text"), Path(folder, "seal")
        text.write_bytes(signed)
        seal.write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public]
        return subprocess.run(
            [*command, "-in", text, "-sigfile", seal], capture_output=True
        ).returncode == 0


def verify(folder, public):
    envelope = json.loads((folder / NAME).read_bytes())
    assert set(envelope) == {"payloadType", "payload", "signatures"}
    assert envelope["payloadType"] == PAYLOAD_TYPE
    key = serialization.load_pem_public_key(public.read_bytes())
    assert isinstance(key, ed25519.Ed25519PublicKey)
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = base64.b64decode(envelope["payload"], validate=True)
    signed = pae(PAYLOAD_TYPE, body)
    [seal] = envelope["signatures"]
    assert seal["keyid"] == hashlib.sha256(der).hexdigest()
    signature = base64.b64decode(seal["sig"], validate=True)
    key.verify(signature, signed)
    assert openssl_holds(public, signed, signature)
    assert not openssl_holds(public, signed + b" ", signature)
    statement = json.loads(body)
    schema = json.loads(Path("spec/certificate.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(statement)
    named = {s["name"]: s["digest"]["sha256"] for s in statement["subject"]}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != NAME
    }
    assert named == found and "run.ndjson" in named
    lines = [json.loads(line) for line in (folder / "run.ndjson").read_text().splitlines()]
    verdicts = [line["verdict"] for line in lines if line["type"] == "verdict"]
    counts = statement["predicate"]["counts"]
    assert counts["pass"] == verdicts.count("pass") > 0
    assert counts["not_applicable"] == verdicts.count("not-applicable")
    assert counts["fail"] == counts["inconclusive"] == 0


def sign(folder, public):
    envelope = json.loads((folder / NAME).read_bytes())
    key = ed25519.Ed25519PrivateKey.generate()
    body = base64.b64decode(envelope["payload"])
    seal = base64.b64encode(key.sign(pae(PAYLOAD_TYPE, body))).decode()
    envelope["signatures"] = [{"sig": seal}]
    (folder / NAME).write_text(json.dumps(envelope, indent=1))
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


{"verify": verify, "sign": sign}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
