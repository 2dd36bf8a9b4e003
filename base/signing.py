"""Signed values: links in mail, cookies, one-time messages."""

import hmac
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from base import settings
from base.errors import Invalid


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return _made(settings.secret(), purpose)


@lru_cache(maxsize=64)
def _made(secret: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"commonplace.{purpose}")


def sign(purpose: str, value: Any) -> str:
    """Return `value` (JSON) as signed text that is only good for `purpose`."""
    return _signer(purpose).dumps(value)


def blurred(purpose: str, value: str) -> str:
    """Return a name for something that may not be kept, such as an address: the same one each time, for this site."""
    return hmac.new(settings.secret().encode(), f"{purpose}:{value}".encode(), "sha256").hexdigest()


def signed_at(purpose: str, text: str) -> datetime:
    """Return when a text was signed; raises Invalid when it was not, for this purpose."""
    try:
        return cast(datetime, _signer(purpose).loads(text, return_timestamp=True)[1])
    except BadSignature:
        raise Invalid({"form": "This form is not as this site made it. Please open it again."}) from None


def unsign(purpose: str, text: str, *, seconds: int | None = None) -> Any:
    """Return the signed value; raises Invalid with a sentence when it was altered or is too old."""
    try:
        return _signer(purpose).loads(text, max_age=seconds)
    except SignatureExpired:
        raise Invalid({"link": "This link has expired. Please ask for a new one."}) from None
    except BadSignature:
        raise Invalid({"link": "This link is not valid. Please copy the whole address from the mail."}) from None
