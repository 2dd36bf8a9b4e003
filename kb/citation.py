"""How an article is cited: naming the revision and the day until which it was verified."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_SPECIAL: Final = re.compile(r"([{}%&$#_\\~^])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a citation needs to know."""

    id: int
    title: str
    revision: int
    url: str
    site: str
    names: Sequence[str]
    published: datetime | None
    verified: datetime | None


@dataclass(frozen=True, slots=True)
class Citations:
    """One article, cited in several styles."""

    apa: str
    bibtex: str


def citations(cited: Cited) -> Citations:
    """Return the article's citations."""
    return Citations(_apa(cited), _bibtex(cited))


def _day(value: datetime) -> str:
    return f"{value.day} {value:%B %Y}"


def _version(cited: Cited) -> str:
    checked = f"; verified {_day(cited.verified)}" if cited.verified else "; not verified"
    return f"Version {cited.revision}{checked}"


def _apa(cited: Cited) -> str:
    who = (
        ", ".join(cited.names[:-1]) + (", & " if cited.names[1:] else "") + cited.names[-1]
        if cited.names
        else cited.site
    )
    when = f"{cited.published.year}, {cited.published:%B} {cited.published.day}" if cited.published else "n.d."
    place = f" {cited.site}." if cited.names else ""
    return f"{who} ({when}). {cited.title} ({_version(cited)}).{place} {cited.url}"


def _bibtex(cited: Cited) -> str:
    lines = [
        ("title", cited.title),
        ("author", " and ".join(f"{{{_escaped(name)}}}" for name in cited.names) or f"{{{_escaped(cited.site)}}}"),
        ("year", str(cited.published.year) if cited.published else ""),
        ("howpublished", cited.site),
        ("note", _version(cited)),
        ("url", cited.url),
    ]
    fields = ",\n".join(
        f"  {name} = {{{value if name in ('author', 'url') else _escaped(value)}}}" for name, value in lines if value
    )
    return f"@misc{{practice{cited.id}v{cited.revision},\n{fields}\n}}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: r"\textbackslash{}" if found[0] == "\\" else "\\" + found[0], text)
