"""Countries and languages by their codes, kinds of organisations by their words."""

from functools import lru_cache
from typing import Final

from babel import Locale

from base.text.locale_data import forget_locales

TYPE_WORDS: Final = {
    "hospital": "Hospital",
    "health_system": "Health system",
    "clinic": "Clinic",
    "university": "University",
    "association": "Association",
    "government": "Government",
    "payer": "Payer",
    "vendor": "Vendor",
    "other": "Organisation",
}


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
    """Return the code of a language given by its code, its English or its own name; raises ValueError otherwise."""
    wanted = word.strip().casefold()
    known = languages(locale)
    if wanted in known:
        return wanted
    by_name = {name.casefold(): code for code, name in known.items()}
    code = by_name.get(wanted) or _own_names().get(wanted)
    if code is None:
        raise ValueError(f"We do not know the language “{word[:40]}”. Please use its English name, such as Dutch.")
    return code


def language_codes(words: list[str]) -> list[str]:
    """Return the codes of languages given by name or code, each once; raises ValueError with a sentence."""
    return list(dict.fromkeys(language_code(word) for word in words))


# Reading every locale for its own name would take seconds; these cover what members are likely to type.
_WIDELY_USED: Final = (
    "ar bg bn ca cs cy da de el en es et eu fa fi fr ga he hi hr hu id is it ja ka ko lt lv mk ms mt nb nl nn no pl pt "
    "ro ru sk sl sq sr sv sw ta th tr uk ur vi zh"
)


@lru_cache(maxsize=1)
def _own_names() -> dict[str, str]:
    try:
        return {str(Locale.parse(code).languages.get(code, code)).casefold(): code for code in _WIDELY_USED.split()}
    finally:
        forget_locales()
