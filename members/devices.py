"""A browser in a few words, and what it is known by."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "A Python program"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """Return "Firefox on Windows" for a User-Agent header."""
    browser = next((word for sign, word in _BROWSERS if sign in agent), "A browser")
    system = next((word for sign, word in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser


@dataclass(frozen=True, slots=True)
class Device:
    """A browser: in a few words, and with the secret that it keeps for long, so that it is known when it comes again.

    Without a secret nobody can tell, and it counts as one that was never here.
    """

    words: str = ""
    secret: str = ""


UNKNOWN: Final = Device()


def network_of(address: str) -> str:
    """Return the network that an address belongs to, which is as near as we can say where that is; empty if unknown."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
