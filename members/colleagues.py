"""A list of colleagues as people have it: from a spreadsheet, a letter or a file, with columns in any order."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from base.errors import Invalid
from base.inputs import Line as OneLine
from base.mail import normal_address
from members.names import PersonName

MOST_LINES: Final = 1000
_LONGEST_LINE: Final = 2000
_TITLE: Final = 120
_ENDS: Final = re.compile(r"\r\n|\r|\n")
_SEPARATORS: Final = ("\t", ";", ",")
_LOOKS_LIKE_ADDRESS: Final = re.compile(r"[^\s,;<>@]+@[^\s,;<>@]+")
_NAME_AND_ADDRESS: Final = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>\s@]+@[^<>\s@]+)>")
# A spreadsheet runs what begins like this; no name and no role does.
_FORMULA: Final = ("=", "+", "-", "@", "|", "%")
_HEADS: Final = {
    "email": "e-mail, email, mail, e-mail address, email address, address, e-mailadres, e-mail-adresse, courriel",
    "name": "name, full name, colleague, naam, nom, nombre, nome",
    "title": "role, title, role/title, role or title, position, function, job title, functie, rol, funktion, cargo",
}
_name: Final = TypeAdapter(PersonName)
_line: Final = TypeAdapter(OneLine)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of a list; `wrong` says why it cannot be used, empty when it can. `number` counts the lines from 1."""

    number: int
    email: str
    name: str = ""
    title: str = ""
    wrong: str = ""


def read_colleagues(text: str) -> list[Colleague]:
    """Return the lines of a list that are not empty; raises Invalid when there is none, or are too many."""
    lines = [
        (number, line) for number, line in enumerate(_ENDS.split(text.lstrip("\ufeff").replace("\0", "")), 1)
        if line.strip(" \t,;\"")
    ]  # fmt: skip
    separator = _separator_of([line for _, line in lines[:50]])
    places: dict[str, int] = {}
    if lines and not _has_address(first := _cells(lines[0][1], separator)) and (places := _places_in(first)):
        lines = lines[1:]
    if not lines:
        raise Invalid({"lines": "Please give at least one line with an e-mail address."})
    if len(lines) > MOST_LINES:
        raise Invalid({"lines": f"These are {len(lines)} lines; please give at most {MOST_LINES} at once."})
    return [_colleague(number, line, separator, places) for number, line in lines]


def text_of_file(data: bytes) -> str:
    """Return the text of a file as spreadsheets write it, in the letters it is written in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator_of(lines: Sequence[str]) -> str:
    """Return what stands between the cells: that which leaves most addresses alone in a cell of theirs."""
    alone = {one: sum(_has_address(_cells(line, one)) for line in lines) for one in _SEPARATORS}
    more = {one: sum(one in line for line in lines) for one in _SEPARATORS}
    return max(_SEPARATORS, key=lambda one: (alone[one], more[one]))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line[:_LONGEST_LINE]], delimiter=separator), [])]
    except csv.Error:
        return [cell.strip(' "') for cell in line[:_LONGEST_LINE].split(separator)]


def _has_address(cells: Sequence[str]) -> bool:
    return any(_LOOKS_LIKE_ADDRESS.fullmatch(cell) or _NAME_AND_ADDRESS.fullmatch(cell) for cell in cells)


def _places_in(head: Sequence[str]) -> dict[str, int]:
    """Return at which place each column stands, of a first line that names them."""
    words = [cell.casefold().strip(" *:") for cell in head]
    found = {}
    for column, known in _HEADS.items():
        names = known.split(", ")
        place = next((at for at, word in enumerate(words) if word in names), None)
        if place is not None:
            found[column] = place
    return found if "email" in found else {}


def _colleague(number: int, line: str, separator: str, places: dict[str, int]) -> Colleague:
    cells = _cells(line, separator)
    at = places.get("email", -1)
    if not 0 <= at < len(cells):
        at = next((place for place, cell in enumerate(cells) if "@" in cell), 0 if len(cells) == 1 else -1)
    given = cells[at] if at >= 0 else ""
    both = _NAME_AND_ADDRESS.fullmatch(given)
    rest = [cell for place, cell in enumerate(cells) if place != at]
    name = _cell(cells, places["name"]) if "name" in places else "" if places or both else _cell(rest, 0)
    title = _cell(cells, places["title"]) if "title" in places else "" if places else _cell(rest, 0 if both else 1)
    name = name or (both["name"].strip(' "\t\xa0') if both else "")
    email, wrong = _checked(both["email"] if both else given, name, title, is_long=len(line) > _LONGEST_LINE)
    return Colleague(number, email[:254], _shown(name, 80), _shown(title, _TITLE), wrong)


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _shown(text: str, most: int) -> str:
    return str(_line.validate_python(text))[:most]


def _checked(given: str, name: str, title: str, *, is_long: bool) -> tuple[str, str]:
    """Return the address in its normal form, and what is wrong with the line."""
    try:
        email = normal_address(given)
    except ValueError as error:
        return _shown(given, 254), str(error)
    if is_long or len(title) > _TITLE:
        return email, "This line is too long. Is there a line end missing?"
    if any(cell.startswith(_FORMULA) for cell in (name, title)):
        return email, "A name or a role cannot begin like a formula."
    if name:
        try:
            _name.validate_python(name)
        except ValidationError:
            return email, "Please give the name as people write it, or leave it out."
    return email, ""
