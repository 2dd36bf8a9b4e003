"""What a provider says of itself (its discovery document), and its keys: kept for an hour in each process."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from base.fetch import Fetched, NotFetched, Wanted, fetch
from base.outward import host_of
from members.models import Provider
from members.oidc.errors import ProviderDown

WELL_KNOWN: Final = "/.well-known/openid-configuration"
KEPT_SECONDS: Final = 3600.0
REST_SECONDS: Final = 10.0
"""So long a provider that did not answer is not asked again."""
AGAIN_SECONDS: Final = 60.0
"""So often at most its keys are fetched because of a key that nobody knows."""
_MOST_KEPT: Final = 256
_DOWN: Final = "{name} does not answer at present."


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a provider is asked for what, and what it can do."""

    authorize: str
    token: str
    keys: str
    userinfo: str
    says_issuer: bool
    takes_basic: bool


@dataclass(slots=True)
class _Kept:
    """What one process knows of a provider."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    metadata: Metadata | None = None
    metadata_at: float = 0.0
    keys: Sequence[Mapping[str, Any]] = ()
    keys_from: str = ""
    keys_at: float = 0.0
    failed_at: float | None = None
    failure: str = ""


_kept: Final[dict[str, _Kept]] = {}


def forget_all() -> None:
    """Ask every provider anew; for tests, and after a change."""
    _kept.clear()


def forget(provider: Provider) -> None:
    """Ask a provider anew: somebody tests it, or changed where it is."""
    _kept.pop(provider.issuer, None)


async def metadata_of(provider: Provider) -> Metadata:
    """Return what the provider says of itself; raises ProviderDown."""
    kept = _of(provider)
    async with kept.lock:
        if kept.metadata is not None and time.monotonic() - kept.metadata_at < KEPT_SECONDS:
            return kept.metadata
        found = await _document(provider, kept, provider.issuer.rstrip("/") + WELL_KNOWN)
        kept.metadata, kept.metadata_at = _read(provider, found), time.monotonic()
        return kept.metadata


async def keys_of(provider: Provider, *, anew: bool = False) -> Sequence[Mapping[str, Any]]:
    """Return the provider's public keys; `anew` fetches them once more, though not more often than every minute."""
    where = (await metadata_of(provider)).keys
    kept = _of(provider)
    async with kept.lock:
        age = time.monotonic() - kept.keys_at if kept.keys_from == where else KEPT_SECONDS
        if age >= (AGAIN_SECONDS if anew else KEPT_SECONDS):
            found = (await _document(provider, kept, where)).get("keys")
            if not isinstance(found, list):
                raise ProviderDown(_DOWN.format(name=provider.name), f"{where} holds no list of keys.")
            kept.keys = [one for one in found[:100] if isinstance(one, dict)]
            kept.keys_from, kept.keys_at = where, time.monotonic()
        return kept.keys


def _of(provider: Provider) -> _Kept:
    if provider.issuer not in _kept and len(_kept) >= _MOST_KEPT:
        _kept.clear()
    return _kept.setdefault(provider.issuer, _Kept())


async def _document(provider: Provider, kept: _Kept, url: str) -> dict[str, Any]:
    if kept.failed_at is not None and time.monotonic() - kept.failed_at < REST_SECONDS:
        raise ProviderDown(_DOWN.format(name=provider.name), kept.failure)
    try:
        found = as_object(await fetch(Wanted(url)), url)
    except NotFetched as error:
        kept.failed_at, kept.failure = time.monotonic(), str(error)
        raise ProviderDown(_DOWN.format(name=provider.name), str(error)) from None
    kept.failed_at = None
    return found


def as_object(answer: Fetched, url: str) -> dict[str, Any]:
    """Return the JSON object of an answer; raises NotFetched when it is none."""
    if answer.status != 200:
        raise NotFetched(f"{url} answers {answer.status}.")
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotFetched(f"{url} answers with something that is no JSON object.")
    return found


def _read(provider: Provider, found: Mapping[str, Any]) -> Metadata:
    """Read a discovery document. It has to be about this very issuer: else it could speak for another."""
    said = found.get("issuer")
    if said != provider.issuer:
        detail = (
            f"It calls itself {str(said)[:300]!r}, and {provider.issuer!r} is what was entered: it has to be the same."
        )
        raise ProviderDown(_DOWN.format(name=provider.name), detail)
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    urls = {name: str(found.get(name) or "") for name in (*wanted, "userinfo_endpoint")}
    for name, url in urls.items():
        good = host_of(url) and (url.startswith("https://") or _in_clear(provider, url))
        if not good and (url or name in wanted):
            raise ProviderDown(_DOWN.format(name=provider.name), f"Its {name} is no https address.")
    methods = found.get("token_endpoint_auth_methods_supported")
    return Metadata(
        authorize=urls["authorization_endpoint"],
        token=urls["token_endpoint"],
        keys=urls["jwks_uri"],
        userinfo=urls["userinfo_endpoint"],
        says_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
    )


def _in_clear(provider: Provider, url: str) -> bool:
    """Say whether http is as good: where the provider itself is spoken with so (within one machine, base/fetch.py)."""
    return provider.issuer.startswith("http://") and url.startswith("http://")
