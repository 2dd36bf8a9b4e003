"""Passkeys (WebAuthn): what a browser is asked, and whether what it answers is right.

What a browser is asked is put together here, so that only an answer needs the library, which is read when one comes.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from base import settings
from base.log import logger
from base.settings import LOOPBACK

if TYPE_CHECKING:  # 8 MB that wait for the first passkey
    from webauthn.helpers.structs import AuthenticationCredential

Found = TypeVar("Found")

SECONDS: Final = 300
"""How long an answer may take."""
ALGORITHMS: Final = (-7, -8, -257)
"""ES256, EdDSA, RS256."""
LONGEST_ANSWER: Final = 20_000
_LONGEST_KEY: Final = 1024
_LONGEST_CREDENTIAL: Final = 1023
_FORMATS: Final = ("none", "packed")
"""We ask for no attestation: browsers then send the first, or the second where a key vouches for itself."""
_TRANSPORTS: Final = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb")


class NotProven(Exception):
    """What came is not what the passkey should have answered; says why, for the log."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys of this site are good: `host` is the name they are bound to, `origin` where a page has to be."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What is kept of a passkey just made."""

    credential: str
    public_key: str
    counter: int
    is_synced: bool
    transports: str


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey that may be asked for, as browsers want it."""

    credential: str
    transports: str


def place() -> Place:
    """Return where passkeys are good: they follow from the site's address alone, whatever a request says.

    Browsers know no passkeys for numbers; of the machine's own there is the name localhost.
    """
    parts = urlsplit(settings.get().address)
    host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    host = "localhost" if host in LOOPBACK else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return Place(host, f"{parts.scheme}://{host}{port}")


def usable_at() -> str:
    """Return where browsers let passkeys of this site be used: at a name, encrypted unless it is this machine's own.

    Empty when they would refuse them at the site's address.
    """
    at = place()
    is_name = bool(at.host) and ":" not in at.host and not at.host.replace(".", "").isdigit()
    return at.origin if is_name and (at.origin.startswith("https://") or at.host == "localhost") else ""


def as_text(value: bytes) -> str:
    """Return bytes as browsers and we write them: base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _listed(known: Sequence[Known]) -> list[dict[str, Any]]:
    return [{"type": "public-key", "id": one.credential, "transports": one.transports.split()} for one in known]


def to_make(challenge: str, handle: str, account: tuple[str, str], known: Sequence[Known]) -> dict[str, Any]:
    """Return what a browser is asked to make a passkey; `account` is its address and its owner's name."""
    address, name = account
    return {
        "rp": {"id": place().host, "name": settings.get().site_name},
        "user": {"id": handle, "name": address, "displayName": name},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "timeout": SECONDS * 1000,
        "excludeCredentials": _listed(known),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def to_use(challenge: str, known: Sequence[Known] = ()) -> dict[str, Any]:
    """Return what a browser is asked to use a passkey: one of those known, or any that it has for this site."""
    return {
        "challenge": challenge,
        "timeout": SECONDS * 1000,
        "rpId": place().host,
        "allowCredentials": _listed(known),
        "userVerification": "required",
    }


def check_new(answer: str, challenge: bytes) -> NewPasskey:
    """Return what is kept of a new passkey; raises NotProven when the answer is not right."""
    return _tried(lambda: _new(answer, challenge))


def named_in(answer: str) -> tuple[str, str]:
    """Return which passkey an answer names, and whom it says that it belongs to; raises NotProven."""
    return _tried(lambda: _named(answer))


def check_use(answer: str, challenge: bytes, public_key: str) -> int:
    """Return the counter that comes with a right answer; raises NotProven when it is not right."""
    return _tried(lambda: _used(answer, challenge, public_key))


def _tried(work: Callable[[], Found]) -> Found:
    try:
        return work()
    except NotProven as why:
        reason = str(why)
    except Exception as error:  # whatever a client puts in there, and however the parsers below find out: it is wrong
        reason = f"{type(error).__name__}: {error}"
    logger("sign-in").info("passkey refused", reason=reason[:200])
    raise NotProven(reason)


def _new(answer: str, challenge: bytes) -> NewPasskey:
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_attestation_object, parse_registration_credential_json
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    given = parse_registration_credential_json(answer)
    made_as = str(parse_attestation_object(given.response.attestation_object).fmt)
    if made_as not in _FORMATS:
        raise NotProven(f"an attestation that was not asked for: {made_as}")
    _check_not_framed(given.response.client_data_json)
    at = place()
    found = verify_registration_response(
        credential=given,
        expected_challenge=challenge,
        expected_rp_id=at.host,
        expected_origin=at.origin,
        require_user_verification=True,
        supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
    )
    if len(found.credential_id) > _LONGEST_CREDENTIAL or len(found.credential_public_key) > _LONGEST_KEY:
        raise NotProven("too long")
    if found.credential_id != given.raw_id:
        raise NotProven("two names")
    ways = [str(one.value) for one in given.response.transports or ()]
    return NewPasskey(
        as_text(found.credential_id),
        as_text(found.credential_public_key),
        found.sign_count,
        found.credential_backed_up,
        " ".join(sorted({one for one in ways if one in _TRANSPORTS})),
    )


def _named(answer: str) -> tuple[str, str]:
    given = _read(answer)
    return as_text(given.raw_id), as_text(given.response.user_handle or b"")


def _read(answer: str) -> "AuthenticationCredential":
    from webauthn.helpers import parse_authentication_credential_json

    return parse_authentication_credential_json(answer)


def _used(answer: str, challenge: bytes, public_key: str) -> int:
    from webauthn import base64url_to_bytes, verify_authentication_response

    given, at = _read(answer), place()
    _check_not_framed(given.response.client_data_json)
    found = verify_authentication_response(
        credential=given,
        expected_challenge=challenge,
        expected_rp_id=at.host,
        expected_origin=at.origin,
        credential_public_key=base64url_to_bytes(public_key),
        credential_current_sign_count=0,  # it is compared where it is written
        require_user_verification=True,
    )
    return found.new_sign_count


def _check_not_framed(client_data: bytes) -> None:
    """Refuse an answer from a page within a page of somebody else: ours can stand in none."""
    said: Mapping[str, Any] = json.loads(client_data)
    if said.get("crossOrigin") is True or said.get("topOrigin") is not None:
        raise NotProven("from within another page")
