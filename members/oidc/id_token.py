"""What a provider signed about somebody: looked at in every respect before a word of it is believed."""

import hmac
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from base.clock import now
from members.models import Provider
from members.oidc.errors import NoSignIn
from members.oidc.metadata import keys_of

if TYPE_CHECKING:  # few sites need it
    import jwt

ALGORITHMS: Final = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}
"""By kind of key: nothing unsigned, and nothing that is signed with a shared secret."""
ALLOWED: Final = frozenset(name for names in ALGORITHMS.values() for name in names)
SHORTEST_RSA: Final = 2048
LEEWAY: Final = 60
"""So many seconds clocks may differ."""
_LONGEST: Final = 64 * 1024
_REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat")


async def claims_of(provider: Provider, token: str, *, nonce: str) -> dict[str, Any]:
    """Return what an ID token says; raises NoSignIn when anything about it is not right."""
    import jwt

    if len(token) > _LONGEST:
        raise _not_right("It is too long.")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise _not_right(f"It cannot be read: {error}.") from None
    name = header.get("alg")
    if not isinstance(name, str) or name not in ALLOWED:
        raise _not_right(f"It is signed by {str(name)[:20]!r}, which is not taken.")
    found = fitting(await keys_of(provider), header)
    if not found:  # perhaps its keys were changed since
        found = fitting(await keys_of(provider, anew=True), header)
    claims = _verified(token, found, str(name), provider)
    _check(claims, provider, nonce)
    return claims


def fitting(keys: Sequence[Mapping[str, Any]], header: Mapping[str, Any]) -> list["jwt.PyJWK"]:
    """Return the keys that may have signed a token: for its algorithm, and of its name if it says one."""
    import jwt

    alg, kid, found = header.get("alg"), header.get("kid"), []
    for one in keys:
        kind = str(one.get("kty"))
        fits = alg in ALGORITHMS.get(kind, ()) and one.get("alg", alg) == alg and one.get("use", "sig") == "sig"
        if not fits or (kid is not None and one.get("kid") != kid):
            continue
        try:
            key = jwt.PyJWK(dict(one), algorithm=str(alg))
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, ArithmeticError):
            continue  # one that cannot be read is none; another may fit
        if kind != "RSA" or getattr(key.key, "key_size", 0) >= SHORTEST_RSA:
            found.append(key)
    return found


def _verified(token: str, keys: Sequence["jwt.PyJWK"], alg: str, provider: Provider) -> dict[str, Any]:
    import jwt

    options: Any = {"require": list(_REQUIRED), "verify_iat": False}
    why = "None of the provider's keys fits."
    for key in keys[:10]:
        try:
            return jwt.decode(
                token, key, algorithms=[alg], audience=provider.client_id, issuer=provider.issuer, leeway=LEEWAY,
                options=options,
            )  # fmt: skip
        except jwt.InvalidSignatureError:
            why = "The signature is not right."
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError) as error:
            raise _not_right(f"{error}.") from None
    raise _not_right(why)


def _check(claims: Mapping[str, Any], provider: Provider, nonce: str) -> None:
    audience, party = claims["aud"], claims.get("azp")
    if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in (None, provider.client_id):
        raise _not_right("It was made for another party.")
    issued = claims["iat"]
    if not isinstance(issued, int | float) or issued > now().timestamp() + LEEWAY:
        raise _not_right("It was issued in the future.")
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise _not_right("It answers another request.")
    who = claims["sub"]
    if not isinstance(who, str) or not 0 < len(who) <= 255 or not (who.isascii() and who.isprintable()):
        raise _not_right("It does not say who somebody is.")


def _not_right(why: str) -> NoSignIn:
    return NoSignIn("What the provider says about you could not be verified.", f"The ID token is not right. {why}")
