"""What is known of an uploaded file, and how it is named."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from base.text.clean import clean_text
from base.text.files import FileShape
from base.text.slug import slugify

LICENCES: Final = ("CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC0 1.0", "All rights reserved")
_LONGEST_NAME: Final = 100
_KINDS: Final = {
    "image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "application/pdf": "PDF", "text/csv": "CSV",
    "text/plain": "Text",
}  # fmt: skip
_OFFICE: Final = (
    ("wordprocessing", "Word"), ("spreadsheetml", "Excel"), ("presentationml", "PowerPoint"),
    ("opendocument", "OpenDocument"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFacts:
    """An uploaded file; `used` when a post or an article shows it. `alt`, `gate` and `stripped` as in the table."""

    id: int
    owner_id: int
    sha256: str
    kind: str
    media_type: str
    name: str
    size: int
    width: int | None = None
    height: int | None = None
    stripped: tuple[str, ...] = ()
    alt: str = ""
    gate: str = ""
    gate_ref: str = ""
    gate_on: date | None = None
    state: str = "ready"
    reusable: bool = False
    title: str = ""
    licence: str = ""
    downloads: int = 0
    created_at: datetime | None = None
    reviewed: bool = False
    used: bool = False

    @property
    def is_picture(self) -> bool:
        """Say whether it is a picture."""
        return self.kind == "image"

    @property
    def url(self) -> str:
        """Return its address."""
        return file_url(self.id, self.name)

    @property
    def words(self) -> str:
        """Return its kind and size in a few words."""
        return f"{kind_words(self.media_type)}, {size_words(self.size)}"

    @property
    def markdown(self) -> str:
        """Return how a text shows it, or links to it."""
        if self.is_picture:
            return f"![{_in_brackets(self.alt)}]({self.url})"
        return f"[{_in_brackets(self.name)}]({self.url})"

    @property
    def shape(self) -> FileShape:
        """Return what showing it in a text takes."""
        return FileShape(
            id=self.id,
            url=self.url,
            is_picture=self.is_picture,
            words=self.words,
            width=self.width or 0,
            height=self.height or 0,
            alt=self.alt,
            state=self.state,
        )


def file_url(number: int, name: str) -> str:
    """Return the address of a file: letters that need no quoting, and the ending that its kind has."""
    stem, _, ending = name.rpartition(".")
    return f"/files/{number}/{slugify(stem, 60, empty='file')}.{ending}"


def clean_name(given: str, ending: str) -> str:
    """Return the name a file is shown by: no path, nothing hidden, and the ending of what it is."""
    last = given.replace("\\", "/").rpartition("/")[2]
    name = clean_text(last, multiline=False).strip(" .")
    stem, dot, old = name.rpartition(".")
    if not dot or len(old) > 5:
        stem = name
    return f"{stem[:_LONGEST_NAME].strip(' .') or 'file'}.{ending}"


def kind_words(media_type: str) -> str:
    """Return what a kind of file is called."""
    return _KINDS.get(media_type) or next((name for part, name in _OFFICE if part in media_type), "File")


def size_words(size: int) -> str:
    """Return a size as people read it."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB"


def _in_brackets(words: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\[]`*_<>" else sign for sign in words)
