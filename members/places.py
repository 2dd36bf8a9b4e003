"""Countries and languages by their codes."""

from functools import lru_cache
from typing import Final

from babel import Locale

ORGANISATION_TYPES: Final = (
    "hospital",
    "health_system",
    "clinic",
    "university",
    "association",
    "government",
    "payer",
    "vendor",
    "other",
)
ORGANISATION_KINDS: Final = ("member", "network_partner", "industry", "guest")


@lru_cache(maxsize=8)
def countries(locale: str = "en") -> dict[str, str]:
    """Return the names of all countries by their two-letter codes, in alphabetical order of the names."""
    found = {
        code: str(name)
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def country_name(code: str, locale: str = "en") -> str:
    """Return the name of a country, or its code if it is not a known one."""
    return countries(locale).get(code.upper(), code)


def country_names(codes: str, locale: str = "en") -> list[str]:
    """Return the names for comma-separated codes."""
    return [country_name(code.strip(), locale) for code in codes.split(",") if code.strip()]


@lru_cache(maxsize=8)
def languages(locale: str = "en") -> dict[str, str]:
    """Return the names of languages by their codes."""
    found = Locale.parse(locale).languages
    return {code: str(name) for code, name in found.items() if 2 <= len(code) <= 3 and code.isalpha()}


def language_names(codes: str, locale: str = "en") -> list[str]:
    """Return the names for comma-separated codes."""
    known = languages(locale)
    return [known.get(code.strip(), code.strip()) for code in codes.split(",") if code.strip()]


def language_code(word: str, locale: str = "en") -> str:
    """Return the code of a language given by its name or code; raises ValueError with a sentence."""
    wanted = word.strip().casefold()
    known = languages(locale)
    if wanted in known:
        return wanted
    for code, name in known.items():
        if name.casefold() == wanted or _own_name(code) == wanted:
            return code
    raise ValueError(f"We do not know the language “{word[:40]}”. Please use its English name, such as Dutch.")


@lru_cache(maxsize=1024)
def _own_name(code: str) -> str:
    try:
        return (Locale.parse(code).get_display_name() or "").casefold()
    except ValueError:
        return ""
    except LookupError:
        return ""
