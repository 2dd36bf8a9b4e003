"""Mail addresses in one normal form."""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator

LONGEST: Final = 254
_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SENTENCE: Final = "Please give one whole e-mail address, such as mara@hospital.example."


def normal_address(given: object) -> str:
    """Return an address in lower case, its domain in ASCII; raises ValueError with a sentence."""
    text = given.strip().lower() if isinstance(given, str) else ""
    if not text:
        raise ValueError("E-mail address is needed.")
    local, at, domain = text.rpartition("@")
    if not (at and _LOCAL.fullmatch(local) and len(local) <= 64 and len(text) <= LONGEST):
        raise ValueError(_SENTENCE)
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError(_SENTENCE) from None
    if not _DOMAIN.fullmatch(plain) or len(local) + len(plain) >= LONGEST:
        raise ValueError(_SENTENCE)
    return f"{local}@{plain}"


Address = Annotated[str, BeforeValidator(normal_address)]
"""A mail address in an input."""
