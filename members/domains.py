"""Mail domains: how they are written, which of them prove nothing, and where the DNS says whose they are."""

import re
from typing import Final

_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_LONGEST: Final = 120
# Where anybody gets an address: such a domain proves nothing.
FOR_ANYBODY: Final = frozenset(
    [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com",
        "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "proton.me",
        "protonmail.com", "mail.ru", "yandex.ru", "qq.com", "163.com", "orange.fr", "free.fr", "laposte.net",
        "wanadoo.fr", "libero.it", "seznam.cz", "wp.pl", "ziggo.nl", "xs4all.nl", "telenet.be", "btinternet.com",
    ]
)  # fmt: skip
# Under such words registries give out names: co.uk, ac.at, com.au, gov.in are nobody's.
_REGISTRIES: Final = re.compile(r"(?:ac|co|com|edu|gob|gouv|gov|gv|mil|net|ne|nhs|or|org)\.[a-z]{2}")
_FAMILIES: Final = re.compile(r"(?:aol|gmx|hotmail|live|msn|outlook|yahoo|yandex|ymail)\.[a-z]{2,3}(?:\.[a-z]{2})?")
"""Providers with a domain in many countries."""
RECORD: Final = "_commonplace"
"""The part before a domain under which its owner shows the token."""
_BEFORE: Final = "commonplace-proof="


def mail_domain(word: str) -> str:
    """Return a mail domain, or that of an address, in its one form; raises ValueError with a sentence."""
    given = word.strip().lower().rpartition("@")[2].rstrip(".")
    try:
        domain = given.encode("idna").decode("ascii") if given else ""
    except UnicodeError:
        domain = ""
    if not _DOMAIN.fullmatch(domain) or len(domain) > _LONGEST:
        raise ValueError(f"“{word[:60]}” is not a mail domain such as hospital.example.")
    if domain in FOR_ANYBODY or _FAMILIES.fullmatch(domain):
        raise ValueError(f"Anybody can have an address at {domain}, so it proves nothing.")
    if _REGISTRIES.fullmatch(domain):
        raise ValueError(f"Many organisations have their domains under {domain}. Please give the whole of yours.")
    return domain


def record_of(domain: str) -> str:
    """Return at which name in the DNS the text stands that proves a domain."""
    return f"{RECORD}.{domain}"


def proof_of(token: str) -> str:
    """Return the text that proves a domain."""
    return f"{_BEFORE}{token}"
