"""How an article is cited: naming the revision and the day until which it was verified."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kb.personal_names import read_name

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

    @property
    def wholes(self) -> tuple[str, ...]:
        """Return the names without titles and degrees."""
        return tuple(read_name(name).whole for name in self.names)


@dataclass(frozen=True, slots=True)
class Citations:
    """One article, cited in several styles."""

    apa: str
    vancouver: str
    bibtex: str
    csl: dict[str, Any]

    @property
    def csl_text(self) -> str:
        """Return the entry for programs that keep references, as text."""
        return json.dumps([self.csl], indent=2, ensure_ascii=False)


def citations(cited: Cited) -> Citations:
    """Return the article's citations."""
    return Citations(_apa(cited), _vancouver(cited), _bibtex(cited), _csl(cited))


def _day(value: datetime) -> str:
    return f"{value.day} {value:%B %Y}"


def _version(cited: Cited) -> str:
    checked = f"; verified {_day(cited.verified)}" if cited.verified else "; not verified"
    return f"Version {cited.revision}{checked}"


def _apa(cited: Cited) -> str:
    names = cited.wholes
    who = ", ".join(names[:-1]) + (", & " if names[1:] else "") + names[-1] if names else cited.site
    when = f"{cited.published.year}, {cited.published:%B} {cited.published.day}" if cited.published else "n.d."
    place = f" {cited.site}." if names else ""
    return f"{who} ({when}). {cited.title} ({_version(cited)}).{place} {cited.url}"


def _vancouver(cited: Cited) -> str:
    who = ", ".join(_vancouver_name(name) for name in cited.names) or cited.site
    when = f"{cited.published:%Y %b} {cited.published.day}" if cited.published else "date unknown"
    checked = f"; verified {cited.verified:%Y %b} {cited.verified.day}" if cited.verified else "; not verified"
    return (
        f"{who}. {cited.title} [Internet]. Version {cited.revision}. {cited.site}; {when}{checked}. "
        f"Available from: {cited.url}"
    )


def _vancouver_name(name: str) -> str:
    read = read_name(name)
    return " ".join(part for part in (read.family, read.initials, read.suffix) if part) or read.whole


def _csl(cited: Cited) -> dict[str, Any]:
    """Return the article in the citation style language, as reference managers read it."""
    found: dict[str, Any] = {
        "id": f"practice-{cited.id}-{cited.revision}",
        "type": "webpage",
        "title": cited.title,
        "author": [_csl_name(name) for name in cited.names] or [{"literal": cited.site}],
        "container-title": cited.site,
        "version": str(cited.revision),
        "note": _version(cited),
        "URL": cited.url,
    }
    if cited.published:
        found["issued"] = {"date-parts": [[cited.published.year, cited.published.month, cited.published.day]]}
    return found


def _csl_name(name: str) -> dict[str, str]:
    read = read_name(name)
    if not read.family:
        return {"literal": read.whole}
    parts = {"family": read.family, "given": read.given, "suffix": read.suffix}
    return {part: words for part, words in parts.items() if words}


def _bibtex(cited: Cited) -> str:
    lines = [
        ("title", cited.title),
        ("author", " and ".join(f"{{{_escaped(name)}}}" for name in cited.wholes) or f"{{{_escaped(cited.site)}}}"),
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
