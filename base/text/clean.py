"""Input cleaned before it is stored."""

import re
import unicodedata
from typing import Final

# Control characters but tab and line feed; surrogates; and what can turn the reading order of a
# line around, so that text would not mean what it shows.
_UNWANTED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0001]"
    # Tag characters draw the flags of England, Scotland and Wales; anywhere else they hide a message.
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+"
)
# A long text may need these to set Hebrew or Arabic beside Latin; a name does not.
_DIRECTION_MARK: Final = re.compile("[\u061c\u200e\u200f]")
_JOINER: Final = re.compile("[\u200c\u200d]+")
_LINE_END: Final = re.compile("\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")
_BLANK_LINES: Final = re.compile(r"\n{5,}")
_BETWEEN: Final = re.compile(r"\s+")


def without_hidden(value: str) -> str:
    """Return the text with one kind of line end and without control and invisible characters."""
    return _INVISIBLE.sub("", _UNWANTED.sub("", _LINE_END.sub("\n", value)))


def clean_text(value: str, *, multiline: bool) -> str:
    """Return the text in one normal form, without control characters and invisible ones that mislead."""
    text = without_hidden(value)
    if not multiline:
        text = _DIRECTION_MARK.sub("", text)
    text = unicodedata.normalize("NFC", _JOINER.sub(_inside_a_word, text))
    if not multiline:
        return _BETWEEN.sub(" ", text).strip()
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n\n\n", lines).strip("\n")


def _inside_a_word(found: re.Match[str]) -> str:
    """Keep a joiner only where scripts and emoji use one: between two visible characters."""
    text = found.string
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    return found.group()[0] if before and after and not before.isspace() and not after.isspace() else ""
