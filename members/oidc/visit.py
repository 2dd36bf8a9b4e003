"""The way to a provider and back: what the browser takes along, signed, and what it has to bring again."""

import base64
import hashlib
import hmac
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from base import settings
from base.errors import Invalid
from base.signing import sign, unsign
from members.models import Provider
from members.oidc.errors import NoSignIn
from members.oidc.metadata import metadata_of
from members.secrets import new_secret

SECONDS: Final = 600
LONGEST_NEXT: Final = 1000
OVER: Final = "Too much time has passed, or this sign-in began in another browser. Please begin again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One way there and back. `purpose` is sign_in, link or confirm; the latter two are of one sign-in here."""

    provider_id: int
    state: str
    nonce: str
    verifier: str
    next: str
    purpose: str = "sign_in"
    session_id: int | None = None
    began: int = 0


@dataclass(frozen=True, slots=True)
class Away:
    """Where the browser goes, and the cookie that it keeps meanwhile."""

    url: str
    state: str
    cookie: str


def redirect_address(slug: str) -> str:
    """Return where a provider sends people back to: each its own, so that none can answer for another."""
    return f"{settings.get().address}/sign-in/with/{slug}/return"


async def way_to(provider: Provider, visit: Visit, *, hint: str = "") -> Away:
    """Return the address at the provider, for a visit that begins."""
    metadata = await metadata_of(provider)
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_address(provider.slug),
        "scope": provider.scopes,
        "state": visit.state,
        "nonce": visit.nonce,
        "code_challenge": _challenge(visit.verifier),
        "code_challenge_method": "S256",
    }
    if hint:
        asked["login_hint"] = hint
    if visit.purpose == "confirm":
        asked |= {"prompt": "login", "max_age": "0"}
    joined = "&" if urlsplit(metadata.authorize).query else "?"
    return Away(f"{metadata.authorize}{joined}{urlencode(asked)}", visit.state, sign("visit", asdict(visit)))


def new_visit(provider: Provider, **more: Any) -> Visit:
    """Return a visit with secrets of its own."""
    return Visit(provider_id=provider.id, state=new_secret(), nonce=new_secret(), verifier=new_secret(), **more)


def visit_of(cookie: str, state: str) -> Visit:
    """Return the visit that this browser began with this state; raises NoSignIn when it began none."""
    try:
        visit = Visit(**unsign("visit", cookie, seconds=SECONDS))
    except Invalid:
        raise NoSignIn(OVER) from None
    if not state or not hmac.compare_digest(visit.state.encode(), state.encode()):
        raise NoSignIn(OVER)
    return visit


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
