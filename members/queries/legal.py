"""Legal documents in their versions, and what members said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from markupsafe import Markup

from base.clock import now
from base.db import as_datetime, lookup, rows
from base.errors import Missing
from base.text.markdown import to_html
from members.rules import visible_legal_texts
from members.viewer import Viewer

DOCUMENTS: Final = ("terms", "privacy", "guidelines")
_COLUMNS: Final = "l.id, l.document, l.version, l.language, l.title, l.is_significant, l.effective_on, l.at"
# What is announced and not in force yet stays ahead, also of who accepts a document that was published after it.
_NEWEST: Final = (
    "SELECT COALESCE(MAX(t.id), 0) AS newest FROM legal_texts t WHERE t.is_significant AND t.effective_on <= ? "
    "AND NOT EXISTS (SELECT 1 FROM legal_texts l WHERE l.is_significant AND l.effective_on > ? AND l.id < t.id)"
)


@dataclass(frozen=True, slots=True)
class LegalVersion:
    """A version of a document, without its text."""

    id: int
    document: str
    version: int
    language: str
    title: str
    is_significant: bool
    effective_on: date
    at: datetime | None

    @property
    def key(self) -> str:
        """Return what a box to tick says."""
        return f"{self.document}:{self.version}"


@dataclass(frozen=True, slots=True)
class LegalPage:
    """What templates/members/legal.html shows: a version, and the others of its document."""

    shown: LegalVersion
    html: Markup
    text: str
    versions: tuple[LegalVersion, ...]
    is_newest: bool


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One thing that a member said."""

    what: str
    version: int
    value: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Consents:
    """What a member said: everything, the newest first, and what holds of what is free to give."""

    said: tuple[ConsentRow, ...]
    credit: str
    contact: str
    credit_said: bool = False


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _version(row: Mapping[str, Any]) -> LegalVersion:
    return LegalVersion(
        row["id"], row["document"], row["version"], row["language"], row["title"], bool(row["is_significant"]),
        _day(row["effective_on"]), as_datetime(row["at"]),
    )  # fmt: skip


async def versions_of(viewer: Viewer, document: str = "") -> tuple[LegalVersion, ...]:
    """Return the versions of a document, or of all, the newest first."""
    seen = visible_legal_texts(viewer)
    which = f"({seen.sql}) AND l.document = ?" if document else f"({seen.sql})"
    found = await rows(
        f"SELECT {_COLUMNS} FROM legal_texts l WHERE {which} ORDER BY l.document, l.version DESC, l.language",  # noqa: S608
        *seen.values, *([document] if document else []),
    )  # fmt: skip
    return tuple(_version(row) for row in found)


def _best(versions: Sequence[LegalVersion], language: str) -> LegalVersion | None:
    """Return of the versions in one language or another that which somebody reads: theirs, else English, else any."""
    short = language.partition("_")[0]
    return next((one for wanted in (language, short, "en") for one in versions if one.language == wanted), None) or (
        versions[0] if versions else None
    )


async def in_force(viewer: Viewer) -> tuple[LegalVersion, ...]:
    """Return the newest version in force of each document, in the language of who looks."""
    today, known = now().date(), await versions_of(viewer)
    found = []
    for document in DOCUMENTS:
        valid = [one for one in known if one.document == document and one.effective_on <= today]
        newest = max((one.version for one in valid), default=0)
        if best := _best([one for one in valid if one.version == newest], viewer.locale):
            found.append(best)
    return tuple(found)


async def legal_page(viewer: Viewer, document: str, version: int | None = None, language: str = "") -> LegalPage:
    """Return a version of a document, the one in force unless another is asked for; raises Missing."""
    versions = await versions_of(viewer, document)
    today = now().date()
    valid = max((one.version for one in versions if one.effective_on <= today), default=0)
    wanted = version if version is not None else valid or max((one.version for one in versions), default=0)
    shown = _best([one for one in versions if one.version == wanted], language or viewer.locale)
    if shown is None:
        raise Missing("There is no such document, or no such version of it.")
    text = str((await rows("SELECT text FROM legal_texts WHERE id = ?", shown.id))[0]["text"])
    return LegalPage(shown, to_html(text, anchors=True, people=()), text, versions, shown.version == valid)


async def newest_to_accept() -> int:
    """Return up to which number everything that everybody has to accept is in force; 0 for none."""
    today = now().date()
    return int((await lookup(_NEWEST, today, today))[0]["newest"])


async def to_accept(viewer: Viewer) -> tuple[LegalVersion, ...]:
    """Return the documents in force that the viewer has not accepted in a version that still counts.

    A version that is not significant changes nothing for who accepted one since the last significant one.
    """
    said = await rows(
        "SELECT what, MAX(version) AS version FROM consents WHERE member_id = ? AND value = 'accepted' GROUP BY what",
        viewer.member_id,
    )
    accepted = {row["what"]: row["version"] for row in said}
    today, known = now().date(), await versions_of(viewer)
    needed: dict[str, int] = {}
    for one in known:
        if one.is_significant and one.effective_on <= today:
            needed[one.document] = max(needed.get(one.document, 0), one.version)
    return tuple(one for one in await in_force(viewer) if accepted.get(one.document, 0) < needed.get(one.document, 0))


async def consents_of(viewer: Viewer) -> Consents:
    """Return what the viewer agreed to and took back."""
    found = await rows(
        "SELECT what, version, value, at FROM consents WHERE member_id = ? ORDER BY id DESC", viewer.member_id
    )
    said = tuple(ConsentRow(row["what"], row["version"], row["value"], as_datetime(row["at"])) for row in found)
    newest = {one.what: one.value for one in reversed(said)}
    return Consents(said, newest.get("credit", "no"), newest.get("contact", "no"), "credit" in newest)
