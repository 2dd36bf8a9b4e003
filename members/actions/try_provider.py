"""Ask a provider what it says of itself, for the administrators who set it up; changes nothing."""

from dataclasses import dataclass

from base.errors import Missing
from base.limits import count_against
from members import rules
from members.models import Provider
from members.oidc.errors import NoSignIn
from members.oidc.id_token import ALLOWED, fitting
from members.oidc.metadata import forget, keys_of, metadata_of
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: each line is a name and what was found; `trouble` is what is in the way."""

    found: tuple[tuple[str, str], ...]
    trouble: str = ""


async def try_provider(viewer: Viewer, provider_id: int) -> Tried:
    """Ask the provider anew, and return its real answer."""
    rules.check_may_keep_providers(viewer)
    await count_against("try-provider", "30/hour", str(viewer.id or 0))
    provider = await Provider.get_or_none(id=provider_id)
    if provider is None:
        raise Missing("There is no such provider.")
    forget(provider)
    found: list[tuple[str, str]] = []
    try:
        metadata = await metadata_of(provider)
        found += [("authorization_endpoint", metadata.authorize), ("token_endpoint", metadata.token)]
        found += [("userinfo_endpoint", metadata.userinfo or "–"), ("jwks_uri", metadata.keys)]
        found += [("authorization_response_iss_parameter_supported", "yes" if metadata.says_issuer else "no")]
        keys = await keys_of(provider)
    except NoSignIn as error:
        return Tried(tuple(found), error.detail)
    taken = [alg for alg in sorted(ALLOWED) if fitting(keys, {"alg": alg})]
    found.append(("keys", f"{len(keys)} ({', '.join(taken) or '–'})"))
    trouble = "" if taken else "None of its keys signs in a way that is taken here (RS, PS, ES or EdDSA)."
    return Tried(tuple(found), trouble)
