"""Exchange the code that a browser brought back for what the provider says about somebody."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

from base.fetch import NotFetched, Wanted, fetch
from base.log import logger
from base.mail.address import normal_address
from base.sealing import Unreadable, seal, unseal
from members.models import Provider
from members.oidc.errors import NoSignIn
from members.oidc.id_token import claims_of
from members.oidc.metadata import Metadata, as_object, metadata_of
from members.oidc.visit import Visit, redirect_address

PURPOSE: Final = "identity-provider"
_TRUE: Final = (True, "true", "True", 1, "1")
_MFA_CLASSES: Final = frozenset(
    [
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor", "https://refeds.org/profile/mfa",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken", "mfa",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who signed in at a provider, as it says: `subject` never changes, the rest may."""

    subject: str
    email: str = ""
    is_verified: bool = False
    name: str = ""
    groups: Sequence[str] = ()
    signed_in_at: int | None = None
    says_two_steps: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back in its address."""

    state: str
    code: str = ""
    issuer: str = ""
    error: str = ""


def sealed_secret(secret: str) -> str:
    """Return a client's secret as it is kept; none stays none."""
    return seal(PURPOSE, secret) if secret else ""


async def person_of(provider: Provider, visit: Visit, answer: Answer) -> Person:
    """Return who came back; raises NoSignIn when the provider's answer cannot be believed, or says no."""
    metadata = await metadata_of(provider)
    _check_issuer(provider, metadata, answer)
    if answer.error or not answer.code:
        raise _turned_back(provider, answer.error)
    try:
        tokens = await _tokens(provider, metadata, visit, answer.code)
        claims = await claims_of(provider, str(tokens.get("id_token") or ""), nonce=visit.nonce)
        if metadata.userinfo and provider.email_claim not in claims:
            claims = await _with_userinfo(metadata, tokens, claims)
    except NotFetched as error:
        raise NoSignIn(f"{provider.name} did not answer as expected.", str(error)) from None
    return read_person(provider, claims)


def _check_issuer(provider: Provider, metadata: Metadata, answer: Answer) -> None:
    """Raise when another provider than the one that was asked sent this answer (RFC 9207)."""
    if answer.issuer != provider.issuer and (answer.issuer or metadata.says_issuer):
        detail = f"The answer is of {answer.issuer[:200]!r}, which was not asked."
        raise NoSignIn("This answer came from another place than the one that was asked.", detail)


def _turned_back(provider: Provider, error: str) -> NoSignIn:
    if error in ("access_denied", "login_required", "interaction_required"):
        return NoSignIn(f"You did not sign in at {provider.name}, or it did not let you.", f"It answers {error}.")
    return NoSignIn(f"{provider.name} could not sign you in.", f"It answers {error[:80]!r}.")


async def _tokens(provider: Provider, metadata: Metadata, visit: Visit, code: str) -> dict[str, Any]:
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_address(provider.slug),
        "code_verifier": visit.verifier,
    }
    secret, headers = _secret(provider), {}
    if secret and metadata.takes_basic:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        given |= {"client_id": provider.client_id} | ({"client_secret": secret} if secret else {})
    found = await fetch(Wanted(metadata.token, urlencode(given).encode(), headers))
    try:
        return as_object(found, metadata.token)
    except NotFetched as error:
        raise NotFetched(f"{error} {_error_in(found.body)}".strip()) from None


def _error_in(body: bytes) -> str:
    """Return the name of an error as providers write it, for administrators: it holds no secret."""
    words = body[:300].decode("ascii", "replace")
    known = ("invalid_client", "invalid_grant", "invalid_request", "unauthorized_client", "unsupported_grant_type")
    return next((one for one in known if one in words), "")


def _secret(provider: Provider) -> str:
    if not provider.secret:
        return ""
    try:
        return unseal(PURPOSE, provider.secret)
    except Unreadable:
        logger("sign-in").warning("sealed with another secret.key: give the client's secret anew", of=provider.slug)
        detail = "Its secret was kept with another secret.key. Please enter it again."
        raise NoSignIn(f"{provider.name} cannot be used at present.", detail) from None


async def _with_userinfo(metadata: Metadata, tokens: Mapping[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """Ask for what the token does not hold; it has to be about the same person."""
    access = str(tokens.get("access_token") or "")
    if not access or not access.isascii() or not access.isprintable():
        return claims
    found = as_object(
        await fetch(Wanted(metadata.userinfo, headers={"Authorization": f"Bearer {access}"})), metadata.userinfo
    )
    if found.get("sub") != claims["sub"]:
        raise NotFetched("What it tells of somebody is about somebody else.")
    return found | claims


def read_person(provider: Provider, claims: Mapping[str, Any]) -> Person:
    """Read the claims by the provider's map."""
    try:
        email = normal_address(claims.get(provider.email_claim))
    except ValueError:
        email = ""
    name = claims.get(provider.name_claim)
    groups, since, ways = claims.get(provider.groups_claim), claims.get("auth_time"), claims.get("amr")
    return Person(
        subject=str(claims["sub"]),
        email=email,
        is_verified=bool(email) and claims.get(provider.verified_claim) in _TRUE,
        name=name[:200].encode(errors="ignore").decode() if isinstance(name, str) else "",
        groups=[str(one) for one in groups][:500] if isinstance(groups, list) else [str(groups)] if groups else [],
        signed_in_at=int(since) if isinstance(since, int | float) and 0 < since < 2**33 else None,
        says_two_steps=(isinstance(ways, list) and "mfa" in ways) or str(claims.get("acr")) in _MFA_CLASSES,
    )
