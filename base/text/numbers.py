"""Numbers as people write them: 11.2, 11,2, 14,210, 1.234,5, 14 210, 96 %."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import get_group_symbol

_SPACES: Final = re.compile("[\\s\u00a0\u2009\u202f'’]")
_PLAIN: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def read_number(text: str, locale: str = "en") -> Decimal | None:
    """Return the number that is meant, or None; a mark that may group or divide does what it does in `locale`."""
    digits = _SPACES.sub("", text).replace("\u2212", "-").replace("\u2013", "-").removesuffix("%")
    digits = _english(digits, groups_by_dot=_group_mark(locale) == ".")
    if not (_PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits)):
        return None
    try:
        return Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return None


def write_number(value: Decimal | int | None, locale: str = "en") -> str:
    """Return a number as one would type it in `locale`, without groups; read_number gives the same number back."""
    if value is None:
        return ""
    digits = f"{value:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return digits.replace(".", ",") if _group_mark(locale) == "." else digits


def _english(digits: str, *, groups_by_dot: bool) -> str:
    """Turn the marks around where the comma is the decimal mark."""
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        swap = digits.rindex(",") > digits.rindex(".")
    elif dots + commas == 1:
        ambiguous = re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", digits) is not None
        swap = groups_by_dot if ambiguous else bool(commas)
    else:
        swap = dots > 1
    return digits.translate(str.maketrans(".,", ",.")) if swap else digits


def _group_mark(locale: str) -> str:
    try:
        mark: str = get_group_symbol(Locale.parse(locale or "en"))
    except (UnknownLocaleError, ValueError):
        return ","
    # French and Swedish group by a space, so there a comma can only be the decimal mark.
    return "," if mark == "," else "."
