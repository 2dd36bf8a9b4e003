"""A passkey in software: what a browser and a security key do together, each part of which a test can get wrong."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

ORIGIN = "https://commonplace.test"
HOST = "commonplace.test"
PRESENT, VERIFIED, CAN_BE_SYNCED, IS_SYNCED, HAS_KEY = 1, 4, 8, 16, 64


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def read(value: str) -> bytes:
    return urlsafe_b64decode(value + "===")


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


class Es256:
    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class EdDsa:
    def __init__(self) -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()

    def public(self) -> dict[int, Any]:
        return {1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()}

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


class Rs256:
    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)

    def public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 3, 3: -257, -1: _number(numbers.n), -2: _number(numbers.e)}

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class Es384(Es256):
    """One that nobody asked for."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP384R1())

    def public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -35, -1: 2, -2: numbers.x.to_bytes(48, "big"), -3: numbers.y.to_bytes(48, "big")}

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA384()))


def _vouched(public: dict[int, Any], client: bytes, host: str, credential: bytes) -> dict[str, Any]:
    """Return what an older key says of itself, with the certificate of its maker: right, but not asked for."""
    maker = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Maker")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(maker.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2050, 1, 1))
    paper = made.sign(maker, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    said = b"\0" + hashlib.sha256(host.encode()).digest() + client + credential + b"\4" + public[-2] + public[-3]
    return {"sig": maker.sign(said, ec.ECDSA(hashes.SHA256())), "x5c": [paper]}


@dataclass
class Authenticator:
    """One passkey. `counter` is that of its last use; one that stays 0 does not count."""

    kind: type[Any] = Es256
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""

    def __post_init__(self) -> None:
        self.key = self.kind()

    def _said(self, kind: str, challenge: str, origin: str, more: dict[str, Any]) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False} | more
        ).encode()

    def _data(self, host: str, flags: int) -> bytes:
        self.counter += 1 if self.counts else 0
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def make(
        self, options: dict[str, Any], *, origin: str = ORIGIN, host: str = HOST, said: str = "webauthn.create",
        fmt: str = "none", flags: int | None = None, **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Answer a question for a new passkey."""
        self.handle = options["user"]["id"]
        client = self._said(said, options["challenge"], origin, more)
        flags = (self.flags if flags is None else flags) | HAS_KEY
        data = self._data(host, flags) + bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential
        data += cbor2.dumps(self.key.public())
        statement = {}
        if fmt == "packed":
            statement = {"alg": -7, "sig": self.key.sign(data + hashlib.sha256(client).digest())}
        if fmt == "fido-u2f":
            statement = _vouched(self.key.public(), hashlib.sha256(client).digest(), host, self.credential)
        attested = cbor2.dumps({"fmt": fmt, "attStmt": statement, "authData": data})
        response = {
            "clientDataJSON": text(client),
            "attestationObject": text(attested),
            "transports": ["internal", "x"],
        }
        return {"id": text(self.credential), "rawId": text(self.credential), "type": "public-key", "response": response}

    def use(
        self, options: dict[str, Any], *, origin: str = ORIGIN, host: str = HOST, said: str = "webauthn.get",
        flags: int | None = None, handle: str | None = None, challenge: str = "", **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Answer a question for a passkey that is there."""
        client = self._said(said, challenge or options["challenge"], origin, more)
        data = self._data(host, self.flags if flags is None else flags)
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(data),
            "signature": text(self.key.sign(data + hashlib.sha256(client).digest())),
            "userHandle": self.handle if handle is None else handle,
        }
        return {"id": text(self.credential), "rawId": text(self.credential), "type": "public-key", "response": response}
