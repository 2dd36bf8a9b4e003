"""Titles for an article, suggested by the title of a thread."""

import re
from typing import Final

_ASKING: Final = re.compile(
    r"^(?:how (?:do|did|can|could|should|would|are|have)|what (?:do|did|should)|should|can|could|do|does|did)"
    r" (?:you all|you guys|you|we|i|one|others|they|anyone|people)(?: (?:best|usually|all))? ",
    re.IGNORECASE,
)
_HOW_TO: Final = re.compile(r"^how (?:to|best to) ", re.IGNORECASE)
_VOWELS: Final = "aeiou"


def suggested_titles(title: str) -> tuple[str, ...]:
    """Return titles an editor may begin with, the best first: as a doing, as an instruction, as it was asked."""
    plain = " ".join(title.split()).rstrip(" ?!.:")
    rest = _HOW_TO.sub("", _ASKING.sub("", plain))
    found = [plain]
    if rest != plain and rest:
        found = [_doing(rest), _capital(rest), plain]
    return tuple(dict.fromkeys(one[:255] for one in found if one))


def _doing(words: str) -> str:
    verb, _, rest = words.partition(" ")
    return _capital(f"{_gerund(verb)} {rest}".strip())


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:
        return verb[:-1] + "ing"
    short = len(verb) in (3, 4) and verb[-1] not in "wxyaeiou" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS
    return verb + verb[-1] + "ing" if short and verb not in ("open", "edit") else verb + "ing"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
