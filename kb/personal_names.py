"""A person's name as a reference names it: what is family name, what is given, and where nobody can tell."""

import re
from dataclasses import dataclass
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES: Final = _set(
    "dr dra prof profa professor mr mrs ms miss mx sir dame lord lady rev sister herr frau dipl-ing ing mag pd "
    "priv-doz msgr hon"
)
_AFTER_TITLES: Final = _set("med phil rer nat habil hc dent")  # Dr. med., Dr. rer. nat.
_DEGREES: Final = _set("MD PhD RN BSN MSN MSc BSc MPH MHA MBA MBBS DO FRCP FRCS FACP DNP CCRN DPhil")
_SUFFIXES: Final = _set("Jr Sr II III IV")
_PARTICLES: Final = _set(
    "de del della delle degli dei di da das do dos du des d la le las los lo van von vom zu zum zur der den dem het "
    "ter ten te tot op af av bin ibn ben bint bat abu al el ul st san santa"
)
# Written with a capital these are as often a given name, a middle name or the family name itself.
_ONLY_SMALL: Final = _set("d do e i y ben bat le lo te op af av den das st san santa")
_JOINS: Final = _set("y i e")  # Ortega y Gasset: the name before belongs to it
_UNSURE: Final = re.compile(r"[\d,;()/&@\"“”]")


@dataclass(frozen=True, slots=True)
class PersonalName:
    """A name in its parts; where they cannot be told, only `whole` is given, which leaves titles out."""

    whole: str
    family: str = ""
    given: str = ""
    suffix: str = ""

    @property
    def initials(self) -> str:
        """Return the first letters of the given names."""
        return "".join(part[0].upper() for part in re.split(r"[\s.\-‐‑]+", self.given) if part)


def read_name(name: str) -> PersonalName:
    """Read a name as its owner wrote it: titles and degrees go, particles stay with the family name."""
    words = _without_degrees(_without_titles(name.split()))
    whole = " ".join(words) or name
    suffix = words.pop() if len(words) > 2 and words[-1].rstrip(".") in _SUFFIXES else ""
    if len(words) < 2 or _UNSURE.search(whole) or whole.lower() == whole.upper():
        return PersonalName(whole)
    start = _family_starts(words)
    return PersonalName(whole, " ".join(words[start:]), " ".join(words[:start]), suffix)


def _without_titles(words: list[str]) -> list[str]:
    dropped = 0
    for word in words[:-1]:
        plain = word.rstrip(".").replace(".-", "-").lower()
        # "Dr.med." is written as one word, too.
        first = plain.partition(".")[0]
        if not (first in _TITLES or (dropped and first in _AFTER_TITLES)):
            break
        dropped += 1
    return words[dropped:]


def _without_degrees(words: list[str]) -> list[str]:
    kept = [*words]
    while len(kept) > 2 and kept[-1].replace(".", "").rstrip(",") in _DEGREES:
        kept.pop()
        kept[-1] = kept[-1].rstrip(",")
    return kept


def _family_starts(words: list[str]) -> int:
    """Return where the family name begins: with its first particle, else it is the last word."""
    last = len(words) - 1
    for number, word in enumerate(words[1:last], 1):
        small = word.lower().rstrip(".'’")
        if word in _JOINS:
            return max(number - 1, 1)
        if small in _PARTICLES and (word[0].islower() or small not in _ONLY_SMALL):
            return number
    return last
