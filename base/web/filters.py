"""Filters of the templates."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

HUES: Final = 12
_POST_LINK: Final = re.compile(r"\[#(\d+)\]\(/([a-z]+/\d+)-[^\s()]*#post-\1\)")


def day(value: date | datetime | None) -> str:
    """Return 20 Nov 2026, or nothing."""
    return f"{value.day} {value:%b %Y}" if value else ""


def moment(value: datetime | None) -> Markup:
    """Return a <time> element; scripts may show it relative to now."""
    if value is None:
        return Markup()
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), day(value))


def initials(name: str) -> str:
    """Return at most two letters for a name."""
    parts = [part for part in name.split() if part[:1].isalnum()]
    picked = parts[:1] + parts[-1:] if len(parts) > 1 else parts
    return "".join(part[0] for part in picked).upper() or "?"


def hue(name: str) -> int:
    """Return a number from 1 to 12 that is always the same for a name: its colour class."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] % HUES + 1


def count(value: float) -> str:
    """Return a whole number with thin groups of three."""
    return f"{value:,}".replace(",", "\u202f")


def number(value: Decimal | float | None) -> str:
    """Return a number without needless zeros."""
    if value is None:
        return "–"
    text = f"{Decimal(str(value)):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(",", "\u202f")


def short_links(text: str) -> str:
    """Return Markdown in which a link to a post is its number and where it stands: "#2 (t/18)"."""
    return _POST_LINK.sub(r"#\1 (\2)", text)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "day": day,
    "moment": moment,
    "initials": initials,
    "hue": hue,
    "count": count,
    "number": number,
    "short_links": short_links,
}
